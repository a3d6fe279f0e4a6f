/**
 * What each host's packets have in common: the TTL they come with, whether their IP IDs count, and what only the
 * sender's own network card sees of them.
 */
import { EndpointState } from '../../flow/record/conn-state.js';
import type { Flow } from '../../flow/flow.js';
import { MAX_LINKS } from '../../flow/record/link-addresses.js';
import { hopsOf, isInitialTtl } from '../../flow/hops.js';
import { unansweredEnd } from '../../flow/interruption.js';
import { FlowFlag } from '../../flow/record/record.js';
import type { HostTable } from './host-table.js';
import type { HostKey } from '../words/host-key.js';

/**
 * Hosts of which anything is remembered.
 * @reached of further ones nothing is remembered
 */
const MAX_HOSTS = 200_000;

/** What was seen of a host; counts are of flows. */
export class HostTraits {
  /** The TTL of its packets, resets aside: -1 = it sent nothing else. How many flows had it, and how many another. */
  ttl = -1;
  same = 0;
  other = 0;
  /** IPv4 SYN-ACKs with an IP identification, and with 0 instead. */
  countedIds = 0;
  zeroIds = 0;
  /** TTLs as systems begin with and others, resets included; the last of them, and its flow. */
  initialTtls = 0;
  loweredTtls = 0;
  lastTtl = 0;
  lastFlow = 0;
  /** When a flow ended in which it spoke last, seconds since 1970. */
  lastHeard = 0;
  /** Number of the link address that its packets come from; 0 = not known, -1 = several. */
  link = 0;
  /** It sent packets that carry no IP length yet. */
  offloads = false;
}

export class HostProfile {
  private readonly ends: HostTable;
  /** By number; holes are hosts that sent nothing. */
  private readonly hosts: (HostTraits | undefined)[] = [];
  private known = 0;
  /** By number of the link address: 1 = TCP packets with a lowered TTL come from it, so it is a router's. */
  private readonly isRouter = new Uint8Array(MAX_LINKS + 1);

  constructor(ends: HostTable) {
    this.ends = ends;
  }

  /** Looks at what one side of a flow sent; `number` is that of its host. */
  take(flow: Flow, side: 0 | 1, number: number): void {
    if (flow.packets(side) === 0) return;
    const traits = this.hosts[number] ?? this.begin(number);
    if (traits === null) return;
    const ttl = flow.ttl(side);
    if (ttl === 64 || ttl === 128 || isInitialTtl(ttl)) traits.initialTtls++;
    else traits.loweredTtls++;
    this.noteLink(traits, flow, side);
    traits.lastTtl = ttl;
    traits.lastFlow = flow.id;
    const last = lastHeardOf(flow, side);
    if (last > traits.lastHeard) traits.lastHeard = last;
    if (flow.has(side === 0 ? FlowFlag.OrigOffload : FlowFlag.RespOffload)) traits.offloads = true;
    if (isReset(flow, side)) return;
    // Handshakes that a proxy completed in its name are no packets of the host.
    if (side === 1 && isProxied(flow)) return;
    if (traits.ttl < 0) traits.ttl = ttl;
    if (traits.ttl === ttl) traits.same++;
    else traits.other++;
    if (side === 0 || flow.version !== 4 || flow.synAckDelay < 0) return;
    if (flow.has(FlowFlag.SynAckIdZero)) traits.zeroIds++;
    else traits.countedIds++;
  }

  private noteLink(traits: HostTraits, flow: Flow, side: 0 | 1): void {
    const link = flow.link(side);
    if (link === 0) return;
    if (flow.transport === 'tcp' && hopsOf(flow.ttl(side)) > 0) this.isRouter[link] = 1;
    if (traits.link === 0) traits.link = link;
    else if (traits.link !== link) traits.link = -1;
  }

  /** The link address that two hosts share and that no router has, 0 = none. */
  sharedLink(one: HostKey, other: HostKey): number {
    const link = this.seen(one)?.link ?? 0;
    return link > 0 && link === this.seen(other)?.link && this.isRouter[link] === 0 ? link : 0;
  }

  /** There was no room for every host that sent something. */
  get isFull(): boolean {
    return this.known >= MAX_HOSTS;
  }

  /** Did the host with this number send anything, as far as there was room to note it? */
  hasSent(number: number): boolean {
    return this.hosts[number] !== undefined;
  }

  /** Null when the host sent nothing, or there was no room for it. */
  seen(host: HostKey): HostTraits | null {
    return this.hosts[this.ends.numberOf(host)] ?? null;
  }

  /** Null when the host sent nothing but resets. */
  of(host: HostKey): HostTraits | null {
    const traits = this.seen(host);
    return traits === null || traits.ttl < 0 ? null : traits;
  }

  /** Null when there is no room for another host. */
  private begin(number: number): HostTraits | null {
    if (this.known >= MAX_HOSTS) return null;
    this.known++;
    // Filled up, for an array with gaps this long would become a dictionary.
    while (this.hosts.length < number) this.hosts.push(undefined);
    return (this.hosts[number] = new HostTraits());
  }
}

/** Until when a side was heard on the flow: the last packet may be one that the other sent in vain. */
function lastHeardOf(flow: Flow, side: 0 | 1): number {
  if (!flow.hasNotes) return flow.lastSec + flow.lastNsec / 1e9;
  const vain = unansweredEnd(flow);
  if (vain?.side !== 1 - side) return flow.lastSec + flow.lastNsec / 1e9;
  return vain.stall.sec + vain.stall.nsec / 1e9;
}

/**
 * The responder accepted the connection and gave it up without a byte: a SYN proxy does so when it cannot reach the
 * host, so the packets may be those of the proxy.
 */
function isProxied(flow: Flow): boolean {
  return (
    flow.transport === 'tcp' &&
    flow.synAckDelay >= 0 &&
    flow.payload(1) === 0 &&
    flow.state(1) === EndpointState.Reset &&
    !flow.has(FlowFlag.OrigFin)
  );
}

/** The side's first packet was a RST: it may be forged, so it says nothing of the host. */
function isReset(flow: Flow, side: 0 | 1): boolean {
  return (
    side === 1 && flow.transport === 'tcp' && flow.state(1) === EndpointState.Reset && flow.synAckDelay < 0
  );
}
