/**
 * The buffer through which a file passes.
 *
 *   bytes  | used up ......... | not yet used ........ | free ...... |
 *          0                   start                   end           bytes.length
 *          ^ byte `base` of the (decompressed) file
 *
 * When more is needed, the unused tail moves to the front and the rest is filled anew. Of a file the next part is
 * read meanwhile into a second buffer, behind room for the tail, and the two change places:
 *
 *   spare  | room for the tail | read ahead ....................... |
 */
import type { ByteSource } from './byte-source.js';

/** Hardly any frame is longer than this. */
const TAIL_ROOM = 64 << 10;
/** A smaller window is not worth two buffers. */
const MIN_AHEAD_WINDOW = 4 * TAIL_ROOM;

/** A reused window over a source. The owner moves `start` forward as it uses bytes up. */
export class ByteWindow {
  bytes: Uint8Array;
  /** A view over exactly `bytes`. */
  view: DataView;
  start = 0;
  end = 0;
  /** Offset in the file of `bytes[0]`; below 0 when the file begins later in the buffer. */
  base = 0;
  readonly source: ByteSource;
  readonly #readsAhead: boolean;
  #spare: Uint8Array | null = null;
  #spareView: DataView | null = null;
  /** Bytes that are being read into `#spare`. */
  #ahead: Promise<number> | null = null;

  /** `size` is that of both buffers together when the source can be read ahead. */
  constructor(source: ByteSource, size: number) {
    this.source = source;
    this.#readsAhead = source.hasMore !== undefined && size >= MIN_AHEAD_WINDOW;
    this.bytes = new Uint8Array(this.#readsAhead ? size >> 1 : size);
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
    // Many files are only looked at: the first part is read alone.
    const goesOn = this.end > 0;
    if (this.#ahead !== null) await this.#takeAhead(this.#ahead);
    if (this.end - this.start < len) {
      this.#makeRoom(len);
      while (this.end - this.start < len) {
        const got = await this.source.read(this.bytes, this.end, this.bytes.length - this.end);
        if (got === 0) return false;
        this.end += got;
      }
    }
    if (goesOn && this.#readsAhead && this.source.hasMore === true) this.#readAhead();
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

  #readAhead(): void {
    const spare = (this.#spare ??= new Uint8Array(this.bytes.length));
    this.#spareView ??= new DataView(spare.buffer);
    this.#ahead = this.source.read(spare, TAIL_ROOM, spare.length - TAIL_ROOM);
  }

  /** Joins what was read ahead to the unused bytes. */
  async #takeAhead(ahead: Promise<number>): Promise<void> {
    const got = await ahead;
    this.#ahead = null;
    const spare = this.#spare;
    const spareView = this.#spareView;
    if (got === 0 || spare === null || spareView === null || this.source.stopped) return;
    const tail = this.end - this.start;
    if (tail > TAIL_ROOM) {
      this.#makeRoom(tail + got);
      this.bytes.set(spare.subarray(TAIL_ROOM, TAIL_ROOM + got), this.end);
      this.end += got;
      return;
    }
    const start = TAIL_ROOM - tail;
    spare.set(this.bytes.subarray(this.start, this.end), start);
    this.#spare = this.bytes;
    this.#spareView = this.view;
    this.bytes = spare;
    this.view = spareView;
    this.base += this.start - start;
    this.start = start;
    this.end = TAIL_ROOM + got;
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
