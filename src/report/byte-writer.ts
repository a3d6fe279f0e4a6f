/**
 * Numbers, times and text as UTF-8 bytes in a reused buffer: how the formats write a row for each of a million
 * flows without a string or an object for every value. Hands full buffers to a sink, one being written while the
 * next is filled.
 */
import type { Sink } from './sink.js';

/** Bytes gathered before they are handed on. */
const CHUNK_BYTES = 256 * 1024;
/** Room beyond a chunk for the row that fills it; longer ones make the buffer grow. */
const ROW_ROOM = 16 * 1024;
/** UTF-8 bytes that one UTF-16 unit may need. */
const MAX_BYTES_PER_UNIT = 3;
/** Digits of any number are fewer. */
const NUMBER_ROOM = 32;
/** From here on the fraction of a double is coarser than a nanosecond. */
const MAX_EXACT_SECONDS = 2 ** 22;
/** Seconds whose text is remembered: flows interleave. A power of two. */
const REMEMBERED_SECONDS = 256;

const ZERO = 48;
const POINT = 46;

export class ByteWriter {
  readonly #sink: Sink;
  #bytes: Buffer = Buffer.allocUnsafe(CHUNK_BYTES + ROW_ROOM);
  /** Made when the first buffer is full: most reports are shorter. */
  #spare: Buffer | null = null;
  #at = 0;
  /** The spare buffer is being written. */
  #writing: Promise<void> | undefined;
  readonly #seconds = new Float64Array(REMEMBERED_SECONDS).fill(-1);
  readonly #secondTexts: string[] = new Array<string>(REMEMBERED_SECONDS).fill('');

  constructor(sink: Sink) {
    this.#sink = sink;
  }

  /** So much is gathered that `flush` should be awaited before the next row. */
  get full(): boolean {
    return this.#at >= CHUNK_BYTES;
  }

  /** Hands on what is gathered. Rejects with the sink's error, also one of an earlier call. */
  async flush(): Promise<void> {
    await this.#writing;
    if (this.#at === 0) return;
    const filled = this.#bytes;
    const written = this.#sink.writeBytes(filled.subarray(0, this.#at));
    this.#bytes = this.#spare ?? Buffer.allocUnsafe(CHUNK_BYTES + ROW_ROOM);
    this.#spare = filled;
    this.#at = 0;
    this.#writing = written;
    // Its error is told by the next call, which may come only after the loop has gone on.
    written?.catch(() => undefined);
  }

  /** Hands on everything and waits until it is written. */
  async end(): Promise<void> {
    await this.flush();
    await this.#writing;
    this.#writing = undefined;
  }

  /** One byte. */
  byte(value: number): void {
    this.#reserve(1);
    this.#bytes[this.#at++] = value;
  }

  /** Text of which every character is ASCII, as it stands. */
  ascii(text: string): void {
    const { length } = text;
    this.#reserve(length);
    const bytes = this.#bytes;
    let at = this.#at;
    for (let i = 0; i < length; i++) bytes[at++] = text.charCodeAt(i);
    this.#at = at;
  }

  /**
   * Writes `text` between quotation marks when it is printable ASCII without quotation mark and backslash.
   * Otherwise writes nothing and returns false.
   */
  quotedPlain(text: string): boolean {
    const { length } = text;
    this.#reserve(length + 2);
    const bytes = this.#bytes;
    let at = this.#at;
    bytes[at++] = 0x22;
    for (let i = 0; i < length; i++) {
      const unit = text.charCodeAt(i);
      if (unit < 0x20 || unit > 0x7e || unit === 0x22 || unit === 0x5c) return false;
      bytes[at++] = unit;
    }
    bytes[at++] = 0x22;
    this.#at = at;
    return true;
  }

  /** Any text, as it stands. */
  text(text: string): void {
    this.#reserve(text.length * MAX_BYTES_PER_UNIT);
    this.#at += this.#bytes.write(text, this.#at);
  }

  /** A whole number; not a number: `null`. */
  integer(value: number): void {
    const small = value | 0;
    if (small !== value || small < 0) return this.ascii(JSON.stringify(value));
    this.#reserve(NUMBER_ROOM);
    this.#digits(small, digitsOf(small));
  }

  /** Seconds with as many digits of nanoseconds as are not zero, for example `0.0123`; not a number: `null`. */
  seconds(value: number): void {
    if (!(value >= 0 && value < MAX_EXACT_SECONDS)) return this.ascii(JSON.stringify(value));
    let whole = Math.floor(value);
    let nanos = Math.round((value - whole) * 1e9);
    if (nanos === 1e9) {
      whole++;
      nanos = 0;
    }
    this.#reserve(NUMBER_ROOM);
    this.#digits(whole, digitsOf(whole));
    if (nanos === 0) return;
    this.#bytes[this.#at++] = POINT;
    let digits = 9;
    while (nanos % 10 === 0) {
      nanos /= 10;
      digits--;
    }
    this.#digits(nanos, digits);
  }

  /** `2026-05-01T09:30:00.123456789Z`: seconds since 1970 UTC and nanoseconds within the second. */
  time(sec: number, nsec: number): void {
    const slot = sec & (REMEMBERED_SECONDS - 1);
    if (this.#seconds[slot] !== sec) {
      this.#seconds[slot] = sec;
      this.#secondTexts[slot] = `${new Date(sec * 1000).toISOString().slice(0, 19)}.`;
    }
    this.ascii(this.#secondTexts[slot] ?? '');
    this.#reserve(NUMBER_ROOM);
    this.#digits(nsec, 9);
    this.byte(0x5a);
  }

  /** The last `count` decimal digits of a whole number below 2^31, with leading zeros. Needs room. */
  #digits(value: number, count: number): void {
    const bytes = this.#bytes;
    let rest = value;
    for (let at = this.#at + count - 1; at >= this.#at; at--) {
      const shorter = (rest / 10) | 0;
      bytes[at] = ZERO + rest - shorter * 10;
      rest = shorter;
    }
    this.#at += count;
  }

  #reserve(more: number): void {
    if (this.#at + more <= this.#bytes.length) return;
    const longer = Buffer.allocUnsafe((this.#at + more) * 2);
    this.#bytes.copy(longer, 0, 0, this.#at);
    this.#bytes = longer;
  }
}

function digitsOf(value: number): number {
  let digits = 1;
  for (let limit = 10; digits < 10 && value >= limit; limit *= 10) digits++;
  return digits;
}
