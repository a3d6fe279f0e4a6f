/**
 * Counts the outcomes of one rule and one computer and turns them into a verdict. A few flows are kept as
 * examples; the numbers are of all of them.
 */
import type { Flow } from '../flow/flow.js';
import type { FailedLookup } from '../recognise/facts.js';
import type { Rule } from '../rules/rule.js';
import type { AssumptionCode } from './assumptions.js';
import { Health, HEALTH_THRESHOLDS } from './health.js';
import type { Ailment, HealthFinding, HealthThresholds } from './health.js';
import type { FlowOutcome, OutcomeReason } from './outcome.js';
import type { Past } from './past.js';
import type { HostKey } from './server.js';
import type { ServiceFit } from './service-fit.js';
import type { Confidence, Location, Outcome, Verdict } from './words.js';

/** Example flows kept for each of working, failing and unclear. */
const MAX_EXAMPLES = 3;

/** Latest tellings of each sign kept for each cell while monitoring. */
export const MAX_RECENT = 8;

/** What an outcome says of a port. */
export type Sign = 'works' | 'fails' | 'unclear';

const SIGNS: Readonly<Record<Outcome, Sign>> = {
  unknown: 'unclear',
  established: 'works',
  established_midstream: 'works',
  refused: 'fails',
  rejected_icmp: 'fails',
  no_reply: 'fails',
  half_open: 'fails',
  reset_after_handshake: 'fails',
  closed_immediately: 'works',
  one_sided: 'unclear',
  undetermined: 'unclear',
  answered: 'works',
  unanswered: 'fails',
  one_way_by_design: 'unclear',
};

/** Why a verdict was given: stable codes, put into words by the report. */
export type VerdictReason =
  | OutcomeReason
  | 'nothing_sent'
  | 'name_not_resolved'
  | 'neighbor_silent'
  | 'works'
  | 'alternative_works'
  | 'some_attempts_fail'
  | 'stopped_working'
  | 'works_after_failures'
  | 'alternative_not_tried'
  | 'scm_fallback'
  | 'lone_silence'
  | 'works_lone_silence'
  | Ailment;

export interface RuleVerdict {
  readonly rule: Rule;
  readonly host: HostKey;
  readonly verdict: Verdict;
  readonly reason: VerdictReason;
  /** Outcome reason of the most telling flow; 'none' when there is no flow. */
  readonly detail: OutcomeReason | 'none';
  /** Flow ids that show it, the most telling first. */
  readonly flows: readonly number[];
  readonly outcomes: ReadonlyMap<Outcome, number>;
  readonly works: number;
  readonly fails: number;
  readonly unclear: number;
  /** Failures after the last success. */
  readonly failsSince: number;
  /** Counts only because a 135 exchange came before, not because of its payload. */
  readonly presumed: boolean;
  /** A flow that works showed the service that the rule is for. */
  readonly serviceConfirmed?: boolean;
  /** Another service, confirmed on a flow that therefore counts as failed, or suspected on one that works; '' = none. */
  readonly otherService?: string;
  /** What the capture's quality makes it rest on. */
  readonly cautions?: readonly AssumptionCode[];
  /** The look-up of its name; only with `name_not_resolved`. */
  readonly failedLookup?: FailedLookup;
  /** What was asked for its link address; only with `neighbor_silent`. */
  readonly askedInVain?: { readonly unanswered: number; readonly frame: number };
  /** What ails what works; only where the reason is an `Ailment`. */
  readonly health?: HealthFinding;
  /** What worked instead; only with `scm_fallback`. */
  readonly detour?: Detour;
  /** While monitoring: it stands from before the start, and nothing was seen of it since. */
  readonly recalled?: RecalledText;
}

/** The words of a verdict that stands from before the program was started. */
export interface RecalledText {
  readonly reason: string;
  readonly location: Location;
  readonly confidence: Confidence;
}

/** How the service control manager was reached although RPC over TCP failed. */
export interface Detour {
  /** Port of the pipe's connection. */
  readonly port: number;
  /** Seconds from the failed attempt to the pipe. */
  readonly delay: number;
}

/** What a flow says of a rule. */
export interface Told {
  readonly flow: Flow;
  readonly outcome: FlowOutcome;
  /** It counts only because a 135 exchange came before, not because of its payload. */
  readonly presumed: boolean;
  readonly fit: ServiceFit;
  /** What the payload showed, '' = nothing. */
  readonly service: string;
}

/** What is kept of a flow that told something of a rule, in the order of the flows' starts; for monitoring. */
export interface Telling {
  /** -1 = the flow has left the table. */
  id: number;
  /** First and last packet, seconds since 1970. */
  readonly start: number;
  readonly end: number;
  readonly sign: Sign;
  readonly outcome: FlowOutcome;
  readonly port: number;
  /** How often a failure was repeated within the flow: further SYNs, RSTs, ICMP errors or requests. */
  readonly repeats: number;
  readonly presumed: boolean;
  readonly fit: ServiceFit;
  readonly service: string;
}

const NO_OUTCOMES: ReadonlyMap<Outcome, number> = new Map();

/** All that is known of one rule and one computer. */
export class Cell {
  readonly outcomes = new Map<Outcome, number>();
  readonly examples: Readonly<Record<Sign, { id: number; reason: OutcomeReason }[]>> = {
    works: [],
    fails: [],
    unclear: [],
  };
  readonly counts: Record<Sign, number> = { works: 0, fails: 0, unclear: 0 };
  lastWork = -Infinity;
  firstWork = Infinity;
  lastFail = -Infinity;
  /** Failures since the last success. */
  failsSince = 0;
  presumed = false;
  serviceConfirmed = false;
  wrongService = '';
  doubtfulService = '';
  /** Ports of a rule with alternatives on which something worked. */
  readonly workingPorts = new Set<number>();
  /** Most have none. */
  failingPorts: Set<number> | null = null;
  /** Of what works; null until something does. */
  health: Health | null = null;

  add(told: Told, thresholds: HealthThresholds): void {
    const { flow, outcome, presumed, fit, service } = told;
    const start = flow.firstSec + flow.firstNsec / 1e9;
    const sign = signOf(outcome);
    this.take({ id: flow.id, start, sign, outcome, port: flow.port(1), presumed, fit, service });
    if (sign === 'works') (this.health ??= new Health(thresholds)).add(flow);
  }

  /** Counts a flow by what was noted of it; its health cannot be measured any more. */
  take({ id, start, sign, outcome, port, presumed, fit, service }: Omit<Telling, 'end' | 'repeats'>): void {
    this.counts[sign]++;
    this.outcomes.set(outcome.outcome, (this.outcomes.get(outcome.outcome) ?? 0) + 1);
    if (presumed) this.presumed = true;
    if (outcome.reason === 'wrong_service') this.wrongService = service;
    else if (fit === 'doubtful') this.doubtfulService = service;
    else if (fit === 'right' && sign === 'works') this.serviceConfirmed = true;
    if (sign === 'works') {
      this.workingPorts.add(port);
      this.firstWork = Math.min(this.firstWork, start);
      if (start >= this.lastWork) {
        this.lastWork = start;
        if (start >= this.lastFail) this.failsSince = 0;
      }
    } else if (sign === 'fails') {
      (this.failingPorts ??= new Set()).add(port);
      this.lastFail = Math.max(this.lastFail, start);
      if (start > this.lastWork) this.failsSince++;
    }
    const examples = this.examples[sign];
    const last = examples[MAX_EXAMPLES - 1];
    if (last === undefined) {
      examples.push({ id, reason: outcome.reason });
    } else {
      // A new object for each of a million flows would be kept alive until the next.
      last.id = id;
      last.reason = outcome.reason;
    }
  }

  /** Counts what `other` counted as well; its examples serve where this cell has none. */
  absorb(other: Cell): void {
    for (const [outcome, flows] of other.outcomes) {
      this.outcomes.set(outcome, (this.outcomes.get(outcome) ?? 0) + flows);
    }
    for (const sign of ['works', 'fails', 'unclear'] as const) {
      this.counts[sign] += other.counts[sign];
      const known = this.examples[sign];
      // Copies, for the last of them is written over.
      if (known.length === 0) known.push(...other.examples[sign].map((one) => ({ ...one })));
    }
    // Failures of one that came before the last success of the other are over.
    const mine = this.lastFail > other.lastWork ? this.failsSince : 0;
    const others = other.lastFail > this.lastWork ? other.failsSince : 0;
    this.failsSince = mine + others;
    this.lastWork = Math.max(this.lastWork, other.lastWork);
    this.firstWork = Math.min(this.firstWork, other.firstWork);
    this.lastFail = Math.max(this.lastFail, other.lastFail);
    this.presumed ||= other.presumed;
    this.serviceConfirmed ||= other.serviceConfirmed;
    this.wrongService ||= other.wrongService;
    this.doubtfulService ||= other.doubtfulService;
    for (const port of other.workingPorts) this.workingPorts.add(port);
    for (const port of other.failingPorts ?? []) (this.failingPorts ??= new Set()).add(port);
  }

  /** Everything that failed used a port other than those that worked. */
  get onlyOtherPortsFail(): boolean {
    for (const port of this.failingPorts ?? []) if (this.workingPorts.has(port)) return false;
    return true;
  }

  /** Every port that failed worked, too. */
  get everyPortWorks(): boolean {
    for (const port of this.failingPorts ?? []) if (!this.workingPorts.has(port)) return false;
    return true;
  }
}

/** Reasons that say something else of the port than the other flows of their outcome. */
const REASON_SIGNS: ReadonlyMap<OutcomeReason, Sign> = new Map<OutcomeReason, Sign>([
  // The service took the connection and closed it at once, by itself: reachable, but not serving.
  ['closed_by_responder', 'fails'],
  // The port did answer; that the originator gave the connection up is no fault of the port.
  ['client_reset_the_handshake', 'unclear'],
  ['reset_by_originator', 'unclear'],
  // An older connection answered: somebody served the port then.
  ['challenge_ack', 'unclear'],
  ['reset_from_the_middle', 'unclear'],
  // Something answers on the port, but not what the product needs there.
  ['wrong_service', 'fails'],
]);

export function signOf(outcome: FlowOutcome): Sign {
  return REASON_SIGNS.get(outcome.reason) ?? SIGNS[outcome.outcome];
}

export class Tally {
  private readonly hosts: readonly HostKey[];
  private readonly rules: readonly Rule[];
  private readonly hostIndex: ReadonlyMap<HostKey, number>;
  private readonly ruleIndex: ReadonlyMap<Rule, number>;
  private readonly cells: (Cell | undefined)[];
  private readonly thresholds: HealthThresholds;
  private readonly past: Past | null;

  /** @param past what flows told that have left; null = none has */
  constructor(
    hosts: readonly HostKey[],
    rules: readonly Rule[],
    thresholds: HealthThresholds = HEALTH_THRESHOLDS,
    past: Past | null = null,
  ) {
    this.thresholds = thresholds;
    this.past = past;
    this.hosts = hosts;
    this.rules = rules;
    this.hostIndex = new Map(hosts.map((host, i) => [host, i]));
    this.ruleIndex = new Map(rules.map((rule, i) => [rule, i]));
    this.cells = new Array<Cell | undefined>(hosts.length * rules.length);
  }

  add(host: HostKey, rule: Rule, told: Told): void {
    const h = this.hostIndex.get(host);
    const r = this.ruleIndex.get(rule);
    if (h === undefined || r === undefined) return;
    if (this.past !== null && !this.past.isNow(host, rule, told)) return;
    const at = h * this.rules.length + r;
    let cell = this.cells[at];
    if (cell === undefined) this.cells[at] = cell = new Cell();
    cell.add(told, this.thresholds);
  }

  verdicts(): RuleVerdict[] {
    const all: RuleVerdict[] = [];
    for (const [h, host] of this.hosts.entries()) {
      for (const [r, rule] of this.rules.entries()) {
        const cell = this.cells[h * this.rules.length + r];
        all.push(verdictOf(host, rule, this.past === null ? cell : this.past.with(host, rule, cell)));
      }
    }
    return all;
  }
}

/** The verdict of a cell; undefined = nothing was sent. */
export function verdictOf(host: HostKey, rule: Rule, cell: Cell | undefined): RuleVerdict {
  if (cell === undefined) {
    return {
      rule,
      host,
      verdict: 'not_observed',
      reason: 'nothing_sent',
      detail: 'none',
      flows: [],
      outcomes: NO_OUTCOMES,
      works: 0,
      fails: 0,
      unclear: 0,
      failsSince: 0,
      presumed: false,
    };
  }
  const decision = decide(rule, cell);
  const { signs } = decision;
  const health = decision.verdict === 'working' ? (cell.health?.finding() ?? null) : null;
  const { verdict, reason } =
    health === null ? decision : { verdict: 'degraded' as const, reason: health.ailment };
  const examples = signs.flatMap((sign) => cell.examples[sign]);
  const shown = examples.map(({ id }) => id).filter((id) => id >= 0);
  const detail = examples[0]?.reason ?? 'none';
  return {
    rule,
    host,
    verdict,
    reason: reason === 'detail' ? (detail === 'none' ? 'nothing_sent' : detail) : reason,
    detail,
    flows: health === null ? shown : [...new Set([health.example, ...shown])],
    outcomes: cell.outcomes,
    works: cell.counts.works,
    fails: cell.counts.fails,
    unclear: cell.counts.unclear,
    failsSince: cell.failsSince,
    presumed: cell.presumed,
    serviceConfirmed: cell.serviceConfirmed,
    otherService: cell.wrongService || cell.doubtfulService,
    ...(health === null ? {} : { health }),
  };
}

/** Ports named one by one (139 or 445) stand for each other; those of a range (dynamic ports) do not. */
function hasAlternatives(rule: Rule): boolean {
  return rule.ports.length > 1 && rule.ports.every(({ from, to }) => from === to);
}

/** Another port of the rule would do as well and was not tried: what failed does not condemn the rule. */
function leavesAlternative(rule: Rule, cell: Cell): boolean {
  if (!hasAlternatives(rule) || cell.wrongService) return false;
  return rule.ports.some(({ from }) => cell.failingPorts?.has(from) !== true);
}

function decide(
  rule: Rule,
  cell: Cell,
): { verdict: Verdict; reason: VerdictReason | 'detail'; signs: Sign[] } {
  const { works, fails } = cell.counts;
  if (works === 0) {
    if (fails > 0 && leavesAlternative(rule, cell)) {
      return { verdict: 'inconclusive', reason: 'alternative_not_tried', signs: ['fails', 'unclear'] };
    }
    return fails > 0
      ? { verdict: 'blocked', reason: 'detail', signs: ['fails', 'unclear'] }
      : { verdict: 'inconclusive', reason: 'detail', signs: ['unclear'] };
  }
  if (fails === 0) return { verdict: 'working', reason: 'works', signs: ['works'] };
  const alternatives = hasAlternatives(rule);
  if (alternatives && cell.onlyOtherPortsFail) {
    return { verdict: 'working', reason: 'alternative_works', signs: ['works', 'fails'] };
  }
  if (cell.failsSince > 0)
    return { verdict: 'degraded', reason: 'stopped_working', signs: ['fails', 'works'] };
  if (cell.lastFail < cell.firstWork && (alternatives || cell.everyPortWorks)) {
    return { verdict: 'working', reason: 'works_after_failures', signs: ['works', 'fails'] };
  }
  return { verdict: 'degraded', reason: 'some_attempts_fail', signs: ['fails', 'works'] };
}
