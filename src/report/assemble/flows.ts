/** The flows as the report lists them: made one at a time from the table, never all at once. */
import type { ReportInput } from './input.js';
import { Flow } from '../../flow/flow.js';
import { FlowFlag } from '../../flow/record.js';
import type { Rule } from '../../rules/rule.js';
import { hostKey } from '../../verdict/server.js';
import type { HostKey } from '../../verdict/server.js';
import type { EndpointModel, FlowList, FlowModel } from '../model.js';
import { sourceName } from './names.js';
import type { HostNames } from './names.js';
import { attributionText, classReasonText, outcomeReasonText } from './phrases.js';
import { timeStamp } from './time.js';

/** Rank of a flow for a reader: lower comes first. */
const FAILED: ReadonlySet<string> = new Set([
  'refused',
  'rejected_icmp',
  'no_reply',
  'half_open',
  'reset_after_handshake',
  'unanswered',
]);
/** Reasons that rest on where a dynamic port came from. */
const RPC_REASONS: ReadonlySet<string> = new Set(['rpc_bind', 'rpc_port_named', 'dynamic_port_after_135']);
const RANKS = 7;

export class Flows implements FlowList {
  readonly count: number;
  /** Flow ids are 0 .. ids-1; not all need be in use. */
  private readonly ids: number;
  private readonly analysis: ReportInput;
  private readonly names: HostNames;
  private readonly paths: readonly string[];
  /** Rules that work, by computer. */
  private readonly working = new Map<HostKey, Set<Rule>>();

  constructor(analysis: ReportInput, names: HostNames) {
    this.analysis = analysis;
    this.names = names;
    this.count = analysis.meter.flows.size;
    this.ids = analysis.meter.flows.count;
    this.paths = analysis.files.map((file) => sourceName(file.path));
    for (const { host, rule, verdict } of analysis.judgement.verdicts) {
      if (verdict !== 'working') continue;
      const rules = this.working.get(host);
      if (rules === undefined) this.working.set(host, new Set([rule]));
      else rules.add(rule);
    }
  }

  *[Symbol.iterator](): Iterator<FlowModel> {
    const flow = new Flow(this.analysis.meter.flows);
    for (let id = 0; id < this.ids; id++) if (flow.move(id).inUse) yield this.model(flow);
  }

  at(id: number): FlowModel | undefined {
    if (!Number.isInteger(id) || id < 0 || id >= this.ids) return undefined;
    const flow = new Flow(this.analysis.meter.flows).move(id);
    return flow.inUse ? this.model(flow) : undefined;
  }

  worst(limit: number): readonly FlowModel[] {
    const ids: number[][] = Array.from({ length: RANKS }, () => []);
    const flow = new Flow(this.analysis.meter.flows);
    for (let id = 0; id < this.ids; id++) {
      if (!flow.move(id).inUse) continue;
      const bucket = ids[this.rank(flow)];
      if (bucket !== undefined && bucket.length < limit) bucket.push(id);
    }
    return ids
      .flat()
      .slice(0, limit)
      .map((id) => this.model(flow.move(id)));
  }

  private rank(flow: Flow): number {
    const { judgement } = this.analysis;
    const failed = FAILED.has(judgement.outcome(flow.id));
    switch (judgement.class(flow.id)) {
      case 'expected':
        if (!failed) return 4;
        return this.isHarmless(flow) ? 3 : 0;
      case 'unexpected':
        return failed ? 1 : 2;
      case 'known':
        return 5;
      default:
        return 6;
    }
  }

  /** A failure beside a rule that works all the same, as 139 is reset when 445 answered first. */
  private isHarmless(flow: Flow): boolean {
    const { server } = this.analysis.judgement;
    const host = hostKey(flow, server.keys.has(hostKey(flow, 0)) ? 1 : 0);
    const rule = this.analysis.judgement.rule(flow.id);
    return rule !== null && this.working.get(host)?.has(rule) === true;
  }

  private model(flow: Flow): FlowModel {
    const { judgement } = this.analysis;
    const id = flow.id;
    const trafficClass = judgement.class(id);
    const measured = flow.duration > 0;
    const service = this.analysis.facts.serviceOf(id);
    return {
      id,
      proto: flow.transport,
      orig: this.endpoint(flow, 0),
      resp: this.endpoint(flow, 1),
      connState: flow.connState,
      history: flow.historyText(),
      outcome: judgement.outcome(id),
      class: trafficClass,
      reason: this.reason(flow),
      rule: trafficClass === 'unexpected' ? '' : (judgement.rule(id)?.id ?? ''),
      service: service?.name ?? '',
      serviceCertainty: service?.certainty ?? '',
      firstTime: timeStamp(flow.firstSec, flow.firstNsec),
      lastTime: timeStamp(flow.lastSec, flow.lastNsec),
      duration: flow.duration,
      synAckDelay: flow.synAckDelay,
      handshakeTime: flow.handshakeTime,
      communityId: flow.communityIdText(),
      file: this.paths[flow.firstFile] ?? '',
      firstFrame: flow.firstFrame,
      lastFrame: flow.lastFrame,
      origSeqBytes: measured ? flow.content(0) : -1,
      respSeqBytes: measured ? flow.content(1) : -1,
      vlan: flow.vlan,
      tunneled: flow.has(FlowFlag.Tunneled),
    };
  }

  private reason(flow: Flow): string {
    const { judgement } = this.analysis;
    const id = flow.id;
    const why = judgement.classReason(id);
    if (judgement.class(id) !== 'expected' && !RPC_REASONS.has(why)) {
      return classReasonText(why, judgement.rule(id));
    }
    const outcome = outcomeReasonText(judgement.outcomeReason(id));
    const source = RPC_REASONS.has(why) ? attributionText(judgement.rpc.attribute(flow)) : '';
    return source === '' ? outcome : `${outcome}; ${source}`;
  }

  private endpoint(flow: Flow, side: number): EndpointModel {
    const ip = flow.addressText(side);
    return {
      ip,
      port: flow.port(side),
      name: this.names.nameOf(ip),
      packets: flow.packets(side),
      bytes: flow.bytes(side),
      payloadBytes: flow.payload(side),
      retransmissions: flow.retransmissions(side),
    };
  }
}
