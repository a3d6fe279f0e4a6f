import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { hasProgram, lines } from '../samples/tshark.js';
import { BULK, SMALL, benchCapture } from './generate.js';
import { measure } from './measure.js';

const SCALE = 0.002;

test('the same shape and scale give the same bytes, and a cached file is not made again', (t) => {
  const folders = [1, 2].map(() => mkdtempSync(join(tmpdir(), 'portwitness-test-')));
  try {
    const [first, second] = folders.map((folder) => benchCapture(SMALL, SCALE, folder));
    if (!first || !second) throw new Error('two captures were asked for');
    t.true(readFileSync(first.path).equals(readFileSync(second.path)));
    t.is(readFileSync(first.path).length, first.bytes);
    t.deepEqual(benchCapture(SMALL, SCALE, folders[0] ?? ''), first);
  } finally {
    for (const folder of folders) rmSync(folder, { recursive: true });
  }
});

for (const shape of [BULK, SMALL]) {
  test(`tshark finds in ${shape.name} as many packets and flows as were announced, all with right checksums`, (t) => {
    if (!hasProgram('tshark')) {
      t.log('tshark is not installed: not compared');
      t.pass();
      return;
    }
    const folder = mkdtempSync(join(tmpdir(), 'portwitness-test-'));
    try {
      const capture = benchCapture(shape, SCALE, folder);
      const checks = ['-o', 'ip.check_checksum:TRUE', '-o', 'tcp.check_checksum:TRUE'];
      const fields = ['tcp.stream', 'ip.checksum.status', 'tcp.checksum.status', 'tcp.analysis.lost_segment'];
      const args = [...checks, '-T', 'fields', ...fields.flatMap((field) => ['-e', field])];
      const rows = lines('tshark', ['-r', capture.path, ...args]).map((line) => line.split('\t'));
      t.is(rows.length, capture.packets);
      t.is(new Set(rows.map(([stream]) => stream)).size, capture.flows);
      t.deepEqual([...new Set(rows.map(([, ...status]) => status.join(' ')))], ['1 1 ']);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
}

test('a Node program tells its own peak memory, on every system', async (t) => {
  const allocates = 'globalThis.kept = Buffer.alloc(60e6, 1)';
  const { peak, seconds } = await measure({
    program: process.execPath,
    args: ['-e', allocates],
    isNode: true,
  });
  t.true((peak ?? 0) > 60e6);
  t.true(seconds > 0);
});

test('a program that fails is reported with what it said', async (t) => {
  const fails = ['-e', 'console.error("no such thing"); process.exit(9)'];
  await t.throwsAsync(measure({ program: process.execPath, args: fails, isNode: true }), {
    message: /ended with 9: no such thing/,
  });
});
