/**
 * From flows to answers: outcome and class of every flow, and one verdict for every required rule and
 * monitored computer. Two passes over the flow table, a few bytes of result per flow.
 */
import { Flow } from '../flow/flow.js';
import type { FlowTable } from '../flow/table.js';
import type { RuleMatcher } from '../rules/match.js';
import type { Rule } from '../rules/rule.js';
import type { Facts } from '../recognise/facts.js';
import { CLASS_REASONS, Classifier } from './classify.js';
import type { ClassReason } from './classify.js';
import type { Gate } from './gate.js';
import { HEALTH_THRESHOLDS } from './health.js';
import { Computers } from './hosts.js';
import { MissingAnswers } from './directions.js';
import type { FlowOutcome, OutcomeReason } from './outcome.js';
import type { Past } from './past.js';
import { RpcEvidence } from './rpc-evidence.js';
import { withScmFallback } from './scm-fallback.js';
import { withAbsences } from './inventory.js';
import type { JoinedInventory, NeighborWitness } from './inventory.js';
import type { HostKey, ServerIdentity } from './server.js';
import { Tally } from './tally.js';
import type { RuleVerdict } from './tally.js';
import { servedWrong, Teller } from './teller.js';
import type { Listener } from './teller.js';
import { OUTCOMES, TRAFFIC_CLASSES } from './words.js';
import type { Outcome, TrafficClass } from './words.js';

export interface JudgeOptions {
  readonly agentPort: number;
  readonly serverPort: number;
  /** Seconds; see OutcomeContext. */
  readonly answerWait: number;
  /** Time of the last frame, seconds since 1970. */
  readonly captureEnd: number;
  /** What the capture is worth; absent = flawless. */
  readonly gate?: Gate;
  /** Computers that are to be judged whether they were seen or not. */
  readonly inventory?: JoinedInventory | null;
  /** Hosts that nobody answered for; absent = not known. */
  readonly neighbors?: NeighborWitness;
}

/** The result for every flow, by flow id, and for every rule x computer. */
export class Judgement {
  readonly server: ServerIdentity;
  readonly computers: readonly HostKey[];
  readonly computersOmitted: number;
  /** Exchanges on 135 that were not remembered because of a limit. */
  readonly mapperDropped: number;
  /** Rule by rule within computer by computer, both in their own order. */
  readonly verdicts: readonly RuleVerdict[];
  /** Where dynamic ports came from. */
  readonly rpc: RpcEvidence;
  private readonly parts: JudgementParts;
  private readonly outcomes: Uint8Array;
  private readonly outcomeReasons: Uint8Array;
  private readonly classes: Uint8Array;
  private readonly classReasons: Uint8Array;
  private readonly rules: Uint16Array;
  private readonly ruleList: readonly Rule[];
  private readonly reasonList: readonly OutcomeReason[];

  constructor(parts: JudgementParts) {
    this.parts = parts;
    this.server = parts.server;
    this.computers = parts.computers;
    this.computersOmitted = parts.computersOmitted;
    this.mapperDropped = parts.mapperDropped;
    this.verdicts = parts.verdicts;
    this.rpc = parts.rpc;
    this.outcomes = parts.flows.outcomes;
    this.outcomeReasons = parts.flows.outcomeReasons;
    this.classes = parts.flows.classes;
    this.classReasons = parts.flows.classReasons;
    this.rules = parts.flows.rules;
    this.ruleList = parts.flows.ruleList;
    this.reasonList = parts.flows.reasonList;
  }

  /** The same with other verdicts, those that stand while monitoring; in the same order. */
  withVerdicts(verdicts: readonly RuleVerdict[]): Judgement {
    return new Judgement({ ...this.parts, verdicts });
  }

  /** Says again what a flow told; only as long as the table stays as it was judged. */
  tellAgain(flow: Flow, to: Listener): void {
    const { teller } = this.parts;
    const rule = this.rule(flow.id);
    const outcome = teller.outcomeOf(flow, rule);
    teller.tell(flow, rule, this.class(flow.id), this.classReason(flow.id), outcome, to);
  }

  outcome(id: number): Outcome {
    return OUTCOMES[this.outcomes[id]!]!;
  }

  outcomeReason(id: number): OutcomeReason {
    return this.reasonList[this.outcomeReasons[id]!]!;
  }

  class(id: number): TrafficClass {
    return TRAFFIC_CLASSES[this.classes[id]!]!;
  }

  classReason(id: number): ClassReason {
    return CLASS_REASONS[this.classReasons[id]!]!;
  }

  /** The rule that speaks of the flow (matched, or violated), or null. */
  rule(id: number): Rule | null {
    const index = this.rules[id]!;
    return index === 0 ? null : this.ruleList[index - 1]!;
  }
}

const NO_WITNESS: NeighborWitness = { throughout: () => null };

interface JudgementParts {
  server: ServerIdentity;
  computers: readonly HostKey[];
  computersOmitted: number;
  mapperDropped: number;
  verdicts: readonly RuleVerdict[];
  rpc: RpcEvidence;
  flows: FlowResults;
  teller: Teller;
}

/** Columns of results, one row a flow. */
class FlowResults {
  readonly outcomes: Uint8Array;
  readonly outcomeReasons: Uint8Array;
  readonly classes: Uint8Array;
  readonly classReasons: Uint8Array;
  readonly rules: Uint16Array;
  readonly ruleList: Rule[] = [];
  readonly reasonList: OutcomeReason[] = [];
  private readonly ruleIndex = new Map<Rule, number>();
  private readonly reasonIndex = new Map<OutcomeReason, number>();

  constructor(count: number) {
    this.outcomes = new Uint8Array(count);
    this.outcomeReasons = new Uint8Array(count);
    this.classes = new Uint8Array(count);
    this.classReasons = new Uint8Array(count);
    this.rules = new Uint16Array(count);
  }

  setClass(id: number, flowClass: TrafficClass, reason: ClassReason, rule: Rule | null): void {
    this.classes[id] = TRAFFIC_CLASSES.indexOf(flowClass);
    this.classReasons[id] = CLASS_REASONS.indexOf(reason);
    if (rule !== null) this.rules[id] = intern(rule, this.ruleList, this.ruleIndex) + 1;
  }

  setOutcome(id: number, outcome: FlowOutcome): void {
    this.outcomes[id] = OUTCOMES.indexOf(outcome.outcome);
    this.outcomeReasons[id] = intern(outcome.reason, this.reasonList, this.reasonIndex);
  }

  class(id: number): TrafficClass {
    return TRAFFIC_CLASSES[this.classes[id]!]!;
  }

  classReason(id: number): ClassReason {
    return CLASS_REASONS[this.classReasons[id]!]!;
  }

  rule(id: number): Rule | null {
    return this.ruleList[this.rules[id]! - 1] ?? null;
  }
}

function intern<T>(value: T, list: T[], index: Map<T, number>): number {
  let at = index.get(value);
  if (at === undefined) {
    at = list.push(value) - 1;
    index.set(value, at);
  }
  return at;
}

/**
 * Judges all flows of a table.
 * @param past while monitoring: what flows told that have left the table, for this very server
 */
export function judge(
  table: FlowTable,
  matcher: RuleMatcher,
  server: ServerIdentity,
  payload: Facts,
  options: JudgeOptions,
  past: Past | null = null,
): Judgement {
  const flow = new Flow(table);
  const missing = new MissingAnswers(table, flow);
  const rpc = new RpcEvidence(table, payload);
  const classifier = new Classifier(matcher, server.keys, rpc, payload);
  const listed = [...(options.inventory?.byKey.keys() ?? [])];
  const computers =
    past?.computers ?? new Computers(server.keys, options.agentPort, options.serverPort, listed);
  if (past !== null) computers.list(listed);
  const results = new FlowResults(table.count);
  for (let id = 0; id < table.count; id++) {
    if (!flow.move(id).inUse) continue;
    const { class: flowClass, reason, match } = classifier.classify(flow);
    results.setClass(id, flowClass, reason, match.rule);
    computers.learn(flow, flowClass === 'expected' || reason === 'wrong_service');
  }

  past?.begin();
  const monitored = computers.monitored();
  const tally = new Tally(monitored, matcher.requiredRules, HEALTH_THRESHOLDS, past);
  const teller = new Teller({ matcher, payload, computers, missing, options });
  for (let id = 0; id < table.count; id++) {
    if (!flow.move(id).inUse) continue;
    const rule = results.rule(id);
    // A required rule speaks of monitored computers only; with other hosts the same port is merely known.
    if (results.class(id) === 'expected' && !teller.isMonitored(flow)) {
      results.setClass(id, 'known', 'not_monitored', rule);
    }
    const reason = results.classReason(id);
    const outcome = teller.outcomeOf(flow, rule);
    results.setOutcome(id, reason === 'wrong_service' ? servedWrong(outcome) : outcome);
    teller.tell(flow, rule, results.class(id), reason, outcome, tally);
  }
  const told = options.gate?.apply(tally.verdicts(), table) ?? tally.verdicts();
  return new Judgement({
    server,
    computers: monitored,
    computersOmitted: computers.omitted,
    mapperDropped: rpc.mapper.dropped,
    verdicts: withReasons(withScmFallback(told, table, payload, rpc, server.keys), options),
    rpc,
    flows: results,
    teller,
  });
}

/** What was not observed, with the reason where the list of computers and the capture tell one. */
function withReasons(
  verdicts: readonly RuleVerdict[],
  { inventory, neighbors = NO_WITNESS }: JudgeOptions,
): readonly RuleVerdict[] {
  if (inventory === undefined || inventory === null) return verdicts;
  return withAbsences(verdicts, inventory, neighbors);
}
