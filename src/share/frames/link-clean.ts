/**
 * What stands outside of IP headers, as it is shared: link addresses become pseudonyms, tags, labels and numbers of
 * tunnels are kept (layouts: decode/link/ethernet.ts, arp.ts, linux-sll.ts, gre.ts, udp-tunnel.ts).
 */
import { Next } from '../../decode/packet/cursor.js';
import { TunnelPort } from '../../decode/transport/udp-tunnel.js';
import { MAC_BYTES } from '../addresses/addresses.js';
import type { CleanFrame } from './clean-frame.js';

const ARP_FIXED = 8;
const SLL = { addressLength: 4, address: 6, protocol: 14 } as const;
const SLL2 = { addressLength: 11, address: 12 } as const;
const GRE_CHECKSUM = 0x8000;
const UDP_HEADER = 8;
/** VXLAN, also of Linux before the RFC, and Geneve: eight bytes, then options. */
const NUMBERED_TUNNELS: readonly number[] = [TunnelPort.Vxlan, TunnelPort.VxlanLinux, TunnelPort.Geneve];
const TUNNEL_HEADER = 8;
const TEREDO_AUTHENTICATION = 1;

/** @param following where the next header begins */
export function cleanLink(frame: CleanFrame, next: Next, at: number, following: number): void {
  switch (next) {
    case Next.Ethernet:
      frame.mac(at);
      frame.mac(at + MAC_BYTES);
      return frame.copy(at + 2 * MAC_BYTES, Math.min(4, following - at - 2 * MAC_BYTES));
    case Next.LinuxSll:
      frame.copy(at, SLL.address);
      if (frame.has(at, SLL.protocol) && frame.view.getUint16(at + SLL.addressLength) === MAC_BYTES)
        frame.mac(at + SLL.address);
      return frame.copy(at + SLL.protocol, 2);
    case Next.LinuxSll2:
      frame.copy(at, SLL2.address);
      if (frame.has(at, SLL2.address) && frame.view.getUint8(at + SLL2.addressLength) === MAC_BYTES)
        frame.mac(at + SLL2.address);
      return;
    case Next.Arp:
      return cleanArp(frame, at);
    case Next.Gre:
      frame.copy(at, following - at);
      if (frame.has(at, 8) && (frame.view.getUint16(at) & GRE_CHECKSUM) !== 0)
        frame.checksum({ at: at + 4, from: at });
      return;
    case Next.Vlan:
    case Next.Llc:
    case Next.Mpls:
    case Next.Pppoe:
    case Next.Ppp:
    case Next.PppHdlc:
    case Next.Null:
    case Next.Pbb:
    case Next.VnTag:
    case Next.EtherIp:
      return frame.copy(at, following - at);
  }
}

function cleanArp(frame: CleanFrame, at: number): void {
  if (!frame.has(at, ARP_FIXED)) return frame.cut(at);
  const length = frame.view.getUint8(at + 4);
  frame.copy(at, ARP_FIXED);
  for (const end of [at + ARP_FIXED, at + ARP_FIXED + length + 4]) {
    if (length === MAC_BYTES) frame.mac(end);
    frame.ip(end + length, 4);
  }
}

/** What stands between a UDP header and the tunnel that it opens at `inner`. */
export function cleanTunnel(frame: CleanFrame, udpAt: number, inner: number): void {
  const at = udpAt + UDP_HEADER;
  if (!frame.has(udpAt, UDP_HEADER + 2)) return;
  if (NUMBERED_TUNNELS.includes(frame.view.getUint16(udpAt + 2)))
    frame.copy(at, Math.min(TUNNEL_HEADER, inner - at));
  // Of Teredo the origin is an address, and stays zero; what authenticates has a length of its own.
  else if (inner > at && frame.view.getUint16(at) === TEREDO_AUTHENTICATION) frame.cut(at);
}
