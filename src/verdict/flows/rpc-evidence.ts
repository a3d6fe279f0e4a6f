/**
 * What proves that a flow to a dynamic port is RPC, strongest first: a bind on the flow itself, an endpoint
 * mapper or an activation that named the port, calls without their bind on the flow (it began before the capture),
 * and, where the exchange on 135 could not be read (packet privacy, or not captured), the bare fact that the same
 * pair spoke there shortly before.
 */
import { parseAddress } from '../../flow/record/address.js';
import { Flow } from '../../flow/flow.js';
import { FlowFlag } from '../../flow/record/record.js';
import type { Facts, PortMapping, RpcBind } from '../../recognise/facts/facts.js';
import { portOf } from '../hosts/host-table.js';
import type { HostTable } from '../hosts/host-table.js';
import { MapperExchanges } from './mapper-exchanges.js';
import { hostKeyOf } from '../words/host-key.js';
import type { FlowScan } from '../hosts/flow-scan.js';

/** [MS-RPCE] §2.2.1.1.8: RPC_C_AUTHN_LEVEL_PKT_PRIVACY; stubs are encrypted. */
export const PACKET_PRIVACY = 6;

export type RpcProof = 'bind' | 'mapping' | 'calls' | 'presumed';

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

const NONE: readonly PortMapping[] = [];

export class RpcEvidence {
  readonly mapper: MapperExchanges;
  readonly ends: HostTable;
  /** By flow: the place of its most telling bind among the facts, + 1. */
  private readonly bindOfFlow: Uint32Array;
  /** By port of a host (`portOf`), in order of time. */
  private readonly mappings = new Map<number, PortMapping[]>();
  /** 1 = the port was named for some host. */
  private readonly ports = new Uint8Array(65536);
  private readonly facts: Facts;

  constructor({ table, hostTable: ends, mapperFlows }: FlowScan, facts: Facts) {
    this.facts = facts;
    this.ends = ends;
    this.mapper = new MapperExchanges(ends);
    const flow = new Flow(table);
    const binds = facts.binds.items;
    this.bindOfFlow = new Uint32Array(table.count);
    const unread = new Uint8Array(table.count);
    for (let i = 0; i < binds.length; i++) {
      const bind = binds[i]!;
      const known = this.bindOfFlow[bind.flow]!;
      // The interface that was accepted says more than one that was merely offered.
      if (known === 0 || (bind.result === 0 && binds[known - 1]!.result !== 0)) {
        this.bindOfFlow[bind.flow] = i + 1;
      }
      if (isUnreadable(bind)) unread[bind.flow] = 1;
    }
    for (const mapping of facts.mappings.items) {
      flow.move(mapping.flow);
      this.ports[mapping.port] = 1;
      this.addMapping(ends.resp[mapping.flow]!, mapping);
      const other = otherHostOf(mapping, flow, ends);
      if (other >= 0) this.addMapping(other, mapping);
    }
    for (const list of this.mappings.values()) if (list.length > 1) list.sort(byTime);
    for (const call of facts.calls.items) if (call.responseFrame === 0) unread[call.flow] = 1;
    // Without a bind, an answer or a fact that a limit left out, a port may have been named unseen.
    const allUnread = facts.mappings.dropped > 0;
    for (const id of mapperFlows) {
      flow.move(id);
      const isUnread = allUnread || this.bindOfFlow[id] === 0 || unread[id] === 1;
      if ((isUnread || isIncomplete(flow)) && this.mayNamePort(flow)) this.mapper.learn(flow);
    }
  }

  /** Something was said on 135, and it was no other service: a port test says nothing and names no port. */
  private mayNamePort(flow: Flow): boolean {
    const service = this.facts.serviceOf(flow.id);
    if (service !== undefined && service.name !== 'dce_rpc' && service.certainty === 'confirmed')
      return false;
    return flow.content(0) > 0 || flow.content(1) > 0;
  }

  /** The strongest proof for a flow, or null. */
  proofOf(flow: Flow): RpcProof | null {
    if (this.bindOf(flow) !== null) return 'bind';
    if (this.mappingOf(flow) !== null) return 'mapping';
    if (this.speaksRpc(flow)) return 'calls';
    return this.mapper.precedes(flow) ? 'presumed' : null;
  }

  /** The same with what it says, or null. */
  attribute(flow: Flow): Attribution | null {
    const proof = this.proofOf(flow);
    if (proof === null) return null;
    const mapping = proof === 'mapping' ? this.mappingOf(flow) : null;
    const fact = proof === 'bind' ? this.bindOf(flow) : mapping;
    const interfaceName = fact === null ? '' : fact.name || fact.uuid;
    return { proof, interfaceName, fact, after: mapping !== null && !isBefore(mapping, flow) };
  }

  private bindOf(flow: Flow): RpcBind | null {
    const bind = this.anyBindOf(flow);
    return bind !== null && bind.transport === 'tcp' ? bind : null;
  }

  /** Also one over a pipe. */
  private anyBindOf(flow: Flow): RpcBind | null {
    const place = this.bindOfFlow[flow.id]!;
    return place === 0 ? null : this.facts.binds.items[place - 1]!;
  }

  /** Calls, answers or faults are on the flow; their bind came before the capture, was lost, or left out by a limit. */
  private speaksRpc(flow: Flow): boolean {
    return this.facts.serviceOf(flow.id)?.name === 'dce_rpc';
  }

  /** Was the flow's port named for this interface, or the interface bound on it? Several can share a port. */
  isNamedFor(flow: Flow, interfaceName: string): boolean {
    if (this.anyBindOf(flow)?.name === interfaceName) return true;
    return this.mappingsTo(flow).some(({ name }) => name === interfaceName);
  }

  /** Was this port named for any host? */
  isNamedPort(port: number): boolean {
    return this.ports[port] === 1;
  }

  private addMapping(host: number, mapping: PortMapping): void {
    const key = portOf(host, mapping.port);
    const list = this.mappings.get(key);
    if (list === undefined) this.mappings.set(key, [mapping]);
    else list.push(mapping);
  }

  private mappingsTo(flow: Flow): readonly PortMapping[] {
    return this.mappings.get(portOf(this.ends.resp[flow.id]!, flow.port(1))) ?? NONE;
  }

  /** The latest mapping before the flow, else the first after it. */
  private mappingOf(flow: Flow): PortMapping | null {
    if (!this.isNamedPort(flow.port(1))) return null;
    const list = this.mappingsTo(flow);
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
 * The mapper answers for its own host, whatever name it writes, and lists the host's other addresses beside: the
 * number of such a one, -1 = it is the same, or an end of no flow. `flow` stands on the mapping's flow.
 */
export function otherHostOf(mapping: PortMapping, flow: Flow, ends: HostTable): number {
  if (mapping.address === flow.addressText(1)) return -1;
  const written = parseAddress(mapping.address);
  if (written === null || written.words.every((word) => word === 0)) return -1;
  const other = ends.numberOf(hostKeyOf(written));
  return other === ends.resp[flow.id] ? -1 : other;
}

function byTime(a: PortMapping, b: PortMapping): number {
  return a.sec - b.sec || a.nsec - b.nsec;
}

/** The port was named before the flow began, or with it. */
function isBefore(mapping: PortMapping, flow: Flow): boolean {
  return mapping.sec < flow.firstSec || (mapping.sec === flow.firstSec && mapping.nsec <= flow.firstNsec);
}

/** A port may have been named unseen: the stubs are encrypted, or the answer to the bind is missing. */
function isUnreadable({ authLevel, result, nakReason }: RpcBind): boolean {
  return authLevel === PACKET_PRIVACY || (result === null && nakReason < 0);
}

/** Bytes of the flow are missing. */
function isIncomplete(flow: Flow): boolean {
  return flow.has(FlowFlag.Snapped) || flow.content(0) > flow.payload(0) || flow.content(1) > flow.payload(1);
}
