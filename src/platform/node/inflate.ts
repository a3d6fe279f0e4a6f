/** The decompressors of node:zlib, which are streams, behind calls that are awaited one after another. */
import type { Transform } from 'node:stream';
import zlib from 'node:zlib';
import type { Inflater, ZstdDecoder } from '../contract.js';

const CHUNK_BYTES = 1 << 20;

/** `bytesWritten` counts what the engine has really consumed. */
interface Engine extends Transform {
  readonly bytesWritten: number;
}

/** A first piece that gives more than this is left to the engine, in bytes. */
const AT_ONCE_BYTES = 64 << 10;
const AT_ONCE_CHUNK_BYTES = 4 << 10;

/** What a whole small stream gives at once, and how much of the piece it took; null = it is no whole small stream. */
function inflatedAtOnce(piece: Uint8Array): { readonly out: Uint8Array; readonly consumed: number } | null {
  try {
    const { buffer, engine } = zlib.inflateRawSync(piece, {
      info: true,
      chunkSize: AT_ONCE_CHUNK_BYTES,
      maxOutputLength: AT_ONCE_BYTES,
      finishFlush: zlib.constants.Z_SYNC_FLUSH,
    }) as unknown as { readonly buffer: Uint8Array; readonly engine: { readonly bytesWritten: number } };
    return engine.bytesWritten < piece.length ? { out: buffer, consumed: engine.bytesWritten } : null;
  } catch {
    // Too much for one call, or corrupt: the engine gives what comes before.
    return null;
  }
}

/** A stream that ends in its first piece is inflated where it is: an engine of its own takes five times as long to make. */
export class ZlibInflater implements Inflater {
  #engine: Engine | null = null;
  /** What the first piece gave at once, and what is not handed out yet. */
  #whole: { readonly out: Uint8Array; readonly consumed: number } | null = null;
  #pending: Uint8Array | null = null;
  #idle = true;
  #failed = false;
  #wake = (): void => undefined;

  get consumed(): number {
    return this.#whole?.consumed ?? this.#engine?.bytesWritten ?? 0;
  }

  push(piece: Uint8Array): void {
    if (this.#whole !== null) return;
    if (this.#engine === null) {
      this.#whole = inflatedAtOnce(piece);
      this.#pending = this.#whole?.out ?? null;
      if (this.#whole !== null) return;
    }
    this.#engine ??= this.#newEngine();
    this.#idle = false;
    this.#engine.write(piece, () => {
      this.#idle = true;
      this.#wake();
    });
  }

  async next(): Promise<Uint8Array | 'idle' | 'corrupt'> {
    const pending = this.#pending;
    this.#pending = null;
    if (pending !== null && pending.length > 0) return pending;
    const engine = this.#engine;
    if (engine === null) return 'idle';
    for (;;) {
      const chunk = engine.read() as Uint8Array | null;
      if (chunk !== null) return chunk;
      if (this.#failed) return 'corrupt';
      if (this.#idle) return 'idle';
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  close(): void {
    this.#engine?.destroy();
  }

  #newEngine(): Engine {
    const engine = zlib.createInflateRaw({
      chunkSize: CHUNK_BYTES,
      finishFlush: zlib.constants.Z_SYNC_FLUSH,
    });
    engine.on('readable', () => this.#wake());
    engine.on('error', () => {
      this.#failed = true;
      this.#wake();
    });
    return engine;
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
