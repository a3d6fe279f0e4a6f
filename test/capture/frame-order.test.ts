import test from 'ava';
import { FrameBatch, frameNumber, noDisorder } from '../../src/capture/frames/frame.js';
import { FrameOrder, WINDOW_FRAMES } from '../../src/capture/frames/frame-order.js';

/** Frames of one byte each; a time is in milliseconds. */
function batchOf(times: readonly number[], firstFrame: number): FrameBatch {
  const batch = new FrameBatch();
  batch.bytes = Uint8Array.from(times, (_, i) => (firstFrame + i) & 0xff);
  batch.view = new DataView(batch.bytes.buffer);
  batch.count = times.length;
  batch.firstFrame = firstFrame;
  for (const [i, time] of times.entries()) {
    batch.at[i] = i;
    batch.capLen[i] = 1;
    batch.sec[i] = 1_700_000_000 + Math.floor(time / 1000);
    batch.nsec[i] = Math.round((time - Math.floor(time / 1000) * 1000) * 1e6);
  }
  return batch;
}

/** Numbers of the frames in the order in which they come out; each must still have its own byte. */
function ordered(times: readonly number[], order: FrameOrder, size = 100): number[] {
  const numbers: number[] = [];
  const drain = (): void => {
    for (let out = order.next(); out !== null; out = order.next()) {
      for (let row = 0; row < out.count; row++) {
        const number = frameNumber(out, row);
        if (out.bytes[out.at[row] ?? -1] !== (number & 0xff))
          throw new Error(`frame ${number} lost its bytes`);
        numbers.push(number);
      }
    }
  };
  for (let at = 0; at < times.length; at += size) {
    order.take(batchOf(times.slice(at, at + size), at + 1));
    drain();
  }
  order.flush(true);
  drain();
  return numbers;
}

test('frames a little out of order come out in the order of their times, with the numbers of the file', (t) => {
  const disorder = noDisorder();
  t.deepEqual(ordered([0, 10, 5, 7, 900, 100, 1200], new FrameOrder(disorder)), [1, 3, 4, 2, 6, 5, 7]);
  t.deepEqual(disorder, { ...noDisorder(), frames: 3, seconds: 0.8 });
});

test('cards that are read one after the other are put in order across batches, whatever came before', (t) => {
  const times = Array.from({ length: 70_000 }, (_, i) => i / 20);
  for (let from = 3500; from < 9000; from += 250) {
    for (const card of [1, 0]) for (let at = card; at < 250; at += 2) times.push(from + at);
  }
  const disorder = noDisorder();
  const numbers = ordered(times, new FrameOrder(disorder), 1024);
  const late: number[] = [];
  numbers.reduce((before, number) => {
    if ((times[number - 1] ?? 0) < (times[before - 1] ?? 0)) late.push(number);
    return number;
  });
  t.is(new Set(numbers).size, times.length);
  t.deepEqual(late, []);
  t.true(disorder.frames > 2000);
});

test('nothing is moved across a clock that was set back by more than a second', (t) => {
  const disorder = noDisorder();
  const times = [5000, 5100, 5050, 3000, 3200, 3100, 9000];
  t.deepEqual(ordered(times, new FrameOrder(disorder)), [1, 3, 2, 4, 6, 5, 7]);
  t.is(disorder.frames, 2);
});

test('a frame later than the window of frames is told and stays where it can', (t) => {
  const times = Array.from({ length: 3 * WINDOW_FRAMES }, (_, i) => 100 + i / 1000);
  times[times.length - 1] = 99.5;
  times[1] = 99;
  const disorder = noDisorder();
  const numbers = ordered(times, new FrameOrder(disorder), 1024);
  t.deepEqual(numbers.slice(0, 2), [2, 1]);
  t.is(new Set(numbers).size, times.length);
  t.is(disorder.frames, 2);
  t.true(numbers.indexOf(times.length) >= WINDOW_FRAMES);
});

test('held frames are bounded in bytes', (t) => {
  const times = Array.from({ length: 1000 }, (_, i) => (i % 2 === 0 ? i : i - 1.5) / 10);
  const order = new FrameOrder(noDisorder(), 50);
  let first = 0;
  for (let at = 0; at < times.length && first === 0; at += 100) {
    order.take(batchOf(times.slice(at, at + 100), at + 1));
    first = order.next()?.count ?? 0;
  }
  t.true(first > 0);
});

test('a lone frame far from its neighbours gets their time, wherever it lies', (t) => {
  const year = 365 * 86_400_000;
  for (const times of [
    [0, 100, 71 * year, 200, 300],
    [0, 100, -50 * year, 200, 300],
    [71 * year, 100, 200, 300, 400],
    [0, 100, 200, 300, 71 * year],
  ]) {
    const disorder = noDisorder();
    t.deepEqual(ordered(times, new FrameOrder(disorder)), [1, 2, 3, 4, 5]);
    const far = times.findIndex((time) => Math.abs(time) > year) + 1;
    t.like(disorder, { outlierFrames: 1, outliers: { length: 1, 0: { frame: far } } }, times.join());
  }
});

test('a pause of days, and a clock that is set and stays so, are believed', (t) => {
  const day = 86_400_000;
  for (const times of [
    [0, 100, 3 * day, 3 * day + 10],
    [3 * day, 3 * day + 10, 0, 100],
    [0, 100, 2 * 3_600_000],
  ]) {
    const disorder = noDisorder();
    ordered(times, new FrameOrder(disorder));
    t.is(disorder.outlierFrames, 0, times.join());
  }
});

test('a wrong time lets nothing out before its time, however small the batches are', (t) => {
  for (const wrong of [48_000_000, -48_000_000]) {
    const times = [0, 1400, wrong, 1420, 900, 1500];
    for (const size of [1, 2, 3, 100]) {
      const disorder = noDisorder();
      const numbers = ordered(times, new FrameOrder(disorder), size);
      t.is(disorder.outlierFrames, 1, `batches of ${size}`);
      t.true(numbers.indexOf(5) < numbers.indexOf(4), `batches of ${size}: ${numbers.join()}`);
    }
  }
});
