/** The compressor of node:zlib, which works in a thread of its own, behind calls that wait only while it is far behind. */
import { once } from 'node:events';
import zlib from 'node:zlib';
import type { Compressor } from '../contract.js';

export class ZlibCompressor implements Compressor {
  readonly #engine = zlib.createGzip();
  #out: Uint8Array[] = [];
  #error: Error | null = null;

  constructor() {
    this.#engine.on('data', (chunk: Uint8Array) => this.#out.push(chunk));
    this.#engine.on('error', (error: Error) => (this.#error = error));
  }

  async push(piece: Uint8Array): Promise<readonly Uint8Array[]> {
    // The caller may use its bytes again before they are compressed.
    if (!this.#engine.write(piece.slice())) await once(this.#engine, 'drain');
    return this.#taken();
  }

  async end(): Promise<readonly Uint8Array[]> {
    const ended = once(this.#engine, 'end');
    this.#engine.end();
    await ended;
    return this.#taken();
  }

  #taken(): readonly Uint8Array[] {
    if (this.#error !== null) throw this.#error;
    const out = this.#out;
    this.#out = [];
    return out;
  }
}
