/** From how far away each host's packets come: the TTLs of its packets that are no resets. */
import { EndpointState } from '../flow/conn-state.js';
import { Flow } from '../flow/flow.js';
import type { FlowTable } from '../flow/table.js';
import { hostKey } from './server.js';
import type { HostKey } from './server.js';

/** Hosts remembered. */
const MAX_HOSTS = 50_000;

/** The TTL of a host's packets, and how many flows had it and how many another. */
export interface TtlOfHost {
  ttl: number;
  same: number;
  other: number;
}

export class TtlProfile {
  private readonly hosts = new Map<HostKey, TtlOfHost>();

  constructor(table: FlowTable) {
    const flow = new Flow(table);
    for (let id = 0; id < table.count; id++) {
      flow.move(id);
      if (!flow.inUse) continue;
      for (const side of [0, 1] as const) {
        if (flow.packets(side) > 0 && !isReset(flow, side)) this.learn(hostKey(flow, side), flow.ttl(side));
      }
    }
  }

  /** Null when the host sent nothing but resets. */
  of(host: HostKey): TtlOfHost | null {
    return this.hosts.get(host) ?? null;
  }

  private learn(host: HostKey, ttl: number): void {
    const known = this.hosts.get(host);
    if (known === undefined) {
      if (this.hosts.size < MAX_HOSTS) this.hosts.set(host, { ttl, same: 1, other: 0 });
    } else if (known.ttl === ttl) {
      known.same++;
    } else {
      known.other++;
    }
  }
}

/** The side's first packet was a RST: it may be forged, so it says nothing of the host. */
function isReset(flow: Flow, side: 0 | 1): boolean {
  return (
    side === 1 && flow.transport === 'tcp' && flow.synAckDelay < 0 && flow.state(1) === EndpointState.Reset
  );
}
