/**
 * A pair of network namespaces with a wire between them: 'near', where a capture listens on v0, and 'far', which
 * sends. Nothing of the machine's own network is touched.
 */
import { spawn, spawnSync } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { createInterface } from 'node:readline';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { must, until } from '../../lab/machine.js';
import { capPackage, namespaces } from '../../programs.js';
import type { Need } from '../../programs.js';
import type { Line } from './watch-line.js';

export type Side = 'near' | 'far';

const WATCH = fileURLToPath(new URL('./watch.js', import.meta.url));
const ADDRESS = { near: '10.78.0.1', far: '10.78.0.2' } as const;

/** Test files run side by side. */
function uniqueName(): string {
  return `pwl${randomBytes(6).toString('hex')}`;
}

/** What a wire with traffic takes. */
export const WIRE: readonly Need[] = [namespaces, 'ping'];
/** What each source of packets takes. */
export const SOURCES = { tcpdump: 'tcpdump', dumpcap: 'dumpcap', cap: capPackage } as const;
export type Source = keyof typeof SOURCES;
export const SOURCE_NAMES: readonly Source[] = ['tcpdump', 'dumpcap', 'cap'];

/** What tells when the wire is no longer needed: a test. */
export interface Ending {
  teardown(tidyUp: () => void): void;
}

export interface Watching {
  readonly lines: readonly Line[];
  /** Process id of the watching process itself. */
  readonly pid: number;
  /** The first line with this key, once it is there. */
  line(key: string): Promise<Line>;
  incident(code: string): Promise<Line>;
  /** Ends it in order. */
  stop(): Promise<readonly Line[]>;
  /** All lines, when it has ended. */
  readonly ended: Promise<readonly Line[]>;
}

/** The wire; gone after the test. */
export class Veth {
  readonly #names: Record<Side, string>;

  readonly #t: Ending;

  constructor(t: Ending) {
    this.#t = t;
    const id = uniqueName();
    this.#names = { near: `${id}n`, far: `${id}f` };
    t.teardown(() => this.#destroy());
    for (const side of ['near', 'far'] as const) {
      must('ip', ['netns', 'add', this.#names[side]]);
      // Nothing is sent but what the test sends.
      const settings = ['all', 'default'].map((name) => `/proc/sys/net/ipv6/conf/${name}/disable_ipv6`);
      this.exec(side, 'sh', '-c', `for file; do echo 1 >$file; done`, 'sh', ...settings);
      this.exec(side, 'ip', 'link', 'set', 'lo', 'up');
    }
    this.connect();
  }

  /** Makes the wire, also anew after `cut`. */
  connect(): void {
    const { near, far } = this.#names;
    must('ip', ['-n', near, 'link', 'add', 'v0', 'type', 'veth', 'peer', 'name', 'v0', 'netns', far]);
    for (const side of ['far', 'near'] as const) {
      this.exec(side, 'ip', 'addr', 'add', `${ADDRESS[side]}/24`, 'dev', 'v0');
      this.exec(side, 'ip', 'link', 'set', 'v0', 'up');
    }
  }

  /** Takes the interface away. */
  cut(): void {
    this.exec('near', 'ip', 'link', 'del', 'v0');
  }

  /** A command that runs inside a namespace, as program and arguments. */
  inside(side: Side, ...command: readonly string[]): readonly [string, readonly string[]] {
    return ['ip', ['netns', 'exec', this.#names[side], ...command]];
  }

  /** Runs a program in a namespace to its end. */
  exec(side: Side, ...command: readonly string[]): string {
    return must(...this.inside(side, ...command));
  }

  /** Sends a capture's frames from the far side; it sleeps between them, where tcpreplay by itself would spin. */
  replay(file: string, ...options: readonly string[]): string {
    return this.exec('far', 'tcpreplay', '-q', '--timer=nano', '-i', 'v0', ...options, file);
  }

  /** Has 'near' answer to a few pings. */
  ping(count: number): void {
    this.exec('far', 'ping', '-q', '-c', String(count), '-i', '0.02', '-W', '1', ADDRESS.near);
  }

  /** Reads a live source in 'near', by the program watch.ts. */
  watch(options: object, prefix: readonly string[] = [], environment: NodeJS.ProcessEnv = {}): Watching {
    const inside = ['netns', 'exec', this.#names.near, ...prefix, process.execPath, WATCH];
    return watching('ip', [...inside, JSON.stringify(options)], environment);
  }

  /** Processes in 'near' by the name of their program. */
  running(name: string): readonly number[] {
    const { stdout } = spawnSync('ip', ['netns', 'pids', this.#names.near], { encoding: 'utf8' });
    const pids = stdout.split(/\s+/).filter((text) => text !== '');
    return pids.filter((pid) => commandLineOf(pid).includes(name)).map(Number);
  }

  /** A folder with one program, gone after the test. */
  folderWith(program: string, script: string): string {
    const file = this.file(program, script);
    chmodSync(file, 0o755);
    return dirname(file);
  }

  /** A file, gone after the test. */
  file(name: string, content: string | Uint8Array): string {
    const folder = mkdtempSync(join(tmpdir(), 'portwitness live '));
    this.#t.teardown(() => rmSync(folder, { recursive: true, force: true }));
    writeFileSync(join(folder, name), content);
    return join(folder, name);
  }

  #destroy(): void {
    for (const name of Object.values(this.#names)) {
      const { stdout } = spawnSync('ip', ['netns', 'pids', name], { encoding: 'utf8' });
      for (const pid of stdout.split(/\s+/).filter((text) => text !== '')) {
        try {
          process.kill(Number(pid), 'SIGKILL');
        } catch {
          // It has ended by itself.
        }
      }
      spawnSync('ip', ['netns', 'del', name]);
    }
  }
}

/** Arguments behind each other, '' when it has ended. */
function commandLineOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
  } catch {
    return '';
  }
}

/** Reads a live source outside of any namespace. */
export function watchHere(options: object, environment: NodeJS.ProcessEnv = {}): Watching {
  return watching(process.execPath, [WATCH, JSON.stringify(options)], environment);
}

/** A test that fails leaves its program behind; none outlives the tests. */
const running = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

function watching(program: string, args: readonly string[], environment: NodeJS.ProcessEnv): Watching {
  // A session that starts the tests has nothing to do with what is captured.
  const plain = { ...process.env };
  delete plain['SSH_CONNECTION'];
  const child = spawn(program, args, {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...plain, ...environment },
  });
  running.add(child);
  child.on('close', () => running.delete(child));
  const lines: Line[] = [];
  const { stdout } = child;
  if (stdout === null) throw new Error('no output');
  createInterface({ input: stdout }).on('line', (text) => lines.push(JSON.parse(text) as Line));
  const ended = new Promise<readonly Line[]>((resolve) => child.on('close', () => resolve(lines)));
  const find = async (what: string, is: (line: Line) => boolean): Promise<Line> => {
    await until(what, () => lines.some(is));
    const found = lines.find(is);
    if (found === undefined) throw new Error(what);
    return found;
  };
  return {
    lines,
    pid: child.pid ?? 0,
    line: (key) => find(key, (line) => key in line),
    incident: (code) => find(`incident ${code}`, (line) => line['incident'] === code),
    stop: () => {
      child.kill('SIGTERM');
      return ended;
    },
    ended,
  };
}
