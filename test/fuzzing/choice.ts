/** Seeded decisions: the same seed makes the same case on every machine. */
import { Random } from '../../captures/recipes/craft/random.js';

/** What breaks readers of a number of so many bits, whatever it counts. */
const ENDS: Readonly<Record<number, readonly number[]>> = {
  8: [0, 1, 0x7f, 0x80, 0xc0, 0xff],
  16: [0, 1, 0x7fff, 0x8000, 0xff00, 0xfffe, 0xffff],
  24: [0, 1, 0x7fffff, 0x800000, 0xffffff],
  32: [0, 1, 0xffff, 0x10000, 0x7fffffff, 0x80000000, 0xfffffffc, 0xffffffff],
};

export class Choice {
  readonly #random: Random;

  constructor(seed: number) {
    this.#random = new Random(seed);
    // The first numbers of neighbouring seeds are alike.
    for (let i = 0; i < 4; i++) this.#random.uint32();
  }

  uint32(): number {
    return this.#random.uint32();
  }

  /** 0 <= x < count; 0 when there is nothing. */
  below(count: number): number {
    return count <= 1 ? 0 : this.#random.uint32() % count;
  }

  /** A whole number, both ends included. */
  between(low: number, high: number): number {
    return low + this.below(high - low + 1);
  }

  /** True once in so many times. */
  oneIn(count: number): boolean {
    return this.below(count) === 0;
  }

  one<T>(list: readonly T[]): T {
    const found = list[this.below(list.length)];
    if (found === undefined) throw new Error('nothing to choose from');
    return found;
  }

  /** Few more often than many. */
  few(most: number): number {
    let count = 1;
    while (count < most && !this.oneIn(3)) count++;
    return count;
  }

  bytes(len: number): Uint8Array {
    return this.#random.bytes(len);
  }

  /** A value of a field of so many bits: its ends, a little beside what it is or what is left, or anything. */
  edge(bits: number, ...near: readonly number[]): number {
    const most = 2 ** bits - 1;
    const kind = this.below(4);
    if (kind === 0) return this.one(ENDS[bits] ?? [0, most]);
    if (kind === 3 || near.length === 0) return this.uint32() % 2 ** Math.min(bits, 31);
    const value = this.one(near) * (this.oneIn(8) ? 2 : 1) + this.between(-4, 4);
    return Math.min(most, Math.max(0, value));
  }
}

/** Writes a number of 1 to 4 bytes as far as the bytes go. */
export function put(bytes: Uint8Array, at: number, width: number, value: number, little = false): void {
  for (let i = 0; i < width; i++) {
    const shift = 8 * (little ? i : width - 1 - i);
    if (at + i < bytes.length) bytes[at + i] = (value >>> shift) & 0xff;
  }
}

export function get(bytes: Uint8Array, at: number, width: number, little = false): number {
  let value = 0;
  for (let i = 0; i < width; i++) value = value * 256 + (bytes[at + (little ? width - 1 - i : i)] ?? 0);
  return value;
}
