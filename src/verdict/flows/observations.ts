/**
 * What the payload showed beside the ports: a refused right, a look-up that failed, a port that was named but
 * never tried, remoting in clear text. Alike observations are counted together.
 */
import { Flow } from '../../flow/flow.js';
import type { FlowTable } from '../../flow/table.js';
import type { Facts, NameSource, SeenIn } from '../../recognise/facts/facts.js';
import { untriedPorts } from './named-ports.js';
import type { RpcEvidence } from './rpc-evidence.js';
import { hostKey } from '../words/host-key.js';
import type { HostKey } from '../words/host-key.js';

/**
 * Kinds of observations kept apart.
 * @reached further ones are counted
 */
export const MAX_OBSERVATIONS = 1000;

export type ObservationCode = 'clear_remoting' | 'access_denied' | 'lookup_failed' | 'port_named_not_tried';

export interface Observation {
  readonly code: ObservationCode;
  /** The first frame that shows it. */
  readonly seen: SeenIn;
  /** What was refused, looked up or named; raw text from the wire. */
  readonly what: string;
  /** Status, error or interface name, in words; '' = none. */
  readonly detail: string;
  /** It concerns this server's own work: what this server asks of others, or its monitored computers of it. */
  readonly own: boolean;
  /** How often the same was seen. */
  count: number;
}

export interface Observations {
  readonly list: readonly Observation[];
  /** Observations left out because of MAX_OBSERVATIONS. */
  readonly omitted: number;
}

/** Whose name it is. */
export type Named = 'server' | 'computer';

export interface ObservationContext {
  readonly server: ReadonlySet<HostKey>;
  readonly computers: ReadonlySet<HostKey>;
  /** Ports on which the product's own protocol runs. */
  readonly productPorts: ReadonlySet<number>;
  /** First labels, lower case, of the names of this server and of the monitored computers. */
  readonly hostLabels: ReadonlyMap<string, Named>;
}

class Collector implements Observations {
  readonly list: Observation[] = [];
  omitted = 0;
  private readonly known = new Map<string, Observation>();

  /** `who` tells alike observations of different hosts apart. */
  add(who: string, observation: Omit<Observation, 'count'>): void {
    const { code, what, detail } = observation;
    const key = `${code}\n${who}\n${what}\n${detail}`;
    const known = this.known.get(key);
    if (known !== undefined) {
      known.count++;
    } else if (this.list.length < MAX_OBSERVATIONS) {
      const first = { ...observation, count: 1 };
      this.known.set(key, first);
      this.list.push(first);
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
  deniedRights(found, flow, facts, context);
  failedLookups(found, flow, facts, context);
  for (const seen of untriedPorts(table, facts, rpc, context.server)) {
    const detail = seen.name || seen.uuid;
    const what = `TCP ${seen.port}`;
    found.add(pairText(flow.move(seen.flow)), {
      code: 'port_named_not_tried',
      seen,
      what,
      detail,
      own: true,
    });
  }
  return found;
}

/** The part of a name before its first dot, lower case. */
export function firstLabel(name: string): string {
  return name.split('.')[0]!.toLowerCase();
}

function pairText(flow: Flow): string {
  return `${flow.addressText(0)} ${flow.addressText(1)}`;
}

function clearRemoting(found: Collector, flow: Flow, facts: Facts, context: ObservationContext): void {
  for (const seen of facts.details.items) {
    if (seen.service !== 'dotnet_remoting') continue;
    flow.move(seen.flow);
    if (!context.productPorts.has(flow.port(1))) continue;
    const what = `TCP ${flow.port(1)}`;
    found.add(pairText(flow), { code: 'clear_remoting', seen, what, detail: '', own: true });
  }
}

function deniedRights(found: Collector, flow: Flow, facts: Facts, context: ObservationContext): void {
  for (const seen of facts.denied.items) {
    flow.move(seen.flow);
    const detail = seen.statusName || `status 0x${(seen.status >>> 0).toString(16)}`;
    const [orig, resp] = [hostKey(flow, 0), hostKey(flow, 1)];
    const own = context.server.has(orig) || (context.server.has(resp) && context.computers.has(orig));
    found.add(pairText(flow), { code: 'access_denied', seen, what: seen.what, detail, own });
  }
}

/** Sources that answer a look-up. */
const ANSWERS: ReadonlySet<NameSource> = new Set<NameSource>(['dns', 'nbns', 'mdns', 'llmnr']);

/** Names of this report's hosts that a client could not find by any way of looking them up. */
function failedLookups(found: Collector, flow: Flow, facts: Facts, context: ObservationContext): void {
  if (facts.failedLookups.items.length === 0) return;
  const resolved = resolvedBy(flow, facts, context);
  for (const seen of facts.failedLookups.items) {
    const label = firstLabel(seen.name);
    const whose = context.hostLabels.get(label);
    if (whose === undefined) continue;
    const client = flow.move(seen.flow).addressText(0);
    // One suffix or protocol after the other is tried: the last word counts.
    if (resolved.has(`${client} ${label}`)) continue;
    const detail = `${seen.source}: ${seen.error}`;
    found.add(client, { code: 'lookup_failed', seen, what: seen.name, detail, own: whose === 'server' });
  }
}

/** 'client label' of names of this report's hosts that were answered. */
function resolvedBy(flow: Flow, facts: Facts, context: ObservationContext): Set<string> {
  const resolved = new Set<string>();
  for (const { flow: id, name, source } of facts.names.items) {
    const label = firstLabel(name);
    if (id < 0 || !ANSWERS.has(source) || !context.hostLabels.has(label)) continue;
    flow.move(id);
    // An answer to a question to all hosts is a flow of its own, which the answering host originates.
    for (const side of [0, 1]) resolved.add(`${flow.addressText(side)} ${label}`);
  }
  return resolved;
}
