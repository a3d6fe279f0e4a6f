/** One stream of packets among those of a live reader: a capture child, standard input, or files that grow. */
import type { CaptureFile, CaptureInterface, FrameBatch } from '../../frames/frame.js';

/** Counts since the feed was opened; null = it does not say. */
export interface FeedCounters {
  readonly received: number | null;
  readonly droppedByKernel: number | null;
  readonly droppedByInterface: number | null;
}

/** Not re-entrant. Never rejects once it is open. */
export interface LiveFeed {
  /** Where the last batch came from; it stays until the next call of `nextBatch`. */
  readonly segment: CaptureFile | null;
  /** Waits as long as it takes; null = ended for good. */
  nextBatch(): Promise<FrameBatch | null>;
  counters(): FeedCounters;
  /** Called at every turn of the loop; asks for counters and states when it is time. */
  poll(): void;
  /** Ends the feed; what has been captured is still handed out. */
  stop(): void;
  /** Releases everything; a call of `nextBatch` that waits resolves to null. Safe to call twice. */
  close(): Promise<void>;
}

/** The sum of what feeds say; null when one of them does not say it. */
export function sumOfCounters(all: readonly FeedCounters[]): FeedCounters {
  const sum = (key: keyof FeedCounters): number | null =>
    all.reduce<number | null>((total, one) => {
      const value = one[key];
      return total === null || value === null ? null : total + value;
    }, 0);
  return {
    received: sum('received'),
    droppedByKernel: sum('droppedByKernel'),
    droppedByInterface: sum('droppedByInterface'),
  };
}

/** What a capture itself says of its losses: a pcapng stream does at its end. */
export function statisticsOf(interfaces: readonly CaptureInterface[]): FeedCounters {
  const said = (key: 'received' | 'osDropped' | 'interfaceDropped'): number | null => {
    const counts = interfaces.map((one) => one[key]).filter((count) => count !== undefined);
    return counts.length === 0 ? null : Number(counts.reduce((sum, count) => sum + count, 0n));
  };
  return {
    received: said('received'),
    droppedByKernel: said('osDropped'),
    droppedByInterface: said('interfaceDropped'),
  };
}
