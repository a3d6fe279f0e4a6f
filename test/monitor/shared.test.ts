/** Monitoring that is shared: what every output gets holds pseudonyms, and a leak is kept from each of them. */
import { readFileSync, mkdtempSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import test from 'ava';
import type { ExecutionContext } from 'ava';
import { startDashboard } from '../../src/monitor/dashboard/server.js';
import { EventFile } from '../../src/monitor/outputs/events.js';
import { createMetrics } from '../../src/monitor/outputs/metrics.js';
import type { LiveOutput, LiveSnapshot } from '../../src/monitor/words/model.js';
import { LiveShare, MAX_PASSED, sharedOutput } from '../../src/monitor/outputs/shared.js';
import { terminalView } from '../../src/monitor/terminal/terminal-view.js';
import { newSecret } from '../../src/share/draw.js';
import { captureEvent, change, LIVE_RULES, snapshot } from './snapshots.js';

const ORIGINAL = /10\.20\.0\.\d|ws000\d|eth0/i;

/** The page of a dashboard. */
function page(url: string): Promise<string> {
  return new Promise((resolve, reject) => {
    request(url, { agent: false }, (answer) => {
      let body = '';
      answer.setEncoding('utf8');
      answer.on('data', (chunk: string) => (body += chunk));
      answer.on('end', () => resolve(body));
    })
      .on('error', reject)
      .end();
  });
}

interface Outputs {
  readonly share: LiveShare;
  readonly list: readonly LiveOutput[];
  /** What stands in each, by its name. */
  readonly texts: () => Promise<Readonly<Record<string, string>>>;
}

async function outputs(t: ExecutionContext, share = new LiveShare(newSecret())): Promise<Outputs> {
  const folder = mkdtempSync(join(tmpdir(), 'portwitness shared '));
  const events = join(folder, 'events.ndjson');
  const metrics = await createMetrics();
  const { url, output } = await startDashboard({ port: 0, metrics });
  const stream = new PassThrough();
  const list = [new EventFile(events), metrics, output, terminalView({ stream, color: false })].map((one) =>
    sharedOutput(one, share),
  );
  t.teardown(async () => {
    for (const one of list) await one.close();
    rmSync(folder, { recursive: true, force: true });
  });
  return {
    share,
    list,
    texts: async () => ({
      events: readFileSync(events, 'utf8'),
      metrics: await metrics.text(),
      dashboard: await page(url),
      terminal: String(stream.read() ?? ''),
    }),
  };
}

test('events, metrics, dashboard and terminal hold pseudonyms and nothing of the network', async (t) => {
  const { list, texts, share } = await outputs(t);
  const changes = [change(1)];
  for (const one of list) {
    one.event?.(changes[0]!);
    one.event?.({ ...captureEvent('ended'), text: 'dumpcap on eth0 (10.20.0.5) ended.' });
    one.snapshot?.(snapshot({ changes }));
    t.is(one.trouble, '');
  }
  const all = await texts();
  for (const [name, text] of Object.entries(all)) {
    t.true(text.length > 100, name);
    t.notRegex(text, ORIGINAL, name);
    t.deepEqual(share.gate.scan(text, name), [], name);
  }
  const host = share.pseudonyms.host('WS0003');
  for (const name of ['events', 'dashboard', 'terminal'] as const) t.true(all[name]?.includes(host), name);
});

test('what would leak is left out of each output and told, and the next without a leak is written', async (t) => {
  const { list, texts, share } = await outputs(t);
  share.pseudonyms.host('payroll07', 'computer');
  const [first, ...others] = LIVE_RULES;
  // Texts of rules are kept as they are: a name in them is a leak.
  const rules = [{ ...first!, label: 'port of payroll07' }, ...others];
  for (const one of list) {
    one.event?.(change(1, { ruleLabel: 'port of payroll07' }));
    one.snapshot?.(snapshot({ over: { rules } }));
    t.regex(one.trouble, /was left out: what had to be replaced would still stand there \(computer, text\)/);
    one.event?.(change(2));
    one.snapshot?.(snapshot());
  }
  const all = await texts();
  for (const [name, text] of Object.entries(all)) t.notRegex(text, /payroll07/, name);
  t.deepEqual(
    all['events']
      ?.trimEnd()
      .split('\n')
      .map((line) => (JSON.parse(line) as { sequence: number }).sequence),
    [2],
  );
  t.false(share.passes('portwitness_verdicts{computer="payroll07"} 1', 'the metrics'));
});

test('a name that is met later is looked for in what passed before', async (t) => {
  const { list, share } = await outputs(t);
  const [first, ...others] = LIVE_RULES;
  const rules = [{ ...first!, label: 'port of payroll07' }, ...others];
  const seen: boolean[] = [];
  const watched = sharedOutput(
    { trouble: '', snapshot: () => seen.push(true), close: () => Promise.resolve() },
    share,
  );
  watched.snapshot?.(snapshot({ over: { rules } }));
  share.pseudonyms.host('payroll07');
  watched.snapshot?.(snapshot({ over: { rules } }));
  t.deepEqual(seen, [true]);
  t.is(list.length, 4);
});

test('of texts that have passed so many are remembered; then all are looked at again', (t) => {
  const share = new LiveShare(newSecret());
  const scanned: number[] = [];
  const scan = share.gate.scan.bind(share.gate);
  Object.assign(share.gate, {
    scan: (text: string, place: string) => {
      scanned.push(text.length);
      return scan(text, place);
    },
  });
  const looks = (state: LiveSnapshot): number => {
    scanned.length = 0;
    t.not(share.snapshot(state), null);
    return scanned.length;
  };
  const state = snapshot();
  // The texts that are kept are always looked at, the others once.
  t.deepEqual([looks(state), looks(state)], [2, 1]);
  const incidents = Array.from({ length: MAX_PASSED + 1 }, (_, i) => {
    return { code: 'rotated' as const, at: 0, gap: null, text: `file ${i}` };
  });
  t.is(looks(snapshot({ over: { incidents } })), 2);
  t.is(looks(state), 1);
  t.is(looks(snapshot({ over: { summary: { status: 'findings', sentence: 'another' } } })), 2);
  t.is(looks(state), 2);
});
