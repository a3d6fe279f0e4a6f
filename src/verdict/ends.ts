/**
 * The hosts of all flows as small numbers, in the order in which they occur, and with them the two ends of every flow.
 * What is asked of a host flow by flow is thereby a look into an array, and IPv6 costs no more than IPv4.
 *
 *   slots: | number + 1 | ...         power of two, linear probing
 *   words: | word 0 | 1 | 2 | 3 | ... one address after the other; an IPv4 address is in word 0
 */
import { randomBytes } from 'node:crypto';
import { ipv6Text, parseAddress } from '../flow/address.js';
import type { Flow } from '../flow/flow.js';
import type { HostKey } from './server.js';

const FIRST_HOSTS = 1 << 10;
const SLOTS_PER_HOST = 2;
const WORDS = 4;
/** Another one in each process, so that nobody can make a capture whose hosts all have one hash. */
const SEED = randomBytes(4).readInt32LE();

export class Ends {
  /** Hosts are numbered 0 .. count-1. */
  count = 0;
  /** The number of the originator and of the responder, by flow id; of flows that are in use. */
  readonly orig: Uint32Array;
  readonly resp: Uint32Array;
  private words = new Int32Array(FIRST_HOSTS * WORDS);
  private versions = new Uint8Array(FIRST_HOSTS);
  private slots = new Int32Array(FIRST_HOSTS * SLOTS_PER_HOST);

  /** @param flows ids that there are */
  constructor(flows: number) {
    this.orig = new Uint32Array(flows);
    this.resp = new Uint32Array(flows);
  }

  /** Notes the two ends of the flow. */
  take(flow: Flow): void {
    this.orig[flow.id] = this.add(flow, 0);
    this.resp[flow.id] = this.add(flow, 1);
  }

  /** The number of the host at one end of a flow, one of a later table too; -1 = it has none. */
  at(flow: Flow, side: number): number {
    const { version } = flow;
    const w0 = flow.addressWord(side, 0);
    if (version === 4) return this.slots[this.slotOf(4, w0, 0, 0, 0)]! - 1;
    const [, w1, w2, w3] = flow.addressWords(side);
    return this.slots[this.slotOf(6, w0, w1, w2, w3)]! - 1;
  }

  /** The number of a host, -1 = it is an end of no flow. */
  numberOf(key: HostKey): number {
    if (typeof key === 'number') return this.slots[this.slotOf(4, key, 0, 0, 0)]! - 1;
    const address = parseAddress(key);
    if (address === null) return -1;
    return this.slots[this.slotOf(address.version, ...address.words)]! - 1;
  }

  keyOf(number: number): HostKey {
    const { words } = this;
    const at = number * WORDS;
    if (this.versions[number] === 4) return words[at]!;
    return ipv6Text(words[at]!, words[at + 1]!, words[at + 2]!, words[at + 3]!);
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
    if (flow.version === 4) return this.number(4, w0, 0, 0, 0);
    return this.number(
      6,
      w0,
      flow.addressWord(side, 1),
      flow.addressWord(side, 2),
      flow.addressWord(side, 3),
    );
  }

  private number(version: number, w0: number, w1: number, w2: number, w3: number): number {
    const slot = this.slotOf(version, w0, w1, w2, w3);
    const known = this.slots[slot]!;
    if (known !== 0) return known - 1;
    const number = this.count++;
    this.slots[slot] = number + 1;
    this.versions[number] = version;
    const { words } = this;
    const at = number * WORDS;
    words[at] = w0;
    words[at + 1] = w1;
    words[at + 2] = w2;
    words[at + 3] = w3;
    if (this.count === this.versions.length) this.grow();
    return number;
  }

  /** The slot of the address: its own, or the empty one where it would go. */
  private slotOf(version: number, w0: number, w1: number, w2: number, w3: number): number {
    const { slots, words, versions } = this;
    const mask = slots.length - 1;
    let slot = hashOf(version, w0, w1, w2, w3) & mask;
    for (;;) {
      const number = slots[slot]! - 1;
      if (number < 0) return slot;
      const at = number * WORDS;
      if (
        words[at] === w0 &&
        words[at + 1] === w1 &&
        words[at + 2] === w2 &&
        words[at + 3] === w3 &&
        versions[number] === version
      ) {
        return slot;
      }
      slot = (slot + 1) & mask;
    }
  }

  private grow(): void {
    const hosts = this.versions.length * 2;
    const words = new Int32Array(hosts * WORDS);
    words.set(this.words);
    this.words = words;
    const versions = new Uint8Array(hosts);
    versions.set(this.versions);
    this.versions = versions;
    this.slots = new Int32Array(hosts * SLOTS_PER_HOST);
    for (let number = 0; number < this.count; number++) {
      const at = number * WORDS;
      const slot = this.slotOf(versions[number]!, words[at]!, words[at + 1]!, words[at + 2]!, words[at + 3]!);
      this.slots[slot] = number + 1;
    }
  }
}

function hashOf(version: number, w0: number, w1: number, w2: number, w3: number): number {
  let h = mix(SEED, w0);
  if (version === 6) h = mix(mix(mix(h, w1), w2), w3);
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  return h ^ (h >>> 13);
}

/** A step of MurmurHash3. */
function mix(h: number, word: number): number {
  const k = Math.imul(word, 0xcc9e2d51);
  const mixed = h ^ Math.imul((k << 15) | (k >>> 17), 0x1b873593);
  return (Math.imul((mixed << 13) | (mixed >>> 19), 5) + 0xe6546b64) | 0;
}
