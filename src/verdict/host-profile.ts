/** What each host's packets have in common, resets aside: the TTL they come with, and whether their IP IDs count. */
import { EndpointState } from '../flow/conn-state.js';
import { Flow } from '../flow/flow.js';
import { FlowFlag } from '../flow/record.js';
import type { FlowTable } from '../flow/table.js';
import { hostKey } from './server.js';
import type { HostKey } from './server.js';

/** Hosts remembered. */
const MAX_HOSTS = 50_000;

/** The TTL of a host's packets, and how many flows had it and how many another. */
export interface HostTraits {
  ttl: number;
  same: number;
  other: number;
  /** IPv4 SYN-ACKs with an IP identification, and with 0 instead. */
  countedIds: number;
  zeroIds: number;
}

export class HostProfile {
  private readonly hosts = new Map<HostKey, HostTraits>();

  constructor(table: FlowTable) {
    const flow = new Flow(table);
    for (let id = 0; id < table.count; id++) {
      flow.move(id);
      if (!flow.inUse) continue;
      for (const side of [0, 1] as const) {
        if (flow.packets(side) === 0 || isReset(flow, side)) continue;
        const traits = this.learn(hostKey(flow, side), flow.ttl(side));
        if (traits === null || side === 0 || flow.version !== 4 || flow.synAckDelay < 0) continue;
        if (flow.has(FlowFlag.SynAckIdZero)) traits.zeroIds++;
        else traits.countedIds++;
      }
    }
  }

  /** Null when the host sent nothing but resets. */
  of(host: HostKey): HostTraits | null {
    return this.hosts.get(host) ?? null;
  }

  /** Null when there is no room for another host. */
  private learn(host: HostKey, ttl: number): HostTraits | null {
    const known = this.hosts.get(host);
    if (known === undefined) {
      if (this.hosts.size >= MAX_HOSTS) return null;
      const first = { ttl, same: 1, other: 0, countedIds: 0, zeroIds: 0 };
      this.hosts.set(host, first);
      return first;
    }
    if (known.ttl === ttl) known.same++;
    else known.other++;
    return known;
  }
}

/** The side's first packet was a RST: it may be forged, so it says nothing of the host. */
function isReset(flow: Flow, side: 0 | 1): boolean {
  return (
    side === 1 && flow.transport === 'tcp' && flow.synAckDelay < 0 && flow.state(1) === EndpointState.Reset
  );
}
