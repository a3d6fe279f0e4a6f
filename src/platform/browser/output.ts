/** Outputs of a page: parts that become one Blob, which the page then saves under the output's name. */
import type { OutputFile } from '../contract.js';

/** Bytes of text gathered before they are handed to the browser, which may keep them outside this worker's memory. */
const GATHERED_BYTES = 8 << 20;

export class BlobOutput implements OutputFile {
  readonly #done: (file: Blob) => void;
  #parts: (string | Blob | Uint8Array<ArrayBuffer>)[] = [];
  #gathered = 0;

  /** @param done given what was written, whole */
  constructor(done: (file: Blob) => void) {
    this.#done = done;
  }

  write(chunk: string | Uint8Array): Promise<void> {
    // Copied: the bytes belong to the caller again.
    this.#parts.push(typeof chunk === 'string' ? chunk : new Uint8Array(chunk));
    this.#gathered += chunk.length;
    if (this.#gathered >= GATHERED_BYTES) {
      this.#parts = [new Blob(this.#parts)];
      this.#gathered = 0;
    }
    return Promise.resolve();
  }

  commit(): Promise<void> {
    this.#done(new Blob(this.#parts));
    return Promise.resolve();
  }

  discard(): Promise<void> {
    this.#parts = [];
    return Promise.resolve();
  }
}
