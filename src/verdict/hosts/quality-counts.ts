/** What the quality checks count of the flows. */
import type { Flow } from '../../flow/flow.js';
import { FlowFlag } from '../../flow/record.js';
import { MAPPER_PORT } from '../words/words.js';
import { heardAnAnswer } from '../../flow/heard.js';

/** Flows; see `QualityFacts`. */
export interface QualityCounts {
  tcpFlows: number;
  oneSidedFlows: number;
  midstreamFlows: number;
  wholeFlows: number;
  unseenFlows: number;
  icmpFlows: number;
  icmp6Flows: number;
  mapperFlows: number;
}

export function noFlows(): QualityCounts {
  return {
    tcpFlows: 0,
    oneSidedFlows: 0,
    midstreamFlows: 0,
    wholeFlows: 0,
    unseenFlows: 0,
    icmpFlows: 0,
    icmp6Flows: 0,
    mapperFlows: 0,
  };
}

/** Counts the flow on which the reader stands. */
export function countFlow(counts: QualityCounts, flow: Flow): void {
  const { transport } = flow;
  if (transport === 'tcp') countTcp(counts, flow);
  else if (transport !== 'udp') counts.icmpFlows++;
  if (transport === 'icmp6') counts.icmp6Flows++;
  if (flow.port(1) === MAPPER_PORT && (transport === 'tcp' || transport === 'udp')) counts.mapperFlows++;
}

/** Takes back a TCP flow that is no connection: an answer to nobody's question tells nothing of what a capture lacks. */
export function leaveOut(counts: QualityCounts, flow: Flow): void {
  counts.tcpFlows--;
  counts.midstreamFlows--;
  if (flow.packets(0) === 0) counts.oneSidedFlows--;
}

function countTcp(counts: QualityCounts, flow: Flow): void {
  counts.tcpFlows++;
  const midstream = flow.has(FlowFlag.Midstream);
  if (midstream) counts.midstreamFlows++;
  const [orig, resp] = [flow.packets(0), flow.packets(1)];
  if (midstream ? orig === 0 || resp === 0 : resp === 0 && orig > 1 && heardAnAnswer(flow)) {
    counts.oneSidedFlows++;
  }
  if (midstream || orig === 0 || resp === 0 || flow.synAckDelay < 0) return;
  counts.wholeFlows++;
  if (flow.hasGap) counts.unseenFlows++;
}
