/**
 * Headers of ASN.1 values in BER or DER.
 *
 * Normative: X.690 §8.1.2-8.1.3 (only one-byte tags and definite lengths occur in what is read here).
 *
 *   | tag | length 0..127 |   or   | tag | 80+n | n bytes of length |   then the content
 */

/** Lengths are believed up to here. */
const MAX_LENGTH = 0x0fff_ffff;

/** The outcome of `readTlv`. */
export const Tlv = { Bad: -1, More: 0, Ok: 1 } as const;
/** A value of `Tlv`. */
export type Tlv = (typeof Tlv)[keyof typeof Tlv];

/** A reused header: where the content of one value lies. `end` may lie behind what is there. */
export class TlvHeader {
  tag = 0;
  at = 0;
  end = 0;
}

/** Reads the header at `at` into `header`; `More` when it is cut by `end`. */
export function readTlv(bytes: Uint8Array, at: number, end: number, header: TlvHeader): Tlv {
  if (at + 2 > end) return Tlv.More;
  const first = bytes[at + 1]!;
  header.tag = bytes[at]!;
  if (first < 0x80) {
    header.at = at + 2;
    header.end = at + 2 + first;
    return Tlv.Ok;
  }
  const count = first & 0x7f;
  if (count === 0 || count > 4) return Tlv.Bad;
  if (at + 2 + count > end) return Tlv.More;
  let length = 0;
  for (let i = 0; i < count; i++) length = length * 256 + bytes[at + 2 + i]!;
  if (length > MAX_LENGTH) return Tlv.Bad;
  header.at = at + 2 + count;
  header.end = header.at + length;
  return Tlv.Ok;
}

/** Moves to the value with `tag` among those in `[at .. end)`; false when none is wholly there. */
export function findTlv(bytes: Uint8Array, at: number, end: number, tag: number, header: TlvHeader): boolean {
  while (readTlv(bytes, at, end, header) === Tlv.Ok && header.end <= end) {
    if (header.tag === tag) return true;
    at = header.end;
  }
  return false;
}

/** An INTEGER's content as a number; only the last 32 bits count. */
export function tlvInteger(bytes: Uint8Array, at: number, end: number): number {
  let value = at < end && bytes[at]! & 0x80 ? -1 : 0;
  for (let i = at; i < end; i++) value = (value << 8) | bytes[i]!;
  return value;
}
