/** A page has no temporary files: what does not come as a plain file is kept in memory, up to a limit. */
import type { Spool } from '../contract.js';
import { systemError } from '../error-code.js';

/**
 * Bytes that a compressed event trace is decompressed to in a page.
 * @reached the capture is refused, with the advice to decompress it first
 */
export const MAX_MEMORY_SPOOL_BYTES = 512 << 20;
const PART_BYTES = 1 << 20;

export class MemorySpool implements Spool {
  size = 0;
  readonly #parts: Uint8Array[] = [];
  readonly #most: number;

  constructor(most = MAX_MEMORY_SPOOL_BYTES) {
    this.#most = most;
  }

  /** @throws Error with the code EFBIG */
  append(bytes: Uint8Array): Promise<void> {
    if (this.size + bytes.length > this.#most) return Promise.reject(this.#full());
    for (let done = 0; done < bytes.length;) {
      const at = this.size % PART_BYTES;
      if (at === 0) this.#parts.push(new Uint8Array(PART_BYTES));
      const step = Math.min(PART_BYTES - at, bytes.length - done);
      this.#parts.at(-1)?.set(bytes.subarray(done, done + step), at);
      this.size += step;
      done += step;
    }
    return Promise.resolve();
  }

  read(into: Uint8Array, at: number, len: number, position: number): Promise<number> {
    const wanted = Math.max(0, Math.min(len, this.size - position));
    for (let done = 0; done < wanted;) {
      const from = (position + done) % PART_BYTES;
      const step = Math.min(PART_BYTES - from, wanted - done);
      const part = this.#parts[Math.floor((position + done) / PART_BYTES)];
      if (part !== undefined) into.set(part.subarray(from, from + step), at + done);
      done += step;
    }
    return Promise.resolve(wanted);
  }

  close(): Promise<void> {
    this.#parts.length = 0;
    return Promise.resolve();
  }

  #full(): Error {
    const most = `${this.#most >> 20} MiB`;
    return systemError(
      'EFBIG',
      `decompressed it is longer than ${most}, which a page keeps in memory; decompress it first, or use the command line`,
    );
  }
}
