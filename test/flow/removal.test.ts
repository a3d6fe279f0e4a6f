/** Flows leave the table: taken out when they are over, or given up for want of room. */
import test from 'ava';
import { Flow } from '../../src/flow/flow.js';
import { newTable, SERVER, tcpPacket, Trace } from './script.js';
import type { End } from './script.js';

const client = (n: number): End => ({ ip: `10.1.${n >> 8}.${n & 255}`, port: 50_000 });
const TALK = ['> S 100', '< SA 300 101', '> A 101 301', '> A 101 301 +5', '< A 301 106 +5'];

function inUse(trace: Trace): number[] {
  const flow = new Flow(trace.table);
  return Array.from({ length: trace.table.count }, (_, id) => id).filter((id) => flow.move(id).inUse);
}

test('a removed flow is not in use, its id and its notes are given to later flows', (t) => {
  const trace = new Trace();
  const told: number[] = [];
  trace.table.onEvict = (id) => told.push(id);
  const first = trace.tcp(['> S 1', '@1 > S 1', '@3 > S 1'], client(1))[0]!;
  const second = trace.tcp(TALK, client(2))[0]!;
  t.is(trace.table.notes.count, 2);
  trace.table.remove(first);
  t.deepEqual(told, [first]);
  t.is(trace.table.notes.count, 0);
  t.deepEqual([trace.table.size, trace.table.count, trace.table.removed], [1, 2, 1]);
  t.deepEqual(inUse(trace), [second]);
  t.true(trace.table.reusesIds);
  const third = trace.tcp(['> S 7'], client(3))[0]!;
  t.is(third, first);
  t.is(trace.flow(third).packets(0), 1);
  t.deepEqual(trace.flow(third).notes(), []);
  t.is(trace.table.size, 2);
});

test('a removed flow that goes on is a new flow', (t) => {
  const trace = new Trace();
  const first = trace.tcp(TALK, client(1))[0]!;
  trace.tcp(TALK, client(2));
  trace.table.remove(first);
  const again = trace.tcp(['@9 > A 106 306 +5'], client(1))[0]!;
  t.is(trace.flow(again).packets(0), 1);
  t.is(trace.table.removed, 1);
  t.is(trace.table.size, 2);
});

test('many flows that come and go take no more records than those that are there at once', (t) => {
  const trace = new Trace();
  for (let n = 0; n < 5000; n++) {
    const id = trace.tcp(['> S 1'], client(n))[0]!;
    if (n >= 10) t.true(trace.flow(id).inUse);
    if (trace.table.size > 10) trace.table.remove(inUse(trace)[n % 11]!);
  }
  t.is(trace.table.count, 11);
  t.is(trace.table.size, 10);
});

test('the flows of a scan give way before conversations, however old those are', (t) => {
  const trace = new Trace(newTable({ maxFlows: 100 }));
  const real = Array.from({ length: 90 }, (_, n) => trace.tcp(TALK, client(n))[0]!);
  for (let n = 0; n < 5000; n++) {
    const scanned = client(10_000 + n);
    trace.add(tcpPacket(scanned, SERVER, 'S', 5), 10 + n / 100);
    if (n % 2 === 0) trace.add(tcpPacket(SERVER, scanned, 'RA', 0, 6), 10 + n / 100);
  }
  t.is(trace.table.evicted, 4990);
  for (const [n, id] of real.entries()) {
    const flow = trace.flow(id);
    t.is(flow.addressText(0), client(n).ip);
    t.is(flow.packets(0), 3);
  }
});

test('a pinned flow is never evicted, until it is let go', (t) => {
  const trace = new Trace(newTable({ maxFlows: 10 }));
  const silent = trace.tcp(['> S 1'], client(1))[0]!;
  trace.table.pin(silent, true);
  for (let n = 10; n < 200; n++) trace.tcp([`@${n} > S 1`], client(n));
  t.is(trace.flow(silent).addressText(0), client(1).ip);
  trace.table.pin(silent, false);
  for (let n = 200; n < 250; n++) trace.tcp([`@${n} > S 1`], client(n));
  t.not(trace.flow(silent).addressText(0), client(1).ip);
});
