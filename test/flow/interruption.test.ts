/** What counts as cut off or held up, at each threshold. */
import test from 'ava';
import { hopsOf } from '../../src/flow/hops.js';
import {
  CUT_OFF,
  foreignReset,
  hindrance,
  isBeforeSynAck,
  longestZeroWindow,
  losesLargeSegments,
  pauseBefore,
  unansweredEnd,
} from '../../src/flow/interruption.js';
import type { Flow } from '../../src/flow/flow.js';
import { StallKind } from '../../src/flow/tcp/attempts.js';
import type { Stall } from '../../src/flow/tcp/attempts.js';
import { CLIENT, played, SERVER, tcpPacket, Trace } from './script.js';

const OPEN = ['@0 > S 100', '< SA 300 101', '> A 101 301'];

test('hops are counted from the nearest TTL that systems begin with', (t) => {
  const hops = [1, 31, 32, 33, 64, 65, 128, 129, 255, 256].map(hopsOf);
  t.deepEqual(hops, [31, 1, 0, 31, 0, 63, 0, 126, 0, 0]);
});

/** A connection in which `side` sends so many packets, and then a reset in its name with this TTL. */
function reset(side: 0 | 1, packets: number, ttl: number): Flow {
  const trace = new Trace();
  const [src, dst] = side === 0 ? [CLIENT, SERVER] : [SERVER, CLIENT];
  trace.tcp(['> A 100 300 +1', '< A 300 101 +1']);
  for (let i = 1; i < packets; i++) trace.add(tcpPacket(src, dst, 'A', 400, 200), 1);
  const rst = tcpPacket(src, dst, 'R', 400);
  rst.ttl = ttl;
  trace.add(rst, 2);
  return trace.flow();
}

test('a reset that came a shorter way than the packets of its side is forged, when these are two', (t) => {
  for (const side of [0, 1] as const) {
    // The packets come with TTL 128 from 128, no hop; a reset cannot come nearer than that.
    t.is(foreignReset(reset(side, 2, 128)), null);
    t.is(foreignReset(reset(side, 2, 120)), null, 'a longer way');
  }
  const farther = (side: 0 | 1, packets: number, ttl: number): boolean => {
    const trace = new Trace();
    const ends = side === 0 ? ([CLIENT, SERVER] as const) : ([SERVER, CLIENT] as const);
    for (let i = 0; i <= packets; i++) {
      const p = tcpPacket(ends[0], ends[1], i === packets ? 'R' : 'A', 400, 200);
      p.ttl = i === packets ? ttl : 120;
      trace.add(p, i);
      if (i === 0) trace.add(tcpPacket(ends[1], ends[0], 'A', 200, 400), i);
    }
    return foreignReset(trace.flow()) !== null;
  };
  for (const side of [0, 1] as const) {
    t.deepEqual(
      [119, 120, 121].map((ttl) => farther(side, CUT_OFF.packetsBeforeReset, ttl)),
      [false, false, true],
    );
    t.false(farther(side, CUT_OFF.packetsBeforeReset - 1, 121));
  }
});

test('what is noted within a microsecond of the SYN-ACK did not come before it', (t) => {
  const { flow } = played(['@0 > S 100', '@0.5 < R 0', '@1 < SA 300 101']);
  const [note] = flow.notes();
  const before = (nsec: number): boolean => note !== undefined && isBeforeSynAck(flow, { ...note, nsec });
  t.deepEqual([500_000_000, 999_998_999, 999_999_000, 999_999_999].map(before), [true, true, false, false]);
  t.is(hindrance(flow, () => false)?.kind, 'reset');
  const after = played(['@0 > S 100', '@1 < SA 300 101', '@1.5 < R 301']).flow;
  t.is(
    hindrance(after, () => false),
    null,
  );
  const never = played(['@0 > S 100', '@1.5 < R 0']).flow;
  t.is(
    hindrance(never, () => false),
    null,
  );
});

test('so many repeats, and so long without an answer, are an end', (t) => {
  const end = (count: number, seconds: number): boolean => {
    const data = '> A 101 301 +5';
    const repeats = Array.from({ length: count }, (_, i) => `@${2 + (i * seconds) / (count - 1)} ${data}`);
    return unansweredEnd(played([...OPEN, '< A 301 101 +1', `@1 ${data}`, ...repeats]).flow)?.side === 0;
  };
  const { unansweredRepeats, unansweredSeconds } = CUT_OFF;
  t.true(end(unansweredRepeats, unansweredSeconds));
  t.false(end(unansweredRepeats - 1, unansweredSeconds));
  t.false(end(unansweredRepeats, unansweredSeconds - 0.01));
});

test('the longest pause explains what comes within half a minute of its end', (t) => {
  const { flow } = played(['@0 > S 100', '@50 < SA 300 101', '@51 > A 101 301']);
  const ended = flow.firstSec + 50;
  t.deepEqual(
    [-1, 0, 30, 31].map((since) => pauseBefore(flow, ended + since)),
    [0, 50, 50, 0],
  );
});

/** A side whose small packets pass and whose large one does not. */
function stalled(size: number, passedBytes: number, passedPackets: number): boolean {
  const trace = new Trace();
  trace.tcp([...OPEN, `> A 101 301 +${passedBytes}`, `< A 301 ${101 + passedBytes}`]);
  for (let i = 1; i < passedPackets; i++) trace.tcp([`> A ${101 + passedBytes} 301`]);
  for (const at of [2, 3, 4, 5]) trace.tcp([`@${at} > A ${101 + passedBytes} 301 +${size - 40}`]);
  const flow = trace.flow();
  const stall = flow.stall(StallKind.Unanswered, 0) as Stall;
  return losesLargeSegments(flow, 0, stall);
}

test('segments are large above 1,280 bytes, and lost when the mean of those that pass is less than half', (t) => {
  t.deepEqual(
    [1280, 1281].map((size) => stalled(size, 100, 2)),
    [false, true],
  );
  // Two pass: 2 x (1400 / 2 - 40) bytes are just half.
  t.deepEqual(
    [1319, 1320].map((bytes) => stalled(1400, bytes, 2)),
    [true, false],
  );
});

test('of windows that stayed closed for as long the responder is told', (t) => {
  const closed = (orig: number, resp: number): readonly [number, number] => {
    const { flow } = played([
      ...OPEN,
      '@1 > A 101 301 w0',
      `@${1 + orig} > A 101 301 w0`,
      '@20 < A 301 101 w0',
      `@${20 + resp} < A 301 101 w0`,
    ]);
    const { side, seconds } = longestZeroWindow(flow);
    return [side, seconds];
  };
  t.deepEqual(
    [closed(5, 4), closed(5, 5), closed(4, 5)],
    [
      [0, 5],
      [1, 5],
      [1, 5],
    ],
  );
});
