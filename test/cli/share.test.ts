/** Share mode as a user runs it. */
import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { portwitness, sample, scratch } from './spawned.js';

const CAPTURE = sample('right-refused.pcapng');

test('analyze --share writes pseudonyms, a mapping for the user alone, and keeps a former one', async (t) => {
  const cwd = scratch(t);
  const args = ['analyze', CAPTURE, '--share', '--csv', 'flows.csv'];
  const plain = await portwitness(['analyze', CAPTURE, '--report', 'plain.html'], { cwd });
  const { code, out } = await portwitness(args, { cwd });
  t.is(code, plain.code);
  t.regex(out, /Shared: Addresses, names of computers/);
  t.regex(out, /WS-001/);
  t.notRegex(out, /10\.20\.1\.2\d|ws0\d/i);
  const folder = join(cwd, 'portwitness-report');
  t.deepEqual(readdirSync(folder).sort(), ['mapping.csv', 'shared.html', 'shared.json']);
  const mapping = join(folder, 'mapping.csv');
  if (process.platform !== 'win32') t.is(statSync(mapping).mode & 0o777, 0o600);
  const [, pseudonym = '', original = ''] =
    /^address,([\d.]+),(10\.20\.[\d.]+)/m.exec(readFileSync(mapping, 'utf8')) ?? [];
  const html = readFileSync(join(folder, 'shared.html'), 'utf8');
  t.true(html.includes(pseudonym));
  t.false(html.includes(original));
  t.true(html.includes('Shared report:'));

  const answer = await portwitness(['unshare', '--text', `look at ${pseudonym}.`, '--mapping', mapping], {
    cwd,
  });
  t.is(answer.out, `look at ${original}.\n`);

  await portwitness(args, { cwd });
  t.true(existsSync(join(folder, 'mapping-1.csv')));
});

test('with --share-key two reports share their pseudonyms, and one list holds both', async (t) => {
  const cwd = scratch(t);
  const summary = async (report: string): Promise<string> =>
    (
      await portwitness(['analyze', CAPTURE, '--share', '--share-key', 'key.csv', '--report', report], {
        cwd,
      })
    ).out;
  const [first, second] = [await summary('a.html'), await summary('a.html')];
  t.is(second, first);
  t.deepEqual(readdirSync(cwd).sort(), ['a.html', 'a.json', 'key.csv']);
  const other = sample('ipv6.pcapng');
  await portwitness(['analyze', other, '--share', '--share-key', 'key.csv', '--report', 'b.html', '-q'], {
    cwd,
  });
  const verified = await portwitness(['verify', 'a.html', CAPTURE, '--mapping', 'key.csv'], { cwd });
  t.is(verified.code, 0, verified.err);
});

test('show --share tells a saved result with pseudonyms, also in files; it is not shared twice', async (t) => {
  const cwd = scratch(t);
  await portwitness(['analyze', CAPTURE, '--report', 'r.html', '-q'], { cwd });
  const shown = await portwitness(['show', 'r.html', '--share'], { cwd });
  t.regex(shown.out, /WS-001/);
  t.notRegex(shown.out, /10\.20\.1\.2\d|ws0\d/i);
  const json = await portwitness(['show', 'r.html', '--share', '--json', '--mapping', 'm.csv'], { cwd });
  const { shared, captures } = JSON.parse(json.out) as {
    shared: { kept: string };
    captures: { path: string }[];
  };
  t.regex(shared.kept, /^Verdicts/);
  t.regex(captures[0]?.path ?? '', /^file-\d+\.pcapng$/);

  const args = ['--share', '--ticket', 't.txt', '--matrix', 'x.csv', '--mapping', 'm2.csv'];
  t.is((await portwitness(['show', 'r.html', ...args], { cwd })).code, 0);
  for (const name of ['t.txt', 'x.csv']) {
    const text = readFileSync(join(cwd, name), 'utf8');
    t.regex(text, /WS-001|WS-002/, name);
    t.notRegex(text, /10\.20\.1\.2\d|ws0\d/i, name);
  }

  await portwitness(['analyze', CAPTURE, '--share', '--report', 's.html', '-q'], { cwd });
  const again = await portwitness(['show', 's.html', '--share'], { cwd });
  t.deepEqual([again.code, again.out], [2, '']);
  t.regex(again.err, /shared already/);
});

test('with --share the evidence and the profile hold pseudonyms, the mapping what they stand for, and payload is refused', async (t) => {
  const cwd = scratch(t);
  const args = ['analyze', CAPTURE, '--share', '--report', 'r.html', '--mapping', 'm.csv', '-q'];
  const files = ['--evidence', 'e.pcapng', '--wireshark-profile', 'profile'];
  const done = await portwitness([...args, ...files], { cwd });
  t.not(done.code, 2, done.err);
  const evidence = readFileSync(join(cwd, 'e.pcapng'), 'latin1');
  t.regex(evidence, /WS-00\d/);
  const buttons = readFileSync(join(cwd, 'profile', 'dfilter_buttons'), 'latin1');
  const mapping = readFileSync(join(cwd, 'm.csv'), 'utf8');
  t.regex(mapping, /^mac,/m);
  for (const text of [evidence, buttons]) t.notRegex(text, /10\.20\.1\.2\d|ws0\d|right-refused/i);
  const [filter = ''] = /ip\.addr == [\d.]+/.exec(buttons) ?? [];
  t.true(mapping.includes(filter.slice('ip.addr == '.length)));
  const whole = await portwitness([...args, ...files, '--evidence-payload'], { cwd });
  t.is(whole.code, 2);
  t.regex(whole.err, /payload is never written with --share/);
});

test('what belongs to --share is refused without it, and a mapping that is none', async (t) => {
  const cwd = scratch(t);
  const lone = await portwitness(['analyze', CAPTURE, '--mapping', 'm.csv'], { cwd });
  t.is(lone.code, 2);
  t.regex(lone.err, /--mapping needs --share/);
  const none = await portwitness(['unshare', '--text', 'x', '--mapping', CAPTURE], { cwd });
  t.deepEqual([none.code, none.out], [2, '']);
  t.regex(none.err, /is no mapping/);
  const over = await portwitness(['analyze', CAPTURE, '--share', '--mapping', CAPTURE], { cwd });
  t.regex(over.err, /would write over the input/);
});
