/**
 * Packets received over packets sent by the whole of `portwitness live`, for each source at each rate, beside
 * `dumpcap -w /dev/null` on the same wire in the same run: recognition, judgement, two reports in each run. Needs root,
 * tcpreplay, tcpdump and dumpcap. Frames are those of a shipped capture, again and again: with `new` each round has
 * addresses of its own, so that every connection is a new one.
 *
 *   node build/test/live/load.js [seconds=10] [rates=10000,50000,100000,0] [same|new] [sources]     0 = as fast as it goes
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Veth, whyNoNamespaces } from '../capture/live/veth.js';
import { pause } from '../lab/machine.js';
import { Listening, reportIn } from './listening.js';

const CAPTURE = resolve('captures', 'several-computers.pcapng');
/** Frames a second that are assumed for the length of a run as fast as it goes. */
const FULL_SPEED = 200_000;
const SETTLE_SECONDS = 3;
/** Of a tick of /proc. */
const MICROSECONDS = 10_000;

interface Load {
  readonly source: string;
  readonly rate: number;
  readonly seconds: number;
  readonly isNew: boolean;
}

async function measure(veth: Veth, { source, rate, seconds, isNew }: Load): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'portwitness load '));
  const args = ['-i', 'v0', '--source', source, '--server', '10.20.0.10', '--filter', ''];
  const interval = ['--interval', `${Math.max(1, Math.floor(seconds / 2))}s`];
  const wrap = (command: readonly string[]): ReturnType<Veth['inside']> => veth.inside('near', ...command);
  const run = await new Listening([...args, ...interval], { folder, wrap }).listens();
  const [program, words] = veth.inside('near', 'dumpcap', '-q', '-B', '64', '-i', 'v0', '-w', '/dev/null');
  const beside = spawn(program, words, { stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  beside.stderr.on('data', (text: Buffer) => (said += text.toString()));
  const besideEnded = new Promise((done) => beside.on('close', done));
  await pause(1);
  const frames = (rate === 0 ? FULL_SPEED : rate) * seconds;
  const speed = rate === 0 ? ['--topspeed'] : ['--pps', String(rate)];
  const began = ticksOf(run.pid);
  if (isNew) speed.push('--unique-ip');
  const sent = veth.replay(CAPTURE, '-K', ...speed, '--limit', String(frames), '--loop', '1000000');
  await pause(SETTLE_SECONDS);
  const ticks = ticksOf(run.pid) - began;
  await run.stop();
  beside.kill('SIGTERM');
  await besideEnded;
  const report = reportIn(folder);
  rmSync(folder, { recursive: true, force: true });
  const received = report.totals.frames;
  const lost = report.quality.find(({ code }) => code === 'frames_lost')?.measured ?? 0;
  const untold = report.quality.some(({ code }) => code === 'loss_unknown');
  const [, reference = '0'] = /received\/dropped on interface '.*': (\d+)\//.exec(said) ?? [];
  const cells = [
    source,
    Math.round(Number(/([\d.]+) pps/.exec(sent)?.[1] ?? 0)),
    frames,
    percent(received, frames),
    untold ? 'not told' : lost,
    percent(Number(reference), frames),
    ((ticks * MICROSECONDS) / Math.max(1, received)).toFixed(2),
    loadavg()[0]?.toFixed(1),
  ];
  return `| ${cells.join(' | ')} |`;
}

/** CPU time of a process itself, user and system. */
function ticksOf(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /, '')
    .split(' ');
  return Number(fields[11]) + Number(fields[12]);
}

function percent(part: number, all: number): string {
  return `${((100 * part) / all).toFixed(2)} %`;
}

async function main(): Promise<void> {
  const reason = whyNoNamespaces('tcpdump', 'dumpcap', 'tcpreplay');
  if (reason !== '') throw new Error(reason);
  const [
    seconds = '10',
    rates = '10000,50000,100000,0',
    addresses = 'same',
    sources = 'tcpdump,dumpcap,cap',
  ] = process.argv.slice(2);
  const isNew = addresses === 'new';
  const endings: (() => void)[] = [];
  console.log(
    '| source | frames a second | sent | received | told as dropped | dumpcap | CPU µs a frame | load |',
  );
  console.log('|---|---|---|---|---|---|---|---|');
  try {
    for (const rate of rates.split(',').map(Number)) {
      for (const source of sources.split(',')) {
        const veth = new Veth({ teardown: (tidyUp) => endings.push(tidyUp) });
        console.log(await measure(veth, { source, rate, seconds: Number(seconds), isNew }));
      }
    }
  } finally {
    for (const end of endings) end();
  }
}

await main();
