/** What tells where and how was captured, at the very ends of its tolerances and limits. */
import test from 'ava';
import { Packet } from '../../src/decode/packet/packet.js';
import { CaptureRuns } from '../../src/flow/vantage/capture-runs.js';
import { CaptureSides, MAX_OFFSET_MICROS, MAX_PLACES } from '../../src/flow/vantage/capture-sides.js';
import { SAME_ID_MICROSECONDS, UNDOUBTED_PACKETS } from '../../src/flow/vantage/duplicates.js';
import { Meter } from '../../src/flow/meter.js';
import { addLetter, historyText, Letter } from '../../src/flow/record/history.js';
import { Origin } from '../../src/flow/record/origin.js';
import { Field, RECORD_WORDS } from '../../src/flow/record/record.js';
import { TimeSpan } from '../../src/flow/record/time-span.js';
import { Neighbors } from '../../src/flow/vantage/neighbors.js';
import { ETHERNET_MTU, SenderSigns } from '../../src/flow/vantage/sender-signs.js';
import { fed, feed, segment } from './frames.js';
import type { SegmentParts } from './frames.js';
import { arpPacket, tcpPacket } from './script.js';

/** A file with frames from one second to another; without a second, one without frames. */
function file(...seconds: readonly number[]): TimeSpan {
  const span = new TimeSpan();
  for (const sec of seconds) span.include(sec, 500_000_000);
  return span;
}

test('silence is measured against the end of the stretch of capturing in which it lies', (t) => {
  const ends = (files: readonly TimeSpan[], ...times: readonly number[]): readonly number[] => {
    const runs = CaptureRuns.of(files, [], 10, 60);
    return times.map((time) => runs.endOf(time));
  };
  t.deepEqual(ends([file(100, 200), file(210, 300)], 100, 200.5, 200.6), [200.5, 200.5, 300.5]);
  t.deepEqual(ends([file(100, 200), file(209, 300)], 100), [300.5]);
  t.deepEqual(ends([file(), file(100, 200)], 0, 150, 250), [200.5, 200.5, 200.5]);
  t.deepEqual(ends([file(0), file(100, 200)], 0.5, 1), [0.5, 200.5]);
  t.deepEqual(ends([], 1), [0]);
  const gaps = [
    { from: 120, to: 180 },
    { from: 230, to: 289 },
  ];
  const runs = CaptureRuns.of([file(100, 300)], gaps, 10, 60);
  t.deepEqual(
    [110, 120, 121, 240].map((time) => runs.endOf(time)),
    [120, 120, 300.5, 300.5],
  );
  t.is(CaptureRuns.until(7).endOf(9), 7);
});

/** A packet seen at one place and so much later, in microseconds, at another; is that a copy? */
class TwoPlaces {
  private readonly sides = new CaptureSides();
  private signature = 1;
  private readonly hasId: boolean;

  constructor(hasId: boolean) {
    this.hasId = hasId;
  }

  isCopy(apart: number, later = 1): boolean {
    this.signature++;
    const at = this.signature * 100_000_000;
    this.sides.isCopy(this.signature, at | 0, this.hasId, 0, 0);
    return this.sides.isCopy(this.signature, (at + apart) | 0, this.hasId, later, 0);
  }
}

const copies = (hasId: boolean, ...apart: readonly number[]): readonly boolean[] => {
  const places = new TwoPlaces(hasId);
  return apart.map((micros) => places.isCopy(micros));
};

test('two places are up to ten seconds apart, give or take 20 ms', (t) => {
  t.deepEqual(copies(true, MAX_OFFSET_MICROS, MAX_OFFSET_MICROS), [false, true]);
  t.deepEqual(copies(true, MAX_OFFSET_MICROS + 1, MAX_OFFSET_MICROS + 1), [false, false]);
  t.deepEqual(copies(true, 100_000, 120_000), [false, true]);
  t.deepEqual(copies(true, 100_000, 120_001), [false, false]);
  t.deepEqual(copies(true, 16_000, 30_000), [false, true], 'near to none as well');
});

test('eight packets without an identification prove how far places are apart, whatever one before them says', (t) => {
  const eight = Array.from({ length: 8 }, () => 1_000_000);
  t.deepEqual(copies(false, ...eight), [...eight.slice(1).map(() => false), true]);
  t.deepEqual(copies(false, 100_000, ...eight), [false, ...eight.slice(1).map(() => false), true]);
});

test('eight places are compared, packets of further ones are taken as they are', (t) => {
  const places = new TwoPlaces(true);
  for (let place = 1; place < MAX_PLACES; place++) places.isCopy(1000, place);
  t.true(places.isCopy(1000, MAX_PLACES - 1));
  t.deepEqual([places.isCopy(1000, MAX_PLACES), places.isCopy(1000, MAX_PLACES)], [false, false]);
});

/** Seconds; the half keeps a time that is rounded in its microsecond. */
const after = (micros: number): number => 4 + (micros + 0.5) / 1e6;

test('copies are up to a millisecond apart, with one packet id up to a second', (t) => {
  const found = (micros: number, packetId?: number): number => {
    const [id, later] = [packetId === undefined ? {} : { packetId }, after(micros)];
    const frames = [4, later].map((at) => ({ at, bytes: segment({ flags: 'S' }), ...id }));
    return fed(frames).duplicates.found;
  };
  t.deepEqual([found(1000), found(1001)], [1, 0]);
  t.deepEqual([found(SAME_ID_MICROSECONDS, 41), found(SAME_ID_MICROSECONDS + 1, 41)], [1, 0]);
});

test('a copy whose first packet is no more at hand is up to a millisecond late, and tells itself apart', (t) => {
  const found = (parts: SegmentParts, micros: number): number => {
    const meter = new Meter({});
    feed(meter, [{ at: 4, bytes: segment(parts) }]);
    feed(meter, [{ at: after(micros), bytes: segment(parts) }], 2);
    return meter.duplicates.found;
  };
  t.deepEqual([found({}, 1000), found({}, 1001)], [1, 0]);
  t.deepEqual([found({ id: 0 }, 10), found({ id: 0, payload: Uint8Array.of(1) }, 10)], [0, 1]);
});

test('an IP identification of 0 is as good as none', (t) => {
  const payload = new Uint8Array(100);
  const meter = new Meter({});
  for (let i = 0; i < 8; i++) {
    const frame = { at: i, bytes: segment({ id: 0, seq: 100 * i, payload }) };
    feed(meter, [frame, { ...frame, at: i + 0.1, iface: 1 }], 2 * i + 1);
    t.is(meter.duplicates.sides.found, i < 7 ? 0 : 1);
  }
});

test('data is looked at for copies until so many packets had none', (t) => {
  const payload = Uint8Array.of(1);
  const found = (packets: number): number => {
    const meter = new Meter({});
    const bytes = segment({ flags: 'S', id: 1 });
    let sent = 0;
    while (sent < packets) {
      const count = Math.min(512, packets - sent);
      // Each comes too late to be a copy of the one before it.
      const frames = Array.from({ length: count }, (_, i) => ({ at: (sent + i) * 2, bytes }));
      feed(meter, frames, sent + 1);
      sent += count;
    }
    const last = { at: 200_000, bytes: segment({ payload }) };
    feed(meter, [last, last], sent + 1);
    return meter.duplicates.found;
  };
  // The first of the two is a packet without a copy as well.
  t.deepEqual([found(UNDOUBTED_PACKETS - 1), found(UNDOUBTED_PACKETS)], [1, 0]);
});

/** A step of the hash by which askers and neighbours are found; nothing in it is secret. */
function step(h: number, word: number): number {
  const mixed = Math.imul(h ^ word, 0x9e3779b1);
  return mixed ^ (mixed >>> 15);
}

test('eight pairs that are made to collide are kept, further ones are counted', (t) => {
  const neighbors = new Neighbors();
  for (let n = 1; n <= 10; n++) {
    const p = arpPacket(`10.0.0.${n}`, '10.0.0.200', 1);
    p.dst0 = step(step(step(step(0, p.src0), 0), 0), 0) ^ 0x12345678;
    neighbors.add(p, new Origin().set(n, 0, 0, n));
  }
  t.deepEqual([[...neighbors].length, neighbors.dropped], [8, 2]);
});

test('an oversize segment is looked at always, others at first and one of 1,024', (t) => {
  const signs = new SenderSigns(ETHERNET_MTU);
  const p = new Packet();
  const wants = (ipLen: number, count: number): boolean => {
    p.ipLen = ipLen;
    return signs.wants(p, count);
  };
  t.deepEqual([wants(1500, 5000), wants(1501, 5000)], [false, true]);
  t.deepEqual(
    [4095, 4096, 4097, 5120].map((count) => wants(100, count)),
    [true, true, false, true],
  );
});

test('4,096 oversize segments are told by sender, and of 64 senders', (t) => {
  const signs = new SenderSigns(ETHERNET_MTU);
  const from = (n: number): Packet => {
    const ends = [`10.0.${n >> 8}.${n & 255}`, '10.9.9.9'].map((ip) => ({ ip, port: 1 })) as [never, never];
    return tcpPacket(...ends, 'A', 1, 1, 2000);
  };
  for (let n = 0; n < 65; n++) signs.look(from(n));
  t.is(signs.senders.length, 64);
  for (let n = signs.oversize; n < 4098; n++) signs.look(from(0));
  t.deepEqual([signs.oversize, signs.senders[0]?.oversize], [4098, 4096 - 64]);
});

test('a history has at most 24 letters, and nothing behind them is one', (t) => {
  const r = new Int32Array(RECORD_WORDS);
  r[Field.SynAckDelay] = 5;
  for (let i = 0; i < 30; i++) addLetter(r, 0, i & 1, Letter.Retransmission);
  // Texts are remembered; so many others leave nothing of this one.
  const other = new Int32Array(RECORD_WORDS);
  for (let i = 0; i < 20_000; i++) {
    other[Field.History] = i;
    historyText(other, 0);
  }
  t.is(historyText(r, 0), 'Tt'.repeat(12));
});
