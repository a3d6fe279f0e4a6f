/**
 * Reassembly: every order, overlaps, sizes that disagree, time and memory.
 */
import test from 'ava';
import { Decoder } from '../../src/decode/decoder.js';
import { FRAGMENT_TIMEOUT, MAX_RANGES } from '../../src/decode/ip/fragments.js';
import { Layer, Packet } from '../../src/decode/packet/packet.js';
import { Weird, weirdName } from '../../src/decode/packet/weird.js';
import { decode, ethernet, hex, ipv4, ipv6, lengthOf, udp } from './bytes.js';

const DATA = Array.from({ length: 92 }, (_, index) => hex(index + 1, 1)).join('');
/** A datagram of 100 bytes. */
const DATAGRAM = udp(DATA).replaceAll(' ', '');

interface Piece {
  readonly from: number;
  readonly to: number;
  readonly more?: boolean;
  readonly data?: string;
  readonly id?: number;
}

function slice({ from, to, data = DATAGRAM }: Piece): string {
  return data.slice(from * 2, to * 2);
}

function fragment4(piece: Piece): string {
  const more = piece.more ?? piece.to < 100;
  const fragment = (more ? 0x2000 : 0) | (piece.from >> 3);
  return ethernet(0x0800, ipv4(17, slice(piece), { fragment, id: piece.id ?? 7 }));
}

function fragment6(piece: Piece, proto = 17): string {
  const more = piece.more ?? piece.to < 100;
  const header = `${hex(proto, 1)}00 ${hex(piece.from | (more ? 1 : 0), 2)} ${hex(piece.id ?? 7, 4)}`;
  return ethernet(0x86dd, ipv6(44, header + slice(piece)));
}

const PIECES: readonly Piece[] = [
  { from: 0, to: 48 },
  { from: 48, to: 80 },
  { from: 80, to: 88 },
  { from: 88, to: 100 },
];

function permutations<T>(items: readonly T[]): T[][] {
  if (items.length <= 1) return [[...items]];
  return items.flatMap((item, index) =>
    permutations([...items.slice(0, index), ...items.slice(index + 1)]).map((rest) => [item, ...rest]),
  );
}

function payload(p: Packet): string {
  return Buffer.from(p.bytes.subarray(p.payloadAt, p.payloadEnd)).toString('hex');
}

for (const [version, frame] of [
  [4, fragment4],
  [6, fragment6],
] as const) {
  test(`IPv${version} fragments in every order give the datagram, once, with the last to arrive`, (t) => {
    for (const order of permutations(PIECES)) {
      const decoder = new Decoder();
      const packet = new Packet();
      order.forEach((piece, index) => {
        decode(frame(piece), { decoder, packet });
        const ip = version === 4 ? Layer.Ipv4 : Layer.Ipv6;
        const last = index === PIECES.length - 1;
        t.is(packet.layers, last ? ip | Layer.Udp | Layer.Reassembled : ip | Layer.FragmentPending);
      });
      t.deepEqual([packet.srcPort, packet.dstPort, packet.payloadLen], [0x1234, 5353, 92]);
      t.is(payload(packet), DATA);
      t.is(packet.ipLen, (version === 4 ? 20 : 40) + 100);
      t.is(packet.ipProto, 17);
      t.is(
        Buffer.from(packet.bytes.subarray(packet.srcMacAt, packet.srcMacAt + 6)).toString('hex'),
        '020000000001',
      );
      t.is(
        Buffer.from(packet.bytes.subarray(packet.dstMacAt, packet.dstMacAt + 6)).toString('hex'),
        '020000000002',
      );
      t.is(decoder.limits.size, 0);
    }
  });

  test(`IPv${version} fragments that come twice are counted and do no harm`, (t) => {
    const decoder = new Decoder();
    const packet = new Packet();
    for (const piece of PIECES.slice(0, 3)) {
      decode(frame(piece), { decoder, packet });
      decode(frame(piece), { decoder, packet });
      t.is(packet.weird, Weird.FragmentOverlap);
    }
    decode(frame({ from: 88, to: 100 }), { decoder, packet });
    t.is(payload(packet), DATA);
    t.is(decoder.weirds[Weird.FragmentOverlap], 3);
    t.is(decoder.weirds[Weird.FragmentInconsistency], 0);
  });

  test(`IPv${version} fragments that overlap with other bytes: those that came first win`, (t) => {
    const other = DATAGRAM.slice(0, 32) + 'ff'.repeat(84);
    for (const overlap of [
      { from: 40, to: 56 },
      { from: 16, to: 64 },
      { from: 24, to: 32 },
    ]) {
      const decoder = new Decoder();
      const packet = new Packet();
      decode(frame({ from: 0, to: 48 }), { decoder, packet });
      decode(frame({ ...overlap, data: other }), { decoder, packet });
      t.is(weirdName(packet.weird), 'fragment_inconsistency');
      const rest = Math.max(48, overlap.to);
      decode(frame({ from: rest, to: 100 }), { decoder, packet });
      t.is(payload(packet), DATA.slice(0, 80) + 'ff'.repeat(rest - 48) + DATA.slice((rest - 8) * 2));
    }
  });

  test(`IPv${version} fragments that disagree on the length are weird and left out`, (t) => {
    for (const [first, wrong] of [
      [
        { from: 88, to: 100 },
        { from: 88, to: 96, more: false },
      ],
      [
        { from: 88, to: 100 },
        { from: 96, to: 112, more: true, data: DATAGRAM + '00'.repeat(12) },
      ],
      [
        { from: 80, to: 88 },
        { from: 48, to: 80, more: false },
      ],
    ] as const) {
      const decoder = new Decoder();
      const packet = new Packet();
      decode(frame(first), { decoder, packet });
      decode(frame(wrong), { decoder, packet });
      t.is(packet.weird, Weird.FragmentSizeInconsistency);
      t.is(packet.layers & Layer.FragmentPending, Layer.FragmentPending);
      for (const piece of PIECES) if (piece.from !== first.from) decode(frame(piece), { decoder, packet });
      t.is(payload(packet), DATA);
    }
  });

  test(`IPv${version} fragments beyond 65,535 bytes are weird and not kept`, (t) => {
    const packet = decode(frame({ from: 65_528, to: 65_560, more: false, data: '00'.repeat(65_560) }));
    t.is(packet.weird, Weird.ExcessivelyLargeFragment);
    t.not(packet.layers & Layer.FragmentPending, 0);
  });

  test(`IPv${version} fragments too late for their datagram begin a new one`, (t) => {
    for (const [late, whole] of [
      [FRAGMENT_TIMEOUT, true],
      [FRAGMENT_TIMEOUT + 1, false],
    ] as const) {
      const decoder = new Decoder();
      const packet = new Packet();
      decode(frame({ from: 0, to: 48 }), { decoder, packet, sec: 5000 });
      decode(frame({ from: 48, to: 100 }), { decoder, packet, sec: 5000 + late });
      t.is((packet.layers & Layer.Reassembled) !== 0, whole);
      t.is(decoder.limits.get('fragment_timeout') ?? 0, whole ? 0 : 1);
    }
  });

  test(`IPv${version} fragments of different datagrams are kept apart`, (t) => {
    const decoder = new Decoder();
    const packet = new Packet();
    decode(frame({ from: 0, to: 48, id: 1 }), { decoder, packet });
    decode(frame({ from: 48, to: 100, id: 2 }), { decoder, packet });
    t.is(packet.layers & Layer.Reassembled, 0);
    decode(frame({ from: 48, to: 100, id: 1 }), { decoder, packet });
    t.is(payload(packet), DATA);
  });

  test(`an IPv${version} fragment that was captured short cannot be put together, its ports are told if it is the first`, (t) => {
    const decoder = new Decoder();
    const full = lengthOf(frame({ from: 0, to: 48 }));
    const first = decode(frame({ from: 0, to: 48 }), { decoder, capLen: full - 10, origLen: full });
    t.is(weirdName(first.weird), 'incompletely_captured_fragment');
    t.true(first.snapped);
    t.not(first.layers & Layer.Udp, 0);
    t.is(first.layers & (Layer.FragmentPending | Layer.Reassembled), 0);
    t.deepEqual([first.srcPort, first.payloadLen], [0x1234, 40]);
    const later = decode(frame({ from: 48, to: 100 }), { decoder, capLen: full - 10, origLen: full + 4 });
    t.is(later.layers & (Layer.FragmentPending | Layer.Udp), Layer.FragmentPending);
  });
}

test('a tunnelled packet in a first fragment that was captured short is not blamed for its length', (t) => {
  const gre = `0000 0800 ${ipv4(17, DATAGRAM)}`.replaceAll(' ', '');
  const text = ethernet(0x0800, ipv4(47, gre.slice(0, 128), { fragment: 0x2000 }));
  const p = decode(text, { capLen: lengthOf(text) - 10, origLen: lengthOf(text) });
  t.is(weirdName(p.weird), 'incompletely_captured_fragment');
  t.deepEqual([p.srcPort, p.dstPort], [0x1234, 5353]);
});

test('the protocol of a reassembled IPv6 packet is that of its first fragment', (t) => {
  const decoder = new Decoder();
  const packet = new Packet();
  decode(fragment6({ from: 48, to: 100 }, 6), { decoder, packet });
  decode(fragment6({ from: 0, to: 48 }, 17), { decoder, packet });
  t.is(packet.ipProto, 17);
  t.not(packet.layers & Layer.Udp, 0);
});

test('a fragment whose IP length goes beyond the frame is not kept', (t) => {
  const decoder = new Decoder();
  const packet = new Packet();
  decode(ethernet(0x0800, ipv4(17, DATAGRAM.slice(0, 96), { fragment: 0x2000, total: 100 })), {
    decoder,
    packet,
  });
  t.is(packet.weird, Weird.TruncatedIpLen);
  t.not(packet.layers & Layer.FragmentPending, 0);
  decode(fragment4({ from: 48, to: 100, id: 0x1234 }), { decoder, packet });
  t.is(packet.layers & Layer.Reassembled, 0);
});

test('small fragments that are not the last are weird', (t) => {
  t.is(decode(fragment4({ from: 0, to: 8 })).weird, Weird.ExcessivelySmallFragment);
  t.is(decode(fragment4({ from: 88, to: 100 })).weird, 0);
});

test('the packet refers to the frame again after a reassembled one', (t) => {
  const decoder = new Decoder();
  const packet = new Packet();
  for (const piece of PIECES) decode(fragment4(piece), { decoder, packet });
  decode(ethernet(0x0800, ipv4(17, udp('aabb'))), { decoder, packet });
  t.is(payload(packet), 'aabb');
  t.is(packet.srcMacAt, 6);
});

test('a tunnel in fragments is opened, and fragments in a tunnel are put together', (t) => {
  const decoder = new Decoder();
  const packet = new Packet();
  const [inner1 = '', inner2 = ''] = [fragment4({ from: 0, to: 48 }), fragment4({ from: 48, to: 100 })];
  const gre = [inner1, inner2].map((frame) => `0000 6558 ${frame}`.replaceAll(' ', ''));
  gre.forEach((data, index) => {
    for (const fragment of [
      { from: 0, to: 64, more: true, data, id: 40 + index },
      { from: 64, to: lengthOf(data), more: false, data, id: 40 + index },
    ]) {
      const value = (fragment.more ? 0x2000 : 0) | (fragment.from >> 3);
      decode(ethernet(0x0800, ipv4(47, slice(fragment), { fragment: value, id: fragment.id })), {
        decoder,
        packet,
      });
    }
  });
  t.is(packet.layers, Layer.Ipv4 | Layer.Udp | Layer.Reassembled | Layer.Tunnel);
  t.is(payload(packet), DATA);
});

test('memory for fragments has its limit, and what was dropped is counted', (t) => {
  const decoder = new Decoder({ fragmentBytes: 16_384 });
  const packet = new Packet();
  for (let id = 0; id < 100; id++) decode(fragment4({ from: 0, to: 48, id }), { decoder, packet });
  const dropped = decoder.limits.get('fragment_memory') ?? 0;
  t.true(dropped >= 90 && dropped < 100, String(dropped));
  decode(fragment4({ from: 48, to: 100, id: 0 }), { decoder, packet });
  t.is(packet.layers & Layer.Reassembled, 0);
  decode(fragment4({ from: 48, to: 100, id: 99 }), { decoder, packet });
  t.not(packet.layers & Layer.Reassembled, 0);
});

test('a datagram larger than all memory for fragments is dropped and counted', (t) => {
  const decoder = new Decoder({ fragmentBytes: 16_384 });
  const packet = new Packet();
  const data = '00'.repeat(40_000);
  decode(fragment4({ from: 0, to: 48, data }), { decoder, packet });
  decode(fragment4({ from: 32_000, to: 33_000, more: true, data }), { decoder, packet });
  t.is(decoder.limits.get('fragment_memory'), 1);
});

test('a datagram of many pieces with gaps is given up', (t) => {
  const decoder = new Decoder();
  const packet = new Packet();
  const data = '00'.repeat(65_000);
  for (let index = 0; index <= MAX_RANGES; index++) {
    decode(fragment4({ from: index * 16, to: index * 16 + 8, more: true, data }), { decoder, packet });
  }
  t.is(decoder.limits.get('fragment_ranges'), 1);
});

test('the largest datagram is put together', (t) => {
  const decoder = new Decoder();
  const packet = new Packet();
  const data = udp('5a'.repeat(65_507)).replaceAll(' ', '');
  for (let from = 0; from < 65_515; from += 1480) {
    const to = Math.min(from + 1480, 65_515);
    decode(fragment4({ from, to, more: to < 65_515, data }), { decoder, packet });
  }
  t.is(packet.payloadLen, 65_507);
  t.is(packet.ipLen, 65_535);
  t.is(packet.weird, 0);
});
