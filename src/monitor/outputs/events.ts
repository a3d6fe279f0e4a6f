/**
 * Events as NDJSON, schema 'portwitness-event/1': one JSON object a line, appended to a file or written to
 * standard output. What the disk does not take is kept and tried again with the next event or snapshot. The file
 * also tells the number of its last event, which the state file of a killed process may not know.
 */
import {
  closeSync,
  constants,
  fstatSync,
  mkdirSync,
  openSync,
  readSync,
  renameSync,
  statSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import type { Writable } from 'node:stream';
import { outputError } from '../../report/write/write-file.js';
import type { LiveEvent, LiveOutput } from '../words/model.js';

/**
 * Events kept while the file cannot be written.
 * @reached further ones are lost and counted
 */
export const MAX_PENDING_EVENTS = 10_000;
/**
 * Bytes that a reader of standard output may leave unread.
 * @reached further events are lost and counted
 */
export const MAX_UNREAD_BYTES = 16 << 20;

/**
 * Bytes of a file of events.
 * @reached it becomes FILE.1 and a new one begins
 */
export const MAX_EVENT_FILE_BYTES = 64 << 20;
/** The last event is looked for in so many bytes at the end of a file. */
const TAIL_BYTES = 256 << 10;

/** Of a pipe without a reader the system says so (ENXIO) and waits for none. */
const { O_WRONLY, O_APPEND, O_CREAT, O_NONBLOCK = 0 } = constants;
const APPEND = O_WRONLY | O_APPEND | O_CREAT | O_NONBLOCK;

const ACTING = /[\u007f-\u009f\p{Cf}\p{Zl}\p{Zp}]/gu;

/** One line, without characters that act on a terminal. */
export function eventLine(event: LiveEvent): string {
  const json = JSON.stringify(event).replace(ACTING, (character) =>
    [...Array(character.length).keys()]
      .map((i) => `\\u${character.charCodeAt(i).toString(16).padStart(4, '0')}`)
      .join(''),
  );
  return `${json}\n`;
}

/** Appends to a file, which is opened anew each time, so that others may rotate it as well. */
export class EventFile implements LiveOutput {
  trouble = '';
  /** Of the last event that was in the file at the beginning, 0 = none. */
  readonly lastSequence: number;
  private readonly path: string;
  private readonly maxBytes: number;
  private readonly pending: string[] = [];
  /** Bytes of the first pending line that were written already. */
  private written = 0;
  private lost = 0;
  /** A line that a killed process left unfinished is ended first. */
  private isTorn: boolean;

  constructor(path: string, maxBytes = MAX_EVENT_FILE_BYTES) {
    this.path = path;
    this.maxBytes = maxBytes;
    const tail = tailOf(path);
    this.isTorn = tail !== '' && !tail.endsWith('\n');
    this.lastSequence = lastSequenceIn(tail === '' ? tailOf(`${path}.1`) : tail);
  }

  event(event: LiveEvent): void {
    if (this.pending.length >= MAX_PENDING_EVENTS) this.lost++;
    else this.pending.push(eventLine(event));
    this.flush();
  }

  snapshot(): void {
    if (this.pending.length > 0) this.flush();
  }

  close(): Promise<void> {
    this.flush();
    return Promise.resolve();
  }

  private flush(): void {
    try {
      mkdirSync(dirname(this.path), { recursive: true });
      const file = this.open();
      try {
        if (this.isTorn) writeSync(file, '\n');
        this.isTorn = false;
        for (let line = this.pending[0]; line !== undefined; line = this.pending[0]) {
          this.append(file, line);
          this.pending.shift();
        }
      } finally {
        closeSync(file);
      }
      this.trouble = this.lost === 0 ? '' : `${this.lost} events could not be written to ${this.path}.`;
    } catch (error) {
      const lost = this.lost === 0 ? '' : ` ${this.lost} events are lost.`;
      this.trouble = `${outputError(this.path, error).message}; ${this.pending.length} events wait.${lost}`;
    }
  }

  /** The file to append to; one that is large enough gives way, between two lines. */
  private open(): number {
    const file = openSync(this.path, APPEND);
    if (this.written > 0 || fstatSync(file).size < this.maxBytes) return file;
    closeSync(file);
    renameSync(this.path, `${this.path}.1`);
    this.isTorn = false;
    return openSync(this.path, APPEND);
  }

  private append(file: number, line: string): void {
    const bytes = Buffer.from(line);
    while (this.written < bytes.length) this.written += writeSync(file, bytes, this.written);
    this.written = 0;
  }
}

/** The end of a file, '' when there is none: the file is appended to whatever it holds. */
function tailOf(path: string): string {
  try {
    // Whatever is no file (a pipe) may not be read.
    if (!statSync(path).isFile()) return '';
    const file = openSync(path, 'r');
    try {
      const { size } = fstatSync(file);
      const bytes = Buffer.alloc(Math.min(size, TAIL_BYTES));
      return bytes.toString('utf8', 0, readSync(file, bytes, 0, bytes.length, size - bytes.length));
    } finally {
      closeSync(file);
    }
  } catch {
    return '';
  }
}

/** Of the last whole event in the text. */
function lastSequenceIn(tail: string): number {
  for (const line of tail.split('\n').slice(0, -1).reverse()) {
    try {
      const { schema, sequence } = JSON.parse(line) as { schema?: unknown; sequence?: unknown };
      if (
        schema === 'portwitness-event/1' &&
        typeof sequence === 'number' &&
        Number.isSafeInteger(sequence)
      ) {
        return Math.max(0, sequence);
      }
    } catch {
      // Not a line of ours: the one before it tells.
    }
  }
  return 0;
}

/** Writes to a stream that somebody else owns; never waits for its reader. */
export class EventStream implements LiveOutput {
  private readonly stream: Writable;
  private lost = 0;

  constructor(stream: Writable) {
    this.stream = stream;
  }

  get trouble(): string {
    return this.lost === 0 ? '' : `${this.lost} events could not be written to standard output.`;
  }

  event(event: LiveEvent): void {
    if (this.stream.writableLength > MAX_UNREAD_BYTES) this.lost++;
    else {
      // Nobody reads it any more, or its disk is full; the stream's owner hears of that too.
      this.stream.write(eventLine(event), (error) => {
        if (error instanceof Error) this.lost++;
      });
    }
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
