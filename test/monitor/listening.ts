/** `portwitness live` itself, as a process that a test starts, watches, kills and reads the outputs of. */
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { until } from '../lab/machine.js';
import { PROGRAM } from '../shipped.js';

/** What tests read of an event. */
export interface ToldEvent {
  readonly sequence: number;
  readonly type: string;
  readonly code?: string;
  readonly text?: string;
  readonly rule?: string;
  readonly host?: string;
  readonly from?: string;
  readonly to?: string;
  readonly reasonCode?: string;
}

/** What tests read of a JSON report. */
export interface ToldReport {
  readonly generated_at: string;
  readonly summary: { readonly exit_code: number };
  readonly totals: { readonly frames: number };
  readonly quality: readonly { readonly code: string; readonly text: string; readonly measured: number }[];
  readonly verdicts: readonly {
    readonly rule: string;
    readonly host: { readonly address: string };
    readonly verdict: string;
    readonly reason_code: string;
  }[];
}

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly out: string;
  readonly err: string;
}

/** Inserts the program's command line into another one: into a namespace, below another user. */
export type Wrap = (command: readonly string[]) => readonly [string, readonly string[]];

const plainly: Wrap = ([program = '', ...args]) => [program, args];

export interface ListeningOptions {
  /** Outputs go here: live.html, live.json, live.state.json, events.ndjson. */
  readonly folder: string;
  readonly wrap?: Wrap;
  readonly env?: NodeJS.ProcessEnv;
  /** Another copy of the program. */
  readonly program?: string;
  /** A descriptor that takes standard output. */
  readonly stdout?: number;
}

export class Listening {
  readonly ended: Promise<Ended>;
  readonly stdin: NodeJS.WritableStream;
  readonly pid: number;
  readonly folder: string;
  #out = '';
  #err = '';
  #isOver = false;
  readonly #kill: (signal: NodeJS.Signals) => void;

  /** @param args what follows `portwitness live` */
  constructor(args: readonly string[], options: ListeningOptions) {
    const { folder, wrap = plainly, env = {}, stdout = 0 } = options;
    this.folder = folder;
    const outputs = [
      ...['--report', join(folder, 'live.html'), '--events', join(folder, 'events.ndjson')],
      ...['--json-schema', '1'],
    ];
    const [program, words] = wrap([
      process.execPath,
      options.program ?? PROGRAM,
      'live',
      ...args,
      ...outputs,
    ]);
    const { PATH } = process.env;
    const child = spawn(program, words, {
      cwd: folder,
      env: { PATH, ...env },
      stdio: ['pipe', stdout === 0 ? 'pipe' : stdout, 'pipe'],
    });
    child.stdout?.setEncoding('utf8').on('data', (text: string) => (this.#out += text));
    child.stderr?.setEncoding('utf8').on('data', (text: string) => (this.#err += text));
    child.stdin?.on('error', () => undefined);
    if (child.stdin === null) throw new Error('no pipe');
    this.stdin = child.stdin;
    this.pid = child.pid ?? 0;
    this.#kill = (signal) => child.kill(signal);
    this.ended = new Promise((resolve, reject) => {
      child.on('error', reject);
      child.on('close', (code, signal) => {
        this.#isOver = true;
        resolve({ code, signal, out: this.#out, err: this.#err });
      });
    });
  }

  /** What it wrote to standard error so far. */
  get said(): string {
    return this.#err;
  }

  /** Waits until it captures. */
  async listens(): Promise<this> {
    await this.sees('the first words', () => this.#err.includes('listening by'));
    return this;
  }

  get events(): readonly ToldEvent[] {
    return eventsIn(this.folder);
  }

  /** The first event for which `is` holds, once it is there. */
  async event(what: string, is: (event: ToldEvent) => boolean): Promise<ToldEvent> {
    await this.sees(what, () => this.events.some(is));
    const found = this.events.find(is);
    if (found === undefined) throw new Error(what);
    return found;
  }

  /** Waits for a condition; fails at once when the program has ended. */
  async sees(what: string, is: () => boolean, limit = 90): Promise<void> {
    await until(what, () => this.#isOver || is(), limit).catch((error: unknown) => {
      throw new Error(`${String(error)}\n${this.#err}`);
    });
    if (!is()) throw new Error(`${what}: it has ended\n${this.#err}`);
  }

  kill(signal: NodeJS.Signals): Promise<Ended> {
    this.#kill(signal);
    return this.ended;
  }

  /** Ends it as a service manager does; all is written then. */
  stop(): Promise<Ended> {
    return this.kill('SIGTERM');
  }
}

/** Whole lines only: the last one may be on its way. */
export function eventsIn(folder: string): ToldEvent[] {
  const path = join(folder, 'events.ndjson');
  if (!existsSync(path)) return [];
  return readFileSync(path, 'utf8')
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as ToldEvent);
}

export function reportIn(folder: string, name = 'live.json'): ToldReport {
  return JSON.parse(readFileSync(join(folder, name), 'utf8')) as ToldReport;
}

/** 'rule computer' → 'verdict reason', sorted. */
export function verdictsOf({ verdicts }: ToldReport): Readonly<Record<string, string>> {
  const rows = verdicts.map(({ rule, host, verdict, reason_code }) => [
    `${rule} ${host.address}`,
    `${verdict} ${reason_code}`,
  ]);
  return Object.fromEntries(rows.sort(([a = ''], [b = '']) => (a < b ? -1 : 1))) as Record<string, string>;
}
