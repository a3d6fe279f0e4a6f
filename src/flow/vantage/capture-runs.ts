/**
 * The stretches of time in which was captured: silence is measured against the end of the stretch in which it began.
 * Files whose gap is shorter than an answer may take are one stretch, so that a rotated ring stays one; a long time
 * without any frame parts a file as well, since nothing tells whether anybody captured then.
 */
import type { TimeSpan } from '../record/time-span.js';

/** Seconds since 1970. */
export interface Gap {
  readonly from: number;
  readonly to: number;
}

/**
 * Gaps in a capture that are remembered.
 * @reached a silence over a further one is measured as if packets had come
 */
export const MAX_GAPS = 4096;
export const SHORTEST_GAP_SECONDS = 60;

export class CaptureRuns {
  /** Ends of the stretches in the order of time, seconds since 1970. */
  private readonly ends: readonly number[];

  constructor(ends: readonly number[]) {
    this.ends = ends;
  }

  /** One stretch that ends at `end`: what monitoring sees. */
  static until(end: number): CaptureRuns {
    return new CaptureRuns([end]);
  }

  /**
   * @param files first and last times of the files
   * @param tolerance seconds between files that do not part them
   * @param longest seconds without a frame inside a file that do not part it
   */
  static of(
    files: readonly TimeSpan[],
    gaps: readonly Gap[],
    tolerance: number,
    longest: number,
  ): CaptureRuns {
    const spans = files
      .filter((span) => span.frames > 0)
      .map((span) => ({ from: span.firstSec + span.firstNsec / 1e9, to: span.lastSec + span.lastNsec / 1e9 }))
      .sort((a, b) => a.from - b.from);
    const ends: number[] = [];
    let end: number | null = null;
    for (const { from, to } of spans) {
      if (end !== null && from - end >= tolerance) ends.push(end);
      end = Math.max(end ?? to, to);
    }
    if (end !== null) ends.push(end);
    for (const { from, to } of gaps) if (to - from >= longest) ends.push(from);
    return new CaptureRuns(ends.sort((a, b) => a - b));
  }

  /** End of the stretch in which `time` lies; the last one's when it lies in none. */
  endOf(time: number): number {
    let low = 0;
    let high = this.ends.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.ends[middle]! < time) low = middle + 1;
      else high = middle;
    }
    return this.ends[low] ?? 0;
  }
}
