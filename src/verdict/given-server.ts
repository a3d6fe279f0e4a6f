/** This server as the user gave it, held against the hosts that occur in the flows. */
import type { AddressWords } from '../flow/address.js';
import type { Flow } from '../flow/flow.js';
import type { FlowTable } from '../flow/table.js';
import { hostKey, hostKeyOf, hostKeyText, serverFromOption } from './server.js';
import type { ServerIdentity } from './server.js';

export interface GivenServer {
  /** `unknown` when none of the addresses occurs: judging by an absent host would call everything unexpected. */
  readonly server: ServerIdentity;
  /** Addresses that are no end of any flow. */
  readonly missing: readonly string[];
}

/** @param addresses at least one; in an empty capture none is missing, since there is nothing to miss it in */
export function givenServer(table: FlowTable, flow: Flow, addresses: readonly AddressWords[]): GivenServer {
  const unseen = new Set(addresses.map(hostKeyOf));
  const given = unseen.size;
  for (let id = 0; id < table.count && unseen.size > 0; id++) {
    flow.move(id);
    if (!flow.inUse) continue;
    unseen.delete(hostKey(flow, 0));
    unseen.delete(hostKey(flow, 1));
  }
  const server = serverFromOption(addresses);
  if (unseen.size === 0 || table.size === 0) return { server, missing: [] };
  const missing = [...unseen].map(hostKeyText);
  const absence = `${missing.join(', ')}, given with --server, ${missing.length === 1 ? 'does' : 'do'} not occur in this capture`;
  if (unseen.size === given) {
    return { server: { keys: new Set(), source: 'unknown', reason: `${absence}.` }, missing };
  }
  return { server: { ...server, reason: `Given on the command line (--server); ${absence}.` }, missing };
}
