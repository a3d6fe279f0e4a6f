/**
 * IEEE 802.11 data frames, IEEE 802.11 §9.2-9.3: unprotected and unfragmented ones carry LLC/SNAP.
 *
 *   | control (2) | duration (2) | addr1 (6) | addr2 (6) | addr3 (6) | sequence (2) | addr4 (6) | qos (2) | ht (4) | LLC
 */
import { Next, type Cursor } from '../packet/cursor.js';
import type { Packet } from '../packet/packet.js';
import { Weird } from '../packet/weird.js';

const HEADER_LEN = 24;
const TYPE_DATA = 2;
const Subtype = { NoData: 4, Qos: 8 } as const;
const Flag = { ToDs: 1, FromDs: 2, MoreFragments: 4, Protected: 0x40, Order: 0x80 } as const;
const AMSDU_PRESENT = 0x80;

export function ieee80211(c: Cursor, p: Packet): Next {
  if (c.lacks(p, 2, Weird.TruncatedLinkHeader)) return Next.Done;
  const { at } = c;
  const { view } = p;
  const control = view.getUint8(at);
  const flags = view.getUint8(at + 1);
  const subtype = control >> 4;
  if (((control >> 2) & 3) !== TYPE_DATA || (subtype & Subtype.NoData) !== 0) return Next.Done;
  const fourAddresses = (flags & (Flag.ToDs | Flag.FromDs)) === (Flag.ToDs | Flag.FromDs);
  let len = HEADER_LEN + (fourAddresses ? 6 : 0);
  const qosAt = at + len;
  const qos = (subtype & Subtype.Qos) !== 0;
  if (qos) len += (flags & Flag.Order) !== 0 ? 6 : 2;
  if (c.dataPad) len = (len + 3) & ~3;
  if (c.lacks(p, len, Weird.TruncatedLinkHeader)) return Next.Done;
  p.dstMacAt = (flags & Flag.ToDs) !== 0 ? at + 16 : at + 4;
  if (fourAddresses) p.srcMacAt = at + 24;
  else p.srcMacAt = (flags & Flag.FromDs) !== 0 ? at + 16 : at + 10;
  const fragment = (flags & Flag.MoreFragments) !== 0 || (view.getUint8(at + 22) & 15) !== 0;
  const aggregate = qos && (view.getUint8(qosAt) & AMSDU_PRESENT) !== 0;
  if ((flags & Flag.Protected) !== 0 || fragment || aggregate) return Next.Done;
  c.at = at + len;
  return Next.Llc;
}
