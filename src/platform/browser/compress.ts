/** pako's gzip, as strong as Node's here: the same bytes, so that a report is the same file wherever it was made. */
import { Deflate } from 'pako';
import type { Compressor } from '../contract.js';

export class PakoCompressor implements Compressor {
  readonly #engine = new Deflate({ gzip: true });
  #out: Uint8Array[] = [];

  constructor() {
    this.#engine.onData = (chunk) => void this.#out.push(chunk);
    this.#engine.onEnd = () => undefined;
  }

  push(piece: Uint8Array): Promise<readonly Uint8Array[]> {
    this.#engine.push(piece, false);
    return Promise.resolve(this.#taken());
  }

  end(): Promise<readonly Uint8Array[]> {
    this.#engine.push(new Uint8Array(0), true);
    return Promise.resolve(this.#taken());
  }

  #taken(): readonly Uint8Array[] {
    const out = this.#out;
    this.#out = [];
    return out;
  }
}
