/**
 * Which host is this server: given by the user, or inferred from who speaks on the product's own ports.
 * Nothing is assumed from names or from the order of packets.
 */
import type { AddressWords } from '../../flow/record/address.js';
import { hostKeyOf, hostKeyText } from '../words/host-key.js';
import type { HostKey } from '../words/host-key.js';
import type { ServerReason } from '../words/server-reason.js';
import { MAX_CANDIDATES } from './server-election.js';
import type { FlowScan } from './flow-scan.js';

/** More than any count of peers. */
const WEIGHT = 2 * MAX_CANDIDATES;
/** Who has at least one part in so many of the best one's score comes close. */
const CLOSE = 2;
/** A peer on whose connection there was data counts so much more than one that only calls. */
const TALKED_COUNTS = 3;
/** Addresses that one server is believed to have. */
const MAX_SERVER_ADDRESSES = 16;

export interface ServerIdentity {
  readonly keys: ReadonlySet<HostKey>;
  readonly source: 'option' | 'inferred' | 'unknown';
  /** Why these; empty = it was not looked for yet. */
  readonly reasons: readonly ServerReason[];
}

export function serverFromOption(addresses: readonly AddressWords[]): ServerIdentity {
  return {
    keys: new Set(addresses.map(hostKeyOf)),
    source: 'option',
    reasons: [{ code: 'given', missing: [] }],
  };
}

/** Infers the server from the votes of all flows; `unknown` when nothing or too much points somewhere. */
export function inferServer(scan: FlowScan): ServerIdentity {
  const { candidates, agentPort, serverPort } = scan.poll;
  // When several hosts speak on the product's own ports, 135 and 445 do not decide between them and others.
  const product = [...candidates.values()].some((candidate) => candidate.product.size > 0);
  const decided = decide(scan, product ? 'product' : 'asked');
  if (decided !== null) return withFurtherAddresses(scan, decided);
  const reason: ServerReason =
    candidates.size === 0 ? { code: 'no_flow_on_ports', agentPort, serverPort } : { code: 'several_hosts' };
  return { keys: new Set(), source: 'unknown', reasons: [reason] };
}

/**
 * The server with every other address that speaks on the product's ports with the same computers, from the same network
 * card. The card alone proves nothing, and a router's says nothing at all.
 */
export function withFurtherAddresses(scan: FlowScan, server: ServerIdentity): ServerIdentity {
  const keys = new Set(server.keys);
  const told: ServerReason[] = [];
  for (const [key, { heard }] of scan.poll.candidates) {
    if (keys.has(key) || heard.size === 0 || keys.size >= MAX_SERVER_ADDRESSES) continue;
    const link = [...server.keys].map((one) => linkOfOneHost(scan, one, key)).find((one) => one > 0);
    if (link === undefined) continue;
    keys.add(key);
    told.push({ code: 'further_address', address: hostKeyText(key), link: scan.table.links.text(link) });
  }
  return told.length === 0 ? server : { ...server, keys, reasons: [...server.reasons, ...told] };
}

/** The link address by which two candidates show themselves to be one host, 0 = they do not. */
function linkOfOneHost({ hosts, poll }: FlowScan, one: HostKey, other: HostKey): number {
  const [a, b] = [poll.candidates.get(one), poll.candidates.get(other)];
  if (a === undefined || b === undefined) return 0;
  const link = hosts.sharedLink(one, other);
  if (link === 0) return 0;
  for (const peer of b.heard) if (a.product.has(peer) || a.asked.has(peer)) return link;
  return 0;
}

interface Choice {
  readonly key: HostKey;
  readonly peers: number;
  /** Peers that were heard, for the product's ports; those that spoke there count more. */
  readonly heard: number;
  readonly score: number;
  /** The next one, when it comes close; `tie`: nothing tells them apart. */
  rival: Choice | null;
  tie: boolean;
}

/**
 * The one with the most peers of a kind, those that were heard first. A server has an address of each IP version: on
 * the product's own ports the best of both count; 135/139/445 alone prove too little to join two addresses.
 */
function decide(scan: FlowScan, kind: 'product' | 'asked'): ServerIdentity | null {
  const found = [most(scan, kind, 'number'), most(scan, kind, 'string')]
    .filter((best) => best !== null)
    .sort((a, b) => b.score - a.score);
  // Beside an address that was heard, one that nobody answers and that asks more hosts is a scanner's.
  const heard = found.some((best) => best.heard > 0);
  const widest = Math.max(...found.filter((best) => best.heard > 0).map((best) => best.peers));
  const isServer = (best: Choice): boolean => best.heard > 0 || !heard || best.peers <= widest;
  const chosen = kind === 'product' ? found.filter(isServer) : found.slice(0, 1);
  if (chosen.length === 0 || chosen.some((best) => best.tie)) return null;
  const peers = chosen.reduce((sum, best) => sum + best.peers, 0);
  const rivals = chosen.map(({ rival }) => rival).filter((rival) => rival !== null);
  const addresses = chosen.map((best) => hostKeyText(best.key));
  const { agentPort, serverPort } = scan.poll;
  const why: ServerReason =
    kind === 'product'
      ? { code: 'inferred_from_product_ports', addresses, agentPort, serverPort, peers }
      : { code: 'inferred_from_calls', addresses, peers };
  const doubts = rivals.map((rival): ServerReason => ({
    code: 'rival',
    address: hostKeyText(rival.key),
    peers: rival.peers,
  }));
  return { keys: new Set(chosen.map((best) => best.key)), source: 'inferred', reasons: [why, ...doubts] };
}

function most(scan: FlowScan, kind: 'product' | 'asked', keyType: 'number' | 'string'): Choice | null {
  let best: Choice | null = null;
  const others: Choice[] = [];
  for (const [key, candidate] of scan.poll.candidates) {
    if (typeof key !== keyType || candidate[kind].size === 0) continue;
    const peers = candidate[kind].size;
    const { talked, heard: called } = candidate;
    const heard = kind === 'product' ? talked.size * TALKED_COUNTS + called.size : 0;
    // Calling 135 or 445 too settles a draw on the product's ports.
    const score = (heard * WEIGHT + peers) * WEIGHT + candidate.asked.size;
    const one: Choice = { key, peers, heard, score, rival: null, tie: false };
    if (best === null || score > best.score) {
      if (best !== null) others.push(best);
      best = one;
    } else others.push(one);
  }
  if (best === null) return null;
  for (const other of others) {
    if (other.score * CLOSE < best.score || linkOfOneHost(scan, best.key, other.key) > 0) continue;
    if (other.score === best.score) best.tie = true;
    if (best.rival === null || other.score > best.rival.score) best.rival = other;
  }
  return best;
}
