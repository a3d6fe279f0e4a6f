import { copyFileSync, linkSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { resolveInputs } from '../../src/cli/inputs/inputs.js';
import { portwitness, resultIn, sample, scratch } from './spawned.js';

test('a file that is named twice, or by a link, is read once and a warning says so', async (t) => {
  const folder = scratch(t);
  const [a, hard, b] = ['a.pcap', 'hard.pcap', 'b.pcap'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  for (const path of [a, b]) copyFileSync(sample('ended-too-soon.pcap'), path);
  linkSync(a, hard);
  const given = [a, b, hard, a, join(folder, '.', 'sub', '..', 'b.pcap')];
  mkdirSync(join(folder, 'sub'));
  const { paths, warnings } = await resolveInputs(given, false);
  t.deepEqual(paths, [a, b]);
  t.deepEqual(warnings.slice(0, 2), [
    `${hard} is the same file as ${a} and is read once.`,
    `${a} is given twice and read once.`,
  ]);
  t.is(warnings.length, 3);
  if (process.platform !== 'win32') {
    const soft = join(folder, 'soft.pcap');
    symlinkSync(a, soft);
    t.deepEqual((await resolveInputs([soft, a], false)).paths, [soft]);
  }
});

test('overlapping patterns give every file once, numbers by their value', async (t) => {
  const folder = scratch(t);
  for (const name of ['r_10.pcap', 'r_9.pcap', 'r_1.pcap', 'other.pcap'])
    writeFileSync(join(folder, name), name);
  const { paths, warnings } = await resolveInputs([join(folder, 'r_*'), join(folder, 'r_?.pcap')], false);
  t.deepEqual(
    paths,
    ['r_1.pcap', 'r_9.pcap', 'r_10.pcap'].map((name) => join(folder, name)),
  );
  t.is(warnings.length, 2);
});

test('standard input counts once, and a terminal is no capture', async (t) => {
  const { paths, warnings } = await resolveInputs(['-', '-'], false);
  t.deepEqual(paths, ['-']);
  t.deepEqual(warnings, ['standard input is given twice and read once.']);
  await t.throwsAsync(resolveInputs(['-'], true), { name: 'UsageError', message: /that is a terminal/ });
});

test('several captures and patterns are one timeline with one report', async (t) => {
  const cwd = scratch(t);
  for (const [file, name] of [
    ['agent-port-silent.pcapng', 'part 1.pcapng'],
    ['ended-too-soon.pcap', 'part 2.pcapng'],
    ['agent-port-refused.pcap.gz', 'last'],
  ] as const) {
    copyFileSync(sample(file), join(cwd, name));
  }
  const run = await portwitness(['part*.pcapng', 'last', '--report', 'all.html'], { cwd });
  t.is(run.code, 1);
  t.is(run.err, '');
  const all = resultIn(cwd, 'all.json');
  t.deepEqual(
    all.captures.map(({ path }) => path),
    ['part 1.pcapng', 'part 2.pcapng', 'last'],
  );
  t.is(
    all.totals.frames,
    all.captures.reduce((sum, { packets }) => sum + packets, 0),
  );
});

test('a copy of a capture under another name is told, since its frames count twice', async (t) => {
  const cwd = scratch(t);
  for (const name of ['a.pcap', 'copy.pcap']) copyFileSync(sample('ended-too-soon.pcap'), join(cwd, name));
  const run = await portwitness(['a.pcap', 'copy.pcap'], { cwd });
  t.is(
    run.err,
    'portwitness: copy.pcap has the same content as a.pcap: every frame in it counts twice. Give one of them.\n',
  );
});

test('one bad capture among good ones ends the run before anything is written', async (t) => {
  const cwd = scratch(t);
  writeFileSync(join(cwd, 'notes.pcap'), 'these are my notes\n');
  const run = await portwitness([sample('all-healthy.pcapng'), 'notes.pcap', '--report', 'r.html'], { cwd });
  t.is(run.code, 2);
  t.regex(run.err, /^portwitness: notes\.pcap: this is a text file, not a capture;.*\n$/);
  t.throws(() => resultIn(cwd, 'r.json'));
});
