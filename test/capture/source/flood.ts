/**
 * A wire loaded with the frames of a shipped capture, again and again, beside `dumpcap -w /dev/null` on the same wire:
 * what measurements of received over sent share. Needs root, tcpreplay, tcpdump and dumpcap.
 */
import { spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { pause } from '../../lab/machine.js';
import { whyNot } from '../../programs.js';
import { Veth, WIRE } from './veth.js';

const CAPTURE = resolve('captures', 'several-computers.pcapng');
/** Frames a second that are assumed for the length of a run as fast as it goes. */
const FULL_SPEED = 200_000;

export interface Flood {
  /** Frames a second, 0 = as fast as it goes. */
  readonly rate: number;
  readonly seconds: number;
  /** Each round has addresses of its own, so that every connection is a new one. */
  readonly isNew?: boolean;
  /** Seconds after the last frame until everything is received. */
  readonly settle: number;
}

export interface Flooded {
  readonly frames: number;
  /** As tcpreplay measured it. */
  readonly framesPerSecond: number;
  /** What dumpcap received. */
  readonly reference: number;
}

/** Called before the first frame, and when all has settled but nothing has ended. */
export type Moments = Record<'begins' | 'settled', () => void>;

const nothing = (): void => undefined;

/** Sends from the far side of the wire. */
export async function flood(
  veth: Veth,
  { rate, seconds, isNew = false, settle }: Flood,
  { begins, settled }: Moments = { begins: nothing, settled: nothing },
): Promise<Flooded> {
  const [program, args] = veth.inside('near', 'dumpcap', '-q', '-B', '64', '-i', 'v0', '-w', '/dev/null');
  const beside = spawn(program, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  beside.stderr.on('data', (text: Buffer) => (said += text.toString()));
  const ended = new Promise((done) => beside.on('close', done));
  await pause(1);
  const frames = (rate === 0 ? FULL_SPEED : rate) * seconds;
  const speed = rate === 0 ? ['--topspeed'] : ['--pps', String(rate)];
  if (isNew) speed.push('--unique-ip');
  const count = ['--limit', String(frames), '--loop', '1000000'];
  begins();
  // Exact at high rates, for which it spins between frames.
  const sent = veth.exec('far', 'tcpreplay', '-q', '-i', 'v0', '-K', ...speed, ...count, CAPTURE);
  await pause(settle);
  settled();
  beside.kill('SIGTERM');
  await ended;
  const [, reference = '0'] = /received\/dropped on interface '.*': (\d+)\//.exec(said) ?? [];
  const framesPerSecond = Math.round(Number(/([\d.]+) pps/.exec(sent)?.[1] ?? 0));
  return { frames, framesPerSecond, reference: Number(reference) };
}

export function percent(part: number, all: number): string {
  return `${((100 * part) / all).toFixed(2)} %`;
}

/**
 * Writes a table with one row for each source at each rate, each on a wire of its own.
 * @throws Error when no wire can be made here
 */
export async function tableOfFloods(
  columns: readonly string[],
  rates: readonly number[],
  sources: readonly string[],
  cells: (veth: Veth, source: string, rate: number) => Promise<readonly unknown[]>,
): Promise<void> {
  const reason = whyNot(...WIRE, 'tcpdump', 'dumpcap', 'tcpreplay');
  if (reason !== '') throw new Error(reason);
  const endings: (() => void)[] = [];
  console.log(`| ${columns.join(' | ')} |`);
  console.log(`|${'---|'.repeat(columns.length)}`);
  try {
    for (const rate of rates) {
      for (const source of sources) {
        const veth = new Veth({ teardown: (tidyUp) => endings.push(tidyUp) });
        console.log(`| ${(await cells(veth, source, rate)).join(' | ')} |`);
      }
    }
  } finally {
    for (const end of endings) end();
  }
}
