/** What one flow tells: its outcome, and of which rule and computer it speaks. */
import type { Flow } from '../../flow/flow.js';
import type { Facts } from '../../recognise/facts/facts.js';
import type { Rule } from '../../rules/rule.js';
import { destinationCast } from '../flows/classify.js';
import type { FlowClass } from '../flows/classify.js';
import { outcomeOf, servedWrong } from '../flows/outcome.js';
import type { CodedOutcome, OutcomeContext } from '../flows/outcome.js';
import { serviceFit } from '../flows/service-fit.js';
import type { Survey } from '../hosts/survey.js';
import type { Told } from './cell.js';

/** Who is told. */
export interface Listener {
  /** @param row the computer's place among the monitored ones */
  add(row: number, rule: Rule, told: Told): void;
}

interface TellerParts {
  readonly payload: Facts;
  readonly survey: Survey;
  /** By number of the host: 1 = this server. */
  readonly isServer: Uint8Array;
  /** By number of the host: its place among the monitored computers, -1 = it is none. */
  readonly rows: Int32Array;
  /** See OutcomeContext. */
  readonly options: Pick<OutcomeContext, 'captureEnd' | 'answerWait' | 'runs'>;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

export class Teller {
  private readonly parts: TellerParts;
  private readonly context: Mutable<OutcomeContext>;

  constructor(parts: TellerParts) {
    const { captureEnd, answerWait, runs } = parts.options;
    this.parts = parts;
    this.context = { captureEnd, answerWait, oneWay: false, stray: 'no', answersMissing: false };
    if (runs !== undefined) this.context.runs = runs;
  }

  /** The row of the monitored computer at one end, when the other is this server; else -1. */
  rowOf(flow: Flow): number {
    const { survey, isServer, rows } = this.parts;
    const orig = survey.ends.orig[flow.id]!;
    const resp = survey.ends.resp[flow.id]!;
    if (isServer[orig] === isServer[resp]) return -1;
    return rows[isServer[orig] === 1 ? resp : orig]!;
  }

  /** What happened on the flow. */
  outcomeOf(flow: Flow, { rule, reason }: FlowClass): CodedOutcome {
    const { context, parts } = this;
    if (flow.transport !== 'tcp') {
      context.oneWay = rule?.oneWay === true || destinationCast(flow) !== 'unicast';
      context.answersMissing = parts.survey.missing.concern(flow);
    }
    const { strays } = parts.survey;
    context.stray = 'no';
    if (strays.has(flow.id)) context.stray = 'answer_alone';
    else if (strays.answerOf(flow.id) >= 0) context.stray = 'answered_elsewhere';
    const outcome = outcomeOf(flow, context);
    return reason === 'wrong_service' ? servedWrong(outcome) : outcome;
  }

  /** Tells `to` what the flow says of each required rule that it belongs to. */
  tell(flow: Flow, { reason, tellsOf }: FlowClass, outcome: CodedOutcome, to: Listener): void {
    if (tellsOf.length === 0) return;
    const row = this.rowOf(flow);
    if (row < 0) return;
    for (const rule of tellsOf) {
      to.add(row, rule, this.toldOf(flow, rule, outcome, reason === 'dynamic_port_after_135'));
    }
  }

  private toldOf(flow: Flow, rule: Rule, outcome: CodedOutcome, presumed: boolean): Told {
    const { payload } = this.parts;
    const fit = serviceFit(flow, rule, payload);
    const found = fit === 'wrong' ? servedWrong(outcome) : outcome;
    return {
      flow,
      id: flow.id,
      start: flow.firstSec + flow.firstNsec / 1e9,
      sign: found.sign,
      outcome: found,
      port: flow.port(1),
      presumed,
      fit,
      service: payload.serviceOf(flow.id)?.name ?? '',
    };
  }
}
