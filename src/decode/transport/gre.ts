/**
 * GRE, RFC 2784 §2 with the key and sequence of RFC 2890; version 1 is PPTP's, RFC 2637 §4.1; ERSPAN (Cisco)
 * types I, II and III (draft-foschiano-erspan) carry mirrored Ethernet frames.
 *
 *   v0  | C R K S ... version (2) | EtherType (2) | checksum, 0 (4 if C) | key (4 if K) | sequence (4 if S) | ...
 *   v1  | C R K S ... A, version (2) | 880b (2) | length (2), call (2) | sequence (4 if S) | acknowledgment (4 if A) |
 */
import { Next, type Cursor } from '../packet/cursor.js';
import { etherTypeNext, EtherType } from '../packet/ether-type.js';
import { enterTunnel } from '../ip/ip.js';
import type { Packet } from '../packet/packet.js';
import { Weird } from '../packet/weird.js';

const Flag = {
  Checksum: 0x8000,
  Routing: 0x4000,
  Key: 0x2000,
  Sequence: 0x1000,
  Acknowledgment: 0x0080,
} as const;
const VERSION_MASK = 7;
const ERSPAN = 0x88be;
const ERSPAN_III = 0x22eb;
/** Web Cache Communication Protocol: IPv4, in version 2 after 4 bytes that do not begin with a 4. */
const WCCP = 0x883e;

export function gre(c: Cursor, p: Packet): Next {
  if (c.lacks(p, 4, Weird.TruncatedGre)) return Next.Done;
  const flags = p.view.getUint16(c.at);
  const type = p.view.getUint16(c.at + 2);
  const version = flags & VERSION_MASK;
  p.greType = type;
  if (version > 1) {
    c.weird(p, Weird.UnknownGreVersion);
    return Next.Done;
  }
  if ((flags & Flag.Routing) !== 0) {
    c.weird(p, Weird.GreRouting);
    return Next.Done;
  }
  if (version === 1) return pptp(c, p, flags, type);
  const len = 4 + optional(flags, Flag.Checksum) + optional(flags, Flag.Key) + optional(flags, Flag.Sequence);
  if (c.lacks(p, len, Weird.TruncatedGre)) return Next.Done;
  c.at += len;
  const next = payloadNext(c, p, type, flags);
  return next === Next.Done || !enterTunnel(c, p) ? Next.Done : next;
}

function optional(flags: number, flag: number): number {
  return (flags & flag) === 0 ? 0 : 4;
}

function payloadNext(c: Cursor, p: Packet, type: number, flags: number): Next {
  const { at } = c;
  if (type === ERSPAN) {
    // Type I has neither a sequence number nor a header of its own.
    const len = (flags & Flag.Sequence) === 0 ? 0 : 8;
    if (c.lacks(p, len, Weird.TruncatedGre)) return Next.Done;
    c.at = at + len;
    return Next.Ethernet;
  }
  if (type === ERSPAN_III) {
    if (c.lacks(p, 12, Weird.TruncatedGre)) return Next.Done;
    const len = (p.view.getUint8(at + 11) & 1) === 0 ? 12 : 20;
    if (c.lacks(p, len, Weird.TruncatedGre)) return Next.Done;
    c.at = at + len;
    return Next.Ethernet;
  }
  if (type === WCCP) {
    if (c.lacks(p, 4, Weird.TruncatedGre)) return Next.Done;
    if (p.view.getUint8(at) >> 4 !== 4) c.at = at + 4;
    return Next.Ipv4;
  }
  return etherTypeNext(type);
}

function pptp(c: Cursor, p: Packet, flags: number, type: number): Next {
  const len = 8 + optional(flags, Flag.Sequence) + optional(flags, Flag.Acknowledgment);
  if (type !== EtherType.Ppp || (flags & Flag.Key) === 0) return Next.Done;
  if (c.lacks(p, len, Weird.TruncatedGre)) return Next.Done;
  const payloadLen = p.view.getUint16(c.at + 4);
  // Without a sequence number it only acknowledges.
  if ((flags & Flag.Sequence) === 0 || payloadLen === 0 || !enterTunnel(c, p)) return Next.Done;
  c.at += len;
  c.narrow(payloadLen);
  return Next.Ppp;
}
