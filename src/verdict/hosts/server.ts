/**
 * Which host is this server: given by the user, or inferred from who speaks on the product's own ports.
 * Nothing is assumed from names or from the order of packets.
 */
import type { AddressWords } from '../../flow/address.js';
import { hostKeyOf, hostKeyText } from '../words/host-key.js';
import type { HostKey } from '../words/host-key.js';
import { MAX_CANDIDATES } from './server-poll.js';
import type { Candidate } from './server-poll.js';
import type { Survey } from './survey.js';

export interface ServerIdentity {
  readonly keys: ReadonlySet<HostKey>;
  readonly source: 'option' | 'inferred' | 'unknown';
  /** One sentence. */
  readonly reason: string;
}

export function serverFromOption(addresses: readonly AddressWords[]): ServerIdentity {
  return {
    keys: new Set(addresses.map(hostKeyOf)),
    source: 'option',
    reason: 'Given on the command line (--server).',
  };
}

/** Infers the server from the votes of all flows; `unknown` when nothing or too much points somewhere. */
export function inferServer({ poll }: Survey): ServerIdentity {
  const { candidates, agentPort, serverPort } = poll;
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
