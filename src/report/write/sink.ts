/**
 * Where a report format writes its text. Formats stream: they hand over small pieces and await the sink, so that
 * a report of a million flows never exists as one string.
 */
/** Await what `write` returns before the next call; undefined means "buffered, go on". */
export interface Sink {
  write(text: string): Promise<void> | undefined;
  /** The same for UTF-8; the bytes belong to the caller again when what is returned has resolved. */
  writeBytes(bytes: Uint8Array): Promise<void> | undefined;
}

/** UTF-16 units gathered before they are handed on. */
export const CHUNK_UNITS = 64 * 1024;

/** Gathers small pieces into chunks of about `CHUNK_UNITS`; call `end` once to hand on the rest. */
export class ChunkedSink implements Sink {
  readonly #out: (chunk: string | Uint8Array) => Promise<void>;
  #pending = '';

  /** `out` may keep the bytes given to it only until its promise resolves. */
  constructor(out: (chunk: string | Uint8Array) => Promise<void>) {
    this.#out = out;
  }

  write(text: string): Promise<void> | undefined {
    this.#pending += text;
    return this.#pending.length >= CHUNK_UNITS ? this.end() : undefined;
  }

  async writeBytes(bytes: Uint8Array): Promise<void> {
    if (this.#pending !== '') await this.end();
    await this.#out(bytes);
  }

  /** Hands on what is gathered. Rejects with the output's error. */
  async end(): Promise<void> {
    const chunk = this.#pending;
    this.#pending = '';
    if (chunk !== '') await this.#out(chunk);
  }
}
