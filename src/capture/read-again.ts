/** Frames of a capture that was read before, read a second time by their numbers. */
import { CaptureError, frameNumber } from './frames/frame.js';
import type { CaptureFile, FrameBatch } from './frames/frame.js';
import { inOrder } from './frames/frame-order.js';
import { openCapture } from './open.js';
import type { StreamCopies } from './bytes/stream-copy.js';

export interface ReadAgainOptions {
  /** What was kept of inputs that pass only once. */
  readonly copies?: StreamCopies;
  readonly etlComponent?: number;
  /** True: the file is read to its end and hashed. */
  readonly whole?: boolean;
}

export interface ReadAgain {
  readonly file: CaptureFile;
  /** Frames that were asked for and are not there. */
  readonly missing: number;
  /** '' = it could be read again; else a clause that says why not, or not to its end. */
  readonly failure: string;
}

/**
 * Hands every frame whose number is in `wanted` to `take`, in the order of the file; the row holds during the call.
 * Reading ends with the last of them.
 * @throws CaptureError when it is no capture any more
 */
export async function readAgain(
  path: string,
  wanted: ReadonlySet<number>,
  take: (batch: FrameBatch, row: number, number: number) => void,
  { copies, etlComponent, whole = false }: ReadAgainOptions = {},
): Promise<ReadAgain> {
  const copy = copies?.of(path) ?? null;
  const component = etlComponent === undefined ? {} : { etlComponent };
  const opened = await openCapture(copy === null ? path : '-', {
    digest: whole,
    ...component,
    ...(copy === null ? {} : { stdin: copy.stream() }),
  });
  const reader = inOrder(opened);
  let found = 0;
  try {
    while (found < wanted.size || whole) {
      const batch = await reader.nextBatch();
      if (batch === null) break;
      if (found === wanted.size) continue;
      for (let row = 0; row < batch.count; row++) {
        const number = frameNumber(batch, row);
        if (!wanted.has(number)) continue;
        take(batch, row, number);
        found++;
      }
    }
  } finally {
    await reader.close();
  }
  return { file: reader.file, missing: wanted.size - found, failure: copy?.failure ?? '' };
}

/** Why a capture cannot be read again, for people. Other errors pass. */
export function readFailure(error: unknown): string {
  if (error instanceof CaptureError) return error.message;
  throw error;
}
