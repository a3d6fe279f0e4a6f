import {
  chmodSync,
  copyFileSync,
  existsSync,
  linkSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import type { ExecutionContext } from 'ava';
import { nobody } from '../programs.js';
import { testWith } from '../test-with.js';
import { inside, isPlainMessage, portwitness, refusal, resultIn, sample, scratch } from './spawned.js';
import type { Run } from './spawned.js';

const powerless = testWith(nobody);

function device(path: string): () => string {
  return () => (existsSync(path) ? '' : `it needs ${path}`);
}

/** A folder with in.pcap in it. */
function withCapture(t: ExecutionContext): string {
  const cwd = scratch(t);
  copyFileSync(sample('ended-too-soon.pcap'), join(cwd, 'in.pcap'));
  return cwd;
}

function refused(t: ExecutionContext, run: Run, message: RegExp): void {
  t.deepEqual([run.code, run.out], [2, '']);
  t.true(isPlainMessage(run.err), run.err);
  t.regex(run.err, message);
  t.is(run.err.trimEnd().split('\n').length, 1, run.err);
}

test('report, JSON, CSV and Zeek log are written where the options say, in new folders', async (t) => {
  const cwd = withCapture(t);
  const run = await portwitness(
    ['in.pcap', '--report', 'a/b/r.html', '--json', 'j/x.json', '--csv', 'flows.csv', '--zeek', 'zeek logs'],
    { cwd },
  );
  t.is(run.code, 3, run.err);
  t.true(readFileSync(join(cwd, 'a', 'b', 'r.html'), 'utf8').startsWith('<!DOCTYPE html>'));
  t.is(resultIn(cwd, 'j', 'x.json').summary.exit_code, 3);
  const rows = readFileSync(join(cwd, 'flows.csv'), 'utf8').trimEnd().split('\n').length;
  const log = readFileSync(join(cwd, 'zeek logs', 'conn.log'), 'utf8')
    .trimEnd()
    .split('\n');
  t.true(log[0]?.startsWith('#separator'));
  t.is(log.filter((line) => !line.startsWith('#')).length, rows - 1);
  t.deepEqual(readdirSync(cwd).sort(), ['a', 'flows.csv', 'in.pcap', 'j', 'zeek logs']);
  const logs = readdirSync(join(cwd, 'zeek logs'));
  const written = /Written: (.*)\n$/.exec(run.out)?.[1]?.split(', ') ?? [];
  t.deepEqual(written.slice(0, 4), ['a/b/r.html', 'j/x.json', 'flows.csv', join('zeek logs', 'conn.log')]);
  t.deepEqual(written.slice(3).sort(), logs.map((name) => join('zeek logs', name)).sort());
});

test('show writes of a report and of a result what the analysis wrote: changes, tickets and the matrix', async (t) => {
  const cwd = scratch(t);
  const files = (name: string): string[] =>
    ['changes', 'ticket', 'matrix'].flatMap((option) => [`--${option}`, `${option}.${name}`]);
  const capture = sample('several-computers.pcapng');
  await portwitness([capture, '--report', 'r.html', '--json', 'r.json', ...files('first')], { cwd });
  for (const from of ['r.html', 'r.json']) {
    const run = await portwitness(['show', from, ...files(from)], { cwd });
    t.is(run.code, 0, run.err);
    t.true(run.out.includes(`Written: matrix.${from}, changes.${from}, ticket.${from}`), run.out.slice(-200));
    for (const option of ['changes', 'ticket', 'matrix']) {
      const [first, again] = ['first', from].map((name) =>
        readFileSync(join(cwd, `${option}.${name}`), 'utf8'),
      );
      t.is(again, first, `${option} of ${from}`);
    }
  }
  t.true(readFileSync(join(cwd, 'changes.first'), 'utf8').split('\r\n').length > 3);
  refused(
    t,
    await portwitness(['show', 'r.json', '--changes', 'r.json'], { cwd }),
    /would write over the input/,
  );
  await portwitness([capture, '--report', 'o.html', '--json', 'o.json', '--json-schema', '1'], { cwd });
  refused(t, await portwitness(['show', 'o.json', '--changes', 'c.csv'], { cwd }), /no rows for --changes/);
});

test('a Zeek log is written when it has rows; without any it is only written over an older one', async (t) => {
  const cwd = scratch(t);
  mkdirSync(join(cwd, 'z'));
  writeFileSync(join(cwd, 'z', 'smb_files.log'), 'of an earlier run');
  const capture = sample('all-healthy.pcapng');
  const run = await portwitness([capture, '--report', 'r.html', '--zeek', 'z'], { cwd });
  t.deepEqual(readdirSync(join(cwd, 'z')).sort(), [
    'conn.log',
    'dce_rpc.log',
    'ntlm.log',
    'smb_files.log',
    'smb_mapping.log',
  ]);
  const rows = (name: string): number =>
    readFileSync(join(cwd, 'z', name), 'utf8')
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#')).length;
  t.true(rows('conn.log') > 0 && rows('dce_rpc.log') > 0 && rows('smb_mapping.log') > 0, run.err);
  t.is(rows('smb_files.log'), 0);
});

test('JSON lies beside the report under its name unless it is named itself', async (t) => {
  for (const [report, json] of [
    ['out.html', 'out.json'],
    ['out.HTM', 'out.json'],
    ['ticket-4711', 'ticket-4711.json'],
  ] as const) {
    const cwd = withCapture(t);
    await inside([join(cwd, 'in.pcap'), '--report', join(cwd, report)]);
    t.deepEqual(readdirSync(cwd).sort(), ['in.pcap', report, json].sort());
  }
});

test('an earlier report is replaced, a symbolic link to it stays one', async (t) => {
  const cwd = withCapture(t);
  mkdirSync(join(cwd, 'real'));
  writeFileSync(join(cwd, 'real', 'r.html'), 'old');
  writeFileSync(join(cwd, 'j.json'), 'old');
  if (process.platform !== 'win32') symlinkSync(join('real', 'r.html'), join(cwd, 'r.html'));
  const run = await portwitness(['in.pcap', '-q', '--report', 'r.html', '--json', 'j.json'], { cwd });
  t.is(run.code, 3, run.err);
  t.is(resultIn(cwd, 'j.json').summary.exit_code, 3);
  if (process.platform !== 'win32') t.regex(readFileSync(join(cwd, 'real', 'r.html'), 'utf8'), /^<!DOCTYPE/);
});

for (const [what, options] of [
  ['report and JSON', ['--report', 'x.html', '--json', 'x.html']],
  ['report and JSON, spelled differently', ['--report', 'x.html', '--json', 'sub/../x.html']],
  ['JSON beside the report and CSV', ['--report', 'x.html', '--csv', 'x.json']],
  ['CSV and Zeek log', ['--csv', 'z/conn.log', '--zeek', 'z']],
] as const) {
  test(`two outputs in one file are refused: ${what}`, async (t) => {
    const cwd = withCapture(t);
    const paths = options.map((word) => (word.startsWith('--') ? word : `${cwd}/${word}`));
    t.regex(
      await refusal(t, [join(cwd, 'in.pcap'), ...paths]),
      /--(json|csv|zeek) would write over the file of --(report|json|csv) \(.*\); give another/,
    );
    t.deepEqual(readdirSync(cwd), ['in.pcap']);
  });
}

for (const option of ['--report', '--json', '--csv']) {
  test(`${option} never writes over an input: path, link or rule pack`, async (t) => {
    const cwd = withCapture(t);
    const before = readFileSync(join(cwd, 'in.pcap'));
    const names = ['in.pcap', './sub/../in.pcap', 'hard.html', 'mine.yaml'];
    linkSync(join(cwd, 'in.pcap'), join(cwd, 'hard.html'));
    if (process.platform !== 'win32') {
      symlinkSync('in.pcap', join(cwd, 'soft.html'));
      names.push('soft.html');
    }
    const pack = 'pack: mine\ntitle: Mine\n';
    writeFileSync(join(cwd, 'mine.yaml'), pack);
    for (const name of names) {
      const rules = name === 'mine.yaml' ? ['--rules', join(cwd, name)] : [];
      const text = await refusal(t, [join(cwd, 'in.pcap'), option, `${cwd}/${name}`, ...rules]);
      if (rules.length === 0) t.regex(text, /would write over the input .*in\.pcap \(/, name);
    }
    const relative = await portwitness(['in.pcap', option, 'in.pcap'], { cwd });
    refused(t, relative, /would write over the input in\.pcap \(/);
    t.deepEqual(readFileSync(join(cwd, 'in.pcap')), before);
    t.is(readFileSync(join(cwd, 'mine.yaml'), 'utf8'), pack);
    t.false(existsSync(join(cwd, 'portwitness-report')));
  });
}

test('an output that cannot be written is found before the capture is read, and leaves nothing behind', async (t) => {
  const cwd = withCapture(t);
  writeFileSync(join(cwd, 'file'), 'text');
  mkdirSync(join(cwd, 'folder'));
  for (const [options, message] of [
    [['--report', 'folder'], /cannot write folder: it is a directory; give a file name/],
    [['--report', '.'], /cannot write \.: it is a directory/],
    [['--json', 'file/x.json'], /cannot write file\/x\.json: a part of its path is a file/],
    [['--zeek', 'file'], /cannot write file.conn\.log: a part of its path is a file/],
    [['--report', 'new/deep/r.html', '--csv', 'folder'], /cannot write folder: it is a directory/],
    [['--report', `${'n'.repeat(300)}.html`], /the name is too long|not allowed|cannot be created/],
  ] as const) {
    // Standard input stays open: were the capture read first, this would wait for it.
    let input: { destroy(): void } | undefined;
    const run = await portwitness(['-', ...options], {
      cwd,
      meanwhile: (child) => {
        input = child.stdin ?? undefined;
      },
    });
    input?.destroy();
    refused(t, run, message);
    t.deepEqual(readdirSync(cwd).sort(), ['file', 'folder', 'in.pcap']);
  }
  t.is(readFileSync(join(cwd, 'file'), 'utf8'), 'text');
});

powerless('a folder or file without the right to write is refused before the capture is read', async (t) => {
  const cwd = withCapture(t);
  mkdirSync(join(cwd, 'locked'));
  chmodSync(join(cwd, 'locked'), 0o555);
  writeFileSync(join(cwd, 'mine.html'), 'precious');
  chmodSync(join(cwd, 'mine.html'), 0o444);
  for (const report of ['locked/r.html', 'locked/new/r.html', 'mine.html']) {
    const run = await portwitness(['in.pcap', '--report', report], { cwd, powerless: true });
    refused(t, run, /^portwitness: cannot write .*: permission denied; choose a folder/);
  }
  t.is(readFileSync(join(cwd, 'mine.html'), 'utf8'), 'precious');
  t.deepEqual(readdirSync(join(cwd, 'locked')), []);
});

testWith(device('/dev/full'))(
  'a device that takes nothing costs neither the summary nor the other outputs, and ends with 2',
  async (t) => {
    const cwd = withCapture(t);
    const csv = await portwitness(['in.pcap', '--report', 'r.html', '--csv', '/dev/full'], { cwd });
    t.is(csv.code, 2);
    t.is(
      csv.err,
      'portwitness: cannot write /dev/full: no space left on the disk; free some or choose another disk\n',
    );
    t.true(csv.out.endsWith('Written: r.html, r.json\n'));
    t.deepEqual(readdirSync(cwd).sort(), ['in.pcap', 'r.html', 'r.json']);
    const report = await portwitness(['in.pcap', '--report', '/dev/full'], { cwd });
    t.is(report.code, 2);
    t.false(existsSync('/dev/full.json'));
  },
);

testWith(device('/dev/stdout'))('the report can be written to a device', async (t) => {
  const run = await portwitness(['in.pcap', '-q', '--report', '/dev/null', '--json', 'j.json'], {
    cwd: withCapture(t),
  });
  t.deepEqual([run.code, run.err], [3, '']);
});
