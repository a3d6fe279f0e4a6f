/** Runs a program to its end and measures its wall time, its CPU time and its peak memory. */
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
  /** Seconds of all its threads together; null = this system does not tell. */
  readonly cpu: number | null;
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
  const usageFile = join(tmpdir(), `portwitness-usage-${process.pid}-${++measured}`);
  rmSync(usageFile, { force: true });
  const tellUsage = ['--import', new URL('./tell-usage.js', import.meta.url).href];
  const args = command.isNode ? [...tellUsage, ...command.args] : [...command.args];
  const sink = openSync(devNull, 'w');
  const started = process.hrtime.bigint();
  const child = spawn(command.program, args, {
    stdio: ['ignore', sink, 'pipe'],
    env: { ...process.env, PORTWITNESS_USAGE_FILE: usageFile },
  });
  let polled: Usage = { peak: 0, cpu: 0 };
  const timer = command.isNode ? undefined : setInterval(() => (polled = usageOf(child.pid, polled)), POLL);
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
    const { peak, cpu } = existsSync(usageFile) ? told(usageFile) : polled;
    return { seconds, cpu: cpu > 0 ? cpu : null, peak: peak > 0 ? peak : null };
  } finally {
    clearInterval(timer);
    closeSync(sink);
    rmSync(usageFile, { force: true });
  }
}

/** Peak in bytes and CPU time in seconds so far; 0 = not known. */
interface Usage {
  readonly peak: number;
  readonly cpu: number;
}

function told(file: string): Usage {
  const [peak = 0, cpu = 0] = readFileSync(file, 'utf8').split(' ').map(Number);
  return { peak, cpu };
}

/** What Linux' process table says; `before` when it cannot be read. */
function usageOf(pid: number | undefined, before: Usage): Usage {
  try {
    const kibibytes = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    // proc(5): behind the name in brackets utime and stime are the 12th and 13th word, in ticks of 10 ms.
    const words = (readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1) ?? '').split(' ');
    const cpu = (Number(words[11]) + Number(words[12])) / 100;
    return { peak: Math.max(before.peak, Number(kibibytes ?? 0) * 1024), cpu: Math.max(before.cpu, cpu) };
  } catch {
    return before;
  }
}
