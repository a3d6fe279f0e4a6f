/**
 * What the payload showed beside the ports: a refused right, a look-up that failed, a port that was named but
 * never tried, remoting in clear text. Alike observations are counted together.
 */
import { Flow } from '../flow/flow.js';
import type { FlowTable } from '../flow/table.js';
import type { Facts, Seen } from '../recognise/facts.js';
import type { RpcEvidence } from './rpc-evidence.js';
import { hostKey } from './server.js';
import type { HostKey } from './server.js';

/** Kinds of observations kept apart; further ones are counted in `omitted`. */
export const MAX_OBSERVATIONS = 1000;

export type ObservationCode = 'clear_remoting' | 'access_denied' | 'lookup_failed' | 'port_named_not_tried';

export interface Observation {
  readonly code: ObservationCode;
  /** The first frame that shows it. */
  readonly seen: Seen;
  /** What was refused, looked up or named; raw text from the wire. */
  readonly what: string;
  /** Status, error or interface name, in words; '' = none. */
  readonly detail: string;
  /** How often the same was seen. */
  count: number;
}

export interface Observations {
  readonly list: readonly Observation[];
  /** Observations left out because of MAX_OBSERVATIONS. */
  readonly omitted: number;
}

export interface ObservationContext {
  readonly server: ReadonlySet<HostKey>;
  /** Ports on which the product's own protocol runs. */
  readonly productPorts: ReadonlySet<number>;
  /** First labels, lower case, of the names of this server and of the monitored computers. */
  readonly hostLabels: ReadonlySet<string>;
}

class Collector implements Observations {
  readonly list: Observation[] = [];
  omitted = 0;
  private readonly known = new Map<string, Observation>();

  add(code: ObservationCode, seen: Seen, who: string, what: string, detail: string): void {
    const key = `${code}\n${who}\n${what}\n${detail}`;
    const known = this.known.get(key);
    if (known !== undefined) {
      known.count++;
    } else if (this.list.length < MAX_OBSERVATIONS) {
      const observation = { code, seen, what, detail, count: 1 };
      this.known.set(key, observation);
      this.list.push(observation);
    } else {
      this.omitted++;
    }
  }
}

export function observe(
  table: FlowTable,
  facts: Facts,
  rpc: RpcEvidence,
  context: ObservationContext,
): Observations {
  const found = new Collector();
  const flow = new Flow(table);
  clearRemoting(found, flow, facts, context);
  for (const denied of facts.denied.items) {
    flow.move(denied.flow);
    const detail = denied.statusName || `status 0x${(denied.status >>> 0).toString(16)}`;
    found.add('access_denied', denied, pairText(flow), denied.what, detail);
  }
  for (const failed of facts.failedLookups.items) {
    if (!context.hostLabels.has(firstLabel(failed.name))) continue;
    flow.move(failed.flow);
    found.add('lookup_failed', failed, flow.addressText(0), failed.name, `${failed.source}: ${failed.error}`);
  }
  notTried(found, table, flow, rpc, context);
  return found;
}

/** The part of a name before its first dot, lower case. */
export function firstLabel(name: string): string {
  return (name.split('.')[0] ?? '').toLowerCase();
}

function pairText(flow: Flow): string {
  return `${flow.addressText(0)} ${flow.addressText(1)}`;
}

function clearRemoting(found: Collector, flow: Flow, facts: Facts, context: ObservationContext): void {
  for (const detail of facts.details.items) {
    if (detail.service !== 'dotnet_remoting') continue;
    flow.move(detail.flow);
    if (!context.productPorts.has(flow.port(1))) continue;
    found.add('clear_remoting', detail, pairText(flow), `TCP ${flow.port(1)}`, '');
  }
}

/** Ports that this server was told of and then left alone. */
function notTried(
  found: Collector,
  table: FlowTable,
  flow: Flow,
  rpc: RpcEvidence,
  context: ObservationContext,
): void {
  const tried = new Set<string>();
  for (let id = 0; id < table.count; id++) {
    flow.move(id);
    if (flow.transport === 'tcp' && rpc.isNamedPort(flow.port(1))) {
      tried.add(`${flow.addressText(0)} ${flow.addressText(1)} ${flow.port(1)}`);
    }
  }
  for (const { address, port, mapping } of rpc.named()) {
    flow.move(mapping.flow);
    if (!context.server.has(hostKey(flow, 0))) continue;
    const asker = flow.addressText(0);
    if (tried.has(`${asker} ${address} ${port}`)) continue;
    found.add('port_named_not_tried', mapping, pairText(flow), `TCP ${port}`, mapping.name || mapping.uuid);
  }
}
