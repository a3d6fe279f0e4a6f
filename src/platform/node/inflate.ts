/** The decompressors of node:zlib, which are streams, behind calls that are awaited one after another. */
import type { Transform } from 'node:stream';
import zlib from 'node:zlib';
import type { Inflater, ZstdDecoder } from '../contract.js';

const CHUNK_BYTES = 1 << 20;

/** `bytesWritten` counts what the engine has really consumed. */
interface Engine extends Transform {
  readonly bytesWritten: number;
}

export class ZlibInflater implements Inflater {
  readonly #engine: Engine = zlib.createInflateRaw({
    chunkSize: CHUNK_BYTES,
    finishFlush: zlib.constants.Z_SYNC_FLUSH,
  });
  #idle = true;
  #failed = false;
  #wake = (): void => undefined;

  constructor() {
    this.#engine.on('readable', () => this.#wake());
    this.#engine.on('error', () => {
      this.#failed = true;
      this.#wake();
    });
  }

  get consumed(): number {
    return this.#engine.bytesWritten;
  }

  push(piece: Uint8Array): void {
    this.#idle = false;
    this.#engine.write(piece, () => {
      this.#idle = true;
      this.#wake();
    });
  }

  async next(): Promise<Uint8Array | 'idle' | 'corrupt'> {
    for (;;) {
      const chunk = this.#engine.read() as Uint8Array | null;
      if (chunk !== null) return chunk;
      if (this.#failed) return 'corrupt';
      if (this.#idle) return 'idle';
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  close(): void {
    this.#engine.destroy();
  }
}

/** One block gives at most 128 KiB, so its output needs no back pressure. */
export class ZlibZstdDecoder implements ZstdDecoder {
  readonly #engine: Engine;
  #out: Uint8Array[] = [];
  #failure: Error | null = null;
  #wake = (): void => undefined;

  private constructor(engine: Engine) {
    this.#engine = engine;
    engine.on('data', (chunk: Uint8Array) => this.#out.push(chunk));
    engine.on('error', (error: Error) => {
      this.#failure = error;
      this.#wake();
    });
  }

  static create(): ZlibZstdDecoder | null {
    // Not in the types of Node 20; there since 22.15.
    const native: unknown = Reflect.get(zlib, 'createZstdDecompress');
    if (typeof native !== 'function') return null;
    const create = native as (options: { chunkSize: number }) => Engine;
    return new ZlibZstdDecoder(create({ chunkSize: CHUNK_BYTES }));
  }

  async push(piece: Uint8Array, last: boolean): Promise<readonly Uint8Array[]> {
    this.#out = [];
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
      if (last) this.#engine.end(piece, () => undefined).once('end', resolve);
      else this.#engine.write(piece, () => resolve());
    });
    if (this.#failure !== null) throw this.#failure;
    return this.#out;
  }

  close(): void {
    this.#engine.destroy();
  }
}
