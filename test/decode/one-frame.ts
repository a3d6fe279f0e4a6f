/** One frame as the columns that the decoder reads. */
import type { FrameColumns } from '../../src/capture/frames/frame.js';

export interface OneFrame {
  readonly bytes: Uint8Array;
  /** Default: over all of `bytes`. */
  readonly view?: DataView;
  /** Default 0. */
  readonly at?: number;
  /** Default: all of `bytes`. */
  readonly capLen?: number | undefined;
  /** Default `capLen`. */
  readonly origLen?: number | undefined;
  readonly linkType: number;
  /** Default 0. */
  readonly sec?: number;
}

/** Row 0 is the frame. */
export function oneFrame({ bytes, linkType, ...frame }: OneFrame): FrameColumns {
  const capLen = frame.capLen ?? bytes.length;
  return {
    bytes,
    view: frame.view ?? new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength),
    at: [frame.at ?? 0],
    capLen: [capLen],
    origLen: [frame.origLen ?? capLen],
    linkType: [linkType],
    sec: [frame.sec ?? 0],
  };
}
