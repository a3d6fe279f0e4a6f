/** Which flow gives way, and that the index finds those that are left. */
import test from 'ava';
import { chooseVictim } from '../../src/flow/eviction.js';
import { Origin } from '../../src/flow/record/origin.js';
import { CLIENT, newTable, SERVER, START, tcpPacket, Trace, udpPacket } from './script.js';
import type { End } from './script.js';

const client = (n: number): End => ({ ip: `10.${n >> 16}.${(n >> 8) & 255}.${n & 255}`, port: 50_000 });

/** Flows of one SYN, at these seconds. */
function unanswered(...seconds: readonly number[]): Trace {
  const trace = new Trace();
  for (const [n, at] of seconds.entries()) trace.add(tcpPacket(client(n), SERVER, 'S', 5), at);
  return trace;
}

function victim({ table }: Trace, from: number): readonly [number, number] {
  const { id, next } = chooseVictim(table.records, table.count, from);
  return [id, next];
}

test('the one unused for longest gives way, of equals the first that is looked at', (t) => {
  t.deepEqual(victim(unanswered(0, 5, 5), 2), [0, 2]);
  t.deepEqual(victim(unanswered(7, 5, 5), 0), [1, 0]);
  t.deepEqual(victim(unanswered(5, 5, 5), 2), [2, 2]);
});

test('32 are looked at, 128 while none of them is unanswered', (t) => {
  const seconds = (count: number, oldest: number): number[] =>
    Array.from({ length: count }, (_, n) => (n === oldest ? 0 : 10));
  t.deepEqual(victim(unanswered(...seconds(40, 31)), 0), [31, 32]);
  t.deepEqual(victim(unanswered(...seconds(40, 32)), 0), [0, 32]);
  const refused = (oldest: number): Trace => {
    const trace = unanswered(...seconds(140, oldest));
    for (let n = 0; n < 140; n++) trace.add(tcpPacket(SERVER, client(n), 'RA', 0, 6), n === oldest ? 0 : 10);
    return trace;
  };
  t.deepEqual(victim(refused(127), 0), [127, 128]);
  t.deepEqual(victim(refused(128), 0), [0, 128]);
});

test('a connection is worth more than a refusal, also one that opened within a microsecond or only brought data', (t) => {
  const open = ['@0 > S 100', '< SA 300 101', '> A 101 301'];
  for (const conversation of [open, ['@0 > A 100 300 +1', '< A 300 101 +1']]) {
    const trace = new Trace();
    trace.tcp(conversation, client(1));
    trace.tcp(['@9 > S 100', '< RA 0 101'], client(2));
    t.deepEqual(victim(trace, 0), [1, 0]);
    trace.tcp(['@9 > A 100 300', '< A 300 100'], client(3));
    trace.tcp(['@9 > S 100'], client(4));
    t.deepEqual(victim(trace, 0), [3, 0]);
  }
});

test('ids are used again as soon as a flow was removed', (t) => {
  const trace = unanswered(0, 1);
  t.false(trace.table.reusesIds);
  trace.table.remove(0);
  t.true(trace.table.reusesIds);
});

test('a flow that is removed is gone, all others are found, wherever their hashes lie', (t) => {
  const p = udpPacket(CLIENT, SERVER);
  const from = new Origin().set(START, 0, 0, 1);
  const count = 2400;
  let lost = 0;
  for (let round = 1; round <= 16; round++) {
    const table = newTable();
    const send = (n: number): number => {
      p.src0 = (round << 12) | n;
      return table.add(p, from);
    };
    for (let n = 0; n < count; n++) send(n);
    for (let n = 0; n < count; n += 2) table.remove(n);
    for (let n = 1; n < count; n += 2) if (send(n) !== n) lost++;
    for (let n = 1; n < count; n += 2) table.remove(n);
    t.is(table.size, 0);
    for (let n = 0; n < count; n++) send(n);
    t.is(table.size, count, 'each of them is new');
  }
  t.is(lost, 0);
});

test('a datagram that nobody answered, one that was, and an answer alone', (t) => {
  const state = (...servers: readonly boolean[]): string => {
    const trace = new Trace();
    const [asks, tells] = [CLIENT, { ...SERVER, port: 53 }];
    for (const isServer of servers) trace.add(isServer ? udpPacket(tells, asks) : udpPacket(asks, tells), 1);
    return trace.flow().connState;
  };
  t.deepEqual([state(false), state(false, true), state(true)], ['S0', 'SF', 'SHR']);
});
