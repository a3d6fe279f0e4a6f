/**
 * Frames as firewalls and capturing systems log them, with a header of their own before the packet: pf's log of
 * OpenBSD and FreeBSD (net/if_pflog.h), netfilter's log, and Apple's PKTAP (tcpdump.org/linktypes), and Juniper's
 * Ethernet (packet captures of Junos).
 *
 *   pflog    | length without padding (1) | family (1) | action (1) | reason (1) | interface (16) ... | pad to 4 | IP ...
 *   nflog    | family (1) | version 0 (1) | resource (2) | { length (2) | type (2) | value | pad to 4 } ...
 *   PKTAP    | header length (4) | record type (4) | link type (4) | ... | frame          little-endian
 *   Juniper  | 4d 47 43 (3) | flags (1) |? extensions: length (2), ... |? family (4, little-endian), IP | frame
 */
import { Next, type Cursor } from '../packet/cursor.js';
import { linkTypeNext } from './link-type.js';
import type { Packet } from '../packet/packet.js';
import { Weird } from '../packet/weird.js';

const MIN_PFLOG_BYTES = 45;
const NFLOG_BYTES = 4;
const NFLOG_PAYLOAD = 9;
/**
 * Attributes of one netfilter log frame that are passed over.
 * @reached the frame is not read further
 */
const MAX_ATTRIBUTES = 64;
const MIN_PKTAP_BYTES = 12;
const PKTAP_PACKET = 1;
const JUNIPER_MAGIC = 0x4d4743;
const JuniperFlag = { Extensions: 0x80, NoLinkHeader: 0x02 } as const;
const JuniperFamily = { Ipv4: 2, Ipv6: 6 } as const;

export function pflog(c: Cursor, p: Packet): Next {
  if (c.lacks(p, MIN_PFLOG_BYTES, Weird.TruncatedLinkHeader)) return Next.Done;
  const length = (p.view.getUint8(c.at) + 3) & ~3;
  if (length < MIN_PFLOG_BYTES || c.lacks(p, length, Weird.TruncatedLinkHeader)) return Next.Done;
  c.at += length;
  return Next.Ip;
}

export function nflog(c: Cursor, p: Packet): Next {
  if (c.lacks(p, NFLOG_BYTES, Weird.TruncatedLinkHeader)) return Next.Done;
  c.at += NFLOG_BYTES;
  // Lengths are in the byte order of the host that captured; no attribute before the payload is long.
  let little = true;
  for (let i = 0; i < MAX_ATTRIBUTES && c.end - c.at >= 4; i++) {
    if (i === 0) little = p.view.getUint16(c.at, true) <= p.view.getUint16(c.at);
    const length = p.view.getUint16(c.at, little);
    const type = p.view.getUint16(c.at + 2, little);
    if (length < 4) return Next.Done;
    if (type === NFLOG_PAYLOAD) {
      c.narrow(length);
      c.at += 4;
      return Next.Ip;
    }
    c.at += (length + 3) & ~3;
  }
  return Next.Done;
}

export function pktap(c: Cursor, p: Packet): Next {
  if (c.lacks(p, MIN_PKTAP_BYTES, Weird.TruncatedLinkHeader)) return Next.Done;
  const { view } = p;
  const length = view.getUint32(c.at, true);
  if (view.getUint32(c.at + 4, true) !== PKTAP_PACKET || length < MIN_PKTAP_BYTES) return Next.Done;
  const linkType = view.getUint32(c.at + 8, true);
  if (c.lacks(p, length, Weird.TruncatedLinkHeader)) return Next.Done;
  c.at += length;
  const next = linkTypeNext(linkType);
  return next === Next.Pktap ? Next.Done : next;
}

export function juniperEthernet(c: Cursor, p: Packet): Next {
  if (c.lacks(p, 6, Weird.TruncatedLinkHeader)) return Next.Done;
  const { view } = p;
  const word = view.getUint32(c.at);
  if (word >>> 8 !== JUNIPER_MAGIC) return Next.Done;
  const flags = word & 0xff;
  const length = (flags & JuniperFlag.Extensions) === 0 ? 4 : 6 + view.getUint16(c.at + 4);
  if (c.lacks(p, length + 4, Weird.TruncatedLinkHeader)) return Next.Done;
  c.at += length;
  if ((flags & JuniperFlag.NoLinkHeader) === 0) return Next.Ethernet;
  const family = view.getUint32(c.at, true);
  c.at += 4;
  if (family === JuniperFamily.Ipv4) return Next.Ipv4;
  return family === JuniperFamily.Ipv6 ? Next.Ipv6 : Next.Done;
}
