/**
 * A day's traffic of 1,000 computers through the monitor as fast as it goes, under a simulated clock:
 *
 *   node --expose-gc build/test/bench/endurance.js            memory of the first and the last quarter
 *   node --expose-gc build/test/bench/endurance.js 5000000    with a scan of so many addresses in between
 */
import '../../src/platform/node/install.js';
import { Day } from '../monitor/day.js';
import { monitored } from '../monitor/monitored.js';
import { LIVE_MAX_FLOWS } from '../../src/monitor/tracking/watch.js';

const HOURS = 24;
const COMPUTERS = 1000;
/** Seconds of the day between two judgements, and between two looks at memory. */
const STEP = 300;
const LOOK = 1 / 96;
const MEBI = 1 << 20;

const scanned = Number(process.argv[2] ?? 0);
const { gc } = globalThis;
if (gc === undefined) throw new Error('node needs --expose-gc');

const day = new Day({ computers: COMPUTERS, hours: HOURS, step: STEP, scanned });
const looks: { share: number; bytes: number }[] = [];
let next = 0;
let mostResident = 0;
day.onStep = (share) => {
  mostResident = Math.max(mostResident, process.memoryUsage.rss());
  if (share < next) return;
  next += LOOK;
  void gc();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  looks.push({ share, bytes: heapUsed + arrayBuffers });
};
const { monitor, model } = await monitored(day, {
  interval: 3600_000,
  maxFlows: LIVE_MAX_FLOWS,
  knownServer: { keys: new Set([0x0a00000a]), source: 'option', reasons: [{ code: 'capturing_machine' }] },
  outputs: [],
});

function mean(from: number, to: number): number {
  const some = looks.filter(({ share }) => share >= from && share < to);
  return some.reduce((sum, { bytes }) => sum + bytes, 0) / Math.max(1, some.length) / MEBI;
}

// Flows to 135 stay for two and a half hours: until then their number grows.
const [first, last] = [mean(0.11, 0.25), mean(0.75, 1)];
const { flows, totals } = monitor.watch.pipeline.meter;
const working = [...model.verdicts].filter(
  ({ rule, verdict }) => rule === 'ua-9004-in' && verdict === 'working',
);
const lines = [
  `${totals.frames} frames, ${scanned} addresses scanned, ${process.cpuUsage().user / 1e6} s of CPU`,
  `first quarter ${first.toFixed(1)} MiB, last quarter ${last.toFixed(1)} MiB (${((last / first - 1) * 100).toFixed(1)} %)`,
  `flows: ${flows.size} in memory, ${flows.count} at the most, ${flows.removed} left, ${flows.evicted} evicted`,
  `working on 9004: ${working.length} of ${COMPUTERS}; resident at the most ${(mostResident / MEBI).toFixed(0)} MiB`,
];
process.stdout.write(`${lines.join('\n')}\n`);
