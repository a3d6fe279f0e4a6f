/** What the quality checks count of the flows. */
import type { Flow } from '../../flow/flow.js';
import { HistoryBit } from '../../flow/record/history.js';
import { FlowFlag } from '../../flow/record/record.js';
import { MAPPER_PORT } from '../words/words.js';
import { heardAnAnswer } from '../../flow/heard.js';

/** UDP ports of tunnels that are not opened: L2TP, GTP, IPsec, AYIYA. */
export const TUNNEL_PORTS: readonly number[] = [1701, 2152, 4500, 5072];

/** Flows; see `QualityFacts`. */
export interface QualityCounts {
  tcpFlows: number;
  oneSidedFlows: number;
  midstreamFlows: number;
  wholeFlows: number;
  unseenFlows: number;
  /** TCP flows on which a SYN-ACK, a RST or a FIN, a bare ACK or data was captured; and SYNs or SYN-ACKs sent again. */
  synAckFlows: number;
  endedFlows: number;
  spokenFlows: number;
  repeatedFlows: number;
  /** TCP flows with packets of both sides of whose handshake the capture holds a part. */
  tornFlows: number;
  /** Packets of UDP flows on the ports of tunnels that are not opened, as in TUNNEL_PORTS. */
  tunnels: number[];
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
    synAckFlows: 0,
    endedFlows: 0,
    spokenFlows: 0,
    repeatedFlows: 0,
    tornFlows: 0,
    tunnels: TUNNEL_PORTS.map(() => 0),
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
  if (transport === 'udp') countTunnel(counts, flow);
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
  if (flow.synAckDelay >= 0 || flow.has(FlowFlag.SynAckFirst)) counts.synAckFlows++;
  if (sent(flow, HistoryBit.Fin | HistoryBit.Rst | HistoryBit.FinRst)) counts.endedFlows++;
  if (sent(flow, HistoryBit.Ack | HistoryBit.Data)) counts.spokenFlows++;
  if (flow.retransmissions(0) + flow.retransmissions(1) > 0) counts.repeatedFlows++;
  if (isTorn(flow)) counts.tornFlows++;
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

function sent(flow: Flow, what: number): boolean {
  return flow.hasSent(0, what) || flow.hasSent(1, what);
}

/** A SYN-ACK without the SYN, or a SYN without the SYN-ACK that both sides go on from. */
function isTorn(flow: Flow): boolean {
  if (flow.packets(0) === 0 || flow.packets(1) === 0) return false;
  if (flow.has(FlowFlag.SynAckFirst)) return !flow.has(FlowFlag.OrigSyn);
  if (!flow.has(FlowFlag.OrigSyn) || flow.has(FlowFlag.RespSyn)) return false;
  return heardAnAnswer(flow) && flow.hasSent(1, HistoryBit.Data | HistoryBit.Fin);
}

function countTunnel(counts: QualityCounts, flow: Flow): void {
  for (const [i, port] of TUNNEL_PORTS.entries()) {
    if (flow.port(1) !== port && flow.port(0) !== port) continue;
    counts.tunnels[i] = counts.tunnels[i]! + flow.packets(0) + flow.packets(1);
  }
}
