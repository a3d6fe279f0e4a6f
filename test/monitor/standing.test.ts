/** When a verdict changes, as a table: what stands, what the flows tell, what becomes of it. */
import test from 'ava';
import { nextChange, STEADY_SECONDS } from '../../src/monitor/tracking/standing.js';
import type { Outcome } from '../../src/verdict/words/words.js';
import type { OutcomeReason } from '../../src/verdict/words/reasons.js';
import { RuleMatcher } from '../../src/rules/match.js';
import type { Rule } from '../../src/rules/words/rule.js';
import { RuleHostStats } from '../../src/verdict/judge/rule-host-stats.js';
import type { RetiredFlowEvidence } from '../../src/verdict/judge/rule-host-stats.js';
import type { Polarity } from '../../src/verdict/words/words.js';
import { verdictOf } from '../../src/verdict/judge/verdict-builder.js';
import type { RuleVerdict } from '../../src/verdict/words/rule-verdict.js';
import { packs } from './monitored.js';

const { requiredRules } = new RuleMatcher(packs);
const HOST = 0x0a000101;

function rule(id: string): Rule {
  const found = requiredRules.find((one) => one.id === id);
  if (found === undefined) throw new Error(id);
  return found;
}

const KINDS: Readonly<Record<string, readonly [Polarity, Outcome, OutcomeReason]>> = {
  W: ['works', 'established', 'data_both_ways'],
  S: ['fails', 'no_reply', 'syn_silent'],
  R: ['fails', 'refused', 'rst_answers_syn'],
  U: ['unclear', 'undetermined', 'syn_too_late'],
  O: ['unclear', 'one_sided', 'only_originator_captured'],
};

/** 'S3@10+2:445' = a silent attempt at 10 s on port 445 that was repeated twice. */
function telling(word: string, id: number): RetiredFlowEvidence {
  const [, kind = '', at = '0', repeats = '0', port = '9004'] =
    /^(\w)@([\d.]+)(?:\+(\d+))?(?::(\d+))?$/.exec(word) ?? [];
  const [polarity, outcome, reason] = KINDS[kind] ?? KINDS['O']!;
  const start = Number(at);
  return {
    id,
    start,
    end: start + 1,
    polarity,
    outcome: { outcome, reason },
    port: Number(port),
    repeats: Number(repeats),
    presumed: false,
    fit: 'unknown',
    service: '',
  };
}

function verdictFor(use: Rule, tellings: readonly RetiredFlowEvidence[]): RuleVerdict {
  if (tellings.length === 0) return verdictOf(HOST, use, undefined);
  const cell = new RuleHostStats();
  for (const one of tellings) cell.take(one);
  return verdictOf(HOST, use, cell);
}

interface Case {
  readonly name: string;
  readonly rule?: string;
  /** What was told until it came to stand, and what since. */
  readonly stands: string;
  readonly then: string;
  readonly now: number;
  readonly changes?: readonly number[];
  /** 'verdict since', '' = no change, with a ~ in front when nobody is told. */
  readonly becomes: string;
}

const SMB = 'ua-smb-rpc';
const CASES: readonly Case[] = [
  { name: 'the first success is believed', stands: '', then: 'W@1', now: 2, becomes: 'working -Infinity' },
  { name: 'the first failure, too', stands: '', then: 'S@1', now: 5, becomes: 'blocked -Infinity' },
  { name: 'a SYN on its way says nothing', stands: '', then: 'U@1', now: 2, becomes: '' },
  { name: '... however long', stands: '', then: 'U@1', now: 60, becomes: '' },
  {
    name: 'one direction only is told after a while',
    stands: '',
    then: 'O@1',
    now: 12,
    becomes: 'inconclusive -Infinity',
  },
  { name: '... but not at once', stands: '', then: 'O@1', now: 5, becomes: '' },
  { name: 'one silent SYN is no block', stands: 'W@1', then: 'S@10', now: 14, becomes: '' },
  { name: '... nor one that was repeated once', stands: 'W@1', then: 'S@10+1', now: 14, becomes: '' },
  {
    name: 'three SYNs in vain are',
    stands: 'W@1',
    then: 'S@10+2',
    now: 13.1,
    becomes: 'blocked 10',
  },
  { name: '... when the answer had its time', stands: 'W@1', then: 'S@10+2', now: 12.9, becomes: '' },
  {
    name: 'two silent attempts are, when each was repeated',
    stands: 'W@1',
    then: 'S@10+1 S@11+1',
    now: 14,
    becomes: 'blocked 10',
  },
  { name: '... or had twice its time', stands: 'W@1', then: 'S@10 S@11', now: 14, becomes: '' },
  { name: '... both of them', stands: 'W@1', then: 'S@10 S@11', now: 17.1, becomes: 'blocked 10' },
  { name: 'one RST is no block', stands: 'W@1', then: 'R@10', now: 60, becomes: '' },
  { name: 'three RSTs on one flow are', stands: 'W@1', then: 'R@10+2', now: 11, becomes: 'blocked 10' },
  { name: 'two refused attempts are', stands: 'W@1', then: 'R@10 R@20', now: 21, becomes: 'blocked 10' },
  { name: 'a success after failures leaves it', stands: 'W@1', then: 'R@10 W@11', now: 12, becomes: '' },
  {
    name: 'failures again and again between successes degrade it',
    stands: 'W@1',
    then: 'R@10 W@11 R@20 W@21 R@30 W@31',
    now: 32,
    becomes: 'degraded -Infinity',
  },
  {
    name: '... not when they are far apart',
    stands: 'W@1',
    then: 'R@10 W@11 R@1000 W@1001 R@2000 W@2001',
    now: 2002,
    becomes: '',
  },
  {
    name: 'old failures are forgotten',
    stands: 'W@1',
    then: 'R@10 W@11 W@500',
    now: 11 + STEADY_SECONDS,
    becomes: '~working 11',
  },
  {
    name: 'one completed connection ends a block',
    stands: 'S@1',
    then: 'W@50',
    now: 51,
    becomes: 'working 50',
  },
  { name: 'further silence does not', stands: 'S@1', then: 'S@50 S@60', now: 70, becomes: '' },
  {
    name: 'a refusal instead of silence is another failure',
    stands: 'S@1',
    then: 'R@50 R@60',
    now: 61,
    becomes: 'blocked 50',
  },
  {
    name: '... also where a repeat of the silent attempts was refused',
    stands: 'S@1',
    then: 'R@1 R@50',
    now: 61,
    becomes: 'blocked 1',
  },
  { name: '... not by one RST', stands: 'S@1', then: 'R@50', now: 61, becomes: '' },
  {
    name: '139 fails beside 445: nothing changes',
    rule: SMB,
    stands: 'W@1:445',
    then: 'R@10:139 R@20:139 R@30+2:139',
    now: 40,
    becomes: '',
  },
  {
    name: 'both fail: blocked',
    rule: SMB,
    stands: 'W@1:445',
    then: 'R@10:139 R@10:445 R@20:139 R@20:445',
    now: 40,
    becomes: 'blocked 10',
  },
  {
    name: 'what goes to and fro is degraded',
    stands: 'S@900',
    then: 'W@950',
    now: 951,
    changes: [600, 700, 800, 900],
    becomes: 'degraded 950',
  },
  {
    name: '... not when that is long ago',
    stands: 'S@9000',
    then: 'W@9500',
    now: 9501,
    changes: [600, 700, 800, 9000],
    becomes: 'working 9500',
  },
  {
    name: 'degraded becomes working after it was steady',
    stands: 'R@1 W@2 R@3 W@4',
    then: 'W@10 W@700',
    now: 701,
    changes: [4],
    becomes: 'working 4',
  },
  {
    name: '... not before',
    stands: 'R@1 W@2 R@3 W@4',
    then: 'W@10 W@500',
    now: 501,
    changes: [4],
    becomes: '',
  },
];

for (const { name, rule: id, stands, then, now, changes, becomes } of CASES) {
  test(`${name} (${stands || 'nothing'} | ${then})`, (t) => {
    const use = rule(id ?? 'ua-9004-in');
    const words = (text: string): string[] => text.split(' ').filter((word) => word !== '');
    const before = words(stands).map(telling);
    const later = words(then).map((word, i) => telling(word, before.length + i));
    // A flow that told something else before is there once.
    const all = [...before.filter(({ start }) => !later.some((one) => one.start === start)), ...later];
    const change = nextChange({
      rule: use,
      standing: verdictFor(use, before),
      raw: verdictFor(use, all),
      recent: all,
      since: -Infinity,
      changes: changes ?? [],
      now,
      answerWait: 3,
    });
    const told = change === null ? '' : `${change.tell ? '' : '~'}${change.verdict.verdict} ${change.since}`;
    t.is(told, becomes);
  });
}
