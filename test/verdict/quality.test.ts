/** The capture is judged before the traffic: each check at its threshold. */
import test from 'ava';
import {
  CADENCE_SECONDS,
  judgeQuality,
  MIDSTREAM_SHARE,
  ONE_SIDED_SHARE,
} from '../../src/verdict/quality.js';
import type { QualityFacts } from '../../src/verdict/quality.js';

const FAULTLESS: QualityFacts = {
  frames: 1000,
  seconds: CADENCE_SECONDS,
  tcpFlows: 100,
  oneSidedFlows: 0,
  midstreamFlows: 0,
  snappedFrames: 0,
  offloadedFrames: 0,
  malformedFrames: 0,
  noTimeFrames: 0,
  backwardsFrames: 0,
  droppedMarks: 0,
  icmpFlows: 1,
  lost: 0n,
  filters: [],
  damaged: [],
  evictedFlows: 0,
  interrupted: '',
  serverKnown: true,
  place: { point: 'unknown', reason: '' },
};

/** 'code level' of all findings. */
function found(facts: Partial<QualityFacts>): string[] {
  return judgeQuality({ ...FAULTLESS, ...facts }).map(({ code, level }) => `${code} ${level}`);
}

const NONE = 'no_defect_found good';

const CASES: readonly (readonly [string, Partial<QualityFacts>, string])[] = [
  ['nothing to complain of', {}, NONE],
  ['no frames', { frames: 0 }, 'no_frames serious'],
  ['a damaged file', { damaged: ['x stops at byte 5.'] }, 'damaged_file warning'],
  ['an interrupted run', { interrupted: 'Stopped.' }, 'interrupted warning'],
  ['one frame lost', { lost: 1n }, 'frames_lost warning'],
  ['loss not told', { lost: null }, `loss_unknown note, ${NONE}`],
  ['one flow of one direction', { oneSidedFlows: 1 }, `one_direction_only note, ${NONE}`],
  ['just under the share', { oneSidedFlows: ONE_SIDED_SHARE * 100 - 1 }, `one_direction_only note, ${NONE}`],
  ['at the share', { oneSidedFlows: ONE_SIDED_SHARE * 100 }, 'one_direction_only serious'],
  ['a second short of the cadence', { seconds: CADENCE_SECONDS - 1 }, `short_capture note, ${NONE}`],
  [
    'some flows from the middle',
    { midstreamFlows: MIDSTREAM_SHARE * 100 - 1 },
    `midstream_flows note, ${NONE}`,
  ],
  ['many flows from the middle', { midstreamFlows: MIDSTREAM_SHARE * 100 }, 'midstream_flows warning'],
  ['a capture filter', { filters: ['tcp port 9003'] }, 'capture_filter warning'],
  ['snapped frames', { snappedFrames: 1 }, `snapped_frames note, ${NONE}`],
  ['frames without time', { noTimeFrames: 1 }, 'frames_without_time warning'],
  ['time going back', { backwardsFrames: 1 }, `time_goes_backwards note, ${NONE}`],
  ['offload', { offloadedFrames: 1 }, `segmentation_offload note, ${NONE}`],
  ['malformed frames', { malformedFrames: 1 }, `malformed_frames note, ${NONE}`],
  ['drop marks', { droppedMarks: 1 }, `drop_verdicts note, ${NONE}`],
  ['no ICMP', { icmpFlows: 0 }, `no_icmp note, ${NONE}`],
  ['evicted flows', { evictedFlows: 1 }, 'flows_evicted serious'],
];

for (const [title, facts, wanted] of CASES) {
  test(`${title}: ${wanted}`, (t) => {
    t.deepEqual(found(facts), wanted.split(', '));
  });
}

test('an empty capture is not also called short or without ICMP', (t) => {
  t.deepEqual(found({ frames: 0, seconds: 0, icmpFlows: 0, tcpFlows: 0 }), ['no_frames serious']);
});

test('the serious findings come first', (t) => {
  const levels = found({ evictedFlows: 1, lost: 1n, snappedFrames: 1, oneSidedFlows: 50 }).map(
    (finding) => finding.split(' ')[1],
  );
  t.deepEqual(levels, ['serious', 'serious', 'warning', 'note']);
});

test('every finding names its numbers and what follows from it', (t) => {
  for (const [, facts] of CASES) {
    for (const finding of judgeQuality({ ...FAULTLESS, ...facts })) {
      t.regex(finding.text, /\.$|: |^x stops/);
      if (finding.level !== 'good' && finding.code !== 'loss_unknown') t.not(finding.consequence, '');
    }
  }
});

test('the capture point is said with what it means for silence', (t) => {
  const near = judgeQuality({ ...FAULTLESS, place: { point: 'its_segment', reason: 'Near.' } });
  t.regex(near.find((one) => one.code === 'captured_at_server')?.consequence ?? '', /stopped by this server/);
  const far = judgeQuality({ ...FAULTLESS, place: { point: 'elsewhere', reason: 'Far.' } });
  t.truthy(far.find((one) => one.code === 'captured_elsewhere'));
});
