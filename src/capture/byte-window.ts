/**
 * The one buffer through which a file passes.
 *
 *   bytes  | used up ......... | not yet used ........ | free ...... |
 *          0                   start                   end           bytes.length
 *          ^ byte `base` of the (decompressed) file
 *
 * When more is needed, the unused tail moves to the front and the rest is filled anew.
 */
import type { ByteSource } from './byte-source.js';

/** A reused window over a source. The owner moves `start` forward as it uses bytes up. */
export class ByteWindow {
  bytes: Uint8Array;
  /** A view over exactly `bytes`. */
  view: DataView;
  start = 0;
  end = 0;
  /** Offset in the file of `bytes[0]`. */
  base = 0;
  readonly source: ByteSource;

  constructor(source: ByteSource, size: number) {
    this.source = source;
    this.bytes = new Uint8Array(size);
    this.view = new DataView(this.bytes.buffer);
  }

  /** Offset in the file of the next unused byte. */
  get offset(): number {
    return this.base + this.start;
  }

  /** Bytes that are there and unused. */
  get length(): number {
    return this.end - this.start;
  }

  /**
   * Makes at least `len` unused bytes available, growing the window when it is smaller; `false` when the
   * data ends first (what there is stays). Callers bound `len`. Invalidates what was read from `bytes`.
   */
  async need(len: number): Promise<boolean> {
    if (this.end - this.start >= len) return true;
    this.#makeRoom(len);
    while (this.end - this.start < len) {
      const got = await this.source.read(this.bytes, this.end, this.bytes.length - this.end);
      if (got === 0) return false;
      this.end += got;
    }
    return true;
  }

  /** Uses up `len` bytes without needing them at once; `false` when the data ends first. */
  async skip(len: number): Promise<boolean> {
    let left = len;
    for (;;) {
      const step = Math.min(left, this.end - this.start);
      this.start += step;
      left -= step;
      if (left === 0) return true;
      if (!(await this.need(1))) return false;
    }
  }

  #makeRoom(len: number): void {
    const tail = this.end - this.start;
    if (len > this.bytes.length) {
      const grown = new Uint8Array(Math.max(len, Math.min(this.bytes.length * 2, len * 2)));
      grown.set(this.bytes.subarray(this.start, this.end));
      this.bytes = grown;
      this.view = new DataView(grown.buffer);
    } else {
      this.bytes.copyWithin(0, this.start, this.end);
    }
    this.base += this.start;
    this.start = 0;
    this.end = tail;
  }
}
