/** Firewall logs and wrapped frames: what is behind their header is read, what is not is left alone. */
import test from 'ava';
import { concat, hex, le16, le32, u8, text, zeros } from '../../captures/recipes/craft/bytes.js';
import { ip, tcp } from '../../captures/recipes/craft/frame.js';
import { Decoder } from '../../src/decode/decoder.js';
import { Layer, Packet } from '../../src/decode/packet/packet.js';
import { oneFrame } from './one-frame.js';

const network = { src: '2001:db8::1', dst: '2001:db8::2', ttl: 64, id: 1 };
const network4 = { src: '10.0.0.1', dst: '10.0.0.2', ttl: 64, id: 1 };
const header = {
  srcPort: 50000,
  dstPort: 9004,
  seq: 1,
  ack: 0,
  flags: 2,
  window: 1000,
  options: zeros(0),
};
const packet6 = ip(network, 6, tcp(network, header, zeros(0)));
const packet4 = ip(network4, 6, tcp(network4, header, zeros(0)));
const ethernet4 = concat(hex('00155d0a140a00155d0a14050800'), packet4);

function decode(bytes: Uint8Array, linkType: number): Packet {
  const p = new Packet();
  new Decoder().decode(oneFrame({ bytes, linkType }), 0, p);
  return p;
}

const nflogAttribute = (type: number, value: Uint8Array): Uint8Array =>
  concat(le16(4 + value.length, type), value, zeros(-value.length & 3));

for (const [name, linkType, bytes] of [
  ['pflog, IPv6', 117, concat(u8(61, 24, 1, 0), zeros(60), packet6)],
  ['pflog of another length', 117, concat(u8(69, 2, 1, 0), zeros(68), packet4)],
  ['nflog', 239, concat(u8(10, 0, 0, 5), nflogAttribute(10, text('DROP')), nflogAttribute(9, packet6))],
  ['PKTAP with Ethernet', 258, concat(le32(108, 1, 1), zeros(96), ethernet4)],
  ['PKTAP with raw IP', 258, concat(le32(108, 1, 12), zeros(96), packet6)],
  ['Juniper Ethernet', 178, concat(hex('4d474301'), ethernet4)],
  ['Juniper Ethernet with extensions', 178, concat(hex('4d4743810006'), zeros(6), ethernet4)],
  ['Juniper without a link header', 178, concat(hex('4d474303'), le32(6), packet6)],
] as const) {
  test(`${name}: the packet behind the header is read`, (t) => {
    const p = decode(bytes, linkType);
    t.not(p.layers & Layer.Tcp, 0);
    t.is(p.dstPort, 9004);
    for (let length = 0; length < bytes.length; length++) {
      const cut = decode(bytes.slice(0, length), linkType);
      const isTcp = (cut.layers & Layer.Tcp) !== 0;
      t.true(!isTcp || (cut.dstPort === 9004 && cut.payloadEnd <= length), `${length} bytes`);
    }
  });
}

test('the payload of a netfilter log is looked for among its first 64 attributes', (t) => {
  const after = (count: number): Uint8Array => {
    const others = Array.from({ length: count }, () => nflogAttribute(1, u8(0)));
    return concat(u8(10, 0, 0, 5), ...others, nflogAttribute(9, packet6));
  };
  t.is(decode(after(63), 239).dstPort, 9004);
  t.is(decode(after(64), 239).layers & Layer.Tcp, 0);
});
