/** Who is this server, as a poll: each flow on a telling port is a vote for the end that would be it. */
import { castOf } from '../../flow/record/address.js';
import { EndpointState } from '../../flow/record/conn-state.js';
import type { Flow } from '../../flow/flow.js';
import type { HostTable } from './host-table.js';
import type { HostKey } from '../words/host-key.js';

/**
 * Addresses that may be this server, and peers of each.
 * @reached further ones are no candidates
 */
export const MAX_CANDIDATES = 10_000;
/** Ports on which the server is the one who asks. */
const ASKED_PORTS: ReadonlySet<number> = new Set([135, 139, 445]);

const REMEMBERED = 1 << 16;

export interface Candidate {
  /** Peers, by number, that connect to its server port or that it calls on the agent port. */
  readonly product: Set<number>;
  /** Those on whose connection the responder sent data. */
  readonly talked: Set<number>;
  /** Those, and those that call it there themselves: a scanner has none. */
  readonly heard: Set<number>;
  /** Peers that it calls on 135, 139 or 445. */
  readonly asked: Set<number>;
}

export class ServerElection {
  readonly candidates = new Map<HostKey, Candidate>();
  readonly agentPort: number;
  readonly serverPort: number;
  private readonly ends: HostTable;
  /** By number of the peer: the candidate it was counted for last, + 1. Most peers have one; later ones cost a look-up. */
  private readonly last: Readonly<Record<keyof Candidate, Uint32Array>> = {
    product: new Uint32Array(REMEMBERED),
    heard: new Uint32Array(REMEMBERED),
    talked: new Uint32Array(REMEMBERED),
    asked: new Uint32Array(REMEMBERED),
  };

  constructor(ends: HostTable, agentPort: number, serverPort: number) {
    this.ends = ends;
    this.agentPort = agentPort;
    this.serverPort = serverPort;
  }

  /** Looks at a flow whose ends are noted. */
  take(flow: Flow): void {
    if (flow.transport !== 'tcp') return;
    const port = flow.port(1);
    if (port === this.serverPort) {
      this.vote(flow, 1, 'product');
      if (flow.packets(0) > 0) this.vote(flow, 1, 'heard');
      if (flow.payload(1) > 0) this.vote(flow, 1, 'talked');
    }
    // Whoever is refused on the agents' port may be a computer that calls the wrong way.
    else if (port === this.agentPort) {
      if (!isRefused(flow)) this.vote(flow, 0, 'product');
      if (flow.payload(1) > 0) {
        this.vote(flow, 0, 'heard');
        this.vote(flow, 0, 'talked');
      }
    } else if (ASKED_PORTS.has(port)) this.vote(flow, 0, 'asked');
  }

  private vote(flow: Flow, side: 0 | 1, kind: keyof Candidate): void {
    const { orig, resp } = this.ends;
    const one = side === 0 ? orig[flow.id]! : resp[flow.id]!;
    const peer = side === 0 ? resp[flow.id]! : orig[flow.id]!;
    const last = this.last[kind];
    if (last[peer] === one + 1) return;
    if (peer < REMEMBERED) last[peer] = one + 1;
    if (castOf(flow.version, flow.addressWord(1 - side, 0)) !== 'unicast') return;
    const key = this.ends.keyOf(one);
    let candidate = this.candidates.get(key);
    if (candidate === undefined) {
      if (this.candidates.size >= MAX_CANDIDATES) return;
      candidate = { product: new Set(), talked: new Set(), heard: new Set(), asked: new Set() };
      this.candidates.set(key, candidate);
    }
    if (candidate[kind].size < MAX_CANDIDATES) candidate[kind].add(peer);
  }
}

function isRefused(flow: Flow): boolean {
  return flow.packets(1) > 0 && flow.state(1) === EndpointState.Reset && flow.synAckDelay < 0;
}
