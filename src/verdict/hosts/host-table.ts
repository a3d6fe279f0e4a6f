/**
 * The five-tuples of all flows in columns, with the hosts as small numbers in the order in which they occur. What is
 * asked of a host flow by flow is thereby a look into an array, IPv6 costs no more than IPv4, and who needs no more
 * of a flow than its ends leaves its record alone, which is twenty times as large.
 *
 *   slots: | number + 1 | ...              power of two, linear probing
 *   first: | word 0 of the address | ...   all of an IPv4 address
 *   rest:  | word 1 | 2 | 3 | ...          IPv6; empty as long as there is none
 */
import { castOf, ipv6Text, parseAddress } from '../../flow/record/address.js';
import type { Cast } from '../../flow/record/address.js';
import type { Flow } from '../../flow/flow.js';
import { finish, mix, seeded } from '../../flow/record/hash.js';
import type { HostKey } from '../words/host-key.js';

/** Unicast is 0. */
export const CASTS: readonly Cast[] = ['unicast', 'broadcast', 'multicast'];

const FIRST_HOSTS = 1 << 10;
const SLOTS_PER_HOST = 2;
const REST = 3;
/** Ports that there are. */
const PORTS = 65536;

/** A port of the host with this number, as one number. */
export function portOf(host: number, port: number): number {
  return host * PORTS + port;
}

export class HostTable {
  /** Hosts are numbered 0 .. count-1. */
  count = 0;
  /** The number of the originator and of the responder, by flow id; of flows that are in use. */
  readonly orig: Uint32Array;
  readonly resp: Uint32Array;
  /** The port of the originator x 65,536 + that of the responder, as `Flow.port` has them. */
  readonly ports: Uint32Array;
  /** The IP protocol; 0 = the record holds no flow. */
  readonly protocols: Uint8Array;
  private first = new Int32Array(FIRST_HOSTS);
  private rest = new Int32Array(0);
  private isIpv6 = new Uint8Array(FIRST_HOSTS);
  private slots = new Int32Array(FIRST_HOSTS * SLOTS_PER_HOST);

  /** @param flows ids that there are */
  constructor(flows: number) {
    this.orig = new Uint32Array(flows);
    this.resp = new Uint32Array(flows);
    this.ports = new Uint32Array(flows);
    this.protocols = new Uint8Array(flows);
  }

  /** Notes a flow. */
  take(flow: Flow): void {
    const { id } = flow;
    this.orig[id] = this.add(flow, 0);
    this.resp[id] = this.add(flow, 1);
    this.ports[id] = ((flow.port(0) << 16) | flow.port(1)) >>> 0;
    this.protocols[id] = flow.protocol;
  }

  /** The number of a host, -1 = it is an end of no flow. */
  numberOf(key: HostKey): number {
    if (typeof key === 'number') return this.slots[this.slotOf(key)]! - 1;
    const address = parseAddress(key);
    if (address === null) return -1;
    const { version, words } = address;
    return this.slots[version === 4 ? this.slotOf(words[0]) : this.slotOf6(...words)]! - 1;
  }

  keyOf(number: number): HostKey {
    const { first, rest } = this;
    if (this.isIpv6[number] === 0) return first[number]!;
    const at = number * REST;
    return ipv6Text(first[number]!, rest[at]!, rest[at + 1]!, rest[at + 2]!);
  }

  /** How each host is addressed, by number: its place in CASTS. */
  casts(): Uint8Array {
    const casts = new Uint8Array(this.count);
    for (let number = 0; number < this.count; number++) {
      casts[number] = CASTS.indexOf(castOf(this.isIpv6[number] === 1 ? 6 : 4, this.first[number]!));
    }
    return casts;
  }

  /** 1 for each of these hosts, by number. */
  mark(keys: Iterable<HostKey>): Uint8Array {
    const marks = new Uint8Array(this.count);
    for (const key of keys) {
      const number = this.numberOf(key);
      if (number >= 0) marks[number] = 1;
    }
    return marks;
  }

  private add(flow: Flow, side: number): number {
    const w0 = flow.addressWord(side, 0);
    if (flow.version === 6) return this.add6(flow, side, w0);
    const slot = this.slotOf(w0);
    const known = this.slots[slot]!;
    return known !== 0 ? known - 1 : this.begin(slot, w0);
  }

  private add6(flow: Flow, side: number, w0: number): number {
    const w1 = flow.addressWord(side, 1);
    const w2 = flow.addressWord(side, 2);
    const w3 = flow.addressWord(side, 3);
    const slot = this.slotOf6(w0, w1, w2, w3);
    const known = this.slots[slot]!;
    if (known !== 0) return known - 1;
    if (this.rest.length === 0) this.rest = new Int32Array(this.first.length * REST);
    const at = this.count * REST;
    this.rest[at] = w1;
    this.rest[at + 1] = w2;
    this.rest[at + 2] = w3;
    this.isIpv6[this.count] = 1;
    return this.begin(slot, w0);
  }

  private begin(slot: number, w0: number): number {
    const number = this.count++;
    this.slots[slot] = number + 1;
    this.first[number] = w0;
    if (this.count === this.first.length) this.grow();
    return number;
  }

  /** The slot of an IPv4 address: its own, or the empty one where it would go. */
  private slotOf(w0: number): number {
    const { slots, first, isIpv6 } = this;
    const mask = slots.length - 1;
    let slot = finish(mix(seeded(0), w0)) & mask;
    for (;;) {
      const number = slots[slot]! - 1;
      if (number < 0 || (first[number] === w0 && isIpv6[number] === 0)) return slot;
      slot = (slot + 1) & mask;
    }
  }

  private slotOf6(w0: number, w1: number, w2: number, w3: number): number {
    const { slots, first, rest, isIpv6 } = this;
    const mask = slots.length - 1;
    let slot = finish(mix(mix(mix(mix(seeded(0), w0), w1), w2), w3)) & mask;
    for (;;) {
      const number = slots[slot]! - 1;
      if (number < 0) return slot;
      const at = number * REST;
      if (
        first[number] === w0 &&
        isIpv6[number] === 1 &&
        rest[at] === w1 &&
        rest[at + 1] === w2 &&
        rest[at + 2] === w3
      ) {
        return slot;
      }
      slot = (slot + 1) & mask;
    }
  }

  private grow(): void {
    const hosts = this.first.length * 2;
    const first = new Int32Array(hosts);
    first.set(this.first);
    this.first = first;
    const isIpv6 = new Uint8Array(hosts);
    isIpv6.set(this.isIpv6);
    this.isIpv6 = isIpv6;
    if (this.rest.length > 0) {
      const rest = new Int32Array(hosts * REST);
      rest.set(this.rest);
      this.rest = rest;
    }
    this.slots = new Int32Array(hosts * SLOTS_PER_HOST);
    for (let number = 0; number < this.count; number++) this.place(number);
  }

  private place(number: number): void {
    const { first, rest } = this;
    const at = number * REST;
    const slot =
      this.isIpv6[number] === 0
        ? this.slotOf(first[number]!)
        : this.slotOf6(first[number]!, rest[at]!, rest[at + 1]!, rest[at + 2]!);
    this.slots[slot] = number + 1;
  }
}
