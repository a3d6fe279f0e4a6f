/**
 * Where bytes come from: a file, or a stream such as standard input. A source never rejects while it is
 * read: a failure ends the data and says why, so that what came before it is still used.
 */
import type { ByteStream, Digest, InputFile } from '../../platform/contract.js';
import { platform } from '../../platform/platform.js';
import type { StreamCopy } from './stream-copy.js';

/** Why the data ended before its end. */
export interface SourceFailure {
  readonly kind: 'cut' | 'corrupt';
  /** A clause for people, without the path. */
  readonly message: string;
}

/** Yields decompressed chunks, valid until the next is asked for; returns why it ended before its end. */
export type Decoding = AsyncGenerator<Uint8Array, SourceFailure | null, undefined>;

/** Bytes in order. Not re-entrant. */
export interface ByteSource {
  /** Reads at most `len` bytes to `into[at..]`; resolves to their number, 0 at the end or at a failure. */
  read(into: Uint8Array, at: number, len: number): Promise<number>;
  /** Bytes of the input (as it lies on disk) consumed so far. */
  readonly position: number;
  /** More is there and can be read while the bytes before it are used. */
  readonly hasMore?: boolean;
  readonly failure: SourceFailure | null;
  /** Ends a read that waits, and makes every later one return 0. */
  stop(): void;
  readonly stopped: boolean;
  close(): Promise<void>;
}

/** The text of an error for people: its code and message without the stack. */
export function errorText(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** An open file, read from its beginning. Owns it. */
export class FileSource implements ByteSource {
  position = 0;
  failure: SourceFailure | null = null;
  /** Size when it was opened. */
  readonly size: number;
  stopped = false;
  readonly #file: InputFile;
  /** The read that is under way, or the last one. */
  #reading: Promise<number> = Promise.resolve(0);

  constructor(file: InputFile) {
    this.#file = file;
    this.size = file.size;
  }

  get hasMore(): boolean {
    return this.position < this.size && !this.stopped && this.failure === null;
  }

  read(into: Uint8Array, at: number, len: number): Promise<number> {
    if (this.stopped || this.failure !== null) return Promise.resolve(0);
    this.#reading = this.#readOn(into, at, len);
    return this.#reading;
  }

  /** Reads at a place, beside `read`; 0 at the end, and at a failure, which it keeps. */
  readAt(position: number, into: Uint8Array, at: number, len: number): Promise<number> {
    if (this.stopped || this.failure !== null) return Promise.resolve(0);
    this.#reading = this.#readAt(position, into, at, len);
    return this.#reading;
  }

  async #readOn(into: Uint8Array, at: number, len: number): Promise<number> {
    const got = await this.#readAt(this.position, into, at, len);
    this.position += got;
    if (got === 0 && this.position < this.size) {
      this.#cut(`the file had ${this.size} bytes when it was opened and ends at byte ${this.position} now`);
    }
    return got;
  }

  async #readAt(position: number, into: Uint8Array, at: number, len: number): Promise<number> {
    try {
      return await this.#file.read(into, at, len, position);
    } catch (error) {
      this.#cut(`reading failed at byte ${position} (${errorText(error)})`);
      return 0;
    }
  }

  #cut(message: string): void {
    this.failure ??= { kind: 'cut', message };
  }

  stop(): void {
    this.stopped = true;
  }

  async close(): Promise<void> {
    this.stopped = true;
    // Until it is over its number must not be given to another file.
    await this.#reading;
    await this.#file.close();
  }
}

/** A stream of bytes; destroyed by `close`. Its digest is taken as the bytes pass. */
export class StreamSource implements ByteSource {
  position = 0;
  failure: SourceFailure | null = null;
  /** Hex SHA-256 of all bytes, '' until the end was seen. */
  sha256 = '';
  stopped = false;
  readonly #iterator: AsyncIterator<string | Uint8Array>;
  readonly #stream: ByteStream;
  readonly #digest: Digest = platform.sha256();
  #chunk: Uint8Array = new Uint8Array(0);
  #chunkAt = 0;
  #ended = false;
  readonly #copy: StreamCopy | null;

  /** @param copy takes every chunk as well */
  constructor(stream: ByteStream, copy: StreamCopy | null = null) {
    this.#stream = stream;
    this.#copy = copy;
    this.#iterator = stream[Symbol.asyncIterator]();
  }

  async read(into: Uint8Array, at: number, len: number): Promise<number> {
    while (this.#chunkAt === this.#chunk.length) {
      if (this.#ended) return 0;
      await this.#next();
    }
    const got = Math.min(len, this.#chunk.length - this.#chunkAt);
    into.set(this.#chunk.subarray(this.#chunkAt, this.#chunkAt + got), at);
    this.#chunkAt += got;
    this.position += got;
    return got;
  }

  async #next(): Promise<void> {
    try {
      const step = await this.#iterator.next();
      if (this.#ended) return;
      if (step.done === true) {
        this.#ended = true;
        this.sha256 = this.#digest.end('hex');
        return;
      }
      this.#chunk = typeof step.value === 'string' ? new TextEncoder().encode(step.value) : step.value;
      this.#chunkAt = 0;
      this.#digest.update(this.#chunk);
      if (this.#copy !== null) await this.#copy.append(this.#chunk);
    } catch (error) {
      if (this.#ended) return;
      this.#ended = true;
      const where = this.position;
      this.failure = { kind: 'cut', message: `reading failed at byte ${where} (${errorText(error)})` };
    }
  }

  stop(): void {
    this.stopped = true;
    this.#ended = true;
    this.#chunkAt = this.#chunk.length;
    this.#stream.destroy?.();
  }

  close(): Promise<void> {
    this.stop();
    return Promise.resolve();
  }
}
