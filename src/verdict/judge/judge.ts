/**
 * From flows to answers: outcome and class of every flow, and one verdict for every required rule and
 * monitored computer. Two passes over the flow table, a few bytes of result per flow.
 */
import { CaptureRuns } from '../../flow/vantage/capture-runs.js';
import { Flow } from '../../flow/flow.js';
import type { Neighbors } from '../../flow/vantage/neighbors.js';
import type { FlowTable } from '../../flow/table.js';
import type { RuleMatcher } from '../../rules/match.js';
import type { Rule } from '../../rules/words/rule.js';
import type { Facts } from '../../recognise/facts/facts.js';
import type { CapturePlace } from '../words/capture-place.js';
import { Classifier } from '../flows/classify.js';
import type { ClassReason, FlowClass, FlowClasses } from '../flows/classify.js';
import type { HostTable } from '../hosts/host-table.js';
import type { Gate } from './gate.js';
import { HEALTH_THRESHOLDS } from '../flows/health.js';
import { Computers, PeerSigns } from '../hosts/hosts.js';
import { Locator } from '../locate/locate.js';
import { outcomeAt } from '../flows/outcome.js';
import type { OutcomeReason } from '../words/reasons.js';
import type { RetiredEvidence } from './retired-evidence.js';
import { RpcEvidence } from '../flows/rpc-evidence.js';
import { withScmFallback } from './scm-fallback.js';
import { withAbsences } from '../inventory/inventory.js';
import type { JoinedLogs } from '../firewall/join-logs.js';
import { expectBlocked, tellLogged, withLogged } from './logged.js';
import type { Identities } from '../hosts/identities.js';
import { amongComputers, ipsecPeers } from '../hosts/ipsec-peers.js';
import type { EspPair } from '../hosts/ipsec-peers.js';
import type { JoinedInventory, NeighborWitness } from '../inventory/inventory.js';
import type { HostKey } from '../words/host-key.js';
import type { ServerIdentity } from '../hosts/server.js';
import { SilentNeighbors } from '../hosts/silent-neighbors.js';
import { FlowScan } from '../hosts/flow-scan.js';
import { VerdictBuilder } from './verdict-builder.js';
import type { RuleVerdict } from '../words/rule-verdict.js';
import { EvidenceEvaluator } from './evidence-evaluator.js';
import type { EvidenceListener } from './evidence-evaluator.js';
import type { Outcome, TrafficClass } from '../words/words.js';

const NO_WITNESS: NeighborWitness = { throughout: () => null };

const NO_RULES: readonly Rule[] = [];

export interface JudgeOptions {
  readonly agentPort: number;
  readonly serverPort: number;
  /** Seconds; see OutcomeContext. */
  readonly answerWait: number;
  /** Time of the last frame, seconds since 1970. */
  readonly captureEnd: number;
  /** See OutcomeContext. */
  readonly runs?: CaptureRuns;
  /** What the capture is worth; absent = flawless. */
  readonly gate?: Gate;
  /** Computers that are to be judged whether they were seen or not. */
  readonly inventory?: JoinedInventory | null;
  /** Who was asked for by ARP or neighbor discovery; absent = not known. */
  readonly neighbors?: Neighbors;
  /** What is known of computers with several addresses; absent = nothing is joined. */
  readonly identities?: Identities;
  /** What firewall logs say, joined to this very table; absent = none was given. */
  readonly logs?: JoinedLogs | null;
  /** Pairs of hosts between which ESP was seen; absent = none. */
  readonly espPairs?: readonly EspPair[];
  /** Of this very table as it is now; absent = it is made here. */
  readonly scan?: FlowScan;
}

interface JudgementParts {
  identities: Identities | null;
  server: ServerIdentity;
  computers: readonly HostKey[];
  computersOmitted: number;
  mapperDropped: number;
  verdicts: readonly RuleVerdict[];
  rpc: RpcEvidence;
  scan: FlowScan;
  neighbors: SilentNeighbors | null;
  flows: FlowResults;
  evaluator: EvidenceEvaluator;
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
  private readonly flows: FlowResults;
  private made: Locator | null = null;

  constructor(parts: JudgementParts) {
    this.parts = parts;
    this.server = parts.server;
    this.computers = parts.computers;
    this.computersOmitted = parts.computersOmitted;
    this.mapperDropped = parts.mapperDropped;
    this.verdicts = parts.verdicts;
    this.rpc = parts.rpc;
    this.flows = parts.flows;
  }

  /** Which addresses are one computer; null = it was not asked. */
  get identities(): Identities | null {
    return this.parts.identities;
  }

  /** Hosts that are an end of any flow. */
  get hostsSeen(): number {
    return this.parts.scan.hostTable.count;
  }

  /** The same with other verdicts, those that stand while monitoring; in the same order. */
  withVerdicts(verdicts: readonly RuleVerdict[]): Judgement {
    return new Judgement({ ...this.parts, verdicts });
  }

  /** Who tells where the faults of these verdicts lie; made when it is asked for, and once. */
  locator(place: CapturePlace): Locator {
    const { scan, neighbors, server, identities } = this.parts;
    this.made ??= new Locator(scan, server.keys, this.verdicts, place, neighbors, identities);
    return this.made;
  }

  /** Says again what a flow told; only as long as the table stays as it was judged. */
  tellAgain(flow: Flow, to: EvidenceListener): void {
    const { evaluator } = this.parts;
    const flowClass = this.flows.classOf(flow.id);
    evaluator.tell(flow, flowClass, evaluator.outcomeOf(flow, flowClass), to);
  }

  outcome(id: number): Outcome {
    return outcomeAt(this.flows.outcomes[id]!).outcome;
  }

  outcomeReason(id: number): OutcomeReason {
    return outcomeAt(this.flows.outcomes[id]!).reason;
  }

  class(id: number): TrafficClass {
    return this.flows.classOf(id).class;
  }

  classReason(id: number): ClassReason {
    return this.flows.classOf(id).reason;
  }

  /** The rule that speaks of the flow (matched, or violated), or null. */
  rule(id: number): Rule | null {
    return this.flows.classOf(id).rule;
  }

  /** Known rules beside `rule` that fit the flow's port as well. */
  rulesBeside(id: number): readonly Rule[] {
    return this.flows.classOf(id).match.others ?? NO_RULES;
  }
}

/** Columns of results, one row a flow. */
class FlowResults {
  /** Codes of outcomes. */
  readonly outcomes: Uint8Array;
  /** Places in `FlowClasses.list`. */
  readonly classes: Uint16Array;
  private readonly list: readonly FlowClass[];

  constructor(flows: number, classes: FlowClasses) {
    this.outcomes = new Uint8Array(flows);
    this.classes = new Uint16Array(flows);
    this.list = classes.list;
  }

  classOf(id: number): FlowClass {
    return this.list[this.classes[id]!]!;
  }
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
  past: RetiredEvidence | null = null,
): Judgement {
  const { agentPort, serverPort, logs = null } = options;
  const scan = options.scan ?? new FlowScan(table, agentPort, serverPort);
  const { hostTable: ends } = scan;
  const isServer = ends.mark(server.keys);
  const rpc = new RpcEvidence(scan, payload);
  const classifier = new Classifier(matcher, ends, isServer, server.keys.size > 0, rpc, payload);
  const results = new FlowResults(table.count, classifier.classes);
  const signs = new PeerSigns(ends, isServer, agentPort, serverPort);
  classifyAll(scan, classifier, results, signs);

  const identities = options.identities ?? null;
  const listed = [...(options.inventory?.byKey.keys() ?? [])];
  const computers = past?.computers ?? new Computers(server.keys);
  computers.list(listed);
  computers.learn(signs, identities);
  expectBlocked(logs, computers, identities, new Set([agentPort, serverPort]));
  const hidden = ipsecPeers(options.espPairs ?? [], ends, server.keys);
  for (const peer of amongComputers(hidden, computers.monitored())) computers.expect(peer);
  past?.begin(options.captureEnd);
  const monitored = computers.monitored();
  const rows = rowsOf(monitored, ends, identities);
  const builder = new VerdictBuilder(monitored, matcher.requiredRules, HEALTH_THRESHOLDS, past);
  const evaluator = new EvidenceEvaluator({ payload, scan, isServer, rows, options });
  tellAll(scan, classifier.classes, results, evaluator, builder);
  tellLogged(logs, monitored, identities, builder);
  const neighbors = silentNeighbors(scan, server, options);
  const told = options.gate?.apply(builder.verdicts(), table) ?? builder.verdicts();
  const mended = withScmFallback(told, table, payload, rpc, server.keys);
  return new Judgement({
    identities,
    server,
    computers: monitored,
    computersOmitted: computers.omitted,
    mapperDropped: rpc.mapper.dropped,
    verdicts: withIpsec(
      withReasons(
        withLogged(withAnswerers(mended, scan), logs),
        options.inventory ?? null,
        neighbors ?? NO_WITNESS,
      ),
      hidden,
      identities,
    ),
    rpc,
    scan,
    neighbors,
    flows: results,
    evaluator,
  });
}

/** null = what ARP and neighbor discovery told is not given. */
function silentNeighbors(
  scan: FlowScan,
  server: ServerIdentity,
  { neighbors, runs, captureEnd }: JudgeOptions,
): SilentNeighbors | null {
  if (neighbors === undefined) return null;
  return new SilentNeighbors(scan, neighbors, server.keys, runs ?? CaptureRuns.until(captureEnd));
}

/** Gives every flow its class, and learns from it which peers the rules speak of. */
function classifyAll(
  { table, hostTable: ends, strays }: FlowScan,
  classifier: Classifier,
  results: FlowResults,
  signs: PeerSigns,
): void {
  const flow = new Flow(table);
  for (let id = 0; id < table.count; id++) {
    if (ends.protocols[id] === 0) continue;
    const found = classifier.classify(flow.move(id));
    results.classes[id] = found.code;
    if (!strays.has(id)) signs.take(flow, found.class === 'expected' || found.reason === 'wrong_service');
  }
}

/** Gives every flow its outcome, and tells the tally of it. */
function tellAll(
  { table, hostTable: ends, strays }: FlowScan,
  classes: FlowClasses,
  results: FlowResults,
  evaluator: EvidenceEvaluator,
  builder: VerdictBuilder,
): void {
  const flow = new Flow(table);
  for (let id = 0; id < table.count; id++) {
    if (ends.protocols[id] === 0) continue;
    flow.move(id);
    let found = results.classOf(id);
    // A required rule speaks of monitored computers only; with other hosts the same port is merely known.
    const isOfNobody = found.class === 'expected' && evaluator.rowOf(flow) < 0;
    if (strays.has(id) && (isOfNobody || found.class === 'unexpected')) found = classes.stray(found);
    else if (isOfNobody) found = classes.notMonitored(found);
    results.classes[id] = found.code;
    const outcome = evaluator.outcomeOf(flow, found);
    results.outcomes[id] = outcome.code;
    evaluator.tell(flow, found, outcome, builder);
  }
}

/** What was not seen of hosts that speak IPsec with this server may have been tried in it. */
function withIpsec(
  verdicts: readonly RuleVerdict[],
  hidden: ReadonlySet<HostKey>,
  identities: Identities | null,
): readonly RuleVerdict[] {
  if (hidden.size === 0) return verdicts;
  const owners = new Set([...hidden].map((key) => identities?.of(key) ?? key));
  return verdicts.map((v) =>
    v.verdict === 'not_observed' && v.reason === 'nothing_sent' && owners.has(v.host)
      ? { ...v, reason: 'hidden_by_ipsec' }
      : v,
  );
}

/** By number of the host: its place among these, -1 = it is none of them. */
function rowsOf(keys: readonly HostKey[], ends: HostTable, identities: Identities | null): Int32Array {
  const rows = new Int32Array(ends.count).fill(-1);
  for (const [row, key] of keys.entries()) {
    const number = ends.numberOf(key);
    if (number >= 0) rows[number] = row;
  }
  if (identities === null) return rows;
  const places = new Map(keys.map((key, row) => [key, row]));
  for (const [key, { owner }] of identities) {
    const number = ends.numberOf(key);
    const row = places.get(owner);
    // An address that is listed as a computer of its own stays one.
    if (number >= 0 && row !== undefined && rows[number] === -1) rows[number] = row;
  }
  return rows;
}

/** Who answered instead of the host that was asked. */
function withAnswerers(
  verdicts: readonly RuleVerdict[],
  { table, strays }: FlowScan,
): readonly RuleVerdict[] {
  const flow = new Flow(table);
  return verdicts.map((v) => {
    const answers = v.flows.map((id) => strays.answerOf(id)).filter((id) => id >= 0);
    if (answers.length === 0) return v;
    const answerers = [...new Set(answers.map((id) => flow.move(id).addressText(1)))];
    return { ...v, answerers };
  });
}

/** What was not observed, with the reason where the list of computers and the capture tell one. */
function withReasons(
  verdicts: readonly RuleVerdict[],
  inventory: JoinedInventory | null,
  neighbors: NeighborWitness,
): readonly RuleVerdict[] {
  return inventory === null ? verdicts : withAbsences(verdicts, inventory, neighbors);
}
