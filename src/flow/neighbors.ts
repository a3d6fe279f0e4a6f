/**
 * Who asked for a neighbour's link address and got no answer: ARP (RFC 826) and IPv6 neighbor discovery
 * (RFC 4861 §7.2). One entry for each pair of asker and neighbour; what others ask is kept as well, since the
 * caller knows whose answers the capture would show.
 */
import { Icmpv6Type } from '../decode/icmp-types.js';
import { Layer } from '../decode/packet.js';
import type { Packet } from '../decode/packet.js';
import type { AddressWords } from './address.js';

/** Pairs of asker and neighbour remembered; questions of further ones are counted in `dropped`. */
export const MAX_NEIGHBOR_PAIRS = 50_000;
/** Pairs of one hash; a capture made to collide must not make a look-up long. */
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

  constructor(limit = MAX_NEIGHBOR_PAIRS) {
    this.limit = limit;
  }

  /** Takes a packet of `Layer.Arp` or `Layer.Neighbor`; allocates only for a new pair. */
  add(p: Packet, sec: number, nsec: number, fileIndex: number, frame: number): void {
    if (p.layers & Layer.Tunnel) return;
    if (p.layers & Layer.Arp) {
      // A probe or an announcement (RFC 5227) asks for nobody else.
      if (p.src0 === 0 || p.src0 === p.dst0) return;
      // Whoever asks is there itself: the other hears that as well as an answer.
      this.answered(4, p.dst0, 0, 0, 0, p.src0, 0, 0, 0);
      if (p.arpOp !== 1) return;
      this.asked(4, p.src0, 0, 0, 0, p.dst0, 0, 0, 0, sec, nsec, fileIndex, frame);
      return;
    }
    const { target0: t0, target1: t1, target2: t2, target3: t3 } = p;
    if (p.icmpType === Icmpv6Type.NeighborAdvertisement) {
      this.answered(6, p.dst0, p.dst1, p.dst2, p.dst3, t0, t1, t2, t3);
      return;
    }
    // Duplicate address detection asks from the unspecified address (RFC 4862 §5.4.2).
    if ((p.src0 | p.src1 | p.src2 | p.src3) === 0) return;
    this.answered(6, t0, t1, t2, t3, p.src0, p.src1, p.src2, p.src3);
    this.asked(6, p.src0, p.src1, p.src2, p.src3, t0, t1, t2, t3, sec, nsec, fileIndex, frame);
  }

  /** All pairs, in the order they were first seen, collisions aside. */
  *[Symbol.iterator](): Iterator<Asked> {
    for (const head of this.pairs.values()) {
      for (let entry: Entry | null = head; entry !== null; entry = entry.next) yield entry;
    }
  }

  private asked(
    version: 4 | 6,
    a0: number,
    a1: number,
    a2: number,
    a3: number,
    t0: number,
    t1: number,
    t2: number,
    t3: number,
    sec: number,
    nsec: number,
    fileIndex: number,
    frame: number,
  ): void {
    let entry = this.find(version, a0, a1, a2, a3, t0, t1, t2, t3);
    if (entry === null) {
      entry = {
        asker: { version, words: [a0, a1, a2, a3] },
        target: { version, words: [t0, t1, t2, t3] },
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
    const time = sec + nsec / 1e9;
    if (entry.unanswered++ === 0) {
      entry.first = time;
      entry.fileIndex = fileIndex;
      entry.frame = frame;
    }
    entry.last = time;
  }

  /** The target of an earlier question was heard by the asker. */
  private answered(
    version: 4 | 6,
    a0: number,
    a1: number,
    a2: number,
    a3: number,
    t0: number,
    t1: number,
    t2: number,
    t3: number,
  ): void {
    const entry = this.find(version, a0, a1, a2, a3, t0, t1, t2, t3);
    if (entry === null) return;
    entry.answers++;
    entry.unanswered = 0;
  }

  private find(
    version: 4 | 6,
    a0: number,
    a1: number,
    a2: number,
    a3: number,
    t0: number,
    t1: number,
    t2: number,
    t3: number,
  ): Entry | null {
    let entry = this.pairs.get(hashOf(a0, a1, a2, a3, t0, t1, t2, t3)) ?? null;
    while (entry !== null) {
      const { asker, target } = entry;
      if (
        asker.version === version &&
        sameWords(asker.words, a0, a1, a2, a3) &&
        sameWords(target.words, t0, t1, t2, t3)
      ) {
        return entry;
      }
      entry = entry.next;
    }
    return null;
  }

  /** False when there is no room. */
  private keep(entry: Entry): boolean {
    if (this.kept >= this.limit) return false;
    const hash = hashOf(...entry.asker.words, ...entry.target.words);
    entry.next = this.pairs.get(hash) ?? null;
    let same = 0;
    for (let other = entry.next; other !== null; other = other.next) same++;
    if (same >= MAX_SAME_HASH) return false;
    this.pairs.set(hash, entry);
    this.kept++;
    return true;
  }
}

function sameWords(words: AddressWords['words'], w0: number, w1: number, w2: number, w3: number): boolean {
  return words[0] === w0 && words[1] === w1 && words[2] === w2 && words[3] === w3;
}

function hashOf(
  a0: number,
  a1: number,
  a2: number,
  a3: number,
  t0: number,
  t1: number,
  t2: number,
  t3: number,
): number {
  let h = 0;
  h = step(h, a0);
  h = step(h, a1);
  h = step(h, a2);
  h = step(h, a3);
  h = step(h, t0);
  h = step(h, t1);
  h = step(h, t2);
  return step(h, t3);
}

function step(h: number, word: number): number {
  const mixed = Math.imul(h ^ word, 0x9e3779b1);
  return mixed ^ (mixed >>> 15);
}
