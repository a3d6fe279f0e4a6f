/**
 * Who asked for a neighbour's link address and got no answer: ARP (RFC 826) and IPv6 neighbor discovery
 * (RFC 4861 §7.2). One entry for each pair of asker and neighbour; what others ask is kept as well, since the
 * caller knows whose answers the capture would show.
 */
import { Icmpv6Type } from '../../decode/packet/icmp-types.js';
import { Layer } from '../../decode/packet/packet.js';
import type { Packet } from '../../decode/packet/packet.js';
import type { AddressWords } from '../record/address.js';
import type { Origin } from '../record/origin.js';

/**
 * Pairs of asker and neighbour (ARP, neighbour discovery) that are remembered.
 * @reached further ones are counted: `neighbors`
 */
export const MAX_NEIGHBOR_PAIRS = 50_000;
/**
 * Pairs of one hash; a capture made to collide must not make a look-up long.
 * @reached further ones are counted: `neighbors`
 */
const MAX_SAME_HASH = 8;

/** What one host asked of one address. Times are of the questions since the last answer. */
export interface Asked {
  readonly asker: AddressWords;
  readonly target: AddressWords;
  /** Questions since the last answer; 0 = the last one was answered. */
  readonly unanswered: number;
  readonly answers: number;
  /** Seconds since 1970 of the first and the last unanswered question. */
  readonly first: number;
  readonly last: number;
  /** Where the first unanswered question is. */
  readonly fileIndex: number;
  readonly frame: number;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

interface Entry extends Mutable<Asked> {
  /** Another pair with the same hash. */
  next: Entry | null;
}

export class Neighbors {
  /** Questions that were not kept because of a limit. */
  dropped = 0;
  private readonly pairs = new Map<number, Entry>();
  /** Pairs that are remembered. */
  readonly limit: number;
  private kept = 0;
  /** Of the packet at hand. */
  private readonly source: Mutable<AddressWords> = { version: 4, words: [0, 0, 0, 0] };
  private readonly target: Mutable<AddressWords> = { version: 4, words: [0, 0, 0, 0] };

  constructor(limit = MAX_NEIGHBOR_PAIRS) {
    this.limit = limit;
  }

  /** Takes a packet of `Layer.Arp` or `Layer.Neighbor`; allocates only for a new pair. */
  add(p: Packet, from: Origin): void {
    if (p.layers & Layer.Tunnel) return;
    const { source, target } = this;
    if (p.layers & Layer.Arp) {
      // A probe or an announcement (RFC 5227) asks for nobody else.
      if (p.src0 === 0 || p.src0 === p.dst0) return;
      put(source, 4, p.src0);
      put(target, 4, p.dst0);
      // Whoever asks is there itself: the other hears that as well as an answer.
      this.answered(target, source);
      if (p.arpOp === 1) this.asked(source, target, from);
      return;
    }
    put(target, 6, p.target0, p.target1, p.target2, p.target3);
    if (p.icmpType === Icmpv6Type.NeighborAdvertisement) {
      put(source, 6, p.dst0, p.dst1, p.dst2, p.dst3);
      this.answered(source, target);
      return;
    }
    // Duplicate address detection asks from the unspecified address (RFC 4862 §5.4.2).
    if ((p.src0 | p.src1 | p.src2 | p.src3) === 0) return;
    put(source, 6, p.src0, p.src1, p.src2, p.src3);
    this.answered(target, source);
    this.asked(source, target, from);
  }

  /** All pairs, in the order they were first seen, collisions aside. */
  *[Symbol.iterator](): Iterator<Asked> {
    for (const head of this.pairs.values()) {
      for (let entry: Entry | null = head; entry !== null; entry = entry.next) yield entry;
    }
  }

  private asked(asker: AddressWords, target: AddressWords, from: Origin): void {
    let entry = this.find(asker, target);
    if (entry === null) {
      entry = {
        asker: { version: asker.version, words: [...asker.words] },
        target: { version: target.version, words: [...target.words] },
        unanswered: 0,
        answers: 0,
        first: 0,
        last: 0,
        fileIndex: 0,
        frame: 0,
        next: null,
      };
      if (!this.keep(entry)) {
        this.dropped++;
        return;
      }
    }
    const time = from.sec + from.nsec / 1e9;
    if (entry.unanswered++ === 0) {
      entry.first = time;
      entry.fileIndex = from.fileIndex;
      entry.frame = from.frame;
    }
    entry.last = time;
  }

  /** The target of an earlier question was heard by the asker. */
  private answered(asker: AddressWords, target: AddressWords): void {
    const entry = this.find(asker, target);
    if (entry === null) return;
    entry.answers++;
    entry.unanswered = 0;
  }

  private find(asker: AddressWords, target: AddressWords): Entry | null {
    let entry = this.pairs.get(hashOf(asker, target)) ?? null;
    while (entry !== null && !(isSame(entry.asker, asker) && isSame(entry.target, target)))
      entry = entry.next;
    return entry;
  }

  /** False when there is no room. */
  private keep(entry: Entry): boolean {
    if (this.kept >= this.limit) return false;
    const hash = hashOf(entry.asker, entry.target);
    entry.next = this.pairs.get(hash) ?? null;
    let same = 0;
    for (let other = entry.next; other !== null; other = other.next) same++;
    if (same >= MAX_SAME_HASH) return false;
    this.pairs.set(hash, entry);
    this.kept++;
    return true;
  }
}

function put(address: Mutable<AddressWords>, version: 4 | 6, w0: number, w1 = 0, w2 = 0, w3 = 0): void {
  address.version = version;
  const words = address.words as [number, number, number, number];
  words[0] = w0;
  words[1] = w1;
  words[2] = w2;
  words[3] = w3;
}

function isSame({ version, words: a }: AddressWords, { version: other, words: b }: AddressWords): boolean {
  return version === other && a[0] === b[0] && a[1] === b[1] && a[2] === b[2] && a[3] === b[3];
}

function hashOf({ words: a }: AddressWords, { words: b }: AddressWords): number {
  const asker = step(step(step(step(0, a[0]), a[1]), a[2]), a[3]);
  return step(step(step(step(asker, b[0]), b[1]), b[2]), b[3]);
}

function step(h: number, word: number): number {
  const mixed = Math.imul(h ^ word, 0x9e3779b1);
  return mixed ^ (mixed >>> 15);
}
