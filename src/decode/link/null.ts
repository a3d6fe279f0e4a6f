/**
 * LINKTYPE_NULL (address family in the byte order of the capturing host) and LINKTYPE_LOOP (network order),
 * tcpdump.org/linktypes.
 *
 *   | address family (4) | IP ...
 */
import { Next, type Cursor } from '../packet/cursor.js';
import { etherTypeNext } from '../packet/ether-type.js';
import type { Packet } from '../packet/packet.js';
import { Weird } from '../packet/weird.js';

const AF_INET = 2;

/** AF_INET6 of Linux, Windows, NetBSD/OpenBSD/Npcap, FreeBSD, macOS. */
const AF_INET6: readonly number[] = [10, 23, 24, 28, 30];

export function nullLoopback(c: Cursor, p: Packet): Next {
  if (c.lacks(p, 4, Weird.TruncatedLinkHeader)) return Next.Done;
  let family = p.view.getInt32(c.at);
  // No family is larger than 16 bits, so a value that is was written in the other byte order.
  if (family >>> 0 > 0xffff) family = p.view.getInt32(c.at, true);
  c.at += 4;
  if (family === AF_INET) return Next.Ipv4;
  if (AF_INET6.includes(family)) return Next.Ipv6;
  return etherTypeNext(family);
}
