/**
 * A capture program as a feed: when it dies it is started again, later each time, and what was missed in between
 * is told. When its interface is gone it is started again as soon as the interface is back.
 */
import type { CaptureFile, CaptureReader, FrameBatch } from '../frames/frame.js';
import { CaptureChild, StartFailure } from './programs/capture-child.js';
import { refusalOf } from './programs/diagnosis.js';
import type { Refusal } from './programs/diagnosis.js';
import type { FeedCounters, LiveFeed } from './feed/feed.js';
import type { IncidentLog } from './feed/incidents.js';
import type { InterfaceWatch } from './interfaces/interface-watch.js';
import type { LiveFile } from './feed/live-file.js';
import { Pause } from './feed/pause.js';
import type { CaptureProgram, CaptureTarget } from './programs/programs.js';

/** The first wait before a program is started again, and the longest; each wait doubles. In milliseconds. */
export const FIRST_WAIT_MILLISECONDS = 250;
export const LONGEST_WAIT_MILLISECONDS = 30_000;
/** A run of so long was a good one: the waits begin anew. In milliseconds. */
export const GOOD_RUN_MILLISECONDS = 60_000;
/** How often counts are asked for. In milliseconds. */
export const COUNTS_MILLISECONDS = 1_000;
/** How often a missing interface is looked for. In milliseconds. */
const LOOK_MILLISECONDS = 500;

interface Run {
  readonly child: CaptureChild;
  readonly reader: CaptureReader;
  readonly since: number;
}

/** What a feed needs of the reader it belongs to. */
export interface FeedSurroundings {
  readonly incidents: IncidentLog;
  readonly file: LiveFile;
}

export class ChildFeed implements LiveFeed {
  readonly #program: CaptureProgram;
  readonly #target: CaptureTarget;
  readonly #watch: InterfaceWatch;
  readonly #around: FeedSurroundings;
  #run: Run | null;
  #stopping = false;
  /** When the last run ended, and how often a new one was tried since. */
  #diedAt = 0;
  #tries = 0;
  #wait = FIRST_WAIT_MILLISECONDS;
  #askedAt = 0;
  /** False once it was found that this program dies of being asked. */
  #mayAsk = true;
  #past: FeedCounters = { received: null, droppedByKernel: null, droppedByInterface: null };
  readonly #pause = new Pause();
  #starting: CaptureChild | null = null;
  #closing: Promise<void> | null = null;

  private constructor(
    program: CaptureProgram,
    target: CaptureTarget,
    watch: InterfaceWatch,
    around: FeedSurroundings,
    run: Run,
  ) {
    this.#program = program;
    this.#target = target;
    this.#watch = watch;
    this.#around = around;
    this.#run = run;
  }

  /**
   * Starts the program.
   * @throws StartFailure when it does not begin to capture.
   */
  static async open(
    program: CaptureProgram,
    target: CaptureTarget,
    watch: InterfaceWatch,
    around: FeedSurroundings,
  ): Promise<ChildFeed> {
    const child = new CaptureChild(program, target);
    const reader = await child.start();
    return new ChildFeed(program, target, watch, around, { child, reader, since: performance.now() });
  }

  get segment(): CaptureFile | null {
    return this.#run?.reader.file ?? null;
  }

  async nextBatch(): Promise<FrameBatch | null> {
    for (;;) {
      if (this.#run === null) {
        if (this.#stopping) return null;
        await this.#restart();
        continue;
      }
      const batch = await this.#run.reader.nextBatch();
      if (batch !== null) return batch;
      await this.#ended(this.#run);
    }
  }

  counters(): FeedCounters {
    const now = this.#run === null ? null : this.#run.child.counters();
    const sum = (key: keyof FeedCounters): number | null => plus(this.#past[key], now?.[key] ?? null);
    return {
      received: sum('received'),
      droppedByKernel: sum('droppedByKernel'),
      // The system's own count is there at any time and for every program.
      droppedByInterface: this.#watch.adapterDrops() ?? sum('droppedByInterface'),
    };
  }

  poll(): void {
    const now = performance.now();
    if (now - this.#askedAt < COUNTS_MILLISECONDS) return;
    this.#askedAt = now;
    if (this.#mayAsk) this.#run?.child.askCounts();
    this.#watch.look();
  }

  stop(): void {
    if (this.#stopping) return;
    this.#stopping = true;
    this.#run?.child.stop();
    this.#starting?.stop();
    this.#pause.wake();
  }

  close(): Promise<void> {
    this.stop();
    this.#closing ??= Promise.all([this.#run?.child.close(), this.#starting?.close()]).then(() => undefined);
    return this.#closing;
  }

  async #ended(run: Run): Promise<void> {
    const { damage } = run.reader.file;
    const wasAlive = run.child.end === '';
    if (damage?.kind === 'corrupt' && !this.#stopping) {
      // It goes on writing what cannot be read: only a new stream helps.
      const text = `the stream of ${this.#program.kind} cannot be read on (${damage.message}); it is started again`;
      this.#around.incidents.add('damaged_stream', text);
      await run.child.close();
    } else await run.child.finish();
    await run.reader.close();
    const last = run.child.counters();
    this.#past = {
      received: plus(this.#past.received, last.received),
      droppedByKernel: plus(this.#past.droppedByKernel, last.droppedByKernel),
      droppedByInterface: plus(this.#past.droppedByInterface, last.droppedByInterface),
    };
    this.#around.file.settle(run.reader.file);
    this.#run = null;
    if (this.#stopping) return;
    if (run.child.diedOfAsking) this.#mayAsk = false;
    this.#diedAt = performance.now();
    this.#tries = 0;
    if (this.#diedAt - run.since > GOOD_RUN_MILLISECONDS) this.#wait = FIRST_WAIT_MILLISECONDS;
    if (damage?.kind === 'corrupt' && wasAlive) return;
    const refusal = refusalOf(this.#program.kind, run.child.messages);
    if (this.#isOfInterface(refusal)) return;
    const { words } = refusal;
    const said = words === '' ? '' : `; it said: ${words}`;
    const text = `${this.#program.kind} on ${this.#watch.label} ended (${run.child.end})${said}; it is started again`;
    this.#around.incidents.add('capture_died', text);
  }

  /** Whether it ended because the interface went down, perhaps on its way out: the watch has told that. */
  #isOfInterface({ cause }: Refusal): boolean {
    this.#watch.look();
    if (this.#watch.is('gone')) return true;
    return (cause === 'interface_down' || cause === 'no_interface') && this.#watch.is('down');
  }

  async #restart(): Promise<void> {
    const wait = this.#wait;
    await this.#pause.wait(wait);
    while (!this.#stopping && this.#watch.look() === 'gone') await this.#pause.wait(LOOK_MILLISECONDS);
    if (this.#stopping) return;
    this.#wait = Math.min(wait * 2, LONGEST_WAIT_MILLISECONDS);
    this.#tries++;
    const child = new CaptureChild(this.#program, this.#target);
    this.#starting = child;
    try {
      const reader = await child.start();
      const since = performance.now();
      const gap = (since - this.#diedAt) / 1000;
      const tries = this.#tries === 1 ? '' : ` after ${this.#tries} attempts`;
      const text = `${this.#program.kind} captures again on ${this.#watch.label}${tries}; nothing was captured for ${gap.toFixed(1)} s`;
      this.#around.incidents.add('capture_restarted', text, gap);
      this.#run = { child, reader, since };
      if (this.#stopping) child.stop();
    } catch (error) {
      if (!(error instanceof StartFailure)) throw error;
      // Told once: the first attempt that fails says why it will take longer.
      if (this.#tries === 1 && !this.#stopping && !this.#isOfInterface(error.refusal)) {
        const text = `${this.#program.kind} cannot be started again on ${this.#watch.label}: ${error.refusal.words}; it is tried until it can`;
        this.#around.incidents.add('capture_died', text);
      }
    } finally {
      this.#starting = null;
    }
  }
}

function plus(a: number | null, b: number | null): number | null {
  return a === null ? b : a + (b ?? 0);
}
