/**
 * Whether time grows with the packets and memory with the flows and no faster: the same shape at 1, 4 and 16 times
 * its size, each in fresh processes, in turn.
 */
import type { BenchCapture } from './generate.js';
import { measure, median } from './measure.js';
import type { Program } from './programs.js';

/** Sizes relative to the first. */
export const SIZES: readonly number[] = [1, 4, 16];

/** One size: CPU seconds (all threads; wall seconds where the system does not tell) and peak bytes, medians. */
export interface Grown {
  readonly packets: number;
  readonly flows: number;
  readonly seconds: number;
  readonly peak: number;
}

/** What the larger of two sizes adds for each packet and flow: the fixed part of a start is in neither. */
export interface Step {
  /** Microseconds. */
  readonly perPacket: number;
  /** Bytes. */
  readonly perFlow: number;
}

/** @param captures of growing size */
export async function grow(
  captures: readonly BenchCapture[],
  program: Program,
  rounds: number,
): Promise<Grown[]> {
  const seconds: number[][] = captures.map(() => []);
  const peaks: number[][] = captures.map(() => []);
  for (let round = 0; round < rounds; round++) {
    for (const [index, { path }] of captures.entries()) {
      const one = await measure(program.command(path));
      seconds[index]?.push(one.cpu ?? one.seconds);
      peaks[index]?.push(one.peak ?? 0);
    }
  }
  return captures.map(({ packets, flows }, index) => ({
    packets,
    flows,
    seconds: median(seconds[index] ?? []),
    peak: median(peaks[index] ?? []),
  }));
}

/** From each size to the next. */
export function steps(sizes: readonly Grown[]): Step[] {
  return sizes.slice(1).map((to, index) => {
    const from = sizes[index] ?? to;
    return {
      perPacket: ((to.seconds - from.seconds) / (to.packets - from.packets)) * 1e6,
      perFlow: (to.peak - from.peak) / (to.flows - from.flows),
    };
  });
}
