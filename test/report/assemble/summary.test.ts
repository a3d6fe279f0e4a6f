/** The sentence, the first thing to do, and the exit code that says the same. */
import test from 'ava';
import { summarise } from '../../../src/report/assemble/summary.js';
import type { SummaryFacts } from '../../../src/report/assemble/summary.js';
import type { VerdictModel } from '../../../src/report/model.js';
import type { Verdict } from '../../../src/verdict/words.js';

function verdict(word: Verdict, required = true, reasonCode = 'works', address = '10.0.1.1'): VerdictModel {
  return {
    rule: 'ua-9003',
    host: { address, name: '', nameSource: '' },
    verdict: word,
    reasonCode,
    reason: '',
    location: 'unknown',
    locationReason: '',
    confidence: 'high',
    assumptions: [],
    attempts: [],
    evidence: [],
    nextStep: { who: 'The administrator.', confirm: 'Test it.', wouldChange: '' },
    outcomes: [],
    required,
  };
}

function facts(verdicts: readonly VerdictModel[], other: Partial<SummaryFacts> = {}): SummaryFacts {
  return {
    verdicts,
    computers: new Set(verdicts.map((v) => v.host.address)).size,
    serverKnown: true,
    unexpectedFlows: 0,
    computersOmitted: 0,
    flowsEvicted: 0,
    frames: 100,
    labelOf: () => '9003',
    ...other,
  };
}

const WORKS = verdict('working');

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
  ['something that is not required is blocked', facts([WORKS, verdict('blocked', false)]), 1, 'findings'],
  ['something is degraded', facts([WORKS, verdict('degraded')]), 1, 'findings'],
  ['unexpected traffic only', facts([WORKS], { unexpectedFlows: 2 }), 1, 'findings'],
  ['a required rule was not observed', facts([WORKS, verdict('not_observed')]), 3, 'inconclusive'],
  ['a required rule is inconclusive', facts([WORKS, verdict('inconclusive')]), 3, 'inconclusive'],
  ['not proven and unexpected', facts([verdict('not_observed')], { unexpectedFlows: 1 }), 1, 'findings'],
  ['no computer was seen', facts([]), 3, 'inconclusive'],
  ['no computer, but unexpected traffic', facts([], { unexpectedFlows: 1 }), 1, 'findings'],
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
  const { sentence, action } = summarise(facts([...bad, verdict('working', true, 'works', '10.0.1.5')]));
  t.is(
    sentence,
    'Required ports do not work for 4 of 5 computers: 9003 no answer (10.0.1.1), 9003 no answer (10.0.1.2), 9003 no answer (10.0.1.3) and 1 more.',
  );
  t.is(action, 'The administrator. Test it.');
});

test('an empty capture is never shown as success', (t) => {
  t.regex(summarise(facts([], { frames: 0 })).sentence, /empty/);
});
