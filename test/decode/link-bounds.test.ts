/** Headers before the network layer at the very ends of their lengths. */
import test from 'ava';
import { LinkType } from '../../src/capture/frames/frame.js';
import { Layer } from '../../src/decode/packet/packet.js';
import { Weird } from '../../src/decode/packet/weird.js';
import { decode, ethernet, hex, ipv4, udp } from './bytes.js';

const PACKET = ipv4(17, udp('0102'));
const WIFI = '08 01 0000 ffffffffffff 020000000001 020000000002 1000 aaaa03 000000 0800';

/** Hex of a number, least significant byte first. */
function little(value: number, bytes: number): string {
  return (hex(value, bytes).match(/../g) ?? []).reverse().join('');
}

function isUdp(text: string, linkType: number): boolean {
  const p = decode(text, { linkType });
  return (p.layers & Layer.Udp) !== 0 && p.payloadLen === 2 && p.weird === 0;
}

const attribute = (type: number, value: string): string => {
  const bytes = value.replaceAll(' ', '').length / 2;
  return `${little(4 + bytes, 2)} ${little(type, 2)} ${value} ${'00'.repeat(-bytes & 3)}`;
};

test('attributes of a netfilter log may be empty, and one of equal length bytes is read little-endian', (t) => {
  const log = (...attributes: readonly string[]): string => `02 00 0000 ${attributes.join(' ')}`;
  const packet = attribute(9, PACKET);
  t.true(isUdp(log(attribute(1, ''), packet), LinkType.Nflog));
  t.true(isUdp(log(attribute(1, '00'.repeat(0x0404 - 4)), packet), LinkType.Nflog));
  const short = decode(log(`${little(3, 2)} 0100`, packet), { linkType: LinkType.Nflog });
  t.deepEqual([short.layers, short.weird], [0, 0]);
  const empty = decode(log(attribute(9, '')), { linkType: LinkType.Nflog });
  t.deepEqual([empty.layers, empty.weird], [0, Weird.TruncatedIp]);
});

test('a PKTAP header has 12 bytes at least', (t) => {
  const pktap = (length: number): string =>
    `${little(length, 4)} ${little(1, 4)} ${little(LinkType.Raw, 4)} ${PACKET}`;
  t.true(isUdp(pktap(12), LinkType.Pktap));
  t.false(isUdp(pktap(11), LinkType.Pktap));
});

test('behind MPLS a 4 with a header length of 20 is IPv4, whatever its source address looks like', (t) => {
  const label = '00010140';
  // The first bytes of 8.0.0.1 stand where an Ethernet frame has its type.
  const fromEight = ipv4(17, udp('0102'), { src: '08000001' });
  t.true(isUdp(ethernet(0x8847, `${label} ${fromEight}`), LinkType.Ethernet));
  const mac = `44${'00'.repeat(11)} 0800 ${PACKET}`;
  t.true(isUdp(ethernet(0x8847, `${label} ${mac}`), LinkType.Ethernet));
});

test('radiotap: masks and flags are looked for in its header only', (t) => {
  const radiotap = (length: number, rest: string, wifi = WIFI): string =>
    `0000 ${little(length, 2)} ${rest} ${wifi} ${PACKET}`;
  const read = (text: string): boolean => isUdp(text, LinkType.Ieee80211Radiotap);
  t.true(read(radiotap(8, '00000000')));
  t.false(read(radiotap(7, '000000')));
  // A second mask with the bit that would mean a checksum if it were the flags.
  t.true(read(radiotap(12, '02000080 10000000')));
  t.true(read(`${radiotap(9, '02000000 10')} deadbeef`));
  // There are no flags; the subtype of the frame behind the header has the bit.
  t.true(read(radiotap(8, '02000000', WIFI.replace('08', '18'))));
});

test('PPI: a field is read when it fits its header, to the last byte', (t) => {
  const common = `0200 0a00 ${'00'.repeat(8)} 0100`;
  // Without a length of its own, the packet takes all that is there: also the checksum, unless it is cut off.
  const packet = ipv4(17, udp('0102', 5353, 0), { total: 0 });
  const payload = (length: number, fields: string): number =>
    decode(`0000 ${little(length, 2)} 69000000 ${fields} ${WIFI} ${packet} deadbeef`, {
      linkType: LinkType.Ppi,
    }).payloadLen;
  t.is(payload(8, ''), 6);
  t.is(payload(22, common), 2);
  t.is(payload(26, `0100 0000 ${common}`), 2);
  t.is(payload(21, common.slice(0, -2)), 6, 'flags that are not there whole');
  t.is(decode(`0000 0700 69000000 ${WIFI} ${packet}`, { linkType: LinkType.Ppi }).layers, 0);
});

test('a Prism header has 24 to 65,535 bytes', (t) => {
  const prism = (length: number): string =>
    `44000000 ${little(length, 4)} ${'00'.repeat(length - 8)} ${WIFI} ${PACKET}`;
  const read = [23, 24, 65_535, 65_536].map((length) => isUdp(prism(length), LinkType.Ieee80211Prism));
  t.deepEqual(read, [false, true, true, false]);
});
