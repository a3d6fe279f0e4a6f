/** Pseudonyms of addresses: the published vectors, one-to-one, prefixes and classes kept. */
import test from 'ava';
import { parseAddress, ipv4Text, ipv6Text } from '../../src/flow/record/address.js';
import { Addresses } from '../../src/share/addresses/addresses.js';
import { PrefixCipher } from '../../src/share/addresses/prefix-cipher.js';
import { keptBits, sharedBits } from '../../src/share/addresses/reserved.js';

const KEY = Uint8Array.from({ length: 32 }, (_, i) => (i * 37 + 11) & 255);

function bytesOf(text: string): Uint8Array {
  const { version, words } = parseAddress(text)!;
  const bytes = new Uint8Array(16);
  for (const [i, word] of words.entries()) new DataView(bytes.buffer).setInt32(i * 4, word);
  return bytes.subarray(0, version === 4 ? 4 : 16);
}

function textOf(bytes: Uint8Array): string {
  const view = new DataView(bytes.slice().buffer);
  if (bytes.length === 4) return ipv4Text(view.getInt32(0));
  return ipv6Text(view.getInt32(0), view.getInt32(4), view.getInt32(8), view.getInt32(12));
}

function plain(cipher: PrefixCipher, text: string): string {
  const bytes = bytesOf(text);
  return textOf(cipher.flips(bytes, () => false).map((bits, i) => bits ^ bytes[i]!));
}

const mac = (text: string): Uint8Array => Uint8Array.from(text.split(':'), (hex) => Number.parseInt(hex, 16));

const key = (hex: string): Uint8Array =>
  Uint8Array.from(hex.match(/../g) ?? [], (two) => Number.parseInt(two, 16));

test('the cipher agrees with the published vectors of ipcrypt-pfx', (t) => {
  const first = new PrefixCipher(key('0123456789abcdeffedcba98765432101032547698badcfeefcdab8967452301'));
  for (const [original, pseudonym] of [
    ['0.0.0.0', '151.82.155.134'],
    ['255.255.255.255', '94.185.169.89'],
    ['192.0.2.1', '100.115.72.131'],
    ['2001:db8::1', 'c180:5dd4:2587:3524:30ab:fa65:6ab6:f88'],
  ] as const)
    t.is(plain(first, original), pseudonym);

  const second = new PrefixCipher(key('2b7e151628aed2a6abf7158809cf4f3ca9f5ba40db214c3798f2e1c23456789a'));
  for (const [original, pseudonym] of [
    ['10.0.0.47', '19.214.210.244'],
    ['10.0.0.129', '19.214.210.80'],
    ['10.0.0.234', '19.214.210.30'],
    ['172.16.5.193', '210.78.229.136'],
    ['172.16.97.42', '210.78.179.241'],
    ['172.16.248.177', '210.78.121.215'],
    ['2001:db8::a5c9:4e2f:bb91:5a7d', '7cec:702c:1243:f70:1956:125:b9bd:1aba'],
    ['2001:db8::7234:d8f1:3c6e:9a52', '7cec:702c:1243:f70:a3ef:c8e:95c1:cd0d'],
    ['2001:db8::f1e0:937b:26d4:8c1a', '7cec:702c:1243:f70:443c:c8e:6a62:b64d'],
  ] as const)
    t.is(plain(second, original), pseudonym);
});

test('with bits that stay on the way to a block the whole is one-to-one, and the block stays the block', (t) => {
  const blocks = [
    { bytes: Uint8Array.of(0xa8, 0), length: 5 },
    { bytes: Uint8Array.of(0xac, 0x50), length: 12 },
    { bytes: Uint8Array.of(0x13, 0x37), length: 16 },
  ];
  for (let seed = 0; seed < 3; seed++) {
    const cipher = new PrefixCipher(KEY.map((byte) => byte ^ seed));
    const met = new Set<number>();
    for (let value = 0; value < 1 << 16; value++) {
      const address = Uint8Array.of(value >> 8, value & 255);
      const kept = keptBits(address, blocks);
      const mask = cipher.flips(address, (bit) => bit < kept);
      const made = address.map((byte, i) => byte ^ mask[i]!);
      met.add((made[0]! << 8) | made[1]!);
      for (const { bytes, length } of blocks) {
        const [before, after] = [sharedBits(address, bytes, length), sharedBits(made, bytes, length)];
        if (before !== after) t.is(after, before);
      }
    }
    t.is(met.size, 1 << 16);
  }
});

test('a private /16 is mapped onto itself one-to-one; .255 stays .255 and nothing else becomes it', (t) => {
  const addresses = new Addresses(KEY);
  const met = new Set<string>();
  for (let i = 0; i < 1 << 16; i++) {
    const made = addresses.ip(Uint8Array.of(192, 168, i >> 8, i & 255));
    if (made[0] !== 192 || made[1] !== 168) t.fail(textOf(made));
    if ((made[3] === 255) !== ((i & 255) === 255)) t.fail(textOf(made));
    met.add(textOf(made));
  }
  t.is(met.size, 1 << 16);
});

test('two addresses share as many bits as before, whatever their version and class', (t) => {
  const addresses = new Addresses(KEY);
  let random = 12345;
  const next = (): number => (random = (Math.imul(random, 1103515245) + 12345) >>> 0) >>> 16;
  for (const length of [4, 16]) {
    for (let i = 0; i < 1500; i++) {
      const a = Uint8Array.from({ length }, () => next() & 255);
      const b = Uint8Array.from(a);
      const bit = next() % (length * 8);
      b[bit >> 3]! ^= 0x80 >> (bit & 7);
      for (let j = (bit >> 3) + 1; j < length; j++) b[j] = next() & 255;
      // Groups and what holds another address follow other rules.
      if (length === 16 && (a[0] === 0xff || b[0] === 0xff)) continue;
      const shared = sharedBits(addresses.ip(a), addresses.ip(b), length * 8);
      if (shared !== bit) t.fail(`${textOf(a)} ${textOf(b)}: ${bit} ${shared}`);
    }
  }
  t.pass();
});

test('reserved blocks keep their class, and what the whole world uses stays as it is', (t) => {
  const addresses = new Addresses(KEY);
  const made = (text: string): string => textOf(addresses.ip(bytesOf(text)));
  for (const [text, begin] of [
    ['10.20.1.21', /^10\./],
    ['172.20.3.4', /^172\.(1[6-9]|2\d|3[01])\./],
    ['192.168.7.9', /^192\.168\./],
    ['169.254.8.8', /^169\.254\./],
    ['127.5.5.5', /^127\./],
    ['192.0.2.77', /^192\.0\.2\./],
    ['239.1.2.3', /^239\./],
    ['fd12:3456:789a::1', /^fd/],
    ['fe80::1234:5678', /^fe80:/],
    ['2001:db8:1::5', /^2001:db8:/],
    ['2a02:1234::5', /^[23]/],
  ] as const) {
    t.regex(made(text), begin);
    t.not(made(text), text);
  }
  for (const text of [
    ...['0.0.0.0', '255.255.255.255', '127.0.0.1', '224.0.0.251', '239.255.255.250', '::', '::1'],
    ...['ff02::1', 'ff02::fb', 'ff05::1:3'],
  ])
    t.is(made(text), text);
});

test('an address inside another has the same pseudonym there', (t) => {
  const addresses = new Addresses(KEY);
  const inner = addresses.ip(bytesOf('10.20.1.21'));
  for (const [text, at] of [
    ['::ffff:10.20.1.21', 12],
    ['64:ff9b::10.20.1.21', 12],
    ['2002:0a14:0115::1', 2],
  ] as const)
    t.deepEqual(addresses.ip(bytesOf(text)).slice(at, at + 4), inner);
});

test('EUI-64 identifiers, solicited-node groups and their link addresses follow what they are made of', (t) => {
  const addresses = new Addresses(KEY);
  const link = mac('00:1b:21:3c:4d:5e');
  const madeLink = addresses.mac(link);
  const made = addresses.ip(bytesOf('fe80::21b:21ff:fe3c:4d5e'));
  t.is(made[11], 0xff);
  t.is(made[12], 0xfe);
  t.deepEqual([...made.slice(8, 11), ...made.slice(13)], [madeLink[0]! ^ 2, ...madeLink.slice(1)]);
  t.is(madeLink[0]! & 3, 2);

  const group = addresses.ip(bytesOf('ff02::1:ff3c:4d5e'));
  t.deepEqual(group.slice(13), made.slice(13));
  t.deepEqual(addresses.mac(mac('33:33:ff:3c:4d:5e')).slice(3), made.slice(13));

  const ip4 = addresses.ip(bytesOf('239.129.2.3'));
  t.deepEqual([...addresses.mac(mac('01:00:5e:01:02:03'))], [1, 0, 0x5e, ip4[1]! & 127, ip4[2], ip4[3]]);
  for (const same of ['ff:ff:ff:ff:ff:ff', '00:00:00:00:00:00', '01:80:c2:00:00:00', '01:00:5e:00:00:fb'])
    t.deepEqual(addresses.mac(mac(same)), mac(same));
});

test('link addresses of one vendor share nothing, and no two become one', (t) => {
  const addresses = new Addresses(KEY);
  const met = new Set<string>();
  const vendors = new Set<string>();
  for (let i = 0; i < 4096; i++) {
    const made = addresses.mac(Uint8Array.of(0, 0x15, 0x5d, i >> 8, i & 255, 7));
    met.add(made.join());
    vendors.add(made.slice(0, 3).join());
  }
  t.is(met.size, 4096);
  t.true(vendors.size > 4000);
});

test('a network is the prefix of the pseudonyms of its addresses', (t) => {
  const addresses = new Addresses(KEY);
  const network = addresses.network(bytesOf('10.20.1.0'), 24);
  t.is(network[3], 0);
  for (const host of ['10.20.1.21', '10.20.1.255'])
    t.deepEqual(addresses.ip(bytesOf(host)).slice(0, 3), network.slice(0, 3));
});
