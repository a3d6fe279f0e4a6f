/** A terminal of a given size that understands what the live view sends, and nothing else. */
import { Writable } from 'node:stream';
import { columnsOf } from '../../src/report/text/visible.js';

const SEQUENCE = new RegExp(String.raw`^\x1b\[(\??)(\d*)([A-Za-z])`);

export class FakeTerminal extends Writable {
  readonly isTTY = true;
  columns: number;
  rows: number;
  /** Lines of the screen; the last `rows` of them are what is seen. */
  lines: string[] = [''];
  cursorShown = true;
  /** Text of all that was written. */
  raw = '';
  /** Lines that were too long for the screen. */
  wrapped = 0;
  /** Once true, writes are kept waiting. */
  stuck = false;
  writes = 0;
  #release: (() => void) | undefined;
  #row = 0;
  #column = 0;

  constructor(columns: number, rows: number) {
    super({ decodeStrings: false, highWaterMark: 1 });
    this.columns = columns;
    this.rows = rows;
  }

  override _write(chunk: string, _encoding: string, done: () => void): void {
    this.writes++;
    this.raw += chunk;
    this.#show(chunk);
    if (this.stuck) this.#release = done;
    else done();
  }

  resume(): void {
    this.stuck = false;
    this.#release?.();
  }

  resize(columns: number, rows: number): void {
    this.columns = columns;
    this.rows = rows;
    this.emit('resize');
  }

  /** What a reader sees. */
  get seen(): string {
    return this.lines
      .slice(-this.rows)
      .map((line) => line.trimEnd())
      .join('\n')
      .trimEnd();
  }

  #show(text: string): void {
    for (let rest = text; rest !== '';) {
      const sequence = SEQUENCE.exec(rest);
      if (sequence !== null) {
        this.#control(sequence[1] ?? '', Number(sequence[2] === '' ? 1 : sequence[2]), sequence[3] ?? '');
        rest = rest.slice(sequence[0].length);
        continue;
      }
      const char = String.fromCodePoint(rest.codePointAt(0) ?? 0);
      rest = rest.slice(char.length);
      this.#print(char);
    }
  }

  #print(char: string): void {
    if (char === '\r') this.#column = 0;
    else if (char === '\n') {
      this.#row++;
      if (this.#row === this.lines.length) this.lines.push('');
    } else if (char < ' ' || char === '\x7f') {
      throw new Error(`the screen got a control character ${char.charCodeAt(0)}`);
    } else {
      const line = [...(this.lines[this.#row] ?? '').padEnd(this.#column)];
      line[this.#column] = char;
      this.lines[this.#row] = line.join('');
      this.#column += 1;
      if (columnsOf(this.lines[this.#row] ?? '') > this.columns) this.wrapped++;
    }
  }

  #control(kind: string, n: number, letter: string): void {
    const top = Math.max(0, this.lines.length - this.rows);
    if (kind === '?') this.cursorShown = letter === 'h';
    else if (letter === 'A') {
      if (this.#row - n < top) throw new Error('the cursor goes above the screen');
      this.#row -= n;
    } else if (letter === 'K') {
      this.lines[this.#row] = [...(this.lines[this.#row] ?? '')].slice(0, this.#column).join('');
    } else if (letter === 'J' && n === 2) {
      this.lines = [...this.lines.slice(0, top), ...new Array<string>(this.rows).fill('')];
    } else if (letter === 'J') {
      this.lines = this.lines.slice(0, this.#row + 1);
      this.lines[this.#row] = [...(this.lines[this.#row] ?? '')].slice(0, this.#column).join('');
    } else if (letter === 'H') {
      this.#row = Math.max(0, this.lines.length - this.rows);
      this.#column = 0;
    } else if (letter !== 'm') throw new Error(`unknown sequence ${letter}`);
  }
}
