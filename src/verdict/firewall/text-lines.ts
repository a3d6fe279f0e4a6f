/** Chunks of text to lines, however they end; of a line that is too long only its beginning. */
import { MAX_LINE_CHARS } from './limits.js';

export class LineSplitter {
  #rest = '';
  #skipping = false;
  #afterReturn = false;

  /** The lines that end in this chunk, without their ends. */
  *push(chunk: string): Generator<string> {
    let at = 0;
    if (this.#afterReturn && chunk.startsWith('\n')) at = 1;
    if (chunk !== '') this.#afterReturn = false;
    while (at < chunk.length) {
      const end = endOf(chunk, at);
      if (end < 0) break;
      yield this.#line(chunk.slice(at, end));
      at = end + 1;
      if (chunk[end] !== '\r') continue;
      if (at === chunk.length) this.#afterReturn = true;
      else if (chunk[at] === '\n') at++;
    }
    this.#keep(chunk.slice(at));
  }

  /** What follows the last line end, '' = nothing. */
  end(): string {
    return this.#line('');
  }

  #line(last: string): string {
    this.#keep(last);
    const line = this.#rest;
    this.#rest = '';
    this.#skipping = false;
    return line;
  }

  #keep(text: string): void {
    if (text === '' || this.#skipping) return;
    this.#rest += text.slice(0, MAX_LINE_CHARS - this.#rest.length);
    this.#skipping = this.#rest.length >= MAX_LINE_CHARS;
  }
}

function endOf(chunk: string, at: number): number {
  const feed = chunk.indexOf('\n', at);
  const back = chunk.indexOf('\r', at);
  if (feed < 0 || back < 0) return Math.max(feed, back);
  return Math.min(feed, back);
}
