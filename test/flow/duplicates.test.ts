/** Copies of a packet are recognised and left out; what was really sent again is not. */
import test from 'ava';
import { concat } from '../../captures/recipes/craft/bytes.js';
import { ipFrame, udp } from '../../captures/recipes/craft/frame.js';
import { DUPLICATE_MILLISECONDS, UNDOUBTED_PACKETS } from '../../src/flow/vantage/duplicates.js';
import { Flow } from '../../src/flow/flow.js';
import { FlowFlag } from '../../src/flow/record/record.js';
import { Meter } from '../../src/flow/meter.js';
import { fed, feed, segment, TCP_CHECKSUM_AT } from './frames.js';
import type { FedFrame, SegmentParts } from './frames.js';

const DATA = Uint8Array.from({ length: 300 }, (_, i) => i & 255);
const LINK = { src: Uint8Array.of(2, 0, 0, 0, 0, 1), dst: Uint8Array.of(2, 0, 0, 0, 1, 1) };

function otherData(at: number): Uint8Array {
  const changed = Uint8Array.from(DATA);
  changed[at] = (changed[at] ?? 0) ^ 1;
  return changed;
}

/** The same TCP checksum on other bytes: two words of the payload changed by the same amount. */
function swappedWords(): Uint8Array {
  const changed = Uint8Array.from(DATA);
  [changed[100], changed[101], changed[110], changed[111]] = [110, 111, 100, 101];
  return changed;
}

const SYN: SegmentParts = { flags: 'S', ack: 0 };
const V6 = { src: '2001:db8::1', dst: '2001:db8::2' };

/** First packet, how the second differs, when it comes in seconds, and whether it is a copy. */
const PAIRS: readonly (readonly [string, SegmentParts, SegmentParts, number, boolean])[] = [
  ['the very same bytes', SYN, {}, 0.00001, true],
  ['one hop further', SYN, { ttl: 127 }, 0.00001, true],
  ['with a VLAN tag', SYN, { vlan: 30 }, 0.00001, true],
  ['with other link addresses', SYN, { mac: 9 }, 0.00001, true],
  ['with all three', { payload: DATA }, { ttl: 127, vlan: 30, mac: 9 }, 0.0009, true],
  ['data, the very same', { payload: DATA }, {}, 0.0005, true],
  ['a pure ACK', {}, {}, 0.0005, true],
  ['IPv6, one hop further', { ...V6, payload: DATA }, { ttl: 127 }, 0.0005, true],
  ['a retransmission with a new IP identification', { payload: DATA }, { id: 8 }, 0.0005, false],
  ['a fast retransmission after the window of time', { payload: DATA }, {}, 0.0011, false],
  ['other bytes of the same length', { payload: DATA }, { payload: otherData(150) }, 0.0001, false],
  ['another first byte', { payload: DATA }, { payload: otherData(0) }, 0.0001, false],
  ['another last byte', { payload: DATA }, { payload: otherData(299) }, 0.0001, false],
  ['bytes with the same checksum', { payload: DATA }, { payload: swappedWords() }, 0.0001, false],
  ['the next segment', { payload: DATA }, { seq: 400 }, 0.0001, false],
  ['a duplicate ACK with another SACK block', { options: sack(1) }, { options: sack(2) }, 0.0001, false],
  ['a window update', {}, { window: 2000 }, 0.0001, false],
  ['the SYN of another connection', SYN, { srcPort: 50_001 }, 0.0001, false],
  ['a keep-alive probe a second later', { payload: DATA.subarray(0, 1) }, {}, 1, false],
  ['a SYN again a second later', SYN, {}, 1, false],
];

function sack(block: number): Uint8Array {
  return Uint8Array.of(1, 1, 5, 10, 0, 0, 0, block, 0, 0, 1, block);
}

for (const [title, first, changes, after, copy] of PAIRS) {
  test(`${title}: ${copy ? 'a copy' : 'sent anew'}`, (t) => {
    const meter = fed([
      { at: 5, bytes: segment(first) },
      { at: 5 + after, bytes: segment({ ...first, ...changes }) },
    ]);
    t.is(meter.duplicates.found, copy ? 1 : 0);
    t.is(meter.totals.packets, copy ? 1 : 2);
  });
}

test('copies of a connection add nothing to its packets, bytes, history, repeats and timing', (t) => {
  const course: FedFrame[] = [
    { at: 0, bytes: segment({ flags: 'S', seq: 100, ack: 0 }) },
    { at: 0.01, bytes: segment({ ...back(), flags: 'SA', seq: 200, ack: 101, id: 1 }) },
    { at: 0.02, bytes: segment({ flags: 'A', seq: 101, ack: 201, id: 8 }) },
    { at: 0.03, bytes: segment({ flags: 'PA', seq: 101, ack: 201, id: 9, payload: DATA }) },
    { at: 0.04, bytes: segment({ ...back(), flags: 'PA', seq: 201, ack: 401, id: 2, payload: DATA }) },
    { at: 0.05, bytes: segment({ flags: 'R', seq: 401, ack: 0, id: 10 }) },
  ];
  const twice = course.flatMap((frame) => [frame, { ...frame, at: frame.at + 0.0001 }]);
  const [once, doubled] = [course, twice].map((frames) => described(fed(frames)));
  t.deepEqual(doubled, once);
  t.is(fed(twice).duplicates.found, course.length);
});

function back(): SegmentParts {
  return { src: '10.0.0.2', dst: '10.0.0.1', srcPort: 9003, dstPort: 50_000 };
}

function described(meter: Meter): unknown {
  const flow = new Flow(meter.flows).move(0);
  return {
    flows: meter.flows.count,
    packets: [flow.packets(0), flow.packets(1)],
    bytes: [flow.bytes(0), flow.bytes(1)],
    payload: [flow.payload(0), flow.payload(1)],
    retransmissions: [flow.retransmissions(0), flow.retransmissions(1)],
    history: flow.historyText(),
    state: flow.connState,
    notes: flow.notes().length,
    handshake: flow.handshakeTime,
  };
}

test('a duration of 0 takes copies for packets of their own, as tshark counts them', (t) => {
  const frames = [0, 0.0001].map((at) => ({ at, bytes: segment(SYN) }));
  const meter = fed(frames, { duplicateMilliseconds: 0 });
  t.is(meter.totals.packets, 2);
  t.is(new Flow(meter.flows).move(0).packets(0), 2);
  t.is(fed(frames, { duplicateMilliseconds: DUPLICATE_MILLISECONDS }).totals.packets, 1);
});

test('a longer duration finds slower copies', (t) => {
  const frames = [0, 0.004].map((at) => ({ at, bytes: segment(SYN) }));
  t.is(fed(frames).duplicates.found, 0);
  t.is(fed(frames, { duplicateMilliseconds: 5 }).duplicates.found, 1);
});

test('the same packet id makes a copy even later and with a checksum that was filled in meanwhile', (t) => {
  const filled = segment(SYN);
  filled[TCP_CHECKSUM_AT] = (filled[TCP_CHECKSUM_AT] ?? 0) ^ 0x55;
  const meter = fed([
    { at: 0, bytes: segment(SYN), packetId: 41 },
    { at: 0.2, bytes: filled, packetId: 41 },
  ]);
  t.is(meter.duplicates.found, 1);
  t.is(meter.duplicates.foundById, 1);
});

test('another packet id makes another packet, however alike', (t) => {
  const frames = [41, 42].map((packetId, i) => ({ at: i * 0.0001, bytes: segment(SYN), packetId }));
  t.is(fed(frames).duplicates.found, 0);
});

test('packets of one group, that share a packet id, are told apart by their headers', (t) => {
  const frames = [0, 1].map((i) => ({
    at: i * 0.0001,
    bytes: segment({ payload: DATA, seq: 100 + i * 300, id: 7 + i }),
    packetId: 41,
  }));
  t.is(fed(frames).duplicates.found, 0);
});

test('a copy in the next batch of the file or in another file is found', (t) => {
  for (const fileIndex of [0, 1]) {
    const meter = new Meter({});
    feed(meter, [{ at: 0, bytes: segment(SYN) }]);
    feed(meter, [{ at: 0.0001, bytes: segment({ ...SYN, ttl: 127 }) }], 2, fileIndex);
    t.is(meter.duplicates.found, 1, `file ${fileIndex}`);
  }
});

test('an ACK without anything that tells it apart is no copy when its bytes are gone', (t) => {
  const meter = new Meter({});
  feed(meter, [{ at: 0, bytes: segment(V6) }]);
  feed(meter, [{ at: 0.0001, bytes: segment(V6) }], 2);
  t.is(meter.duplicates.found, 0);
});

test('frames without a time are never copies', (t) => {
  const frames = [0, 0].map((at) => ({ at, bytes: segment(SYN), noTime: true }));
  t.is(fed(frames).duplicates.found, 0);
});

test('datagrams are compared whole: the same question twice in a moment is one, two questions are two', (t) => {
  const network = { src: '10.0.0.1', dst: '10.0.0.2', ttl: 128, id: 5 };
  const ask = (last: number): Uint8Array =>
    ipFrame(LINK, network, 17, udp(network, 137, 137, concat(DATA, Uint8Array.of(last))));
  t.is(fed([0, 0.0001].map((at) => ({ at, bytes: ask(1) }))).duplicates.found, 1);
  t.is(fed([0, 1].map((i) => ({ at: i / 10_000, bytes: ask(i) }))).duplicates.found, 0);
});

test('a drop mark on a later copy is put on the flow of the first', (t) => {
  const meter = fed([
    { at: 0, bytes: segment(SYN), packetId: 1 },
    { at: 0.00001, bytes: segment(SYN), packetId: 1, dropped: true },
    { at: 1, bytes: segment({ ...SYN, id: 8 }), packetId: 2, dropped: true },
  ]);
  const flow = new Flow(meter.flows).move(0);
  t.true(flow.has(FlowFlag.DropMark));
  t.is(flow.packets(0), 2);
  t.deepEqual(
    flow.notes().map(({ frame, side }) => [frame, side]),
    [
      [2, 0],
      [3, 0],
    ],
  );
});

test('long after the last copy data is looked at again as soon as a control segment comes twice', (t) => {
  const meter = new Meter({});
  let frame = 1;
  const send = (at: number, ...parts: readonly SegmentParts[]): void => {
    const frames = parts.map((one, i) => ({ at: at + i * 0.0001, bytes: segment(one) }));
    feed(meter, frames, frame);
    frame += frames.length;
  };
  for (let i = 0; i <= UNDOUBTED_PACKETS; i += 512) {
    const run = Array.from({ length: 512 }, (_, k) => ({ seq: i + k, id: (i + k) & 0xffff }));
    send(1 + i / 1000, ...run);
  }
  t.is(meter.duplicates.found, 0);
  send(900, { payload: DATA }, { payload: DATA });
  t.is(meter.duplicates.found, 0);
  send(901, SYN, SYN);
  send(902, { payload: DATA }, { payload: DATA });
  t.is(meter.duplicates.found, 2);
});

test('copies are found behind a burst of other packets', (t) => {
  const burst = Array.from({ length: 64 }, (_, i) => ({ payload: DATA, seq: i * 300, id: i + 1 }));
  const frames = [...burst, ...burst].map((one, i) => ({ at: i * 0.000005, bytes: segment(one) }));
  t.is(fed(frames).duplicates.found, 64);
});

/** A course of TCP, captured on two interfaces, in order of time. */
function onTwoSides(course: readonly FedFrame[], apart: number): FedFrame[] {
  const other = course.map((frame, i) => ({
    ...frame,
    // The way takes a little more or less.
    at: frame.at + apart + (i % 2) / 1000,
    iface: 1,
  }));
  return [...course, ...other].sort((a, b) => a.at - b.at);
}

/** Segments of both ends, 10 ms after one another. */
function longCourse(ends: SegmentParts = {}): FedFrame[] {
  const other = ends.src === undefined ? back() : { ...back(), src: ends.dst ?? '', dst: ends.src };
  return Array.from({ length: 40 }, (_, i) => {
    const size = 100 * (i >> 1);
    const parts: SegmentParts = { flags: 'PA', payload: DATA.subarray(0, 100), id: i + 1 };
    const seq = { seq: 100 + size, ack: 200 + size };
    return { at: i / 100, bytes: segment({ ...parts, ...seq, ...(i % 2 === 0 ? ends : other) }) };
  });
}

for (const [title, apart] of [
  ['30 ms later', 0.03],
  ['2.3 s later', 2.3],
  ['40 ms earlier', -0.04],
] as const) {
  test(`what another interface holds ${title} each time is a copy, once two packets agree`, (t) => {
    const course = longCourse();
    const meter = fed(onTwoSides(course, apart));
    t.is(meter.duplicates.sides.found, course.length - 1);
    t.true(Math.abs(Math.abs(meter.duplicates.sides.seconds) - Math.abs(apart)) < 0.002);
    const flow = new Flow(meter.flows).move(0);
    t.true(flow.retransmissions(0) + flow.retransmissions(1) <= 1);
  });
}

test('without an IP identification eight packets must agree', (t) => {
  const course = longCourse(V6);
  const meter = fed(onTwoSides(course, 0.03));
  t.is(meter.duplicates.sides.found, course.length - 7);
});

test('two files with the captures of both sides are one traffic', (t) => {
  const course = longCourse();
  const meter = new Meter({});
  for (const [i, frame] of course.entries()) {
    const at = i / 100;
    feed(meter, [{ ...frame, at }], 2 * i + 1, 0);
    feed(meter, [{ ...frame, at: at + 0.005 }], 2 * i + 1, 1);
  }
  t.is(meter.duplicates.sides.found, course.length - 1);
});

test('what is sent anew on another interface, or comes by chance at any time, is no copy', (t) => {
  const course = longCourse();
  const again = longCourse().map((frame, i) => ({ ...frame, at: frame.at + 0.1 * ((i * 7) % 13), iface: 1 }));
  const mixed = [...course, ...again].sort((a, b) => a.at - b.at);
  t.true(fed(mixed).duplicates.sides.found <= 3);
  const anew = [0, 1, 2, 3].flatMap((i) => [
    { at: i, bytes: segment({ payload: DATA, seq: 100 + 300 * i, id: 2 * i + 1 }) },
    { at: i + 0.2, bytes: segment({ payload: DATA, seq: 100 + 300 * i, id: 2 * i + 2 }), iface: 1 },
  ]);
  t.is(fed(anew).duplicates.found, 0);
  t.is(fed(onTwoSides(course, 0.03).map((frame) => ({ ...frame, iface: 0 }))).duplicates.found, 0);
});
