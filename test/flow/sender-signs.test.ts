/** What a sender's own stack leaves in its packets: checksums that are not filled in, segments over the MTU. */
import test from 'ava';
import { ipFrame, udp } from '../../captures/recipes/craft/frame.js';
import { ETHERNET_MTU } from '../../src/flow/vantage/sender-signs.js';
import type { Meter } from '../../src/flow/meter.js';
import { fed, segment } from './frames.js';
import type { SegmentParts } from './frames.js';

/** 'right wrong oversize' of each sender. */
function signs(meter: Meter): string[] {
  return meter.senders.senders.map(({ right, wrong, oversize }) => `${right} ${wrong} ${oversize}`);
}

function read(...parts: readonly SegmentParts[]): string[] {
  return signs(fed(parts.map((one, i) => ({ at: i, bytes: segment({ id: i + 1, ...one }) }))));
}

const V6 = { src: '2001:db8::1', dst: '2001:db8::2' };
const ODD = Uint8Array.of(1, 2, 3);

test('right checksums are told from wrong ones, for both IP versions, with options and odd lengths', (t) => {
  t.deepEqual(read({}), ['1 0 0']);
  t.deepEqual(read({ spoilChecksum: true }), ['0 1 0']);
  t.deepEqual(read({ payload: ODD }), ['1 0 0']);
  t.deepEqual(read({ payload: ODD, spoilChecksum: true }), ['0 1 0']);
  t.deepEqual(read({ options: Uint8Array.of(2, 4, 5, 180), flags: 'S' }), ['1 0 0']);
  t.deepEqual(read({ options: new Uint8Array(40).fill(1) }), ['1 0 0'], 'the longest header');
  t.deepEqual(read({ ...V6, payload: ODD }), ['1 0 0']);
  t.deepEqual(read({ ...V6, spoilChecksum: true }), ['0 1 0']);
});

test('senders are told apart', (t) => {
  t.deepEqual(read({ spoilChecksum: true }, { src: '10.0.0.9' }, { spoilChecksum: true }), [
    '0 2 0',
    '1 0 0',
  ]);
});

test('a datagram without a checksum says nothing', (t) => {
  const network = { src: '10.0.0.1', dst: '10.0.0.2', ttl: 128, id: 5 };
  const link = { src: new Uint8Array(6), dst: new Uint8Array(6) };
  const datagram = udp(network, 137, 137, ODD);
  const right = ipFrame(link, network, 17, datagram);
  t.deepEqual(signs(fed([{ at: 0, bytes: right }])), ['1 0 0']);
  datagram.set([0, 0], 6);
  t.deepEqual(signs(fed([{ at: 0, bytes: ipFrame(link, network, 17, datagram) }])), ['0 0 0']);
});

test('a sender is verified a bounded number of times', (t) => {
  const [first = ''] = read(...Array.from({ length: 100 }, (_, i) => ({ seq: i * 10 })));
  t.is(first, '32 0 0');
});

test('a segment is oversize above the MTU, and the longest is told', (t) => {
  const fits = { payload: new Uint8Array(ETHERNET_MTU - 40) };
  const over = { payload: new Uint8Array(ETHERNET_MTU - 39) };
  t.deepEqual(read(fits), ['1 0 0']);
  t.deepEqual(read(over), ['0 0 1']);
  const meter = fed([{ at: 0, bytes: segment(over) }]);
  t.is(meter.senders.oversize, 1);
  t.is(meter.senders.longest, ETHERNET_MTU + 1);
  t.is(fed([{ at: 0, bytes: segment(over) }], { oversizeBytes: 9000 }).senders.oversize, 0);
});

test('steps of the clock are measured: the longest gap and the longest step back', (t) => {
  const at = [0, 10, 310, 309.5, 312, 308, 320];
  const { totals } = fed(at.map((seconds, i) => ({ at: seconds, bytes: segment({ seq: i }) })));
  t.is(totals.longestGap, 300);
  t.is(totals.longestBackwards, 4);
  t.is(totals.backwards, 1);
});
