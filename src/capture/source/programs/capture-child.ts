/**
 * One run of a capture program: started without a shell, read through its standard output, its messages kept
 * within bounds, and ended by its own handle. Should this process be killed, the child ends with the next packet,
 * which it can no longer write.
 */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { errorText } from '../../bytes/byte-source.js';
import type { CaptureReader } from '../../frames/frame.js';
import { WINDOW_BYTES } from '../../bytes/limits.js';
import { readHead } from '../../open.js';
import type { Refusal } from './diagnosis.js';
import { refusalOf } from './diagnosis.js';
import type { FeedCounters } from '../feed/feed.js';
import { within } from '../feed/pause.js';
import { PipeSource } from '../feed/pipe-source.js';
import { MESSAGE_ENVIRONMENT } from './programs.js';
import type { CaptureProgram, CaptureTarget } from './programs.js';

/** A program that has not begun to capture after so long is ended. In milliseconds. */
export const START_MILLISECONDS = 15_000;
/** A program that was asked to end has so long for its last words. In milliseconds. */
export const STOP_MILLISECONDS = 2_000;
/** Bytes kept of a program's messages, its first and its last ones. */
const MAX_MESSAGE_BYTES = 4_096;
const MAX_COUNT = 0x1_0000_0000;

/** Children that run now: they end with this process. */
const running = new Set<ChildProcess>();

function endAll(): void {
  for (const child of running) child.kill('SIGKILL');
}

function endBy(signal: NodeJS.Signals): string {
  return `ended by ${signal}`;
}

/** The program did not begin to capture. */
export class StartFailure extends Error {
  readonly refusal: Refusal;
  constructor(refusal: Refusal) {
    super(refusal.words);
    this.name = 'StartFailure';
    this.refusal = refusal;
  }
}

/** A program that captures. Call `close` when done. */
export class CaptureChild {
  readonly #program: CaptureProgram;
  readonly #child: ChildProcess;
  readonly #source: PipeSource;
  readonly #exited: Promise<true>;
  #first = '';
  #last = '';
  #line = '';
  #alive = true;
  #end = '';
  /** Counts as the program says them, but going on past 2^32, where its own begin anew. */
  #said: Partial<Record<keyof FeedCounters, { raw: number; total: number }>> = {};
  #reader: CaptureReader | null = null;

  constructor(program: CaptureProgram, target: CaptureTarget) {
    this.#program = program;
    // Standard input is a pipe whose end tells cap-child that nobody reads it any more.
    this.#child = spawn(program.file, program.args(target), {
      stdio: [program.kind === 'cap' ? 'pipe' : 'ignore', 'pipe', 'pipe'],
      windowsHide: true,
      env: { ...process.env, ...MESSAGE_ENVIRONMENT },
    });
    const { stdout, stderr, stdin } = this.#child;
    if (stdout === null || stderr === null) throw new Error('a child without pipes');
    stdin?.on('error', () => undefined);
    this.#source = new PipeSource(stdout);
    stderr.setEncoding('utf8').on('data', (text: string) => this.#heard(text));
    stderr.on('error', () => undefined);
    running.add(this.#child);
    if (running.size === 1) process.on('exit', endAll);
    this.#exited = new Promise((resolve) => {
      const done = (how: string): void => {
        if (!this.#alive) return;
        this.#alive = false;
        this.#end = how;
        running.delete(this.#child);
        if (running.size === 0) process.removeListener('exit', endAll);
        resolve(true);
      };
      this.#child.on('error', (error) => {
        // A kill that failed is reported here too.
        if (this.#child.pid !== undefined) return;
        this.#heard(`${errorText(error)}\n`);
        stdout.destroy();
        done('it could not be started');
      });
      this.#child.on('close', (code, signal) => {
        done(signal === null ? `exit code ${code ?? '?'}` : endBy(signal));
      });
    });
  }

  /**
   * Waits until the program captures.
   * @throws StartFailure when it does not, with the program's words.
   */
  async start(): Promise<CaptureReader> {
    const timer = setTimeout(() => {
      this.#heard(`nothing came from it within ${START_MILLISECONDS / 1000} s\n`);
      this.#child.kill('SIGKILL');
    }, START_MILLISECONDS);
    try {
      const source = this.#source;
      this.#reader = await readHead(this.#program.kind, source, 0, {
        window: WINDOW_BYTES,
        settle: () => source.close(),
      });
      return this.#reader;
    } catch {
      await this.close();
      throw new StartFailure(refusalOf(this.#program.kind, this.messages));
    } finally {
      clearTimeout(timer);
    }
  }

  /** Everything it wrote to standard error, within bounds. */
  get messages(): string {
    return this.#first + this.#last;
  }

  /** How it ended, '' while it runs. */
  get end(): string {
    return this.#end;
  }

  /** Whether it ended by the very signal that asks for counts: not every version knows it. */
  get diedOfAsking(): boolean {
    const { asksBy } = this.#program;
    return asksBy !== null && this.#end === endBy(asksBy.signal);
  }

  /** Has the program write its counts to its messages, where it can and is ready to. */
  askCounts(): void {
    const { asksBy } = this.#program;
    if (asksBy === null || !this.#alive || this.#reader === null) return;
    // A program that hands over frames is past its start, whatever it says.
    const isReady = this.#reader.file.frames > 0 || this.#first.includes(asksBy.after);
    if (isReady) this.#child.kill(asksBy.signal);
  }

  counters(): FeedCounters {
    const total = (key: keyof FeedCounters): number | null => this.#said[key]?.total ?? null;
    return {
      received: total('received'),
      droppedByKernel: total('droppedByKernel'),
      droppedByInterface: total('droppedByInterface'),
    };
  }

  /** Asks it to end; what it has captured can still be read. */
  stop(): void {
    if (!this.#alive) return;
    // Windows knows no such request: the program ends at once.
    this.#child.kill('SIGTERM');
    const timer = setTimeout(() => {
      this.#child.kill('SIGKILL');
      // A process that it left behind may hold the pipes open.
      this.#source.stop();
      this.#child.stderr?.destroy();
    }, STOP_MILLISECONDS);
    void this.#exited.then(() => clearTimeout(timer));
  }

  /** After its output has ended: leaves it a little time for its last words, then ends it. */
  async finish(): Promise<void> {
    if ((await within(STOP_MILLISECONDS, this.#exited)) === null) await this.close();
  }

  /** Ends it, whatever it has still to say, and waits until it is gone. */
  async close(): Promise<void> {
    this.#source.stop();
    this.#child.stdin?.destroy();
    this.stop();
    // A process that cannot be ended (another user's, a device that hangs) is not waited for.
    await within(2 * STOP_MILLISECONDS, this.#exited);
  }

  #heard(text: string): void {
    if (this.#first.length < MAX_MESSAGE_BYTES) {
      const room = MAX_MESSAGE_BYTES - this.#first.length;
      this.#first += text.slice(0, room);
      this.#last = text.slice(room).slice(-MAX_MESSAGE_BYTES);
    } else {
      this.#last = (this.#last + text).slice(-MAX_MESSAGE_BYTES);
    }
    const lines = (this.#line + text).split('\n');
    this.#line = (lines.pop() ?? '').slice(-MAX_MESSAGE_BYTES);
    for (const line of lines) this.#count(line);
  }

  #count(line: string): void {
    const said = this.#program.countsOf(line);
    if (said === null) return;
    for (const key of ['received', 'droppedByKernel', 'droppedByInterface'] as const) {
      const raw = said[key];
      if (raw === undefined || raw === null) continue;
      const last = this.#said[key] ?? { raw: 0, total: 0 };
      const grown = raw >= last.raw ? raw - last.raw : raw + MAX_COUNT - last.raw;
      // dumpcap says one line for each interface, at its end; tcpdump its sum so far.
      const total = this.#program.several ? last.total + raw : last.total + grown;
      this.#said[key] = { raw, total };
    }
  }
}
