/**
 * When a verdict changes: the state machine of one rule and one computer, with hysteresis. It never looks at a
 * packet; it is given the verdict as the flows tell it now and the latest flows one by one, and says whether what
 * stands is overtaken, and from which flow on.
 *
 *   not_observed ──> anything            the first evidence there is
 *   working ──> blocked                  two failed attempts, or one that was repeated in vain
 *   working ──> degraded                 failures again and again between successes
 *   blocked ──> working                  one completed connection
 *   degraded ──> working | blocked       nothing else for STEADY_SECONDS
 */
import type { Rule } from '../../rules/words/rule.js';
import { RuleHostStats } from '../../verdict/judge/rule-host-stats.js';
import type { RetiredFlowEvidence } from '../../verdict/judge/rule-host-stats.js';
import type { Polarity } from '../../verdict/words/words.js';
import { verdictOf } from '../../verdict/judge/verdict-builder.js';
import type { RuleVerdict } from '../../verdict/words/rule-verdict.js';

/** Failed attempts, each a flow of its own, that overtake a verdict. */
export const FAILED_FLOWS = 2;
/** One flow alone overtakes it when its failure was repeated so often: three SYNs, RSTs or ICMP errors. */
export const FAILED_REPEATS = 2;
/** A silent attempt that was not repeated counts after so many times the answer's waiting time. */
export const LONE_SILENCE_WAITS = 2;
/** Failures among successes, none longer than STEADY_SECONDS after the one before, that make a rule degraded. */
export const DEGRADED_FAILURES = 3;
/** Nothing but success, or nothing but failure, for so long ends `degraded`; older failures are forgotten. */
export const STEADY_SECONDS = 600;
/** Evidence that proves nothing is told after so long without better one. */
export const INCONCLUSIVE_AFTER_SECONDS = 10;
/** So many changes within FLAP_SECONDS, and the verdict is `degraded` until it is steady. */
export const FLAP_CHANGES = 4;
export const FLAP_SECONDS = 600;

/** What stands now, and what the flows say. */
export interface Situation {
  readonly rule: Rule;
  /** The verdict that stands, and the failure that it rests on. */
  readonly standing: RuleVerdict;
  /** What all flows tell that count for it. */
  readonly raw: RuleVerdict;
  /** The latest flows, oldest first; those before `since` do not count. */
  readonly recent: readonly RetiredFlowEvidence[];
  readonly since: number;
  /** Times of the latest changes, oldest first, seconds of packet time. */
  readonly changes: readonly number[];
  /** Packet time, seconds since 1970. */
  readonly now: number;
  readonly answerWait: number;
}

/** `since`: flows that began earlier do not count any more. */
export interface Change {
  readonly verdict: RuleVerdict;
  readonly since: number;
  /** False: nothing to tell anybody of, only what counts has changed. */
  readonly tell: boolean;
}

/** The change that the flows demand, or null. */
export function nextChange(s: Situation): Change | null {
  const { standing, raw } = s;
  if (raw.verdict === 'not_observed') return null;
  switch (standing.verdict) {
    case 'working':
      return fromWorking(s);
    case 'blocked':
      return steady(s, fromBlocked(s));
    case 'degraded':
      return standing.reason === 'scm_fallback' ? steady(s, fromBlocked(s)) : fromDegraded(s);
    default:
      return fromUnproven(s);
  }
}

function fromUnproven(s: Situation): Change | null {
  const { standing, raw, since } = s;
  if (raw.verdict !== 'inconclusive') return { verdict: raw, since, tell: true };
  if (standing.verdict === 'inconclusive') return null;
  const counted = countedOf(s).filter(({ outcome }) => outcome.outcome !== 'undetermined');
  const first = counted[0];
  if (first === undefined || s.now - first.start < INCONCLUSIVE_AFTER_SECONDS) return null;
  return { verdict: raw, since, tell: true };
}

function fromWorking(s: Situation): Change | null {
  const { raw } = s;
  if (raw.verdict === 'working' || raw.verdict === 'inconclusive') return null;
  if (raw.health !== undefined) {
    return raw.health.flows < FAILED_FLOWS ? null : { verdict: raw, since: s.since, tell: true };
  }
  const tail = tailOf(s, 'fails');
  if (tail.length > 0) {
    if (!isProvenFailure(tail, s)) return null;
    const verdict = verdictFrom(s, tail);
    // Another port of the rule may still do as well.
    if (verdict.verdict === 'inconclusive' || verdict.verdict === 'working') return null;
    return steady(s, { verdict, since: tail[0]!.start, tell: true });
  }
  const failures = countedOf(s).filter(({ polarity }) => polarity === 'fails');
  const last = failures.at(-1);
  if (last === undefined) return null;
  if (s.now - last.start > STEADY_SECONDS) {
    const worked = tailOf(s, 'works');
    return worked.length === 0
      ? null
      : { verdict: verdictFrom(s, worked), since: worked[0]!.start, tell: false };
  }
  return lateRun(failures) >= DEGRADED_FAILURES ? { verdict: raw, since: s.since, tell: true } : null;
}

function fromBlocked(s: Situation): Change | null {
  const worked = tailOf(s, 'works');
  if (worked.length > 0) {
    const verdict = verdictFrom(s, worked);
    if (verdict.verdict === 'working') return { verdict, since: worked[0]!.start, tell: true };
  }
  const { standing, raw } = s;
  if (standing.verdict !== raw.verdict && raw.verdict === 'degraded' && raw.reason === 'scm_fallback') {
    return { verdict: raw, since: s.since, tell: true };
  }
  return otherFailure(s);
}

/** It fails still, but otherwise: what was silence is now a refusal. */
function otherFailure(s: Situation): Change | null {
  if (s.standing.verdict !== 'blocked' || s.standing.recalled !== undefined) return null;
  const tail = tailOf(s, 'fails');
  const kind = tail.at(-1)?.outcome.outcome;
  const from = tail.findLastIndex(({ outcome }) => outcome.outcome !== kind) + 1;
  const other = tail.slice(from);
  if (!isProvenFailure(other, s)) return null;
  const verdict = verdictFrom(s, other);
  if (verdict.verdict !== 'blocked' || verdict.reason === s.standing.reason) return null;
  return { verdict, since: other[0]!.start, tell: true };
}

function fromDegraded(s: Situation): Change | null {
  if (s.standing.health !== undefined) return fromAiling(s);
  for (const polarity of ['works', 'fails'] as const) {
    const tail = tailOf(s, polarity);
    const other = countedOf(s).findLast((one) => one.polarity !== polarity && one.polarity !== 'unclear');
    const from = Math.max(other?.start ?? -Infinity, s.changes.at(-1) ?? -Infinity);
    if (tail.length < FAILED_FLOWS || tail.at(-1)!.start - from < STEADY_SECONDS) continue;
    const verdict = verdictFrom(s, tail);
    if (verdict.verdict === 'working' || verdict.verdict === 'blocked') {
      return { verdict, since: tail[0]!.start, tell: true };
    }
  }
  return null;
}

/** It works badly, until flows that began later work well. */
function fromAiling(s: Situation): Change | null {
  const { raw, since, now } = s;
  const begun = Math.max(since, s.changes.at(-1) ?? -Infinity);
  const tail = tailOf(s, 'fails');
  if (tail.length > 0 && isProvenFailure(tail, s)) {
    const verdict = verdictFrom(s, tail);
    if (verdict.verdict === 'blocked') return { verdict, since: tail[0]!.start, tell: true };
  }
  if (raw.verdict === 'working' && raw.works >= FAILED_FLOWS) return { verdict: raw, since, tell: true };
  return now - begun < STEADY_SECONDS ? null : { verdict: s.standing, since: now, tell: false };
}

/** A verdict that goes to and fro is degraded, told once. */
function steady(s: Situation, change: Change | null): Change | null {
  if (change === null || !change.tell) return change;
  if (change.verdict.verdict !== 'blocked' && change.verdict.verdict !== 'working') return change;
  const lately = s.changes.filter((at) => s.now - at <= FLAP_SECONDS);
  if (lately.length < FLAP_CHANGES) return change;
  return { ...change, verdict: { ...change.verdict, verdict: 'degraded', reason: 'some_attempts_fail' } };
}

function countedOf({ recent, since }: Situation): readonly RetiredFlowEvidence[] {
  return recent.filter(({ start }) => start >= since);
}

/** The latest flows that all have this polarity; those that say nothing are passed over. */
function tailOf(s: Situation, polarity: Polarity): readonly RetiredFlowEvidence[] {
  const decisive = countedOf(s).filter((one) => one.polarity !== 'unclear');
  return decisive.slice(decisive.findLastIndex((one) => one.polarity !== polarity) + 1);
}

function verdictFrom({ rule, standing }: Situation, tellings: readonly RetiredFlowEvidence[]): RuleVerdict {
  const cell = new RuleHostStats();
  for (const telling of tellings) cell.take(telling);
  return verdictOf(standing.host, rule, cell);
}

function isProvenFailure(tail: readonly RetiredFlowEvidence[], { now, answerWait }: Situation): boolean {
  let flows = 0;
  for (const { start, repeats, outcome } of tail) {
    const waited = now - start;
    const isSilent = outcome.outcome === 'no_reply' || outcome.outcome === 'unanswered';
    if (repeats >= FAILED_REPEATS && (!isSilent || waited >= answerWait)) return true;
    if (!isSilent || repeats > 0 || waited >= LONE_SILENCE_WAITS * answerWait) flows++;
  }
  return flows >= FAILED_FLOWS;
}

/** Failures at the end of which each came soon enough after the one before. */
function lateRun(failures: readonly RetiredFlowEvidence[]): number {
  let run = 1;
  for (let i = failures.length - 1; i > 0; i--, run++) {
    if (failures[i]!.start - failures[i - 1]!.start > STEADY_SECONDS) break;
  }
  return run;
}
