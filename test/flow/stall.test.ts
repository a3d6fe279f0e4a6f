/** What stalls a flow, and its pauses. */
import test from 'ava';
import { MAX_NOTES_PER_FLOW, StallKind } from '../../src/flow/tcp/attempts.js';
import { played } from './script.js';

const OPEN = ['@0 > S 100', '< SA 300 101', '> A 101 301', '> A 101 301 +5', '< A 301 106'];

test('repeats of one side are a stretch until the other side is heard', (t) => {
  const { flow } = played([...OPEN, '@3 > A 106 301 +5', '@4 > A 106 301 +5', '@6 > A 106 301 +5']);
  const stall = flow.stall(StallKind.Unanswered, 0);
  t.deepEqual([stall?.count, stall?.duration, stall?.frame], [2, 2, 7]);
  t.is(stall?.mark, flow.packets(1));
  t.is(flow.stall(StallKind.Unanswered, 1), null);
});

test('a stretch after an answer begins anew', (t) => {
  const repeats = ['@3 > A 106 301 +5', '@4 > A 106 301 +5', '@5 < A 301 106', '@6 > A 106 301 +5'];
  const stall = played([...OPEN, ...repeats]).flow.stall(StallKind.Unanswered, 0);
  t.deepEqual([stall?.count, stall?.frame], [1, 9]);
});

test('SYNs, FINs and bare ACKs that come again ask for nothing', (t) => {
  const { flow } = played([...OPEN, '@2 > A 106 301', '@3 > FA 106 301', '@4 > FA 106 301']);
  t.is(flow.stall(StallKind.Unanswered, 0), null);
  t.is(played(['@0 > S 100', '@1 > S 100', '@3 > S 100']).flow.stall(StallKind.Unanswered, 0), null);
});

test('a window of 0 lasts from packet to packet of its side', (t) => {
  const { flow } = played([
    ...OPEN,
    '@1 < A 301 106 w0',
    '@2 > A 105 301',
    '@4 < A 301 106 w0',
    '@5 < A 301 106',
    '@6 < A 301 106 w0',
  ]);
  const stall = flow.stall(StallKind.ZeroWindow, 1);
  t.deepEqual([stall?.count, stall?.longest, stall?.duration], [1, 3, 0]);
});

test('notes are listed without the stalls, and stalls have no room beyond the notes of a flow', (t) => {
  const stalled = ['@3 > A 106 301 +5', '@4 > A 106 301 +5'];
  t.deepEqual(played([...OPEN, ...stalled]).flow.notes(), []);
  const resets = Array.from({ length: MAX_NOTES_PER_FLOW }, () => '@2 < R 301');
  const { flow, trace } = played([...OPEN, ...resets, ...stalled]);
  t.is(flow.stall(StallKind.Unanswered, 0), null);
  t.is(flow.notes().length, MAX_NOTES_PER_FLOW);
  t.true(trace.table.notes.droppedOfFlows > 0);
});

test('the longest pause is kept to a second, from two seconds on', (t) => {
  t.is(played(['@0 > S 100', '@1.9 < SA 300 101']).flow.longestPause, 0);
  const { flow } = played(['@0 > S 100', '@5 < SA 300 101', '@8 > A 101 301']);
  t.is(flow.longestPause, 5);
  t.is(flow.ttl(0), 128);
});
