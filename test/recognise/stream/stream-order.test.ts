/** Segments in any order, with repeats, overlaps and losses, come out in order or with their gaps named. */
import test from 'ava';
import { Conversation } from '../../../src/recognise/driver/conversation.js';
import { Origin } from '../../../src/flow/record/origin.js';
import type { Dissector, Side } from '../../../src/recognise/facts/dissector.js';
import { MAX_PENDING_BYTES } from '../../../src/recognise/stream/stream-buffer.js';
import { MAX_HELD_BYTES } from '../../../src/recognise/stream/stream-order.js';

/** Keeps what it is given of side 0; '.' stands for each missing byte, '?' for an unknown number. */
class Recorder implements Dissector {
  done = false;
  text = '';
  ended = false;
  private readonly take: number;

  /** @param take consumes this many bytes at a time and waits for fewer; 0 = everything at once */
  constructor(take = 0) {
    this.take = take;
  }

  data(_side: Side, bytes: Uint8Array, _view: DataView, at: number, end: number): number {
    const length = this.take === 0 ? end - at : this.take;
    if (end - at < length) return 0;
    this.text += String.fromCharCode(...bytes.subarray(at, at + length));
    return length;
  }

  gap(_side: Side, length: number): void {
    this.text += length === 0 ? '?' : '.'.repeat(length);
  }

  end(): void {
    this.ended = true;
  }
}

const WHOLE = 'abcdefghijklmnopqrstuvwxyz';

function send(
  conversation: Conversation,
  offset: number,
  text: string,
  options: { seq?: number; sent?: number } = {},
): void {
  const bytes = Uint8Array.from(text, (char) => char.charCodeAt(0));
  const seq = ((options.seq ?? 1000) + offset) | 0;
  const view = new DataView(bytes.buffer);
  const length = options.sent ?? bytes.length;
  conversation.segment(0, { seq, bytes, view, at: 0, end: bytes.length, length }, 0, new Origin());
}

function acknowledge(conversation: Conversation, offset: number): void {
  const bytes = new Uint8Array(1);
  const empty = { seq: 5000, bytes, view: new DataView(bytes.buffer), at: 0, end: 0, length: 0 };
  conversation.segment(1, empty, 1000 + offset, new Origin());
}

function opened(dissector: Dissector): Conversation {
  const conversation = new Conversation(1);
  conversation.open(0, dissector);
  return conversation;
}

function conversationOf(recorder: Dissector, seq = 1000): Conversation {
  const conversation = opened(recorder);
  conversation.start(0, seq);
  return conversation;
}

test('segments in order are handed on as they come', (t) => {
  const recorder = new Recorder();
  const conversation = conversationOf(recorder);
  for (let i = 0; i < WHOLE.length; i += 5) send(conversation, i, WHOLE.slice(i, i + 5));
  t.is(recorder.text, WHOLE);
});

test('any order of segments gives the same bytes', (t) => {
  const parts = [0, 5, 10, 15, 20, 25];
  for (let seed = 1; seed <= 200; seed++) {
    let state = seed;
    const shuffled = parts
      .map((part) => ({ part, key: (state = (state * 48271) % 2147483647) }))
      .sort((a, b) => a.key - b.key);
    const recorder = new Recorder();
    const conversation = conversationOf(recorder);
    for (const { part } of shuffled) send(conversation, part, WHOLE.slice(part, part + 5));
    t.is(recorder.text, WHOLE, `seed ${seed}`);
  }
});

test('overlaps and repeats with other bytes do not replace what was handed on', (t) => {
  const recorder = new Recorder();
  const conversation = conversationOf(recorder);
  send(conversation, 0, 'abcdef');
  send(conversation, 0, 'XXXXXX');
  send(conversation, 3, 'XXXghi');
  send(conversation, 8, 'Xjklmnop');
  t.is(recorder.text, 'abcdefghijklmnop');
});

test('sequence numbers may wrap', (t) => {
  const recorder = new Recorder();
  const conversation = conversationOf(recorder, -10);
  for (let i = 0; i < WHOLE.length; i += 4) send(conversation, i, WHOLE.slice(i, i + 4), { seq: -10 });
  t.is(recorder.text, WHOLE);
});

test('a hole that the other side acknowledged is named a gap', (t) => {
  const recorder = new Recorder();
  const conversation = conversationOf(recorder);
  send(conversation, 0, 'abc');
  send(conversation, 6, 'ghi');
  t.is(recorder.text, 'abc');
  acknowledge(conversation, 9);
  t.is(recorder.text, 'abc...ghi');
});

test('at the end what is held is handed on with its gaps', (t) => {
  const recorder = new Recorder();
  const conversation = conversationOf(recorder);
  send(conversation, 2, 'c');
  send(conversation, 4, 'e');
  conversation.finish();
  t.is(recorder.text, '..c.e');
  t.true(recorder.ended);
});

test('bytes that were sent but not captured are a gap', (t) => {
  const recorder = new Recorder();
  const conversation = conversationOf(recorder);
  send(conversation, 0, 'abc', { sent: 10 });
  send(conversation, 10, 'klm');
  t.is(recorder.text, 'abc.......klm');
});

test('a hole is given up when too much would have to be held', (t) => {
  const recorder = new Recorder();
  const conversation = conversationOf(recorder);
  const block = 'x'.repeat(1400);
  for (let i = 0; i * block.length < MAX_HELD_BYTES * 2; i++) send(conversation, 1 + i * block.length, block);
  t.true(recorder.text.startsWith('.x'));
  t.true(conversation.size < MAX_HELD_BYTES + 8192);
});

test('a jump far out of the window starts the side anew', (t) => {
  const recorder = new Recorder();
  const conversation = conversationOf(recorder);
  send(conversation, 0, 'abc');
  send(conversation, 0x40000000, 'new');
  t.is(recorder.text, 'abc?new');
});

test('what a dissector has not consumed is kept until there is more, at every split', (t) => {
  for (let at = 1; at < WHOLE.length; at++) {
    const recorder = new Recorder(13);
    const conversation = conversationOf(recorder);
    send(conversation, 0, WHOLE.slice(0, at));
    send(conversation, at, WHOLE.slice(at));
    t.is(recorder.text, WHOLE, `split at ${at}`);
  }
});

test('a dissector that never has enough is told of a gap, and memory stays bounded', (t) => {
  const recorder = new Recorder(MAX_PENDING_BYTES * 2);
  const conversation = conversationOf(recorder);
  const block = 'x'.repeat(1400);
  for (let i = 0; i * block.length < MAX_PENDING_BYTES * 3; i++) send(conversation, i * block.length, block);
  t.true(recorder.text.includes('?'));
  t.true(conversation.size <= MAX_PENDING_BYTES * 2 + 8192);
});

test('a dissector may skip past the end of what it was given', (t) => {
  let calls = 0;
  const skipper: Dissector = {
    done: false,
    data: (_side, _bytes, _view, at, end) => {
      calls++;
      return end - at + 100;
    },
    gap: () => undefined,
    end: () => undefined,
  };
  const conversation = conversationOf(skipper);
  send(conversation, 0, 'abc');
  send(conversation, 3, 'y'.repeat(99));
  t.is(calls, 1);
  send(conversation, 102, 'zz');
  t.is(calls, 2);
});

function feed(conversation: Conversation, side: Side, seq: number, length: number): void {
  const bytes = new Uint8Array(length);
  const view = new DataView(bytes.buffer);
  conversation.segment(side, { seq, bytes, view, at: 0, end: length, length }, 0, new Origin());
}

test('a conversation is over when both sides have sent a FIN and nothing before it is missing', (t) => {
  const conversation = opened(new Recorder());
  for (const side of [0, 1] as const) conversation.start(side, 100);
  feed(conversation, 0, 100, 10);
  t.false(conversation.ended(0, 110));
  feed(conversation, 1, 120, 10);
  t.false(conversation.ended(1, 130), 'twenty bytes have not come yet');
  feed(conversation, 1, 100, 20);
  t.true(conversation.ended(1, 130));
});

test('what a dissector skips may pass without being handed on, unless something is held', (t) => {
  let asked = 0;
  const dissector: Dissector = {
    done: false,
    data: () => (asked++, 50),
    gap: () => undefined,
    end: () => undefined,
  };
  const conversation = opened(dissector);
  for (const side of [0, 1] as const) conversation.start(side, 100);
  t.is(conversation.passable(0), 0, 'nothing is skipped yet');
  feed(conversation, 0, 100, 10);
  t.deepEqual([asked, conversation.next(0), conversation.passable(0)], [1, 110, 40]);
  feed(conversation, 1, 120, 10);
  t.is(conversation.passable(0), 0, 'an acknowledgement may name a gap of the other side');
  feed(conversation, 1, 100, 20);
  conversation.passed(0, 15);
  t.deepEqual([conversation.next(0), conversation.passable(0)], [135, 15]);
  feed(conversation, 0, 140, 5);
  t.is(conversation.passable(0), 0, 'a segment is held');
  feed(conversation, 0, 135, 15);
  const before = asked;
  feed(conversation, 0, 150, 1);
  t.is(asked, before + 1);
});

test('a conversation that is used again knows nothing of the connection before', (t) => {
  const conversation = conversationOf(new Recorder());
  send(conversation, 5, 'late');
  conversation.close();
  const recorder = new Recorder();
  conversation.open(2, recorder);
  t.deepEqual([conversation.size, conversation.hasStart(0), conversation.done], [1024, false, false]);
  conversation.start(0, 7000);
  feed(conversation, 0, 7000, 3);
  conversation.finish();
  t.is(recorder.text.length, 3);
});
