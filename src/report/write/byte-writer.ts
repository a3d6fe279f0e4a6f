/**
 * Numbers, times and text as UTF-8 bytes in a reused buffer: how the formats write a row for each of a million
 * flows without a string or an object for every value. Hands full buffers to a sink, one being written while the
 * next is filled.
 */
import type { Sink } from './sink.js';
import { utf8, writeUtf8 } from './utf8.js';

/** Bytes gathered before they are handed on. */
const CHUNK_BYTES = 1024 * 1024;
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
const QUOTE = 0x22;

/**
 * The digits of 0 .. 999 as four bytes in little-endian order, with leading zeros and without: one store instead of
 * three. What follows overwrites the bytes that are no digits.
 */
const TRIPLES = new Int32Array(1000);
const SHORT = new Int32Array(1000);
for (let value = 0; value < 1000; value++) {
  const hundreds = ZERO + Math.floor(value / 100);
  const tens = ZERO + (Math.floor(value / 10) % 10);
  const ones = ZERO + (value % 10);
  TRIPLES[value] = hundreds | (tens << 8) | (ones << 16);
  SHORT[value] = value < 10 ? ones : value < 100 ? tens | (ones << 8) : TRIPLES[value]!;
}

const EMPTY = new Uint8Array(0);

export class ByteWriter {
  readonly #sink: Sink;
  #bytes = new Uint8Array(CHUNK_BYTES + ROW_ROOM);
  /** On the same bytes. */
  #view = new DataView(this.#bytes.buffer);
  /** Made when the first buffer is full: most reports are shorter. */
  #spare: Uint8Array<ArrayBuffer> | null = null;
  #at = 0;
  /** The spare buffer is being written. */
  #writing: Promise<void> | undefined;
  readonly #seconds = new Float64Array(REMEMBERED_SECONDS).fill(-1);
  /** `2026-05-01T09:30:00.` */
  readonly #secondTexts: Uint8Array[] = new Array<Uint8Array>(REMEMBERED_SECONDS).fill(EMPTY);

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
    this.#bytes = this.#spare ?? new Uint8Array(CHUNK_BYTES + ROW_ROOM);
    this.#view = new DataView(this.#bytes.buffer);
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
    bytes[at++] = QUOTE;
    for (let i = 0; i < length; i++) {
      const unit = text.charCodeAt(i);
      if (unit < 0x20 || unit > 0x7e || unit === 0x22 || unit === 0x5c) return false;
      bytes[at++] = unit;
    }
    bytes[at++] = QUOTE;
    this.#at = at;
    return true;
  }

  /** Any text, as it stands. */
  text(text: string): void {
    this.#reserve(text.length * MAX_BYTES_PER_UNIT);
    this.#at += writeUtf8(text, this.#bytes, this.#at);
  }

  /** Bytes as they stand. */
  bytes(given: Uint8Array): void {
    this.#reserve(given.length);
    // Also for a few bytes faster than a loop.
    this.#bytes.set(given, this.#at);
    this.#at += given.length;
  }

  /** A whole number; not a number: `null`. */
  integer(value: number): void {
    const small = value | 0;
    if (small !== value || small < 0) return this.ascii(JSON.stringify(value));
    this.#reserve(NUMBER_ROOM);
    this.#whole(small);
  }

  /** Seconds with as many digits of nanoseconds as are not zero, for example `0.0123`; not a number: `null`. */
  seconds(value: number): void {
    if (!(value >= 0 && value < MAX_EXACT_SECONDS)) return this.ascii(JSON.stringify(value));
    let whole = Math.floor(value) | 0;
    let nanos = Math.round((value - whole) * 1e9) | 0;
    if (nanos === 1e9) {
      whole++;
      nanos = 0;
    }
    this.#reserve(NUMBER_ROOM);
    this.#whole(whole);
    if (nanos === 0) return;
    const bytes = this.#bytes;
    bytes[this.#at++] = POINT;
    this.#nanos(nanos);
    while (bytes[this.#at - 1] === ZERO) this.#at--;
  }

  /** `time` between quotation marks. */
  quotedTime(sec: number, nsec: number): void {
    this.byte(QUOTE);
    this.time(sec, nsec);
    this.byte(QUOTE);
  }

  /** `2026-05-01T09:30:00.123456789Z`: seconds since 1970 UTC and nanoseconds within the second. */
  time(sec: number, nsec: number): void {
    const slot = sec & (REMEMBERED_SECONDS - 1);
    let text = this.#secondTexts[slot]!;
    if (this.#seconds[slot] !== sec) {
      text = utf8(`${new Date(sec * 1000).toISOString().slice(0, 19)}.`);
      this.#seconds[slot] = sec;
      this.#secondTexts[slot] = text;
    }
    this.bytes(text);
    this.#reserve(NUMBER_ROOM);
    this.#nanos(nsec);
    this.#bytes[this.#at++] = 0x5a;
  }

  /** A whole number below 2^31. Needs room. */
  #whole(value: number): void {
    if (value >= 1_000_000) {
      const millions = (value / 1_000_000) | 0;
      this.#head(millions);
      const rest = value - millions * 1_000_000;
      const thousands = (rest / 1000) | 0;
      this.#triple(thousands);
      this.#triple(rest - thousands * 1000);
    } else {
      this.#head(value);
    }
  }

  /** A whole number below 1,000,000. */
  #head(value: number): void {
    if (value < 10) {
      this.#bytes[this.#at++] = ZERO + value;
    } else if (value < 1000) {
      this.#first(value);
    } else {
      const thousands = (value / 1000) | 0;
      this.#first(thousands);
      this.#triple(value - thousands * 1000);
    }
  }

  /** A number below 1000 without leading zeros. */
  #first(value: number): void {
    this.#view.setInt32(this.#at, SHORT[value]!, true);
    this.#at += value < 10 ? 1 : value < 100 ? 2 : 3;
  }

  /** Nanoseconds, all nine digits. */
  #nanos(value: number): void {
    const millis = (value / 1_000_000) | 0;
    const rest = value - millis * 1_000_000;
    const micros = (rest / 1000) | 0;
    this.#triple(millis);
    this.#triple(micros);
    this.#triple(rest - micros * 1000);
  }

  /** A number below 1000 with leading zeros. */
  #triple(value: number): void {
    this.#view.setInt32(this.#at, TRIPLES[value]!, true);
    this.#at += 3;
  }

  #reserve(more: number): void {
    if (this.#at + more <= this.#bytes.length) return;
    const longer = new Uint8Array((this.#at + more) * 2);
    longer.set(this.#bytes.subarray(0, this.#at));
    this.#bytes = longer;
    this.#view = new DataView(longer.buffer);
  }
}
