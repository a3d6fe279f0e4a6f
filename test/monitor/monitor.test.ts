/** The monitor tells what changes, once and by its evidence, on a stream under a simulated clock. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import type { ExecutionContext } from 'ava';
import type { LiveEvent } from '../../src/monitor/words/model.js';
import { ReportFiles } from '../../src/monitor/outputs/report-files.js';
import { writeHtml } from '../../src/report/html/write.js';
import { writeJson } from '../../src/report/json/write.js';
import { writeJson2 } from '../../src/report/json/write-2.js';
import { readState } from '../../src/monitor/state-file.js';
import { fitsSchema } from '../fuzzing/schemas.js';
import { collected } from '../report/collect.js';
import { changesOf, monitored } from './monitored.js';
import { Replay, START } from './traffic.js';
import type { Attempt, Course } from './traffic.js';

const NAS = '10.0.0.10';
const PC = '10.0.1.1';
const RULE_9004 = 'ua-9004-in';

/** An attempt of the computer to the server every `every` seconds. */
function attempts(from: number, to: number, every: number, course: Course, computer = PC): Attempt[] {
  const list: Attempt[] = [];
  for (let at = from; at < to; at += every) list.push({ at, from: computer, to: NAS, port: 9004, course });
  return list;
}

test('healthy, dropped, refused, healthy: each change is told once, soon, with its frames', async (t) => {
  const replay = new Replay(
    [
      ...attempts(1, 100, 10, 'works'),
      ...attempts(101, 200, 10, 'silent'),
      ...attempts(201, 300, 10, 'refused'),
      ...attempts(301, 400, 10, 'works'),
    ],
    400,
  );
  const { events, model, monitor } = await monitored(replay);
  t.deepEqual(changesOf(events, RULE_9004, START), [
    '2 not_observed>working works',
    '105 working>blocked syn_silent',
    '203 blocked>blocked rst_answers_syn',
    '302 blocked>working works',
  ]);
  t.deepEqual(
    events.map(({ sequence }) => sequence),
    events.map((_, i) => i + 1),
  );
  const blocked = events.find((event) => event.type === 'verdict_changed' && event.to === 'blocked');
  t.true(blocked?.type === 'verdict_changed' && (blocked.evidence[0]?.frames.length ?? 0) >= 3);
  t.true(blocked?.type === 'verdict_changed' && blocked.evidence[0]?.filter.includes('tcp.port == 9004'));
  t.is(model.verdicts.at(0) === undefined, false);
  t.true(monitor.watch.pipeline.meter.flows.removed > 20);
  t.is(model.totals.flows, 40);
});

function folder(t: ExecutionContext): string {
  const path = mkdtempSync(join(tmpdir(), 'portwitness live '));
  t.teardown(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

test('verdicts and totals stay when their flows have left', async (t) => {
  const replay = new Replay(attempts(1, 60, 10, 'works'), 4000);
  const { model, monitor, events } = await monitored(replay);
  t.is(monitor.watch.pipeline.meter.flows.removed + monitor.watch.pipeline.meter.flows.size, 6);
  t.true(monitor.watch.pipeline.meter.flows.removed >= 3);
  const verdict = [...model.verdicts].find((one) => one.rule === RULE_9004);
  t.is(verdict?.verdict, 'working');
  t.deepEqual(verdict?.outcomes, [{ outcome: 'established', flows: 6 }]);
  t.is(model.totals.flows, 6);
  t.is(model.totals.byOutcome['established'], 6);
  t.is(changesOf(events, RULE_9004, START).length, 1);
});

test('a failure that stands alone changes nothing, however long ago it left', async (t) => {
  const replay = new Replay([...attempts(1, 50, 10, 'works'), ...attempts(60, 61, 1, 'syn')], 2000);
  const { events } = await monitored(replay);
  t.is(changesOf(events, RULE_9004, START).length, 1);
});

test('two failures hours apart block, the second after the first has left', async (t) => {
  const replay = new Replay(
    [...attempts(1, 50, 10, 'works'), ...attempts(60, 61, 1, 'syn'), ...attempts(4000, 4001, 1, 'syn')],
    4100,
  );
  const { events } = await monitored(replay);
  t.deepEqual(changesOf(events, RULE_9004, START).slice(1), ['4007 working>blocked syn_silent']);
});

test('a verdict that goes to and fro is told a bounded number of times', async (t) => {
  const course = (n: number): Course => (n % 2 === 0 ? 'works' : 'silent');
  const list = Array.from({ length: 60 }, (_, n) => attempts(1 + n * 10, 2 + n * 10, 1, course(n))).flat();
  const { events, model } = await monitored(new Replay(list, 620));
  t.true(changesOf(events, RULE_9004, START).length <= 7);
  t.is([...model.verdicts].find((one) => one.rule === RULE_9004)?.verdict, 'degraded');
});

test('a restart goes on with the history: what was working and fails now is a change', async (t) => {
  const statePath = join(folder(t), 'state.json');
  const before = await monitored(new Replay(attempts(1, 60, 10, 'works'), 60), { statePath });
  const state = await readState(statePath, t.fail);
  const options = { statePath, restored: state?.verdicts ?? [], sequence: state?.sequence ?? 0 };
  t.is(state?.sequence, before.events.at(-1)?.sequence);

  const idle = await monitored(new Replay([], 20), options);
  const kept = [...idle.model.verdicts].find((one) => one.rule === RULE_9004);
  t.is(kept?.verdict, 'working');
  t.regex(kept?.reason ?? '', /Nothing was seen of it since the program was started/);

  const after = await monitored(new Replay(attempts(1, 60, 10, 'silent'), 60, 52_000), options);
  t.deepEqual(changesOf(after.events, RULE_9004, START), ['5 working>blocked syn_silent']);
  t.is(after.events[0]?.sequence, (state?.sequence ?? 0) + 1);
  const again = await readState(statePath, t.fail);
  const standing = again?.verdicts.find(({ rule }) => rule === RULE_9004);
  t.deepEqual(
    standing?.history.map(({ from, to }) => `${from}>${to}`),
    ['not_observed>working', 'working>blocked'],
  );
});

test('it ends by itself when all is proven, and when its time is up', async (t) => {
  const replay = new Replay(attempts(1, 1000, 10, 'works'), 1000);
  const timed = await monitored(replay, { duration: 30_000 });
  t.is(timed.end, 'time_is_up');
  t.true(replay.closed);
  const unproven = await monitored(new Replay(attempts(1, 100, 10, 'works'), 100), { untilProven: true });
  // Other required rules were never seen.
  t.is(unproven.end, 'input_ended');
});

test('a stop writes the last report', async (t) => {
  const stop = new AbortController();
  const replay = new Replay(attempts(1, 1000, 10, 'works'), 1000);
  replay.meanwhile = (second) => {
    if (second === 20) stop.abort();
  };
  const { end, reports, model } = await monitored(replay, { signal: stop.signal });
  t.is(end, 'stopped');
  t.is(reports, 1);
  t.is(model.totals.flows, 2);
});

test('silence, incidents and losses are told and weaken the report', async (t) => {
  const replay = new Replay([...attempts(1, 10, 10, 'works'), ...attempts(200, 201, 1, 'works')], 300);
  replay.meanwhile = (second) => {
    if (second !== 150) return;
    replay.dropped = 42;
    replay.incidents.push({ code: 'capture_restarted', at: 0, gap: 12, text: 'tcpdump was started again' });
  };
  const { events, model, snapshots } = await monitored(replay);
  const codes = events.flatMap((event) => (event.type === 'verdict_changed' ? [] : [event.code]));
  t.deepEqual(codes, [
    'started',
    'silence_began',
    'capture_restarted',
    'silence_ended',
    'silence_began',
    'input_ended',
  ]);
  const found = model.quality.map(({ code }) => code);
  for (const code of ['capture_gaps', 'capture_silent', 'frames_lost']) t.true(found.includes(code), code);
  t.is(snapshots.at(-1)?.incidents.length, 1);
  t.is(
    snapshots.reduce((sum, { rates }) => sum + rates.dropped, 0),
    42,
  );
});

test('each JSON that a monitor writes fits its schema, from the first to the last', async (t) => {
  const at = folder(t);
  const whole = { json1: writeJson, json2: writeJson2 } as const;
  let written = 0;
  const reports = new ReportFiles(
    (['json1', 'json2'] as const).map((kind) => ({
      path: join(at, kind),
      write: async (model, sink) => {
        const text = await collected(whole[kind], model);
        fitsSchema(kind, text);
        written++;
        await sink.write(text);
      },
    })),
  );
  await monitored(new Replay(attempts(1, 300, 10, 'silent'), 300), { reports });
  t.is(reports.trouble, '');
  t.true(written >= 4);
});

test('a report that cannot be written is told once, tried again, and monitoring goes on', async (t) => {
  const at = folder(t);
  const blocked = join(at, 'in the way');
  writeFileSync(blocked, '');
  const reports = new ReportFiles([
    { path: join(blocked, 'live.html'), write: writeHtml },
    { path: join(blocked, 'live.json'), write: writeJson },
  ]);
  const replay = new Replay(attempts(1, 600, 10, 'works'), 600);
  replay.meanwhile = (second) => {
    if (second === 400) rmSync(blocked);
  };
  const { warnings, model, events } = await monitored(replay, { reports, statePath: join(blocked, 'state') });
  t.is(reports.trouble, '');
  t.true(reports.failures >= 2);
  t.is(warnings.filter((text) => text.includes('live.html')).length, 1);
  t.is(model.totals.flows, 60);
  t.is(changesOf(events, RULE_9004, START).length, 1);
  t.regex(readFileSync(join(blocked, 'live.html'), 'utf8'), /^<!DOCTYPE html>/i);
});

test('a scan pushes out neither the flows nor the rows of computers that were heard', async (t) => {
  const computers = Array.from({ length: 50 }, (_, n) => `10.0.2.${n + 1}`);
  const real = computers.flatMap((one, n) => attempts(1 + n / 50, 11, 2, 'works', one));
  const scan = Array.from({ length: 8000 }, (_, n): Attempt => ({
    at: 5 + n / 4000,
    from: `172.${16 + (n >> 16)}.${(n >> 8) & 255}.${n & 255}`,
    to: NAS,
    port: 9004,
    course: 'syn',
  }));
  const { monitor, model, events } = await monitored(new Replay([...real, ...scan], 14, 1024), {
    maxFlows: 3000,
    knownServer: { keys: new Set([0x0a00000a]), source: 'option', reasons: [] },
  });
  const { flows } = monitor.watch.pipeline.meter;
  t.true(flows.evicted > 3000);
  t.true(flows.count <= 3000);
  const rows = [...model.verdicts].filter(({ rule }) => rule === RULE_9004);
  for (const computer of computers) {
    const row = rows.find(({ host }) => host.address === computer);
    t.is(row?.verdict, 'working', computer);
    t.deepEqual(row?.outcomes, [{ outcome: 'established', flows: 5 }]);
  }
  t.is(rows.length, 2050);
  t.true(events.some((event) => event.type === 'limit'));
  t.is(model.quality[0]?.code, 'flows_evicted');
});

test('after an error that nobody foresaw the report and the history are written and every output is closed', async (t) => {
  const statePath = join(folder(t), 'state.json');
  const events: LiveEvent[] = [];
  let reports = 0;
  let snapshots = 0;
  let closed = 0;
  const close = (): Promise<void> => {
    closed++;
    return Promise.resolve();
  };
  const replay = new Replay(attempts(1, 60, 10, 'works'), 400);
  const run = monitored(replay, {
    statePath,
    reports: { trouble: '', write: () => Promise.resolve(void reports++) },
    outputs: [
      { trouble: '', event: (event) => events.push(event), close },
      {
        trouble: '',
        snapshot: () => {
          if (++snapshots > 1) throw new Error('nobody foresaw this');
        },
        close: () => Promise.reject(new Error('nor this')),
      },
      { trouble: '', close },
    ],
  });
  await t.throwsAsync(run, { message: 'nobody foresaw this' });
  t.true(reports > 0);
  t.is(closed, 2);
  t.true(replay.closed);
  const last = events.at(-1);
  t.like(last, { type: 'stopped', code: 'error' });
  t.is((await readState(statePath, () => undefined))?.sequence, last?.sequence);
  t.is((await readState(statePath, () => undefined))?.verdicts[0]?.rule, RULE_9004);
});
