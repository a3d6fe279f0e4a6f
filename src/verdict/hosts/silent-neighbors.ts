/**
 * Hosts of this server's own segment whose link address this server asked for in vain (ARP, neighbor discovery).
 * Only this server's own questions count: the answers to others do not pass its network card.
 */
import type { CaptureRuns } from '../../flow/vantage/capture-runs.js';
import type { Flow } from '../../flow/flow.js';
import { Flow as FlowReader } from '../../flow/flow.js';
import type { Asked, Neighbors } from '../../flow/vantage/neighbors.js';
import { unansweredEnd } from '../../flow/interruption.js';
import { hostKey, hostKeyOf } from '../words/host-key.js';
import type { HostKey } from '../words/host-key.js';
import type { LocationStep } from '../words/location-step.js';
import type { FlowScan } from './flow-scan.js';

/** When a silent neighbour counts as one that is not there; units are in the names. */
export const NEIGHBOR_THRESHOLDS = {
  /** Questions in a row that stay without an answer. */
  neighborQuestions: 2,
  /** Time from the first to the last of them: the asker has waited, and no copy of a frame counts as a repeat. */
  neighborRepeatSeconds: 0.5,
  /** Time that the capture goes on after the first of them. */
  neighborWaitSeconds: 1,
  /** A neighbour cache keeps an address so long before it asks anew (RFC 4861 §10, with its delay and probes). */
  neighborCacheSeconds: 60,
} as const;

export class SilentNeighbors {
  private readonly silent = new Map<HostKey, Asked>();
  /** Silent ones that sent nothing in the whole capture. */
  private readonly neverHeard = new Set<HostKey>();

  /** @param runs how long was captured after each question */
  constructor(scan: FlowScan, neighbors: Neighbors, server: ReadonlySet<HostKey>, runs: CaptureRuns) {
    for (const asked of neighbors) {
      if (asked.unanswered < NEIGHBOR_THRESHOLDS.neighborQuestions) continue;
      if (asked.last - asked.first < NEIGHBOR_THRESHOLDS.neighborRepeatSeconds) continue;
      if (runs.endOf(asked.first) - asked.first < NEIGHBOR_THRESHOLDS.neighborWaitSeconds) continue;
      if (server.has(hostKeyOf(asked.asker))) this.silent.set(hostKeyOf(asked.target), asked);
    }
    if (this.silent.size > 0) this.forgetWhoSpoke(scan);
  }

  private forgetWhoSpoke({ table, hostTable: ends }: FlowScan): void {
    for (const key of this.silent.keys()) this.neverHeard.add(key);
    const isSilent = ends.mark(this.silent.keys());
    const flow = new FlowReader(table);
    for (let id = 0; id < table.count; id++) {
      const [orig, resp] = [ends.orig[id]!, ends.resp[id]!];
      if ((isSilent[orig]! | isSilent[resp]!) === 0 || !flow.move(id).inUse) continue;
      if (isSilent[orig] === 1) this.forgetIfSpoke(flow, 0);
      if (isSilent[resp] === 1) this.forgetIfSpoke(flow, 1);
    }
  }

  private forgetIfSpoke(flow: Flow, side: 0 | 1): void {
    const host = hostKey(flow, side);
    const asked = this.silent.get(host);
    if (asked === undefined || flow.packets(side) === 0) return;
    this.neverHeard.delete(host);
    const last = flow.lastSec + flow.lastNsec / 1e9;
    // The last packet of the flow may be the other side's, except where that one is known to ask in vain.
    if (last >= asked.first && unansweredEnd(flow)?.side !== 1 - side) this.silent.delete(host);
  }

  /** What was asked of a host that did not answer at the time of this flow, or null. */
  during(flow: Flow, host: HostKey): Asked | null {
    const asked = this.silent.get(host);
    if (asked === undefined) return null;
    const first = flow.firstSec + flow.firstNsec / 1e9;
    const last = flow.lastSec + flow.lastNsec / 1e9;
    return asked.last >= first && asked.first <= last + NEIGHBOR_THRESHOLDS.neighborCacheSeconds
      ? asked
      : null;
  }

  /** What was asked of a host that never sent anything in this capture, or null. */
  throughout(host: HostKey): Asked | null {
    const asked = this.silent.get(host);
    return asked !== undefined && asked.answers === 0 && this.neverHeard.has(host) ? asked : null;
  }

  /** Silent neighbours other than this host. */
  others(host: HostKey): HostKey[] {
    return [...this.silent.keys()].filter((key) => key !== host);
  }
}

/** The step of a location that says so. */
export function askedInVain(asked: Asked, address: string): LocationStep {
  const { version } = asked.asker;
  return {
    code: 'link_address_unanswered',
    version,
    questions: asked.unanswered,
    frame: asked.frame,
    address,
  };
}
