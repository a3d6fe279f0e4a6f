/**
 * What proves that a flow to a dynamic port is RPC, strongest first: a bind on the flow itself, an endpoint
 * mapper or an activation that named the port, and, where that exchange could not be read (packet privacy, or
 * not captured), the bare fact that the same pair spoke on 135 shortly before.
 */
import type { Flow } from '../flow/flow.js';
import type { FlowTable } from '../flow/table.js';
import { Flow as FlowReader } from '../flow/flow.js';
import type { Facts, PortMapping, RpcBind } from '../recognise/facts.js';
import { MapperExchanges } from './mapper-exchanges.js';

/** MS-RPCE 2.2.1.1.8: RPC_C_AUTHN_LEVEL_PKT_PRIVACY; stubs are encrypted. */
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
  private readonly mappings = new Map<string, PortMapping[]>();
  private readonly ports = new Set<number>();
  private readonly table: FlowTable;

  constructor(table: FlowTable, facts: Facts) {
    this.table = table;
    const flow = new FlowReader(table);
    for (const bind of facts.binds.items) {
      const known = this.binds.get(bind.flow);
      // The interface that was accepted says more than one that was merely offered.
      if (known === undefined || (known.result !== 0 && bind.result === 0)) this.binds.set(bind.flow, bind);
    }
    for (const mapping of facts.mappings.items) {
      // The mapper answers for its own host, whatever address or name it writes.
      flow.move(mapping.flow);
      this.addMapping(flow.addressText(1), mapping);
      if (
        mapping.address !== '' &&
        mapping.address !== '0.0.0.0' &&
        mapping.address !== flow.addressText(1)
      ) {
        this.addMapping(mapping.address, mapping);
      }
    }
    const unreadable = unreadableMapperFlows(facts);
    for (let id = 0; id < table.count; id++) {
      flow.move(id);
      if (flow.transport === 'tcp' && flow.port(1) === 135 && unreadable(id)) this.mapper.learn(flow);
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
      const after =
        mapping.sec > flow.firstSec || (mapping.sec === flow.firstSec && mapping.nsec > flow.firstNsec);
      return { proof: 'mapping', interfaceName: mapping.name || mapping.uuid, fact: mapping, after };
    }
    if (this.mapper.precedes(flow)) return { proof: 'presumed', interfaceName: '', fact: null, after: false };
    return null;
  }

  /** Was this port named for any host? */
  isNamedPort(port: number): boolean {
    return this.ports.has(port);
  }

  /** Every mapping with the address of the host that it speaks of. */
  *named(): Generator<{ readonly address: string; readonly port: number; readonly mapping: PortMapping }> {
    const flow = new FlowReader(this.table);
    const seen = new Set<string>();
    for (const list of this.mappings.values()) {
      for (const mapping of list) {
        const address = flow.move(mapping.flow).addressText(1);
        const key = `${address} ${mapping.port}`;
        if (seen.has(key)) continue;
        seen.add(key);
        yield { address, port: mapping.port, mapping };
      }
    }
  }

  private addMapping(address: string, mapping: PortMapping): void {
    this.ports.add(mapping.port);
    const key = `${address} ${mapping.port}`;
    const list = this.mappings.get(key);
    if (list === undefined) this.mappings.set(key, [mapping]);
    else list.push(mapping);
  }

  /** The latest mapping before the flow, else the first after it. */
  private mappingOf(flow: Flow): PortMapping | null {
    const list = this.mappings.get(`${flow.addressText(1)} ${flow.port(1)}`);
    if (list === undefined) return null;
    let best: PortMapping | null = null;
    for (const mapping of list) {
      const before =
        mapping.sec < flow.firstSec || (mapping.sec === flow.firstSec && mapping.nsec <= flow.firstNsec);
      if (before) best = mapping;
      else if (best === null) return mapping;
    }
    return best;
  }
}

/** 135 flows whose answers could not be read, so that a port may have been named unseen. */
function unreadableMapperFlows(facts: Facts): (id: number) => boolean {
  const readable = new Set<number>();
  const privacy = new Set<number>();
  for (const bind of facts.binds.items) {
    if (bind.authLevel === PACKET_PRIVACY) privacy.add(bind.flow);
    else readable.add(bind.flow);
  }
  return (id) => privacy.has(id) || !readable.has(id);
}
