/**
 * The live reader: hands out the frames of its feeds in the order of their times as far as they arrive in time for
 * it, and an empty batch when nothing came. A read that was not finished in time goes on in the background, so no byte is lost by it.
 */
import { FrameBatch } from '../frames/frame.js';
import { FrameOrder } from '../frames/frame-order.js';
import type { CaptureFile } from '../frames/frame.js';
import { sumOfCounters } from './feed/feed.js';
import type { LiveFeed } from './feed/feed.js';
import { ClockWatch } from './feed/incidents.js';
import type { IncidentLog } from './feed/incidents.js';
import type { LiveFile } from './feed/live-file.js';
import { IDLE_MILLISECONDS } from './feed/source.js';
import type { LiveCounters, LiveIncident, LiveReader, SourceChoice, SourceKind } from './feed/source.js';
import { Pause } from './feed/pause.js';

export interface LiveParts {
  readonly kind: SourceKind;
  readonly description: string;
  readonly choice: readonly SourceChoice[];
  readonly filter?: string;
  readonly timestamps: 'kernel' | 'arrival';
  readonly feeds: readonly LiveFeed[];
  readonly incidents: IncidentLog;
  readonly file: LiveFile;
  readonly signal: AbortSignal | undefined;
}

interface Lane {
  readonly feed: LiveFeed;
  /** A read is under way. */
  reading: boolean;
  arrived: FrameBatch | null;
  ended: boolean;
}

export class FeedReader implements LiveReader {
  readonly kind: SourceKind;
  readonly description: string;
  readonly choice: readonly SourceChoice[];
  readonly filter?: string;
  readonly #lanes: readonly Lane[];
  readonly #parts: LiveParts;
  readonly #clock = new ClockWatch();
  readonly #empty = new FrameBatch();
  readonly #order: FrameOrder;
  readonly #stop = (): void => this.#parts.feeds.forEach((feed) => feed.stop());
  /** The lane that is looked at first, so that a busy one does not starve the others. */
  #first = 0;
  readonly #pause = new Pause();
  #closing: Promise<void> | null = null;

  constructor(parts: LiveParts) {
    this.#parts = parts;
    this.#order = new FrameOrder(parts.file.disorder);
    this.kind = parts.kind;
    this.description = parts.description;
    this.choice = parts.choice;
    if (parts.filter !== undefined) this.filter = parts.filter;
    this.#lanes = parts.feeds.map((feed) => ({ feed, reading: false, arrived: null, ended: false }));
    parts.signal?.addEventListener('abort', this.#stop, { once: true });
    if (parts.signal?.aborted === true) this.#stop();
  }

  get file(): CaptureFile {
    return this.#parts.file;
  }

  async nextBatch(): Promise<FrameBatch | null> {
    const began = performance.now();
    for (;;) {
      const ready = this.#order.next();
      if (ready !== null) return ready;
      const batch = await this.#arrived();
      if (batch === null || batch.count === 0) {
        // Whatever comes now was sent later than what is held.
        this.#order.flush();
        return this.#order.next() ?? batch;
      }
      this.#order.take(batch);
      if (performance.now() - began >= IDLE_MILLISECONDS) return this.#order.next() ?? this.#empty;
    }
  }

  /** The next batch as it comes, an empty one when none did in time. */
  async #arrived(): Promise<FrameBatch | null> {
    this.#watch();
    for (const lane of this.#lanes) this.#read(lane);
    let lane = this.#ready();
    if (lane === null && !this.#allEnded()) {
      await this.#arrival();
      lane = this.#ready();
    }
    const batch = lane?.arrived ?? null;
    if (lane === null || batch === null) return this.#allEnded() ? null : this.#empty;
    lane.arrived = null;
    const { segment } = lane.feed;
    if (segment !== null) this.#parts.file.take(segment, batch);
    return batch;
  }

  counters(): LiveCounters {
    return {
      ...sumOfCounters(this.#parts.feeds.map((feed) => feed.counters())),
      timestamps: this.#parts.timestamps,
    };
  }

  takeIncidents(): readonly LiveIncident[] {
    return this.#parts.incidents.take();
  }

  close(): Promise<void> {
    this.#parts.signal?.removeEventListener('abort', this.#stop);
    this.#closing ??= Promise.all(this.#parts.feeds.map((feed) => feed.close())).then(() => undefined);
    return this.#closing;
  }

  #watch(): void {
    const jumped = this.#clock.look(Date.now(), performance.now());
    if (jumped !== 0) {
      const text =
        jumped > 0
          ? `the clock of this machine went forward by ${jumped.toFixed(1)} s: it was set, or the machine slept`
          : `the clock of this machine was set back by ${(-jumped).toFixed(1)} s`;
      this.#parts.incidents.add('clock_jump', text);
    }
    for (const feed of this.#parts.feeds) feed.poll();
  }

  #read(lane: Lane): void {
    if (lane.reading || lane.ended || lane.arrived !== null) return;
    lane.reading = true;
    void lane.feed.nextBatch().then((batch) => {
      lane.reading = false;
      if (batch === null) lane.ended = true;
      else lane.arrived = batch;
      this.#pause.wake();
    });
  }

  #ready(): Lane | null {
    const count = this.#lanes.length;
    for (let i = 0; i < count; i++) {
      const at = (this.#first + i) % count;
      const lane = this.#lanes[at];
      if (lane === undefined || lane.arrived === null) continue;
      this.#first = (at + 1) % count;
      return lane;
    }
    return null;
  }

  #allEnded(): boolean {
    return this.#lanes.every((lane) => lane.ended && lane.arrived === null);
  }

  /** Waits until a lane has something, but no longer than a read may take. */
  #arrival(): Promise<void> {
    return this.#pause.wait(IDLE_MILLISECONDS);
  }
}
