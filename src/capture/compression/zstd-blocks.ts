/**
 * Decodes the blocks of a zstd frame (RFC 8878 §3.1.1.2) where the platform cannot: raw and repeated ones here, compressed
 * ones by fzstd. fzstd would make the whole window for each frame and move it after each block; here what was decoded
 * stands one after the other in a buffer that grows with it, and is moved once in a while:
 *
 *   | older ... | the last `window` bytes ... | free ... |
 *                                             end
 */
import type { Decompress } from 'fzstd';
import type { ZstdDecoder } from '../../platform/contract.js';

const MAX_BLOCK_BYTES = 128 << 10;
const BLOCK_HEADER = 3;
const BlockType = { Rle: 1, Compressed: 2 } as const;
const FIRST_BYTES = 256 << 10;
/** A frame with a window of MAX_BLOCK_BYTES and a raw block of 18 bytes: fzstd reads no header without that much behind it. */
const OPENING = [0x28, 0xb5, 0x2f, 0xfd, 0, 0x38, (18 << 3) & 0xff, 0, 0, ...new Array<number>(18).fill(0)];

/** What fzstd 0.1.1 keeps of a frame, as far as it is set here: a match reaches from `w[e]` back. */
interface FrameState {
  w: Uint8Array;
  e: number;
}

/** One frame. What `push` gives is valid until the next call. */
export class PortableDecoder implements ZstdDecoder {
  readonly #windowBytes: number;
  readonly #decoder: Decompress;
  #state: FrameState | null = null;
  #out: Uint8Array | null = null;
  #history = new Uint8Array(0);
  #end = 0;
  #isOpen = false;

  /** @param windowBytes of the frame's header */
  constructor(fzstd: { readonly Decompress: typeof Decompress }, windowBytes: number) {
    this.#windowBytes = windowBytes;
    this.#decoder = new fzstd.Decompress((chunk) => {
      this.#out = chunk;
      // It moves its window after this: a window of the block itself has nothing to be moved.
      if (this.#state !== null) this.#state.w = chunk;
    });
  }

  /** The header first, of which the caller knows all; then one block each time. */
  push(piece: Uint8Array): Promise<readonly Uint8Array[]> {
    if (!this.#isOpen) {
      this.#isOpen = true;
      return Promise.resolve([]);
    }
    const from = this.#end;
    const moved = this.#block(piece);
    const out = this.#history.subarray(from - moved, this.#end);
    return Promise.resolve(out.length > 0 ? [out] : []);
  }

  close(): void {
    this.#history = new Uint8Array(0);
    this.#state = null;
  }

  /** Puts what a block holds behind the others; returns by how much those were moved to make room. */
  #block(piece: Uint8Array): number {
    const word = piece[0]! | (piece[1]! << 8) | (piece[2]! << 16);
    const size = word >> 3;
    const type = (word >> 1) & 3;
    const compressed =
      type === BlockType.Compressed ? this.#decoded(piece.subarray(0, BLOCK_HEADER + size)) : null;
    const length = compressed?.length ?? size;
    const moved = this.#makeRoom(length);
    if (compressed !== null) this.#history.set(compressed, this.#end);
    else if (type === BlockType.Rle) this.#history.fill(piece[BLOCK_HEADER]!, this.#end, this.#end + length);
    else this.#history.set(piece.subarray(BLOCK_HEADER, BLOCK_HEADER + size), this.#end);
    this.#end += length;
    return moved;
  }

  #decoded(block: Uint8Array): Uint8Array {
    const state = (this.#state ??= this.#begin());
    state.w = this.#history;
    state.e = this.#end;
    this.#out = null;
    // Never the last one: behind it fzstd would wait for a checksum.
    block[0] = block[0]! & ~1;
    this.#decoder.push(block, false);
    const out: Uint8Array | null = this.#out;
    if (out === null) throw new Error('the block is not whole');
    return out;
  }

  #begin(): FrameState {
    this.#decoder.push(Uint8Array.from(OPENING), false);
    const state: unknown = Reflect.get(this.#decoder, 's');
    if (typeof state !== 'object' || state === null || !('w' in state) || !('e' in state)) {
      throw new Error('fzstd has no such state');
    }
    return state as FrameState;
  }

  #makeRoom(more: number): number {
    if (this.#end + more <= this.#history.length) return 0;
    const most = this.#windowBytes + Math.max(this.#windowBytes >> 2, 2 * MAX_BLOCK_BYTES);
    const kept = Math.min(this.#end, this.#windowBytes);
    const from = this.#end - kept;
    if (this.#history.length < most) {
      const larger = new Uint8Array(Math.min(most, Math.max(FIRST_BYTES, 2 * (kept + more))));
      larger.set(this.#history.subarray(from, this.#end));
      this.#history = larger;
    } else {
      this.#history.copyWithin(0, from, this.#end);
    }
    this.#end = kept;
    return from;
  }
}
