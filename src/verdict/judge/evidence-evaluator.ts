/** What one flow tells: its outcome, and of which rule and computer it speaks. */
import { IpProto } from '../../decode/packet/packet.js';
import type { Flow } from '../../flow/flow.js';
import type { Facts } from '../../recognise/facts/facts.js';
import type { Rule } from '../../rules/words/rule.js';
import { destinationCast } from '../flows/classify.js';
import type { FlowClass } from '../flows/classify.js';
import { endedByAlert, loggedOutcome, outcomeOf, servedWrong, unserved } from '../flows/outcome.js';
import type { CodedOutcome, OutcomeContext } from '../flows/outcome.js';
import { askedFor, serviceFit } from '../flows/service-fit.js';
import type { ServiceFit } from '../flows/service-fit.js';
import type { JoinedLogs } from '../firewall/join-logs.js';
import type { FlowScan } from '../hosts/flow-scan.js';
import type { FlowEvidence } from './rule-host-stats.js';

/** Who is told. */
export interface EvidenceListener {
  /** @param row the computer's place among the monitored ones */
  add(row: number, rule: Rule, told: FlowEvidence): void;
}

interface EvaluatorParts {
  readonly payload: Facts;
  readonly scan: FlowScan;
  /** By number of the host: 1 = this server. */
  readonly isServer: Uint8Array;
  /** By number of the host: its place among the monitored computers, -1 = it is none. */
  readonly rows: Int32Array;
  /** See OutcomeContext. */
  readonly options: Pick<OutcomeContext, 'captureEnd' | 'answerWait' | 'runs'> & {
    /** What firewall logs say of flows; absent or null = none was given. */
    readonly logs?: Pick<JoinedLogs, 'byFlow'> | null;
  };
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

const NOTHING: ReadonlySet<string> = new Set();

function servicesByPort(payload: Facts, { hostTable }: FlowScan): Map<number, Set<string>> {
  const found = new Map<number, Set<string>>();
  for (let flow = 0; flow < hostTable.protocols.length; flow++) {
    if (hostTable.protocols[flow] !== IpProto.Tcp) continue;
    const service = payload.serviceOf(flow);
    if (service?.certainty !== 'confirmed') continue;
    const port = hostTable.ports[flow]! & 0xffff;
    const known = found.get(port);
    if (known === undefined) found.set(port, new Set([service.name]));
    else known.add(service.name);
  }
  return found;
}

export class EvidenceEvaluator {
  private readonly parts: EvaluatorParts;
  private readonly context: Mutable<OutcomeContext>;
  /** Flows with a fatal alert in clear, made when it is needed. */
  private alerted: Set<number> | null = null;
  /** Services that were confirmed on a port number, made when it is needed. */
  private spoken: ReadonlyMap<number, ReadonlySet<string>> | null = null;

  constructor(parts: EvaluatorParts) {
    const { captureEnd, answerWait, runs } = parts.options;
    this.parts = parts;
    this.context = { captureEnd, answerWait, oneWay: false, stray: 'no', answersMissing: false };
    if (runs !== undefined) this.context.runs = runs;
  }

  /** The row of the monitored computer at one end, when the other is this server; else -1. */
  rowOf(flow: Flow): number {
    const { scan, isServer, rows } = this.parts;
    const orig = scan.hostTable.orig[flow.id]!;
    const resp = scan.hostTable.resp[flow.id]!;
    if (isServer[orig] === isServer[resp]) return -1;
    return rows[isServer[orig] === 1 ? resp : orig]!;
  }

  /** What happened on the flow. */
  outcomeOf(flow: Flow, { rule, reason }: FlowClass): CodedOutcome {
    const { context, parts } = this;
    if (flow.transport !== 'tcp') {
      context.oneWay = rule?.oneWay === true || destinationCast(flow) !== 'unicast';
      context.answersMissing = parts.scan.missing.concern(flow);
    }
    const { strays } = parts.scan;
    context.stray = 'no';
    if (strays.has(flow.id)) context.stray = 'answer_alone';
    else if (strays.answerOf(flow.id) >= 0) context.stray = 'answered_elsewhere';
    const seen = outcomeOf(flow, context);
    const block = parts.options.logs?.byFlow.get(flow.id);
    const outcome = block === undefined ? seen : loggedOutcome(flow, seen, block.layer);
    return reason === 'wrong_service' ? servedWrong(outcome) : outcome;
  }

  /** Tells `to` what the flow says of each required rule that it belongs to. */
  tell(flow: Flow, { reason, tellsOf }: FlowClass, outcome: CodedOutcome, to: EvidenceListener): void {
    if (tellsOf.length === 0) return;
    const row = this.rowOf(flow);
    if (row < 0) return;
    for (const rule of tellsOf) {
      to.add(row, rule, this.toldOf(flow, rule, outcome, reason === 'dynamic_port_after_135'));
    }
  }

  /** A TLS session that a fatal alert ended before it began serves nothing. */
  private refusedByTls(flow: Flow, rule: Rule, fit: ServiceFit, outcome: CodedOutcome): CodedOutcome {
    if (fit !== 'right' || !rule.services.includes('ssl')) return outcome;
    if (this.alerted === null) {
      this.alerted = new Set();
      for (const { flow: id, alert } of this.parts.payload.tls.items) if (alert >= 0) this.alerted.add(id);
    }
    return this.alerted.has(flow.id) ? endedByAlert(outcome) : outcome;
  }

  private spokenOn(port: number): ReadonlySet<string> {
    this.spoken ??= servicesByPort(this.parts.payload, this.parts.scan);
    return this.spoken.get(port) ?? NOTHING;
  }

  private toldOf(flow: Flow, rule: Rule, outcome: CodedOutcome, presumed: boolean): FlowEvidence {
    const { payload } = this.parts;
    const fit = serviceFit(flow, rule, payload);
    const asked = flow.transport === 'tcp' && flow.payload(1) === 0;
    const found =
      fit === 'wrong'
        ? servedWrong(outcome)
        : asked
          ? unserved(flow, outcome, askedFor(flow, rule, payload, this.spokenOn(flow.port(1))))
          : this.refusedByTls(flow, rule, fit, outcome);
    return {
      flow,
      id: flow.id,
      start: flow.firstSec + flow.firstNsec / 1e9,
      polarity: found.polarity,
      outcome: found,
      port: flow.port(1),
      presumed,
      // Bytes of the originator alone say what was asked for, and nothing of the responder.
      fit: asked ? 'unknown' : fit,
      service: payload.serviceOf(flow.id)?.name ?? '',
    };
  }
}
