/**
 * IP headers, what they carry, and what an ICMP error quotes, as they are shared (layouts: decode/ip/ipv4.ts, ipv6.ts,
 * tcp.ts, icmp.ts). Options and extension headers that could hold an address are zeros or no-operations.
 */
import { Icmpv6Type, IcmpType } from '../../decode/packet/icmp-types.js';
import { Extension, extensionLength, MAX_EXTENSION_HEADERS } from '../../decode/ip/ipv6.js';
import { ThroughProto } from '../../decode/ip/ip.js';
import { IpProto } from '../../decode/packet/packet.js';
import type { CleanFrame } from './clean-frame.js';
import type { PseudoHeader } from './checksums.js';

const V4_HEADER = 20;
const V6_HEADER = 40;
const V6 = 16;
/** Of ESP: SPI and sequence number; AH has a word before them (RFC 4303 §2, RFC 4302 §2). */
const ESP_HEADER = 8;
const AH_HEADER = 12;
const SCTP_HEADER = 12;
const TCP_HEADER = 20;
const SHORT_HEADER = 8;
/** No-operation; of IPv4 zero ends the options. */
const TCP_NOP = 1;
/** End, no-operation, MSS, window scale, SACK permitted, SACK, timestamps: they hold no address. */
const TCP_KEPT: readonly number[] = [0, 1, 2, 3, 4, 5, 8];
/** Router alert (RFC 2711) and jumbo payload (RFC 2675). */
const V6_OPTIONS_KEPT: readonly number[] = [5, 0xc2];
const LINK_ADDRESS_OPTION = 8;

/** An IP header and what stands behind it. */
export interface IpHeader {
  readonly version: 4 | 6;
  readonly at: number;
  /** Of what follows the last header that was read. */
  readonly proto: number;
  /** Where that begins. */
  readonly next: number;
  /** A later fragment: what follows is no header. */
  readonly isRest: boolean;
}

/** Cleans the IP header at `at` with its options or extension headers; null = none is there. */
export function cleanIp(frame: CleanFrame, at: number): IpHeader | null {
  if (!frame.has(at, V4_HEADER)) return null;
  const version = frame.view.getUint8(at) >> 4;
  if (version === 4) return cleanIpv4(frame, at);
  return version === 6 && frame.has(at, V6_HEADER) ? cleanIpv6(frame, at) : null;
}

function cleanIpv4(frame: CleanFrame, at: number): IpHeader {
  const { view } = frame;
  const length = Math.max(V4_HEADER, (view.getUint8(at) & 15) << 2);
  frame.copy(at, 12);
  frame.ip(at + 12, 4);
  frame.ip(at + 16, 4);
  // The header is whole, or its checksum cannot be told.
  if (frame.has(at, length)) frame.checksum({ at: at + 10, from: at, to: at + length });
  const isRest = (view.getUint16(at + 6) & 0x1fff) !== 0;
  let [proto, next] = [view.getUint8(at + 9), at + length];
  if (proto === ThroughProto.Ah && !isRest && frame.has(next, AH_HEADER)) {
    frame.copy(next, AH_HEADER);
    proto = view.getUint8(next);
    next += extensionLength(ThroughProto.Ah, view.getUint8(next + 1));
  }
  return { version: 4, at, proto, next, isRest };
}

function cleanIpv6(frame: CleanFrame, at: number): IpHeader {
  const { view } = frame;
  frame.copy(at, 8);
  frame.ip(at + 8, V6);
  frame.ip(at + 24, V6);
  let proto = view.getUint8(at + 6);
  let next = at + V6_HEADER;
  let isRest = false;
  for (let headers = 0; headers < MAX_EXTENSION_HEADERS && frame.has(next, 8) && !isRest; headers++) {
    const length = extensionLength(proto, view.getUint8(next + 1));
    if (length === 0) break;
    if (proto === Extension.Routing) {
      // It holds addresses, and says which of them the checksum behind it is of.
      frame.cut(next);
      break;
    }
    cleanExtension(frame, proto, next, length);
    isRest = proto === Extension.Fragment && (view.getUint16(next + 2) & 0xfff8) !== 0;
    proto = view.getUint8(next);
    next += length;
  }
  return { version: 6, at, proto, next, isRest };
}

function cleanExtension(frame: CleanFrame, proto: number, at: number, length: number): void {
  if (proto === Extension.Fragment) frame.copy(at, length);
  else if (proto === ThroughProto.Ah) frame.copy(at, AH_HEADER);
  else frame.copy(at, 2);
  if (proto !== Extension.HopByHop && proto !== Extension.DestinationOptions) return;
  for (let option = at + 2; option + 2 <= at + length && frame.has(option, 2);) {
    const type = frame.view.getUint8(option);
    if (type === 0) {
      option++;
      continue;
    }
    const size = 2 + frame.view.getUint8(option + 1);
    if (option + size > at + length) return;
    frame.copy(option, V6_OPTIONS_KEPT.includes(type) ? size : 2);
    option += size;
  }
}

/** Cleans the transport header behind an IP header; what is none stays zero. */
export function cleanTransport(frame: CleanFrame, ip: IpHeader): void {
  const { proto, next: at, isRest } = ip;
  if (isRest) return frame.cut(at);
  switch (proto) {
    case IpProto.Tcp:
      return cleanTcp(frame, ip);
    case IpProto.Udp:
      frame.copy(at, SHORT_HEADER);
      return frame.checksum({ at: at + 6, from: at, mayBeAbsent: true, pseudo: pseudoOf(frame, ip) });
    case IpProto.Icmp:
      return ip.version === 4 ? cleanIcmp(frame, at) : undefined;
    case IpProto.Icmpv6:
      return ip.version === 6 ? cleanIcmpv6(frame, ip) : undefined;
    case IpProto.Sctp:
      // Its CRC is of nothing that was replaced.
      return frame.copy(at, SCTP_HEADER);
    case IpProto.Esp:
      return frame.copy(at, ESP_HEADER);
  }
}

function pseudoOf({ view }: CleanFrame, { version, at, next, proto }: IpHeader): PseudoHeader {
  const total = version === 4 ? view.getUint16(at + 2) : V6_HEADER + view.getUint16(at + 4);
  return {
    addresses: at + (version === 4 ? 12 : 8),
    addressesLength: version === 4 ? 8 : 2 * V6,
    proto,
    length: Math.max(0, total - (next - at)),
  };
}

function cleanTcp(frame: CleanFrame, ip: IpHeader): void {
  const { next: at } = ip;
  frame.copy(at, TCP_HEADER);
  frame.checksum({ at: at + 16, from: at, pseudo: pseudoOf(frame, ip) });
  if (!frame.has(at, TCP_HEADER)) return;
  const end = at + ((frame.view.getUint8(at + 12) >> 4) << 2);
  for (let option = at + TCP_HEADER; option < end && frame.has(option, 1);) {
    const kind = frame.view.getUint8(option);
    const size = kind < 2 || !frame.has(option, 2) ? 1 : frame.view.getUint8(option + 1);
    if (kind === 0 || size === 0 || option + size > end) return;
    if (TCP_KEPT.includes(kind)) frame.copy(option, size);
    else frame.fill(option, size, TCP_NOP);
    option += size;
  }
}

/** Eight bytes; of a redirect the better gateway; what an error quotes. */
function cleanIcmp(frame: CleanFrame, at: number): void {
  frame.copy(at, SHORT_HEADER);
  frame.checksum({ at: at + 2, from: at });
  if (!frame.has(at, SHORT_HEADER)) return frame.cut(at + 4);
  const type = frame.view.getUint8(at);
  if (type === IcmpType.Redirect) frame.ip(at + 4, 4);
  const quotes = [
    IcmpType.DestinationUnreachable,
    IcmpType.SourceQuench,
    IcmpType.TimeExceeded,
    IcmpType.ParameterProblem,
    IcmpType.Redirect,
  ].some((one) => one === type);
  if (quotes) cleanQuoted(frame, at + SHORT_HEADER);
}

function cleanIcmpv6(frame: CleanFrame, ip: IpHeader): void {
  const { next: at } = ip;
  frame.copy(at, SHORT_HEADER);
  frame.checksum({ at: at + 2, from: at, pseudo: pseudoOf(frame, ip) });
  if (!frame.has(at, SHORT_HEADER)) return frame.cut(at + 4);
  const body = at + SHORT_HEADER;
  const type = frame.view.getUint8(at);
  if (type >= Icmpv6Type.DestinationUnreachable && type <= Icmpv6Type.ParameterProblem) {
    cleanQuoted(frame, body);
  } else if (type === Icmpv6Type.NeighborSolicitation || type === Icmpv6Type.NeighborAdvertisement) {
    frame.ip(body, V6);
    const option = body + V6;
    if (!frame.has(option, LINK_ADDRESS_OPTION)) return frame.cut(option);
    frame.copy(option, 2);
    frame.mac(option + 2);
  } else if (type === Icmpv6Type.Redirect) {
    frame.ip(body, V6);
    frame.ip(body + V6, V6);
    // What it quotes stands in an option.
    frame.cut(body + 2 * V6);
  }
}

function cleanQuoted(frame: CleanFrame, at: number): void {
  const quoted = cleanIp(frame, at);
  if (quoted === null) return frame.cut(at);
  if (!quoted.isRest) cleanQuotedTransport(frame, quoted);
}

/** An error about an error is never sent: of ICMP the first eight bytes are kept. */
function cleanQuotedTransport(frame: CleanFrame, ip: IpHeader): void {
  if (ip.proto !== IpProto.Icmp && ip.proto !== IpProto.Icmpv6) return cleanTransport(frame, ip);
  frame.copy(ip.next, SHORT_HEADER);
  frame.checksum({
    at: ip.next + 2,
    from: ip.next,
    ...(ip.version === 6 ? { pseudo: pseudoOf(frame, ip) } : {}),
  });
}
