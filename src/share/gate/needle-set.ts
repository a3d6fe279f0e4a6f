/**
 * Many needles in one pass: the first four bytes of each, folded to lower case, are marked in a small table, and only
 * where the text has four bytes that are marked are the needles that begin so compared, by their lengths.
 */
import type { Needle } from './needles.js';

const GRAM = 4;
/** Marks: 2 ^ 18 bits. */
const MARK_BITS = 18;

/** ASCII capitals as small letters. */
export const FOLD = Uint8Array.from({ length: 256 }, (_, byte) =>
  byte >= 0x41 && byte <= 0x5a ? byte + 32 : byte,
);

export class NeedleSet {
  readonly #marks = new Uint32Array((1 << MARK_BITS) / 32);
  /** Lengths of the needles that begin with these four bytes. */
  readonly #lengths = new Map<number, number[]>();
  readonly #needles = new Map<string, Needle[]>();

  /** Needles of at least four bytes; shorter ones are not taken. */
  add(needle: Needle): void {
    const folded = needle.bytes.map((byte) => FOLD[byte]!);
    if (folded.length < GRAM) return;
    const gram = (folded[0]! << 24) | (folded[1]! << 16) | (folded[2]! << 8) | folded[3]!;
    const mark = Math.imul(gram, 0x9e3779b1) >>> (32 - MARK_BITS);
    this.#marks[mark >>> 5]! |= 1 << (mark & 31);
    const lengths = this.#lengths.get(gram);
    if (lengths === undefined) this.#lengths.set(gram, [folded.length]);
    else if (!lengths.includes(folded.length)) lengths.push(folded.length);
    const key = keyOf(folded, 0, folded.length);
    const known = this.#needles.get(key);
    if (known === undefined) this.#needles.set(key, [needle]);
    else if (!known.some(({ form, kind }) => form === needle.form && kind === needle.kind))
      known.push(needle);
  }

  /** Calls `found` for each occurrence. @param folded the text through FOLD @param raw the same as it is */
  search(folded: Uint8Array, raw: Uint8Array, found: (needle: Needle, at: number) => void): void {
    const marks = this.#marks;
    let gram = 0;
    for (let i = 0; i < folded.length; i++) {
      gram = (gram << 8) | folded[i]!;
      const mark = Math.imul(gram, 0x9e3779b1) >>> (32 - MARK_BITS);
      if (((marks[mark >>> 5]! >>> (mark & 31)) & 1) === 1 && i >= GRAM - 1) {
        this.#compare(gram, folded, raw, i - GRAM + 1, found);
      }
    }
  }

  #compare(
    gram: number,
    folded: Uint8Array,
    raw: Uint8Array,
    at: number,
    found: (needle: Needle, at: number) => void,
  ): void {
    for (const length of this.#lengths.get(gram) ?? []) {
      if (at + length > folded.length) continue;
      for (const needle of this.#needles.get(keyOf(folded, at, length)) ?? []) {
        if (!needle.exact || needle.bytes.every((byte, k) => byte === raw[at + k])) found(needle, at);
      }
    }
  }
}

function keyOf(bytes: Uint8Array, at: number, length: number): string {
  return String.fromCharCode(...bytes.subarray(at, at + length));
}
