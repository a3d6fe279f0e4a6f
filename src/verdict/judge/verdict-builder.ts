/**
 * Counts the outcomes of one rule and one computer and turns them into a verdict. A few flows are kept as
 * examples; the numbers are of all of them.
 */
import type { Rule } from '../../rules/words/rule.js';
import { RuleHostStats } from './rule-host-stats.js';
import type { FlowEvidence } from './rule-host-stats.js';
import { HEALTH_THRESHOLDS } from '../flows/health.js';
import type { HealthThresholds } from '../flows/health.js';
import type { BlockedBeforeWire } from '../firewall/join-logs.js';
import type { LogBlock } from '../words/log-block.js';
import type { RetiredEvidence } from './retired-evidence.js';
import type { HostKey } from '../words/host-key.js';
import type { VerdictReason } from '../words/reasons.js';
import type { RuleVerdict } from '../words/rule-verdict.js';
import type { Outcome, Polarity, Verdict } from '../words/words.js';

/**
 * Entries of firewall logs that are kept of one rule and computer.
 * @reached further ones are counted and not quoted
 */
export const MAX_LOGGED = 3;
const NO_OUTCOMES: readonly (readonly [Outcome, number])[] = [];
const NO_FLOWS: readonly number[] = [];

export class VerdictBuilder {
  private readonly hosts: readonly HostKey[];
  private readonly rules: readonly Rule[];
  private readonly ruleIndex: ReadonlyMap<Rule, number>;
  private readonly cells: (RuleHostStats | undefined)[];
  /** By place in `cells`: the first entries of firewall logs. */
  private readonly logged = new Map<number, LogBlock[]>();
  private readonly thresholds: HealthThresholds;
  private readonly past: RetiredEvidence | null;

  /** @param past what flows evidence that have left; null = none has */
  constructor(
    hosts: readonly HostKey[],
    rules: readonly Rule[],
    thresholds: HealthThresholds = HEALTH_THRESHOLDS,
    past: RetiredEvidence | null = null,
  ) {
    this.thresholds = thresholds;
    this.past = past;
    this.hosts = hosts;
    this.rules = rules;
    this.ruleIndex = new Map(rules.map((rule, i) => [rule, i]));
    this.cells = new Array<RuleHostStats | undefined>(hosts.length * rules.length);
  }

  /** @param row of the host among `hosts` */
  add(row: number, rule: Rule, evidence: FlowEvidence): void {
    const column = this.ruleIndex.get(rule);
    if (column === undefined) return;
    if (this.past !== null && !this.past.isNow(this.hosts[row]!, rule, evidence)) return;
    const at = row * this.rules.length + column;
    let cell = this.cells[at];
    if (cell === undefined) this.cells[at] = cell = new RuleHostStats();
    cell.add(evidence, this.thresholds);
  }

  /** An attempt that its own machine's firewall log tells of, and no packet. */
  addLogged(row: number, { rule, block, presumed }: BlockedBeforeWire): void {
    const column = this.ruleIndex.get(rule);
    if (column === undefined) return;
    const at = row * this.rules.length + column;
    const cell = (this.cells[at] ??= new RuleHostStats());
    cell.takeLogged(block.time, block.port, presumed);
    const known = this.logged.get(at);
    if (known === undefined) this.logged.set(at, [block]);
    else if (known.length < MAX_LOGGED) known.push(block);
  }

  verdicts(): RuleVerdict[] {
    const all: RuleVerdict[] = [];
    for (const [h, host] of this.hosts.entries()) {
      for (const [r, rule] of this.rules.entries()) {
        const cell = this.cells[h * this.rules.length + r];
        const found = verdictOf(host, rule, this.past === null ? cell : this.past.with(host, rule, cell));
        const logged = this.logged.get(h * this.rules.length + r);
        all.push(logged === undefined ? found : { ...found, logged });
      }
    }
    return all;
  }
}

/** The verdict of a cell; undefined = nothing was sent. */
export function verdictOf(host: HostKey, rule: Rule, cell: RuleHostStats | undefined): RuleVerdict {
  if (cell === undefined) {
    return {
      rule,
      host,
      verdict: 'not_observed',
      reason: 'nothing_sent',
      detail: 'none',
      flows: NO_FLOWS,
      outcomes: NO_OUTCOMES,
      works: 0,
      fails: 0,
      unclear: 0,
      failsSince: 0,
      presumed: false,
      serviceConfirmed: false,
      otherService: '',
    };
  }
  const { verdict, reason, polarities } = decide(rule, cell);
  const { ids, reason: detail } = cell.show(polarities);
  // Copies are as long as they need to be; what was pushed to has room for sixteen more.
  const shown = ids.slice();
  const found: RuleVerdict = {
    rule,
    host,
    verdict,
    reason: reason === 'detail' ? (detail === 'none' ? 'nothing_sent' : detail) : reason,
    detail,
    flows: shown,
    outcomes: cell.outcomes,
    works: cell.works,
    fails: cell.fails,
    unclear: cell.unclear,
    failsSince: cell.failsSince,
    presumed: cell.presumed,
    spoken: cell.spoken,
    serviceConfirmed: cell.serviceConfirmed,
    otherService: cell.wrongService || cell.doubtfulService,
  };
  const health = verdict === 'working' ? (cell.health?.finding() ?? null) : null;
  if (health === null) return found;
  const flows = [...new Set([health.example, ...shown])];
  return { ...found, verdict: 'degraded', reason: health.degradation, flows, health };
}

/** Ports named one by one (139 or 445) stand for each other; those of a range (dynamic ports) do not. */
function hasAlternatives(rule: Rule): boolean {
  return rule.ports.length > 1 && rule.ports.every(({ from, to }) => from === to);
}

/** Another port of the rule would do as well and was not tried: what failed does not condemn the rule. */
function leavesAlternative(rule: Rule, cell: RuleHostStats): boolean {
  if (!hasAlternatives(rule) || cell.wrongService) return false;
  return rule.ports.some(({ from }) => !cell.failedOn(from));
}

function decide(
  rule: Rule,
  cell: RuleHostStats,
): { verdict: Verdict; reason: VerdictReason | 'detail'; polarities: readonly Polarity[] } {
  const { works, fails } = cell;
  if (works === 0) {
    if (fails > 0 && leavesAlternative(rule, cell)) {
      return { verdict: 'inconclusive', reason: 'alternative_not_tried', polarities: ['fails', 'unclear'] };
    }
    return fails > 0
      ? { verdict: 'blocked', reason: 'detail', polarities: ['fails', 'unclear'] }
      : { verdict: 'inconclusive', reason: 'detail', polarities: ['unclear'] };
  }
  if (fails === 0) return { verdict: 'working', reason: 'works', polarities: ['works'] };
  const alternatives = hasAlternatives(rule);
  if (alternatives && cell.onlyOtherPortsFail) {
    return { verdict: 'working', reason: 'alternative_works', polarities: ['works', 'fails'] };
  }
  if (cell.failsSince > 0)
    return { verdict: 'degraded', reason: 'stopped_working', polarities: ['fails', 'works'] };
  if (cell.lastFail < cell.firstWork && (alternatives || cell.everyPortWorks)) {
    return { verdict: 'working', reason: 'works_after_failures', polarities: ['works', 'fails'] };
  }
  return { verdict: 'degraded', reason: 'some_attempts_fail', polarities: ['fails', 'works'] };
}
