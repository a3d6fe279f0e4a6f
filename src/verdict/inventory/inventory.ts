/**
 * The listed computers held against the capture: which address each has there, by what the traffic taught of
 * names, and why one was not seen. A computer whose name led nowhere stays a row by its name.
 *
 *   list: name, address ─┐
 *   names learned ───────┼─> rows (key, group, seen) ─> judge ─> reasons of what was not observed
 *   look-ups that failed ┘
 */
import { parseAddress } from '../../flow/record/address.js';
import { Flow } from '../../flow/flow.js';
import type { FlowTable } from '../../flow/table.js';
import type { FailedLookup, Facts, NameSource } from '../../recognise/facts/facts.js';
import type { Inventory, ListedComputer } from './inventory-file.js';
import { hostKey, hostKeyOf } from '../words/host-key.js';
import type { HostKey } from '../words/host-key.js';
import type { Identities, ListedAddress } from '../hosts/identities.js';
import type { FlowScan } from '../hosts/flow-scan.js';
import type { RuleVerdict } from '../words/rule-verdict.js';

/** Addresses kept for one name. */
const MAX_ADDRESSES = 16;
/** A NetBIOS name holds so many characters of the host's name. */
const NETBIOS_LEN = 15;
/** Sources whose answers say that a look-up succeeded. */
const ANSWERS: ReadonlySet<NameSource> = new Set<NameSource>(['dns', 'nbns', 'mdns', 'llmnr']);

/** A listed computer with its place in the capture. */
export interface InventoryRow {
  readonly listed: ListedComputer;
  /** Of an address, or `unresolvedKey` of its name. */
  readonly key: HostKey;
  /** It is an end of some flow. */
  readonly seen: boolean;
  /** This server looked its name up in vain, and the last time as well; null = no such look-up was seen. */
  readonly failedLookup: FailedLookup | null;
}

export interface JoinedInventory {
  readonly path: string;
  readonly sha256: string;
  /** In the order of the list, one for each of its computers. */
  readonly rows: readonly InventoryRow[];
  readonly byKey: ReadonlyMap<HostKey, InventoryRow>;
  /** Listed computers that are this server itself, which is not judged. */
  readonly isServer: number;
}

/** Who knows of hosts that were asked for by ARP or neighbor discovery and never answered. */
export interface NeighborWitness {
  /** What was asked of a host that sent nothing in the whole capture; null = nothing, or it did send something. */
  throughout(host: HostKey): AskedInVain | null;
}

export interface AskedInVain {
  /** Questions without an answer, and the frame of the first. */
  readonly unanswered: number;
  readonly frame: number;
}

const UNRESOLVED = 'name:';

/** The key of a computer that has a name and no address; no address looks like it. */
export function unresolvedKey(name: string): HostKey {
  return `${UNRESOLVED}${name}`;
}

/** The name in such a key; '' for every other. */
export function unresolvedName(key: HostKey): string {
  return typeof key === 'string' && key.startsWith(UNRESOLVED) ? key.slice(UNRESOLVED.length) : '';
}

function lower(name: string): string {
  return name.normalize('NFC').toLowerCase().replace(/\.$/, '');
}

/** What tells the names of one host apart from another's: its first label, as far as NetBIOS carries it. */
function stemOf(name: string): string {
  return name.split('.')[0]!.slice(0, NETBIOS_LEN);
}

/** Listed names, found by what the wire calls a host. */
class NameIndex {
  private readonly byStem = new Map<string, number[]>();
  private readonly names: readonly string[];

  constructor(computers: readonly ListedComputer[]) {
    this.names = computers.map(({ name }) => lower(name));
    for (const [i, name] of this.names.entries()) {
      if (name === '') continue;
      const stem = stemOf(name);
      const known = this.byStem.get(stem);
      if (known === undefined) this.byStem.set(stem, [i]);
      else known.push(i);
    }
  }

  /** Indices of the computers that a name from the wire may mean; a short name of several means none of them. */
  find(wire: string): readonly number[] {
    const name = lower(wire).replace(/\.local$/, '');
    const alike = this.byStem.get(stemOf(name));
    if (alike === undefined) return [];
    const same = alike.filter((i) => this.names[i] === name);
    if (same.length > 0) return same;
    const fits = alike.filter((i) => isShortOf(this.names[i]!, name) || isShortOf(name, this.names[i]!));
    return fits.length > 1 ? [] : fits;
  }
}

/** 'ws01' is short of 'ws01.example.test', and a NetBIOS name is short of a longer one. */
function isShortOf(short: string, long: string): boolean {
  if (short.includes('.')) return false;
  const label = long.split('.')[0]!;
  return label === short || (short.length === NETBIOS_LEN && label.startsWith(short));
}

interface Learned {
  readonly keys: Set<HostKey>;
  failed: FailedLookup | null;
  /** This server got an answer. */
  answered: boolean;
}

function learn(
  computers: readonly ListedComputer[],
  table: FlowTable,
  facts: Facts,
  declared: Iterable<{ readonly address: string; readonly name: string }>,
  server: ReadonlySet<HostKey>,
): Learned[] {
  const index = new NameIndex(computers);
  const flow = new Flow(table);
  const learned = computers.map(({ address }): Learned => ({
    keys: new Set(address === null ? [] : [hostKeyOf(address)]),
    failed: null,
    answered: false,
  }));
  const add = (name: string, address: string): readonly Learned[] => {
    const found = index.find(name).map((i) => learned[i]!);
    const words = found.length === 0 ? null : parseAddress(address);
    for (const { keys } of words === null ? [] : found) {
      if (keys.size < MAX_ADDRESSES) keys.add(hostKeyOf(words!));
    }
    return found;
  };
  for (const { name, address, source, flow: id } of facts.names.items) {
    const found = add(name, address);
    if (found.length === 0 || !ANSWERS.has(source)) continue;
    // Of a flow that has left nobody can say any more whether this server had asked: its answer may not be denied.
    const asked = id < 0 || !flow.move(id).inUse || isOf(server, flow);
    if (asked) for (const one of found) one.answered = true;
  }
  for (const { name, address } of declared) add(name, address);
  for (const failed of facts.failedLookups.items) {
    if (failed.flow < 0 || !flow.move(failed.flow).inUse || !server.has(hostKey(flow, 0))) continue;
    for (const i of index.find(failed.name)) learned[i]!.failed ??= failed;
  }
  return learned;
}

/** Is this server an end of the flow? */
function isOf(server: ReadonlySet<HostKey>, flow: Flow): boolean {
  return server.has(hostKey(flow, 0)) || server.has(hostKey(flow, 1));
}

/**
 * @param declared names that the capture files themselves hold
 * @param identities which addresses are one computer; is told which ones the list says to be one
 */
export function joinInventory(
  { path, sha256, computers }: Inventory,
  { table, hostTable: ends }: FlowScan,
  facts: Facts,
  declared: Iterable<{ readonly address: string; readonly name: string }>,
  server: ReadonlySet<HostKey>,
  identities: Identities | null = null,
): JoinedInventory {
  const learned = learn(computers, table, facts, declared, server);
  const byKey = new Map<HostKey, InventoryRow>();
  const alike: ListedAddress[] = [];
  let isServer = 0;
  for (const [i, listed] of computers.entries()) {
    const { keys, failed, answered } = learned[i]!;
    const others = [...keys].filter((key) => !server.has(key));
    if (others.length < keys.size) {
      isServer++;
      continue;
    }
    const present = others.filter((key) => ends.numberOf(key) >= 0);
    // An address that is called otherwise as well is another's now, if the name has one that is not.
    const own = present.filter((key) => identities?.isCalledOnly(key, listed.name) !== false);
    const [first = unresolvedKey(listed.name)] = [...own, ...present, ...others];
    const key = identities?.of(first) ?? first;
    const row = { listed, key, seen: present.length > 0, failedLookup: answered ? null : failed };
    // Two names of one address are one computer, called as it is listed first.
    if (!byKey.has(key)) byKey.set(key, row);
    for (const other of own) if (other !== key) alike.push({ key: other, owner: key, name: listed.name });
  }
  identities?.takeList(alike.filter(({ key }) => !byKey.has(key)));
  return { path, sha256, rows: [...byKey.values()], byKey, isServer };
}

/**
 * Says of computers that were not seen why this server sent them nothing, where the capture tells: their name
 * did not resolve, or nobody answered for their address.
 */
export function withAbsences(
  verdicts: readonly RuleVerdict[],
  inventory: JoinedInventory,
  neighbors: NeighborWitness,
): RuleVerdict[] {
  return verdicts.map((v) => {
    const row = inventory.byKey.get(v.host);
    if (row === undefined || v.reason !== 'nothing_sent' || v.rule.to !== 'computer') return v;
    const asked = neighbors.throughout(v.host);
    if (asked !== null) return { ...v, reason: 'neighbor_silent', askedInVain: asked };
    if (row.failedLookup === null) return v;
    return { ...v, reason: 'name_not_resolved', failedLookup: row.failedLookup };
  });
}
