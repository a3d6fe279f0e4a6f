/**
 * The packet that an ICMP error quotes: its IP header and at least 8 bytes more (RFC 792; as much as fits in
 * RFC 4443 §2.4). A quotation is short by nature, so nothing in it is weird or snapped.
 *
 *   | IP header | extension headers | ports, or ICMP type and code | ...
 */
import { IcmpType, Icmpv6Type } from '../packet/icmp-types.js';
import { Extension, extensionLength, MAX_EXTENSION_HEADERS } from './ipv6.js';
import { IpProto, Layer, type Packet } from '../packet/packet.js';

/** Reads the quotation that stands at `at` in an ICMP message. */
export function quoted(p: Packet, at: number): void {
  readMtu(p);
  const { payloadEnd: end, view } = p;
  if (end - at < 20 || view.getUint8(at) >> 4 !== p.ipVersion) return;
  if (p.ipVersion === 4) quotedIpv4(p, at, end);
  else if (end - at >= 40) quotedIpv6(p, at, end);
}

/** The next-hop MTU of "fragmentation needed" (RFC 1191 §4) and "packet too big" (RFC 4443 §3.2) in `icmpSeq`. */
function readMtu(p: Packet): void {
  if (p.ipVersion === 4) {
    if (p.icmpType === 3 && p.icmpCode === 4) p.icmpSeq = p.view.getUint16(p.payloadAt - 2);
  } else if (p.icmpType === 2) p.icmpSeq = Math.min(p.view.getUint32(p.payloadAt - 4), 0xffff);
}

function quotedIpv4(p: Packet, at: number, end: number): void {
  const { view } = p;
  const headerLen = (view.getUint8(at) & 15) << 2;
  if (headerLen < 20) return;
  p.layers |= Layer.Quoted;
  p.quotedVersion = 4;
  p.quotedSrc0 = view.getInt32(at + 12);
  p.quotedSrc1 = p.quotedSrc2 = p.quotedSrc3 = 0;
  p.quotedDst0 = view.getInt32(at + 16);
  p.quotedDst1 = p.quotedDst2 = p.quotedDst3 = 0;
  const fragmentOffset = view.getUint16(at + 6) & 0x1fff;
  const behind = at + headerLen;
  quotedTransport(p, view.getUint8(at + 9), fragmentOffset === 0 ? behind : end, end);
  if (fragmentOffset !== 0) p.quotedEnd = Math.min(behind, end);
}

function quotedIpv6(p: Packet, at: number, end: number): void {
  const { view } = p;
  p.layers |= Layer.Quoted;
  p.quotedVersion = 6;
  p.quotedSrc0 = view.getInt32(at + 8);
  p.quotedSrc1 = view.getInt32(at + 12);
  p.quotedSrc2 = view.getInt32(at + 16);
  p.quotedSrc3 = view.getInt32(at + 20);
  p.quotedDst0 = view.getInt32(at + 24);
  p.quotedDst1 = view.getInt32(at + 28);
  p.quotedDst2 = view.getInt32(at + 32);
  p.quotedDst3 = view.getInt32(at + 36);
  let proto = view.getUint8(at + 6);
  let next = at + 40;
  let behind = 0;
  for (let headers = 0; headers < MAX_EXTENSION_HEADERS && end - next >= 8; headers++) {
    const len = extensionLength(proto, view.getUint8(next + 1));
    if (len === 0) break;
    const laterFragment = proto === Extension.Fragment && (view.getUint16(next + 2) & 0xfff8) !== 0;
    proto = view.getUint8(next);
    if (laterFragment) behind = Math.min(next + len, end);
    next = laterFragment ? end : next + len;
  }
  quotedTransport(p, proto, next, end);
  if (behind > 0) p.quotedEnd = behind;
}

function quotedTransport(p: Packet, proto: number, at: number, end: number): void {
  const { view } = p;
  p.quotedProto = proto;
  p.quotedSrcPort = -1;
  p.quotedDstPort = -1;
  p.quotedIcmpId = -1;
  p.quotedEnd = Math.min(at + transportLength(view, proto, at, end), end);
  if (end - at < 4) return;
  if (proto === IpProto.Tcp || proto === IpProto.Udp || proto === IpProto.Sctp) {
    p.quotedSrcPort = view.getUint16(at);
    p.quotedDstPort = view.getUint16(at + 2);
  } else if (proto === (p.quotedVersion === 4 ? IpProto.Icmp : IpProto.Icmpv6)) {
    p.quotedSrcPort = view.getUint8(at);
    p.quotedDstPort = view.getUint8(at + 1);
    if (end - at >= 6 && isEcho(p.quotedVersion, p.quotedSrcPort)) p.quotedIcmpId = view.getUint16(at + 4);
  }
}

function isEcho(version: number, type: number): boolean {
  if (version === 4) return type === IcmpType.Echo || type === IcmpType.EchoReply;
  return type === Icmpv6Type.EchoRequest || type === Icmpv6Type.EchoReply;
}

/** Length of a transport header, 0 when it has none that is known. */
function transportLength(view: DataView, proto: number, at: number, end: number): number {
  switch (proto) {
    case IpProto.Tcp:
      return end - at <= 12 ? 20 : Math.max(20, (view.getUint8(at + 12) >> 4) << 2);
    case IpProto.Udp:
    case IpProto.Icmp:
    case IpProto.Icmpv6:
      return 8;
    case IpProto.Sctp:
      return 12;
    default:
      return 0;
  }
}
