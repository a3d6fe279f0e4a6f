/** Connections that no rule expects, from a computer to the server. */
import { TcpConversation } from '../craft/tcp.js';
import type { Host, Wire } from '../craft/wire.js';
import { privateProtocol, rdpConfirm, rdpRequest } from '../payload/small.js';

const RDP_PORT = 3389;
const PRIVATE_PORT = 7788;

/** Remote desktop, then a protocol of unknown bytes 20 seconds later; `at` in seconds. */
export function strangeTraffic(wire: Wire, from: Host, to: Host, at: number): void {
  new TcpConversation(wire, from, to, RDP_PORT, at)
    .connect()
    .exchange(rdpRequest('operator'), rdpConfirm())
    .close();
  privateExchange(wire, from, to, PRIVATE_PORT, at + 20);
}

export function privateExchange(wire: Wire, from: Host, to: Host, port: number, at: number): void {
  new TcpConversation(wire, from, to, port, at)
    .connect()
    .exchange(privateProtocol(1, 'status?'), privateProtocol(2, 'ready'))
    .close();
}
