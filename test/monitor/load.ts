/**
 * Packets received over packets sent by the whole of `portwitness live`, for each source at each rate, beside
 * `dumpcap -w /dev/null` on the same wire in the same run: recognition, judgement, two reports in each run. Needs root,
 * tcpreplay, tcpdump and dumpcap. Frames are those of a shipped capture, again and again: with `new` each round has
 * addresses of its own, so that every connection is a new one.
 *
 *   node build/test/monitor/load.js [seconds=10] [rates=10000,50000,100000,0] [same|new] [sources]     0 = as fast as it goes
 */
import '../../src/platform/node/install.js';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { flood, percent, tableOfFloods } from '../capture/source/flood.js';
import type { Flood } from '../capture/source/flood.js';
import type { Veth } from '../capture/source/veth.js';
import { Listening, reportIn } from './listening.js';

const SETTLE_SECONDS = 3;
/** Of a tick of /proc. */
const MICROSECONDS = 10_000;

const COLUMNS = [
  'source',
  'frames a second',
  'sent',
  'received',
  'told as dropped',
  'dumpcap',
  'CPU µs a frame',
  'load',
];

async function measure(veth: Veth, source: string, load: Flood): Promise<readonly unknown[]> {
  const folder = mkdtempSync(join(tmpdir(), 'portwitness load '));
  const args = ['-i', 'v0', '--source', source, '--server', '10.20.0.10', '--filter', ''];
  const interval = ['--interval', `${Math.max(1, Math.floor(load.seconds / 2))}s`];
  const wrap = (command: readonly string[]): ReturnType<Veth['inside']> => veth.inside('near', ...command);
  const run = await new Listening([...args, ...interval], { folder, wrap }).listens();
  let ticks = 0;
  const sent = await flood(veth, load, {
    begins: () => (ticks = -ticksOf(run.pid)),
    settled: () => (ticks += ticksOf(run.pid)),
  });
  await run.stop();
  const report = reportIn(folder);
  rmSync(folder, { recursive: true, force: true });
  const received = report.totals.frames;
  const lost = report.quality.find(({ code }) => code === 'frames_lost')?.measured ?? 0;
  const untold = report.quality.some(({ code }) => code === 'loss_unknown');
  return [
    source,
    sent.framesPerSecond,
    sent.frames,
    percent(received, sent.frames),
    untold ? 'not told' : lost,
    percent(sent.reference, sent.frames),
    ((ticks * MICROSECONDS) / Math.max(1, received)).toFixed(2),
    loadavg()[0]?.toFixed(1),
  ];
}

/** CPU time of a process itself, user and system. */
function ticksOf(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /, '')
    .split(' ');
  return Number(fields[11]) + Number(fields[12]);
}

const [seconds = '10', rates = '10000,50000,100000,0', addresses = 'same', sources = 'tcpdump,dumpcap,cap'] =
  process.argv.slice(2);
const load = { seconds: Number(seconds), isNew: addresses === 'new', settle: SETTLE_SECONDS };
await tableOfFloods(COLUMNS, rates.split(',').map(Number), sources.split(','), (veth, source, rate) =>
  measure(veth, source, { ...load, rate }),
);
