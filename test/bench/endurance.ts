/**
 * A day's traffic through the monitor as fast as it goes, under a simulated clock:
 *
 *   node --expose-gc build/test/bench/endurance.js            memory of the first and the last quarter, 1,000 computers
 *   node --expose-gc build/test/bench/endurance.js 5000000    with a scan of so many addresses in between
 *   node --expose-gc build/test/bench/endurance.js --all      with payload and every output, [--hours 24] [--computers 200]
 *
 * With --all the exit code is 1 when memory grew by more than 5 %, a file handle was lost or a tick came late.
 */
import '../../src/platform/node/install.js';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Day } from '../monitor/day.js';
import { monitored } from '../monitor/monitored.js';
import { WorkingDay } from '../monitor/working-day.js';
import type { Monitor } from '../../src/monitor/monitor.js';
import { LIVE_MAX_FLOWS } from '../../src/monitor/tracking/watch.js';
import { everythingOn } from './everything-on.js';

/** Seconds of the day between two judgements without outputs, and with all of them. */
const STEP = 300;
const SHORT_STEP = 10;
/** Seconds between two reports with all outputs. */
const REPORTS = 600;
/** Share of the day between two looks at memory. */
const LOOK = 1 / 96;
const MEBI = 1 << 20;
const MOST_GROWTH = 0.05;

const { values, positionals } = parseArgs({
  options: {
    all: { type: 'boolean', default: false },
    hours: { type: 'string', default: '24' },
    computers: { type: 'string' },
  },
  allowPositionals: true,
});
const hours = Number(values.hours);
const { gc } = globalThis;
if (gc === undefined) throw new Error('node needs --expose-gc');

/** Memory and open files over the day. */
class Looks {
  readonly #all: { share: number; bytes: number; handles: number }[] = [];
  #next = 0;
  resident = 0;

  at(share: number): void {
    this.resident = Math.max(this.resident, process.memoryUsage.rss());
    if (share < this.#next) return;
    this.#next += LOOK;
    void gc?.();
    const { heapUsed, arrayBuffers } = process.memoryUsage();
    this.#all.push({ share, bytes: heapUsed + arrayBuffers, handles: readdirSync('/proc/self/fd').length });
  }

  #between(from: number, to: number): { bytes: number; handles: number } {
    const some = this.#all.filter(({ share }) => share >= from && share < to);
    const bytes = some.reduce((sum, one) => sum + one.bytes, 0) / Math.max(1, some.length) / MEBI;
    return { bytes, handles: Math.min(...some.map(({ handles }) => handles)) };
  }

  /** Flows to 135 stay for two and a half hours: until then their number grows. */
  get first(): { bytes: number; handles: number } {
    return this.#between(0.11, 0.25);
  }

  get last(): { bytes: number; handles: number } {
    return this.#between(0.75, 1);
  }

  get growth(): number {
    return this.last.bytes / this.first.bytes - 1;
  }

  get text(): string {
    const [first, last] = [this.first.bytes.toFixed(1), this.last.bytes.toFixed(1)];
    return `first quarter ${first} MiB, last quarter ${last} MiB (${(this.growth * 100).toFixed(1)} %)`;
  }
}

const looks = new Looks();

function say(...lines: readonly string[]): void {
  process.stdout.write(`${lines.join('\n')}\n`);
}

function flowsText({ watch }: Monitor): string {
  const { flows } = watch.pipeline.meter;
  return `flows: ${flows.size} in memory, ${flows.count} at the most, ${flows.removed} left, ${flows.evicted} evicted`;
}

function framesText({ watch }: Monitor): string {
  return `${watch.pipeline.meter.totals.frames} frames, ${(process.cpuUsage().user / 1e6).toFixed(0)} s of CPU`;
}

async function withoutOutputs(scanned: number, computers: number): Promise<void> {
  const day = new Day({ computers, hours, step: STEP, scanned });
  day.onStep = (share) => looks.at(share);
  const { monitor, model } = await monitored(day, {
    interval: 3600_000,
    maxFlows: LIVE_MAX_FLOWS,
    knownServer: { keys: new Set([0x0a00000a]), source: 'option', reasons: [{ code: 'capturing_machine' }] },
    outputs: [],
  });
  const working = [...model.verdicts].filter(
    ({ rule, verdict }) => rule === 'ua-9004-in' && verdict === 'working',
  );
  say(
    `${framesText(monitor)}, ${scanned} addresses scanned`,
    looks.text,
    flowsText(monitor),
    `working on 9004: ${working.length} of ${computers}; resident at the most ${(looks.resident / MEBI).toFixed(0)} MiB`,
  );
}

async function withEverything(computers: number, folder: string): Promise<void> {
  const day = new WorkingDay({ computers, hours, step: SHORT_STEP });
  const { options, endViewers } = await everythingOn(day, folder);
  let [steps, ticks, slowest] = [0, 0, 0];
  let began = performance.now();
  day.onStep = async (share) => {
    steps++;
    slowest = Math.max(slowest, performance.now() - began);
    looks.at(share);
    // Viewers get their turn.
    await new Promise(setImmediate);
    began = performance.now();
  };
  const warnings: string[] = [];
  const { monitor } = await monitored(day, {
    interval: REPORTS * 1000,
    maxFlows: LIVE_MAX_FLOWS,
    knownServer: { keys: new Set([0x0a14000a]), source: 'option', reasons: [{ code: 'capturing_machine' }] },
    ...options,
    onTick: () => ticks++,
    warn: (text) => warnings.push(text),
    outputs: [{ trouble: '', close: endOfViewers }, ...(options.outputs ?? [])],
  });
  async function endOfViewers(): Promise<void> {
    const { states, scrapes, refused } = await endViewers();
    say(`viewers were told ${states} states; ${scrapes} scrapes of the metrics, ${refused} refused`);
    if (refused > 0) process.exitCode = 1;
  }
  const lost = looks.last.handles - looks.first.handles;
  const late = Math.max(0, steps - ticks);
  say(
    `${hours} h of ${computers} computers: ${framesText(monitor)}`,
    looks.text,
    flowsText(monitor),
    `file handles: ${looks.first.handles} in the first quarter, ${looks.last.handles} in the last`,
    `${ticks} ticks in ${steps} steps of ${SHORT_STEP} s, the slowest step took ${(slowest / 1000).toFixed(1)} s`,
    `resident at the most ${(looks.resident / MEBI).toFixed(0)} MiB; warnings: ${warnings.join(' ') || 'none'}`,
  );
  if (looks.growth > MOST_GROWTH || lost > 0 || late > 0 || slowest > SHORT_STEP * 1000) process.exitCode = 1;
  if (warnings.length > 0) process.exitCode = 1;
}

if (values.all) {
  const folder = mkdtempSync(join(tmpdir(), 'portwitness endurance '));
  try {
    await withEverything(Number(values.computers ?? 200), folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
} else await withoutOutputs(Number(positionals[0] ?? 0), Number(values.computers ?? 1000));
