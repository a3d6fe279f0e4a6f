/** Counts the members or frames of one compressed file that cost a decoder and give hardly anything. */
import { MAX_SMALL_PARTS, SMALL_PART_BYTES } from '../bytes/limits.js';

export class SmallParts {
  readonly most = MAX_SMALL_PARTS;
  #count = 0;
  #bytes = 0;

  begin(): void {
    this.#bytes = 0;
  }

  /** The part gave so many bytes more. */
  gave(bytes: number): void {
    this.#bytes += bytes;
  }

  /** The part has ended; false = there were too many small ones. */
  end(): boolean {
    if (this.#bytes < SMALL_PART_BYTES) this.#count++;
    return this.#count <= this.most;
  }
}
