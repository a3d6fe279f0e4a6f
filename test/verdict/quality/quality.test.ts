/** The capture is judged before the traffic: each check on both sides of its threshold. */
import { readFileSync } from 'node:fs';
import test from 'ava';
import { qualityModel } from '../../../src/report/assemble/words/quality-text.js';
import { hidesIcmp, hidesMapper } from '../../../src/verdict/quality/capture-filter.js';
import { judgeQuality } from '../../../src/verdict/quality/judge-quality.js';
import type { QualityFinding } from '../../../src/verdict/quality/quality.js';
import type { QualityFacts } from '../../../src/verdict/quality/quality-facts.js';
import { DEFAULT_THRESHOLDS, THRESHOLDS, thresholdsWith } from '../../../src/verdict/quality/thresholds.js';
import type { ThresholdName } from '../../../src/verdict/quality/thresholds.js';
import { FAULTLESS } from './faultless.js';

const CADENCE = DEFAULT_THRESHOLDS['cadence-seconds'];

type Changed = Readonly<Partial<Record<ThresholdName, number>>>;

function findings(facts: Partial<QualityFacts>, changed: Changed = {}): QualityFinding[] {
  return judgeQuality({ ...FAULTLESS, ...facts }, thresholdsWith(changed));
}

/** 'code level' of all findings. */
function found(facts: Partial<QualityFacts>, changed: Changed = {}): string[] {
  return findings(facts, changed).map(({ code, level }) => `${code} ${level}`);
}

const NONE = 'no_defect_found good';

const CASES: readonly (readonly [string, Partial<QualityFacts>, string])[] = [
  ['nothing to complain of', {}, NONE],
  ['no frames', { frames: 0 }, 'no_frames serious'],
  ['a damaged file', { damaged: [{ path: 'x', offset: 5, message: 'cut' }] }, 'damaged_file warning'],
  ['an interrupted run', { interrupted: 'Stopped.' }, 'interrupted warning'],
  ['one frame lost', { lost: 1n }, 'frames_lost warning'],
  ['loss not told', { lost: null }, `loss_unknown note, ${NONE}`],
  [
    'acknowledged data missing in few connections',
    { wholeFlows: 101, unseenFlows: 1 },
    `acked_unseen_segments note, ${NONE}`,
  ],
  ['acknowledged data missing at the share', { unseenFlows: 1 }, 'acked_unseen_segments warning'],
  ['one flow of one direction', { oneSidedFlows: 1 }, `one_direction_only note, ${NONE}`],
  ['just under the one-sided share', { oneSidedFlows: 19 }, `one_direction_only note, ${NONE}`],
  ['at the one-sided share', { oneSidedFlows: 20 }, 'one_direction_only serious'],
  ['a second short of the cadence', { seconds: CADENCE - 1 }, `short_capture note, ${NONE}`],
  ['some flows from the middle', { midstreamFlows: 49 }, `midstream_flows note, ${NONE}`],
  ['many flows from the middle', { midstreamFlows: 50 }, 'midstream_flows warning'],
  ['a capture filter', { filters: ['tcp port 9003'] }, 'capture_filter warning'],
  ['a few snapped frames', { snappedFrames: 9 }, NONE],
  ['snapped frames at the share', { snappedFrames: 10 }, `snapped_frames note, ${NONE}`],
  ['frames without time', { noTimeFrames: 1 }, 'frames_without_time warning'],
  ['frames out of order by less than a second', { longestBackwards: 0.9 }, NONE],
  ['time going back', { longestBackwards: 1, backwardsFrames: 1 }, `time_goes_backwards note, ${NONE}`],
  ['silence just shorter than a gap', { longestGap: CADENCE - 1 }, NONE],
  ['a gap in time', { longestGap: CADENCE }, `time_gap note, ${NONE}`],
  ['a few copies', { packets: 951, copies: 49 }, NONE],
  ['copies at the share', { packets: 950, copies: 50 }, `duplicate_packets note, ${NONE}`],
  ['offload', { offloadedFrames: 1 }, `segmentation_offload note, ${NONE}`],
  ['segments over the MTU', { oversizeFrames: 1, longestPacket: 4000 }, `oversize_segments note, ${NONE}`],
  ['malformed frames', { malformedFrames: 1 }, `malformed_frames note, ${NONE}`],
  ['drop marks', { droppedMarks: 1 }, `drop_verdicts note, ${NONE}`],
  ['nothing but drop marks', { droppedMarks: 1000 }, 'only_dropped_frames warning'],
  ['no ICMP', { icmpFlows: 0 }, `no_icmp note, ${NONE}`],
  ['no ARP', { neighbourFrames: 0 }, `no_arp note, ${NONE}`],
  ['no ARP where the link has none', { neighbourFrames: -1 }, NONE],
  ['no port 135', { mapperFlows: 0 }, `no_port_135 note, ${NONE}`],
  ['evicted flows', { evictedFlows: 1 }, 'flows_evicted serious'],
];

for (const [title, facts, wanted] of CASES) {
  test(`${title}: ${wanted}`, (t) => {
    t.deepEqual(found(facts), wanted.split(', '));
  });
}

test('a short capture is not suspected of a filter because ICMP, ARP and port 135 are missing', (t) => {
  const facts = { seconds: CADENCE - 1, icmpFlows: 0, neighbourFrames: 0, mapperFlows: 0 };
  t.deepEqual(found(facts), ['short_capture note', NONE]);
});

test('an empty capture is not also called short or without ICMP', (t) => {
  const facts = { frames: 0, seconds: 0, icmpFlows: 0, mapperFlows: 0, neighbourFrames: 0, tcpFlows: 0 };
  t.deepEqual(found(facts), ['no_frames serious']);
});

test('the serious findings come first', (t) => {
  const levels = found({ evictedFlows: 1, lost: 1n, snappedFrames: 10, oneSidedFlows: 50 }).map(
    (finding) => finding.split(' ')[1],
  );
  t.deepEqual(levels, ['serious', 'serious', 'warning', 'note']);
});

test('every finding names its numbers and what follows from it', (t) => {
  for (const [, facts] of CASES) {
    for (const finding of findings(facts)) {
      const { text, consequence } = qualityModel(finding);
      t.regex(text, /\.$|: /);
      if (finding.level !== 'good' && finding.code !== 'loss_unknown') t.not(consequence, '');
      t.is(finding.measured === null, finding.unit === '', finding.code);
      if (finding.threshold !== null) {
        t.is(finding.threshold.value, DEFAULT_THRESHOLDS[finding.threshold.name]);
      }
    }
  }
});

/** For each threshold that a check reads: facts that are told with the first value and not, or less, with the second. */
const MOVED: readonly (readonly [ThresholdName, Partial<QualityFacts>, number, number])[] = [
  ['one-sided-share', { oneSidedFlows: 30 }, 0.3, 0.31],
  ['midstream-share', { midstreamFlows: 30 }, 0.3, 0.31],
  ['lost-frames', { lost: 10n }, 10, 11],
  ['unseen-share', { unseenFlows: 5 }, 0.05, 0.06],
  ['duplicate-share', { packets: 70, copies: 30 }, 0.3, 0.31],
  ['snapped-share', { snappedFrames: 300 }, 0.3, 0.31],
  ['malformed-share', { malformedFrames: 300 }, 0.29, 0.3],
  ['cadence-seconds', { seconds: 100 }, 101, 100],
  ['gap-seconds', { longestGap: 100 }, 100, 101],
  ['clock-back-seconds', { longestBackwards: 5 }, 5, 6],
];

for (const [name, facts, told, untold] of MOVED) {
  test(`--threshold ${name} moves its check`, (t) => {
    t.notDeepEqual(found(facts, { [name]: told }), found(facts, { [name]: untold }));
  });
}

test('every threshold moves a check, or is read where packets are met', (t) => {
  const elsewhere = ['duplicate-ms', 'oversize-bytes', 'bad-checksum-share'];
  const names = THRESHOLDS.map(({ name }) => name).sort();
  t.deepEqual([...MOVED.map(([name]) => name), ...elsewhere].sort(), names);
});

test('the capture point is said with what it means for silence', (t) => {
  const near = { point: 'its_segment', shownBy: { code: 'own_ttl_untouched', ttl: 128 } } as const;
  const [first] = findings({ place: near }).map((one) => qualityModel(one));
  t.is(first?.code, 'captured_at_server');
  t.regex(first?.text ?? '', /untouched TTL \(128\)/);
  t.regex(first?.consequence ?? '', /stopped by this server/);
  const far = findings({ place: { point: 'elsewhere', shownBy: { code: 'own_ttl_lowered' } } });
  t.truthy(far.find((one) => one.code === 'captured_elsewhere'));
});

const FILTERS: readonly (readonly [string, boolean, boolean])[] = [
  ['host 10.0.0.1', false, false],
  ['tcp', true, false],
  ['tcp or udp', true, false],
  ['udp', true, true],
  ['tcp port 9003 or tcp port 9004', true, true],
  ['port 135 or icmp', false, false],
  ['tcp portrange 100-200', true, false],
  ['portrange 9003-9004 or icmp', false, true],
  ['not port 22', false, false],
  ['not tcp port 3389', false, false],
  ['host 10.0.0.1 and not (port 22 or port 3389)', false, false],
  ['tcp and not port 22', true, false],
  ['not icmp', true, false],
  ['ip', false, false],
];

for (const [filter, icmp, mapper] of FILTERS) {
  test(`the filter "${filter}" hides ${[icmp && 'ICMP', mapper && '135'].filter(Boolean).join(' and ') || 'neither'}`, (t) => {
    t.deepEqual([hidesIcmp(filter), hidesMapper(filter)], [icmp, mapper]);
  });
}

test('docs/verdicts.md lists every finding, threshold with its default, and effect', (t) => {
  const docs = readFileSync(new URL('../../../../docs/verdicts.md', import.meta.url), 'utf8');
  const told = CASES.flatMap(([, facts]) => findings(facts));
  for (const { code, effects } of told) {
    if (code !== 'no_defect_found') t.true(docs.includes(`\`${code}\``), code);
    for (const effect of effects) t.true(docs.includes(`| \`${effect}\` |`), effect);
  }
  for (const { name, byDefault } of THRESHOLDS) {
    const written = name === 'duplicate-ms' ? `\`${name}\` (${byDefault} ms)` : `\`${name}\` ${byDefault}`;
    t.true(docs.includes(written), name);
  }
});
