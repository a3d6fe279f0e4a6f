/** The frames behind a verdict: every input file that a connection was seen in has its own. */
import test from 'ava';
import { Flow } from '../../../src/flow/flow.js';
import { attemptMarks, evidenceOf } from '../../../src/report/assemble/flows/evidence.js';
import { sourceName } from '../../../src/report/assemble/input/names.js';
import { CLIENT, newTable, SERVER, START, tcpPacket } from '../../flow/script.js';
import { Origin } from '../../../src/flow/record/origin.js';

/** SYNs of one connection attempt: seconds after the start, input file, frame number in that file. */
function attempt(syns: readonly (readonly [number, number, number])[]): Flow {
  const table = newTable();
  for (const [after, file, frame] of syns) {
    table.add(tcpPacket(CLIENT, SERVER, 'S', 100), new Origin().set(START + after, 0, file, frame));
  }
  return new Flow(table).move(0);
}

test('an attempt that goes on in the next file of a set is proven by the frames of both', (t) => {
  const flow = attempt([
    [0, 0, 41],
    [3, 0, 77],
    [9, 1, 2],
  ]);
  const found = evidenceOf(flow, ['a.pcap', 'b.pcap'], 'no answer to the SYN');
  t.deepEqual(
    found.map(({ file, frames, firstTime, lastTime }) => [
      file,
      frames,
      firstTime.sec - START,
      lastTime.sec - START,
    ]),
    [
      ['a.pcap', [41, 77], 0, 3],
      ['b.pcap', [2], 9, 9],
    ],
  );
  t.is(found[0]?.shows, 'no answer to the SYN');
  t.regex(found[1]?.shows ?? '', /continued/);
  t.is(found[0]?.filter, found[1]?.filter);
});

test('a connection cut into many files lists the first few', (t) => {
  const flow = attempt([0, 1, 2, 3, 4, 5, 6].map((file) => [file, file, file + 10]));
  t.deepEqual(
    evidenceOf(flow, ['a', 'b', 'c', 'd', 'e', 'f', 'g'], '').map(({ file }) => file),
    ['a', 'b', 'c', 'd'],
  );
});

test('standard input is called by its name', (t) => {
  t.is(sourceName('-'), 'standard input');
  t.is(sourceName('a-'), 'a-');
});

test('the marks of an attempt stand at exact times after its first packet', (t) => {
  const table = newTable();
  const syn = tcpPacket(CLIENT, SERVER, 'S', 100);
  // As numbers with a fraction, these seconds since 1970 are 0.1 µs off.
  table.add(syn, new Origin().set(START, 853_230_001, 0, 1));
  table.add(syn, new Origin().set(START + 1, 12_345_678, 0, 2));
  table.add(syn, new Origin().set(START + 3, 853_230_001, 0, 3));
  const marks = attemptMarks(new Flow(table).move(0), ['a.pcap']);
  t.deepEqual(
    marks.map(({ at, frame }) => [at, frame]),
    [
      [0, 1],
      [0.159115677, 2],
      [3, 3],
    ],
  );
});
