/**
 * Tunnels in UDP, recognised by port and content: VXLAN (RFC 7348 §5; 8472 is Linux' port from before the RFC),
 * Geneve (RFC 8926 §3.4) and Teredo (RFC 4380 §5.1.1), which Windows has. The outer datagram stays a packet of
 * its own; `Decoder.inner` opens the tunnel.
 *
 *   VXLAN   | flags (1): I = 08 | 0 (3) | network identifier (3) | 0 (1) | Ethernet frame ...
 *   Geneve  | version (2 bits), option words (6) | O, C, 0 (1) | EtherType (2) | network identifier (3) | 0 (1) | options | ...
 *   Teredo  | authentication: 0001, id length (1), length (1), id, value, nonce (8), 0 (1) |? origin: 0000 (8) |? IPv6 ...
 */
import { LinkType } from '../../capture/frames/frame.js';
import { EtherType, looksLikeEthernet } from '../packet/ether-type.js';
import type { Packet } from '../packet/packet.js';

/** UDP ports of the tunnels that are opened. */
export const TunnelPort = { Vxlan: 4789, VxlanLinux: 8472, Geneve: 6081, Teredo: 3544 } as const;
const HEADER_LEN = 8;
const VXLAN_FLAG_I = 0x08;
const GENEVE_FLAG_O = 0x80;
const TEREDO_AUTHENTICATION = 1;
const TEREDO_ORIGIN = 0;

/** Whether UDP datagrams between these ports may be a tunnel. */
export function mayBeUdpTunnel(srcPort: number, dstPort: number): boolean {
  switch (dstPort) {
    case TunnelPort.Vxlan:
    case TunnelPort.VxlanLinux:
    case TunnelPort.Geneve:
    case TunnelPort.Teredo:
      return true;
    default:
      return srcPort === TunnelPort.Teredo;
  }
}

/** Sets `inner...` when the payload of the UDP packet is what its port promises. */
export function findUdpTunnel(p: Packet): void {
  const at = p.payloadAt;
  if (p.payloadEnd - at < HEADER_LEN) return;
  if (p.dstPort === TunnelPort.Vxlan || p.dstPort === TunnelPort.VxlanLinux) {
    if ((p.view.getUint8(at) & VXLAN_FLAG_I) !== 0) offerEthernet(p, HEADER_LEN);
  } else if (p.dstPort === TunnelPort.Geneve) {
    findGeneve(p);
  } else {
    findTeredo(p);
  }
}

function findGeneve(p: Packet): void {
  const at = p.payloadAt;
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

function findTeredo(p: Packet): void {
  const { payloadAt: at, payloadEnd: end, view } = p;
  let headerLen = 0;
  if (view.getUint16(at) === TEREDO_AUTHENTICATION) {
    headerLen = 13 + view.getUint8(at + 2) + view.getUint8(at + 3);
  }
  if (end - at >= headerLen + 2 && view.getUint16(at + headerLen) === TEREDO_ORIGIN) headerLen += 8;
  // Any datagram may begin with a 6: the length of the IPv6 packet must fit as well.
  const fits =
    end - at >= headerLen + 6 && view.getUint16(at + headerLen + 4) === p.payloadLen - headerLen - 40;
  if (fits) offerIp(p, headerLen, 6);
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
