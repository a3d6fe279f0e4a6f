/** The metrics, read back by a parser that takes nothing but the text format 0.0.4. */
import test from 'ava';
import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createMetrics, MAX_ADDRESS_SERIES, MAX_EVENT_CODES } from '../../src/monitor/outputs/metrics.js';
import type { LiveMetrics } from '../../src/monitor/outputs/metrics.js';
import { metricsFile } from '../../src/monitor/outputs/metrics-file.js';
import { ATTACKS } from '../report/hostile.js';
import { captureEvent, change, LIVE_RULES, snapshot } from './snapshots.js';

const HELP = /^# HELP ([a-z_]+) \S.*$/;
const TYPE = /^# TYPE ([a-z_]+) (counter|gauge)$/;
const SAMPLE =
  /^([a-z_]+)(?:\{((?:[a-z_]+="(?:[^"\\\n]|\\["\\n])*",?)+)\})? (-?\d+(?:\.\d+)?(?:e[+-]?\d+)?)$/;

/** Series and their values; throws at a line that the format does not allow. */
function parsed(text: string): Map<string, number> {
  const found = new Map<string, number>();
  let name = '';
  let type = '';
  for (const line of text.split('\n')) {
    if (line === '') continue;
    const help = HELP.exec(line);
    const kind = TYPE.exec(line);
    const sample = SAMPLE.exec(line);
    if (help !== null) name = help[1] ?? '';
    else if (kind !== null && kind[1] === name) type = kind[2] ?? '';
    else if (sample !== null && sample[1] === name) {
      if ((type === 'counter') !== name.endsWith('_total')) throw new Error(`misnamed ${type}: ${name}`);
      if (!name.startsWith('portwitness_')) throw new Error(`no prefix: ${name}`);
      const series = `${name}{${sample[2] ?? ''}}`;
      if (found.has(series)) throw new Error(`twice: ${series}`);
      found.set(series, Number(sample[3]));
    } else throw new Error(`not the text format: ${line}`);
  }
  return found;
}

async function series(metrics: LiveMetrics): Promise<Map<string, number>> {
  return parsed(await metrics.text());
}

test('the parser refuses what is not the text format', (t) => {
  t.throws(() => parsed('# HELP portwitness_x X.\n# TYPE portwitness_x gauge\nportwitness_x{a="b"c"} 1'));
  t.throws(() => parsed('# HELP portwitness_x X.\n# TYPE portwitness_x counter\nportwitness_x 1'));
});

test('verdicts, totals and drops of a snapshot are told', async (t) => {
  const metrics = await createMetrics();
  metrics.snapshot?.(snapshot({ hosts: 6 }));
  const found = await series(metrics);
  t.is(found.get('portwitness_verdicts{rule="ua-9004",verdict="blocked"}'), 1);
  t.is(found.get('portwitness_verdicts{rule="ua-9003",verdict="blocked"}'), 0);
  t.is(found.get('portwitness_frames_total{}'), 119_000);
  t.is(found.get('portwitness_packets_dropped_total{by="kernel"}'), 7);
  t.is(found.get('portwitness_computers{}'), 6);
  t.is(found.get('portwitness_last_frame_timestamp_seconds{}'), Date.UTC(2026, 4, 1, 9, 30, 59, 750) / 1000);
  t.is(found.get('portwitness_status{status="findings"}'), 1);
  t.is(found.get('portwitness_status{status="working"}'), 0);
  t.is(found.get('portwitness_build_info{version="0.1.0"}'), 1);
  t.is(found.get('portwitness_quality_remarks{level="warning"}'), 1);
  let computers = 0;
  for (const [name, n] of found) if (name.startsWith('portwitness_verdicts{rule="ua-9004"')) computers += n;
  t.is(computers, 6);
});

test('what is not known has no series', async (t) => {
  const metrics = await createMetrics();
  t.is(parsed(await metrics.text()).size, 0);
  const unknown = {
    received: null,
    droppedByKernel: null,
    droppedByInterface: null,
    timestamps: 'arrival',
  } as const;
  metrics.snapshot?.(snapshot({ over: { lastFrameAt: 0, counters: unknown } }));
  const found = [...(await series(metrics)).keys()];
  t.deepEqual(
    found.filter((name) => /dropped|received|last_frame/.test(name)),
    [],
  );
  t.true(found.length > 50);
});

test('a new snapshot replaces the old one, and counters are not added twice', async (t) => {
  const metrics = await createMetrics();
  metrics.snapshot?.(snapshot({ hosts: 6 }));
  await metrics.text();
  metrics.snapshot?.(
    snapshot({ hosts: 6, verdict: () => 'working', over: { rules: LIVE_RULES.slice(0, 1) } }),
  );
  const found = await series(metrics);
  t.is(found.get('portwitness_frames_total{}'), 119_000);
  t.is(found.get('portwitness_verdicts{rule="ua-9004",verdict="blocked"}'), 0);
  t.is(found.get('portwitness_verdicts{rule="ua-9004",verdict="working"}'), 6);
  t.false(found.has('portwitness_verdicts{rule="ua-9003",verdict="working"}'));
});

test('an absurd value takes only its own series away', async (t) => {
  const metrics = await createMetrics();
  const { totals } = snapshot();
  metrics.snapshot?.(
    snapshot({ over: { lastFrameAt: Infinity, totals: { ...totals, bytes: -1, frames: Number.NaN } } }),
  );
  const found = await series(metrics);
  t.false(found.has('portwitness_last_frame_timestamp_seconds{}'));
  t.false(found.has('portwitness_captured_bytes_total{}'));
  t.false(found.has('portwitness_frames_total{}'));
  t.is(found.get('portwitness_packets_total{}'), 118_500);
});

test('changes and incidents are counted, codes up to their limit', async (t) => {
  const metrics = await createMetrics();
  metrics.event?.(change(1));
  metrics.event?.(change(2, { to: 'working' }));
  metrics.event?.(change(3));
  metrics.event?.(captureEvent('started', 'started'));
  for (let i = 0; i < MAX_EVENT_CODES + 5; i++) metrics.event?.(captureEvent(`code_${i}`));
  const found = await series(metrics);
  t.is(found.get('portwitness_verdict_changes_total{rule="ua-9004",to="blocked"}'), 2);
  t.is(found.get('portwitness_verdict_changes_total{rule="ua-9004",to="working"}'), 1);
  t.is(found.get('portwitness_capture_incidents_total{code="code_0"}'), 1);
  t.is(found.get('portwitness_capture_incidents_total{code="other"}'), 5);
  t.false(found.has('portwitness_capture_incidents_total{code="started"}'));
});

test('no address and no name is told unless asked for, and then a bounded number', async (t) => {
  const silent = await createMetrics();
  const many = snapshot({ hosts: 400, verdict: (h) => (h === 399 ? 'blocked' : 'working') });
  silent.snapshot?.(many);
  silent.event?.(change(1));
  t.notRegex(await silent.text(), /10\.20\.|WS0/);

  const told = await createMetrics({ addressLabels: true });
  told.snapshot?.(many);
  const found = await series(told);
  const addresses = [...found.keys()].filter((name) => name.includes('host='));
  t.is(addresses.length, MAX_ADDRESS_SERIES);
  t.true(addresses[0]?.includes('10.20.1.150",verdict="blocked"'));
  t.is(found.get('portwitness_computer_verdict_omitted{}'), 400 * LIVE_RULES.length - MAX_ADDRESS_SERIES);
  t.true(told.hasAddresses);
  t.false(silent.hasAddresses);
});

test('labels that attack the format stay labels', async (t) => {
  const metrics = await createMetrics();
  const rules = ATTACKS.map((attack, i) => ({ id: `r${i}`, label: attack, required: true }));
  metrics.snapshot?.(snapshot({ over: { rules, verdicts: [] } }));
  const lines = (await metrics.text()).split('\n').filter((line) => line.startsWith('portwitness_rule_info'));
  t.is(lines.length, ATTACKS.length);
  const text = `# HELP portwitness_rule_info X.\n# TYPE portwitness_rule_info gauge\n${lines.join('\n')}`;
  t.is(parsed(text).size, ATTACKS.length);
});

test('the file holds the last state, is written no more often than told, and leaves nothing beside it', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'portwitness metrics '));
  t.teardown(() => rm(folder, { recursive: true, force: true }));
  const path = join(folder, 'portwitness.prom');
  const metrics = await createMetrics();
  let now = 0;
  let written = 0;
  const counting: LiveMetrics = {
    ...{ contentType: metrics.contentType, hasAddresses: false, trouble: '' },
    text: () => {
      written++;
      return metrics.text();
    },
    close: () => metrics.close(),
  };
  const output = metricsFile(path, counting, { interval: 5000, now: () => now });
  for (let i = 0; i < 100; i++) {
    const one = snapshot({ hosts: i + 1 });
    metrics.snapshot?.(one);
    output.snapshot?.(one);
    now += 10;
  }
  t.is(written, 1);
  await output.close();
  t.is(written, 2);
  t.is(parsed(await readFile(path, 'utf8')).get('portwitness_computers{}'), 100);
  t.deepEqual(await readdir(folder), ['portwitness.prom']);
  t.is(output.trouble, '');
});

test('a file that cannot be written is told and not thrown', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'portwitness metrics '));
  t.teardown(() => rm(folder, { recursive: true, force: true }));
  const output = metricsFile(folder, await createMetrics());
  output.snapshot?.(snapshot());
  await output.close();
  t.regex(output.trouble, /metrics are not up to date: cannot write .* it is a directory/);
});
