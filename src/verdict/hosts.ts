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
  /** It completed a connection or answered a request: it is there. */
  proven: boolean;
}

export interface ComputersOptions {
  /** Hosts that may take a place without ever having been heard; a scan must not fill them all. */
  readonly maxUnproven?: number;
}

export class Computers {
  private readonly peers = new Map<HostKey, Peer>();
  private readonly leftOut = new Set<HostKey>();
  private readonly server: ReadonlySet<HostKey>;
  private readonly productPorts: ReadonlySet<number>;
  private readonly maxUnproven: number;
  private unproven = 0;
  private wanted: ReadonlySet<HostKey> = new Set();
  private listed: readonly HostKey[] = [];
  /** Told of a host that gave way to one that was heard. */
  onDrop: ((host: HostKey) => void) | null = null;

  /** @param listed computers that are monitored whatever the flows say */
  constructor(
    server: ReadonlySet<HostKey>,
    agentPort: number,
    serverPort: number,
    listed: readonly HostKey[] = [],
    options: ComputersOptions = {},
  ) {
    this.list(listed);
    this.server = server;
    this.maxUnproven = options.maxUnproven ?? MAX_COMPUTERS;
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
    const peer = this.peers.get(key) ?? this.admit(key, isHeard(flow));
    if (peer === null) return;
    if (!peer.proven && isHeard(flow)) {
      peer.proven = true;
      this.unproven--;
    }
    if (controller) peer.controller = true;
    if (!fitsRule) return;
    if (flow.transport === 'tcp' && this.productPorts.has(flow.port(1))) peer.product = true;
    else peer.required = true;
  }

  /** Takes these for the computers that are monitored whatever the flows say. */
  list(listed: readonly HostKey[]): void {
    this.listed = listed;
    this.wanted = new Set(listed);
    for (const key of listed) {
      if (this.peers.get(key)?.proven === false) this.unproven--;
      this.peers.delete(key);
    }
  }

  /** Gives a host a place although nothing was seen of it yet. */
  expect(key: HostKey): void {
    if (this.server.has(key) || this.peers.has(key) || this.peers.size >= MAX_COMPUTERS) return;
    this.peers.set(key, { product: true, required: true, controller: false, proven: true });
  }

  private admit(key: HostKey, proven: boolean): Peer | null {
    const isFull = this.peers.size >= MAX_COMPUTERS;
    const fits = proven ? !isFull || this.dropUnproven() : !isFull && this.unproven < this.maxUnproven;
    if (!fits) {
      if (this.leftOut.size < MAX_COUNTED_OMITTED) this.leftOut.add(key);
      return null;
    }
    const peer = { product: false, required: false, controller: false, proven };
    if (!proven) this.unproven++;
    this.leftOut.delete(key);
    this.peers.set(key, peer);
    return peer;
  }

  /** Makes room for a host that was heard, while monitoring; false when all were. */
  private dropUnproven(): boolean {
    if (this.onDrop === null || this.unproven === 0) return false;
    for (const [key, peer] of this.peers) {
      if (peer.proven) continue;
      this.peers.delete(key);
      this.unproven--;
      if (this.leftOut.size < MAX_COUNTED_OMITTED) this.leftOut.add(key);
      this.onDrop(key);
      return true;
    }
    return false;
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

/** Both ends spoke, and not only to refuse. */
function isHeard(flow: Flow): boolean {
  if (flow.packets(0) === 0 || flow.packets(1) === 0) return false;
  return flow.transport !== 'tcp' || flow.handshakeTime >= 0 || flow.payload(0) + flow.payload(1) > 0;
}
