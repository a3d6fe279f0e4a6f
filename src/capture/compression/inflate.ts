/** Feeds a decompressor from a window, piece by piece, and knows what it has consumed. */
import type { Inflater } from '../../platform/contract.js';
import type { ByteWindow } from '../bytes/byte-window.js';

/** How a compressed member ended; `whole` leaves the window at the first byte after it. */
export type InflateEnd = 'whole' | 'cut' | 'corrupt';

/**
 * What an engine had decoded of a piece is lost when the piece holds the error, so the first pieces are small:
 * in a small file they matter. In bytes.
 */
const FIRST_PIECE_BYTES = 512;
const FINE_BYTES = 64 << 10;
const PIECE_BYTES = 128 << 10;

/** Runs `engine` over the window's bytes until its data is complete; closes it. */
export async function* inflate(
  raw: ByteWindow,
  engine: Inflater,
): AsyncGenerator<Uint8Array, InflateEnd, undefined> {
  let fed = 0;
  try {
    for (;;) {
      const chunk = await engine.next();
      if (chunk === 'corrupt') return 'corrupt';
      if (chunk !== 'idle') {
        yield chunk;
        continue;
      }
      if (engine.consumed < fed) {
        // It took less than it was given: its data is complete, the rest belongs to what follows.
        raw.start -= fed - engine.consumed;
        return 'whole';
      }
      if (!(await raw.need(1))) return 'cut';
      const len = Math.min(fed < FINE_BYTES ? FIRST_PIECE_BYTES : PIECE_BYTES, raw.length);
      engine.push(raw.bytes.subarray(raw.start, raw.start + len));
      raw.start += len;
      fed += len;
    }
  } finally {
    engine.close();
  }
}
