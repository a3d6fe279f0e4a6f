/**
 * Which addresses are one computer. Only what a computer says of itself, or a name in full of two IP versions, joins
 * two addresses; a short name or a link address never does. Every join keeps its proof; what contradicts is kept too
 * and joins nothing. It is remembered while monitoring, for the flows that proved it leave.
 */
import { parseAddress } from '../../flow/address.js';
import { Flow } from '../../flow/flow.js';
import type { FlowTable } from '../../flow/table.js';
import type { Facts, NtlmFacts } from '../../recognise/facts/facts.js';
import { hostKey, hostKeyOf, hostKeyText } from '../words/host-key.js';
import type { HostKey } from '../words/host-key.js';

/**
 * Addresses that are joined to computers by their names and owners.
 * @reached further ones stand for themselves
 */
export const MAX_IDENTIFIED = 20_000;
const MAX_EACH = 16;
const NETBIOS_LEN = 15;

/** By key, what was said of it and in which frame first. */
type Claims<K, V> = Map<K, Map<V, number>>;

/** One address that belongs to the computer with another. */
export interface Join {
  readonly owner: HostKey;
  /** `certain`: the computer lists it, or logged on by its own account; `likely`: a name within its domain. */
  readonly certainty: 'certain' | 'likely';
  /** One sentence that names both addresses. */
  readonly proof: string;
}

export class Identities {
  /** What was not remembered because of a limit. */
  dropped = 0;
  private joins = new Map<HostKey, Join>();
  /** NetBIOS name and domain by which an originator introduced itself; those of a responder, and who has them. */
  private readonly stations: Claims<HostKey, string> = new Map();
  private readonly own: Claims<HostKey, string> = new Map();
  private readonly owners: Claims<string, HostKey> = new Map();
  /** Stations that logged on by the account of the computer itself. */
  private readonly accounts = new Set<string>();
  /** Addresses that computers list as theirs in DCOM answers. */
  private readonly listed: Claims<HostKey, HostKey> = new Map();
  private readonly fullNames: Claims<string, HostKey> = new Map();
  private readonly namesOf: Claims<HostKey, string> = new Map();

  /** Takes in what the payload shows now. @param server addresses that are nobody else's */
  learn(table: FlowTable, facts: Facts, server: ReadonlySet<HostKey>): void {
    const flow = new Flow(table);
    for (const one of facts.ntlm.items)
      if (one.flow >= 0 && flow.move(one.flow).inUse) this.takeNtlm(flow, one);
    for (const { flow: id, address, host, source, frame } of facts.mappings.items) {
      if (source !== 'dcom' || id < 0 || !flow.move(id).inUse) continue;
      const written = parseAddress(host) ?? parseAddress(address);
      if (written === null || written.words.every((word) => word === 0)) continue;
      this.note(this.listed, hostKeyOf(written), hostKey(flow, 1), frame);
    }
    for (const { address, name, frame } of facts.names.items) {
      const words = parseAddress(address);
      if (words === null) continue;
      const key = hostKeyOf(words);
      this.note(this.namesOf, key, shortOf(name), frame);
      if (name.includes('.')) this.note(this.fullNames, name.toLowerCase(), key, frame);
    }
    this.join(server);
  }

  /** The address under which a computer is judged. */
  of(key: HostKey): HostKey {
    return this.joins.get(key)?.owner ?? key;
  }

  /** By owner: its further addresses. */
  *[Symbol.iterator](): Generator<readonly [HostKey, Join]> {
    yield* this.joins;
  }

  /** Names of several computers that introduced themselves from this one address; fewer than two = none did. */
  namesBehind(key: HostKey): readonly string[] {
    return [...(this.stations.get(key)?.keys() ?? [])].map((name) =>
      (name.split('|')[0] ?? '').toUpperCase(),
    );
  }

  private takeNtlm(flow: Flow, { user, domain, workstation, serverDns, frame }: NtlmFacts): void {
    if (workstation !== '' && domain !== '') {
      const name = qualified(workstation, domain);
      this.note(this.stations, hostKey(flow, 0), name, frame);
      if (user.toLowerCase() === `${workstation.toLowerCase()}$`) this.accounts.add(name);
    }
    const [host = '', domainLabel = ''] = serverDns.split('.');
    if (domainLabel === '') return;
    const name = qualified(host, domainLabel);
    this.note(this.owners, name, hostKey(flow, 1), frame);
    this.note(this.own, hostKey(flow, 1), name, frame);
  }

  private note<K, V>(claims: Claims<K, V>, key: K, value: V, frame: number): void {
    let known = claims.get(key);
    if (known === undefined) {
      if (claims.size >= MAX_IDENTIFIED) {
        this.dropped++;
        return;
      }
      claims.set(key, (known = new Map<V, number>()));
    }
    if (known.size < MAX_EACH && !known.has(value)) known.set(value, frame);
  }

  private join(server: ReadonlySet<HostKey>): void {
    this.joins = new Map();
    const owning = new Set<HostKey>();
    const add = (key: HostKey, owner: HostKey, certainty: Join['certainty'], why: string): void => {
      if (key === owner || server.has(key) || server.has(owner) || this.joins.has(key)) return;
      // One step: an owner is nobody else's, and who owns is not owned.
      if (this.joins.has(owner) || owning.has(key)) return;
      owning.add(owner);
      const proof = `${hostKeyText(key)} is the computer with ${hostKeyText(owner)} (${certainty}): ${why}.`;
      this.joins.set(key, { owner, certainty, proof });
    };
    for (const [key, by] of this.listed) {
      const [[owner, frame] = [key, 0]] = by;
      if (by.size !== 1 || this.own.has(key)) continue;
      add(key, owner, 'certain', `it lists both as its addresses in a DCOM answer, frame ${frame}`);
    }
    for (const [key, names] of this.stations) {
      const [[name, frame] = ['', 0]] = names;
      const owners = this.owners.get(name);
      if (names.size !== 1 || owners?.size !== 1 || this.own.has(key) || !this.isCalledOnly(key, name))
        continue;
      const [[owner, ownFrame] = [key, 0]] = owners;
      const [short = '', domain = ''] = name.toUpperCase().split('|');
      const by = this.accounts.has(name) ? 'logs on by the account of' : 'introduces itself as';
      const why = `it ${by} ${short} of the domain ${domain} (NTLM, frame ${frame}), and that is the name of the other (NTLM challenge, frame ${ownFrame})`;
      add(key, owner, this.accounts.has(name) ? 'certain' : 'likely', why);
    }
    for (const [name, keys] of this.fullNames) this.joinVersions(name, keys, add);
  }

  /** The addresses of both IP versions that one full name has, when nothing calls any of them otherwise. */
  private joinVersions(
    name: string,
    keys: ReadonlyMap<HostKey, number>,
    add: (key: HostKey, owner: HostKey, certainty: Join['certainty'], why: string) => void,
  ): void {
    const owners = [...keys.keys()].filter((key) => typeof key === 'number');
    const [owner] = owners;
    if (owner === undefined || owners.length > 1 || keys.size < 2) return;
    if ([...keys.keys()].some((key) => !this.isCalledOnly(key, shortOf(name)))) return;
    for (const [key, frame] of keys) add(key, owner, 'likely', `both are called ${name}, frame ${frame}`);
  }

  /** Does nothing give the address the name of another computer? */
  private isCalledOnly(key: HostKey, name: string): boolean {
    const short = shortOf(name.split('|')[0] ?? '');
    return [...(this.namesOf.get(key)?.keys() ?? [])].every((one) => one === short);
  }
}

function qualified(name: string, domain: string): string {
  return `${shortOf(name)}|${(domain.split('.')[0] ?? '').slice(0, NETBIOS_LEN).toLowerCase()}`;
}

function shortOf(name: string): string {
  return (name.split('.')[0] ?? '').slice(0, NETBIOS_LEN).toLowerCase();
}
