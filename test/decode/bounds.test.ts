/** The decoder at the very ends of its ranges: the last that is taken, the first that is not. */
import test from 'ava';
import { Decoder } from '../../src/decode/decoder.js';
import { MAX_DATAGRAMS } from '../../src/decode/ip/fragments.js';
import { Layer, Packet } from '../../src/decode/packet/packet.js';
import { ethernet, fromHex, hex, ipv4, udp } from './bytes.js';
import { oneFrame } from './one-frame.js';

const ETHERNET = 1;

function decoded(decoder: Decoder, frame: string, p = new Packet(), linkType = ETHERNET): Packet {
  decoder.decode(oneFrame({ bytes: fromHex(frame), linkType }), 0, p);
  return p;
}

test('a tag of VLAN 0 (priority) is one, on the fast path and the general one', (t) => {
  const tagged = `${'02'.repeat(12)} 8100 0000 0800 ${ipv4(17, udp('0102'))}`;
  for (const fastPath of [true, false]) {
    const p = decoded(new Decoder({ fastPath }), tagged);
    t.is(p.vlan, 0);
    t.not(p.layers & Layer.Vlan, 0);
  }
});

test('so many datagrams wait as the limit says; the next one takes the place of the oldest', (t) => {
  const decoder = new Decoder({ fragmentBytes: 64 << 20 });
  const p = new Packet();
  const first = (id: number): string =>
    ethernet(0x0800, ipv4(17, udp('00'.repeat(8)), { fragment: 0x2000, id }));
  for (let id = 0; id < MAX_DATAGRAMS; id++) decoded(decoder, first(id), p);
  t.is(decoder.limits.get('fragment_datagrams'), undefined);
  decoded(decoder, first(MAX_DATAGRAMS), p);
  t.is(decoder.limits.get('fragment_datagrams'), 1);
});

test('an EtherType begins at 1536, a length ends at 1500', (t) => {
  const withType = (type: number): string =>
    `${'02'.repeat(12)} ${hex(type, 2)} aaaa03 000000 0800 ${ipv4(17, udp('0102'))}`;
  const layersOf = (type: number): number => decoded(new Decoder(), withType(type)).layers & Layer.Udp;
  t.not(layersOf(54), 0, 'LLC and SNAP');
  t.is(layersOf(1501), 0);
  t.is(layersOf(1536), 0);
});
