/** The flow table: which packets share a flow, growth and eviction against a plain Map, memory per flow. */
import test from 'ava';
import { Random } from '../../captures/recipes/craft/random.js';
import { Layer } from '../../src/decode/packet/packet.js';
import type { Packet } from '../../src/decode/packet/packet.js';
import { ipv4Text } from '../../src/flow/record/address.js';
import { Flow } from '../../src/flow/flow.js';
import { FlowFlag } from '../../src/flow/record/record.js';
import {
  ICMP_IDLE_SECONDS,
  REFUSED_RETRY_SECONDS,
  TCP_IDLE_SECONDS,
  UDP_IDLE_SECONDS,
} from '../../src/flow/tcp/restart.js';

import type { FlowTable } from '../../src/flow/table.js';
import { CLIENT, icmpPacket, newTable, played, SERVER, tcpPacket, Trace, udpPacket } from './script.js';
import { Origin } from '../../src/flow/record/origin.js';

const HANDSHAKE = ['> S 100', '< SA 300 101', '> A 101 301'];
const CLOSED = [...HANDSHAKE, '> FA 101 301', '< FA 301 102', '> A 102 302'];

/** Scripts and how many flows they make. */
const SPLITS: readonly (readonly [string, readonly string[], number])[] = [
  ['a new SYN after both FINs starts a new flow', [...CLOSED, '@1 > S 900'], 2],
  ['a SYN with the old number after both FINs is an old SYN', [...CLOSED, '@1 > S 100'], 1],
  ['the last ACK after both FINs is no new flow', [...CLOSED, '@30 > A 102 302'], 1],
  ['a new SYN after a RST of an open connection starts a new flow', [...HANDSHAKE, '> R 101', '> S 900'], 2],
  ['a new SYN on an open connection starts a new flow', [...HANDSHAKE, '@5 > S 900'], 2],
  ['a repeated SYN on an open connection is no new flow', [...HANDSHAKE, '@5 > S 100'], 1],
  ['a SYN with another number while the first is unanswered starts a new flow', ['> S 100', '@5 > S 900'], 2],
  ['the same SYN however late is a repeat', ['> S 100', '@5000 > S 100'], 1],
  [
    `SYNs within ${REFUSED_RETRY_SECONDS} s after a RST are one refused attempt`,
    ['> S 100', '< RA 0 101', '@0.5 > S 900', '@0.5 < RA 0 901', '@3 > S 950', '@3 < RA 0 951'],
    1,
  ],
  ['a SYN later than that after a RST is a new attempt', ['> S 100', '< RA 0 101', '@4 > S 900'], 2],
  ['the same SYN after a RST is the same attempt', ['> S 100', '< RA 0 101', '@4 > S 100'], 1],
  [
    'a RST seen first and then the repeated SYN are two flows',
    ['< RA 0 101', '@0.5 > S 100', '@0.5 < RA 0 101'],
    2,
  ],
  ['a SYN after a FIN that was seen first starts a new flow', ['< FA 300 100', '@1 > S 900'], 2],
  ['a SYN after data seen from the middle on the originator side', ['> A 100 300 +5', '@1 > S 900'], 1],
  ['a SYN after data of both sides seen from the middle', ['> A 100 300 +5', '< A 300 105', '@1 > S 900'], 2],
  ['a SYN-ACK with another number while only one was seen', ['< SA 300 101', '@1 < SA 700 101'], 2],
  ['a SYN-ACK repeated', ['< SA 300 101', '@1 < SA 300 101'], 1],
  ['a SYN of the responder on an open connection changes the roles', [...HANDSHAKE, '@5 < S 777'], 2],
  [
    'a SYN of the responder while the first is unanswered is a simultaneous open',
    ['> S 100', '@1 < S 777'],
    1,
  ],
  [`silence of ${TCP_IDLE_SECONDS} s is one flow`, [...HANDSHAKE, `@${TCP_IDLE_SECONDS} > A 101 301`], 1],
  [
    'silence a second longer starts a new flow',
    [...HANDSHAKE, `@${TCP_IDLE_SECONDS + 1} > A 90000000 301`],
    2,
  ],
  ['what goes on by its numbers does not', [...HANDSHAKE, `@${TCP_IDLE_SECONDS + 1} > A 101 301`], 1],
  ['nor does a keep-alive', [...HANDSHAKE, `@${TCP_IDLE_SECONDS + 1} > A 100 301 +1`], 1],
  ['nor does a reset of the other side', [...HANDSHAKE, `@${TCP_IDLE_SECONDS + 1} < R 301`], 1],
  ['time that goes back starts no flow', ['@5000 > S 100', '@1 < SA 300 101', '@0 > A 101 301'], 1],
];

for (const [title, lines, flows] of SPLITS) {
  test(`${title} (${flows} flow${flows === 1 ? '' : 's'})`, (t) => {
    const { trace } = played(lines);
    t.is(trace.table.count, flows);
    if (flows === 2) t.true(trace.flow(1).has(FlowFlag.Reused));
    const all = Array.from(
      { length: flows },
      (_, id) => trace.flow(id).packets(0) + trace.flow(id).packets(1),
    );
    t.is(
      all.reduce((sum, n) => sum + n),
      lines.length,
    );
  });
}

test('a flow that takes over a five-tuple leaves the old record as it was', (t) => {
  const { trace } = played([...CLOSED, '@1 > S 900', '@1 < RA 0 901']);
  t.is(trace.flow(0).connState, 'SF');
  t.is(trace.flow(1).connState, 'REJ');
  t.is(trace.flow(1).firstFrame, 7);
  t.is(trace.flow(0).lastFrame, 6);
});

test('a change of roles makes the former responder the originator', (t) => {
  const { trace } = played([...HANDSHAKE, '@5 < S 777']);
  t.is(trace.flow(1).addressText(0), SERVER.ip);
});

test('datagrams idle out in packet time, each protocol with its own', (t) => {
  const cases: [Packet, number][] = [
    [udpPacket(CLIENT, { ip: '10.0.0.2', port: 53 }), UDP_IDLE_SECONDS],
    [icmpPacket('10.0.0.1', '10.0.0.2', 8), ICMP_IDLE_SECONDS],
    [icmpPacket('fe80::1', 'fe80::2', 128), ICMP_IDLE_SECONDS],
  ];
  for (const [packet, idle] of cases) {
    const trace = new Trace();
    t.is(trace.add(packet, 0), 0);
    t.is(trace.add(packet, idle), 0);
    t.is(trace.add(packet, idle * 2 + 1), 1);
  }
});

test('an echo reply that is seen first belongs to its request', (t) => {
  for (const [a, b, request, reply] of [
    ['10.0.0.1', '10.0.0.2', 8, 0],
    ['fe80::1', 'fe80::2', 128, 129],
  ] as const) {
    const trace = new Trace();
    trace.add(icmpPacket(b, a, reply), 0);
    trace.add(icmpPacket(a, b, request), 1);
    t.is(trace.table.count, 1);
    t.is(trace.flow().addressText(0), a);
    t.deepEqual([trace.flow().port(0), trace.flow().port(1)], [request, reply]);
    t.deepEqual([trace.flow().packets(0), trace.flow().packets(1)], [1, 1]);
  }
});

test('a UDP answer that is seen first is turned round when only its sender has a served port', (t) => {
  const trace = new Trace();
  trace.add(udpPacket({ ip: '10.0.0.2', port: 53 }, CLIENT), 0);
  t.is(trace.flow().port(1), 53);
  t.is(trace.flow().packets(1), 1);
  trace.add(udpPacket({ ip: '10.0.0.2', port: 137 }, { ip: '10.0.0.3', port: 137 }), 0);
  t.is(trace.flow(1).addressText(0), '10.0.0.2');
});

test('a packet without TCP, UDP or ICMP has no flow', (t) => {
  const p = icmpPacket('10.0.0.1', '10.0.0.2', 8);
  p.layers = Layer.Ipv4;
  t.is(new Trace().add(p, 0), -1);
});

interface Oracle {
  readonly packets: [number, number];
  readonly payload: [number, number];
  id: number;
}

interface Tuple {
  readonly src: { ip: string; port: number };
  readonly dst: { ip: string; port: number };
  readonly udp: boolean;
}

function randomTuple(random: Random, hosts: number): Tuple {
  const end = (): { ip: string; port: number } => ({
    ip: ipv4Text(random.between(0, 1) === 0 ? random.between(1, hosts) : -random.between(1, hosts)),
    port: random.between(0, 65535),
  });
  return { src: end(), dst: end(), udp: random.between(0, 1) === 0 };
}

function keyOfTuple({ src, dst, udp }: Tuple): { key: string; reversed: boolean } {
  const [a, b] = [`${src.ip} ${src.port}`, `${dst.ip} ${dst.port}`];
  return { key: `${udp} ${[a, b].sort().join(' ')}`, reversed: a > b };
}

/** Sends packets of random five-tuples, often the same one in both directions, to a table and to a Map. */
function play(table: FlowTable, packets: number, hosts: number, seed: number): Map<string, Oracle> {
  const random = new Random(seed);
  const oracle = new Map<string, Oracle>();
  const keys = new Map<number, string>();
  // Under eviction a five-tuple may come back as a new flow, even with the same id.
  table.onEvict = (id) => oracle.delete(keys.get(id) ?? '');
  const recent: Tuple[] = [];
  for (let i = 0; i < packets; i++) {
    const again = recent.length > 0 && random.between(0, 3) === 0;
    let tuple = again ? (recent[random.between(0, recent.length - 1)] ?? randomTuple(random, hosts)) : null;
    if (tuple === null) {
      tuple = randomTuple(random, hosts);
      recent[i % 500] = tuple;
    } else if (random.between(0, 1) === 0) {
      tuple = { src: tuple.dst, dst: tuple.src, udp: tuple.udp };
    }
    const len = random.between(1, 1000);
    const p = tuple.udp
      ? udpPacket(tuple.src, tuple.dst, len)
      : tcpPacket(tuple.src, tuple.dst, 'A', i, 1, len);
    const { key, reversed } = keyOfTuple(tuple);
    const id = table.add(p, new Origin().set(1000, i, 0, i + 1));
    let entry = oracle.get(key);
    if (entry === undefined) oracle.set(key, (entry = { packets: [0, 0], payload: [0, 0], id }));
    keys.set(id, key);
    entry.packets[reversed ? 1 : 0]++;
    entry.payload[reversed ? 1 : 0] += len;
    if (entry.id !== id) throw new Error(`packet ${i}: flow ${id}, but its five-tuple has ${entry.id}`);
  }
  return oracle;
}

function sortedPair(a: number, b: number): number[] {
  return [a, b].sort((x, y) => x - y);
}

test('60,000 random packets count as a plain Map counts them, through many doublings of the index', (t) => {
  const table = newTable();
  const oracle = play(table, 60_000, 30_000, 1);
  t.is(table.count, oracle.size);
  t.true(table.count > 30_000);
  const flow = new Flow(table);
  let wrong = 0;
  for (const [key, entry] of oracle) {
    flow.move(entry.id);
    const ends = [0, 1].map((side) => `${flow.addressText(side)} ${flow.port(side)}`);
    const at = ends[0] === ends.slice().sort()[0] ? 0 : 1;
    const same =
      key === `${flow.transport === 'udp'} ${ends.sort().join(' ')}` &&
      flow.packets(at) === entry.packets[0] &&
      flow.packets(1 - at) === entry.packets[1] &&
      flow.payload(at) === entry.payload[0] &&
      flow.payload(1 - at) === entry.payload[1];
    if (!same) wrong++;
  }
  t.is(wrong, 0);
});

test('with room for few flows the index stays sound: who survives is found, who was evicted starts anew', (t) => {
  for (const [maxFlows, seed] of [
    [1, 2],
    [7, 3],
    [32, 4],
    [33, 5],
    [200, 6],
    [999, 7],
  ] as const) {
    const table = newTable({ maxFlows });
    const oracle = play(table, 8000, 50, seed);
    t.is(table.count, maxFlows);
    t.true(table.evicted > 0);
    const flow = new Flow(table);
    const alive = new Map<number, Oracle>();
    for (const entry of oracle.values()) {
      flow.move(entry.id);
      const counts = sortedPair(flow.packets(0), flow.packets(1));
      if (counts.join() === sortedPair(...entry.packets).join()) alive.set(entry.id, entry);
    }
    t.is(alive.size, maxFlows);
  }
});

test('an evicted flow that comes back is a new flow with its own counts', (t) => {
  const trace = new Trace(newTable({ maxFlows: 2 }));
  const ports = [1, 2, 3];
  const ids = ports.map((port, i) => trace.add(tcpPacket({ ip: '10.0.0.1', port }, SERVER, 'S', 5), i));
  t.deepEqual(ids, [0, 1, 0]);
  t.is(trace.table.evicted, 1);
  const back = trace.add(tcpPacket({ ip: '10.0.0.1', port: 1 }, SERVER, 'S', 5), 3);
  t.is(back, 1);
  t.is(trace.flow(back).packets(0), 1);
  t.is(trace.flow(0).port(0), 3);
});

test('evicting a flow whose five-tuple a later one took over leaves the later one findable', (t) => {
  const trace = new Trace(newTable({ maxFlows: 2 }));
  trace.tcp([...CLOSED, '@1 > S 900', '@1 < SA 4 901', '@1 > A 901 5']);
  t.is(trace.add(tcpPacket({ ip: '10.0.0.9', port: 1 }, SERVER, 'S', 5), 2), 0);
  t.is(trace.add(tcpPacket(SERVER, CLIENT, 'A', 5, 901, 7), 3), 1);
});

test('a flow costs its record of 200 bytes and at most 27 bytes of index', (t) => {
  const table = newTable();
  const flows = 100_000;
  for (let i = 0; i < flows; i++) {
    const src = { ip: ipv4Text(0x0a000000 + (i >>> 4)), port: 1000 + (i & 15) };
    table.add(udpPacket(src, SERVER), new Origin().set(1, i, 0, i + 1));
  }
  t.is(table.count, flows);
  const slabs = new Set<ArrayBufferLike>();
  for (let id = 0; id < flows; id++) {
    const { i32, f64 } = table.records.of(id);
    slabs.add(i32.buffer).add(f64.buffer);
  }
  const bytes = [...slabs].reduce((sum, buffer) => sum + buffer.byteLength, 0);
  const slab = bytes / slabs.size;
  t.true(bytes <= flows * 200 + slab);
  const { index: inside } = table as unknown as { index: object };
  const index = Object.values(inside).filter((value) => value instanceof Int32Array);
  t.is(index.length, 1);
  t.true((index[0]?.byteLength ?? Infinity) <= (flows * 8) / 0.3);
});
