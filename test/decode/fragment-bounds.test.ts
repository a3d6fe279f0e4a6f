/** Reassembly at the very ends of its limits: the last piece that fits, the first that does not. */
import test from 'ava';
import { Decoder } from '../../src/decode/decoder.js';
import { FRAGMENT_TIMEOUT, MAX_RANGES } from '../../src/decode/ip/fragments.js';
import { Layer, Packet } from '../../src/decode/packet/packet.js';
import { Weird, weirdName } from '../../src/decode/packet/weird.js';
import { decode, ethernet, hex, ipv4, ipv6, udp } from './bytes.js';

const DATA = udp('00'.repeat(4000)).replaceAll(' ', '');
/** Bytes of the first buffer of a datagram, and what it costs beside them. */
const FIRST_BUFFER = 2048;
const OVERHEAD = 512;

/** Bytes [from, to) of the datagram `id`. */
function piece(from: number, to: number, more = true, id = 7): string {
  const fragment = (more ? 0x2000 : 0) | (from >> 3);
  return ethernet(0x0800, ipv4(17, DATA.slice(2 * from, 2 * to), { fragment, id }));
}

interface Taken {
  readonly packet: Packet;
  readonly decoder: Decoder;
  /** What was weird of the fragments. */
  readonly weirds: readonly string[];
}

function taken(frames: readonly string[], decoder = new Decoder(), sec = 1000): Taken {
  const packet = new Packet();
  for (const frame of frames) decode(frame, { decoder, packet, sec });
  const weirds = [...decoder.weirds]
    .flatMap((count, weird) => (count > 0 ? [weirdName(weird)] : []))
    .filter((name) => name.includes('fragment'));
  return { packet, decoder, weirds };
}

const isWhole = ({ packet }: Taken): boolean => (packet.layers & Layer.Reassembled) !== 0;

test('a fragment of 64 bytes with its header is not small', (t) => {
  const fragment = { fragment: 0x2000 };
  const of64 = ethernet(0x0800, ipv4(17, '00'.repeat(40), { ...fragment, options: '01010101' }));
  t.deepEqual(taken([of64]).weirds, []);
  t.deepEqual(taken([ethernet(0x0800, ipv4(17, '00'.repeat(40), fragment))]).weirds, [
    weirdName(Weird.ExcessivelySmallFragment),
  ]);
});

test('a datagram ends where its last fragment ends, even if a fragment before says that more follows', (t) => {
  const overlap = [weirdName(Weird.FragmentOverlap)];
  const lastFirst = taken([piece(80, 104, false), piece(56, 104), piece(0, 56)]);
  t.true(isWhole(lastFirst));
  t.deepEqual(lastFirst.weirds, overlap);
  const lastLater = taken([piece(0, 56), piece(56, 104), piece(80, 104, false)]);
  t.true(isWhole(lastLater));
  t.deepEqual(lastLater.weirds, overlap);
});

test('of two first fragments the protocol is that of the one that came first, also protocol 0', (t) => {
  const first = (next: number, data: string): string =>
    ethernet(0x86dd, ipv6(44, `${hex(next, 1)}00 0001 00000007 ${data}`));
  const data = `1100 000000000000 ${udp('00'.repeat(48))}`.replaceAll(' ', '');
  const rest = ethernet(0x86dd, ipv6(44, `0000 ${hex(56, 2)} 00000007 ${data.slice(112)}`));
  const { packet } = taken([first(0, data.slice(0, 112)), first(17, data.slice(0, 112)), rest]);
  t.deepEqual([packet.ipProto, packet.srcPort, packet.payloadLen], [17, 0x1234, 48]);
});

test('a datagram that fills its first buffer takes no more of the memory', (t) => {
  const memory = FIRST_BUFFER + OVERHEAD;
  const filled = [piece(0, 1024), piece(1032, FIRST_BUFFER)];
  const fits = taken(filled, new Decoder({ fragmentBytes: memory }));
  t.is(fits.decoder.limits.get('fragment_memory'), undefined);
  t.true(isWhole(taken([piece(1024, 1032), piece(FIRST_BUFFER - 8, FIRST_BUFFER, false)], fits.decoder)));
  const over = taken([piece(0, 1024), piece(1032, FIRST_BUFFER + 8)], new Decoder({ fragmentBytes: memory }));
  t.is(over.decoder.limits.get('fragment_memory'), 1);
  const none = taken([piece(0, 1024)], new Decoder({ fragmentBytes: memory - 1 }));
  t.is(none.decoder.limits.get('fragment_memory'), 1);
});

test('so many separate pieces as the limit says are kept', (t) => {
  const decoder = new Decoder();
  const pieces = Array.from({ length: MAX_RANGES }, (_, i) => piece(16 * i, 16 * i + 8));
  t.is(taken(pieces, decoder).decoder.limits.get('fragment_ranges'), undefined);
  taken([piece(16 * MAX_RANGES, 16 * MAX_RANGES + 8)], decoder);
  t.is(decoder.limits.get('fragment_ranges'), 1);
});

test('what gives way to others within its time was dropped for memory, later for time', (t) => {
  for (const [late, reason] of [
    [FRAGMENT_TIMEOUT, 'fragment_memory'],
    [FRAGMENT_TIMEOUT + 1, 'fragment_timeout'],
  ] as const) {
    const decoder = new Decoder({ fragmentBytes: FIRST_BUFFER + OVERHEAD });
    taken([piece(0, 48, true, 1)], decoder, 1000);
    taken([piece(0, 48, true, 2)], decoder, 1000 + late);
    t.deepEqual([...decoder.limits], [[reason, 1]]);
  }
});
