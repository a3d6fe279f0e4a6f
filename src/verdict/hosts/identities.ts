/**
 * Which addresses are one computer. Only what a computer says of itself, a name in full of two IP versions, or the user's
 * list joins two addresses; a short name or a link address alone never does. Every join keeps its proof; what contradicts
 * is kept too and joins nothing. It is remembered while monitoring, for the flows that proved it leave.
 */
import { parseAddress } from '../../flow/record/address.js';
import { Flow } from '../../flow/flow.js';
import { isInitialTtl } from '../../flow/hops.js';
import type { FlowTable } from '../../flow/table.js';
import type { Facts, NtlmFacts } from '../../recognise/facts/facts.js';
import { hostKey, hostKeyOf } from '../words/host-key.js';
import type { HostKey } from '../words/host-key.js';

/**
 * Addresses that are joined to computers by their names and owners.
 * @reached further ones stand for themselves and are counted: `identities`
 */
export const MAX_IDENTIFIED = 20_000;
const MAX_EACH = 16;
const NETBIOS_LEN = 15;

/** By key, what was said of it and in which frame first. */
type Claims<K, V> = Map<K, Map<V, number>>;

/** What shows that two addresses are one computer; names are raw, frames are those that show it first. */
export type IdentityProof =
  | { readonly code: 'lists_address'; readonly frame: number }
  | {
      /** It logs on by the computer's account, or introduces itself by its name; the other has that name. */
      readonly code: 'own_account' | 'own_name';
      readonly name: string;
      readonly domain: string;
      readonly frame: number;
      readonly otherFrame: number;
    }
  | {
      /** Both introduce themselves by one full name where they are called (NTLM challenge). */
      readonly code: 'same_introduction';
      readonly name: string;
      readonly frame: number;
      readonly otherFrame: number;
    }
  | { readonly code: 'full_name'; readonly name: string; readonly frame: number }
  | {
      readonly code: 'card_and_name';
      readonly name: string;
      readonly card: string;
      readonly frame: number;
      readonly otherFrame: number;
    }
  | { readonly code: 'list'; readonly name: string };

/** One address that belongs to the computer with another. */
export interface Join {
  readonly owner: HostKey;
  /** `certain`: the computer lists it, or logged on by its own account; `likely`: a name that is nobody else's. */
  readonly certainty: 'certain' | 'likely';
  readonly proof: IdentityProof;
}

/** @param key becomes an address of the computer with the address `owner`, if nothing contradicts */
type Add = (key: HostKey, owner: HostKey, certainty: Join['certainty'], proof: IdentityProof) => void;

/** An address that the user's list has under the same name as another. */
export interface ListedAddress {
  readonly key: HostKey;
  readonly owner: HostKey;
  readonly name: string;
}

export class Identities {
  /** What was not remembered because of a limit. */
  dropped = 0;
  private joins = new Map<HostKey, Join>();
  /** By owner: all its addresses; made when it is asked for. */
  private addresses: Map<HostKey, HostKey[]> | null = null;
  /** NetBIOS name and domain by which an originator introduced itself; those of a responder, and who has them. */
  private readonly stations: Claims<HostKey, string> = new Map();
  private readonly own: Claims<HostKey, string> = new Map();
  private readonly owners: Claims<string, HostKey> = new Map();
  /** Full names by which responders introduced themselves. */
  private readonly introduced: Claims<string, HostKey> = new Map();
  /** Stations that logged on by the account of the computer itself. */
  private readonly accounts = new Set<string>();
  /** Addresses that computers list as theirs in DCOM answers. */
  private readonly listed: Claims<HostKey, HostKey> = new Map();
  private readonly fullNames: Claims<string, HostKey> = new Map();
  private readonly namesOf: Claims<HostKey, string> = new Map();
  /** Network cards of the own segment: what is called how behind them; and their link addresses as text. */
  private readonly cards: Claims<number, string> = new Map();
  private readonly onCard: Claims<string, HostKey> = new Map();
  private readonly cardTexts = new Map<number, string>();
  private list: readonly ListedAddress[] = [];
  private server: ReadonlySet<HostKey> = new Set();

  /** Takes in what the payload shows now. @param server addresses that are nobody else's */
  learn(table: FlowTable, facts: Facts, server: ReadonlySet<HostKey>): void {
    const flow = new Flow(table);
    for (const one of facts.ntlm.items)
      if (one.flow >= 0 && flow.move(one.flow).inUse) this.takeNtlm(table, flow, one);
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
    this.server = server;
    this.join();
  }

  /** What the user's list says, instead of what it said before. */
  takeList(list: readonly ListedAddress[]): void {
    this.list = list;
    this.join();
  }

  /** The address under which a computer is judged. */
  of(key: HostKey): HostKey {
    return this.joins.get(key)?.owner ?? key;
  }

  /** All addresses of the computer that is judged under `owner`. */
  addressesOf(owner: HostKey): readonly HostKey[] {
    if (this.addresses === null) {
      this.addresses = new Map();
      for (const [key, { owner: of }] of this.joins) {
        const known = this.addresses.get(of);
        if (known === undefined) this.addresses.set(of, [of, key]);
        else known.push(key);
      }
    }
    return this.addresses.get(owner) ?? [owner];
  }

  /** By owner: its further addresses. */
  *[Symbol.iterator](): Generator<readonly [HostKey, Join]> {
    yield* this.joins;
  }

  /** Names of several computers that introduced themselves from this one address; fewer than two = none did. */
  namesBehind(key: HostKey): readonly string[] {
    return [...(this.stations.get(key)?.keys() ?? [])].map((name) => name.split('|')[0]!.toUpperCase());
  }

  private takeNtlm(table: FlowTable, flow: Flow, one: NtlmFacts): void {
    const { user, domain, workstation, serverDns, serverNetbios, frame } = one;
    this.takeCard(table, flow, 0, workstation, frame);
    this.takeCard(table, flow, 1, serverNetbios === '' ? serverDns : serverNetbios, frame);
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
    this.note(this.introduced, serverDns.toLowerCase(), hostKey(flow, 1), frame);
  }

  /** Behind a network card of the own segment, which no router has: who calls himself how. */
  private takeCard(table: FlowTable, flow: Flow, side: 0 | 1, name: string, frame: number): void {
    const card = flow.link(side);
    if (name === '' || card === 0 || !isInitialTtl(flow.ttl(side))) return;
    const called = shortOf(name);
    this.note(this.cards, card, called, frame);
    this.note(this.onCard, `${card} ${called}`, hostKey(flow, side), frame);
    if (!this.cardTexts.has(card) && this.cards.has(card)) this.cardTexts.set(card, table.links.text(card));
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

  private join(): void {
    this.joins = new Map();
    this.addresses = null;
    const { server } = this;
    const owning = new Set<HostKey>();
    const add: Add = (key, owner, certainty, proof) => {
      if (key === owner || server.has(key) || server.has(owner) || this.joins.has(key)) return;
      // One step: an owner is nobody else's, and who owns is not owned.
      if (this.joins.has(owner) || owning.has(key)) return;
      if (proof.code !== 'list' && !(this.isRemembered(key) && this.isRemembered(owner))) return;
      owning.add(owner);
      this.joins.set(key, { owner, certainty, proof });
    };
    for (const [key, by] of this.listed) {
      const [[owner, frame] = [key, 0]] = by;
      if (by.size !== 1 || this.own.has(key)) continue;
      add(key, owner, 'certain', { code: 'lists_address', frame });
    }
    for (const [name, keys] of this.introduced) this.joinIntroduced(name, keys, add);
    this.joinStations(add);
    for (const [name, keys] of this.fullNames) this.joinVersions(name, keys, add);
    for (const [card, names] of this.cards)
      if (names.size === 1) this.joinCard(card, [...names.keys()][0]!, add);
    for (const { key, owner, name } of this.list) add(key, owner, 'likely', { code: 'list', name });
  }

  /** False = a name that contradicts may have been left out because of the limit. */
  private isRemembered(key: HostKey): boolean {
    return [this.namesOf, this.own].every((claims) => claims.size < MAX_IDENTIFIED || claims.has(key));
  }

  private joinStations(add: Add): void {
    for (const [key, names] of this.stations) {
      const [[name, frame] = ['', 0]] = names;
      const owners = this.ownersOf(name);
      if (names.size !== 1 || owners.length !== 1 || this.own.has(key) || !this.isCalledOnly(key, name))
        continue;
      const [[owner, otherFrame] = [key, 0]] = owners;
      const [short = '', domain = ''] = name.toUpperCase().split('|');
      const isAccount = this.accounts.has(name);
      const code = isAccount ? 'own_account' : 'own_name';
      add(key, owner, isAccount ? 'certain' : 'likely', { code, name: short, domain, frame, otherFrame });
    }
  }

  /** Computers that have the name, and in which frame they said so. */
  private ownersOf(name: string): readonly (readonly [HostKey, number])[] {
    return [...(this.owners.get(name) ?? [])].filter(([key]) => !this.joins.has(key));
  }

  /** A domain gives a full name to one computer only. */
  private joinIntroduced(name: string, keys: ReadonlyMap<HostKey, number>, add: Add): void {
    if (keys.size < 2 || keys.size >= MAX_EACH) return;
    const [owner, otherFrame] = [...keys].find(([key]) => typeof key === 'number') ?? [...keys][0]!;
    if (!this.introducesItselfOnly(owner, name)) return;
    for (const [key, frame] of keys) {
      if (!this.introducesItselfOnly(key, name)) continue;
      add(key, owner, 'likely', { code: 'same_introduction', name, frame, otherFrame });
    }
  }

  private introducesItselfOnly(key: HostKey, name: string): boolean {
    return this.own.get(key)?.size === 1 && this.isCalledOnly(key, name);
  }

  /** Addresses of one card that call themselves alike, when nothing behind it is called otherwise. */
  private joinCard(number: number, name: string, add: Add): void {
    const keys = [...(this.onCard.get(`${number} ${name}`) ?? [])];
    if (keys.length < 2 || keys.length >= MAX_EACH) return;
    const [owner, otherFrame] = keys.find(([key]) => typeof key === 'number') ?? keys[0]!;
    const card = this.cardTexts.get(number) ?? '';
    for (const [key, frame] of keys) {
      if (key === owner || this.isCalledApart(key, owner)) continue;
      add(key, owner, 'likely', { code: 'card_and_name', name: name.toUpperCase(), card, frame, otherFrame });
    }
  }

  /** Has each of two addresses a name that the other has not? */
  private isCalledApart(one: HostKey, other: HostKey): boolean {
    const [mine, theirs] = [one, other].map((key) => new Set(this.namesOf.get(key)?.keys() ?? []));
    return [...mine!].some((name) => !theirs!.has(name)) && [...theirs!].some((name) => !mine!.has(name));
  }

  /** The addresses of both IP versions that one full name has, when nothing calls any of them otherwise. */
  private joinVersions(name: string, keys: ReadonlyMap<HostKey, number>, add: Add): void {
    const owners = [...keys.keys()].filter((key) => typeof key === 'number');
    const [owner] = owners;
    if (owner === undefined || owners.length > 1 || keys.size < 2) return;
    if ([...keys.keys()].some((key) => !this.isCalledOnly(key, shortOf(name)))) return;
    for (const [key, frame] of keys) add(key, owner, 'likely', { code: 'full_name', name, frame });
  }

  /** Does nothing give the address the name of another computer? */
  isCalledOnly(key: HostKey, name: string): boolean {
    const short = shortOf(name.split('|')[0]!);
    return [...(this.namesOf.get(key)?.keys() ?? [])].every((one) => one === short);
  }
}

function qualified(name: string, domain: string): string {
  return `${shortOf(name)}|${domain.split('.')[0]!.slice(0, NETBIOS_LEN).toLowerCase()}`;
}

function shortOf(name: string): string {
  return name.split('.')[0]!.slice(0, NETBIOS_LEN).toLowerCase();
}
