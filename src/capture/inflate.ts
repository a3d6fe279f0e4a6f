/** Feeds one of node:zlib's decompressors from a window, piece by piece, and knows what it has consumed. */
import type { Transform } from 'node:stream';
import type { ByteWindow } from './byte-window.js';

/** A decompressor of node:zlib. `bytesWritten` counts what the engine has really consumed. */
export interface Engine extends Transform {
  readonly bytesWritten: number;
}

/** How a compressed member ended; `whole` leaves the window at the first byte after it. */
export type InflateEnd = 'whole' | 'cut' | 'corrupt';

/**
 * What an engine had decoded of a piece is lost when the piece holds the error, so the first pieces are small:
 * in a small file they matter. In bytes.
 */
const FIRST_PIECE_BYTES = 512;
const FINE_BYTES = 64 << 10;
const PIECE_BYTES = 128 << 10;

/** Runs `engine` over the window's bytes until it says that its data is complete. */
export async function* inflate(
  raw: ByteWindow,
  engine: Engine,
): AsyncGenerator<Uint8Array, InflateEnd, undefined> {
  let idle = true;
  let failed = false;
  let fed = 0;
  let wake = (): void => undefined;
  engine.on('readable', () => wake());
  engine.on('error', () => {
    failed = true;
    wake();
  });
  try {
    for (;;) {
      const chunk = engine.read() as Buffer | null;
      if (chunk !== null) {
        yield chunk;
      } else if (failed) {
        return 'corrupt';
      } else if (idle && engine.bytesWritten < fed) {
        // It took less than it was given: its data is complete, the rest belongs to what follows.
        raw.start -= fed - engine.bytesWritten;
        return 'whole';
      } else if (idle) {
        if (!(await raw.need(1))) return 'cut';
        const len = Math.min(fed < FINE_BYTES ? FIRST_PIECE_BYTES : PIECE_BYTES, raw.length);
        const piece = raw.bytes.subarray(raw.start, raw.start + len);
        raw.start += len;
        fed += len;
        idle = false;
        engine.write(piece, () => {
          idle = true;
          wake();
        });
      } else {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    }
  } finally {
    engine.destroy();
  }
}
