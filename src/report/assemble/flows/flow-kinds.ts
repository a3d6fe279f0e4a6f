/**
 * What is said of flows in the same words: outcome, class, reason, rule, service and state of each flow as a number.
 * A million flows have some dozens of kinds, so that formats and counts need to look at the words only once.
 */
import type { ConnState } from '../../../flow/record/conn-state.js';
import type { Flow } from '../../../flow/flow.js';
import type { NamedService } from '../../../recognise/facts/services.js';
import type { Facts } from '../../../recognise/facts/facts.js';
import type { Rule } from '../../../rules/words/rule.js';
import type { ClassReason } from '../../../verdict/flows/classify.js';
import type { Judgement } from '../../../verdict/judge/judge.js';
import type { OutcomeReason } from '../../../verdict/words/reasons.js';
import type { Outcome, TrafficClass } from '../../../verdict/words/words.js';
import type { FlowKind } from '../../model/flow-model.js';
import { classReasonText, outcomeReasonText } from '../words/phrases.js';

/** Reasons that rest on where a dynamic port came from: each flow has its own. */
const RPC_REASONS: ReadonlySet<ClassReason> = new Set([
  'rpc_bind',
  'rpc_calls',
  'rpc_port_named',
  'dynamic_port_after_135',
]);

/** Kinds met lately, by port and words: those of a flow's service come back. A power of two. */
const RECENT = 1024;
const SLOT_SHIFT = 22;

/** A kind as the judgement has it. */
export interface JudgedKind extends FlowKind, Judged {
  readonly outcome: Outcome;
  readonly class: TrafficClass;
  readonly connState: ConnState;
  /** Flows of this kind. */
  flows: number;
}

/** What tells one kind from another. */
interface Judged {
  readonly outcome: Outcome;
  readonly outcomeReason: OutcomeReason;
  readonly class: TrafficClass;
  readonly classReason: ClassReason;
  readonly judgedRule: Rule | null;
  readonly beside: readonly Rule[];
  readonly named: NamedService | undefined;
  readonly connState: ConnState;
}

export class FlowKinds {
  readonly list: JudgedKind[] = [];
  private readonly judgement: Judgement;
  private readonly facts: Facts;
  /** By flow id: index into `list` + 1, 0 = the flow is not in use. */
  private readonly column: Uint32Array;
  private readonly byText = new Map<string, JudgedKind>();
  private readonly recent: (JudgedKind | null)[] = new Array<JudgedKind | null>(RECENT).fill(null);

  /** @param ids flow ids are 0 .. ids-1 */
  constructor(judgement: Judgement, facts: Facts, ids: number) {
    this.judgement = judgement;
    this.facts = facts;
    this.column = new Uint32Array(ids);
  }

  /** Of flow `id`; null: it is not in use. */
  of(id: number): JudgedKind | null {
    return this.list[this.column[id]! - 1] ?? null;
  }

  /** Counts a flow on its kind. */
  add(flow: Flow): JudgedKind {
    const { judgement } = this;
    const { id } = flow;
    const outcome = judgement.outcome(id);
    const outcomeReason = judgement.outcomeReason(id);
    const trafficClass = judgement.class(id);
    const classReason = judgement.classReason(id);
    const judgedRule = judgement.rule(id);
    const beside = judgement.rulesBeside(id);
    const named = this.facts.serviceOf(id);
    const connState = flow.connState;
    // The lengths of the words tell most of them apart.
    const like =
      flow.port(1) ^ (outcomeReason.length << 16) ^ (classReason.length << 22) ^ (connState.length << 28);
    const slot = Math.imul(like, 0x9e3779b1) >>> SLOT_SHIFT;
    let kind = this.recent[slot]!;
    if (
      kind === null ||
      kind.outcome !== outcome ||
      kind.outcomeReason !== outcomeReason ||
      kind.class !== trafficClass ||
      kind.classReason !== classReason ||
      kind.judgedRule !== judgedRule ||
      kind.beside !== beside ||
      kind.named !== named ||
      kind.connState !== connState
    ) {
      const judged = {
        outcome,
        outcomeReason,
        class: trafficClass,
        classReason,
        judgedRule,
        beside,
        named,
        connState,
      };
      kind = this.recent[slot] = this.kindOf(judged);
    }
    kind.flows++;
    this.column[id] = kind.number + 1;
    return kind;
  }

  private kindOf(judged: Judged): JudgedKind {
    const { outcome, outcomeReason, classReason, judgedRule, named, connState } = judged;
    const text = [
      outcome,
      outcomeReason,
      judged.class,
      classReason,
      judgedRule?.pack ?? '',
      judgedRule?.id ?? '',
      judged.beside.map(({ id }) => id).join(),
      named?.name ?? '',
      named?.certainty ?? '',
      connState,
    ].join(' ');
    const known = this.byText.get(text);
    if (known !== undefined) return known;
    const kind = {
      ...judged,
      number: this.list.length,
      rule: judged.class === 'unexpected' ? '' : (judgedRule?.id ?? ''),
      reason: reasonOf(judged),
      service: named?.name ?? '',
      serviceCertainty: named?.certainty ?? '',
      flows: 0,
    } as const;
    this.list.push(kind);
    this.byText.set(text, kind);
    return kind;
  }
}

/** null: each flow has its own. */
function reasonOf(judged: Judged): string | null {
  if (RPC_REASONS.has(judged.classReason)) return null;
  if (judged.class !== 'expected')
    return classReasonText(judged.classReason, judged.judgedRule, judged.beside, judged.named);
  return outcomeReasonText(judged.outcomeReason);
}
