/** Runs a program to its end and measures its wall time and its peak memory. */
import { spawn } from 'node:child_process';
import { existsSync, openSync, closeSync, readFileSync, rmSync } from 'node:fs';
import { devNull, tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Command {
  readonly program: string;
  readonly args: readonly string[];
  /** Node programs tell their own peak, on every system. */
  readonly isNode?: boolean;
  /** Exit codes that mean success; default 0 alone. */
  readonly accepted?: readonly number[];
}

export interface Measure {
  readonly seconds: number;
  /** Bytes; null = this system does not tell. */
  readonly peak: number | null;
}

/** The middle value; of an even number of values the upper one of the two. 0 = no values. */
export function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] ?? 0;
}

/** Milliseconds between two looks at the memory of a program that does not tell its own. */
const POLL = 15;
/** Programs measured so far: several may run at the same time. */
let measured = 0;

/**
 * Standard output goes to the null device, so that printing costs the same for all.
 * @throws Error when the program cannot be started or ends with a code that is not accepted.
 */
export async function measure(command: Command): Promise<Measure> {
  const peakFile = join(tmpdir(), `portwitness-peak-${process.pid}-${++measured}`);
  rmSync(peakFile, { force: true });
  const tellPeak = ['--import', new URL('./tell-peak.js', import.meta.url).href];
  const args = command.isNode ? [...tellPeak, ...command.args] : [...command.args];
  const sink = openSync(devNull, 'w');
  const started = process.hrtime.bigint();
  const child = spawn(command.program, args, {
    stdio: ['ignore', sink, 'pipe'],
    env: { ...process.env, PORTWITNESS_PEAK_FILE: peakFile },
  });
  let polled = 0;
  const timer = command.isNode ? undefined : setInterval(() => (polled = peakOf(child.pid, polled)), POLL);
  try {
    let complaint = '';
    child.stderr
      ?.setEncoding('utf8')
      .on('data', (text: string) => (complaint = (complaint + text).slice(-2000)));
    const code = await new Promise<number | null>((resolve, reject) => {
      child.once('error', reject).once('close', resolve);
    });
    const seconds = Number(process.hrtime.bigint() - started) / 1e9;
    if (code === null || !(command.accepted ?? [0]).includes(code)) {
      throw new Error(`${command.program} ${args.join(' ')} ended with ${code}: ${complaint}`);
    }
    const told = existsSync(peakFile) ? Number(readFileSync(peakFile, 'utf8')) : polled;
    return { seconds, peak: told > 0 ? told : null };
  } finally {
    clearInterval(timer);
    closeSync(sink);
    rmSync(peakFile, { force: true });
  }
}

/** The largest resident size so far, from Linux' process table; `before` when it cannot be read. */
function peakOf(pid: number | undefined, before: number): number {
  try {
    const kibibytes = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return Math.max(before, Number(kibibytes ?? 0) * 1024);
  } catch {
    return before;
  }
}
