/** Events reach their file, and wait for it while it cannot be written. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import test from 'ava';
import type { ExecutionContext } from 'ava';
import {
  eventLine,
  EventFile,
  EventStream,
  MAX_PENDING_EVENTS,
  MAX_UNREAD_BYTES,
} from '../../src/monitor/outputs/events.js';
import { terminalLine } from '../../src/monitor/terminal/terminal-screen.js';
import type { CaptureEvent } from '../../src/monitor/words/model.js';

function folder(t: ExecutionContext): string {
  const path = mkdtempSync(join(tmpdir(), 'portwitness live '));
  t.teardown(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

function event(sequence: number, text = 'something'): CaptureEvent {
  const time = '2023-11-14T22:13:20.000Z';
  return {
    schema: 'portwitness-event/1',
    type: 'capture',
    sequence,
    time,
    noticed: time,
    code: 'rotated',
    text,
  };
}

function numbers(path: string): number[] {
  const lines = readFileSync(path, 'utf8').trimEnd().split('\n');
  return lines.map((line) => (JSON.parse(line) as CaptureEvent).sequence);
}

test('events are appended, one line each', async (t) => {
  const path = join(folder(t), 'new', 'events.ndjson');
  const first = new EventFile(path);
  first.event(event(1));
  first.event(event(2));
  await first.close();
  const second = new EventFile(path);
  second.event(event(3));
  t.deepEqual(numbers(path), [1, 2, 3]);
  t.is(second.trouble, '');
});

test('a file that has grown enough gives way to a new one, and one older is kept', (t) => {
  const path = join(folder(t), 'events.ndjson');
  const file = new EventFile(path, 3 * eventLine(event(1)).length);
  for (let n = 1; n <= 8; n++) file.event(event(n));
  t.deepEqual(numbers(`${path}.1`), [4, 5, 6]);
  t.deepEqual(numbers(path), [7, 8]);
  t.is(file.trouble, '');
});

test('what cannot be written waits, is told, and is written when it can be', (t) => {
  const at = folder(t);
  writeFileSync(join(at, 'in the way'), '');
  const path = join(at, 'in the way', 'events.ndjson');
  const file = new EventFile(path);
  file.event(event(1));
  file.event(event(2));
  t.regex(file.trouble, /not a directory.*2 events wait/);
  rmSync(join(at, 'in the way'));
  mkdirSync(join(at, 'in the way'));
  file.snapshot();
  t.is(file.trouble, '');
  t.deepEqual(numbers(path), [1, 2]);
});

test('the file tells the number of its last event, whatever else is in it; an unfinished line stands alone', (t) => {
  const path = join(folder(t), 'events.ndjson');
  t.is(new EventFile(path).lastSequence, 0);
  writeFileSync(path, `${eventLine(event(7))}{"sequence":99}\nnonsense\n${eventLine(event(8)).slice(0, 30)}`);
  const file = new EventFile(path);
  t.is(file.lastSequence, 7);
  file.event(event(8));
  t.is(new EventFile(path).lastSequence, 8);
  t.is(readFileSync(path, 'utf8').split('\n').length, 6);
});

test('events that standard output does not take are counted', async (t) => {
  let full = false;
  const stream = new Writable({
    autoDestroy: false,
    write: (_, __, done) => done(full ? new Error('no space left') : null),
  });
  stream.on('error', () => undefined);
  const events = new EventStream(stream);
  events.event(event(1));
  await new Promise(setImmediate);
  t.is(events.trouble, '');
  full = true;
  events.event(event(2));
  await new Promise(setImmediate);
  t.is(events.trouble, '1 events could not be written to standard output.');
});

test('a reader of standard output that leaves much unread loses events, which are counted', (t) => {
  let read = (): void => undefined;
  const stream = new Writable({ write: (_, __, done) => void (read = done) });
  const events = new EventStream(stream);
  events.event(event(1, 'x'.repeat(MAX_UNREAD_BYTES)));
  for (let n = 2; n <= 3; n++) events.event(event(n));
  t.is(events.trouble, '2 events could not be written to standard output.');
  read();
  events.event(event(4));
  t.is(events.trouble, '2 events could not be written to standard output.');
});

test('no more than a bounded number wait; the rest is counted', (t) => {
  const at = folder(t);
  mkdirSync(join(at, 'events'));
  const file = new EventFile(join(at, 'events'));
  for (let n = 0; n < MAX_PENDING_EVENTS + 5; n++) file.event(event(n));
  t.regex(file.trouble, /10000 events wait. 5 events are lost/);
});

test('a name from the network acts on no terminal, neither as JSON nor as a line', (t) => {
  const text = 'PC\u001b[2J\u009b1m\u202e\nx';
  const line = eventLine(event(1, text));
  t.is([...line].filter((c) => c < ' ' || (c > '~' && c < '\u00a0') || c === '\u202e').join(''), '\n');
  t.is((JSON.parse(line) as CaptureEvent).text, text);
  t.false(terminalLine(event(1, text), false).includes('\u001b'));
});
