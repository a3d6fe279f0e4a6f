/** The program as a user runs it: a process of its own, in a folder of its own, with a known environment. */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ExecutionContext } from 'ava';
import { runCommand } from '../../src/cli/commands/commands.js';
import { KNOWN_ERRORS } from '../../src/cli/console/known-errors.js';
import { NOBODY } from '../programs.js';
import { PROGRAM, ROOT, programForAll } from '../shipped.js';

/** Processes at a time. */
const MAX_RUNNING = 3;

export function sample(file: string): string {
  return join(ROOT, 'captures', file);
}

export interface Run {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly out: string;
  readonly err: string;
}

export interface RunOptions {
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly stdin?: Uint8Array;
  /** Arguments of node itself. */
  readonly node?: readonly string[];
  /** Another copy of the program. */
  readonly program?: string;
  /** A user without rights, where this one is root. */
  readonly powerless?: boolean;
  /** Called with the running program; its standard input stays open until the caller ends it. */
  readonly meanwhile?: (child: ChildProcess) => void;
}

let running = 0;
const waiting: (() => void)[] = [];

/** A folder that is gone after the test; everybody may write to it. */
export function scratch(t: ExecutionContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'portwitness cli '));
  chmodSync(folder, 0o777);
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Runs the program to its end. */
export async function portwitness(args: readonly string[], options: RunOptions): Promise<Run> {
  if (running >= MAX_RUNNING) await new Promise<void>((resolve) => waiting.push(resolve));
  running++;
  try {
    return await finished(args, options);
  } finally {
    running--;
    waiting.shift()?.();
  }
}

function finished(args: readonly string[], options: RunOptions): Promise<Run> {
  const powerless = options.powerless === true && process.getuid?.() === 0;
  const program = options.program ?? (powerless ? programForAll() : PROGRAM);
  const child = spawn(process.execPath, [...(options.node ?? []), program, ...args], {
    cwd: options.cwd,
    env: { ...plainEnvironment(), ...options.env },
    stdio: 'pipe',
    ...(powerless ? { uid: NOBODY, gid: NOBODY } : {}),
  });
  let out = '';
  let err = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text));
  // The program may end before it has read everything.
  child.stdin.on('error', () => undefined);
  if (options.meanwhile === undefined) child.stdin.end(options.stdin);
  else options.meanwhile(child);
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => resolve({ code, signal, out, err }));
  });
}

/** What the test runner and npm set would change what the program shows and where it runs. */
function plainEnvironment(): NodeJS.ProcessEnv {
  const { PATH, SystemRoot, TEMP, TMP } = process.env;
  return { PATH, SystemRoot, TEMP, TMP };
}

/**
 * Runs a command inside the test, which is many times faster than a process; what the process does with its result
 * (streams, exit code, messages) is proven by tests that start one. Paths in `args` must be absolute. Quiet, or its
 * summary would stand among the test's own lines.
 */
export function inside(args: readonly string[]): Promise<number> {
  return runCommand([...args, '-q'], { version: '0.0.0' });
}

/** The message with which a command refuses its arguments or its input. */
export async function refusal(t: ExecutionContext, args: readonly string[]): Promise<string> {
  const error = await t.throwsAsync(runCommand(args, { version: '0.0.0' }), undefined, args.join(' '));
  t.true(KNOWN_ERRORS.has(error.name), `${error.name}: ${error.message}`);
  return error.message;
}

/** The parts of a JSON result that tests of the command line look at. */
export interface Result {
  readonly command_line: string;
  readonly interrupted: string | null;
  readonly summary: { readonly exit_code: number; readonly status: string };
  readonly captures: readonly {
    readonly path: string;
    readonly packets: number;
    readonly sha256: string;
    readonly damage: { readonly offset: number; readonly kind: string; readonly message: string } | null;
  }[];
  readonly server: { readonly addresses: readonly string[]; readonly source: string };
  readonly quality: readonly { readonly code: string; readonly text: string }[];
  readonly totals: { readonly frames: number };
}

export function resultIn(...path: string[]): Result {
  return JSON.parse(readFileSync(join(...path), 'utf8')) as Result;
}

/** Whether a failure is told as to a user: on standard error, by the program's name, without a stack trace. */
export function isPlainMessage(err: string): boolean {
  return err.startsWith('portwitness: ') && !/\n\s+at |Error:|node:internal/.test(err);
}
