/** Ports that an endpoint mapper or an activation told this server of, and that nobody tried. */
import { Flow } from '../flow/flow.js';
import type { FlowTable } from '../flow/table.js';
import type { Facts, PortMapping } from '../recognise/facts.js';
import { EPMAPPER_UUID, EptOpnum } from '../recognise/epm.js';
import { addressesOf } from './rpc-evidence.js';
import type { RpcEvidence } from './rpc-evidence.js';
import { hostKey } from './server.js';
import type { HostKey } from './server.js';

/** The ports of one answer for one interface: alternatives, of which one tried is enough. */
interface Offer {
  readonly mapping: PortMapping;
  /** 'address port' of each. */
  readonly targets: Set<string>;
}

/** One mapping for each answer and interface of which no port was tried by this server, in the order of answers. */
export function untriedPorts(
  table: FlowTable,
  facts: Facts,
  rpc: RpcEvidence,
  server: ReadonlySet<HostKey>,
): PortMapping[] {
  const flow = new Flow(table);
  const offers = offersTo(flow, facts, server);
  if (offers.length === 0) return [];
  const wanted = new Set(offers.flatMap(({ targets }) => [...targets]));
  const tried = new Set<string>();
  for (let id = 0; id < table.count; id++) {
    flow.move(id);
    if (
      !flow.inUse ||
      flow.transport !== 'tcp' ||
      !rpc.isNamedPort(flow.port(1)) ||
      !server.has(hostKey(flow, 0))
    )
      continue;
    const target = `${flow.addressText(1)} ${flow.port(1)}`;
    if (wanted.has(target)) tried.add(target);
  }
  return offers
    .filter(({ targets }) => [...targets].every((target) => !tried.has(target)))
    .map(({ mapping }) => mapping);
}

function offersTo(flow: Flow, facts: Facts, server: ReadonlySet<HostKey>): Offer[] {
  const listings = listingFlows(facts);
  const offers = new Map<string, Offer>();
  for (const mapping of facts.mappings.items) {
    if (listings.has(mapping.flow)) continue;
    flow.move(mapping.flow);
    if (!server.has(hostKey(flow, 0))) continue;
    const key = `${mapping.flow} ${mapping.fileIndex} ${mapping.frame} ${mapping.uuid}`;
    let offer = offers.get(key);
    if (offer === undefined) offers.set(key, (offer = { mapping, targets: new Set() }));
    for (const address of addressesOf(mapping, flow)) offer.targets.add(`${address} ${mapping.port}`);
  }
  return [...offers.values()];
}

/** Flows that asked for the list of all endpoints (ept_lookup): nobody means to use them all. */
function listingFlows(facts: Facts): Set<number> {
  const flows = new Set<number>();
  for (const call of facts.calls.items) {
    if (call.uuid === EPMAPPER_UUID && call.opnum === EptOpnum.Lookup) flows.add(call.flow);
  }
  return flows;
}
