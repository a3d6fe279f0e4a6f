/** The sentence, the first thing to do, and the exit code that says the same. */
import test from 'ava';
import { DEFAULT_FAIL_ON, exitCodeOf, FAIL_KINDS } from '../../../src/report/assemble/verdicts/exit-code.js';
import type { FailKind } from '../../../src/report/assemble/verdicts/exit-code.js';
import { summarise } from '../../../src/report/assemble/verdicts/summary.js';
import type { SummaryFacts } from '../../../src/report/assemble/verdicts/summary.js';
import type { ObservationModel } from '../../../src/report/model/model.js';
import { loadPacks } from '../../../src/rules/load.js';
import type { VerdictReason } from '../../../src/verdict/words/reasons.js';
import type { RuleVerdict } from '../../../src/verdict/words/rule-verdict.js';
import type { Verdict } from '../../../src/verdict/words/words.js';

const RULES = (await loadPacks({ files: [] })).flatMap((pack) => pack.rules);

function ruleOf(required: boolean): RuleVerdict['rule'] {
  const id = required ? 'ua-9003' : 'ua-smb-video';
  const rule = RULES.find((one) => one.id === id);
  if (rule === undefined) throw new Error(`no rule ${id}`);
  return rule;
}

function verdict(
  word: Verdict,
  required = true,
  reason: VerdictReason = 'works',
  host = '10.0.1.1',
): RuleVerdict {
  return {
    rule: ruleOf(required),
    host,
    verdict: word,
    reason,
    detail: 'none',
    flows: [],
    outcomes: new Map(),
    works: 0,
    fails: 0,
    unclear: 0,
    failsSince: 0,
    presumed: false,
  };
}

/** A cause for each failing verdict. */
function causesOf(verdicts: readonly RuleVerdict[]): SummaryFacts['causes'] {
  return verdicts
    .map((v, i) => ({ v, i }))
    .filter(({ v }) => v.verdict === 'blocked' || v.verdict === 'degraded')
    .map(({ v, i }) => ({
      kind: 'port',
      headline: `${String(v.host)}: 9003 ${v.verdict === 'degraded' ? 'slow' : 'no answer'}`,
      required: v.rule.id === 'ua-9003',
      onlyDegraded: v.verdict === 'degraded',
      cells: [i],
      who: 'the administrator',
      action: 'Mend it.',
      confirmWhere: 'on this server',
      confirm: 'Test it',
    }));
}

function facts(verdicts: readonly RuleVerdict[], other: Partial<SummaryFacts> = {}): SummaryFacts {
  return {
    verdicts,
    causes: causesOf(verdicts),
    computers: new Set(verdicts.map((v) => v.host)).size,
    serverKnown: true,
    serverMissing: [],
    requiredRules: 1,
    unexpectedFlows: 0,
    observations: [],
    capture: { oneDirection: false, short: true },
    failOn: DEFAULT_FAIL_ON,
    computersOmitted: 0,
    flowsEvicted: 0,
    frames: 100,
    listedNotSeen: 0,
    labelOf: () => '9003',
    nextStepOf: () => ({
      who: 'The administrator.',
      confirmWhere: 'on this server',
      confirm: 'Test it',
      wouldChange: '',
    }),
    nameOf: (host) => String(host),
    ...other,
  };
}

const WORKS = verdict('working');

function seen(code: ObservationModel['code']): ObservationModel {
  const time = {
    utc: '',
    seconds: 0,
    nanoseconds: 0,
  } as unknown as ObservationModel['evidence']['firstTime'];
  const evidence = { file: '', frames: [1], firstTime: time, lastTime: time, filter: '', shows: '' };
  return {
    code,
    level: 'warning',
    title: '',
    text: `About ${code}.`,
    who: `Whoever mends ${code}.`,
    count: 1,
    evidence,
  };
}

const CASES: readonly (readonly [string, SummaryFacts, 0 | 1 | 3, string])[] = [
  ['everything required works', facts([WORKS]), 0, 'working'],
  [
    'a rule that is not required was not observed',
    facts([WORKS, verdict('not_observed', false)]),
    0,
    'working',
  ],
  ['a rule without an answer is inconclusive', facts([WORKS, verdict('inconclusive', false)]), 0, 'working'],
  ['something is blocked', facts([WORKS, verdict('blocked')]), 1, 'findings'],
  ['something that is not required is blocked', facts([WORKS, verdict('blocked', false)]), 0, 'working'],
  ['something is degraded', facts([WORKS, verdict('degraded')]), 1, 'findings'],
  ['unexpected traffic only', facts([WORKS], { unexpectedFlows: 2 }), 0, 'working'],
  [
    'something in the payload should be looked at',
    facts([WORKS], { observations: [seen('access_denied')] }),
    0,
    'working',
  ],
  ['a required rule was not observed', facts([WORKS, verdict('not_observed')]), 3, 'inconclusive'],
  ['a required rule is inconclusive', facts([WORKS, verdict('inconclusive')]), 3, 'inconclusive'],
  ['not proven and unexpected', facts([verdict('not_observed')], { unexpectedFlows: 1 }), 3, 'inconclusive'],
  ['no computer was seen', facts([]), 3, 'inconclusive'],
  ['no computer, but unexpected traffic', facts([], { unexpectedFlows: 1 }), 3, 'inconclusive'],
  ['the server is unknown', facts([], { serverKnown: false, unexpectedFlows: 9 }), 3, 'inconclusive'],
  ['the capture is empty', facts([], { frames: 0 }), 3, 'inconclusive'],
  ['computers past the limit were not judged', facts([WORKS], { computersOmitted: 5 }), 3, 'inconclusive'],
  ['flows were dropped from memory', facts([WORKS], { flowsEvicted: 5 }), 3, 'inconclusive'],
  ['dropped flows and a blocked port', facts([verdict('blocked')], { flowsEvicted: 5 }), 1, 'findings'],
];

for (const [title, given, exitCode, status] of CASES) {
  test(`${title}: exit code ${exitCode}`, (t) => {
    const summary = summarise(given);
    t.is(summary.exitCode, exitCode);
    t.is(summary.status, status as typeof summary.status);
    t.not(summary.action, '');
    t.regex(summary.sentence, /\.$/);
    if (exitCode !== 0) t.notRegex(summary.sentence, /^Every required port works for [^,.]*\.$/);
  });
}

test('the sentence names the first failures and counts the rest', (t) => {
  const bad = ['10.0.1.1', '10.0.1.2', '10.0.1.3', '10.0.1.4'].map((ip) =>
    verdict('blocked', true, 'syn_silent', ip),
  );
  const { sentence, action, confirmWhere, confirm } = summarise(
    facts([...bad, verdict('working', true, 'works', '10.0.1.5')]),
  );
  t.is(
    sentence,
    '4 of 5 computers have a failing required port; 4 causes: (1) 10.0.1.1: 9003 no answer; (2) 10.0.1.2: 9003 no answer; (3) 10.0.1.3: 9003 no answer; and 1 more.',
  );
  t.is(action, 'Ask the administrator to mend it.');
  t.is(confirmWhere, 'on this server');
  t.is(confirm, 'Test it');
});

test('an empty capture is never shown as success, and the advice is to capture again', (t) => {
  for (const serverKnown of [true, false]) {
    const { sentence, action } = summarise(
      facts([], { frames: 0, serverKnown, serverMissing: ['10.0.0.1'] }),
    );
    t.regex(sentence, /empty/);
    t.regex(action, /^Capture again /);
    t.notRegex(action, /--server/);
  }
});

test('an address given with --server that is not in the capture is named, and is no list of findings', (t) => {
  const given = facts([], { serverKnown: false, serverMissing: ['10.9.9.9'], unexpectedFlows: 70 });
  const { sentence, action, exitCode } = summarise(given);
  t.regex(sentence, /the address 10\.9\.9\.9 given with --server does not occur in this capture\.$/);
  t.regex(action, /leave --server out/);
  t.is(exitCode, 3);
});

test('what is not proven is counted in rules for one computer, in rules and computers for several', (t) => {
  const open = verdict('not_observed');
  t.regex(summarise(facts([open, WORKS, WORKS])).sentence, /but 1 of 3 required rules is not proven/);
  const other = verdict('not_observed', true, 'nothing_sent', '10.0.1.2');
  t.regex(
    summarise(facts([open, other, WORKS])).sentence,
    /but 2 of 3 required answers \(1 rule × 2 computers\) are not proven/,
  );
});

const LONG = { oneDirection: false, short: false };
const OPEN = verdict('not_observed', true, 'nothing_sent');

test('what is not required is told apart and never called required', (t) => {
  const { sentence } = summarise(facts([WORKS, verdict('blocked', false, 'icmp_port_unreachable')]));
  t.is(
    sentence,
    'Every required port works for the one computer. 1 cause concerns only rules that are not required.',
  );
  const both = summarise(
    facts([verdict('blocked', true, 'syn_silent'), verdict('blocked', false, 'request_silent')]),
  );
  t.regex(
    both.sentence,
    /^The one computer has a failing required port; one cause: .* no answer\. 1 cause concerns only /,
  );
});

test('what works badly is not said not to work', (t) => {
  const slow = verdict('degraded', true, 'slow_handshake');
  const { sentence } = summarise(facts([slow]));
  t.is(
    sentence,
    'Required ports work, but only partly, slowly or by a detour, for the one computer; one cause: 10.0.1.1: 9003 slow.',
  );
  const other = verdict('blocked', true, 'syn_silent', '10.0.1.2');
  t.regex(
    summarise(facts([slow, other])).sentence,
    /^1 of 2 computers has a failing required port; one cause: 10\.0\.1\.2: 9003 no answer\. What works, but badly: 10\.0\.1\.1: 9003 slow/,
  );
});

test('whoever captured for long is not told to capture for a quarter of an hour', (t) => {
  t.regex(summarise(facts([OPEN])).action, /^Capture for 15 minutes or longer/);
  const { action, confirm } = summarise(facts([OPEN], { capture: LONG }));
  t.notRegex(action, /15 minutes/);
  t.is(confirm, 'Test it');
  t.notRegex(summarise(facts([], { capture: LONG })).action, /15 minutes/);
});

test('the first action fits the most serious thing that is known', (t) => {
  const oneSided = verdict('inconclusive', true, 'only_originator_captured');
  const oneDirection = { oneDirection: true, short: true };
  const observations = [seen('clear_remoting'), seen('access_denied'), seen('lookup_failed')];
  const actions: readonly (readonly [SummaryFacts, RegExp])[] = [
    [facts([oneSided, verdict('blocked')], { capture: oneDirection }), /^Ask the administrator/],
    [facts([oneSided], { capture: oneDirection, observations }), /own network card/],
    [facts([OPEN], { capture: LONG, observations }), /^Ask whoever mends lookup_failed\. About/],
    [facts([OPEN], { observations: observations.slice(0, 2) }), /^Ask whoever mends access_denied/],
    [facts([verdict('not_observed', true, 'name_not_resolved')]), /^Ask the administrator/],
    [facts([WORKS, verdict('blocked', false)], { observations }), /lookup_failed/],
    [facts([WORKS, verdict('blocked', false)], { unexpectedFlows: 1 }), /^Ask the administrator/],
    [facts([WORKS], { unexpectedFlows: 1 }), /^Look at the unexpected traffic/],
    [facts([WORKS]), /^Nothing to do/],
  ];
  for (const [given, action] of actions) t.regex(summarise(given).action, action);
});

test('the exit code tells of what is listed, and of nothing else', (t) => {
  const found = (kind: FailKind): Parameters<typeof exitCodeOf>[0] => ({
    blocked: false,
    degraded: false,
    unexpected: false,
    unproven: false,
    optional: false,
    [kind]: true,
  });
  for (const kind of FAIL_KINDS) {
    t.is(exitCodeOf(found(kind), new Set([kind])), kind === 'unproven' ? 3 : 1, kind);
    t.is(exitCodeOf(found(kind), new Set()), 0, kind);
    t.is(exitCodeOf(found(kind), new Set(FAIL_KINDS.filter((one) => one !== kind))), 0, kind);
  }
  const both = { ...found('blocked'), unproven: true };
  t.is(exitCodeOf(both, DEFAULT_FAIL_ON), 1);
  t.is(exitCodeOf(both, new Set<FailKind>(['unproven'])), 3);
});
