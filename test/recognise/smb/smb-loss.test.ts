/** An SMB exchange cut anywhere is read the same; with bytes lost anywhere less is learned, never something else. */
import test from 'ava';
import type { ExecutionContext } from 'ava';
import { rounds } from '../../fuzz.js';
import type { Side } from '../../../src/recognise/facts/dissector.js';
import { MAX_OPENS, MAX_PENDING } from '../../../src/recognise/smb/smb-connection.js';
import { Exchange, random, WHOLE, wholeExchange } from './smb-exchange.js';
import type { Learned, Piece } from './smb-exchange.js';
import { WHOLE_SMB1, wholeSmb1Exchange } from './smb1-exchange.js';

interface Case {
  readonly name: string;
  readonly pieces: readonly Piece[];
  readonly whole: Learned;
}

const CASES: readonly Case[] = [
  { name: 'SMB2', pieces: wholeExchange(), whole: WHOLE },
  { name: 'SMB1', pieces: wholeSmb1Exchange(), whole: WHOLE_SMB1 },
];

/** Bytes [at, at + length) of one piece are lost. */
interface Loss {
  readonly piece: number;
  readonly at: number;
  readonly length: number;
}

function withLosses(pieces: readonly Piece[], losses: readonly Loss[]): Exchange {
  const e = new Exchange();
  for (const [i, { side, bytes }] of pieces.entries()) {
    const loss = losses.find((l) => l.piece === i);
    if (loss === undefined) {
      e.feed(side, bytes);
      continue;
    }
    if (loss.at > 0) e.feed(side, bytes.subarray(0, loss.at));
    e.lose(side, Math.min(loss.length, bytes.length - loss.at));
    if (loss.at + loss.length < bytes.length) e.feed(side, bytes.subarray(loss.at + loss.length));
  }
  return e.end();
}

/** Each row of `learned` stands in `whole`, once, or with some columns not known. */
function within(
  t: ExecutionContext,
  learned: readonly unknown[][],
  whole: readonly unknown[][],
  unknown: readonly unknown[],
  what: string,
): void {
  const left = [...whole];
  for (const row of learned) {
    const fits = (other: unknown[]): boolean =>
      row.every((cell, i) => cell === other[i] || (i < unknown.length && cell === unknown[i]));
    const at = left.findIndex(fits);
    if (at < 0) t.fail(`${what}: ${JSON.stringify(row)}`);
    else left.splice(at, 1);
  }
}

function neverWrong(t: ExecutionContext, learned: Learned, whole: Learned, what: string): void {
  const none = Symbol('never');
  within(t, learned.smb, whole.smb, ['', false, false, -1], what);
  within(t, learned.trees, whole.trees, [none, '', -1], what);
  within(t, learned.opens, whole.opens, [none, none, '', none, -1, -1], what);
  within(t, learned.denied, whole.denied, [], what);
  const [, client = [], server = []] = whole.pipes[0] ?? [];
  for (const [name, asked, answered] of learned.pipes) {
    if (name !== '' && name !== 'svcctl') t.fail(`${what}: pipe ${name}`);
    for (const run of asked) if (!client[0]?.includes(run)) t.fail(`${what}: ${run}`);
    for (const run of answered) if (!server[0]?.includes(run)) t.fail(`${what}: ${run}`);
  }
  for (const token of learned.tokens) if (!whole.tokens.includes(token)) t.fail(`${what}: ${token}`);
}

for (const { name, pieces, whole } of CASES) {
  test(`${name}: every message cut in two at every place tells the same`, (t) => {
    for (const [i, piece] of pieces.entries()) {
      for (let at = 1; at < piece.bytes.length; at++) {
        const e = new Exchange();
        for (const [j, { side, bytes }] of pieces.entries()) {
          if (i === j) e.feed(side, bytes.subarray(0, at)).feed(side, bytes.subarray(at));
          else e.feed(side, bytes);
        }
        t.deepEqual(e.end().learned(), whole, `message ${i} at ${at}`);
      }
    }
  });

  for (const size of [1, 2, 3, 5, 7, 11, 64, 100]) {
    test(`${name}: the same in segments of ${size} bytes`, (t) => {
      const e = new Exchange();
      for (const { side, bytes } of pieces)
        for (let at = 0; at < bytes.length; at += size) e.feed(side, bytes.subarray(at, at + size));
      t.deepEqual(e.end().learned(), whole);
    });
  }

  test(`${name}: any message lost, in whole or from any byte on, never makes a wrong fact`, (t) => {
    for (const [piece, { bytes }] of pieces.entries()) {
      for (let at = 0; at < bytes.length; at++) {
        for (const length of [1, 24, bytes.length]) {
          const what = `message ${piece}, ${length} bytes at ${at}`;
          neverWrong(t, withLosses(pieces, [{ piece, at, length }]).learned(), whole, what);
        }
      }
    }
    t.pass();
  });

  test(`${name}: one lost message costs the facts of that message only`, (t) => {
    for (const piece of pieces.keys()) {
      const { trees, opens } = withLosses(pieces, [{ piece, at: 0, length: 1 << 16 }]).learned();
      t.true(trees.length >= whole.trees.length - 1, `message ${piece}`);
      t.true(opens.length >= whole.opens.length - 1, `message ${piece}`);
    }
  });

  test(`${name}: several losses on both sides never make a wrong fact`, (t) => {
    const below = random(20_260_301);
    for (let round = 0; round < rounds(1000, 6000); round++) {
      const losses: Loss[] = [];
      for (let n = 2 + below(4); n > 0; n--) {
        const piece = below(pieces.length);
        const size = pieces[piece]?.bytes.length ?? 0;
        losses.push({ piece, at: below(size), length: 1 + below(size) });
      }
      neverWrong(t, withLosses(pieces, losses).learned(), whole, JSON.stringify(losses));
    }
    t.pass();
  });

  test(`${name}: changed bytes never throw, and what is kept stays within its limits`, (t) => {
    const below = random(42);
    for (let round = 0; round < rounds(600, 4000); round++) {
      const e = new Exchange();
      for (const { side, bytes } of pieces) {
        const changed = bytes.slice();
        for (let n = below(4); n > 0; n--) changed[below(changed.length)] = below(256);
        e.feed(side, changed);
        if (below(20) === 0) e.lose(side, below(3000));
      }
      t.true(e.dissector.size + e.feeders[0].size + e.feeders[1].size < 1 << 20);
      e.end();
      t.true(e.facts.opens.items.length < MAX_OPENS + MAX_PENDING);
    }
  });
}

test('all messages of a side in one piece tell the same', (t) => {
  const pieces = wholeExchange();
  const joined = (from: number, to: number, side: Side): Uint8Array =>
    Uint8Array.from(
      pieces
        .slice(from, to)
        .filter((p) => p.side === side)
        .flatMap((p) => [...p.bytes]),
    );
  // From the bind on the client may send without waiting.
  const e = new Exchange();
  for (const { side, bytes } of pieces.slice(0, 10)) e.feed(side, bytes);
  e.feed(0, joined(10, pieces.length, 0)).feed(1, joined(10, pieces.length, 1));
  const learned = e.end().learned();
  t.deepEqual(learned.trees, WHOLE.trees);
  t.deepEqual(learned.pipes, WHOLE.pipes);
});

test('bytes that are no SMB are given up', (t) => {
  const e = new Exchange();
  const below = random(7);
  for (let i = 0; i < 500; i++)
    e.feed(
      0,
      Uint8Array.from({ length: 200 }, () => 0x20 + below(64)),
    );
  t.true(e.dissector.done);
  t.is(e.facts.serviceOf(7), undefined);
});
