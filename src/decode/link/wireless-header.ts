/**
 * What capture software puts before 802.11 frames: radiotap (radiotap.org), PPI (CACE PPI spec 1.0.10 §3),
 * Prism and AVS. Radiotap and PPI fields are little-endian.
 *
 *   radiotap  | version (1) = 0 | pad (1) | length (2) | present (4, more while bit 31) | fields ... | 802.11
 *   PPI       | version (1) | flags (1) | length (2) | link type (4) | type (2), length (2), field ... | frame
 *   Prism     | message code (4) | message length (4) | device name (16) | items ... | 802.11
 *   AVS       | 80 21 10 0x (4) | length (4) | ... | 802.11
 */
import { Next, type Cursor } from '../packet/cursor.js';
import { linkTypeNext } from './link-type.js';
import type { Packet } from '../packet/packet.js';
import { Weird } from '../packet/weird.js';

const FCS_LEN = 4;
const RadiotapPresent = { Tsft: 1, Flags: 2 } as const;
const RadiotapFlag = { Fcs: 0x10, DataPad: 0x20 } as const;
const PPI_80211_COMMON = 2;
/** From the beginning of that field to behind its flags; a shorter rest has none. */
const PPI_FLAGS_END = 14;
const AVS_MAGIC = 0x80211;
const PRISM_MIN_LEN = 24;

export function radiotap(c: Cursor, p: Packet): Next {
  if (c.lacks(p, 8, Weird.TruncatedLinkHeader)) return Next.Done;
  const { at } = c;
  const { view } = p;
  const len = view.getUint16(at + 2, true);
  if (len < 8 || view.getUint8(at) !== 0) return Next.Done;
  if (c.lacks(p, len, Weird.TruncatedLinkHeader)) return Next.Done;
  const end = at + len;
  const present = view.getInt32(at + 4, true);
  let fieldsAt = at + 8;
  for (let word = present; word < 0 && fieldsAt + 4 <= end; fieldsAt += 4)
    word = view.getInt32(fieldsAt, true);
  // The time stamp, if there is one, stands before the flags, aligned to 8 from the start of the header.
  if ((present & RadiotapPresent.Tsft) !== 0) fieldsAt = at + (((fieldsAt - at + 7) & ~7) + 8);
  const flags = (present & RadiotapPresent.Flags) !== 0 && fieldsAt < end ? view.getUint8(fieldsAt) : 0;
  c.at = end;
  if ((flags & RadiotapFlag.Fcs) !== 0) dropFcs(c);
  c.dataPad = (flags & RadiotapFlag.DataPad) !== 0;
  return Next.Ieee80211;
}

export function ppi(c: Cursor, p: Packet): Next {
  if (c.lacks(p, 8, Weird.TruncatedLinkHeader)) return Next.Done;
  const { at } = c;
  const { view } = p;
  const len = view.getUint16(at + 2, true);
  if (len < 8 || c.lacks(p, len, Weird.TruncatedLinkHeader)) return Next.Done;
  const end = at + len;
  c.at = end;
  const next = linkTypeNext(view.getInt32(at + 4, true));
  for (let field = at + 8; field + PPI_FLAGS_END <= end; field += 4 + view.getUint16(field + 2, true)) {
    if (view.getUint16(field, true) !== PPI_80211_COMMON) continue;
    if ((view.getUint16(field + 12, true) & 1) !== 0) dropFcs(c);
    break;
  }
  return next;
}

export function prism(c: Cursor, p: Packet): Next {
  if (c.lacks(p, 8, Weird.TruncatedLinkHeader)) return Next.Done;
  const { at } = c;
  const { view } = p;
  const avs = view.getInt32(at) >>> 12 === AVS_MAGIC;
  let len = view.getInt32(at + 4, !avs);
  // Prism headers are in the byte order of the capturing host.
  if (!avs && len >>> 0 > 0xffff) len = view.getInt32(at + 4);
  if (len < PRISM_MIN_LEN || len > 0xffff || c.lacks(p, len, Weird.TruncatedLinkHeader)) return Next.Done;
  c.at = at + len;
  return Next.Ieee80211;
}

/** The frame check sequence is the last 4 bytes that were sent. */
function dropFcs(c: Cursor): void {
  c.narrow(Math.max(c.wire - c.at - FCS_LEN, 0));
}
