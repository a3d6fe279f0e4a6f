/**
 * A pipe that goes on for weeks as a source of bytes: a read hands out what has arrived instead of waiting until
 * the window is full, nothing is hashed, and no more is held than the stream's own buffer.
 */
import { Readable } from 'node:stream';
import { errorText } from '../../bytes/byte-source.js';
import type { ByteSource, SourceFailure } from '../../bytes/byte-source.js';

/** Owns the stream: `stop` and `close` destroy it. */
export class PipeSource implements ByteSource {
  position = 0;
  failure: SourceFailure | null = null;
  stopped = false;
  readonly #stream: NodeJS.ReadableStream;
  #chunk: Uint8Array = new Uint8Array(0);
  #chunkAt = 0;
  #ended = false;
  #wake: (() => void) | null = null;

  constructor(stream: NodeJS.ReadableStream) {
    this.#stream = stream;
    stream.on('readable', () => this.#woken());
    stream.on('end', () => this.#end());
    stream.on('close', () => this.#end());
    stream.on('error', (error) => {
      if (!this.#ended) {
        this.failure = {
          kind: 'cut',
          message: `reading failed at byte ${this.position} (${errorText(error)})`,
        };
      }
      this.#end();
    });
  }

  async read(into: Uint8Array, at: number, len: number): Promise<number> {
    while (this.#chunkAt === this.#chunk.length) {
      if (this.stopped) return 0;
      const next: string | Uint8Array | null = this.#stream.read();
      if (next !== null) {
        this.#chunk = typeof next === 'string' ? Buffer.from(next) : next;
        this.#chunkAt = 0;
      } else if (this.#ended) {
        return 0;
      } else {
        await new Promise<void>((resolve) => (this.#wake = resolve));
      }
    }
    const got = Math.min(len, this.#chunk.length - this.#chunkAt);
    into.set(this.#chunk.subarray(this.#chunkAt, this.#chunkAt + got), at);
    this.#chunkAt += got;
    this.position += got;
    return got;
  }

  stop(): void {
    this.stopped = true;
    this.#chunkAt = this.#chunk.length;
    this.#end();
    if (this.#stream instanceof Readable) this.#stream.destroy();
  }

  close(): Promise<void> {
    this.stop();
    return Promise.resolve();
  }

  #end(): void {
    this.#ended = true;
    this.#woken();
  }

  #woken(): void {
    const wake = this.#wake;
    this.#wake = null;
    wake?.();
  }
}
