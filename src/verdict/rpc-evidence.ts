/**
 * What proves that a flow to a dynamic port is RPC, strongest first: a bind on the flow itself, an endpoint
 * mapper or an activation that named the port, and, where that exchange could not be read (packet privacy, or
 * not captured), the bare fact that the same pair spoke on 135 shortly before.
 */
import { ipv4Text, ipv6Text, parseAddress } from '../flow/address.js';
import { Flow } from '../flow/flow.js';
import { FlowFlag } from '../flow/record.js';
import type { FlowTable } from '../flow/table.js';
import type { Facts, PortMapping, RpcBind } from '../recognise/facts.js';
import { MAPPER_PORT, MapperExchanges } from './mapper-exchanges.js';

/** [MS-RPCE] §2.2.1.1.8: RPC_C_AUTHN_LEVEL_PKT_PRIVACY; stubs are encrypted. */
export const PACKET_PRIVACY = 6;

export type RpcProof = 'bind' | 'mapping' | 'presumed';

/** Where a dynamic port came from. */
export interface Attribution {
  readonly proof: RpcProof;
  /** Interface name, or its uuid; '' = not known. */
  readonly interfaceName: string;
  /** The fact that shows it; null when only presumed. */
  readonly fact: RpcBind | PortMapping | null;
  /** The port was named only after the flow had begun. */
  readonly after: boolean;
}

export class RpcEvidence {
  readonly mapper = new MapperExchanges();
  private readonly binds = new Map<number, RpcBind>();
  /** By `keyOf`, in order of time. */
  private readonly mappings = new Map<string, PortMapping[]>();
  private readonly ports = new Set<number>();
  private readonly facts: Facts;

  constructor(table: FlowTable, facts: Facts) {
    this.facts = facts;
    const flow = new Flow(table);
    for (const bind of facts.binds.items) {
      const known = this.binds.get(bind.flow);
      // The interface that was accepted says more than one that was merely offered.
      if (known === undefined || (known.result !== 0 && bind.result === 0)) this.binds.set(bind.flow, bind);
    }
    for (const mapping of facts.mappings.items) {
      flow.move(mapping.flow);
      this.ports.add(mapping.port);
      for (const address of addressesOf(mapping, flow)) this.addMapping(address, mapping);
    }
    for (const list of this.mappings.values()) list.sort(byTime);
    const isUnreadable = unreadableMapperFlows(facts);
    for (let id = 0; id < table.count; id++) {
      flow.move(id);
      if (!flow.inUse) continue;
      if (flow.transport === 'tcp' && flow.port(1) === MAPPER_PORT && isUnreadable(flow)) {
        this.mapper.learn(flow);
      }
    }
  }

  /** The strongest proof for a flow, or null. */
  attribute(flow: Flow): Attribution | null {
    const bind = this.binds.get(flow.id);
    if (bind !== undefined && bind.transport === 'tcp') {
      return { proof: 'bind', interfaceName: bind.name || bind.uuid, fact: bind, after: false };
    }
    const mapping = this.mappingOf(flow);
    if (mapping !== null) {
      const after = !isBefore(mapping, flow);
      return { proof: 'mapping', interfaceName: mapping.name || mapping.uuid, fact: mapping, after };
    }
    if (this.speaksRpc(flow)) return { proof: 'bind', interfaceName: '', fact: null, after: false };
    if (this.mapper.precedes(flow)) return { proof: 'presumed', interfaceName: '', fact: null, after: false };
    return null;
  }

  /** The bind itself was left out because of a limit, but both sides of the flow were read as RPC. */
  private speaksRpc(flow: Flow): boolean {
    if (this.facts.binds.dropped === 0) return false;
    const service = this.facts.serviceOf(flow.id);
    return service?.name === 'dce_rpc' && service.certainty === 'confirmed';
  }

  /** Was the flow's port named for this interface, or the interface bound on it? Several can share a port. */
  isNamedFor(flow: Flow, interfaceName: string): boolean {
    if (this.binds.get(flow.id)?.name === interfaceName) return true;
    const list = this.mappings.get(keyOf(flow.addressText(1), flow.port(1))) ?? [];
    return list.some(({ name }) => name === interfaceName);
  }

  /** Was this port named for any host? */
  isNamedPort(port: number): boolean {
    return this.ports.has(port);
  }

  private addMapping(address: string, mapping: PortMapping): void {
    const key = keyOf(address, mapping.port);
    const list = this.mappings.get(key);
    if (list === undefined) this.mappings.set(key, [mapping]);
    else list.push(mapping);
  }

  /** The latest mapping before the flow, else the first after it. */
  private mappingOf(flow: Flow): PortMapping | null {
    if (!this.ports.has(flow.port(1))) return null;
    const list = this.mappings.get(keyOf(flow.addressText(1), flow.port(1)));
    if (list === undefined) return null;
    let low = 0;
    let high = list.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (isBefore(list[middle]!, flow)) low = middle + 1;
      else high = middle;
    }
    return list[low - 1] ?? list[low] ?? null;
  }
}

/**
 * Addresses of the host that a mapping speaks of: the mapper answers for its own host, whatever name it writes,
 * and lists the host's other addresses beside. `flow` stands on the mapping's flow.
 */
export function addressesOf(mapping: PortMapping, flow: Flow): readonly string[] {
  const own = flow.addressText(1);
  if (mapping.address === own) return [own];
  const written = parseAddress(mapping.address);
  if (written === null || written.words.every((word) => word === 0)) return [own];
  const text = written.version === 4 ? ipv4Text(written.words[0]) : ipv6Text(...written.words);
  return text === own ? [own] : [own, text];
}

function keyOf(address: string, port: number): string {
  return `${address} ${port}`;
}

function byTime(a: PortMapping, b: PortMapping): number {
  return a.sec - b.sec || a.nsec - b.nsec;
}

/** The port was named before the flow began, or with it. */
function isBefore(mapping: PortMapping, flow: Flow): boolean {
  return mapping.sec < flow.firstSec || (mapping.sec === flow.firstSec && mapping.nsec <= flow.firstNsec);
}

/**
 * Flows to 135 that may have named a port unseen: no bind was captured, stubs are encrypted, bytes or an answer
 * are missing, or facts were left out because of a limit.
 */
function unreadableMapperFlows(facts: Facts): (flow: Flow) => boolean {
  const bound = new Set<number>();
  const unread = new Set<number>();
  for (const bind of facts.binds.items) {
    bound.add(bind.flow);
    if (bind.authLevel === PACKET_PRIVACY || (bind.result === null && bind.nakReason < 0)) {
      unread.add(bind.flow);
    }
  }
  for (const call of facts.calls.items) if (call.responseFrame === 0) unread.add(call.flow);
  const incomplete = facts.mappings.dropped > 0;
  return (flow) =>
    incomplete ||
    !bound.has(flow.id) ||
    unread.has(flow.id) ||
    flow.has(FlowFlag.Snapped) ||
    flow.content(0) > flow.payload(0) ||
    flow.content(1) > flow.payload(1);
}
