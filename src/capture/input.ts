/** One opened input as the format readers see it: the window over its bytes, its record, and its end. */
import type { ByteWindow } from './byte-window.js';
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
    this.done = true;
    const { window } = this;
    const failure = window.source.failure;
    if (window.length > 0) {
      const because = failure === null ? '' : `; ${failure.message}`;
      const message = `the data ends inside a ${what}: ${needed} bytes expected, ${window.length} found${because}`;
      this.facts.damage = { offset: window.offset, kind: failure?.kind ?? 'cut', message };
    } else if (failure !== null) {
      this.facts.damage = { offset: window.offset, kind: failure.kind, message: failure.message };
    }
  }

  close(): Promise<void> {
    this.done = true;
    this.#closing ??= this.#release();
    return this.#closing;
  }
}
