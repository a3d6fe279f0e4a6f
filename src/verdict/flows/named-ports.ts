/** Ports that an endpoint mapper or an activation told this server of, and that nobody tried. */
import { IpProto } from '../../decode/packet/packet.js';
import { Flow } from '../../flow/flow.js';
import { frameRef } from '../../flow/record/record.js';
import type { FlowTable } from '../../flow/table.js';
import type { Facts, PortMapping } from '../../recognise/facts/facts.js';
import { EPMAPPER_UUID, EptOpnum } from '../../recognise/dcerpc/epm.js';
import { portOf } from '../hosts/host-table.js';
import type { HostTable } from '../hosts/host-table.js';
import { otherHostOf } from './rpc-evidence.js';
import type { RpcEvidence } from './rpc-evidence.js';
import type { HostKey } from '../words/host-key.js';

/** The ports of one answer for one interface: alternatives, of which one tried is enough. */
interface Offer {
  readonly mapping: PortMapping;
  /** See `portOf`. */
  readonly targets: number[];
}

/** One mapping for each answer and interface of which no port was tried by this server, in the order of answers. */
export function untriedPorts(
  table: FlowTable,
  facts: Facts,
  rpc: RpcEvidence,
  server: ReadonlySet<HostKey>,
): PortMapping[] {
  const { ends } = rpc;
  const flow = new Flow(table);
  const isServer = ends.mark(server);
  const offers = offersTo(flow, facts, ends, isServer);
  if (offers.length === 0) return [];
  // 1 = wanted, 2 = tried.
  const targets = new Map<number, 1 | 2>();
  for (const offer of offers) for (const target of offer.targets) targets.set(target, 1);
  for (let id = 0; id < table.count; id++) {
    const port = ends.ports[id]! & 0xffff;
    if (ends.protocols[id] !== IpProto.Tcp || isServer[ends.orig[id]!] === 0 || !rpc.isNamedPort(port))
      continue;
    const target = portOf(ends.resp[id]!, port);
    if (targets.get(target) === 1) targets.set(target, 2);
  }
  return offers.filter((offer) => offer.targets.every((one) => targets.get(one) === 1)).map((o) => o.mapping);
}

function offersTo(flow: Flow, facts: Facts, ends: HostTable, isServer: Uint8Array): Offer[] {
  const listings = listingFlows(facts);
  const offers: Offer[] = [];
  /** By frame: the offers of answers in it. */
  const byFrame = new Map<number, Offer[]>();
  for (const mapping of facts.mappings.items) {
    if (listings.has(mapping.flow) || isServer[ends.orig[mapping.flow]!] === 0) continue;
    const frame = frameRef(mapping.fileIndex, mapping.frame);
    const beside = byFrame.get(frame) ?? [];
    let offer = beside.find((one) => one.mapping.flow === mapping.flow && one.mapping.uuid === mapping.uuid);
    if (offer === undefined) {
      offers.push((offer = { mapping, targets: [] }));
      if (beside.push(offer) === 1) byFrame.set(frame, beside);
    }
    addTarget(offer, ends.resp[mapping.flow]!, mapping.port);
    addTarget(offer, otherHostOf(mapping, flow.move(mapping.flow), ends), mapping.port);
  }
  return offers;
}

function addTarget({ targets }: Offer, host: number, port: number): void {
  const target = portOf(host, port);
  if (host >= 0 && !targets.includes(target)) targets.push(target);
}

/** Flows that asked for the list of all endpoints (ept_lookup): nobody means to use them all. */
function listingFlows(facts: Facts): Set<number> {
  const flows = new Set<number>();
  for (const call of facts.calls.items) {
    if (call.uuid === EPMAPPER_UUID && call.opnum === EptOpnum.Lookup) flows.add(call.flow);
  }
  return flows;
}
