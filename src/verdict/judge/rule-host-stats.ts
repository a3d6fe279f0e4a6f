/**
 * All that is known of one rule and one computer, counted flow by flow. There may be hundreds of thousands of cells, and
 * each flow finds its own somewhere in memory, so a cell is small: what most never need is made when it is needed.
 */
import type { Flow } from '../../flow/flow.js';
import { Health } from '../flows/health.js';
import type { HealthThresholds } from '../flows/health.js';
import type { OutcomeReason } from '../words/reasons.js';
import type { FlowOutcome } from '../flows/outcome.js';
import type { ServiceFit } from '../flows/service-fit.js';
import type { Outcome, Polarity } from '../words/words.js';

/** What a cell counts of a flow. */
export interface CountedEvidence {
  /** -1 = the flow has left the table. */
  readonly id: number;
  /** First packet, seconds since 1970. */
  readonly start: number;
  readonly polarity: Polarity;
  readonly outcome: FlowOutcome;
  /** Of the responder. */
  readonly port: number;
  /** It counts only because a 135 exchange came before, not because of its payload. */
  readonly presumed: boolean;
  readonly fit: ServiceFit;
  /** What the payload showed, '' = nothing. */
  readonly service: string;
}

/** Ways to work in which the responder sent payload. */
const SPOKEN: ReadonlySet<OutcomeReason> = new Set<OutcomeReason>([
  'data_both_ways',
  'data_one_way',
  'answered',
]);

/** What a flow says of a rule. */
export interface FlowEvidence extends CountedEvidence {
  readonly flow: Flow;
}

/** What is kept of a flow that evidence something of a rule, in the order of the flows' starts; for monitoring. */
export interface RetiredFlowEvidence extends CountedEvidence {
  /** Last packet, seconds since 1970. */
  readonly end: number;
  /** How often a failure was repeated within the flow: further SYNs, RSTs, ICMP errors or requests. */
  readonly repeats: number;
}

/** Flows that stand for all of one polarity: the first two. The latest is kept in the cell. */
class Examples {
  first: number;
  second = -1;
  /** Of the first. */
  reason: OutcomeReason;

  constructor(id: number, reason: OutcomeReason) {
    this.first = id;
    this.reason = reason;
  }

  /** Comes before the others. */
  lead(id: number, reason: OutcomeReason): void {
    this.second = this.first;
    this.first = id;
    this.reason = reason;
  }
}

/** How many flows had an outcome, and those after it: a chain, for most cells have one or two. */
class OutcomeCount {
  readonly outcome: Outcome;
  flows: number;
  next: OutcomeCount | null = null;

  constructor(outcome: Outcome, flows: number) {
    this.outcome = outcome;
    this.flows = flows;
  }

  *[Symbol.iterator](): Generator<readonly [Outcome, number]> {
    yield [this.outcome, this.flows];
    for (let one = this.next; one !== null; one = one.next) yield [one.outcome, one.flows];
  }
}

const NO_OUTCOMES: Iterable<readonly [Outcome, number]> = [];

/** Ports that a cell knows of: the first, and further ones, which most have none of. */
class Ports {
  first = -1;
  private others: Set<number> | null = null;

  add(port: number): void {
    if (this.first < 0) this.first = port;
    else if (port !== this.first) (this.others ??= new Set()).add(port);
  }

  has(port: number): boolean {
    return port === this.first || this.others?.has(port) === true;
  }

  *[Symbol.iterator](): Generator<number> {
    if (this.first >= 0) yield this.first;
    if (this.others !== null) yield* this.others;
  }
}

const NO_PORTS = new Ports();

export class RuleHostStats {
  // What each flow that works touches comes first.
  works = 0;
  /** In the order in which the outcomes occurred first. */
  private firstOutcome: OutcomeCount | null = null;
  private latestWork = -1;
  private lastWorkPort = -1;
  lastWork = -Infinity;
  /** Failures since the last success. */
  failsSince = 0;
  /** Of what works; null until something does. */
  health: Health | null = null;
  presumed = false;
  /** The responder of a flow that works sent payload. */
  spoken = false;
  serviceConfirmed = false;
  wrongService = '';
  doubtfulService = '';
  fails = 0;
  unclear = 0;
  firstWork = Infinity;
  lastFail = -Infinity;
  private latestFail = -1;
  private latestUnclear = -1;
  private workExamples: Examples | null = null;
  private failExamples: Examples | null = null;
  private unclearExamples: Examples | null = null;
  private workingPorts: Ports | null = null;
  private failingPorts: Ports | null = null;

  add(evidence: FlowEvidence, thresholds: HealthThresholds): void {
    this.take(evidence);
    if (evidence.polarity === 'works') (this.health ??= new Health(thresholds)).add(evidence.flow);
  }

  /** Counts a flow by what was noted of it; its health cannot be measured any more. */
  take({ id, start, polarity, outcome, port, presumed, fit, service }: CountedEvidence): void {
    const { reason } = outcome;
    this.countOutcome(outcome.outcome, 1);
    if (presumed) this.presumed = true;
    if (reason === 'wrong_service') this.wrongService = service;
    else if (fit === 'doubtful') this.doubtfulService = service;
    else if (fit === 'right' && polarity === 'works') this.serviceConfirmed = true;
    if (polarity === 'works') this.takeWork(id, start, reason, port);
    else if (polarity === 'fails') this.takeFail(id, start, reason, port);
    else this.takeUnclear(id, reason);
  }

  /** Counts an attempt that failed before it became a flow. */
  takeLogged(start: number, port: number, presumed: boolean): void {
    if (presumed) this.presumed = true;
    this.takeFail(-1, start, 'logged_before_wire', port);
  }

  private countOutcome(outcome: Outcome, flows: number): void {
    let last: OutcomeCount | null = null;
    for (let one = this.firstOutcome; one !== null; one = one.next) {
      if (one.outcome === outcome) {
        one.flows += flows;
        return;
      }
      last = one;
    }
    if (last === null) this.firstOutcome = new OutcomeCount(outcome, flows);
    else last.next = new OutcomeCount(outcome, flows);
  }

  private takeWork(id: number, start: number, reason: OutcomeReason, port: number): void {
    const before = this.works++;
    const first = !this.spoken && SPOKEN.has(reason);
    if (first) this.spoken = true;
    if (before === 0) this.workExamples = new Examples(id, reason);
    else if (first) this.workExamples!.lead(id, reason);
    else if (before === 1) this.workExamples!.second = id;
    else this.latestWork = id;
    if (port !== this.lastWorkPort) {
      this.lastWorkPort = port;
      (this.workingPorts ??= new Ports()).add(port);
    }
    if (start < this.lastWork) {
      if (start < this.firstWork) this.firstWork = start;
      return;
    }
    this.lastWork = start;
    if (before === 0) this.firstWork = start;
    if (this.failsSince > 0 && start >= this.lastFail) this.failsSince = 0;
  }

  private takeFail(id: number, start: number, reason: OutcomeReason, port: number): void {
    const before = this.fails++;
    if (before === 0) this.failExamples = new Examples(id, reason);
    else if (before === 1) this.failExamples!.second = id;
    else this.latestFail = id;
    (this.failingPorts ??= new Ports()).add(port);
    if (start > this.lastFail) this.lastFail = start;
    if (start > this.lastWork) this.failsSince++;
  }

  private takeUnclear(id: number, reason: OutcomeReason): void {
    const before = this.unclear++;
    if (before === 0) this.unclearExamples = new Examples(id, reason);
    else if (before === 1) this.unclearExamples!.second = id;
    else this.latestUnclear = id;
  }

  /** Counts what `other` counted as well; its examples serve where this cell has none. No flow is counted after. */
  absorb(other: RuleHostStats): void {
    for (let one = other.firstOutcome; one !== null; one = one.next)
      this.countOutcome(one.outcome, one.flows);
    if (this.works === 0) [this.workExamples, this.latestWork] = [other.workExamples, other.latestWork];
    if (this.fails === 0) [this.failExamples, this.latestFail] = [other.failExamples, other.latestFail];
    if (this.unclear === 0) {
      [this.unclearExamples, this.latestUnclear] = [other.unclearExamples, other.latestUnclear];
    }
    this.works += other.works;
    this.fails += other.fails;
    this.unclear += other.unclear;
    // Failures of one that came before the last success of the other are over.
    const mine = this.lastFail > other.lastWork ? this.failsSince : 0;
    const others = other.lastFail > this.lastWork ? other.failsSince : 0;
    this.failsSince = mine + others;
    this.lastWork = Math.max(this.lastWork, other.lastWork);
    this.firstWork = Math.min(this.firstWork, other.firstWork);
    this.lastFail = Math.max(this.lastFail, other.lastFail);
    this.presumed ||= other.presumed;
    this.spoken ||= other.spoken;
    this.serviceConfirmed ||= other.serviceConfirmed;
    this.wrongService ||= other.wrongService;
    this.doubtfulService ||= other.doubtfulService;
    for (const port of other.workingPorts ?? NO_PORTS) (this.workingPorts ??= new Ports()).add(port);
    for (const port of other.failingPorts ?? NO_PORTS) (this.failingPorts ??= new Ports()).add(port);
  }

  /** Flows of each outcome, in the order in which the outcomes occurred first; of the cell, not a copy. */
  get outcomes(): Iterable<readonly [Outcome, number]> {
    return this.firstOutcome ?? NO_OUTCOMES;
  }

  /** Flow ids in the table that show these polarities, and the reason of the most telling flow; 'none' = there is none. */
  show(polarities: readonly Polarity[]): { readonly ids: number[]; readonly reason: OutcomeReason | 'none' } {
    const ids: number[] = [];
    let reason: OutcomeReason | 'none' = 'none';
    for (const polarity of polarities) {
      const examples = this.examplesOf(polarity);
      if (examples === null) continue;
      if (reason === 'none') reason = examples.reason;
      const { first, second } = examples;
      for (const id of [first, second, this.latestOf(polarity)]) if (id >= 0) ids.push(id);
    }
    return { ids, reason };
  }

  private examplesOf(polarity: Polarity): Examples | null {
    if (polarity === 'works') return this.workExamples;
    return polarity === 'fails' ? this.failExamples : this.unclearExamples;
  }

  /** The latest flow after the first two, -1 = there is none. */
  private latestOf(polarity: Polarity): number {
    if (polarity === 'works') return this.latestWork;
    return polarity === 'fails' ? this.latestFail : this.latestUnclear;
  }

  failedOn(port: number): boolean {
    return this.failingPorts?.has(port) === true;
  }

  /** Everything that failed used a port other than those that worked. */
  get onlyOtherPortsFail(): boolean {
    for (const port of this.failingPorts ?? NO_PORTS) if (this.workingPorts?.has(port) === true) return false;
    return true;
  }

  /** Every port that failed worked, too. */
  get everyPortWorks(): boolean {
    for (const port of this.failingPorts ?? NO_PORTS) if (this.workingPorts?.has(port) !== true) return false;
    return true;
  }
}
