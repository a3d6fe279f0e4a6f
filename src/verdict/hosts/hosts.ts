/**
 * Which peers are monitored computers: hosts that the rules speak of. A host that the server only uses as a
 * domain controller (Kerberos, LDAP) is not one, although 135 and 445 are used with it too.
 */
import { IpProto } from '../../decode/packet/packet.js';
import type { Flow } from '../../flow/flow.js';
import type { HostTable } from './host-table.js';
import type { Identities } from './identities.js';
import type { HostKey } from '../words/host-key.js';

/**
 * Computers that get a row of verdicts.
 * @reached further ones have no verdicts and are counted: `computers`
 */
export const MAX_COMPUTERS = 20_000;
/** Hosts left out that are told apart to be counted. */
const MAX_COUNTED_OMITTED = 200_000;

/** Responder ports that only a domain controller serves. */
const CONTROLLER_PORTS: ReadonlySet<number> = new Set([88, 389, 464, 636, 3268, 3269]);

/** What the flows with a peer say of it, as bits. */
const PeerSign = {
  /** Flows on the agent's own ports. */
  Product: 1,
  /** Flows that fit any other required rule. */
  Required: 2,
  Controller: 4,
  /** It completed a connection or answered a request: it is there. */
  Proven: 8,
  /** The service of this server on the product's port answered it with data, or it answered there itself. */
  Served: 16,
  /** It tried port after port of this server. */
  Scanner: 32,
} as const;

/** Ports of this server on which a peer that gets no data back is a scanner, and peers whose ports are told apart. */
const SCANNED_PORTS = 100;
const MAX_SUSPECTS = 1000;
/** Changes of port from one such flow to the next before the ports of a peer are counted. */
const SUSPICIOUS_CHANGES = 30;

/** What the flows of one table say of each peer of this server. */
export class PeerSigns {
  readonly ends: HostTable;
  /** Peers of which anything is said, by number, in the order in which they occur. */
  readonly peers: number[] = [];
  private readonly isServer: Uint8Array;
  private readonly productPorts: ReadonlySet<number>;
  private readonly signs: Uint8Array;
  /** By number of the peer: the last port that it tried without getting data, and how often that changed. */
  private readonly lastPort: Uint16Array;
  private readonly changes: Uint8Array;
  private readonly suspects = new Map<number, Set<number>>();

  /** @param isServer by number of the host */
  constructor(ends: HostTable, isServer: Uint8Array, agentPort: number, serverPort: number) {
    this.ends = ends;
    this.isServer = isServer;
    this.productPorts = new Set([agentPort, serverPort]);
    this.signs = new Uint8Array(ends.count);
    this.lastPort = new Uint16Array(ends.count);
    this.changes = new Uint8Array(ends.count);
  }

  /** Bits of PeerSign. */
  of(number: number): number {
    return this.signs[number]!;
  }

  /** Has the peer tried very many ports of this server? */
  private scans(peer: number, port: number): boolean {
    if (this.lastPort[peer] === port) return false;
    this.lastPort[peer] = port;
    if (this.changes[peer]! < SUSPICIOUS_CHANGES) {
      this.changes[peer] = this.changes[peer]! + 1;
      return false;
    }
    let ports = this.suspects.get(peer);
    if (ports === undefined) {
      if (this.suspects.size >= MAX_SUSPECTS) return false;
      this.suspects.set(peer, (ports = new Set()));
    }
    if (ports.size < SCANNED_PORTS) ports.add(port);
    return ports.size >= SCANNED_PORTS;
  }

  /** Looks at one flow; `fitsRule` says that a required rule expects it. */
  take(flow: Flow, fitsRule: boolean): void {
    const { ends } = this;
    const orig = ends.orig[flow.id]!;
    const resp = ends.resp[flow.id]!;
    const fromServer = this.isServer[orig] === 1;
    if (fromServer === (this.isServer[resp] === 1)) return;
    const peer = fromServer ? resp : orig;
    const port = ends.ports[flow.id]! & 0xffff;
    if (!fromServer && flow.payload(1) === 0 && this.scans(peer, port))
      this.signs[peer] = this.signs[peer]! | PeerSign.Scanner;
    const known = this.signs[peer]!;
    let signs = known;
    if (fromServer && CONTROLLER_PORTS.has(port) && flow.packets(1) > 0) signs |= PeerSign.Controller;
    else if (!fitsRule) return;
    if (fitsRule) {
      const product = ends.protocols[flow.id] === IpProto.Tcp && this.productPorts.has(port);
      signs |= product ? PeerSign.Product : PeerSign.Required;
      if (product && flow.payload(1) > 0) signs |= PeerSign.Served;
    }
    if ((signs & PeerSign.Proven) === 0 && isHeard(flow)) signs |= PeerSign.Proven;
    if ((known & ~PeerSign.Scanner) === 0) this.peers.push(peer);
    if (signs !== known) this.signs[peer] = signs;
  }
}

export interface ComputersOptions {
  /** Hosts that may take a place without ever having been heard; a scan must not fill them all. */
  readonly maxUnproven?: number;
}

export class Computers {
  /** Bits of PeerSign. */
  private readonly peers = new Map<HostKey, number>();
  private readonly leftOut = new Set<HostKey>();
  private readonly server: ReadonlySet<HostKey>;
  private readonly maxUnproven: number;
  private unproven = 0;
  private wanted: ReadonlySet<HostKey> = new Set();
  private listed: readonly HostKey[] = [];
  /** Told of a host that gave way to one that was heard. */
  onDrop: ((host: HostKey) => void) | null = null;

  constructor(server: ReadonlySet<HostKey>, options: ComputersOptions = {}) {
    this.server = server;
    this.maxUnproven = options.maxUnproven ?? MAX_COMPUTERS;
  }

  /** Takes in what the flows say now. */
  learn(signs: PeerSigns, identities: Identities | null = null): void {
    for (const number of signs.peers) {
      const own = signs.ends.keyOf(number);
      // What is said of another address of a computer is said of it.
      const key = this.wanted.has(own) ? own : (identities?.of(own) ?? own);
      if (key !== own) this.leave(own);
      if (this.wanted.has(key)) continue;
      const told = signs.of(number);
      const known = this.peers.get(key);
      if (known === undefined) {
        this.admit(key, told);
        continue;
      }
      if (!isProven(known) && isProven(told)) this.unproven--;
      this.peers.set(key, known | told);
    }
  }

  /** The address turns out to be another computer's. */
  private leave(key: HostKey): void {
    const known = this.peers.get(key);
    if (known === undefined) return;
    if (!isProven(known)) this.unproven--;
    this.peers.delete(key);
    this.onDrop?.(key);
  }

  /** Takes these for the computers that are monitored whatever the flows say. */
  list(listed: readonly HostKey[]): void {
    this.listed = listed;
    this.wanted = new Set(listed);
    for (const key of listed) {
      const known = this.peers.get(key);
      if (known !== undefined && !isProven(known)) this.unproven--;
      this.peers.delete(key);
    }
  }

  /** Gives a host a place although nothing was seen of it yet. */
  expect(key: HostKey): void {
    if (this.server.has(key) || this.wanted.has(key) || this.peers.size >= MAX_COMPUTERS) return;
    if (this.peers.has(key)) return;
    this.peers.set(key, PeerSign.Product | PeerSign.Proven);
  }

  private admit(key: HostKey, signs: number): void {
    const proven = isProven(signs);
    const isFull = this.peers.size >= MAX_COMPUTERS;
    const fits = proven ? !isFull || this.dropUnproven() : !isFull && this.unproven < this.maxUnproven;
    if (!fits) {
      if (this.leftOut.size < MAX_COUNTED_OMITTED) this.leftOut.add(key);
      return;
    }
    if (!proven) this.unproven++;
    this.leftOut.delete(key);
    this.peers.set(key, signs);
  }

  /** Makes room for a host that was heard, while monitoring; false when all were. */
  private dropUnproven(): boolean {
    if (this.onDrop === null || this.unproven === 0) return false;
    for (const [key, signs] of this.peers) {
      if (isProven(signs)) continue;
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

  /** Keys of the monitored computers: those listed, then the others in the order they were first seen. */
  monitored(): HostKey[] {
    const keys = [...this.listed];
    for (const [key, signs] of this.peers) if (isMonitored(signs)) keys.push(key);
    return keys;
  }
}

function isProven(signs: number): boolean {
  return (signs & PeerSign.Proven) !== 0;
}

function isMonitored(signs: number): boolean {
  if ((signs & (PeerSign.Scanner | PeerSign.Served)) === PeerSign.Scanner) return false;
  if ((signs & PeerSign.Product) !== 0) return true;
  return (signs & (PeerSign.Required | PeerSign.Controller)) === PeerSign.Required;
}

/** Both ends spoke, and not only to refuse. */
function isHeard(flow: Flow): boolean {
  if (flow.packets(0) === 0 || flow.packets(1) === 0) return false;
  return flow.transport !== 'tcp' || flow.handshakeTime >= 0 || flow.payload(0) + flow.payload(1) > 0;
}
