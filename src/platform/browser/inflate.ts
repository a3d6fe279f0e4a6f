/** pako's inflate, a port of zlib: what it decodes of damaged data, and where it stops, is what Node's does. */
import { ZStream, Z_BUF_ERROR, Z_NO_FLUSH, Z_OK, Z_STREAM_END, zlibInflate, zlibInflateInit2 } from 'pako';
import type { Inflater } from '../contract.js';

/** As in Node, so that both lose the same of a piece that holds an error. */
const CHUNK_BYTES = 1 << 20;
/** Raw deflate (RFC 1951) with the largest window: zlib.h, inflateInit2. */
const RAW_WINDOW_BITS = -15;
const NOTHING = new Uint8Array(0);
/** Chunks of members that have ended, for the next: a gzip may have a member for each frame. */
const MAX_SPARE = 4;
const spare: Uint8Array<ArrayBuffer>[] = [];

export class PakoInflater implements Inflater {
  readonly #stream = new ZStream();
  #out = spare.pop() ?? new Uint8Array(CHUNK_BYTES);
  #state: 'running' | 'ended' | 'corrupt' = 'running';
  #idle = true;

  constructor() {
    zlibInflateInit2(this.#stream, RAW_WINDOW_BITS);
    this.#stream.input = NOTHING;
  }

  get consumed(): number {
    return this.#stream.total_in;
  }

  push(piece: Uint8Array): void {
    this.#stream.input = piece;
    this.#stream.next_in = 0;
    this.#stream.avail_in = piece.length;
    this.#idle = false;
  }

  next(): Promise<Uint8Array | 'idle' | 'corrupt'> {
    return Promise.resolve(this.#step());
  }

  #step(): Uint8Array | 'idle' | 'corrupt' {
    if (this.#state === 'corrupt') return 'corrupt';
    if (this.#state === 'ended' || this.#idle || this.#out.length === 0) return 'idle';
    const stream = this.#stream;
    stream.output = this.#out;
    stream.next_out = 0;
    stream.avail_out = CHUNK_BYTES;
    const status = zlibInflate(stream, Z_NO_FLUSH);
    if (status === Z_STREAM_END) this.#state = 'ended';
    // Z_BUF_ERROR: all that was pushed is used up, and nothing came out.
    else if (status !== Z_OK && status !== Z_BUF_ERROR) this.#state = 'corrupt';
    // A full chunk may have more behind it that needs no further input.
    this.#idle = stream.avail_in === 0 && stream.avail_out > 0;
    if (this.#state === 'corrupt') return 'corrupt';
    return stream.next_out > 0 ? this.#out.subarray(0, stream.next_out) : 'idle';
  }

  /** Nobody holds a chunk any more. */
  close(): void {
    this.#stream.input = NOTHING;
    this.#stream.output = NOTHING;
    this.#idle = true;
    if (this.#out.length > 0 && spare.length < MAX_SPARE) spare.push(this.#out);
    this.#out = NOTHING;
  }
}
