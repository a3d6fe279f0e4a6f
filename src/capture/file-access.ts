/** A plain file read at any place, as event traces need it; and a copy of what is none. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { FileSource, SourceFailure } from './byte-source.js';
import { errorText } from './byte-source.js';
import type { ByteWindow } from './byte-window.js';
import type { RandomAccess } from './etl/random-access.js';
import { MAX_SPOOL_BYTES } from './etl/limits.js';

/** The file below an open source, which closes it. */
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

  close(): Promise<void> {
    return this.#source.close();
  }
}

/** A temporary copy of a stream, which no name leads to where the system allows that. */
export class Spool implements RandomAccess {
  size = 0;
  failure: SourceFailure | null = null;
  /** The stream was longer than is kept. */
  full = false;
  readonly #window: ByteWindow;
  readonly #handle: fs.promises.FileHandle;
  readonly #path: string;

  private constructor(window: ByteWindow, handle: fs.promises.FileHandle, name: string) {
    this.#window = window;
    this.#handle = handle;
    this.#path = name;
  }

  /** Copies the rest of the window; rejects with the system's error when there is no place for it. */
  static async of(window: ByteWindow, most = MAX_SPOOL_BYTES): Promise<Spool> {
    const folder = await fs.promises.mkdtemp(path.join(os.tmpdir(), 'portwitness-'));
    const name = path.join(folder, 'trace');
    const handle = await fs.promises.open(name, 'wx+', 0o600);
    const spool = new Spool(window, handle, folder);
    // An open file needs no name, except on Windows.
    if (process.platform !== 'win32') await fs.promises.rm(folder, { recursive: true, force: true });
    try {
      await spool.#copy(most);
    } catch (error) {
      await spool.close();
      throw error;
    }
    return spool;
  }

  async #copy(most: number): Promise<void> {
    const window = this.#window;
    while (await window.need(1)) {
      const step = Math.min(window.length, most - this.size);
      if (step === 0) {
        this.full = true;
        return;
      }
      const { bytesWritten } = await this.#handle.write(window.bytes, window.start, step, this.size);
      window.start += bytesWritten;
      this.size += bytesWritten;
    }
    this.failure = window.source.failure;
  }

  get stopped(): boolean {
    return this.#window.source.stopped;
  }

  async readAt(position: number, into: Uint8Array, at: number, len: number): Promise<number> {
    if (this.stopped || position >= this.size) return 0;
    try {
      const { bytesRead } = await this.#handle.read(into, at, Math.min(len, this.size - position), position);
      return bytesRead;
    } catch (error) {
      this.failure = { kind: 'cut', message: `reading the temporary copy failed (${errorText(error)})` };
      return 0;
    }
  }

  /** Removes the copy. */
  async close(): Promise<void> {
    await this.#handle.close();
    await fs.promises.rm(this.#path, { recursive: true, force: true });
  }
}
