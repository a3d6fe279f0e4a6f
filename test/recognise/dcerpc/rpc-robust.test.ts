/** DCE/RPC cut, lost and damaged: never a throw, never a wrong fact. */
import test from 'ava';
import { rounds } from '../../fuzz.js';
import { MAX_STUB_BYTES } from '../../../src/recognise/dcerpc/rpc-stub.js';
import { RpcDissector } from '../../../src/recognise/dcerpc/dce-rpc.js';
import { Origin } from '../../../src/flow/record/origin.js';
import type { Side } from '../../../src/recognise/facts/dissector.js';
import { Facts } from '../../../src/recognise/facts/facts.js';
import { StreamBuffer } from '../../../src/recognise/stream/stream-buffer.js';
import * as rpc from './rpc-bytes.js';
import { factsOf, factsOfPieces, pieces, textOf } from './rpc-exchange.js';
import type { Message } from './rpc-exchange.js';
import type { Piece } from './rpc-streams.js';

const FUZZ_ROUNDS = rounds(3000, 20_000);

const auth = { type: 10, level: 5, token: [1, 2, 3, 4, 5], padding: 3 };

/** An activation, an ept_map in two fragments, a refused call and a fault, on one connection. */
function exchange(little: boolean): Message[] {
  const answer = new rpc.Writer(little);
  rpc.mapResponseStub([rpc.tower(rpc.SVCCTL, 49664, '10.0.0.5'), rpc.tower(rpc.WINREG, 49665, '10.0.0.6')])(
    answer,
  );
  const part = (from: number, to: number, flags: number): Uint8Array =>
    rpc.response((w) => w.add(answer.bytes.slice(from, to)), { little, callId: 2, flags });
  return [
    [
      0,
      rpc.bind(
        [
          { id: 0, uuid: rpc.EPMAPPER },
          { id: 1, uuid: rpc.SVCCTL, version: 2 },
        ],
        { little, auth },
      ),
    ],
    [1, rpc.bindAck('135', [{ result: 0 }, { result: 0 }], { little, auth })],
    [0, rpc.request(3, rpc.mapRequestStub(rpc.SVCCTL), { little, callId: 2 })],
    [1, part(0, 99, 1)],
    [1, part(99, answer.bytes.length, 2)],
    [0, rpc.bind([{ id: 2, uuid: rpc.SCM_ACTIVATOR, version: 0 }], { little, alter: true, callId: 3 })],
    [1, rpc.bindAck('', [{ result: 0 }], { little, alter: true, callId: 3 })],
    [0, rpc.request(4, (w) => w.zeros(40), { little, callId: 4, context: 2 })],
    [
      1,
      rpc.response((w) => rpc.dualStringArray(w.u32(0, 1), [[7, 'WS01[50001]']]).u32(0, 0), {
        little,
        callId: 4,
        context: 2,
        auth,
      }),
    ],
    [0, rpc.request(15, (w) => w.zeros(40), { little, callId: 5, context: 1 })],
    [1, rpc.response((w) => w.zeros(20).u32(5), { little, callId: 5, context: 1 })],
    [0, rpc.request(16, (w) => w.zeros(40), { little, callId: 6, context: 1 })],
    [1, rpc.fault(0x1c010003, { little, callId: 6 })],
  ];
}

/** A piece in two, the second a moment later. */
function splitAt(list: readonly Piece[], index: number, offset: number): Piece[] {
  return list.flatMap((piece, i) =>
    i === index
      ? [
          { ...piece, bytes: piece.bytes.subarray(0, offset) },
          { ...piece, bytes: piece.bytes.subarray(offset), nsec: piece.nsec + 1000 },
        ]
      : [piece],
  );
}

for (const little of [true, false]) {
  const order = little ? 'little-endian' : 'big-endian';
  const messages = exchange(little);
  const whole = textOf(factsOf(messages));

  test(`the exchange itself says all that it is made for, ${order}`, (t) => {
    t.is(whole.length, 3 + 4 + 3 + 1);
  });

  test(`cut at any position the exchange says the same, ${order}`, (t) => {
    const list = pieces(messages);
    for (const [index, piece] of list.entries()) {
      for (let offset = 1; offset < piece.bytes.length; offset++) {
        const facts = factsOfPieces(splitAt(list, index, offset));
        t.deepEqual(textOf(facts), whole, `message ${index} cut at ${offset}`);
        t.is(facts.weirds.size, 0);
      }
    }
  });

  test(`byte by byte, and all messages of a side at once between turns, it says the same, ${order}`, (t) => {
    const single = pieces(messages).flatMap((piece) =>
      [...piece.bytes.keys()].map((i) => ({ ...piece, bytes: piece.bytes.subarray(i, i + 1) })),
    );
    t.deepEqual(textOf(factsOfPieces(single)), whole);
    const [a, b, c, d, e, ...rest] = pieces(messages);
    if (a === undefined || b === undefined || c === undefined || d === undefined || e === undefined)
      return t.fail();
    const joined = Uint8Array.from([...d.bytes, ...e.bytes]);
    t.deepEqual(textOf(factsOfPieces([a, b, c, { ...e, bytes: joined }, ...rest])), whole);
    return undefined;
  });

  test(`whatever bytes are lost, what is said is part of the truth, ${order}`, (t) => {
    const list = pieces(messages);
    let lostNothing = 0;
    let lostSomething = 0;
    for (const [index, piece] of list.entries()) {
      for (const length of [1, 2, 7, 24, 60, 1000]) {
        for (let at = 0; at < piece.bytes.length; at++) {
          const said = textOf(factsOfPieces(without(list, index, at, length)));
          const wrong = said.filter((fact) => !isPartOf(fact, whole));
          if (wrong.length > 0) t.deepEqual(wrong, [], `message ${index}, ${length} bytes lost at ${at}`);
          if (said.length === whole.length) lostNothing++;
          else lostSomething++;
        }
      }
    }
    // Bodies that are not read may be lost without harm; headers and what is read may not.
    t.true(lostNothing > 0 && lostSomething > 0);
  });
}

/** Without `length` bytes of a side from a message's byte `at` on; what follows of that side comes after a gap. */
function without(list: readonly Piece[], index: number, at: number, length: number): Piece[] {
  const side = list[index]?.side;
  const result: Piece[] = [];
  let left = length;
  let gap = 0;
  for (const [i, piece] of list.entries()) {
    if (piece.side !== side || i < index || (left === 0 && gap === 0)) {
      result.push(piece);
      continue;
    }
    const from = i === index ? at : 0;
    if (from > 0) result.push({ ...piece, bytes: piece.bytes.subarray(0, from) });
    const lost = Math.min(left, piece.bytes.length - from);
    left -= lost;
    gap += lost;
    if (from + lost === piece.bytes.length) continue;
    result.push({ ...piece, gap, bytes: piece.bytes.subarray(from + lost) });
    gap = 0;
  }
  return result;
}

/** Said as it was, or with a part that stands for "not seen". */
function isPartOf(fact: string, whole: readonly string[]): boolean {
  return whole.some((known) => {
    if (known === fact) return true;
    const words = fact.split(' ');
    const [kind] = words;
    if (kind !== known.split(' ')[0]) return false;
    if (kind === 'bind') return fact === weaker(known, fact);
    if (kind === 'call') return fact === weakerCall(known, fact);
    return false;
  });
}

/** The known bind with everything unknown that the other one does not know. */
function weaker(known: string, said: string): string {
  let text = known;
  if (said.includes('result null')) text = text.replace(/result \d/, 'result null');
  if (said.includes('auth -1/-1')) text = text.replace(/auth \d+\/\d+/, 'auth -1/-1');
  if (said.includes('at  nak')) text = text.replace(/at \S+ nak/, 'at  nak');
  return text;
}

function weakerCall(known: string, said: string): string {
  let text = known;
  // The bind was not seen: the opnum is known, the interface is not.
  const opnum = /^call {2}(\d+) {2}fault/.exec(said)?.[1];
  if (opnum !== undefined) text = text.replace(/^call \S+ (\d+) \S+ fault/, 'call  $1  fault');
  if (said.includes('fault -1')) text = text.replace(/fault \d+/, 'fault -1');
  if (said.endsWith('at ')) text = text.replace(/at \d+$/, 'at ');
  return text;
}

test('a hole inside a stub that nobody reads costs nothing', (t) => {
  const list = pieces([
    [0, rpc.bind([{ id: 0, uuid: rpc.SVCCTL }])],
    [1, rpc.bindAck('49667', [{ result: 0 }])],
    [0, rpc.request(12, (w) => w.zeros(4000), { callId: 2 })],
    [1, rpc.response((w) => w.zeros(4000), { callId: 2 })],
    [0, rpc.request(16, (w) => w.zeros(4), { callId: 3 })],
  ]);
  const facts = factsOfPieces(without(without(list, 3, 1000, 1500), 2, 1000, 1500));
  t.deepEqual(
    facts.calls.items.map((c) => [c.operation, c.rtt >= 0]),
    [
      ['CreateServiceW', true],
      ['OpenServiceW', false],
    ],
  );
  t.is(facts.weirds.size, 0);
});

test('a bind of which only the beginning was captured still tells its interfaces', (t) => {
  const token = Array.from({ length: 1500 }, (_, i) => i & 255);
  const list = pieces([
    [0, rpc.bind([{ id: 0, uuid: rpc.SVCCTL, version: 2 }], { auth: { type: 9, level: 6, token } })],
    [1, rpc.bindAck('49667', [{ result: 0 }], { auth: { type: 9, level: 6, token } })],
    [0, rpc.request(15, (w) => w.zeros(4), { callId: 2 })],
  ]);
  const facts = factsOfPieces(without(without(list, 1, 100, 1400), 0, 100, 1400));
  t.deepEqual(textOf(facts), [
    'bind svcctl 2 result 0 auth -1/-1 at 49667 nak -1',
    'call svcctl 15 OpenSCManagerW fault -1 at 49667',
  ]);
});

test('after a hole of unknown length a side is read again from the next header', (t) => {
  const facts = new Facts();
  const dissector = new RpcDissector(facts, 0, 'tcp');
  const feeder = new StreamBuffer(dissector, 0);
  const from = new Origin();
  const feed = (bytes: Uint8Array): void =>
    feeder.feed(bytes, new DataView(bytes.buffer, bytes.byteOffset, bytes.length), 0, bytes.length, from);
  feed(rpc.bind([{ id: 0, uuid: rpc.SVCCTL }]));
  feeder.gap(0, from);
  feed(new Uint8Array(900));
  feed(rpc.request(15, (w) => w.zeros(4), { callId: 7 }));
  t.is(facts.calls.items[0]?.operation, 'OpenSCManagerW');
  t.false(dissector.done);
});

test('a side that stays unreadable is given up after a limit', (t) => {
  const dissector = new RpcDissector(new Facts(), 0, 'tcp');
  const feeder = new StreamBuffer(dissector, 0);
  const from = new Origin();
  const noise = new Uint8Array(64 << 10).fill(0xaa);
  const view = new DataView(noise.buffer);
  const bind = rpc.bind([{ id: 0, uuid: rpc.SVCCTL }]);
  feeder.feed(bind, new DataView(bind.buffer), 0, bind.length, from);
  for (let i = 0; i < 4; i++) {
    t.false(dissector.done);
    feeder.feed(noise, view, 0, noise.length, from);
  }
  feeder.feed(noise, view, 0, noise.length, from);
  t.true(dissector.done);
});

/** Numerical Recipes' generator: the same everywhere. */
function random(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

test(`${FUZZ_ROUNDS} damaged exchanges neither throw nor hold more than their bound`, (t) => {
  const next = random(20_240_601);
  const below = (limit: number): number => Math.floor(next() * limit);
  const originals = [exchange(true), exchange(false)];
  let facts = 0;
  for (let round = 0; round < FUZZ_ROUNDS; round++) {
    const messages = originals[round & 1] ?? [];
    const found = new Facts();
    const dissector = new RpcDissector(found, 0, 'tcp');
    const feeders = [new StreamBuffer(dissector, 0), new StreamBuffer(dissector, 1)] as const;
    const from = new Origin();
    const victim = below(messages.length);
    for (const [index, [side, bytes]] of messages.entries()) {
      const damaged = bytes.slice();
      if (index === victim || next() < 0.1) {
        for (let n = 1 + below(4); n > 0; n--) {
          const at = next() < 0.5 ? below(32) : below(damaged.length);
          damaged[at] = next() < 0.3 ? (next() < 0.5 ? 0xff : 0) : below(256);
        }
      }
      feedInParts(feeders[side], damaged, below, from);
      if (next() < 0.02) feeders[below(2) as Side].gap(below(300), from);
      if (feeders[side].size > 2048) t.fail(`round ${round}`);
    }
    dissector.end();
    facts += found.binds.items.length + found.calls.items.length + found.mappings.items.length;
    if (found.binds.items.length > 256 || found.mappings.items.length > 16) t.fail(`round ${round}`);
  }
  t.true(facts > FUZZ_ROUNDS);
});

function feedInParts(
  feeder: StreamBuffer,
  bytes: Uint8Array,
  below: (limit: number) => number,
  from: Origin,
): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  for (let at = 0; at < bytes.length;) {
    const end = Math.min(bytes.length, at + 1 + below(bytes.length));
    feeder.feed(bytes, view, at, end, from);
    at = end;
  }
}

test('an answer that is too long to be put together is not read', (t) => {
  const answer = new rpc.Writer(true);
  rpc.mapResponseStub([rpc.tower(rpc.SVCCTL, 49664, '10.0.0.5')])(answer);
  const part = (bytes: Uint8Array, flags: number): Message => [
    1,
    rpc.response((w) => w.add(bytes), { callId: 2, flags }),
  ];
  /** The answer with so many bytes behind it, in fragments of 4 KiB. */
  const ports = (more: number): string[] => {
    const filling = Array.from({ length: more / 4096 }, () => part(new Uint8Array(4096), 0));
    const facts = factsOf([
      [0, rpc.bind([{ id: 0, uuid: rpc.EPMAPPER }])],
      [1, rpc.bindAck('135', [{ result: 0 }])],
      [0, rpc.request(3, rpc.mapRequestStub(rpc.SVCCTL), { callId: 2 })],
      part(Uint8Array.from(answer.bytes), 1),
      ...filling,
      part(new Uint8Array(0), 2),
    ]);
    return facts.mappings.items.map(({ port }) => String(port));
  };
  t.deepEqual(ports(MAX_STUB_BYTES - 4096), ['49664']);
  t.deepEqual(ports(MAX_STUB_BYTES), []);
});
