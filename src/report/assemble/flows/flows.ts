/** The flows as the report lists them: made one at a time from the table, never all at once. */
import type { ReportInput } from '../input/input.js';
import { Flow } from '../../../flow/flow.js';
import type { Rule } from '../../../rules/words/rule.js';
import { hostKey } from '../../../verdict/words/host-key.js';
import type { HostKey } from '../../../verdict/words/host-key.js';
import { FAILED_OUTCOMES } from '../../../verdict/words/words.js';
import type { FlowList, FlowModel } from '../../model/flow-model.js';
import type { FlowKinds, JudgedKind } from './flow-kinds.js';
import { FlowView } from './flow-view.js';
import type { FlowSource } from './flow-view.js';
import { HostTexts } from '../words/host-texts.js';
import { sourceName } from '../input/names.js';
import type { HostNames } from '../input/names.js';

const RANKS = 7;
/** Of failed flows that a rule expects, and of those among them that harm nothing. */
const FAILED_RANK = 0;
const HARMLESS_RANK = 3;

function rankOf({ class: trafficClass, outcome }: JudgedKind): number {
  const failed = FAILED_OUTCOMES.has(outcome);
  switch (trafficClass) {
    case 'expected':
      return failed ? FAILED_RANK : 4;
    case 'unexpected':
      return failed ? 1 : 2;
    case 'known':
      return 5;
    default:
      return 6;
  }
}

export class Flows implements FlowList {
  readonly count: number;
  /** Flow ids are 0 .. ids-1; not all need be in use. */
  private readonly ids: number;
  private readonly analysis: ReportInput;
  private readonly source: FlowSource;
  /** Rules that work, by computer. */
  private readonly working = new Map<HostKey, Set<Rule>>();

  constructor(analysis: ReportInput, names: HostNames, kinds: FlowKinds) {
    this.analysis = analysis;
    this.source = {
      input: analysis,
      kinds,
      hosts: new HostTexts(names),
      paths: analysis.files.map((file) => sourceName(file.path)),
    };
    this.count = analysis.meter.flows.size;
    this.ids = analysis.meter.flows.count;
    for (const { host, rule, verdict } of analysis.judgement.verdicts) {
      if (verdict !== 'working') continue;
      const rules = this.working.get(host);
      if (rules === undefined) this.working.set(host, new Set([rule]));
      else rules.add(rule);
    }
  }

  *[Symbol.iterator](): Iterator<FlowModel> {
    const flow = new Flow(this.analysis.meter.flows);
    const view = new FlowView(this.source, flow);
    for (let id = 0; id < this.ids; id++) if (this.isJudged(flow.move(id))) yield view;
  }

  at(id: number): FlowModel | undefined {
    if (!Number.isInteger(id) || id < 0 || id >= this.ids) return undefined;
    const flow = new Flow(this.analysis.meter.flows).move(id);
    return this.isJudged(flow) ? new FlowView(this.source, flow) : undefined;
  }

  worst(limit: number): readonly FlowModel[] {
    const { kinds } = this.source;
    const ranks = kinds.list.map(rankOf);
    const ids: number[][] = Array.from({ length: RANKS }, () => []);
    const flow = new Flow(this.analysis.meter.flows);
    for (let id = 0; id < this.ids; id++) {
      const kind = kinds.of(id);
      if (kind === null) continue;
      const rank = ranks[kind.number]!;
      if (ids[rank]!.length >= limit || !flow.move(id).inUse) continue;
      // Past the limit of the first rank, nobody asks which of them are harmless.
      const harmless = rank === FAILED_RANK && this.isHarmless(flow, kind);
      const bucket = ids[harmless ? HARMLESS_RANK : rank]!;
      if (bucket.length < limit) bucket.push(id);
    }
    return ids
      .flat()
      .slice(0, limit)
      .map((id) => this.view(id));
  }

  private isJudged(flow: Flow): boolean {
    return flow.inUse && this.source.kinds.of(flow.id) !== null;
  }

  /** A failure beside a rule that works all the same, as 139 is reset when 445 answered first. */
  private isHarmless(flow: Flow, { judgedRule: rule }: JudgedKind): boolean {
    const { server } = this.analysis.judgement;
    const host = hostKey(flow, server.keys.has(hostKey(flow, 0)) ? 1 : 0);
    return rule !== null && this.working.get(host)?.has(rule) === true;
  }

  /** A view of its own, which stays on the flow. */
  private view(id: number): FlowModel {
    return new FlowView(this.source, new Flow(this.analysis.meter.flows).move(id));
  }
}
