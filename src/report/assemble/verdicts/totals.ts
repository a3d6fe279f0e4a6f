/** Counts over all flows, and what was looked for and not found. */
import { EndpointState } from '../../../flow/record/conn-state.js';
import { Flow } from '../../../flow/flow.js';
import { FlowFlag } from '../../../flow/record/record.js';
import type { Judgement } from '../../../verdict/judge/judge.js';
import type { TotalsModel } from '../../model/model.js';
import type { ActivityModel } from '../../model/activity-model.js';
import { Activity } from '../flows/activity.js';
import { FlowKinds } from '../flows/flow-kinds.js';
import type { FlowCounts } from '../input/counts.js';
import type { ReportInput } from '../input/input.js';
import { isRequired } from './verdicts.js';

export function noFlows(): FlowCounts {
  return {
    byOutcome: {},
    byClass: {},
    byConnState: {},
    hosts: 0,
    tcp: 0,
    resets: 0,
    icmpErrors: 0,
    retransmissions: 0,
    wrongDirection: 0,
  };
}

/** Counts one flow, on which `flow` stands. */
export function countReportFlow(counts: FlowCounts, flow: Flow, judgement: Judgement): void {
  const { id } = flow;
  addOne(counts.byOutcome, judgement.outcome(id));
  addOne(counts.byClass, judgement.class(id));
  addOne(counts.byConnState, flow.connState);
  if (judgement.classReason(id) === 'wrong_direction') counts.wrongDirection++;
  countTransport(counts, flow);
}

/** Counts all flows, and gives each its kind. */
export function countFlows(input: ReportInput): {
  readonly counts: FlowCounts;
  readonly kinds: FlowKinds;
  readonly activity: ActivityModel | null;
} {
  const left = input.monitor?.leftCounts ?? noFlows();
  const { byOutcome, byClass, byConnState } = left;
  const counts: FlowCounts = {
    ...left,
    byOutcome: { ...byOutcome },
    byClass: { ...byClass },
    byConnState: { ...byConnState },
  };
  const { flows } = input.meter;
  const kinds = new FlowKinds(input.judgement, input.facts, flows.count);
  const activity = new Activity(input);
  const flow = new Flow(flows);
  for (let id = 0; id < flows.count; id++) {
    if (!flow.move(id).inUse) continue;
    kinds.add(flow);
    activity.add(flow);
    countTransport(counts, flow);
  }
  for (const kind of kinds.list) {
    addTo(counts.byOutcome, kind.outcome, kind.flows);
    addTo(counts.byClass, kind.class, kind.flows);
    addTo(counts.byConnState, kind.connState, kind.flows);
    if (kind.classReason === 'wrong_direction') counts.wrongDirection += kind.flows;
  }
  counts.hosts = input.judgement.hostsSeen;
  return { counts, kinds, activity: activity.model() };
}

function countTransport(counts: FlowCounts, flow: Flow): void {
  if (flow.has(FlowFlag.IcmpError)) counts.icmpErrors++;
  if (flow.transport !== 'tcp') return;
  counts.tcp++;
  if (flow.state(0) === EndpointState.Reset || flow.state(1) === EndpointState.Reset) counts.resets++;
  counts.retransmissions += flow.retransmissions(0) + flow.retransmissions(1);
}

function addOne(counts: Record<string, number>, key: string): void {
  addTo(counts, key, 1);
}

function addTo(counts: Record<string, number>, key: string, flows: number): void {
  counts[key] = (counts[key] ?? 0) + flows;
}

export function totalsModel(input: ReportInput, counts: FlowCounts): TotalsModel {
  const { totals } = input.meter;
  const byVerdict: Record<string, number> = {};
  const byRequiredVerdict: Record<string, number> = {};
  for (const { rule, verdict } of input.judgement.verdicts) {
    addOne(byVerdict, verdict);
    if (isRequired(rule)) addOne(byRequiredVerdict, verdict);
  }
  return {
    frames: totals.frames,
    packets: totals.packets,
    bytes: totals.bytes,
    flows: input.meter.flows.size + (input.monitor?.leftFlows ?? 0),
    hosts: counts.hosts,
    byOutcome: counts.byOutcome,
    byClass: counts.byClass,
    byVerdict,
    byRequiredVerdict,
    byConnState: counts.byConnState,
    nonIp: totals.nonIp + totals.arp,
  };
}

/** Negative findings with their numbers: what a reader would otherwise have to ask. */
export function notFoundSentences(counts: FlowCounts): string[] {
  const of = `in ${counts.tcp} TCP flows`;
  const found: string[] = [];
  const none = (value: number, sentence: string): void => {
    if (value === 0) found.push(sentence);
  };
  if (counts.tcp > 0) {
    none(counts.resets, `No connection was reset (${of}).`);
    none(counts.byOutcome['refused'] ?? 0, `No connection was refused (${of}).`);
    none(counts.byOutcome['no_reply'] ?? 0, `No SYN stayed without an answer (${of}).`);
    none(counts.byOutcome['half_open'] ?? 0, `No handshake was left half open (${of}).`);
    none(counts.retransmissions, `No segment was sent twice (${of}).`);
    none(counts.wrongDirection, `No required port was used in the wrong direction (${of}).`);
  }
  none(counts.icmpErrors, 'No ICMP error speaks of any flow in the capture.');
  none(counts.byClass['unexpected'] ?? 0, 'No unexpected flow was seen.');
  return found;
}
