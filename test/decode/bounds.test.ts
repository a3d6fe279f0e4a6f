/** The decoder at the very ends of its ranges: the last that is taken, the first that is not. */
import test from 'ava';
import { Decoder } from '../../src/decode/decoder.js';
import { MAX_DATAGRAMS } from '../../src/decode/ip/fragments.js';
import { MAX_EXTENSION_HEADERS } from '../../src/decode/ip/ipv6.js';
import { Layer, Packet } from '../../src/decode/packet/packet.js';
import { Weird } from '../../src/decode/packet/weird.js';
import { ethernet, fromHex, hex, ipv4, ipv6, tcp, udp } from './bytes.js';
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
  t.not(layersOf(1500), 0);
  t.is(layersOf(1501), 0);
  t.is(layersOf(1536), 0);
});

test('that frames were cut is believed from the third on, and only of what still has its IP and TCP headers', (t) => {
  const long = (bytes: number): string =>
    ethernet(0x0800, ipv4(6, tcp('').slice(0, 43) + '00'.repeat(Math.max(bytes - 40, 0)), { total: 1500 }));
  const lost = (frame: string, bytes: number): boolean[] => {
    const decoder = new Decoder();
    return [1, 2, 3].map(() => {
      const p = decoded(decoder, frame.replaceAll(' ', '').slice(0, 2 * (14 + bytes)));
      t.is(p.weird, p.lengthLost ? 0 : Weird.TruncatedIpLen);
      return p.lengthLost;
    });
  };
  t.deepEqual(lost(long(60), 60), [false, false, true]);
  t.deepEqual(lost(long(60), 40), [false, false, true]);
  t.deepEqual(lost(long(60), 39), [false, false, false]);
});

test('what a tunnel carries cannot be cut without its frame', (t) => {
  const frame = ethernet(0x0800, ipv4(4, ipv4(17, udp('00'.repeat(60)), { total: 1500 })));
  const decoder = new Decoder();
  const found = [1, 2, 3].map(() => decoded(decoder, frame));
  t.deepEqual(
    found.map(({ lengthLost, weird }) => [lengthLost, weird]),
    found.map(() => [false, Weird.TruncatedIpLen]),
  );
});

test('an IP packet may be nothing but its header', (t) => {
  for (const frame of [
    ethernet(0x0800, ipv4(255, '')),
    ethernet(0x0800, ipv4(255, '', { options: '01010101' })),
    ethernet(0x86dd, ipv6(255, '')),
  ]) {
    const p = decoded(new Decoder(), frame);
    t.is(p.layers & ~(Layer.Ipv4 | Layer.Ipv6), 0);
    t.deepEqual([p.weird, p.ipProto, p.offloaded, p.snapped], [0, 255, false, false]);
  }
});

test('the length of an IPv6 extension header is read where its two first bytes were captured', (t) => {
  const whole = fromHex(ethernet(0x86dd, ipv6(60, `1101 ${'00'.repeat(6)}`)));
  const weirdOf = (capLen: number): number => {
    const p = new Packet();
    const frame = { bytes: whole.slice(0, capLen), origLen: whole.length, linkType: ETHERNET };
    new Decoder().decode(oneFrame(frame), 0, p);
    return p.weird;
  };
  // 16 bytes in a packet that has 8; who sees only the first byte of it cannot know.
  t.is(weirdOf(14 + 40 + 2), Weird.InternallyTruncatedHeader);
  t.is(weirdOf(14 + 40 + 1), 0);
});

test('the jumbo option is found at the end of its header, and not in less than a header', (t) => {
  const whole = fromHex(ethernet(0x86dd, ipv6(0, `0600 c204 00011170 ${tcp('aabb')}`, 0)));
  const lengthOf = (capLen: number): readonly [number, boolean] => {
    const p = new Packet();
    const frame = { bytes: whole.slice(0, capLen), origLen: 14 + 40 + 70_000, linkType: ETHERNET };
    new Decoder().decode(oneFrame(frame), 0, p);
    return [p.ipLen, p.offloaded];
  };
  t.deepEqual(lengthOf(14 + 40 + 8), [70_040, false]);
  t.deepEqual(lengthOf(14 + 40 + 7), [70_040, true]);
  const behind = decoded(new Decoder(), ethernet(0x86dd, ipv6(0, `1100 01020000 c204 ${udp('')}`, 0)));
  t.true(behind.offloaded, 'an option that the header does not hold whole');
});

test('a UDP length of 0 is right from 65,536 bytes on', (t) => {
  const weirdOf = (bytes: number): number => {
    const jumbo = `1100 c204 ${hex(bytes + 8, 4)} ${udp('00', 5353, 0)}`;
    const p = new Packet();
    const origLen = 14 + 40 + 8 + bytes;
    new Decoder().decode(
      oneFrame({ bytes: fromHex(ethernet(0x86dd, ipv6(0, jumbo, 0))), origLen, linkType: 1 }),
      0,
      p,
    );
    t.is(p.payloadLen, bytes - 8);
    return p.weird;
  };
  t.is(weirdOf(65_535), Weird.UdpLengthMismatch);
  t.is(weirdOf(65_536), 0);
});

test('a UDP length of its header alone leaves no payload', (t) => {
  const p = decoded(new Decoder(), ethernet(0x0800, ipv4(17, udp('01020304', 5353, 8))));
  t.deepEqual([p.payloadLen, p.payloadEnd - p.payloadAt, p.weird], [0, 0, Weird.UdpLengthMismatch]);
});

test('ICMPv6 errors are the types 1 to 4', (t) => {
  const quotes = [0, 1, 2, 3, 4, 5].map((type) => {
    const p = decoded(
      new Decoder(),
      ethernet(0x86dd, ipv6(58, `${hex(type, 1)}00 0000 00000500 ${ipv6(17, udp(''))}`)),
    );
    return (p.layers & Layer.Quoted) !== 0;
  });
  t.deepEqual(quotes, [false, true, true, true, true, false]);
});

/** What an ICMP or ICMPv6 error tells of the first `bytes` bytes of a packet. */
function quotation(version: 4 | 6, packet: string, bytes: number): Packet {
  const cut = packet.replaceAll(' ', '').slice(0, 2 * bytes);
  return decoded(
    new Decoder(),
    version === 4
      ? ethernet(0x0800, ipv4(1, `0301 0000 00000000 ${cut}`))
      : ethernet(0x86dd, ipv6(58, `0104 0000 00000000 ${cut}`)),
  );
}

test('a quotation that was cut tells what is in it, from byte to byte', (t) => {
  const told = (version: 4 | 6, packet: string, bytes: number): readonly number[] => {
    const p = quotation(version, packet, bytes);
    if ((p.layers & Layer.Quoted) === 0) return [];
    return [p.quotedSrcPort, p.quotedIcmpId, p.quotedEnd - p.payloadAt];
  };
  const inTcp = ipv4(6, tcp('', 0x10, '01010101'));
  t.deepEqual(told(4, inTcp, 19), []);
  t.deepEqual(told(4, inTcp, 20), [-1, -1, 20]);
  t.deepEqual(told(4, inTcp, 23), [-1, -1, 23]);
  t.deepEqual(told(4, inTcp, 24), [0x1234, -1, 24]);
  t.deepEqual(told(4, inTcp, 32), [0x1234, -1, 32]);
  t.deepEqual(told(4, inTcp, 33), [0x1234, -1, 33]);
  t.deepEqual(told(4, inTcp + 'ee'.repeat(9), 53), [0x1234, -1, 44]);
  const echo = ipv4(1, '0800 0000 0102 0304');
  t.deepEqual(told(4, echo, 25), [8, -1, 25]);
  t.deepEqual(told(4, echo, 26), [8, 0x0102, 26]);
  t.deepEqual(told(6, ipv6(17, udp('')), 39), []);
  t.deepEqual(told(6, ipv6(17, udp('')), 40), [-1, -1, 40]);
  const extended = ipv6(0, `1100 000000000000 ${udp('')}`);
  t.deepEqual(told(6, extended, 47), [-1, -1, 40]);
  t.deepEqual(told(6, extended, 48), [-1, -1, 48]);
  t.deepEqual(told(6, extended, 52), [0x1234, -1, 52]);
});

test('a quoted packet is followed through as many extension headers as another', (t) => {
  const portOf = (headers: number): number => {
    const chain = `${'3c00000000000000'.repeat(headers - 1)}1100000000000000 ${udp('')}`;
    return quotation(6, ipv6(60, chain), 1000).quotedSrcPort;
  };
  t.is(portOf(MAX_EXTENSION_HEADERS), 0x1234);
  t.is(portOf(MAX_EXTENSION_HEADERS + 1), -1);
});

test('what VXLAN carries is Ethernet by its type, or by a length from 3 to the rest of the frame', (t) => {
  const isInner = (type: number, bytes: number): boolean => {
    const frame = `${'02'.repeat(12)} ${hex(type, 2)} ${'00'.repeat(bytes)}`;
    return (
      decoded(new Decoder(), ethernet(0x0800, ipv4(17, udp(`08000000 00007b00 ${frame}`, 4789)))).innerAt >= 0
    );
  };
  t.deepEqual(
    [2, 3, 50, 51].map((length) => isInner(length, 50)),
    [false, true, true, false],
  );
  t.deepEqual([isInner(1500, 1600), isInner(0x05ff, 1600), isInner(0x0600, 1600)], [true, true, false]);
});

test('Teredo is known by the first bytes of its IPv6 header', (t) => {
  const isInner = (before: string, captured: number): boolean => {
    const frame = ethernet(0x0800, ipv4(17, udp(`${before} ${ipv6(17, udp('00'))}`, 3544)));
    const bytes = fromHex(frame);
    const p = new Packet();
    const capLen = 14 + 20 + 8 + captured;
    new Decoder().decode(
      oneFrame({ bytes: bytes.slice(0, capLen), origLen: bytes.length, linkType: 1 }),
      0,
      p,
    );
    return p.innerAt >= 0;
  };
  t.deepEqual(
    [7, 8].map((captured) => isInner('', captured)),
    [false, true],
  );
  t.deepEqual(
    [13, 14].map((captured) => isInner('0000 edcb fefefefe', captured)),
    [false, true],
  );
});
