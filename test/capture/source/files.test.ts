/** Captures that another program is still writing. */
import {
  appendFileSync,
  mkdtempSync,
  renameSync,
  rmSync,
  truncateSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import type { ExecutionContext } from 'ava';
import { FileSet, look, MAX_SET_FILES } from '../../../src/capture/source/file-set.js';
import { openLive } from '../../../src/capture/source/open.js';
import type { LiveIncident, LiveReader } from '../../../src/capture/source/feed/source.js';
import { CaptureError } from '../../../src/capture/frames/frame.js';
import { PcapngBuilder, frameBytes, pcapFile } from '../file-builder.js';

const HEADER_BYTES = 24;
const MAX_READS = 60;

function folder(t: ExecutionContext): string {
  const made = mkdtempSync(join(tmpdir(), 'portwitness files '));
  t.teardown(() => rmSync(made, { recursive: true, force: true }));
  return made;
}

/** A pcap file of frames whose lengths are given. */
function capture(...lengths: readonly number[]): Buffer {
  return pcapFile(
    lengths.map((length, at) => ({ sec: 1_700_000_000 + at, sub: 0, data: frameBytes(length) })),
  );
}

/** Its records without the file's header. */
function records(...lengths: readonly number[]): Buffer {
  return capture(...lengths).subarray(HEADER_BYTES);
}

async function follow(t: ExecutionContext, ...files: readonly string[]): Promise<Followed> {
  const reader = await openLive({ source: 'files', files });
  t.teardown(() => reader.close());
  return new Followed(reader);
}

/** What a reader has handed out so far. */
class Followed {
  readonly lengths: number[] = [];
  readonly numbers: number[] = [];
  readonly incidents: LiveIncident[] = [];
  readonly reader: LiveReader;

  constructor(reader: LiveReader) {
    this.reader = reader;
  }

  /** Reads until so many frames are there. */
  async until(frames: number): Promise<readonly number[]> {
    for (let reads = 0; this.lengths.length < frames && reads < MAX_READS; reads++) await this.read();
    return this.lengths;
  }

  async read(): Promise<void> {
    const batch = await this.reader.nextBatch();
    this.incidents.push(...this.reader.takeIncidents());
    for (let i = 0; i < (batch?.count ?? 0); i++) {
      this.lengths.push(batch?.capLen[i] ?? 0);
      this.numbers.push((batch?.firstFrame ?? 0) + i);
    }
  }

  codes(): readonly string[] {
    return this.incidents.map(({ code }) => code);
  }
}

test('a growing file is followed, and a record that is not yet whole is waited for', async (t) => {
  const file = join(folder(t), 'a.pcap');
  writeFileSync(file, capture(60, 61));
  const followed = await follow(t, file);
  t.deepEqual(await followed.until(2), [60, 61]);
  const more = records(62, 63);
  appendFileSync(file, more.subarray(0, 100));
  await followed.until(3);
  await followed.read();
  t.deepEqual(followed.lengths, [60, 61, 62]);
  appendFileSync(file, more.subarray(100));
  t.deepEqual(await followed.until(4), [60, 61, 62, 63]);
  t.deepEqual(followed.numbers, [1, 2, 3, 4]);
  t.deepEqual(followed.incidents, []);
  t.is(followed.reader.file.damage, null);
});

test('a file may be empty at first, and a pattern may match nothing yet', async (t) => {
  const here = folder(t);
  const followed = await follow(t, join(here, '*.pcap'));
  await followed.read();
  const file = join(here, 'later.pcap');
  writeFileSync(file, '');
  await followed.read();
  appendFileSync(file, capture(70).subarray(0, 10));
  await followed.read();
  t.deepEqual(followed.lengths, []);
  appendFileSync(file, capture(70).subarray(10));
  t.deepEqual(await followed.until(1), [70]);
});

test('the next file of a set is read when it is there, also after the end of the one before', async (t) => {
  const here = folder(t);
  writeFileSync(join(here, 'x_00001_20260101000000.pcap'), capture(60));
  const followed = await follow(t, join(here, 'x_*.pcap'));
  await followed.until(1);
  writeFileSync(join(here, 'x_00002_20260101000100.pcap'), capture(61));
  await followed.until(2);
  writeFileSync(join(here, 'x_00003_20260101000200.pcap'), capture(62));
  t.deepEqual(await followed.until(3), [60, 61, 62]);
  t.deepEqual(followed.numbers, [1, 2, 3]);
  t.deepEqual(followed.codes(), ['rotated', 'rotated']);
  t.is(followed.reader.file.interfaces.length, 1);
  t.is(followed.reader.file.frames, 3);
});

test('one file of a ring stands for those after it, and files that vanished unread are told', async (t) => {
  const here = folder(t);
  writeFileSync(join(here, 'x_00001_20260101000000.pcap'), capture(60));
  const second = join(here, 'x_00002_20260101000100.pcap');
  writeFileSync(second, capture(61));
  writeFileSync(join(here, 'other_00003_20260101000100.pcap'), capture(99));
  const followed = await follow(t, second);
  t.deepEqual(await followed.until(1), [61]);
  unlinkSync(second);
  writeFileSync(join(here, 'x_00005_20260101000400.pcap'), capture(65));
  t.deepEqual(await followed.until(2), [61, 65]);
  t.regex(followed.incidents[0]?.text ?? '', /2 files between them are gone/);
});

test('a file that is cut and written anew is read from its beginning', async (t) => {
  const file = join(folder(t), 'a.pcap');
  writeFileSync(file, capture(60, 61, 62));
  const followed = await follow(t, file);
  await followed.until(3);
  truncateSync(file, 0);
  await followed.read();
  await followed.read();
  writeFileSync(file, capture(70));
  t.deepEqual(await followed.until(4), [60, 61, 62, 70]);
  t.deepEqual(followed.codes(), ['rotated']);
});

test('a file that was replaced by another of its name is read to its end, then the other', async (t) => {
  const here = folder(t);
  const file = join(here, 'a.pcap');
  writeFileSync(file, capture(60));
  const followed = await follow(t, file);
  await followed.until(1);
  appendFileSync(file, records(61));
  renameSync(file, join(here, 'a.pcap.1'));
  writeFileSync(file, capture(70));
  t.deepEqual(await followed.until(3), [60, 61, 70]);
  t.deepEqual(followed.codes(), ['rotated']);
});

test('a file that ends inside a record is told, and the next one is read', async (t) => {
  const here = folder(t);
  writeFileSync(join(here, 'a1.pcap'), capture(60, 61).subarray(0, -5));
  const followed = await follow(t, join(here, 'a*.pcap'));
  await followed.until(1);
  writeFileSync(join(here, 'a2.pcap'), capture(62));
  t.deepEqual(await followed.until(2), [60, 62]);
  t.deepEqual(followed.codes(), ['damaged_stream', 'rotated']);
  t.regex(followed.incidents[0]?.text ?? '', /a1\.pcap: the data ends inside a record/);
});

test('a file of the set that is no capture is passed over', async (t) => {
  const here = folder(t);
  writeFileSync(join(here, 'a1.pcap'), capture(60));
  const followed = await follow(t, join(here, 'a*.pcap'));
  await followed.until(1);
  writeFileSync(join(here, 'a2.pcap'), 'this is a text file and no capture. '.repeat(20));
  await followed.read();
  writeFileSync(join(here, 'a3.pcap'), capture(62));
  t.deepEqual(await followed.until(2), [60, 62]);
  t.true(followed.codes().includes('damaged_stream'));
});

test('what a pcapng set says of its losses is summed over its files', async (t) => {
  const here = folder(t);
  const b = new PcapngBuilder();
  const count = (value: bigint): Buffer => b.bytes().u64(value).done();
  const [received, osDropped] = [4, 7];
  const one = (drops: bigint): Buffer =>
    Buffer.concat([
      ...[b.section(), b.interface(), b.enhanced(0, 1_700_000_000_000_000n, frameBytes(60))],
      b.statistics(0, [
        [received, count(10n)],
        [osDropped, count(drops)],
      ]),
    ]);
  writeFileSync(join(here, 'a1.pcapng'), one(2n));
  writeFileSync(join(here, 'a2.pcapng'), one(3n));
  const followed = await follow(t, join(here, 'a*.pcapng'));
  await followed.until(2);
  writeFileSync(join(here, 'a3.pcapng'), one(0n));
  await followed.until(3);
  t.is(followed.reader.counters().droppedByKernel, 5);
  t.is(followed.reader.counters().received, 20);
});

for (const [what, prepare, message] of [
  ['is missing', () => undefined, /there is no such file/],
  ['is a text', (file: string) => writeFileSync(file, 'hello\n'.repeat(200)), /this is a text file/],
] as const) {
  test(`a file that ${what} is refused at once`, async (t) => {
    const file = join(folder(t), 'a.pcap');
    prepare(file);
    const error = await t.throwsAsync(openLive({ source: 'files', files: [file] }), {
      instanceOf: CaptureError,
    });
    t.regex(error.message, message);
  });
}

test('an abort ends the reading', async (t) => {
  const file = join(folder(t), 'a.pcap');
  writeFileSync(file, capture(60));
  const stop = new AbortController();
  const reader = await openLive({ source: 'files', files: [file], signal: stop.signal });
  t.teardown(() => reader.close());
  t.is((await reader.nextBatch())?.count, 1);
  const waiting = reader.nextBatch();
  stop.abort();
  await waiting;
  t.is(await reader.nextBatch(), null);
});

test('of a set of very many files the latest are read, which is told, and new ones are met', async (t) => {
  const here = folder(t);
  const name = (i: number): string => join(here, `x${i}.pcap`);
  for (let i = 1; i <= MAX_SET_FILES + 2; i++) writeFileSync(name(i), i <= 3 ? capture(60 + i) : '');
  const followed = await follow(t, join(here, 'x*.pcap'));
  t.deepEqual(await followed.until(1), [63]);
  t.regex(
    followed.incidents[0]?.text ?? '',
    /4096 files with the latest names are looked at; 2 others are not read/,
  );

  const set = await FileSet.of([join(here, 'x*.pcap')]);
  t.is((await set.next())?.path, name(3));
  t.is(set.takePassedOver(), 2);
  for (let i = 3; i <= MAX_SET_FILES + 2; i++) set.taken((await look(name(i)))!);
  t.is(await set.next(), null);
  writeFileSync(name(MAX_SET_FILES + 3), capture(70));
  t.is((await set.next())?.path, name(MAX_SET_FILES + 3));
  t.is(set.takePassedOver(), 0);
});
