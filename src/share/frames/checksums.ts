/**
 * Internet checksums of a frame of which bytes were replaced, updated without the payload (RFC 1624 §3, equation 3): a
 * right one stays right, a wrong one wrong by as much.
 *
 *   HC' = ~(~HC + ~m + m')       m, m': sums of what was replaced, and of what stands there now
 */

/** A checksum that stands in a frame. */
export interface ChecksumPlace {
  /** Of its two bytes. */
  readonly at: number;
  /** What it is of: from here to the end of the bytes, or to `to`. */
  readonly from: number;
  readonly to?: number;
  /** The pseudo-header that counts as well (RFC 9293 §3.1, RFC 8200 §8.1); absent = none does. */
  readonly pseudo?: PseudoHeader;
  /** Zero says that there is none (RFC 768). */
  readonly mayBeAbsent?: boolean;
}

export interface PseudoHeader {
  /** Where source and destination stand, one behind the other. */
  readonly addresses: number;
  readonly addressesLength: number;
  readonly proto: number;
  /** Of the transport header and its payload, bytes. */
  readonly length: number;
}

/** Puts the checksum right in `made`, which has the same layout as `original`. Inner checksums come before outer ones. */
export function updateChecksum(original: Uint8Array, made: Uint8Array, place: ChecksumPlace): void {
  const { at, from, to = made.length, pseudo, mayBeAbsent = false } = place;
  if (at + 2 > made.length) return;
  const before = (original[at]! << 8) | original[at + 1]!;
  if (before === 0 && mayBeAbsent) return put(made, at, 0);
  let [m, n] = [sum(original, from, to, at), sum(made, from, to, at)];
  if (pseudo !== undefined) {
    const end = pseudo.addresses + pseudo.addressesLength;
    const [was, is] = [sum(original, pseudo.addresses, end), sum(made, pseudo.addresses, end)];
    // Adapters that add the rest while sending are given the sum of the pseudo-header alone.
    if (before === fold(was + pseudo.proto + (pseudo.length >>> 16) + (pseudo.length & 0xffff)))
      return put(made, at, fold(before + not(was) + is));
    m = fold(m + was);
    n = fold(n + is);
  }
  const after = m === n ? before : not(fold(not(before) + not(m) + n));
  put(made, at, after === 0 && mayBeAbsent ? 0xffff : after);
}

/** Ones' complement sum of the words in `from .. to`, without the word at `except`; an odd last byte is the upper one. */
function sum(bytes: Uint8Array, from: number, to: number, except = -1): number {
  let total = 0;
  const end = Math.min(to, bytes.length);
  for (let i = from; i < end; i += 2) {
    if (i !== except) total += (bytes[i]! << 8) | (i + 1 < end ? bytes[i + 1]! : 0);
  }
  return fold(total);
}

function fold(total: number): number {
  let rest = total;
  while (rest > 0xffff) rest = (rest & 0xffff) + Math.floor(rest / 0x10000);
  return rest;
}

function not(word: number): number {
  return word ^ 0xffff;
}

function put(bytes: Uint8Array, at: number, word: number): void {
  bytes[at] = word >>> 8;
  bytes[at + 1] = word & 0xff;
}
