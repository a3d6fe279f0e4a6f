/**
 * Live monitoring on a terminal: the state, drawn in place; where there is no terminal, one line for each
 * event. It stays on the normal screen, below what stood there, so that the last state is still to be seen when
 * the program has ended. Control sequences: ECMA-48 §8.3 (CUP, CUU, ED, EL), DECTCEM for the cursor; all are
 * known to the Windows console since Windows 10.
 */
import type { LiveEvent, LiveOutput, LiveSnapshot } from '../words/model.js';
import { terminalLine, screenLines } from './terminal-screen.js';

/**
 * Bytes that a slow reader of the lines may leave waiting.
 * @reached further lines are counted
 */
export const MAX_WAITING_BYTES = 256 * 1024;

/** Size of a terminal that does not tell its own. */
const COLUMNS = 80;
const ROWS = 24;

const HIDE_CURSOR = '\x1b[?25l';
const SHOW_CURSOR = '\x1b[?25h';
const CLEAR_SCREEN = '\x1b[2J\x1b[H';
const CLEAR_LINE_END = '\x1b[K';
const CLEAR_BELOW = '\x1b[J';

/** Standard output, standard error, or what stands for one in a test. */
export type Screen = NodeJS.WritableStream & {
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly rows?: number;
  readonly writableLength: number;
};

export interface TerminalViewOptions {
  readonly stream: Screen;
  readonly color: boolean;
  /** Lines even on a terminal. */
  readonly quiet?: boolean;
}

/** Whether the view is drawn in place, so that nothing else may write there. */
export function isDrawn(stream: Pick<Screen, 'isTTY'>): boolean {
  return stream.isTTY === true && process.env['TERM'] !== 'dumb';
}

/** The view that fits the stream. Only `terminalView` draws on the stream until it is closed; it is never ended. */
export function terminalView({ stream, color, quiet }: TerminalViewOptions): LiveOutput {
  return isDrawn(stream) && quiet !== true ? new DrawnView(stream, color) : new LineView(stream, color);
}

class LineView implements LiveOutput {
  readonly #stream: Screen;
  readonly #color: boolean;
  #dropped = 0;
  #broken = '';
  readonly #onError = (error: Error): void => {
    this.#broken = `events can no longer be shown: ${error.message}`;
  };

  constructor(stream: Screen, color: boolean) {
    this.#stream = stream;
    this.#color = color;
    stream.on('error', this.#onError);
  }

  get trouble(): string {
    if (this.#broken !== '') return this.#broken;
    return this.#dropped === 0 ? '' : `${this.#dropped} event lines were not shown: their reader is too slow`;
  }

  event(event: LiveEvent): void {
    if (this.#broken !== '') return;
    if (this.#stream.writableLength > MAX_WAITING_BYTES) this.#dropped++;
    else this.#stream.write(`${terminalLine(event, this.#color)}\n`);
  }

  close(): Promise<void> {
    this.#stream.off('error', this.#onError);
    return Promise.resolve();
  }
}

class DrawnView implements LiveOutput {
  readonly #stream: Screen;
  readonly #color: boolean;
  #latest: LiveSnapshot | undefined;
  /** Lines of the picture that is on the screen. */
  #drawn = 0;
  #resized = false;
  /** The terminal has not taken the last picture yet; the next one is drawn from the latest state then. */
  #waiting = false;
  #broken = '';

  readonly #onDrain = (): void => {
    this.#waiting = false;
    this.#draw();
  };
  readonly #onResize = (): void => {
    this.#resized = true;
    this.#draw();
  };
  readonly #onError = (error: Error): void => {
    this.#broken = `the terminal can no longer be written: ${error.message}`;
  };
  /** However the program ends, the cursor comes back. */
  readonly #onExit = (): void => {
    if (this.#drawn > 0 && this.#broken === '') this.#stream.write(SHOW_CURSOR);
  };

  constructor(stream: Screen, color: boolean) {
    this.#stream = stream;
    this.#color = color;
    stream.on('drain', this.#onDrain);
    stream.on('resize', this.#onResize);
    stream.on('error', this.#onError);
    process.once('exit', this.#onExit);
  }

  get trouble(): string {
    return this.#broken;
  }

  snapshot(snapshot: LiveSnapshot): void {
    this.#latest = snapshot;
    this.#draw();
  }

  close(): Promise<void> {
    this.#waiting = false;
    this.#draw();
    this.#onExit();
    this.#stream.off('drain', this.#onDrain);
    this.#stream.off('resize', this.#onResize);
    this.#stream.off('error', this.#onError);
    process.off('exit', this.#onExit);
    return Promise.resolve();
  }

  /** One write a picture: each line overwrites the old one and clears only what is left of it. */
  #draw(): void {
    if (this.#latest === undefined || this.#waiting || this.#broken !== '') return;
    const size = {
      columns: this.#stream.columns ?? COLUMNS,
      rows: this.#stream.rows ?? ROWS,
      color: this.#color,
    };
    const lines = screenLines(this.#latest, size);
    let start = HIDE_CURSOR;
    // After a change of size nobody knows where the old lines are now.
    if (this.#resized) start += CLEAR_SCREEN;
    else if (this.#drawn > 0) start += `\x1b[${this.#drawn}A\r`;
    this.#resized = false;
    this.#drawn = lines.length;
    const text = lines.map((line) => `${line}${CLEAR_LINE_END}\r\n`).join('');
    this.#waiting = !this.#stream.write(`${start}${text}${CLEAR_BELOW}`);
  }
}
