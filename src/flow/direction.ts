/** Who opened a flow, from its first packet: the sender of the SYN, else who is likely to serve. */
import { Layer, TcpFlag } from '../decode/packet/packet.js';
import type { Packet } from '../decode/packet/packet.js';
import { addFlip } from './record/history.js';
import { isEchoReply } from './record/key.js';
import type { FlowKey } from './record/key.js';
import { Field, FlowFlag } from './record/record.js';

/** Bits of the table that says which ports are served, by protocol. */
export const PortBit = { Tcp: 1, Udp: 2 } as const;

/** Decides who is the originator from the first packet (RFC 9293: the sender of the SYN). */
export function setDirection(
  r: Int32Array,
  b: number,
  p: Packet,
  key: FlowKey,
  reused: boolean,
  servedPorts: Uint8Array,
): void {
  let flags = reused ? FlowFlag.Reused : 0;
  let flip = false;
  if (p.layers & Layer.Tunnel) flags |= FlowFlag.Tunneled;
  if (p.layers & Layer.Tcp) {
    const syn = (p.tcpFlags & TcpFlag.Syn) !== 0;
    const ack = (p.tcpFlags & TcpFlag.Ack) !== 0;
    if (syn && ack) {
      flags |= FlowFlag.SynAckFirst | FlowFlag.Midstream;
      flip = true;
    } else if (!syn) {
      flags |= FlowFlag.Midstream;
      const src = servedPorts[p.srcPort]! & PortBit.Tcp;
      const dst = servedPorts[p.dstPort]! & PortBit.Tcp;
      flip = src !== 0 && (dst === 0 || p.srcPort < p.dstPort);
    }
  } else if (p.layers & Layer.Udp) {
    const src = servedPorts[p.srcPort]! & PortBit.Udp;
    flip = src !== 0 && (servedPorts[p.dstPort]! & PortBit.Udp) === 0;
  } else {
    flip = isEchoReply(p.ipVersion, p.icmpType);
  }
  if (flip) flags |= FlowFlag.Flipped;
  if (key.senderIsLow === flip) flags |= FlowFlag.OrigIsHigh;
  r[b + Field.Flags] = flags;
  if (flip) addFlip(r, b);
}
