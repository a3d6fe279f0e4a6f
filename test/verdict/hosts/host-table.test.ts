/** Hosts as numbers: each has one, whatever its IP version, and it leads back to the address. */
import test from 'ava';
import { parseAddress } from '../../../src/flow/record/address.js';
import { CASTS, HostTable } from '../../../src/verdict/hosts/host-table.js';
import { hostKeyOf, hostKeyText } from '../../../src/verdict/words/host-key.js';
import type { HostKey } from '../../../src/verdict/words/host-key.js';
import { NAS, PC, Scene } from '../scene.js';

const NAS6 = '2001:db8::10';
const PC6 = '2001:db8:1::1';

function key(text: string): HostKey {
  const address = parseAddress(text);
  if (address === null) throw new Error(text);
  return hostKeyOf(address);
}

function endsOf(scene: Scene): HostTable {
  const { table } = scene.trace;
  const ends = new HostTable(table.count);
  for (let id = 0; id < table.count; id++) ends.take(scene.trace.flow(id));
  return ends;
}

test('hosts are numbered in the order in which they occur, originator first', (t) => {
  const ends = endsOf(new Scene().tcp(NAS, PC, 9003).tcp(PC6, NAS6, 9004).tcp(PC, NAS, 9004));
  t.deepEqual(
    Array.from({ length: ends.count }, (_, number) => hostKeyText(ends.keyOf(number))),
    [NAS, PC, PC6, NAS6],
  );
  t.deepEqual([...ends.orig], [0, 2, 1]);
  t.deepEqual([...ends.resp], [1, 3, 0]);
});

test('ports and protocols stand as the flow has them; a record without a flow has no protocol', (t) => {
  const scene = new Scene()
    .tcp(NAS, PC, 65_535, 'works', 0, 65_534)
    .udp(NAS, PC, 137, true)
    .ping(NAS, PC, true);
  const ends = endsOf(scene);
  t.deepEqual([ends.ports[0]! >>> 16, ends.ports[0]! & 0xffff], [65_534, 65_535]);
  t.deepEqual([...ends.protocols], [6, 17, 1]);
  t.deepEqual([...new HostTable(2).protocols], [0, 0]);
});

test('an IPv6 address that begins as an IPv4 address is read is another host', (t) => {
  const ends = endsOf(new Scene().tcp('10.0.0.1', PC, 9003).tcp('a00:1::', PC6, 9003));
  t.is(ends.count, 4);
  t.not(ends.numberOf(key('10.0.0.1')), ends.numberOf(key('a00:1::')));
});

test('thousands of hosts of both versions keep their numbers while the tables grow', (t) => {
  const scene = new Scene();
  const texts: string[] = [];
  for (let i = 0; i < 2500; i++) {
    const [four, six] = [`10.9.${i >> 8}.${i & 255}`, `2001:db8:9::${(i + 1).toString(16)}`];
    scene.tcp(NAS, four, 445, 'silent').tcp(NAS6, six, 445, 'silent');
    texts.push(four, six);
  }
  const ends = endsOf(scene);
  t.is(ends.count, 5002);
  for (const text of texts) t.is(hostKeyText(ends.keyOf(ends.numberOf(key(text)))), text);
});

test('who is an end of no flow has no number and no mark', (t) => {
  const ends = endsOf(new Scene().tcp(NAS, PC, 9003));
  for (const absent of [key('10.9.9.9'), key(PC6), 'name:ws09']) t.is(ends.numberOf(absent), -1);
  t.deepEqual([...ends.mark([key(PC), key('10.9.9.9'), 'name:ws09'])], [0, 1]);
});

test('how a host is addressed is told of each', (t) => {
  const ends = endsOf(
    new Scene()
      .udp(PC, '255.255.255.255', 137, false)
      .udp(PC, '224.0.0.251', 5353, false)
      .udp(PC6, 'ff02::fb', 5353, false),
  );
  t.deepEqual(
    [...ends.casts()].map((cast) => CASTS[cast]),
    ['unicast', 'broadcast', 'multicast', 'unicast', 'multicast'],
  );
});
