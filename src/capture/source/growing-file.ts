/**
 * A file that is still being written as a source of bytes: at its end it waits for more, until the file was cut
 * or replaced, or the next file of its set is there.
 */
import fs from 'node:fs';
import { errorText } from '../bytes/byte-source.js';
import type { ByteSource, SourceFailure } from '../bytes/byte-source.js';
import { look } from './file-set.js';
import type { SetFile } from './file-set.js';
import { Pause } from './feed/pause.js';

/** How long after its end a file is looked at again, in milliseconds. */
export const GROWTH_MILLISECONDS = 100;

/** Why there is no more to come of a file. */
export type FileEnd = 'shortened' | 'replaced' | 'followed' | 'failed';

/** Owns the descriptor. */
export class GrowingFile implements ByteSource {
  position = 0;
  failure: SourceFailure | null = null;
  stopped = false;
  /** Null while more may come. */
  ending: FileEnd | null = null;
  readonly #handle: fs.promises.FileHandle;
  readonly #file: SetFile;
  readonly #hasSuccessor: () => Promise<boolean>;
  readonly #pause = new Pause();
  #reading: Promise<number> = Promise.resolve(0);

  private constructor(handle: fs.promises.FileHandle, file: SetFile, hasSuccessor: () => Promise<boolean>) {
    this.#handle = handle;
    this.#file = file;
    this.#hasSuccessor = hasSuccessor;
  }

  /** Rejects with the system's error when the file cannot be opened. */
  static async open(file: SetFile, hasSuccessor: () => Promise<boolean>): Promise<GrowingFile> {
    return new GrowingFile(await fs.promises.open(file.path, 'r'), file, hasSuccessor);
  }

  read(into: Uint8Array, at: number, len: number): Promise<number> {
    this.#reading = this.#read(into, at, len);
    return this.#reading;
  }

  async #read(into: Uint8Array, at: number, len: number): Promise<number> {
    while (!this.stopped && this.failure === null) {
      // What ends the file is asked before its last bytes are read, or some of them could be missed.
      const got = await this.#more(into, at, len);
      if (got > 0) return got;
      if (this.ending !== null || this.failure !== null) return 0;
      this.ending = await this.#endOf();
      if (this.ending === 'shortened') return 0;
      if (this.ending === null) await this.#pause.wait(GROWTH_MILLISECONDS);
    }
    return 0;
  }

  stop(): void {
    this.stopped = true;
    this.#pause.wake();
  }

  async close(): Promise<void> {
    this.stop();
    await this.#reading;
    await this.#handle.close();
  }

  async #more(into: Uint8Array, at: number, len: number): Promise<number> {
    try {
      const { bytesRead } = await this.#handle.read(into, at, len, null);
      this.position += bytesRead;
      return bytesRead;
    } catch (error) {
      this.ending = 'failed';
      this.failure = {
        kind: 'cut',
        message: `reading failed at byte ${this.position} (${errorText(error)})`,
      };
      return 0;
    }
  }

  async #endOf(): Promise<FileEnd | null> {
    const { size } = await this.#handle.stat().catch(() => ({ size: this.position }));
    if (size < this.position) return 'shortened';
    const there = await look(this.#file.path);
    if (there !== null && there.identity !== this.#file.identity) return 'replaced';
    return (await this.#hasSuccessor()) ? 'followed' : null;
  }
}
