/**
 * PPPoE session stage, RFC 2516 §4.
 *
 *   | version, type (1) = 0x11 | code (1) = 0 | session (2) | length (2) | PPP ...
 */
import { Next, type Cursor } from '../packet/cursor.js';
import type { Packet } from '../packet/packet.js';
import { Weird } from '../packet/weird.js';

const HEADER_LEN = 6;
const SESSION_DATA = 0x1100;

export function pppoe(c: Cursor, p: Packet): Next {
  if (c.lacks(p, HEADER_LEN, Weird.TruncatedLinkHeader)) return Next.Done;
  const at = c.at;
  if (p.view.getUint16(at) !== SESSION_DATA) return Next.Done;
  c.at = at + HEADER_LEN;
  c.narrow(p.view.getUint16(at + 4));
  return Next.Ppp;
}
