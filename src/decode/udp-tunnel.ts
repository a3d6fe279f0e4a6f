/**
 * Tunnels in UDP, recognised by port and content: VXLAN (RFC 7348 §5; 8472 is Linux' port from before the RFC)
 * and Geneve (RFC 8926 §3.4). The outer datagram stays a packet of its own; `Decoder.inner` opens the tunnel.
 *
 *   VXLAN   | flags (1): I = 08 | 0 (3) | network identifier (3) | 0 (1) | Ethernet frame ...
 *   Geneve  | version (2 bits), option words (6) | O, C, 0 (1) | EtherType (2) | network identifier (3) | 0 (1) | options | ...
 */
import { LinkType } from '../capture/frame.js';
import { EtherType, looksLikeEthernet } from './ether-type.js';
import type { Packet } from './packet.js';

const Port = { Vxlan: 4789, VxlanLinux: 8472, Geneve: 6081 } as const;
const HEADER_LEN = 8;
const VXLAN_FLAG_I = 0x08;
const GENEVE_FLAG_O = 0x80;

/** Whether UDP datagrams to this port may be a tunnel. */
export function isUdpTunnelPort(port: number): boolean {
  return port === Port.Vxlan || port === Port.VxlanLinux || port === Port.Geneve;
}

/** Sets `inner...` when the payload of the UDP packet is what its port promises. */
export function findUdpTunnel(p: Packet): void {
  const at = p.payloadAt;
  if (p.payloadEnd - at < HEADER_LEN) return;
  if (p.dstPort !== Port.Geneve) {
    if ((p.view.getUint8(at) & VXLAN_FLAG_I) !== 0) offerEthernet(p, HEADER_LEN);
    return;
  }
  const first = p.view.getUint8(at);
  if (first >> 6 !== 0 || (p.view.getUint8(at + 1) & GENEVE_FLAG_O) !== 0) return;
  const headerLen = HEADER_LEN + (first & 0x3f) * 4;
  switch (p.view.getUint16(at + 2)) {
    case EtherType.TransparentEthernet:
      return offerEthernet(p, headerLen);
    case EtherType.Ipv4:
      return offerIp(p, headerLen, 4);
    case EtherType.Ipv6:
      return offerIp(p, headerLen, 6);
  }
}

function offerEthernet(p: Packet, headerLen: number): void {
  const at = p.payloadAt + headerLen;
  if (looksLikeEthernet(p.view, at, p.payloadEnd, p.payloadLen - headerLen)) {
    offer(p, headerLen, LinkType.Ethernet);
  }
}

function offerIp(p: Packet, headerLen: number, version: number): void {
  const at = p.payloadAt + headerLen;
  if (at < p.payloadEnd && p.view.getUint8(at) >> 4 === version) offer(p, headerLen, LinkType.Raw);
}

function offer(p: Packet, headerLen: number, linkType: number): void {
  p.innerAt = p.payloadAt + headerLen;
  p.innerEnd = p.payloadEnd;
  p.innerLen = p.payloadLen - headerLen;
  p.innerLinkType = linkType;
}
