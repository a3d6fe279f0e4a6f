/**
 * The few packets of a flow that explain a failure: SYN repeats, repeated SYN-ACKs, RSTs, ICMP errors and drops,
 * and what made it stall, kept as a linked list per flow in typed-array columns. Healthy flows have none.
 *
 *   note:  | next | kind 8, side 8, ttl 8, no ip id 1 | file | frame | sec | nsec | detail | ip id, window | sender 4 words | gateway 4 words |
 *   stall: | next | kind 8, side 8                    | file | frame | sec | nsec | count  | pause | mark | last sec | last nsec | longest ms |
 */
import type { Origin } from '../record/origin.js';

const WORDS = 16;
/** Bit of the second word: the packet had no IP identification (IPv6). */
const NO_IP_ID = 1 << 24;
const FIRST_CAPACITY = 1024;
/**
 * Repeats, resets and ICMP errors that are noted of one flow.
 * @reached further ones are counted: `notes_per_flow`
 */
export const MAX_NOTES_PER_FLOW = 12;
/**
 * Notes kept at the same time.
 * @reached further ones are counted: `notes`
 */
export const MAX_NOTES = 1_000_000;

export const NoteKind = { Syn: 1, SynAck: 2, Rst: 3, Icmp: 4, Dropped: 5 } as const;
export type NoteKind = (typeof NoteKind)[keyof typeof NoteKind];

/** Kinds of stalls, beside those of notes. */
export const StallKind = {
  /** The side asked again and again, by repeating data or by keep-alives, and the other sent nothing. */
  Unanswered: 6,
  /** The side let the other send nothing: window 0 in packet after packet. */
  ZeroWindow: 7,
} as const;
export type StallKind = (typeof StallKind)[keyof typeof StallKind];

/** The sender of a note that is no ICMP message. */
export const NO_SENDER: readonly [number, number, number, number] = [0, 0, 0, 0];

/** The last stretch of a stall, unpacked. */
export interface Stall {
  /** The first packet of the stretch. */
  readonly fileIndex: number;
  readonly frame: number;
  readonly sec: number;
  readonly nsec: number;
  /** Packets of the stretch. */
  readonly count: number;
  /** Seconds from its first to its last packet, and of the longest stretch. */
  readonly duration: number;
  readonly longest: number;
  /** Whole seconds of the longest pause of the flow when the stretch began. */
  readonly pause: number;
  /** Unanswered: bytes of IP of its first packet. */
  readonly size: number;
  /** Unanswered: packets that the other side had sent. ZeroWindow: packets of the side, this one included. */
  readonly mark: number;
}

/** One noted packet, unpacked for a report. */
export interface Note {
  readonly kind: NoteKind;
  /** 0 originator, 1 responder, 2 somebody else (ICMP). */
  readonly side: number;
  readonly ttl: number;
  readonly fileIndex: number;
  readonly frame: number;
  readonly sec: number;
  readonly nsec: number;
  /** ICMP: type << 8 | code. Dropped: Windows' drop reason, 0 = the capturing system told none. */
  readonly icmp: number;
  /** TCP: IP identification (-1 for IPv6) and window. ICMP: the next-hop MTU in its place, 0 = none told. */
  readonly ipId: number;
  readonly window: number;
  /** ICMP: address words of the sender. Dropped with a reason: drop location, component, `Direction`, 1. */
  readonly sender: readonly [number, number, number, number];
  /** ICMP redirect: address words of the gateway that it names. Absent = zeros. */
  readonly gateway?: readonly [number, number, number, number];
}

const NO_STALL: Note = {
  kind: NoteKind.Syn,
  side: 0,
  ttl: 0,
  fileIndex: 0,
  frame: 0,
  sec: 0,
  nsec: 0,
  icmp: 0,
  ipId: 0,
  window: 0,
  sender: [0, 0, 0, 0],
};

/** A packet that stalls a flow; one object is reused. */
export interface StalledPacket {
  kind: StallKind;
  side: number;
  /** As in `Stall`; another than expected begins a new stretch. */
  mark: number;
  /** The mark of the packet before, when this one continues its stretch. */
  expected: number;
  /** The flow's longest pause so far, seconds. */
  pause: number;
  /** Bytes of IP. */
  size: number;
}

export class FlowEventLog {
  private words = new Int32Array(FIRST_CAPACITY * WORDS);
  private used = 0;
  /** Head of the list of notes that were freed, 0 = none. */
  private free = 0;
  private freed = 0;
  /** Notes that were not kept because of MAX_NOTES. */
  dropped = 0;
  /** ... because their flow has MAX_NOTES_PER_FLOW of them. */
  droppedOfFlows = 0;
  private readonly limit: number;

  /** @param limit notes kept at the same time */
  constructor(limit = MAX_NOTES) {
    this.limit = limit;
  }

  /** Appends to the list that starts at `head` (0 = empty); returns the new head. */
  add(head: number, note: Note): number {
    let length = 0;
    let tail = 0;
    for (let i = head; i !== 0; i = this.words[(i - 1) * WORDS]!) {
      tail = i;
      length++;
    }
    if (length >= MAX_NOTES_PER_FLOW) {
      this.droppedOfFlows++;
      return head;
    }
    if (this.free === 0 && this.used >= this.limit) {
      this.dropped++;
      return head;
    }
    const number = this.take();
    const at = (number - 1) * WORDS;
    this.words[at] = 0;
    this.words[at + 1] = note.kind | (note.side << 8) | (note.ttl << 16) | (note.ipId < 0 ? NO_IP_ID : 0);
    this.words[at + 2] = note.fileIndex;
    this.words[at + 3] = note.frame;
    this.words[at + 4] = note.sec;
    this.words[at + 5] = note.nsec;
    this.words[at + 6] = note.icmp;
    this.words[at + 7] = (note.ipId & 0xffff) | (note.window << 16);
    this.words.set(note.sender, at + 8);
    this.words.set(note.gateway ?? NO_SENDER, at + 12);
    if (tail === 0) return number;
    this.words[(tail - 1) * WORDS] = number;
    return head;
  }

  /** Counts a packet on the flow's stall of that kind and side, making it when there is none; returns the new head. */
  stalled(head: number, packet: StalledPacket, from: Origin): number {
    const { kind, side } = packet;
    const { sec, nsec } = from;
    let number = this.findStall(head, kind, side);
    let first = head;
    if (number === 0) {
      first = this.add(head, { ...NO_STALL, kind: kind as number as NoteKind, side });
      number = this.findStall(first, kind, side);
      if (number === 0) return first;
    }
    const w = this.words;
    const at = (number - 1) * WORDS;
    if (w[at + 6] === 0 || w[at + 8] !== packet.expected) {
      w[at + 2] = from.fileIndex;
      w[at + 3] = from.frame;
      w[at + 4] = sec;
      w[at + 5] = nsec;
      w[at + 6] = 0;
      w[at + 7] = packet.pause | (Math.min(packet.size, 0xffff) << 16);
    }
    w[at + 6] = w[at + 6]! + 1;
    w[at + 8] = packet.mark;
    w[at + 9] = sec;
    w[at + 10] = nsec;
    const ms = (sec - (w[at + 4]! >>> 0)) * 1000 + (nsec - w[at + 5]!) / 1e6;
    w[at + 11] = Math.max(w[at + 11]!, Math.min(ms, 0x7fffffff));
    return first;
  }

  private findStall(head: number, kind: StallKind, side: number): number {
    for (let i = head; i !== 0; i = this.words[(i - 1) * WORDS]!) {
      if ((this.words[(i - 1) * WORDS + 1]! & 0xffff) === (kind | (side << 8))) return i;
    }
    return 0;
  }

  /** The stall of that kind and side of one flow, or null. */
  stall(head: number, kind: StallKind, side: number): Stall | null {
    const number = this.findStall(head, kind, side);
    if (number === 0) return null;
    const at = (number - 1) * WORDS;
    const w = (k: number): number => this.words[at + k]!;
    return {
      fileIndex: w(2),
      frame: w(3) >>> 0,
      sec: w(4) >>> 0,
      nsec: w(5) >>> 0,
      count: w(6),
      duration: (w(9) >>> 0) - (w(4) >>> 0) + (w(10) - w(5)) / 1e9,
      longest: w(11) / 1000,
      pause: w(7) & 0xffff,
      size: w(7) >>> 16,
      mark: w(8) >>> 0,
    };
  }

  /** The flow's roles were turned round: what the one end sent was the other's. */
  turn(head: number): void {
    for (let i = head; i !== 0; i = this.words[(i - 1) * WORDS]!) {
      const at = (i - 1) * WORDS + 1;
      const side = (this.words[at]! >>> 8) & 0xff;
      if (side <= 1) this.words[at] = this.words[at]! ^ (1 << 8);
    }
  }

  /** Notes kept now. */
  get count(): number {
    return this.used - this.freed;
  }

  /** Gives back the notes of a flow that is gone. */
  release(head: number): void {
    for (let i = head; i !== 0;) {
      const next = this.words[(i - 1) * WORDS]!;
      this.words[(i - 1) * WORDS] = this.free;
      this.free = i;
      this.freed++;
      i = next;
    }
  }

  /** The number of an unused note, counted from 1. */
  private take(): number {
    if (this.free !== 0) {
      const number = this.free;
      this.free = this.words[(number - 1) * WORDS]!;
      this.freed--;
      return number;
    }
    if ((this.used + 1) * WORDS > this.words.length) {
      const larger = new Int32Array(this.words.length * 2);
      larger.set(this.words);
      this.words = larger;
    }
    return ++this.used;
  }

  /** The notes of one flow in the order they came. */
  list(head: number): Note[] {
    const notes: Note[] = [];
    for (let i = head; i !== 0; i = this.words[(i - 1) * WORDS]!) {
      const at = (i - 1) * WORDS;
      const w = (k: number): number => this.words[at + k]!;
      const kind = (w(1) & 0xff) as NoteKind;
      if (kind > NoteKind.Dropped) continue;
      notes.push({
        kind,
        side: (w(1) >>> 8) & 0xff,
        ttl: (w(1) >>> 16) & 0xff,
        fileIndex: w(2),
        frame: w(3) >>> 0,
        sec: w(4) >>> 0,
        nsec: w(5) >>> 0,
        icmp: w(6),
        ipId: w(1) & NO_IP_ID ? -1 : w(7) & 0xffff,
        window: w(7) >>> 16,
        sender: [w(8), w(9), w(10), w(11)],
        gateway: [w(12), w(13), w(14), w(15)],
      });
    }
    return notes;
  }
}
