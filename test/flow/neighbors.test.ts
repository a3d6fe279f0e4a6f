/** Questions for link addresses and their answers. */
import test from 'ava';
import type { Packet } from '../../src/decode/packet/packet.js';
import { Layer } from '../../src/decode/packet/packet.js';
import { Icmpv6Type } from '../../src/decode/packet/icmp-types.js';
import { parseAddress } from '../../src/flow/record/address.js';
import { Neighbors } from '../../src/flow/vantage/neighbors.js';
import { arpPacket, icmpPacket } from './script.js';
import { Origin } from '../../src/flow/record/origin.js';

/** Neighbor discovery about `target`. */
function nd(src: string, dst: string, type: number, target: string): Packet {
  const p = icmpPacket(src, dst, type);
  p.layers |= Layer.Neighbor;
  [p.target0, p.target1, p.target2, p.target3] = parseAddress(target)?.words ?? [0, 0, 0, 0];
  return p;
}

const { NeighborSolicitation: ASK, NeighborAdvertisement: TELL } = Icmpv6Type;
const A = '10.0.0.10';
const B = '10.0.0.20';
const A6 = 'fd00::10';
const B6 = 'fd00::20';
const TO_ALL = 'ff02::1';

/** [unanswered, answers] of every pair after these packets, one a second. */
function after(packets: readonly Packet[], neighbors = new Neighbors()): (readonly [number, number])[] {
  packets.forEach((p, i) => {
    neighbors.add(p, new Origin().set(100 + i, 500_000_000, 0, i + 1));
  });
  return [...neighbors].map(({ unanswered, answers }) => [unanswered, answers] as const);
}

test('questions count until they are answered, and anew after that', (t) => {
  const neighbors = new Neighbors();
  t.deepEqual(after([arpPacket(A, B, 1), arpPacket(A, B, 1)], neighbors), [[2, 0]]);
  t.deepEqual(after([arpPacket(B, A, 2)], neighbors), [[0, 1]]);
  t.deepEqual(after([arpPacket(A, B, 1), arpPacket(A, B, 1)], neighbors), [[2, 1]]);
  const [asked] = [...neighbors];
  t.deepEqual([asked?.first, asked?.last, asked?.frame], [100.5, 101.5, 1]);
});

test('a question of the neighbour itself shows that it is there', (t) => {
  t.deepEqual(after([arpPacket(A, B, 1), arpPacket(B, A, 1)]), [
    [0, 1],
    [1, 0],
  ]);
});

test('probes and announcements ask for nobody', (t) => {
  t.deepEqual(after([arpPacket('0.0.0.0', B, 1), arpPacket(B, B, 1), arpPacket(B, A, 2)]), []);
});

test('neighbor discovery is kept alike', (t) => {
  t.deepEqual(after([nd(A6, TO_ALL, ASK, B6), nd(A6, TO_ALL, ASK, B6)]), [[2, 0]]);
  t.deepEqual(after([nd(A6, TO_ALL, ASK, B6), nd(B6, A6, TELL, B6)]), [[0, 1]]);
  t.deepEqual(after([nd(A6, TO_ALL, ASK, B6), nd(B6, TO_ALL, ASK, A6)]), [
    [0, 1],
    [1, 0],
  ]);
  t.deepEqual(after([nd('::', TO_ALL, ASK, B6)]), []);
});

test('what comes out of a tunnel says nothing of this segment', (t) => {
  const p = arpPacket(A, B, 1);
  p.layers |= Layer.Tunnel;
  t.deepEqual(after([p]), []);
});

test('pairs beyond the limit are counted, known ones go on', (t) => {
  const neighbors = new Neighbors(2);
  const many = ['10.0.0.1', '10.0.0.2', '10.0.0.3', '10.0.0.1'].map((to) => arpPacket(A, to, 1));
  t.deepEqual(after(many, neighbors), [
    [2, 0],
    [1, 0],
  ]);
  t.is(neighbors.dropped, 1);
});
