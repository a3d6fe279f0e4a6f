/** Rates over time in bounded memory: two rings of buckets, a fine one and a coarse one. */
import type { LiveRates } from '../words/model.js';

/** 5 s × 180 = 15 minutes. */
export const FINE: Span = { width: 5000, points: 180, label: '15 minutes' };
/** 5 min × 288 = 24 hours. */
export const COARSE: Span = { width: 300_000, points: 288, label: '24 hours' };

export interface Span {
  /** Milliseconds of one bucket. */
  readonly width: number;
  /** Buckets kept. */
  readonly points: number;
  /** For people: what the whole covers. */
  readonly label: string;
}

interface Bucket {
  /** Milliseconds since 1970 divided by the width. */
  readonly number: number;
  seconds: number;
  packets: number;
  bytes: number;
  dropped: number;
}

export type RateKind = 'packets' | 'bytes' | 'dropped';

export class RateHistory {
  readonly span: Span;
  readonly #buckets: Bucket[] = [];

  constructor(span: Span) {
    this.span = span;
  }

  /** `at` in milliseconds since 1970. When the clock goes back, what lies in its future is forgotten. */
  add(at: number, { seconds, packets, bytes, dropped }: LiveRates): void {
    const number = Math.floor(at / this.span.width);
    while ((this.#buckets.at(-1)?.number ?? -1) > number) this.#buckets.pop();
    let bucket = this.#buckets.at(-1);
    if (bucket?.number !== number) {
      bucket = { number, seconds: 0, packets: 0, bytes: 0, dropped: 0 };
      this.#buckets.push(bucket);
      if (this.#buckets.length > this.span.points) this.#buckets.shift();
    }
    bucket.seconds += seconds;
    bucket.packets += packets;
    bucket.bytes += bytes;
    bucket.dropped += dropped;
  }

  /** The rate per second in each bucket up to the one of `at`, oldest first; null = nothing is known. */
  rates(at: number, kind: RateKind): readonly (number | null)[] {
    const { width, points } = this.span;
    const first = Math.floor(at / width) - points + 1;
    const found = new Array<number | null>(points).fill(null);
    for (const bucket of this.#buckets) {
      const index = bucket.number - first;
      if (index >= 0 && index < points && bucket.seconds > 0) found[index] = bucket[kind] / bucket.seconds;
    }
    return found;
  }
}
