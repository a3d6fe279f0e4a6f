/**
 * A frame as it is shared: zeros, into which what is known to hold nothing of the network is copied, and pseudonyms
 * where addresses stood. What nobody thought of stays zero.
 */
import type { Pseudonyms } from '../names/pseudonyms.js';
import { MAC_BYTES } from '../addresses/addresses.js';
import { updateChecksum } from './checksums.js';
import type { ChecksumPlace } from './checksums.js';

export class CleanFrame {
  readonly original: Uint8Array;
  readonly bytes: Uint8Array;
  readonly view: DataView;
  readonly #pseudonyms: Pseudonyms;
  readonly #checksums: ChecksumPlace[] = [];
  #end: number;

  /** @param original its headers, and nothing behind them */
  constructor(original: Uint8Array, pseudonyms: Pseudonyms) {
    this.original = original;
    this.bytes = new Uint8Array(original.length);
    this.view = new DataView(original.buffer, original.byteOffset, original.byteLength);
    this.#pseudonyms = pseudonyms;
    this.#end = original.length;
  }

  /** Where it ends: nothing behind is kept. */
  get end(): number {
    return this.#end;
  }

  /** Whether so many bytes stand there. */
  has(at: number, length: number): boolean {
    return at >= 0 && at + length <= this.#end;
  }

  /** What stands at `at` and behind is left out. */
  cut(at: number): void {
    this.#end = Math.max(0, Math.min(this.#end, at));
  }

  /** Keeps `from .. from + length`, as far as it is there. */
  copy(from: number, length: number): void {
    const to = Math.min(from + length, this.#end);
    if (to > from) this.bytes.set(this.original.subarray(from, to), from);
  }

  /** An IP address of `length` bytes; one that is not there whole is left out. */
  ip(at: number, length: number): void {
    if (this.has(at, length))
      this.bytes.set(this.#pseudonyms.ipBytes(this.original.slice(at, at + length)), at);
  }

  mac(at: number): void {
    if (this.has(at, MAC_BYTES))
      this.bytes.set(this.#pseudonyms.macBytes(this.original.slice(at, at + MAC_BYTES)), at);
  }

  fill(from: number, length: number, byte: number): void {
    this.bytes.fill(byte, from, Math.min(from + length, this.#end));
  }

  /** The outer before the inner ones. */
  checksum(place: ChecksumPlace): void {
    this.#checksums.push(place);
  }

  /** The bytes, with their checksums; once, after all is copied. */
  finished(): Uint8Array {
    const made = this.bytes.subarray(0, this.#end);
    const original = this.original.subarray(0, this.#end);
    for (const place of this.#checksums.reverse()) updateChecksum(original, made, place);
    return made;
  }
}
