/** The verdicts that stand, one for each rule and computer, with their history: judged anew, changed with hysteresis. */
import type { Rule } from '../../rules/words/rule.js';
import type { Judgement } from '../../verdict/judge/judge.js';
import type { RetiredEvidence } from '../../verdict/judge/retired-evidence.js';
import type { HostKey } from '../../verdict/words/host-key.js';
import type { RecalledText, RuleVerdict } from '../../verdict/words/rule-verdict.js';
import { verdictOf } from '../../verdict/judge/verdict-builder.js';
import type { Verdict } from '../../verdict/words/words.js';
import { FLAP_CHANGES, nextChange } from './standing.js';

/** A change as it is remembered. */
export interface PastChange {
  readonly sequence: number;
  /** ISO 8601, packet time. */
  readonly time: string;
  readonly from: Verdict;
  readonly to: Verdict;
  readonly reasonCode: string;
  readonly file: string;
  readonly frames: readonly number[];
  readonly filter: string;
}

const NO_TEXT: RecalledText = { reason: '', location: 'unknown', confidence: 'low' };

/** One rule and one computer. */
export interface TrackedVerdict {
  readonly rule: Rule;
  readonly host: HostKey;
  verdict: RuleVerdict;
  text: RecalledText;
  /** Seconds since 1970, packet time: since when it stands, and the last flow that tells of it. 0 = never observed. */
  since: number;
  lastEvidence: number;
  /** How often it has changed, and the latest changes, oldest first. */
  changes: number;
  history: PastChange[];
  /** When it changed last, seconds of packet time; for what flaps. */
  readonly changedAt: number[];
}

/** A verdict that has just changed; `standing` has the new one. */
export interface Changed {
  readonly tracked: TrackedVerdict;
  readonly from: RuleVerdict;
  /** Place in the judgement's verdicts. */
  readonly index: number;
}

/** A standing from an earlier run. */
export interface RestoredVerdict {
  readonly rule: string;
  readonly host: HostKey;
  readonly verdict: Verdict;
  readonly reasonCode: string;
  readonly text: RecalledText;
  readonly since: number;
  readonly lastEvidence: number;
  readonly changes: number;
  readonly history: readonly PastChange[];
}

export class VerdictTracker {
  private readonly rows = new Map<HostKey, Map<Rule, TrackedVerdict>>();
  private readonly restored = new Map<string, RestoredVerdict>();
  private order: TrackedVerdict[] = [];

  /** @param restored what stood when the program ended last */
  constructor(restored: readonly RestoredVerdict[] = []) {
    for (const one of restored) this.restored.set(`${one.rule} ${one.host}`, one);
  }

  /** In the order of the judgement's verdicts. */
  get standings(): readonly TrackedVerdict[] {
    return this.order;
  }

  /** Takes a judgement in; returns what has changed. `now` in packet time, seconds since 1970. */
  update(judgement: Judgement, past: RetiredEvidence, now: number, answerWait: number): Changed[] {
    const changed: Changed[] = [];
    const order: TrackedVerdict[] = [];
    for (const [index, raw] of judgement.verdicts.entries()) {
      const standing = this.standingOf(raw);
      order.push(standing);
      const from = this.judgeOne(standing, raw, past, now, answerWait);
      if (from !== null) changed.push({ tracked: standing, from, index });
    }
    this.order = order;
    if (this.rows.size * 2 > judgement.computers.length * 3) this.forgetOthers(judgement.computers);
    return changed;
  }

  /** The verdict before, when it has changed. */
  private judgeOne(
    standing: TrackedVerdict,
    raw: RuleVerdict,
    past: RetiredEvidence,
    now: number,
    answerWait: number,
  ): RuleVerdict | null {
    const { rule, host, verdict } = standing;
    const recent = past.recent(host, rule);
    const since = past.since(host, rule);
    keepBefore(standing, now);
    let last = standing.lastEvidence;
    for (const { end, start } of recent) if (start >= since && end > last) last = end;
    standing.lastEvidence = last;
    const change = nextChange({
      rule,
      standing: verdict,
      raw,
      recent,
      since,
      changes: standing.changedAt,
      now,
      answerWait,
    });
    if (change === null) {
      // What tells the same is the newer picture of it.
      const isOtherFailure = raw.verdict === 'blocked' && raw.reason !== verdict.reason;
      if (raw.verdict === verdict.verdict && (!isOtherFailure || verdict.recalled !== undefined)) {
        standing.verdict = raw;
      }
      return null;
    }
    if (change.since > since) past.startAnew(host, rule, change.since);
    standing.verdict = change.verdict;
    if (!change.tell) return null;
    standing.since = Math.max(change.since, recent[0]?.start ?? now, standing.since);
    standing.changes++;
    standing.changedAt.push(now);
    if (standing.changedAt.length > FLAP_CHANGES) standing.changedAt.shift();
    return verdict;
  }

  private standingOf(raw: RuleVerdict): TrackedVerdict {
    const { host, rule } = raw;
    let row = this.rows.get(host);
    if (row === undefined) this.rows.set(host, (row = new Map<Rule, TrackedVerdict>()));
    let standing = row.get(rule);
    if (standing === undefined) row.set(rule, (standing = this.begin(host, rule)));
    return standing;
  }

  private begin(host: HostKey, rule: Rule): TrackedVerdict {
    const verdict = verdictOf(host, rule, undefined);
    const fresh = { rule, host, verdict, text: NO_TEXT, since: 0, lastEvidence: 0, changes: 0 };
    const known = this.restored.get(`${rule.id} ${host}`);
    if (known === undefined) return { ...fresh, history: [], changedAt: [] };
    const { text, since, lastEvidence, changes, history } = known;
    const restored = { ...verdict, verdict: known.verdict, recalled: text };
    return {
      ...fresh,
      verdict: restored,
      text,
      since,
      lastEvidence,
      changes,
      history: [...history],
      changedAt: [],
    };
  }

  /** Computers that gave way to others. */
  private forgetOthers(computers: readonly HostKey[]): void {
    const kept = new Set(computers);
    for (const host of this.rows.keys()) if (!kept.has(host)) this.rows.delete(host);
  }
}

/** The clock was set back: nothing of what stands is later than now. */
function keepBefore(standing: TrackedVerdict, now: number): void {
  standing.since = Math.min(standing.since, now);
  standing.lastEvidence = Math.min(standing.lastEvidence, now);
  const { changedAt } = standing;
  for (let i = changedAt.length - 1; i >= 0 && changedAt[i]! > now; i--) changedAt[i] = now;
}
