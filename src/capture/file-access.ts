/** A plain file read at any place, as event traces need it; and a copy of what is none. */
import type { Spool } from '../platform/contract.js';
import { platform } from '../platform/platform.js';
import type { FileSource, SourceFailure } from './bytes/byte-source.js';
import { errorText } from './bytes/byte-source.js';
import type { ByteWindow } from './bytes/byte-window.js';
import type { RandomAccess } from './etl/trace/random-access.js';
import { MAX_SPOOL_BYTES } from './etl/trace/limits.js';

/** The file below an open source. */
export class FileAccess implements RandomAccess {
  readonly size: number;
  readonly #source: FileSource;

  constructor(source: FileSource) {
    this.#source = source;
    this.size = source.size;
  }

  get stopped(): boolean {
    return this.#source.stopped;
  }

  get failure(): SourceFailure | null {
    return this.#source.failure;
  }

  readAt(position: number, into: Uint8Array, at: number, len: number): Promise<number> {
    const wanted = Math.min(len, this.size - position);
    return wanted <= 0 ? Promise.resolve(0) : this.#source.readAt(position, into, at, wanted);
  }

  /** Its source is closed by who opened it. */
  close(): Promise<void> {
    return Promise.resolve();
  }
}

/** A temporary copy of a stream. */
export class SpooledCopy implements RandomAccess {
  failure: SourceFailure | null = null;
  /** The stream was longer than is kept. */
  full = false;
  readonly #window: ByteWindow;
  readonly #spool: Spool;

  private constructor(window: ByteWindow, spool: Spool) {
    this.#window = window;
    this.#spool = spool;
  }

  /** Copies the rest of the window; rejects with the system's error when there is no place for it. */
  static async of(window: ByteWindow, most = MAX_SPOOL_BYTES): Promise<SpooledCopy> {
    const copy = new SpooledCopy(window, await platform.openSpool());
    try {
      await copy.#copy(most);
    } catch (error) {
      await copy.close();
      throw error;
    }
    return copy;
  }

  get size(): number {
    return this.#spool.size;
  }

  async #copy(most: number): Promise<void> {
    const window = this.#window;
    while (await window.need(1)) {
      const step = Math.min(window.length, most - this.size);
      if (step === 0) {
        this.full = true;
        return;
      }
      await this.#spool.append(window.bytes.subarray(window.start, window.start + step));
      window.start += step;
    }
    this.failure = window.source.failure;
  }

  get stopped(): boolean {
    return this.#window.source.stopped;
  }

  async readAt(position: number, into: Uint8Array, at: number, len: number): Promise<number> {
    if (this.stopped || position >= this.size) return 0;
    try {
      return await this.#spool.read(into, at, Math.min(len, this.size - position), position);
    } catch (error) {
      this.failure = { kind: 'cut', message: `reading the temporary copy failed (${errorText(error)})` };
      return 0;
    }
  }

  /** Removes the copy. */
  close(): Promise<void> {
    return this.#spool.close();
  }
}
