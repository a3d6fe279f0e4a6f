/** A small seeded generator (mulberry32), so that a recipe makes the same bytes on every machine. */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed | 0;
  }

  /** 0 <= x < 2^32. */
  uint32(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return (mixed ^ (mixed >>> 14)) >>> 0;
  }

  /** A whole number, both ends included. */
  between(low: number, high: number): number {
    return low + (this.uint32() % (high - low + 1));
  }

  bytes(len: number): Uint8Array {
    return Uint8Array.from({ length: len }, () => this.uint32() & 0xff);
  }
}
