/** What the capture's quality does to verdicts: lowered, withheld, or left alone where packets prove them. */
import test from 'ava';
import { Gate } from '../../../src/verdict/judge/gate.js';
import { judge } from '../../../src/verdict/judge/judge.js';
import { hostKeyText } from '../../../src/verdict/words/host-key.js';
import { serverFromOption } from '../../../src/verdict/hosts/server.js';
import type { QualityFacts } from '../../../src/verdict/quality/quality-facts.js';
import type { RuleVerdict } from '../../../src/verdict/words/rule-verdict.js';
import { DEFAULT_THRESHOLDS } from '../../../src/verdict/quality/thresholds.js';
import { parseAddress } from '../../../src/flow/record/address.js';
import { START, tcpPacket } from '../../flow/script.js';
import { FAULTLESS } from '../quality/faultless.js';
import { matcher, NAS, PC, Scene } from '../scene.js';
import { Origin } from '../../../src/flow/record/origin.js';

/** The verdict of one rule in a capture of this quality. */
function judged(scene: Scene, facts: Partial<QualityFacts>, rule = 'ua-9003'): RuleVerdict {
  const words = [parseAddress(NAS)].filter((one) => one !== null);
  const { verdicts } = judge(scene.trace.table, matcher, serverFromOption(words), scene.facts, {
    agentPort: 9003,
    serverPort: 9004,
    answerWait: 3,
    captureEnd: START + 10_000,
    gate: new Gate({ ...FAULTLESS, ...facts }, DEFAULT_THRESHOLDS),
  });
  const found = verdicts.find((v) => v.rule.id === rule && hostKeyText(v.host) === PC);
  if (found === undefined) throw new Error(`no verdict for ${rule}`);
  return found;
}

/** Verdict, reason, and what it rests on because of the capture. */
function text({ verdict, reason, cautions }: RuleVerdict): string {
  return [verdict, reason, ...(cautions ?? [])].join(' ');
}

const SERVER = { ip: NAS, port: 50_123 };
const AGENT = { ip: PC, port: 9003 };

/** Something by which the computer is known to be one. */
function known(): Scene {
  return new Scene().tcp(PC, NAS, 9004);
}

function played(...lines: readonly string[]): Scene {
  const scene = known();
  scene.trace.tcp(lines, SERVER, AGENT);
  return scene;
}

const LOSSES = [
  ['its own count of lost frames', { lost: 1n }],
  ['acknowledged data that was never captured', { unseenFlows: 5 }],
] as const;

for (const [title, facts] of LOSSES) {
  test(`a capture that loses packets by ${title}: a single silent SYN is inconclusive`, (t) => {
    t.is(text(judged(played('> S 100'), {})), 'blocked syn_silent');
    t.is(
      text(judged(played('> S 100'), facts)),
      'inconclusive lone_silence capture_dropped_frames single_attempt',
    );
  });
}

test('SYNs that the sender itself repeats in vain stand, with low confidence', (t) => {
  const repeated = played('> S 100', '@1 > S 100', '@3 > S 100');
  t.is(text(judged(repeated, { lost: 9n })), 'blocked syn_silent capture_dropped_frames');
});

test('a SYN again sooner than any timeout is no second attempt', (t) => {
  t.is(judged(played('> S 100', '@0.1 > S 100'), { lost: 9n }).reason, 'lone_silence');
});

test('two attempts, each silent, are more than one packet', (t) => {
  const scene = played('> S 100').tcp(NAS, PC, 9003, 'silent', 60);
  t.is(judged(scene, { lost: 9n }).verdict, 'blocked');
});

test('a RST that answers the SYN stands, however much is lost', (t) => {
  t.is(text(judged(played('> S 100', '< RA 0 101'), { lost: 9n })), 'blocked rst_answers_syn');
});

test('a single SYN-ACK without an ACK is inconclusive, a repeated one is not', (t) => {
  t.is(judged(played('> S 100', '< SA 300 101'), { lost: 9n }).reason, 'lone_silence');
  const repeated = played('> S 100', '< SA 300 101', '@1 < SA 300 101', '@3 < SA 300 101');
  t.is(judged(repeated, { lost: 9n }).verdict, 'blocked');
});

test('a single request without an answer is inconclusive, a repeated one is not', (t) => {
  const once = known().udp(NAS, PC, 137, false);
  t.is(judged(once, {}, 'ua-udp-137').verdict, 'blocked');
  t.is(judged(once, { lost: 9n }, 'ua-udp-137').reason, 'lone_silence');
  const twice = known().udp(NAS, PC, 137, false).udp(NAS, PC, 137, false);
  t.is(judged(twice, { lost: 9n }, 'ua-udp-137').verdict, 'blocked');
});

test('where others got through, one silent attempt is not counted against the port', (t) => {
  const scene = known().tcp(NAS, PC, 9003).tcp(NAS, PC, 9003, 'silent', 60);
  t.is(judged(scene, {}).verdict, 'degraded');
  t.is(judged(scene, { lost: 9n }).reason, 'works_lone_silence');
  t.is(judged(scene, { lost: 9n }).verdict, 'working');
});

test('too little loss for the threshold leaves verdicts as they are', (t) => {
  t.is(text(judged(played('> S 100'), { wholeFlows: 1000, unseenFlows: 5 })), 'blocked syn_silent');
});

test('a capture of one direction lowers silence and nothing else', (t) => {
  const facts = { oneSidedFlows: 50 };
  t.is(text(judged(played('> S 100', '@1 > S 100'), facts)), 'blocked syn_silent one_direction');
  t.is(text(judged(played('> S 100', '< RA 0 101'), facts)), 'blocked rst_answers_syn');
});

test('where ICMP is hidden, silence may be a rejection', (t) => {
  const silent = played('> S 100', '@1 > S 100');
  for (const facts of [{ icmpFlows: 0 }, { filters: ['tcp port 9003 or port 135'] }]) {
    t.deepEqual(judged(silent, facts).cautions, ['icmp_may_be_hidden']);
  }
});

test('what was not observed says why it may be missing', (t) => {
  const cases: readonly (readonly [Partial<QualityFacts>, readonly string[]])[] = [
    [{}, []],
    [{ filters: ['tcp'] }, ['capture_filter']],
    [{ seconds: 60 }, ['capture_shorter_than_cadence']],
    [{ evictedFlows: 3 }, ['flows_missing']],
    [{ interrupted: 'Stopped.' }, ['flows_missing']],
    [{ lost: 9n }, ['capture_dropped_frames']],
  ];
  for (const [facts, wanted] of cases) {
    const v = judged(known(), facts);
    t.is(v.verdict, 'not_observed');
    t.deepEqual(v.cautions ?? [], wanted);
  }
});

test('what works is not weakened', (t) => {
  const v = judged(known().tcp(NAS, PC, 9003), { lost: 9n, oneSidedFlows: 50, evictedFlows: 1, seconds: 1 });
  t.is(text(v), 'working works');
});

/** One SYN, and the capturing system's word that it dropped it. */
function dropped(...lines: readonly string[]): Scene {
  const scene = played(...lines);
  const syn = tcpPacket(SERVER, AGENT, 'S', 100);
  scene.trace.table.markDropped(syn, new Origin().set(START, 0, 0, 1));
  return scene;
}

test('a drop mark is proof: one dropped SYN is blocked, even at the end and in a capture that loses packets', (t) => {
  const scene = dropped('> S 100');
  t.is(text(judged(scene, {})), 'blocked dropped_by_capturing_host');
  t.is(judged(scene, { lost: 9n }).reason, 'dropped_by_capturing_host');
  t.is(judged(dropped('@9999 > S 100'), {}).reason, 'dropped_by_capturing_host');
});

test('an answer that never completes because the capturing system dropped it is blocked by it', (t) => {
  t.is(judged(dropped('> S 100', '< SA 300 101'), {}).reason, 'dropped_by_capturing_host');
});

test('a drop mark beside a connection that got through is none of its business', (t) => {
  const scene = dropped('> S 100', '@1 > S 100', '@1 < SA 300 101', '@1 > A 101 301', '@1 > A 101 301 +5');
  t.is(judged(scene, {}).verdict, 'working');
});

test('a drop mark does not turn a RST or an ICMP answer into something else', (t) => {
  t.is(judged(dropped('> S 100', '< RA 0 101'), {}).reason, 'rst_answers_syn');
});
