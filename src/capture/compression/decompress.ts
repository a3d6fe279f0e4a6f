/**
 * A compressed input as a source of its decompressed bytes: gzip (gzip.ts) and zstd (zstd.ts), both of any
 * number of members or frames. Damage ends the data like the end of a file does, after all that was decoded.
 */
import type { ByteSource, Decoding, SourceFailure } from '../bytes/byte-source.js';
import { errorText } from '../bytes/byte-source.js';
import type { ByteWindow } from '../bytes/byte-window.js';
import { decodeGzip } from './gzip.js';
import { FREE_EXPANSION_BYTES, MAX_EXPANSION } from '../bytes/limits.js';
import { decodeZstd, startsZstd } from './zstd.js';

/** How much one compressed file may give. */
export interface DecompressedLimit {
  readonly bytes: number;
  /** Times its compressed size, beyond the first `FREE_EXPANSION_BYTES`. */
  readonly expansion: number;
  /** A clause that says what to do about it. */
  readonly advice: string;
}

/** For a stream that is monitored: it may go on for weeks. */
export const STREAM_LIMIT: DecompressedLimit = {
  bytes: Infinity,
  expansion: MAX_EXPANSION,
  advice: 'decompress it first',
};

/** The name of the compression that the window's bytes begin with, or null. */
export function compressionOf(window: ByteWindow): 'gzip' | 'zstd' | null {
  if (window.length < 4) return null;
  if (window.view.getUint16(window.start, false) === 0x1f8b) return 'gzip';
  return startsZstd(window.view, window.start) ? 'zstd' : null;
}

/** Decompressed bytes of a window over compressed ones. */
export class DecodedSource implements ByteSource {
  failure: SourceFailure | null = null;
  readonly #raw: ByteWindow;
  readonly #decoding: Decoding;
  #chunk: Uint8Array = new Uint8Array(0);
  #chunkAt = 0;
  #ended = false;
  /** Bytes decompressed so far, and at most. */
  #given = 0;
  readonly #most: DecompressedLimit;

  constructor(raw: ByteWindow, compression: 'gzip' | 'zstd', most: DecompressedLimit) {
    this.#raw = raw;
    this.#most = most;
    this.#decoding = compression === 'gzip' ? decodeGzip(raw) : decodeZstd(raw);
  }

  get position(): number {
    return this.#raw.source.position;
  }

  get stopped(): boolean {
    return this.#raw.source.stopped;
  }

  async read(into: Uint8Array, at: number, len: number): Promise<number> {
    while (this.#chunkAt === this.#chunk.length) {
      if (this.#ended) return 0;
      await this.#next();
    }
    const got = Math.min(len, this.#chunk.length - this.#chunkAt);
    into.set(this.#chunk.subarray(this.#chunkAt, this.#chunkAt + got), at);
    this.#chunkAt += got;
    return got;
  }

  async #next(): Promise<void> {
    try {
      const step = await this.#decoding.next();
      if (step.done === true) {
        this.#ended = true;
        this.failure = step.value;
      } else {
        this.#given += step.value.length;
        this.failure = this.#tooMuch();
        this.#ended = this.failure !== null;
        this.#chunk = step.value;
        this.#chunkAt = 0;
      }
    } catch (error) {
      // Decoders of hostile data may fail in ways of their own.
      this.#ended = true;
      this.failure = { kind: 'corrupt', message: `decompressing failed (${errorText(error)})` };
    }
  }

  /** The damage of a file that holds more than is read of one. */
  #tooMuch(): SourceFailure | null {
    const { bytes, expansion, advice } = this.#most;
    const most = Math.max(FREE_EXPANSION_BYTES, expansion * this.#raw.offset);
    const what =
      this.#given > bytes
        ? `it holds more than ${bytes} bytes`
        : this.#given > most
          ? `it holds more than ${expansion} times its compressed size`
          : null;
    if (what === null) return null;
    const message = `decompressing ended at compressed byte ${this.#raw.offset}: ${what}; ${advice}`;
    return { kind: 'corrupt', message };
  }

  stop(): void {
    this.#ended = true;
    this.#chunkAt = this.#chunk.length;
    this.#raw.source.stop();
  }

  async close(): Promise<void> {
    this.stop();
    await this.#raw.source.close();
  }
}
