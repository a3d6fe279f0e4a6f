/** One opened input as the format readers see it: the window over its bytes, its record, and its end. */
import type { ByteWindow } from '../bytes/byte-window.js';
import type { FileFacts } from './file-facts.js';

/** Owns the window's source; `close` releases it and settles the digest. */
export class CaptureInput {
  readonly window: ByteWindow;
  readonly facts: FileFacts;
  /** No more frames: the end or damage was reached, or the reader was closed. */
  done = false;
  readonly #release: () => Promise<void>;
  #closing: Promise<void> | null = null;

  constructor(window: ByteWindow, facts: FileFacts, release: () => Promise<void>) {
    this.window = window;
    this.facts = facts;
    this.#release = release;
  }

  /** Ends reading at a place that makes no sense. */
  corrupt(offset: number, message: string): void {
    this.facts.damage = { offset, kind: 'corrupt', message };
    this.done = true;
  }

  /**
   * Ends reading because the data ended: damage when the source failed, or when bytes are left that are no
   * whole `what` of `needed` bytes.
   */
  ended(what: string, needed: number): void {
    const { window } = this;
    this.endedInside(what, window.offset, needed, window.length);
  }

  /** The same for a `what` that began at `offset` and of which `found` bytes came. */
  endedInside(what: string, offset: number, needed: number, found: number): void {
    const { source } = this.window;
    // A reader that was closed or stopped has nothing to say about the data.
    if (this.done || source.stopped) {
      this.done = true;
      return;
    }
    this.done = true;
    const { failure } = source;
    if (found > 0) {
      const because = failure === null ? '' : `; ${failure.message}`;
      const message = `the data ends inside a ${what}: ${needed} bytes expected, ${found} found${because}`;
      this.facts.damage = { offset, kind: failure?.kind ?? 'cut', message };
    } else if (failure !== null) {
      this.facts.damage = { offset, kind: failure.kind, message: failure.message };
    }
  }

  close(): Promise<void> {
    this.done = true;
    this.#closing ??= this.#release();
    return this.#closing;
  }
}
