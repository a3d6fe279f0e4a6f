/** Counts over all flows, and what was looked for and not found. */
import { EndpointState } from '../../flow/conn-state.js';
import { Flow } from '../../flow/flow.js';
import { FlowFlag } from '../../flow/record.js';
import type { Judgement } from '../../verdict/judge.js';
import type { TotalsModel } from '../model.js';
import type { ReportInput } from './input.js';
import { isRequired } from './verdicts.js';

/** Distinct hosts counted exactly up to here. */
const MAX_COUNTED_HOSTS = 1_000_000;

export interface FlowCounts {
  readonly byOutcome: Record<string, number>;
  readonly byClass: Record<string, number>;
  readonly byConnState: Record<string, number>;
  hosts: number;
  tcp: number;
  resets: number;
  icmpErrors: number;
  retransmissions: number;
  wrongDirection: number;
}

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
export function countFlow(counts: FlowCounts, flow: Flow, judgement: Judgement): void {
  const { id } = flow;
  addOne(counts.byOutcome, judgement.outcome(id));
  addOne(counts.byClass, judgement.class(id));
  addOne(counts.byConnState, flow.connState);
  if (judgement.classReason(id) === 'wrong_direction') counts.wrongDirection++;
  countTransport(counts, flow);
}

export function countFlows(input: ReportInput): FlowCounts {
  const left = input.monitor?.leftCounts ?? noFlows();
  const { byOutcome, byClass, byConnState } = left;
  const counts: FlowCounts = {
    ...left,
    byOutcome: { ...byOutcome },
    byClass: { ...byClass },
    byConnState: { ...byConnState },
  };
  const flow = new Flow(input.meter.flows);
  const hosts = new Set<number | string>();
  for (let id = 0; id < input.meter.flows.count; id++) {
    flow.move(id);
    if (!flow.inUse) continue;
    for (const side of [0, 1]) {
      if (hosts.size < MAX_COUNTED_HOSTS) {
        hosts.add(flow.version === 4 ? flow.addressWord(side, 0) : flow.addressText(side));
      }
    }
    countFlow(counts, flow, input.judgement);
  }
  counts.hosts = hosts.size;
  return counts;
}

function countTransport(counts: FlowCounts, flow: Flow): void {
  if (flow.has(FlowFlag.IcmpError)) counts.icmpErrors++;
  if (flow.transport !== 'tcp') return;
  counts.tcp++;
  if (flow.state(0) === EndpointState.Reset || flow.state(1) === EndpointState.Reset) counts.resets++;
  counts.retransmissions += flow.retransmissions(0) + flow.retransmissions(1);
}

function addOne(counts: Record<string, number>, key: string): void {
  counts[key] = (counts[key] ?? 0) + 1;
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
