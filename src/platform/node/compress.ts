/** The compressor of node:zlib, which is a stream, behind calls that are awaited one after another. */
import zlib from 'node:zlib';
import type { Compressor } from '../contract.js';

export class ZlibCompressor implements Compressor {
  readonly #engine = zlib.createGzip({ level: zlib.constants.Z_BEST_COMPRESSION });
  #out: Uint8Array[] = [];

  constructor() {
    this.#engine.on('data', (chunk: Uint8Array) => this.#out.push(chunk));
  }

  async push(piece: Uint8Array): Promise<readonly Uint8Array[]> {
    await new Promise<void>((resolve, reject) => {
      this.#engine.write(piece, (error) => (error ? reject(error) : resolve()));
    });
    return this.#taken();
  }

  async end(): Promise<readonly Uint8Array[]> {
    await new Promise<void>((resolve, reject) => {
      this.#engine.once('end', resolve).once('error', reject).end();
    });
    return this.#taken();
  }

  #taken(): readonly Uint8Array[] {
    const out = this.#out;
    this.#out = [];
    return out;
  }
}
