/**
 * Options and texts of pcapng blocks: draft-ietf-opsawg-pcapng §3.5.
 *
 *   code 2 | length 2 | value, padded to 4 bytes | code 2 | length 2 | ...     code 0 ends the list
 */
import type { FileFacts } from '../frames/file-facts.js';
import { LimitName, MAX_TEXT_BYTES } from '../bytes/limits.js';

/** Codes that every block may carry. */
export const OPT_END = 0;
export const OPT_COMMENT = 1;

/** No interface counts so many packets. */
const HIGHEST_COUNT = 2n ** 48n;

/** False: the 64 bits of a packet counter hold none, as with all bits set for "not known", or with damage. */
export function isCount(bits: bigint): boolean {
  return bits < HIGHEST_COUNT;
}

const decoder = new TextDecoder();

/** Walks an option list without allocating: `next` moves to an option, the fields describe it. */
export class OptionCursor {
  code = 0;
  /** Half-open range of the value. */
  at = 0;
  len = 0;
  /** Where an option runs past the end of the list, else -1. */
  brokenAt = -1;
  #view: DataView = new DataView(new ArrayBuffer(0));
  #little = true;
  #nextAt = 0;
  #end = 0;

  /** Begins the list in `view[at..end)`. */
  begin(view: DataView, at: number, end: number, little: boolean): void {
    this.#view = view;
    this.#little = little;
    this.#nextAt = at;
    this.#end = end;
    this.brokenAt = -1;
  }

  /** Moves to the next option; `false` after the last one, and at one that is broken. */
  next(): boolean {
    const at = this.#nextAt;
    if (this.#end - at < 4) return false;
    this.code = this.#view.getUint16(at, this.#little);
    this.len = this.#view.getUint16(at + 2, this.#little);
    this.at = at + 4;
    if (this.code === OPT_END) return false;
    if (this.at + this.len > this.#end) {
      this.brokenAt = at;
      return false;
    }
    // The padding of the last option may be missing.
    this.#nextAt = Math.min(this.#end, this.at + ((this.len + 3) & ~3));
    return true;
  }
}

/** A text of the file: UTF-8, bad bytes replaced, without trailing zeros, cut at a named limit. */
export function readText(facts: FileFacts, bytes: Uint8Array, at: number, len: number): string {
  let end = at + len;
  if (len > MAX_TEXT_BYTES) {
    facts.reached(LimitName.TextLength);
    end = at + MAX_TEXT_BYTES;
  }
  while (end > at && bytes[end - 1] === 0) end--;
  return decoder.decode(bytes.subarray(at, end));
}
