/**
 * An output on its way through the gate: what is written goes on, and is looked at as it goes. A result inside a report
 * is looked at as what it is when it is taken out again. The style sheet and the script of a page are the same in every
 * report, and only passed over.
 */
import { concatBytes } from '../../capture/bytes/concat-bytes.js';
import { platform } from '../../platform/platform.js';
import { readAssets } from '../../report/html/assets.js';
import { EMBEDDED_BEGIN, EMBEDDED_END } from '../../report/html/pieces/embedded.js';
import { CHUNK_UNITS } from '../../report/write/sink.js';
import type { Sink } from '../../report/write/sink.js';
import type { Gate, GateScan, Leak } from './gate.js';

/** Header and trailer of a gzip member without optional fields (RFC 1952 §2.3). */
const GZIP_HEADER = 10;
const GZIP_TRAILER = 8;
/** UTF-8 bytes that a UTF-16 unit may become. */
const BYTES_OF_UNIT = 3;
/** The style sheet and the script are longer than any other piece that is written at once; the others are not compared. */
const SHORTEST_CONSTANT = 8192;

let constants: ReadonlySet<string> | null = null;

/** Whether a piece of a page is the same in every report. */
function isConstant(text: string): boolean {
  if (text.length < SHORTEST_CONSTANT) return false;
  if (constants === null) {
    const { style, script } = readAssets();
    constants = new Set([style, script]);
  }
  return constants.has(text);
}

export class GatedSink implements Sink {
  readonly #to: Sink | null;
  readonly #scan: GateScan;
  readonly #inner: GateScan;
  readonly #encoder = new TextEncoder();
  /** Reused: what is pending, in UTF-8. */
  #room = new Uint8Array(0);
  #pending = '';
  /** Base64 of a result that is being written; null = none is. */
  #embedded: string[] | null = null;

  /** @param to null = it is only looked at */
  constructor(gate: Gate, place: string, to: Sink | null) {
    this.#to = to;
    this.#scan = gate.open(place);
    this.#inner = gate.open(`${place}, the result inside`);
  }

  async write(text: string): Promise<void> {
    if (this.#embedded !== null) await this.#takeEmbedded(text);
    else if (text.startsWith(EMBEDDED_BEGIN)) {
      this.#flush();
      this.#scan.skip(text.length);
      this.#embedded = [];
    } else if (isConstant(text)) {
      this.#flush();
      this.#scan.skip(this.#encoder.encode(text).length);
    } else this.#look(text);
    await this.#to?.write(text);
  }

  async writeBytes(bytes: Uint8Array): Promise<void> {
    if (this.#embedded !== null) await this.#takeEmbedded(new TextDecoder().decode(bytes));
    else {
      this.#flush();
      this.#scan.push(bytes);
    }
    await this.#to?.writeBytes(bytes);
  }

  /** What was found; once, after all is written. */
  end(): Leak[] {
    this.#flush();
    return [...this.#scan.end(), ...this.#inner.end()];
  }

  #look(text: string): void {
    this.#pending += text;
    if (this.#pending.length >= CHUNK_UNITS) this.#flush();
  }

  #flush(): void {
    if (this.#pending === '') return;
    const most = this.#pending.length * BYTES_OF_UNIT;
    if (most > this.#room.length) this.#room = new Uint8Array(2 * most);
    const { written } = this.#encoder.encodeInto(this.#pending, this.#room);
    this.#scan.push(this.#room.subarray(0, written));
    this.#pending = '';
  }

  async #takeEmbedded(text: string): Promise<void> {
    const end = text.indexOf(EMBEDDED_END);
    if (end < 0) {
      this.#embedded!.push(text.trim());
      this.#scan.skip(text.length);
      return;
    }
    this.#scan.skip(end + EMBEDDED_END.length);
    const bytes = this.#embedded!.map((line) => Uint8Array.from(atob(line), (char) => char.charCodeAt(0)));
    this.#embedded = null;
    this.#look(text.slice(end + EMBEDDED_END.length));
    await this.#inflate(bytes);
  }

  async #inflate(lines: readonly Uint8Array[]): Promise<void> {
    const inflater = platform.inflater();
    try {
      inflater.push(concatBytes(lines).subarray(GZIP_HEADER, -GZIP_TRAILER));
      for (;;) {
        const chunk = await inflater.next();
        if (chunk === 'corrupt') throw new Error('the result inside the report cannot be read back');
        if (chunk === 'idle') return;
        this.#inner.push(chunk);
      }
    } finally {
      inflater.close();
    }
  }
}
