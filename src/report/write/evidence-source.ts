/** What a format needs to read frames of the analysed captures again. */
import type { FrameColumns } from '../../capture/frames/frame.js';
import type { StreamCopies } from '../../capture/bytes/stream-copy.js';

/** Where the frames of a report come from, and how much of them is kept. */
export interface EvidenceSource {
  /** The inputs as they were opened, in the order of the report's captures. */
  readonly inputs: readonly string[];
  /** True: whole frames instead of their headers. */
  readonly payload: boolean;
  readonly copies?: StreamCopies;
  /** Of a shared report; without it none is written. */
  readonly cleaner?: FrameCleaner;
  readonly etlComponent?: number;
}

/** A frame of which nothing tells whose network it is. */
export interface CleanedFrame {
  readonly bytes: Uint8Array;
  readonly linkType: number;
  /** Bytes of the original that were left out before it. */
  readonly before: number;
}

/** Makes the frames of a shared report: headers only, with pseudonyms. */
export interface FrameCleaner {
  /** Null: nothing of it is known to be clean. */
  frame(batch: FrameColumns, row: number): CleanedFrame | null;
}
