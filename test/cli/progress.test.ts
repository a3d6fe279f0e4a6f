import { Writable } from 'node:stream';
import test from 'ava';
import { progressText } from '../../src/cli/console/progress-text.js';
import { progressView } from '../../src/cli/console/progress.js';

const HALF = { bytesRead: 50_000_000, bytesTotal: 100_000_000, frames: 123_456, flows: 789 };

/** A stream that looks like a terminal and keeps what is drawn. */
function fakeTerminal(isTTY: boolean): {
  stream: NodeJS.WritableStream & { isTTY: boolean };
  drawn: () => string;
} {
  let drawn = '';
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      drawn += chunk.toString();
      done();
    },
  });
  const terminal = Object.assign(stream, {
    isTTY,
    columns: 80,
    // What a terminal is asked beside writing.
    cursorTo: () => true,
    moveCursor: () => true,
    clearLine: () => true,
  });
  return { stream: terminal, drawn: () => drawn };
}

test('nothing is drawn in the first second, then rate, time left, frames and flows', async (t) => {
  const { stream, drawn } = fakeTerminal(true);
  let now = 5000;
  const view = await progressView(stream, true, () => now);
  view.show(HALF);
  now += 999;
  view.show(HALF);
  t.is(drawn(), '');
  now += 1;
  view.show(HALF);
  t.regex(drawn(), /#{8}-{8} 50% 50 MB\/s, 1 s left, 123,456 frames, 789 flows/);
  view.stop();
});

test('nothing is drawn where there is no terminal, when it is not wanted, or after the end', async (t) => {
  for (const [isTTY, wanted] of [
    [false, true],
    [true, false],
  ] as const) {
    const { stream, drawn } = fakeTerminal(isTTY);
    let now = 0;
    const view = await progressView(stream, wanted, () => now);
    now = 10_000;
    view.show(HALF);
    view.stop();
    t.is(drawn(), '');
  }
  const { stream, drawn } = fakeTerminal(true);
  let now = 0;
  const view = await progressView(stream, true, () => now);
  view.stop();
  view.stop();
  now = 10_000;
  view.show(HALF);
  t.is(drawn(), '');
});

test('the cursor is shown again at the end, and no signal handler is left behind or added', async (t) => {
  const signals = (): number[] => [process.listenerCount('SIGINT'), process.listenerCount('SIGTERM')];
  const before = signals();
  const { stream, drawn } = fakeTerminal(true);
  let now = 0;
  const view = await progressView(stream, true, () => now);
  now = 2000;
  view.show(HALF);
  t.deepEqual(signals(), before);
  t.true(drawn().includes('\u001b[?25l'));
  view.stop();
  t.true(drawn().lastIndexOf('\u001b[?25h') > drawn().lastIndexOf('\u001b[?25l'));
});

test('an input of unknown length has no percentage and no time left', async (t) => {
  const { stream, drawn } = fakeTerminal(true);
  let now = 0;
  const view = await progressView(stream, true, () => now);
  now = 2000;
  view.show({ ...HALF, bytesTotal: 0 });
  t.regex(drawn(), /50 MB read, 25 MB\/s, 123,456 frames, 789 flows/);
  t.notRegex(drawn(), /%|left|#/);
  view.stop();
});

test('the time left is never infinite, negative or not a number', (t) => {
  const none = { ...HALF, bytesRead: 0 };
  t.is(progressText(none, 2), '0 B/s, 123,456 frames, 789 flows');
  t.regex(progressText({ ...HALF, bytesRead: 200_000_000 }, 2), / 0 s left/);
  t.regex(progressText({ ...HALF, bytesRead: 1_000_000 }, 2), /500 kB\/s, 3 min 18 s left/);
});
