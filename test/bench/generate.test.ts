import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { lines } from '../samples/tshark.js';
import { testWith } from '../test-with.js';
import { Flow } from '../../src/flow/flow.js';
import { runFrameLoop } from './frame-loop.js';
import { benchCapture } from './generate.js';
import { measure } from './measure.js';
import { BULK, SHAPES, SMALL } from './shapes.js';

const withTshark = testWith('tshark');

const SCALE = 0.002;
/** tshark's severity of an expert's warning; beneath it are notes and chats. */
const WARNING = 0x0060_0000;

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

for (const shape of SHAPES) {
  withTshark(
    `tshark finds in ${shape.name} as many packets and flows as were announced, all with right checksums`,
    (t) => {
      const folder = mkdtempSync(join(tmpdir(), 'portwitness-test-'));
      try {
        const capture = benchCapture(shape, SCALE, folder);
        const checks = ['ip', 'tcp', 'udp'].flatMap((protocol) => ['-o', `${protocol}.check_checksum:TRUE`]);
        const sums = ['ip.checksum.status', 'tcp.checksum.status', 'udp.checksum.status'];
        const fields = ['tcp.stream', 'udp.stream', ...sums, 'tcp.analysis.lost_segment'];
        const args = [...checks, '-T', 'fields', ...fields.flatMap((field) => ['-e', field])];
        const rows = lines('tshark', ['-r', capture.path, ...args]).map((line) => line.split('\t'));
        t.is(rows.length, capture.packets);
        t.is(new Set(rows.map(([tcp, udp]) => `${tcp} ${udp}`)).size, capture.flows);
        t.deepEqual([...new Set(rows.map(([, , ...status]) => status.join('')))], ['11']);
      } finally {
        rmSync(folder, { recursive: true });
      }
    },
  );
}

const SPOKEN = new Map([
  [BULK, ['dcerpc', 'epm', 'nbss', 'ntlmssp', 'smb2', 'svcctl']],
  [SMALL, ['dcerpc', 'dns', 'epm', 'nbss', 'ntlmssp', 'smb2', 'svcctl']],
]);

for (const [shape, names] of SPOKEN) {
  withTshark(`tshark dissects what is said in ${shape.name}, and finds nothing malformed`, (t) => {
    const folder = mkdtempSync(join(tmpdir(), 'portwitness-test-'));
    try {
      const { path } = benchCapture(shape, SCALE, folder);
      const marks = ['_ws.malformed', 'tcp.flags.reset', '_ws.expert.severity'];
      const fields = ['frame.protocols', 'epm.opnum', 'svcctl.opnum', ...marks];
      const rows = lines('tshark', ['-r', path, '-T', 'fields', ...fields.flatMap((one) => ['-e', one])]);
      const spoken = new Set<string>();
      for (const row of rows) {
        const [protocols = '', epm = '', svcctl = '', malformed = '', reset = '', severity = ''] =
          row.split('\t');
        for (const name of protocols.split(':')) spoken.add(name);
        if (epm !== '') spoken.add('epm');
        if (svcctl !== '') spoken.add('svcctl');
        t.is(malformed, '');
        // That a connection is refused is a warning too.
        const isReset = reset === 'True' || reset === '1';
        t.true(
          isReset || severity.split(',').every((one) => Number(one) < WARNING),
          `${protocols} ${severity}`,
        );
      }
      t.deepEqual(
        names.filter((name) => !spoken.has(name)),
        [],
      );
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test(`recognition knows every conversation of ${shape.name} and finds nothing odd`, async (t) => {
    const folder = mkdtempSync(join(tmpdir(), 'portwitness-test-'));
    try {
      const capture = benchCapture(shape, SCALE, folder);
      const { meter, facts, open } = await runFrameLoop(capture.path, true);
      const flow = new Flow(meter.flows);
      const silent = [];
      for (let id = 0; id < meter.flows.count; id++) {
        if (flow.move(id).payload(1) > 0 && facts.serviceOf(id) === undefined) silent.push(flow.port(1));
      }
      t.is(meter.flows.count, capture.flows);
      t.deepEqual(silent, []);
      t.deepEqual([...facts.weirds], []);
      // Every connection of the capture ends, so that nothing may be left.
      t.is(open, 0);
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
