/**
 * All that is known of one rule and one computer, counted flow by flow. There may be hundreds of thousands of cells, and
 * each flow finds its own somewhere in memory, so a cell is small: what most never need is made when it is needed.
 */
import type { Flow } from '../flow/flow.js';
import { Health } from './health.js';
import type { HealthThresholds } from './health.js';
import type { FlowOutcome, OutcomeReason } from './outcome.js';
import type { ServiceFit } from './service-fit.js';
import type { Sign } from './sign.js';
import type { Outcome } from './words.js';

/** What a cell counts of a flow. */
export interface Counted {
  /** -1 = the flow has left the table. */
  readonly id: number;
  /** First packet, seconds since 1970. */
  readonly start: number;
  readonly sign: Sign;
  readonly outcome: FlowOutcome;
  /** Of the responder. */
  readonly port: number;
  /** It counts only because a 135 exchange came before, not because of its payload. */
  readonly presumed: boolean;
  readonly fit: ServiceFit;
  /** What the payload showed, '' = nothing. */
  readonly service: string;
}

/** What a flow says of a rule. */
export interface Told extends Counted {
  readonly flow: Flow;
}

/** What is kept of a flow that told something of a rule, in the order of the flows' starts; for monitoring. */
export interface Telling extends Counted {
  /** Last packet, seconds since 1970. */
  readonly end: number;
  /** How often a failure was repeated within the flow: further SYNs, RSTs, ICMP errors or requests. */
  readonly repeats: number;
}

/** How many flows had each outcome, in the order in which the outcomes occurred first. Most cells have one. */
export class OutcomeCounts {
  private first: Outcome = 'unknown';
  private flows = 0;
  private others: Map<Outcome, number> | null = null;

  add(outcome: Outcome, flows: number): void {
    if (this.flows === 0) this.first = outcome;
    if (this.first === outcome) {
      this.flows += flows;
      return;
    }
    this.others ??= new Map();
    this.others.set(outcome, (this.others.get(outcome) ?? 0) + flows);
  }

  *[Symbol.iterator](): Generator<readonly [Outcome, number]> {
    if (this.flows > 0) yield [this.first, this.flows];
    if (this.others !== null) yield* this.others;
  }
}

/** A few flows that stand for those of one sign: the first two and the latest. */
class Examples {
  /** Of the first of them. */
  readonly reason: OutcomeReason;
  private readonly first: number;
  private second = -1;
  private latest = -1;
  private known = 1;

  constructor(id: number, reason: OutcomeReason) {
    this.first = id;
    this.reason = reason;
  }

  add(id: number): void {
    if (this.known++ === 1) this.second = id;
    else this.latest = id;
  }

  /** Flows that are in the table. */
  ids(): number[] {
    return [this.first, this.second, this.latest].filter((id) => id >= 0);
  }
}

/** Ports of a cell: mostly one. */
class Ports {
  private readonly first: number;
  private others: Set<number> | null = null;

  constructor(first: number) {
    this.first = first;
  }

  add(port: number): void {
    if (port !== this.first) (this.others ??= new Set()).add(port);
  }

  has(port: number): boolean {
    return port === this.first || this.others?.has(port) === true;
  }

  *[Symbol.iterator](): Generator<number> {
    yield this.first;
    if (this.others !== null) yield* this.others;
  }
}

const NO_PORTS: Iterable<number> = [];

export class Cell {
  readonly outcomes = new OutcomeCounts();
  works = 0;
  fails = 0;
  unclear = 0;
  private workExamples: Examples | null = null;
  private failExamples: Examples | null = null;
  private unclearExamples: Examples | null = null;
  lastWork = -Infinity;
  firstWork = Infinity;
  lastFail = -Infinity;
  /** Failures since the last success. */
  failsSince = 0;
  presumed = false;
  serviceConfirmed = false;
  wrongService = '';
  doubtfulService = '';
  private workingPorts: Ports | null = null;
  private failingPorts: Ports | null = null;
  /** Of what works; null until something does. */
  health: Health | null = null;

  add(told: Told, thresholds: HealthThresholds): void {
    this.take(told);
    if (told.sign === 'works') (this.health ??= new Health(thresholds)).add(told.flow);
  }

  /** Counts a flow by what was noted of it; its health cannot be measured any more. */
  take({ id, start, sign, outcome, port, presumed, fit, service }: Counted): void {
    const { reason } = outcome;
    this.outcomes.add(outcome.outcome, 1);
    if (presumed) this.presumed = true;
    if (reason === 'wrong_service') this.wrongService = service;
    else if (fit === 'doubtful') this.doubtfulService = service;
    else if (fit === 'right' && sign === 'works') this.serviceConfirmed = true;
    if (sign === 'works') this.takeWork(id, start, reason, port);
    else if (sign === 'fails') this.takeFail(id, start, reason, port);
    else {
      this.unclear++;
      if (this.unclearExamples === null) this.unclearExamples = new Examples(id, reason);
      else this.unclearExamples.add(id);
    }
  }

  private takeWork(id: number, start: number, reason: OutcomeReason, port: number): void {
    this.works++;
    if (this.workExamples === null) this.workExamples = new Examples(id, reason);
    else this.workExamples.add(id);
    if (this.workingPorts === null) this.workingPorts = new Ports(port);
    else this.workingPorts.add(port);
    if (start < this.firstWork) this.firstWork = start;
    if (start < this.lastWork) return;
    this.lastWork = start;
    if (start >= this.lastFail) this.failsSince = 0;
  }

  private takeFail(id: number, start: number, reason: OutcomeReason, port: number): void {
    this.fails++;
    if (this.failExamples === null) this.failExamples = new Examples(id, reason);
    else this.failExamples.add(id);
    if (this.failingPorts === null) this.failingPorts = new Ports(port);
    else this.failingPorts.add(port);
    if (start > this.lastFail) this.lastFail = start;
    if (start > this.lastWork) this.failsSince++;
  }

  /** Counts what `other` counted as well; its examples serve where this cell has none. No flow is counted after. */
  absorb(other: Cell): void {
    for (const [outcome, flows] of other.outcomes) this.outcomes.add(outcome, flows);
    this.works += other.works;
    this.fails += other.fails;
    this.unclear += other.unclear;
    this.workExamples ??= other.workExamples;
    this.failExamples ??= other.failExamples;
    this.unclearExamples ??= other.unclearExamples;
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
    for (const port of other.workingPorts ?? NO_PORTS) {
      (this.workingPorts ??= new Ports(port)).add(port);
    }
    for (const port of other.failingPorts ?? NO_PORTS) {
      (this.failingPorts ??= new Ports(port)).add(port);
    }
  }

  /** Flow ids that show these signs, and the reason of the most telling flow; 'none' = there is none. */
  show(signs: readonly Sign[]): { readonly ids: number[]; readonly reason: OutcomeReason | 'none' } {
    const ids: number[] = [];
    let reason: OutcomeReason | 'none' = 'none';
    for (const sign of signs) {
      const examples = this.examplesOf(sign);
      if (examples === null) continue;
      if (reason === 'none') reason = examples.reason;
      ids.push(...examples.ids());
    }
    return { ids, reason };
  }

  private examplesOf(sign: Sign): Examples | null {
    if (sign === 'works') return this.workExamples;
    return sign === 'fails' ? this.failExamples : this.unclearExamples;
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
