import { chmodSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import test from 'ava';
import type { ExecutionContext } from 'ava';
import { rundown } from '../../captures/recipes/etl/events.js';
import { writeTrace } from '../../captures/recipes/etl/writer.js';
import { nobody } from '../programs.js';
import { testWith } from '../test-with.js';
import { inside, isPlainMessage, portwitness, refusal, resultIn, sample, scratch } from './spawned.js';

const PCAP = readFileSync(sample('ended-too-soon.pcap'));
const PCAPNG = readFileSync(sample('all-healthy.pcapng'));
const PCAP_HEADER_LEN = 24;
const RECORD_HEADER_LEN = 16;

const powerless = testWith(nobody);

/** Offsets of the records of a little-endian pcap, and of its end. */
function recordsOf(pcap: Buffer): number[] {
  const offsets = [PCAP_HEADER_LEN];
  for (let at = PCAP_HEADER_LEN; at < pcap.length; offsets.push(at)) {
    at += RECORD_HEADER_LEN + pcap.readUInt32LE(at + 8);
  }
  return offsets;
}

/** Offsets of the blocks of a little-endian pcapng and of its end, and how many packets lie before each. */
function blocksOf(pcapng: Buffer): { offset: number; packets: number }[] {
  const blocks = [{ offset: 0, packets: 0 }];
  for (let at = 0, packets = 0; at < pcapng.length; blocks.push({ offset: at, packets })) {
    if (pcapng.readUInt32LE(at) === 6) packets++;
    at += pcapng.readUInt32LE(at + 4);
  }
  return blocks;
}

/** Analyses `bytes` as the file `name` and expects a message of one line and nothing else. */
async function refuses(t: ExecutionContext, name: string, bytes: Uint8Array, message: RegExp): Promise<void> {
  const cwd = scratch(t);
  const path = join(cwd, name);
  writeFileSync(path, bytes);
  const text = await refusal(t, [path, '--report', join(cwd, 'r.html')]);
  t.true(text.startsWith(`${path}: `), text);
  t.regex(text, message);
  t.false(text.includes('\n'));
  t.deepEqual(readdirSync(cwd), [name]);
}

for (const [what, name, bytes, message] of [
  ['an empty file', 'a.pcap', Buffer.alloc(0), /the file is empty \(0 bytes\)/],
  ['three bytes', 'a.pcap', PCAP.subarray(0, 3), /only 3 bytes are there/],
  ['a cut pcap header', 'a.pcap', PCAP.subarray(0, 20), /header is cut: 24 bytes expected, 20 found/],
  ['a cut pcapng header', 'a.pcapng', PCAPNG.subarray(0, 10), /section header .*10 found \(byte 0\)/],
  [
    'text',
    'notes.pcap',
    Buffer.from('These are notes.\r\n'),
    /this is a text file, not a capture; give a pcap/,
  ],
  ['a web page', 'a.pcapng', Buffer.from('<!DOCTYPE html><title>Login</title>'), /this is an HTML page/],
  [
    'a Windows program',
    'setup.exe',
    Buffer.concat([Buffer.from('MZ'), Buffer.alloc(500)]),
    /a Windows program/,
  ],
  ['a program', 'ls', Buffer.concat([Buffer.from('\x7fELF'), Buffer.alloc(500)]), /a program \(ELF\)/],
  ['Network Monitor', 'a.cap', Buffer.concat([Buffer.from('GMBU'), Buffer.alloc(500)]), /editcap -F pcapng/],
  ['text in gzip', 'a.pcap.gz', gzipSync('notes'.repeat(99)), /inside the gzip data: this is a text file/],
  ['nothing in gzip', 'a.pcap.gz', gzipSync(''), /inside the gzip data: only 0 bytes are there/],
  ['xz', 'a.pcap.xz', Buffer.from('fd377a585a000004e6d6b446', 'hex'), /xz-compressed.*xz -d/],
  ['zeros', 'a.pcap', Buffer.alloc(1000), /no capture that is known here \(it begins with the bytes 0{16}\)/],
] as const) {
  test(`${what} is no capture: one line that says what it is`, async (t) => {
    await refuses(t, name, bytes, message);
  });
}

test('what is no capture ends the program with 2, one line on standard error and nothing written', async (t) => {
  const cwd = scratch(t);
  writeFileSync(join(cwd, 'notes.pcap'), 'These are notes.');
  const run = await portwitness(['notes.pcap'], { cwd });
  t.deepEqual([run.code, run.out], [2, '']);
  t.true(isPlainMessage(run.err), run.err);
  t.regex(run.err, /^portwitness: notes\.pcap: this is a text file, .*\n$/);
  t.deepEqual(readdirSync(cwd), ['notes.pcap']);
});

test('an event trace without packets is named, with the command that captures them', async (t) => {
  const event = { id: 5, sec: 1_700_000_000, nsec: 0, cpu: 0, payload: Buffer.alloc(9) };
  const trace = { compressed: true, cpus: 1, frequency: 1e7, bufferBytes: 8192 };
  const bytes = writeTrace([{ provider: 'other', ...event }], trace);
  await refuses(t, 'ua.etl', bytes, /Windows event trace without packets; .*--pkt-size 0/);
});

test('a trace in which pktmon only counted is refused with the options that make it capture', async (t) => {
  const trace = { compressed: true, cpus: 1, frequency: 1e7, bufferBytes: 8192 };
  const bytes = writeTrace(rundown(1_700_000_000, 0, 0), trace);
  await refuses(t, 'ua.etl', bytes, /counted packets but did not log any; .*--capture --pkt-size 0/);
});

test('a directory, a missing file and a pattern without a match are told apart', async (t) => {
  const cwd = scratch(t);
  mkdirSync(join(cwd, 'captures'));
  for (const [path, message] of [
    ['captures', 'captures: this is a directory; give the files, for example captures/*.pcapng'],
    ['gone.pcap', 'gone.pcap: there is no such file; check the path'],
    ['*.pcap', '*.pcap: no file matches this pattern; check the path'],
    ['gone/*.pcap', /^gone\/\*\.pcap: its folder cannot be listed/],
  ] as const) {
    const run = await portwitness([path], { cwd });
    t.deepEqual([run.code, run.out], [2, '']);
    t.true(isPlainMessage(run.err));
    const text = run.err.slice('portwitness: '.length).trimEnd();
    if (typeof message === 'string') t.is(text, message);
    else t.regex(text, message);
  }
  t.deepEqual(readdirSync(cwd), ['captures']);
});

powerless('a file that may not be read is told as that', async (t) => {
  const cwd = scratch(t);
  writeFileSync(join(cwd, 'secret.pcap'), PCAP);
  chmodSync(join(cwd, 'secret.pcap'), 0);
  const run = await portwitness(['secret.pcap'], { cwd, powerless: true });
  t.deepEqual([run.code, run.out], [2, '']);
  t.regex(run.err, /^portwitness: secret\.pcap: reading it is not permitted;/);
});

test('a rule pack with errors: every one with file, line, column and value, before the capture is read', async (t) => {
  const cwd = scratch(t);
  const rule = (ports: string): string =>
    `  - { id: my-${ports}, proto: tcp, ports: [${ports}], from: server, to: computer }\n`;
  writeFileSync(
    join(cwd, 'my rules.yaml'),
    `id: mine\ntitle: Mine\nkind: known\nrules:\n${rule('70000')}${rule('http')}`,
  );
  for (const args of [
    ['gone.pcap', '--rules', 'my rules.yaml'],
    ['rules', 'check', 'my rules.yaml'],
  ]) {
    const run = await portwitness(args, { cwd });
    t.deepEqual([run.code, run.out], [2, '']);
    t.regex(run.err, /my rules\.yaml:5:\d+: .*70000/);
    t.regex(run.err, /my rules\.yaml:6:\d+: .*http/);
    t.notRegex(run.err, /\n\s+at |gone/);
  }
});

test('a capture without frames is analysed: inconclusive, never a success', async (t) => {
  for (const bytes of [PCAP.subarray(0, PCAP_HEADER_LEN), gzipSync(PCAP.subarray(0, PCAP_HEADER_LEN))]) {
    const cwd = scratch(t);
    writeFileSync(join(cwd, 'zero.pcap'), bytes);
    const run = await portwitness(['zero.pcap', '--report', 'r.html'], { cwd });
    t.deepEqual([run.code, run.err], [3, '']);
    t.regex(run.out, /\n\? The capture is empty/);
    const { captures, totals, summary } = resultIn(cwd, 'r.json');
    t.deepEqual([captures[0]?.packets, captures[0]?.damage, totals.frames], [0, null, 0]);
    t.is(summary.status, 'inconclusive');
  }
});

interface Damage {
  readonly what: string;
  readonly bytes: Uint8Array;
  readonly packets: number;
  /** null = it ends at a boundary and is whole. */
  readonly damage: { readonly offset: number; readonly kind: 'cut' | 'corrupt' } | null;
}

function* damages(): Generator<Damage> {
  const records = recordsOf(PCAP);
  const cut = (bytes: Buffer, end: number, offset: number, packets: number, what: string): Damage => ({
    what,
    bytes: bytes.subarray(0, end),
    packets,
    damage: end === offset ? null : { offset, kind: 'cut' },
  });
  const at = (i: number): number => records[i] ?? 0;
  yield cut(PCAP, at(0) + 1, at(0), 0, 'pcap, one byte into the first record');
  yield cut(PCAP, at(7) + 15, at(7), 7, 'pcap, one byte short of a record header');
  yield cut(PCAP, at(7) + 16, at(7), 7, 'pcap, after a record header');
  yield cut(PCAP, at(9) - 1, at(8), 8, 'pcap, one byte short of a record');
  yield cut(PCAP, at(9), at(9), 9, 'pcap, between two records');
  const wrong = Buffer.from(PCAP);
  wrong.writeUInt32LE(0x7fff_ffff, at(5) + 8);
  yield {
    what: 'pcap, a length of 2 GB',
    bytes: wrong,
    packets: 5,
    damage: { offset: at(5), kind: 'corrupt' },
  };

  const blocks = blocksOf(PCAPNG);
  const block = (i: number): { offset: number; packets: number } => blocks[i] ?? { offset: 0, packets: 0 };
  yield cut(
    PCAPNG,
    block(20).offset + 3,
    block(20).offset,
    block(20).packets,
    'pcapng, three bytes into a block',
  );
  yield cut(
    PCAPNG,
    block(21).offset - 1,
    block(20).offset,
    block(20).packets,
    'pcapng, one byte short of a block',
  );
  yield cut(PCAPNG, block(21).offset, block(21).offset, block(21).packets, 'pcapng, between two blocks');
  const bad = Buffer.from(PCAPNG);
  bad.writeUInt32LE(13, block(30).offset + 4);
  yield {
    what: 'pcapng, a block length that is no multiple of 4',
    bytes: bad,
    packets: block(30).packets,
    damage: { offset: block(30).offset, kind: 'corrupt' },
  };
}

for (const { what, bytes, packets, damage } of damages()) {
  test(`damage at a known byte: ${what}`, async (t) => {
    const cwd = scratch(t);
    writeFileSync(join(cwd, 'broken'), bytes);
    const code = await inside([join(cwd, 'broken'), '--report', join(cwd, 'r.html')]);
    const { captures, summary, quality } = resultIn(cwd, 'r.json');
    t.is(code, summary.exit_code);
    t.true(summary.exit_code === 1 || summary.exit_code === 3);
    const said = quality.filter((one) => one.code === 'damaged_file').map(({ text }) => text);
    const found = captures[0];
    t.is(found?.packets, packets);
    const html = readFileSync(join(cwd, 'r.html'), 'utf8');
    if (damage === null) {
      t.is(found?.damage, null);
      t.deepEqual(said, []);
      return;
    }
    t.deepEqual([found?.damage?.offset, found?.damage?.kind], [damage.offset, damage.kind]);
    const place = damage.offset.toLocaleString('en-US');
    t.true(said[0]?.includes(`broken stops at byte ${place}: `), said[0]);
    t.true(html.includes(`only to byte ${place}<`));
  });
}

test('damage is told on the terminal, and once', async (t) => {
  const [first] = damages();
  const cwd = scratch(t);
  writeFileSync(join(cwd, 'broken'), first?.bytes ?? '');
  const run = await portwitness(['broken', '--report', 'r.html'], { cwd });
  t.deepEqual([run.code, run.err], [3, '']);
  t.is(run.out.replace(/\s+/g, ' ').split('broken stops at byte 24: ').length, 2, run.out);
});

test('compressed data that is cut is analysed up to the last whole record, with its offset in the data', async (t) => {
  const whole = gzipSync(PCAPNG);
  const cwd = scratch(t);
  writeFileSync(join(cwd, 'cut.pcapng.gz'), whole.subarray(0, whole.length >> 1));
  const run = await portwitness(['cut.pcapng.gz', '--report', 'r.html'], { cwd });
  t.deepEqual([run.code, run.err], [3, '']);
  const found = resultIn(cwd, 'r.json').captures[0];
  const place = blocksOf(PCAPNG).find(({ offset }) => offset === found?.damage?.offset);
  t.is(found?.damage?.kind, 'cut');
  t.is(place?.packets, found?.packets);
  t.true((found?.packets ?? 0) > 10);
});
