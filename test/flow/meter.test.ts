/** The loop over the frames: steps of the clock, drops between rows, who is shown payload. */
import test from 'ava';
import { DropEvents, FrameBatch, LinkType } from '../../src/capture/frames/frame.js';
import { concat } from '../../captures/recipes/craft/bytes.js';
import { NoteKind } from '../../src/flow/tcp/attempts.js';
import { Flow } from '../../src/flow/flow.js';
import { Meter } from '../../src/flow/meter.js';
import { MAX_GAPS, SHORTEST_GAP_SECONDS } from '../../src/flow/vantage/capture-runs.js';
import { TimeSpan } from '../../src/flow/record/time-span.js';
import { fed, feed, segment } from './frames.js';
import { START } from './script.js';

const totalsAt = (...seconds: readonly number[]): Meter =>
  fed(seconds.map((at, i) => ({ at, bytes: segment({ seq: i, id: i + 1 }) })));

test('a step back of a second counts, a shorter one does not', (t) => {
  t.is(totalsAt(10, 9).totals.backwards, 1);
  t.is(totalsAt(10, 9.01).totals.backwards, 0);
  t.deepEqual(
    [totalsAt(10, 9).totals.longestBackwards, totalsAt(10, 10.5, 11).totals.longestBackwards],
    [1, 0],
  );
});

test('a minute without a frame is a gap; of the longest gaps the first is told', (t) => {
  t.deepEqual(totalsAt(0, SHORTEST_GAP_SECONDS).gaps, [{ from: START, to: START + SHORTEST_GAP_SECONDS }]);
  t.deepEqual(totalsAt(0.5, SHORTEST_GAP_SECONDS).gaps, []);
  const { totals } = totalsAt(0, 5, 10, 13);
  t.deepEqual([totals.longestGap, totals.longestGapAt], [5, START]);
});

test('so many gaps as the limit says are remembered', (t) => {
  const meter = new Meter({});
  const bytes = segment();
  let frame = 0;
  const send = (count: number): void => {
    const frames = Array.from({ length: count }, (_, i) => ({
      at: (frame + i) * SHORTEST_GAP_SECONDS,
      bytes,
    }));
    feed(meter, frames, frame + 1);
    frame += count;
  };
  while (frame < MAX_GAPS) send(512);
  t.is(meter.gaps.length, MAX_GAPS - 1);
  send(1);
  t.is(meter.gaps.length, MAX_GAPS);
  send(1);
  t.is(meter.gaps.length, MAX_GAPS);
});

test('the first and the last time are those of the clock, to the nanosecond', (t) => {
  const span = new TimeSpan();
  const seen = (sec: number, nsec: number): readonly number[] => {
    span.include(sec, nsec);
    return [span.firstSec, span.firstNsec, span.lastSec, span.lastNsec];
  };
  t.deepEqual(seen(5, 50), [5, 50, 5, 50]);
  t.deepEqual(seen(5, 60), [5, 50, 5, 60]);
  t.deepEqual(seen(5, 55), [5, 50, 5, 60]);
  t.deepEqual(seen(5, 40), [5, 40, 5, 60]);
  t.deepEqual(seen(6, 10), [5, 40, 6, 10]);
  t.deepEqual(seen(6, 5), [5, 40, 6, 10]);
  t.deepEqual(seen(4, 90), [4, 90, 6, 10]);
  t.deepEqual(seen(4, 95), [4, 90, 6, 10]);
});

const FIREWALL = 909;

/** Two rows of one flow and two of another, with a drop report of each before the row that is named. */
function batchWith(
  ...drops: readonly { readonly before: number; readonly row: number; reason?: number }[]
): FrameBatch {
  const frames = [50_000, 50_000, 50_001, 50_001].map((srcPort, i) =>
    segment({ srcPort, seq: i, id: i + 1 }),
  );
  const batch = new FrameBatch();
  batch.bytes = concat(...frames);
  batch.view = new DataView(batch.bytes.buffer, batch.bytes.byteOffset, batch.bytes.length);
  batch.firstFrame = 1;
  frames.forEach((bytes, i) => {
    batch.at[i] = i * bytes.length;
    batch.capLen[i] = batch.origLen[i] = bytes.length;
    batch.sec[i] = START + i;
    batch.linkType[i] = LinkType.Ethernet;
  });
  batch.count = frames.length;
  const events = new DropEvents();
  drops.forEach(({ before, row, reason = FIREWALL }, i) => {
    events.before[i] = before;
    events.at[i] = batch.at[row]!;
    events.capLen[i] = events.origLen[i] = batch.capLen[row]!;
    events.linkType[i] = LinkType.Ethernet;
    events.sec[i] = START + before;
    events.reason[i] = reason;
    events.location[i] = 1;
  });
  events.count = drops.length;
  batch.drops = events;
  return batch;
}

function fedInRuns(batch: FrameBatch, ends: readonly number[]): Meter {
  const meter = new Meter({});
  ends.forEach((to, i) => {
    meter.feed({ batch, from: ends[i - 1] ?? 0, to, fileIndex: 0 });
  });
  return meter;
}

function dropsOf(meter: Meter, id: number): readonly number[] {
  const notes = new Flow(meter.flows).move(id).notes();
  return notes.filter(({ kind }) => kind === NoteKind.Dropped).map(({ icmp }) => icmp);
}

test('a drop report goes to the flow of the rows before it, once, however the batch is cut into runs', (t) => {
  for (const ends of [[4], [1, 2, 3, 4], [2, 4], [3, 4]]) {
    const meter = fedInRuns(
      batchWith(
        { before: 0, row: 0 },
        { before: 1, row: 0 },
        { before: 2, row: 2 },
        { before: 2, row: 0, reason: 911 },
        { before: 4, row: 2, reason: 922 },
      ),
      ends,
    );
    t.is(meter.totals.frames, 4);
    t.is(meter.totals.dropsElsewhere, 2, 'its flow had not begun');
    t.deepEqual([dropsOf(meter, 0), dropsOf(meter, 1)], [[FIREWALL, 911], [922]], ends.join());
  }
});

test('four reports of drops are kept of a flow', (t) => {
  const reasons = [909, 911, 922, 923, 928];
  const drops = reasons.map((reason) => ({ before: 4, row: 2, reason }));
  t.deepEqual(dropsOf(fedInRuns(batchWith(...drops), [4]), 1), reasons.slice(0, 4));
});

test('who reads payload is shown segments with some, and the end of a flow without', (t) => {
  const meter = new Meter({});
  const shown: string[] = [];
  meter.payloadReader = {
    read: (side, p) => void shown.push(`read ${side} ${p.payloadLen}`),
    ended: (_flow, side) => void shown.push(`ended ${side}`),
  };
  const payload = Uint8Array.of(1);
  const course = [
    { flags: 'S' },
    { flags: 'A' },
    { flags: 'PA', payload },
    { flags: 'FA' },
    { flags: 'FA', payload },
  ];
  feed(
    meter,
    course.map((parts, i) => ({ at: i, bytes: segment({ ...parts, seq: i, id: i + 1 }) })),
  );
  t.deepEqual(shown, ['read 0 1', 'ended 0', 'read 0 1']);
});
