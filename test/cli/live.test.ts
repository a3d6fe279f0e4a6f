/** `portwitness live` as a user runs it, fed from standard input. */
import { appendFileSync, existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { posix } from '../programs.js';
import { testWith } from '../test-with.js';
import { legible } from '../report/legible.js';
import { portwitness, refusal, resultIn, sample, scratch } from './spawned.js';
import type { Result } from './spawned.js';

interface Line {
  readonly type: string;
  readonly sequence: number;
  readonly to?: string;
}

function linesOf(text: string): Line[] {
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Line);
}

test('a capture on standard input gives report, JSON, events, history and the exit code of analyze', async (t) => {
  const cwd = scratch(t);
  const stdin = readFileSync(sample('all-healthy.pcapng'));
  const run = await portwitness(['live', '-', '--report', 'out/', '--events', 'e.ndjson'], { cwd, stdin });
  t.is(run.code, 0);
  t.regex(run.out, /WORKING 9004 in · ws01.*was not tried/);
  t.regex(run.out, /Every required port works/);
  t.is(resultIn(cwd, join('out', 'live.json')).summary.exit_code, 0);
  t.true(existsSync(join(cwd, 'out', 'live.html')));
  const events = linesOf(readFileSync(join(cwd, 'e.ndjson'), 'utf8'));
  t.deepEqual([events[0]?.type, events.at(-1)?.type], ['started', 'stopped']);

  const again = await portwitness(['live', '-', '--report', 'out/', '--events', '-', '-q'], { cwd, stdin });
  t.is(again.code, 0);
  const later = linesOf(again.out);
  t.is(later[0]?.sequence, (events.at(-1)?.sequence ?? 0) + 1);
  t.false(later.some(({ type }) => type === 'verdict_changed'));
});

test('live --share tells pseudonyms everywhere, and its state file keeps them over a restart', async (t) => {
  const cwd = scratch(t);
  const stdin = readFileSync(sample('right-refused.pcapng'));
  const outputs = ['--events', 'e.ndjson', '--metrics', 'm.prom', '--state', 's.json'];
  const args = ['live', '-', '--share', '--report', 'out/', ...outputs];
  const written = (): string[] =>
    [join('out', 'live.html'), join('out', 'live.json'), 'e.ndjson', 'm.prom'].map((name) =>
      readFileSync(join(cwd, name), 'utf8'),
    );
  const first = await portwitness(args, { cwd, stdin });
  t.not(first.code, 2, first.err);
  for (const text of [first.out, ...written()]) t.notRegex(legible(text), /10\.20\.1\.2\d|ws0\d/i);
  const computers = (text: string): unknown =>
    (JSON.parse(text) as { hosts: { address: string }[] }).hosts.map(({ address }) => address);
  const [, before = ''] = written();
  const second = await portwitness(args, { cwd, stdin });
  t.is(second.code, first.code, second.err);
  t.deepEqual(computers(written()[1] ?? ''), computers(before));
  if (process.platform !== 'win32') t.is(statSync(join(cwd, 's.json')).mode & 0o777, 0o600);
  // Another state is another key.
  await portwitness([...args.slice(0, -1), 'other.json'], { cwd, stdin });
  t.notDeepEqual(computers(written()[1] ?? ''), computers(before));
});

test('--until proven ends with 0 as soon as all works', async (t) => {
  const cwd = scratch(t);
  const capture = readFileSync(sample('all-healthy.pcapng'));
  const run = await portwitness(['live', '-', '--until', 'proven', '--events', '-'], {
    cwd,
    // Standard input is never ended.
    meanwhile: (child) => child.stdin?.write(capture),
  });
  t.is(run.code, 0);
  t.regex(run.out, /"code":"proven"/);
});

test('--follow reads a file while it grows, and says that an interface makes no sense beside it', async (t) => {
  const cwd = scratch(t);
  const capture = readFileSync(sample('all-healthy.pcapng'));
  const half = capture.length >> 1;
  writeFileSync(join(cwd, 'grows.pcapng'), capture.subarray(0, half));
  const run = await portwitness(['live', '--follow', 'grows.pcapng', '--until', 'proven', '--events', '-'], {
    cwd,
    // The first events are there before the second half is.
    meanwhile: (child) =>
      child.stdout?.once('data', () => appendFileSync(join(cwd, 'grows.pcapng'), capture.subarray(half))),
  });
  t.is(run.code, 0, run.err);
  t.regex(run.out, /"code":"proven"/);
  const refused = await portwitness(['live', '--follow', 'grows.pcapng', '-i', 'eth0'], { cwd });
  t.is(refused.code, 2);
  t.regex(refused.err, /--follow reads what was captured; --interface belongs to the program that captures/);
});

test('a list of computers is judged on, although the flows that taught its names have left', async (t) => {
  const cwd = scratch(t);
  const stdin = readFileSync(sample('inventory.pcapng'));
  const list = ['--hosts', sample('inventory.csv')];
  const run = await portwitness(['live', '-', ...list, '--json', 'r.json', '-q'], { cwd, stdin });
  t.is(run.code, 3, run.err);
  const { hosts } = resultIn(cwd, 'r.json') as Result & { hosts: readonly { listed: boolean }[] };
  t.is(hosts.filter(({ listed }) => listed).length, 6);
  t.is(run.err.includes('internal error'), false);
});

testWith(posix)('SIGTERM writes the last report and the state', async (t) => {
  const cwd = scratch(t);
  const capture = readFileSync(sample('server-port-silent.pcapng'));
  const run = await portwitness(['live', '-', '--report', 'r.html'], {
    cwd,
    meanwhile: (child) => {
      child.stdin?.write(capture);
      let told = '';
      // A second signal would end it at once.
      const listen = (text: string): void => {
        told += text;
        if (!/NO ANSWER|FAILING/.test(told)) return;
        child.stdout?.off('data', listen);
        child.kill('SIGTERM');
      };
      child.stdout?.on('data', listen);
    },
  });
  t.deepEqual([run.code, run.signal], [1, null]);
  t.true(existsSync(join(cwd, 'r.html')));
  t.regex(readFileSync(join(cwd, 'r.state.json'), 'utf8'), /"verdict":"blocked"/);
});

test('what cannot be meant is refused before anything is opened', async (t) => {
  t.regex(await refusal(t, ['live', 'x.pcap']), /a saved capture is analysed by "analyze"/);
  t.regex(await refusal(t, ['live', '--for', '30']), /--for: "30" is not a duration/);
  t.regex(await refusal(t, ['live', '--interval', '0s']), /not a duration/);
  t.regex(await refusal(t, ['live', '--until', 'friday']), /"proven"/);
  t.regex(await refusal(t, ['live', '--source', 'magic']), /none of dumpcap, tcpdump, cap/);
  t.regex(await refusal(t, ['live', '-', '--filter', 'tcp']), /belongs to the program that captures/);
  t.regex(await refusal(t, ['live', '--report', 'a.html', '--json', 'a.html']), /would write over/);
});
