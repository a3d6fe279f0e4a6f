/**
 * Server-sent events to the open pages (HTML Standard §9.2). A page that reads slowly costs one message of
 * memory: nothing more is made for it until it has taken what was sent, and then it gets the difference to what
 * is true by then. One that takes nothing at all is let go.
 */
import type { Writable } from 'node:stream';
import type { Picture, PictureMaker } from './picture.js';
import { update } from './update.js';
import type { View } from './view.js';

/**
 * Open pages of the dashboard.
 * @reached further ones are told to come again
 */
export const MAX_STREAMS = 16;

/** Milliseconds. */
export interface Timing {
  /** A comment after so much silence, so that a dead connection is noticed on both sides. */
  readonly heartbeat: number;
  /** A page that took nothing for so long is let go. */
  readonly stalled: number;
  /** How often both are looked at. */
  readonly check: number;
}
const TIMING: Timing = { heartbeat: 15_000, stalled: 60_000, check: 5000 };
/** What a page waits before it connects again. */
const RETRY_MS = 3000;

interface Stream {
  readonly response: Writable;
  readonly view: View;
  /** What the page has, once all that was written to it has arrived. */
  sent: Picture | null;
  /** Its connection has not taken the last message yet. */
  full: boolean;
  /** Something newer than `sent` is to be told. */
  due: boolean;
  /** Milliseconds of the clock below: last write, and since when it is full. */
  wroteAt: number;
  fullSince: number;
}

function now(): number {
  return performance.now();
}

/** Written once, when the monitor ends. */
function ending(text: string): string {
  return `event: end\ndata: ${JSON.stringify(text)}\n\n`;
}

export class Streams {
  readonly #maker: PictureMaker;
  readonly #timing: Timing;
  readonly #open = new Set<Stream>();
  readonly #timer: NodeJS.Timeout;

  constructor(maker: PictureMaker, timing: Timing = TIMING) {
    this.#maker = maker;
    this.#timing = timing;
    this.#timer = setInterval(() => this.#check(), timing.check);
    this.#timer.unref();
  }

  get size(): number {
    return this.#open.size;
  }

  /** Bytes that wait in this process for pages to take them. */
  get waitingBytes(): number {
    let sum = 0;
    for (const { response } of this.#open) sum += response.writableLength;
    return sum;
  }

  /** Begins a stream with the whole state; false when there are too many. */
  add(response: Writable, view: View): boolean {
    if (this.#open.size >= MAX_STREAMS) return false;
    const stream: Stream = {
      response,
      view,
      sent: null,
      full: false,
      due: true,
      wroteAt: now(),
      fullSince: 0,
    };
    this.#open.add(stream);
    response.on('close', () => this.#open.delete(stream));
    response.on('error', () => response.destroy());
    response.on('drain', () => {
      stream.full = false;
      this.#send(stream);
    });
    this.#write(stream, `retry: ${RETRY_MS}\n\n`);
    this.#send(stream);
    return true;
  }

  /** There is a new state. */
  tell(): void {
    for (const stream of this.#open) {
      stream.due = true;
      this.#send(stream);
    }
  }

  /** Says why it ends, and ends. */
  close(text: string): void {
    clearInterval(this.#timer);
    for (const { response } of this.#open) response.end(ending(text));
    this.#open.clear();
  }

  #send(stream: Stream): void {
    if (stream.full || !stream.due) return;
    stream.due = false;
    const picture = this.#maker.picture(stream.view);
    const message = JSON.stringify(update(stream.sent, picture));
    stream.sent = picture;
    this.#write(stream, `data: ${message}\n\n`);
  }

  #write(stream: Stream, text: string): void {
    stream.wroteAt = now();
    if (stream.response.write(text)) return;
    stream.full = true;
    stream.fullSince = stream.wroteAt;
  }

  #check(): void {
    const at = now();
    for (const stream of this.#open) {
      if (stream.full) {
        if (at - stream.fullSince > this.#timing.stalled) stream.response.destroy();
      } else if (at - stream.wroteAt > this.#timing.heartbeat) {
        this.#write(stream, ':\n\n');
      }
    }
  }
}
