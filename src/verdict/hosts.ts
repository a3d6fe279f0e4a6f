/**
 * Which peers are monitored computers: hosts that the rules speak of. A host that the server only uses as a
 * domain controller (Kerberos, LDAP) is not one, although 135 and 445 are used with it too.
 */
import type { Flow } from '../flow/flow.js';
import { hostKey } from './server.js';
import type { HostKey } from './server.js';

/** Computers that get a row of verdicts; more are counted and left out. */
export const MAX_COMPUTERS = 20_000;
/** Hosts left out that are told apart to be counted. */
const MAX_COUNTED_OMITTED = 200_000;

/** Responder ports that only a domain controller serves. */
const CONTROLLER_PORTS: ReadonlySet<number> = new Set([88, 389, 464, 636, 3268, 3269]);

interface Peer {
  /** Flows on the agent's own ports. */
  product: boolean;
  /** Flows that fit any other required rule. */
  required: boolean;
  controller: boolean;
}

export class Computers {
  private readonly peers = new Map<HostKey, Peer>();
  private readonly leftOut = new Set<HostKey>();
  private readonly server: ReadonlySet<HostKey>;
  private readonly productPorts: ReadonlySet<number>;
  private readonly wanted: ReadonlySet<HostKey>;

  private readonly listed: readonly HostKey[];

  /** @param listed computers that are monitored whatever the flows say */
  constructor(
    server: ReadonlySet<HostKey>,
    agentPort: number,
    serverPort: number,
    listed: readonly HostKey[] = [],
  ) {
    this.listed = listed;
    this.wanted = new Set(listed);
    this.server = server;
    this.productPorts = new Set([agentPort, serverPort]);
  }

  /** The side of the flow that is not this server; -1 when both or neither is. */
  peerSide(flow: Flow): -1 | 0 | 1 {
    const orig = this.server.has(hostKey(flow, 0));
    const resp = this.server.has(hostKey(flow, 1));
    if (orig === resp) return -1;
    return orig ? 1 : 0;
  }

  /** Looks at one flow; `fitsRule` says that a required rule expects it. */
  learn(flow: Flow, fitsRule: boolean): void {
    const side = this.peerSide(flow);
    if (side < 0) return;
    const controller = side === 1 && CONTROLLER_PORTS.has(flow.port(1)) && flow.packets(1) > 0;
    if (!fitsRule && !controller) return;
    const key = hostKey(flow, side);
    if (this.wanted.has(key)) return;
    let peer = this.peers.get(key);
    if (peer === undefined) {
      if (this.peers.size >= MAX_COMPUTERS) {
        if (this.leftOut.size < MAX_COUNTED_OMITTED) this.leftOut.add(key);
        return;
      }
      peer = { product: false, required: false, controller: false };
      this.peers.set(key, peer);
    }
    if (controller) peer.controller = true;
    if (!fitsRule) return;
    if (flow.transport === 'tcp' && this.productPorts.has(flow.port(1))) peer.product = true;
    else peer.required = true;
  }

  /** Hosts left out because of MAX_COMPUTERS. */
  get omitted(): number {
    return this.leftOut.size;
  }

  isMonitored(key: HostKey): boolean {
    if (this.wanted.has(key)) return true;
    const peer = this.peers.get(key);
    return peer !== undefined && (peer.product || (peer.required && !peer.controller));
  }

  /** Keys of the monitored computers: those listed, then the others in the order they were first seen. */
  monitored(): HostKey[] {
    return [...this.listed, ...[...this.peers.keys()].filter((key) => this.isMonitored(key))];
  }
}
