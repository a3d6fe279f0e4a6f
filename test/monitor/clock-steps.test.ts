/** The clock of the machine is set under a running monitor, and packet times with it: what is told stays the same. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import type { ExecutionContext } from 'ava';
import type { FrameBatch } from '../../src/capture/frames/frame.js';
import { EventFile } from '../../src/monitor/outputs/events.js';
import { readState } from '../../src/monitor/state-file.js';
import type { LiveEvent, LiveSnapshot } from '../../src/monitor/words/model.js';
import { monitored } from './monitored.js';
import { Replay, START } from './traffic.js';
import type { Attempt, Course } from './traffic.js';

const HOUR = 3600;
const SECONDS = 600;
const REPORTS = 60;
/** Ticks are so far apart at the most on a machine that is busy with something else. Seconds. */
const SLOW = 60;

/** At `second` clock and packets go on `by` seconds later; negative = earlier. */
interface Step {
  readonly second: number;
  readonly by: number;
}

function attempts(from: number, to: number, course: Course, computer = '10.0.1.1'): Attempt[] {
  const list: Attempt[] = [];
  for (let at = from; at < to; at += 10)
    list.push({ at, from: computer, to: '10.0.0.10', port: 9004, course });
  return list;
}

/** Works, then is silent, then works, then is refused; beside it a lone SYN and one that works all the time. */
const TRAFFIC = [
  ...attempts(1, 100, 'works'),
  ...attempts(101, 200, 'silent'),
  ...attempts(201, 300, 'works'),
  ...attempts(301, 400, 'refused'),
  ...attempts(5, SECONDS, 'works', '10.0.1.2'),
  ...attempts(250, 251, 'syn', '10.0.1.3'),
];

/** A replay whose clock is set. */
class Stepped extends Replay {
  current = 0;
  shift = 0;
  /** False: packets keep their times, as those of another machine do. */
  readonly #withPackets: boolean;

  constructor(steps: readonly Step[], withPackets: boolean) {
    super(TRAFFIC, SECONDS);
    this.#withPackets = withPackets;
    this.meanwhile = (second) => {
      this.current = second;
      for (const step of steps) if (step.second === second) this.shift += step.by;
    };
  }

  override async nextBatch(): Promise<FrameBatch | null> {
    const batch = await super.nextBatch();
    if (this.#withPackets) for (let i = 0; i < (batch?.count ?? 0); i++) batch!.sec[i]! += this.shift;
    return batch;
  }
}

const withoutSecond = (change: string): string => change.replace(/^\d+ /, '');

interface Watched {
  /** '<second> <computer> <rule> from>to', by the time that has gone by. */
  readonly changes: readonly string[];
  readonly events: readonly LiveEvent[];
  readonly snapshots: readonly LiveSnapshot[];
  readonly ticks: number;
  readonly reports: number;
  readonly flows: number;
  readonly folder: string;
}

async function watched(t: ExecutionContext, steps: readonly Step[], withPackets = true): Promise<Watched> {
  const folder = mkdtempSync(join(tmpdir(), 'portwitness clock '));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  const replay = new Stepped(steps, withPackets);
  const changes: string[] = [];
  const events: LiveEvent[] = [];
  const snapshots: LiveSnapshot[] = [];
  let ticks = 0;
  let reports = 0;
  const event = (one: LiveEvent): void => {
    events.push(one);
    if (one.type !== 'verdict_changed') return;
    changes.push(`${replay.current} ${one.host} ${one.rule} ${one.from}>${one.to} ${one.reasonCode}`);
  };
  const outputs = [
    {
      trouble: '',
      event,
      snapshot: (one: LiveSnapshot) => void snapshots.push(one),
      close: () => Promise.resolve(),
    },
    new EventFile(join(folder, 'events')),
  ];
  const { monitor } = await monitored(replay, {
    interval: REPORTS * 1000,
    clock: { now: () => replay.now() + replay.shift * 1000, steady: replay.steady },
    statePath: join(folder, 'state'),
    outputs,
    onTick: () => ticks++,
    reports: { trouble: '', write: () => Promise.resolve(void reports++) },
    warn: t.fail,
  });
  return {
    changes,
    events,
    snapshots,
    ticks,
    reports,
    flows: monitor.watch.pipeline.meter.flows.size,
    folder,
  };
}

const CASES: readonly (readonly [string, readonly Step[], boolean])[] = [
  ['set back by five hours', [{ second: 150, by: -5 * HOUR }], true],
  ['set forward by nine hours', [{ second: 150, by: 9 * HOUR }], true],
  [
    'set back before and forward after a block',
    [
      { second: 50, by: -2 * HOUR },
      { second: 240, by: 2 * HOUR },
    ],
    true,
  ],
  ['set back while packets keep their times', [{ second: 150, by: -5 * HOUR }], false],
  ['set forward while packets keep their times', [{ second: 150, by: 9 * HOUR }], false],
];

let plain: Promise<Watched> | null = null;

for (const [what, steps, withPackets] of CASES) {
  test(`a clock that is ${what} changes neither what is told nor when`, async (t) => {
    plain ??= watched(t, []);
    const { changes, flows } = await plain;
    const stepped = await watched(t, steps, withPackets);
    t.true(changes.length >= 6);
    t.deepEqual(stepped.changes.map(withoutSecond), changes.map(withoutSecond));
    for (const [i, change] of stepped.changes.entries()) {
      const later = parseInt(change, 10) - parseInt(changes[i] ?? '', 10);
      t.true(Math.abs(later) < SLOW, `${change}, else ${changes[i] ?? ''}`);
    }
    t.true(stepped.ticks > SECONDS / 2, `${stepped.ticks} ticks`);
    t.true(stepped.reports > SECONDS / REPORTS / 2, `${stepped.reports} reports`);
    t.true(stepped.flows <= flows + 5, `${stepped.flows} flows stay, else ${flows}`);
    const by = steps.reduce((sum, step) => sum + step.by, 0);
    await isWhole(t, stepped, START + SECONDS + 1 + Math.max(0, withPackets ? by : 0));
  });
}

/** Events, history and rates. @param end of packet times, seconds since 1970 */
async function isWhole(t: ExecutionContext, told: Watched, end: number): Promise<void> {
  const { events, snapshots, folder } = told;
  const lines = readFileSync(join(folder, 'events'), 'utf8').trimEnd().split('\n');
  const numbers = lines.map((line) => (JSON.parse(line) as LiveEvent).sequence);
  t.deepEqual(
    numbers,
    events.map((_, i) => i + 1),
  );
  for (const { rates, at, lastFrameAt, startedAt } of snapshots.slice(1)) {
    t.true(rates.seconds > 0 && rates.seconds < SLOW);
    t.true(lastFrameAt <= at && at - lastFrameAt < 15_000);
    t.true(startedAt <= at && at - startedAt <= (SECONDS + 1) * 1000);
  }
  const state = await readState(join(folder, 'state'), t.fail);
  t.is(state?.sequence, numbers.at(-1));
  for (const { since, lastEvidence } of state?.verdicts ?? []) t.true(since <= end && lastEvidence <= end);
}

test('monitoring that has its time ends after it, whatever the clock shows', async (t) => {
  for (const by of [-5 * HOUR, 5 * HOUR]) {
    const replay = new Stepped([{ second: 20, by }], true);
    const clock = { now: () => replay.now() + replay.shift * 1000, steady: replay.steady };
    const { end } = await monitored(replay, { duration: 100_000, clock });
    t.is(end, 'time_is_up');
    t.true(replay.current >= 99 && replay.current < 99 + SLOW);
  }
});

test('a history whose times lie ahead is taken over, and what is seen now counts', async (t) => {
  const restored = (await watched(t, [{ second: 0, by: 9 * HOUR }])).folder;
  const state = await readState(join(restored, 'state'), t.fail);
  const { model, monitor } = await monitored(new Replay(attempts(1, 60, 'silent', '10.0.1.2'), 60, 52_000), {
    restored: state?.verdicts ?? [],
    sequence: state?.sequence ?? 0,
  });
  const row = [...model.verdicts].find(
    ({ rule, host }) => rule === 'ua-9004-in' && host.address === '10.0.1.2',
  );
  t.is(row?.verdict, 'blocked');
  const standing = monitor.watch.board.standings.find(({ verdict }) => verdict.verdict === 'blocked');
  t.true((standing?.lastEvidence ?? Infinity) < START + 100);
});
