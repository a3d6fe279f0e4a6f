import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import test from 'ava';
import { CaptureError } from '../../src/capture/frames/frame.js';
import { expandInputs } from '../../src/cli/inputs/expand.js';
import { patternMatcher } from '../../src/capture/file-pattern.js';

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'expand-'));
test.after.always(() => fs.rmSync(folder, { recursive: true, force: true }));
for (const name of ['ua10.pcapng', 'ua9.pcapng', 'ua1.pcapng', 'other.pcap', '.hidden.pcapng']) {
  fs.writeFileSync(path.join(folder, name), 'x');
}
fs.mkdirSync(path.join(folder, 'ua5.pcapng'));

const at = (name: string): string => path.join(folder, name);

test('a pattern gives its files in the order of their numbers', async (t) => {
  t.deepEqual(await expandInputs([at('ua*.pcapng')]), [
    at('ua1.pcapng'),
    at('ua9.pcapng'),
    at('ua10.pcapng'),
  ]);
  t.deepEqual(await expandInputs([at('ua?.pcapng')]), [at('ua1.pcapng'), at('ua9.pcapng')]);
});

test('inputs keep their order, and a file that is named twice is read once', async (t) => {
  const inputs = [at('ua9.pcapng'), '-', at('missing.pcap'), at('ua*.pcapng'), '-'];
  t.deepEqual(await expandInputs(inputs), [
    at('ua9.pcapng'),
    '-',
    at('missing.pcap'),
    at('ua1.pcapng'),
    at('ua10.pcapng'),
  ]);
});

test('a directory, an empty pattern and a pattern of folders are errors that quote it', async (t) => {
  for (const [input, message] of [
    [folder, /is a directory; give the files, for example .*\*\.pcapng/],
    [at('*.nothing'), /no file matches/],
    [path.join(folder, 'no-such-folder', '*.pcap'), /cannot be listed/],
    [path.join(folder, '*', 'a.pcap'), /last part/],
  ] as const) {
    const error = await t.throwsAsync(expandInputs([input]), { instanceOf: CaptureError, message });
    t.true(error.message.startsWith(`${input}: `));
  }
});

test('patterns match like those of a shell, on Windows without regard to case', (t) => {
  const cases: readonly (readonly [pattern: string, name: string, matched: boolean])[] = [
    ['*', 'a', true],
    ['*', '.a', false],
    ['.*', '.a', true],
    ['a*b*c', 'a1b2b3c', true],
    ['a*b*c', 'a1b2b3', false],
    ['a?c', 'abc', true],
    ['a?c', 'ac', false],
    ['(1)*.pcap', '(1)x.pcap', true],
    ['*'.repeat(40) + 'b', 'a'.repeat(5000), false],
  ];
  for (const [pattern, name, matched] of cases) t.is(patternMatcher(pattern, false)(name), matched, pattern);
  t.false(patternMatcher('*.PCAP', false)('a.pcap'));
  t.true(patternMatcher('*.PCAP', true)('a.pcap'));
});
