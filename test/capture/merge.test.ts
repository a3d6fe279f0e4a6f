import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import test from 'ava';
import { MAX_FILES } from '../../src/capture/bytes/limits.js';
import { CaptureError, frameNumber } from '../../src/capture/frames/frame.js';
import { Timeline } from '../../src/capture/merge.js';
import { openCapture } from '../../src/capture/open.js';
import type { CaptureReader } from '../../src/capture/frames/frame.js';
import { PcapngBuilder, frameBytes, pcapFile } from './file-builder.js';
import { streamOf } from './read-all.js';

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'merge-'));
test.after.always(() => fs.rmSync(folder, { recursive: true, force: true }));

type Row = readonly [fileIndex: number, frame: number, nanos: number];

/** All rows in the order in which a timeline hands them out, and the number of its runs. */
async function rows(timeline: Timeline): Promise<{ all: Row[]; runs: number }> {
  const all: Row[] = [];
  let runs = 0;
  for (let run = await timeline.next(); run !== null; run = await timeline.next()) {
    runs++;
    for (let row = run.from; row < run.to; row++) {
      const { batch } = run;
      all.push([
        run.fileIndex,
        frameNumber(batch, row),
        (batch.sec[row] ?? 0) * 1e9 + (batch.nsec[row] ?? 0),
      ]);
    }
  }
  await timeline.close();
  return { all, runs };
}

/** A nanosecond file with one frame at each time. */
function fileOf(times: readonly number[]): Buffer {
  const records = times.map((nanos) => ({
    sec: Math.floor(nanos / 1e9),
    sub: nanos % 1e9,
    data: frameBytes(4),
  }));
  return pcapFile(records, { magic: 0xa1b23c4d });
}

function readersOf(files: readonly Buffer[]): Promise<CaptureReader[]> {
  return Promise.all(files.map((bytes) => openCapture('-', { stdin: streamOf(bytes), window: 512 })));
}

test('interleaved files come out in the order of time', async (t) => {
  const files = [[1, 4, 4e9, 4e9 + 7], [2, 3, 4e9 + 6, 9e9], [], [5, 6, 7]];
  const { all } = await rows(Timeline.of(await readersOf(files.map(fileOf))));
  t.deepEqual(all, [
    [0, 1, 1],
    [1, 1, 2],
    [1, 2, 3],
    [0, 2, 4],
    [3, 1, 5],
    [3, 2, 6],
    [3, 3, 7],
    [0, 3, 4e9],
    [1, 3, 4e9 + 6],
    [0, 4, 4e9 + 7],
    [1, 4, 9e9],
  ]);
});

test('frames of equal time keep the order of the files', async (t) => {
  const files = [[5, 5, 6], [5, 6, 6], [5]];
  const { all } = await rows(Timeline.of(await readersOf(files.map(fileOf))));
  t.deepEqual(
    all.map(([file, frame]) => [file, frame]),
    [
      [0, 1],
      [0, 2],
      [1, 1],
      [2, 1],
      [0, 3],
      [1, 2],
      [1, 3],
    ],
  );
});

test('a clock that goes back by more than a second does not reorder frames inside a file', async (t) => {
  const { all } = await rows(
    Timeline.of(
      await readersOf(
        [
          [10e9, 3e9, 20e9, 15e9],
          [5e9, 12e9, 17e9],
        ].map(fileOf),
      ),
    ),
  );
  t.deepEqual(
    all.filter(([file]) => file === 0).map(([, frame]) => frame),
    [1, 2, 3, 4],
  );
  t.is(all.length, 7);
});

test('one file and disjoint files come out in whole batches', async (t) => {
  const times = Array.from({ length: 3000 }, (_, i) => i);
  const reader = await openCapture('-', { stdin: streamOf(fileOf(times)) });
  t.deepEqual((await rows(Timeline.of([reader]))).runs, 3);
  const second = times.map((time) => time + 5000);
  const readers = await Promise.all(
    [second, times].map((of) => openCapture('-', { stdin: streamOf(fileOf(of)) })),
  );
  const merged = await rows(Timeline.of(readers));
  t.is(merged.runs, 6);
  t.deepEqual(
    merged.all.map(([, , nanos]) => nanos),
    [...times, ...second],
  );
});

test('no file at all is an empty timeline', async (t) => {
  t.deepEqual(await rows(Timeline.of([])), { all: [], runs: 0 });
});

test('random files merge to what sorting by time, file and frame gives', async (t) => {
  let seed = 42;
  const random = (below: number): number => (seed = (seed * 1_103_515_245 + 12_345) & 0x7fff_ffff) % below;
  for (let round = 0; round < 30; round++) {
    const files = Array.from({ length: 1 + random(6) }, () =>
      Array.from({ length: random(60) }, () => random(50)).sort((a, b) => a - b),
    );
    const expected = files
      .flatMap((times, file) => times.map((nanos, i): Row => [file, i + 1, nanos]))
      .sort((a, b) => a[2] - b[2] || a[0] - b[0] || a[1] - b[1]);
    t.deepEqual((await rows(Timeline.of(await readersOf(files.map(fileOf))))).all, expected);
  }
});

test('a large rotated set is read with few files open, and each has its digest at the end', async (t) => {
  const paths = Array.from({ length: 60 }, (_, i) => {
    const file = path.join(folder, `rotated${i}.pcap`);
    fs.writeFileSync(file, fileOf([i * 10, i * 10 + 3, i * 10 + 12]));
    return file;
  }).reverse();
  let open = 0;
  let most = 0;
  const counting = async (...args: Parameters<typeof openCapture>): Promise<CaptureReader> => {
    const reader = await openCapture(...args);
    most = Math.max(most, ++open);
    const close = reader.close.bind(reader);
    reader.close = () => {
      open--;
      reader.close = close;
      return close();
    };
    return reader;
  };
  const timeline = await Timeline.open(paths, {}, counting);
  const { all } = await rows(timeline);
  t.is(all.length, 180);
  t.deepEqual(
    all.map(([, , nanos]) => nanos),
    all.map(([, , nanos]) => nanos).sort((a, b) => a - b),
  );
  t.true(most <= 3, `${most} files were open at once`);
  t.is(open, 0);
  for (const file of timeline.files) {
    t.is(file.frames, 3);
    t.regex(file.sha256, /^[0-9a-f]{64}$/);
  }
});

test('a file of a large set that is no capture is refused before any frame', async (t) => {
  const good = path.join(folder, 'good.pcap');
  const bad = path.join(folder, 'bad.pcap');
  fs.writeFileSync(good, fileOf([1]));
  fs.writeFileSync(bad, 'just a text');
  for (const many of [1, 30]) {
    const paths = [...Array.from({ length: many }, () => good), bad];
    const error = await t.throwsAsync(Timeline.open(paths), { instanceOf: CaptureError });
    t.is(error.path, bad);
  }
});

test('a file of a large set that disappears is damage, and the others are read', async (t) => {
  const paths = Array.from({ length: 20 }, (_, i) => {
    const file = path.join(folder, `vanishing${i}.pcap`);
    fs.writeFileSync(file, fileOf([i]));
    return file;
  });
  const timeline = await Timeline.open(paths);
  fs.rmSync(paths[7] ?? '');
  t.is((await rows(timeline)).all.length, 19);
  t.like(timeline.files[7]?.damage, { kind: 'cut' });
});

test('frames without a time do not hold the timeline up', async (t) => {
  const b = new PcapngBuilder();
  const simple = Buffer.concat([
    b.section(),
    b.interface(),
    b.simple(4, frameBytes(4)),
    b.simple(4, frameBytes(4)),
  ]);
  const { all } = await rows(Timeline.of(await readersOf([fileOf([5]), simple])));
  t.deepEqual(
    all.map(([file]) => file),
    [1, 1, 0],
  );
});

test('more files than one timeline takes are refused before anything is opened', async (t) => {
  const paths = Array.from({ length: MAX_FILES + 1 }, (_, i) => `${i}.pcap`);
  const opened: string[] = [];
  const open = (name: string): Promise<CaptureReader> => {
    opened.push(name);
    return Promise.reject(new Error('opened'));
  };
  await t.throwsAsync(Timeline.open(paths, {}, open), {
    instanceOf: CaptureError,
    message: '4096.pcap: 4097 files are given, 4096 at once can be read',
  });
  t.deepEqual(opened, []);
});
