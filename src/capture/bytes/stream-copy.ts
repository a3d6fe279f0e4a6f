/**
 * Copies of inputs that pass only once (standard input, a pipe), kept in temporary files while they are read, so that
 * frames can be read again afterwards. A copy that cannot be kept never disturbs the reading.
 */
import type { Spool } from '../../platform/contract.js';
import { platform } from '../../platform/platform.js';

/**
 * Bytes of one input that are copied.
 * @reached frames behind them cannot be read again, which is told
 */
export const MAX_COPY_BYTES = 2 * 2 ** 30;
const STEP_BYTES = 1 << 20;

/** The copies of one analysis, by the name of the input. */
export class StreamCopies {
  readonly #copies = new Map<string, StreamCopy>();

  /** Begins the copy of an input; a name that comes again has one copy, its first. */
  begin(name: string): StreamCopy | null {
    if (this.#copies.has(name)) return null;
    const copy = new StreamCopy();
    this.#copies.set(name, copy);
    return copy;
  }

  /** Null: the input was none that passes only once. */
  of(name: string): StreamCopy | null {
    return this.#copies.get(name) ?? null;
  }

  /** Removes all copies. */
  async close(): Promise<void> {
    for (const copy of this.#copies.values()) await copy.close();
  }
}

export class StreamCopy {
  /** '' = whole so far; else a clause that says why it ends early. */
  failure = '';
  readonly #most: number;
  #spool: Spool | null = null;
  #closed = false;

  /** @param most bytes that are copied */
  constructor(most = MAX_COPY_BYTES) {
    this.#most = most;
  }

  /** Adds a chunk. Never rejects. */
  async append(chunk: Uint8Array): Promise<void> {
    if (this.failure !== '' || this.#closed) return;
    try {
      this.#spool ??= await platform.openSpool();
      const room = this.#most - this.#spool.size;
      await this.#spool.append(chunk.length > room ? chunk.subarray(0, room) : chunk);
      if (chunk.length > room) this.failure = `its copy ends after ${this.#most} bytes`;
    } catch (error) {
      const text = error instanceof Error ? error.message : String(error);
      this.failure = `its copy could not be written (${text})`;
    }
  }

  /** What was copied, from its beginning. */
  async *stream(): AsyncGenerator<Uint8Array> {
    const spool = this.#spool;
    for (let at = 0; spool !== null && at < spool.size;) {
      const chunk = new Uint8Array(Math.min(STEP_BYTES, spool.size - at));
      const got = await spool.read(chunk, 0, chunk.length, at);
      if (got === 0) return;
      at += got;
      yield chunk.subarray(0, got);
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#spool?.close();
    this.#spool = null;
  }
}
