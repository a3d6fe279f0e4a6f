/** What an event trace is read through: its buffers lie in no order, so that bytes are asked for by their place. */
import type { SourceFailure } from '../../bytes/byte-source.js';

/** Bytes at any place. Not re-entrant; never rejects. */
export interface RandomAccess {
  /** Bytes there are; what is appended later is not read. */
  readonly size: number;
  /** Reads at most `len` bytes from `position` on to `into[at..]`; resolves to their number, 0 at the end or at a failure. */
  readAt(position: number, into: Uint8Array, at: number, len: number): Promise<number>;
  readonly failure: SourceFailure | null;
  /** Ended by the user: every read returns 0. */
  readonly stopped: boolean;
  /** What was longer than is kept ends early. */
  readonly full?: boolean;
  close(): Promise<void>;
}

/** Reads until `len` bytes are there or the data ends; resolves to their number. */
export async function readFully(
  input: RandomAccess,
  position: number,
  into: Uint8Array,
  at: number,
  len: number,
): Promise<number> {
  let got = 0;
  while (got < len) {
    const more = await input.readAt(position + got, into, at + got, len - got);
    if (more === 0) break;
    got += more;
  }
  return got;
}
