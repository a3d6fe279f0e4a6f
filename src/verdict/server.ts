/**
 * Which host is this server: given by the user, or inferred from who speaks on the product's own ports.
 * Nothing is assumed from names or from the order of packets.
 */
import type { AddressWords } from '../flow/address.js';
import { castOf, ipv4Text, ipv6Text } from '../flow/address.js';
import { EndpointState } from '../flow/conn-state.js';
import type { Flow } from '../flow/flow.js';
import type { FlowTable } from '../flow/table.js';

/** Addresses looked at as candidates; a scan must not fill memory. */
const MAX_CANDIDATES = 10_000;
/** Ports on which the server is the one who asks. */
const ASKED_PORTS: ReadonlySet<number> = new Set([135, 139, 445]);

/** One host's key: IPv4 as its word, IPv6 as text. */
export type HostKey = number | string;

export function hostKey(flow: Flow, side: number): HostKey {
  if (flow.version === 4) return flow.addressWord(side, 0);
  return flow.addressText(side);
}

export function hostKeyText(key: HostKey): string {
  return typeof key === 'number' ? ipv4Text(key) : key;
}

export function hostKeyOf(address: AddressWords): HostKey {
  const [a, b, c, d] = address.words;
  return address.version === 4 ? a : ipv6Text(a, b, c, d);
}

export interface ServerIdentity {
  readonly keys: ReadonlySet<HostKey>;
  readonly source: 'option' | 'inferred' | 'unknown';
  /** One sentence. */
  readonly reason: string;
}

interface Candidate {
  /** Peers that connect to its server port or that it calls on the agent port. */
  readonly product: Set<HostKey>;
  /** Peers that it calls on 135, 139 or 445. */
  readonly asked: Set<HostKey>;
}

export function serverFromOption(addresses: readonly AddressWords[]): ServerIdentity {
  return {
    keys: new Set(addresses.map(hostKeyOf)),
    source: 'option',
    reason: 'Given on the command line (--server).',
  };
}

/** Infers the server from all flows; `unknown` when nothing or too much points somewhere. */
export function inferServer(
  table: FlowTable,
  flow: Flow,
  agentPort: number,
  serverPort: number,
): ServerIdentity {
  const candidates = new Map<HostKey, Candidate>();
  for (let id = 0; id < table.count; id++) {
    flow.move(id);
    if (!flow.inUse || flow.transport !== 'tcp') continue;
    const port = flow.port(1);
    if (port === serverPort) vote(candidates, flow, 1, 'product');
    // Whoever is refused on the agents' port may be a computer that calls the wrong way.
    else if (port === agentPort && !isRefused(flow)) vote(candidates, flow, 0, 'product');
    else if (ASKED_PORTS.has(port)) vote(candidates, flow, 0, 'asked');
  }
  // When several hosts speak on the product's own ports, 135 and 445 do not decide between them and others.
  const product = [...candidates.values()].some((candidate) => candidate.product.size > 0);
  const decided = product
    ? decide(
        candidates,
        'product',
        (n) => `speaks on the product's ports ${serverPort} and ${agentPort} with ${n}`,
      )
    : decide(candidates, 'asked', (n) => `calls ports 135, 139 or 445 of ${n}`);
  if (decided !== null) return decided;
  const reason =
    candidates.size === 0
      ? `No flow on the product's ports (${serverPort}, ${agentPort}, 135, 139, 445) shows which host is this server; give it with --server.`
      : 'More than one host could be this server; give it with --server.';
  return { keys: new Set(), source: 'unknown', reason };
}

function isRefused(flow: Flow): boolean {
  return flow.synAckDelay < 0 && flow.packets(1) > 0 && flow.state(1) === EndpointState.Reset;
}

function vote(candidates: Map<HostKey, Candidate>, flow: Flow, side: number, kind: keyof Candidate): void {
  const peer = 1 - side;
  if (castOf(flow.version, flow.addressWord(peer, 0)) !== 'unicast') return;
  const key = hostKey(flow, side);
  let candidate = candidates.get(key);
  if (candidate === undefined) {
    if (candidates.size >= MAX_CANDIDATES) return;
    candidate = { product: new Set(), asked: new Set() };
    candidates.set(key, candidate);
  }
  if (candidate[kind].size < MAX_CANDIDATES) candidate[kind].add(hostKey(flow, peer));
}

interface Choice {
  readonly key: HostKey;
  readonly peers: number;
  readonly score: number;
  tie: boolean;
}

/**
 * The one with the most peers of a kind. A server has an address of each IP version: on the product's own
 * ports the best of both count; 135/139/445 alone prove too little to join two addresses.
 */
function decide(
  candidates: ReadonlyMap<HostKey, Candidate>,
  kind: keyof Candidate,
  why: (peers: string) => string,
): ServerIdentity | null {
  const found = [most(candidates, kind, 'number'), most(candidates, kind, 'string')]
    .filter((best) => best !== null)
    .sort((a, b) => b.score - a.score);
  const chosen = kind === 'product' ? found : found.slice(0, 1);
  if (chosen.length === 0 || chosen.some((best) => best.tie)) return null;
  const peers = chosen.reduce((sum, best) => sum + best.peers, 0);
  const hosts = peers === 1 ? 'one host' : `${peers} hosts`;
  return {
    keys: new Set(chosen.map((best) => best.key)),
    source: 'inferred',
    reason: `Inferred: ${chosen.map((best) => hostKeyText(best.key)).join(' and ')} ${why(hosts)}.`,
  };
}

function most(
  candidates: ReadonlyMap<HostKey, Candidate>,
  kind: keyof Candidate,
  keyType: 'number' | 'string',
): Choice | null {
  let best: Choice | null = null;
  for (const [key, candidate] of candidates) {
    if (typeof key !== keyType || candidate[kind].size === 0) continue;
    const peers = candidate[kind].size;
    // Calling 135 or 445 too settles a draw on the product's ports.
    const score = peers * MAX_CANDIDATES * 2 + candidate.asked.size;
    if (best === null || score > best.score) best = { key, peers, score, tie: false };
    else if (score === best.score) best.tie = true;
  }
  return best;
}
