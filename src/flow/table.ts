/**
 * The flow table: counts packets on flows. Records stand in slabs, the index leads from a five-tuple to its record.
 *
 * A five-tuple that starts anew (a SYN after a close, or silence beyond the idle timeout) gets a new record
 * and takes over the index entry; the old record stays to be reported.
 */
import { IcmpType, Icmpv6Type } from '../decode/packet/icmp-types.js';
import { Layer, TcpFlag, Packet } from '../decode/packet/packet.js';
import { NO_SENDER, NoteKind, FlowEventLog } from './tcp/attempts.js';
import type { Note } from './tcp/attempts.js';
import { applySegment, SegmentEvent } from './tcp/endpoint.js';
import { addOnce, Letter, HistoryBit } from './record/history.js';
import { setDirection } from './direction.js';
import { chooseVictim } from './eviction.js';
import type { Origin } from './record/origin.js';
import { keepPause, SegmentNotes } from './tcp/segment-notes.js';
import { startsAnew } from './tcp/restart.js';
import { isPassedOver, passOver, stopPassing } from './tcp/passing.js';
import { LinkAddresses } from './record/link-addresses.js';
import { FlowIndex } from './record/flow-index.js';
import { FlowKey, keyOf, keyOfQuoted, writeKey } from './record/key.js';
import { Field, fileOf, FlowFlag, frameOf, frameRef, Records, RECORD_WORDS } from './record/record.js';
import type { FlowId, Slab } from './record/record.js';
import { LossTimes } from './vantage/loss-times.js';
import { turnRecord } from './tcp/turn.js';

/**
 * Flows kept in memory by `analyze`.
 * @reached the least recently used of a few gives way, unanswered ones first; counted: `flows`
 * @option --max-flows
 */
export const DEFAULT_MAX_FLOWS = 4_000_000;

/**
 * Reports of drops kept of one flow.
 * @reached further ones are counted only
 */
export const MAX_DROP_NOTES = 4;

/** What Windows reports of a packet that it dropped. */
export interface DropReport {
  /** PktMonDropReason and PktMonDropLocation. */
  readonly reason: number;
  readonly location: number;
  readonly component: number;
  /** `Direction` of the packet as the component saw it. */
  readonly direction: number;
}

export interface FlowTableOptions {
  readonly maxFlows?: number;
  /** 65,536 entries of `PortBit`: ports that a responder is likely to have, for flows seen from the middle. */
  readonly servedPorts?: Uint8Array;
}

export class FlowTable {
  readonly records = new Records();
  readonly notes = new FlowEventLog();
  private readonly segments = new SegmentNotes(this.notes);
  readonly links = new LinkAddresses();
  /** Records are 0 .. count-1; those that `remove` gave back among them are not in use (`Flow.inUse`). */
  count = 0;
  evicted = 0;
  /** Flows that left by `remove`. */
  removed = 0;
  readonly maxFlows: number;
  /** Told of every flow that is dropped, before its id is given to another. */
  onEvict: ((id: number) => void) | null = null;
  /** When an ACK acknowledged what was not captured. */
  readonly unseen = new LossTimes();
  /** ICMP errors whose quoted packet belongs to no known flow. */
  unattachedErrors = 0;

  /** Of the packet added last: which side sent it (0 orig, 1 resp), and whether its payload need not be read. */
  lastSide: 0 | 1 = 0;
  lastSettled = false;

  private readonly index = new FlowIndex(this.records);
  private clockHand = 0;
  /** The first record that was given back, its id + 1; its second word leads to the next. 0 = none. */
  private freeHead = 0;
  private free = 0;
  private readonly servedPorts: Uint8Array;
  private readonly key = new FlowKey();
  private readonly quotedKey = new FlowKey();
  private readonly quotedPacket = new Packet();

  constructor(options: FlowTableOptions = {}) {
    this.maxFlows = options.maxFlows ?? DEFAULT_MAX_FLOWS;
    this.servedPorts = options.servedPorts ?? new Uint8Array(65536);
  }

  /** Flows in memory. */
  get size(): number {
    return this.count - this.free;
  }

  /** Flow ids may stand for another flow than the one they once named. */
  get reusesIds(): boolean {
    return this.evicted + this.removed > 0;
  }

  /**
   * Counts a packet on its flow, making the flow when it is new.
   * @returns the flow, or -1 for a packet without TCP, UDP or ICMP.
   */
  add(p: Packet, from: Origin): FlowId | -1 {
    const key = this.key;
    if (!keyOf(p, key)) return -1;
    let id = this.index.find(key);
    if (id < 0 || this.restarts(id, p, key, from.sec)) {
      id = this.create(p, key, from, id >= 0);
      this.index.set(key, id);
    }
    const slab = this.records.of(id);
    this.update(slab, this.records.at(id), p, key, from);
    if (p.layers & Layer.Quoted) this.attachError(p, from);
    return id as FlowId;
  }

  /** The payload of this flow need not be looked at any more. */
  settle(id: number): void {
    const at = this.records.at(id) + Field.Flags;
    const r = this.records.of(id).i32;
    r[at] = r[at]! | FlowFlag.Settled;
  }

  /** `length` bytes of payload of `side` from `seq` on need not be read as long as they come in order. */
  passOver(id: number, side: number, seq: number, length: number): void {
    passOver(this.records.of(id).i32, this.records.at(id), side, seq, length);
  }

  /** Ends that; returns how many of the bytes have not come. */
  stopPassing(id: number, side: number): number {
    return stopPassing(this.records.of(id).i32, this.records.at(id), side);
  }

  /** The number that the payload reader gave to a flow, 0 = none. */
  readerOf(id: number): number {
    return this.records.of(id).i32[this.records.at(id) + Field.Reader]!;
  }

  setReader(id: number, reader: number): void {
    this.records.of(id).i32[this.records.at(id) + Field.Reader] = reader;
  }

  /** Keeps a flow from being evicted, or lets it go again. */
  pin(id: number, pinned: boolean): void {
    const at = this.records.at(id) + Field.Flags;
    const r = this.records.of(id).i32;
    r[at] = pinned ? r[at]! | FlowFlag.Pinned : r[at]! & ~FlowFlag.Pinned;
  }

  /** The payload of the packet counted last shows that the flow's responder is its originator. */
  turn(id: number, fileIndex: number, frame: number): void {
    const base = this.records.at(id);
    const slab = this.records.of(id);
    turnRecord(slab, base, frameRef(fileIndex, frame));
    this.notes.turn(slab.i32[base + Field.Attempts]!);
  }

  /** Takes a flow out for good; its id is given to a later one. The flow must be in use. */
  remove(id: number): void {
    this.release(id);
    this.clear(id);
    this.records.of(id).i32[this.records.at(id) + Field.Ports] = this.freeHead;
    this.freeHead = id + 1;
    this.free++;
    this.removed++;
  }

  /** Updates the record of the packet's flow. */
  private update(slab: Slab, base: number, p: Packet, key: FlowKey, from: Origin): void {
    const { sec, nsec } = from;
    const r = slab.i32;
    const f = slab.f64;
    const half = base >> 1;
    const flags = r[base + Field.Flags]!;
    const side = key.senderIsLow === ((flags & FlowFlag.OrigIsHigh) === 0) ? 0 : 1;
    const ref = frameRef(from.fileIndex, from.frame);
    this.lastSide = side;
    this.lastSettled = (flags & FlowFlag.Settled) !== 0;

    const packets = base + Field.OrigPackets + side;
    if (r[packets] === 0) {
      r[base + Field.Counts] = r[base + Field.Counts]! | (p.ttl << (side * 8));
      r[base + Field.Links] = r[base + Field.Links]! | (this.links.senderOf(p) << (side * 16));
      if (side === 1) f[half + (Field.AnswerFrame >> 1)] = ref;
    }
    r[packets] = r[packets]! + 1;
    const bytes = half + (Field.OrigBytes >> 1) + side;
    f[bytes] = f[bytes]! + p.ipLen;
    const payload = half + (Field.OrigPayload >> 1) + side;
    f[payload] = f[payload]! + p.payloadLen;
    const dsec = sec - (r[base + Field.LastSec]! >>> 0);
    if (dsec > 1) keepPause(r, base, dsec, sec);
    if (dsec > 0 || (dsec === 0 && nsec > r[base + Field.LastNsec]! >>> 0)) {
      r[base + Field.LastSec] = sec;
      r[base + Field.LastNsec] = nsec;
    }
    f[half + (Field.LastFrame >> 1)] = ref;
    if (p.snapped || p.offloaded) {
      const offload = side === 0 ? FlowFlag.OrigOffload : FlowFlag.RespOffload;
      r[base + Field.Flags] = flags | (p.snapped ? FlowFlag.Snapped : 0) | (p.offloaded ? offload : 0);
    }

    if (p.layers & Layer.Tcp) {
      const awaits = side === 1 && (p.tcpFlags & TcpFlag.Syn) !== 0 && r[base + Field.SynAckDelay]! < 0;
      this.tcp(r, base, side, p, from);
      // What it sent before, a refusal of the first try, is not the answer.
      if (awaits && r[base + Field.SynAckDelay]! >= 0) f[half + (Field.AnswerFrame >> 1)] = ref;
    } else {
      addOnce(r, base, side, HistoryBit.Data, Letter.Data);
      if (p.layers & (Layer.Icmp | Layer.Icmpv6)) noteEcho(r, base, side, p);
      if (p.innerAt >= 0) r[base + Field.Flags] = r[base + Field.Flags]! | FlowFlag.Envelope;
    }
  }

  private tcp(r: Int32Array, base: number, side: number, p: Packet, from: Origin): void {
    if (isPassedOver(r, base, side, p)) this.lastSettled = true;
    const events = applySegment(r, base, side, p);
    if (events === 0) return;
    if (events & SegmentEvent.Unseen) this.unseen.note(from.sec + from.nsec / 1e9);
    this.segments.take(r, base, side, p, events, from);
  }

  private note(r: Int32Array, base: number, note: Note): void {
    r[base + Field.Attempts] = this.notes.add(r[base + Field.Attempts]!, note);
  }

  /** Puts an ICMP error on the flow of the packet it quotes. */
  private attachError(p: Packet, from: Origin): void {
    const key = this.quotedKey;
    if (!keyOfQuoted(p, key, this.quotedPacket)) return;
    const id = this.index.find(key);
    if (id < 0) {
      this.unattachedErrors++;
      return;
    }
    const r = this.records.of(id).i32;
    const base = this.records.at(id);
    r[base + Field.Flags] = r[base + Field.Flags]! | FlowFlag.IcmpError;
    this.note(r, base, {
      kind: NoteKind.Icmp,
      side: 2,
      ttl: p.ttl,
      fileIndex: from.fileIndex,
      frame: from.frame,
      sec: from.sec,
      nsec: from.nsec,
      icmp: (p.icmpType << 8) | p.icmpCode,
      ipId: p.ipId,
      window: p.icmpSeq,
      sender: [p.src0, p.src1, p.src2, p.src3],
      gateway: isRedirect(p) ? [p.target0, p.target1, p.target2, p.target3] : NO_SENDER,
    });
  }

  /** Puts the capturing system's word that it dropped this packet on the packet's flow; the first is noted. */
  markDropped(p: Packet, from: Origin): void {
    const key = this.key;
    if (!keyOf(p, key)) return;
    const id = this.index.find(key);
    if (id < 0) return;
    const r = this.records.of(id).i32;
    const base = this.records.at(id);
    const flags = r[base + Field.Flags]!;
    if (flags & FlowFlag.DropMark) return;
    r[base + Field.Flags] = flags | FlowFlag.DropMark;
    const side = key.senderIsLow === ((flags & FlowFlag.OrigIsHigh) === 0) ? 0 : 1;
    const { ttl, ipId, window } = p;
    const what = { kind: NoteKind.Dropped, side, ttl, ipId, window, icmp: 0, sender: NO_SENDER };
    const { fileIndex, frame, sec, nsec } = from;
    this.note(r, base, { ...what, fileIndex, frame, sec, nsec });
  }

  /**
   * Puts Windows' report that it dropped this packet on the packet's flow, once for each reason and place; the packet
   * is no packet of the flow. Noted at the flow's frame before it.
   * @returns whether there is such a flow
   */
  reportDrop(p: Packet, sec: number, nsec: number, report: DropReport): boolean {
    const key = this.key;
    if (!keyOf(p, key)) return false;
    const id = this.index.find(key);
    if (id < 0) return false;
    const slab = this.records.of(id);
    const r = slab.i32;
    const base = this.records.at(id);
    const flags = r[base + Field.Flags]!;
    const sender = [report.location, report.component, report.direction, 1] as const;
    if (flags & FlowFlag.DropReport && this.isReported(r[base + Field.Attempts]!, report)) return true;
    r[base + Field.Flags] = flags | FlowFlag.DropReport;
    const side = key.senderIsLow === ((flags & FlowFlag.OrigIsHigh) === 0) ? 0 : 1;
    const ref = slab.f64[(base + Field.LastFrame) >> 1]!;
    const { ttl, ipId, window } = p;
    const what = { kind: NoteKind.Dropped, side, ttl, ipId, window, icmp: report.reason, sender };
    this.note(r, base, { ...what, fileIndex: fileOf(ref), frame: frameOf(ref), sec, nsec });
    return true;
  }

  private isReported(head: number, { reason, location }: DropReport): boolean {
    const drops = this.notes.list(head).filter((one) => one.kind === NoteKind.Dropped);
    const same = drops.some(({ icmp, sender }) => icmp === reason && sender[0] >>> 0 === location);
    return same || drops.length >= MAX_DROP_NOTES;
  }

  private restarts(id: number, p: Packet, key: FlowKey, sec: number): boolean {
    return startsAnew(this.records.of(id).i32, this.records.at(id), p, key, sec);
  }

  private create(p: Packet, key: FlowKey, from: Origin, reused: boolean): number {
    const { sec, nsec } = from;
    const id = this.freeRecord();
    const slab = this.records.of(id);
    const b = this.records.at(id);
    const r = slab.i32;
    writeKey(slab, b, key);
    r[b + Field.FirstSec] = r[b + Field.LastSec] = sec;
    r[b + Field.FirstNsec] = r[b + Field.LastNsec] = nsec;
    r[b + Field.SynAckDelay] = r[b + Field.HandshakeTime] = -1;
    r[b + Field.Vlan] = p.vlan;
    slab.f64[(b + Field.FirstFrame) >> 1] = frameRef(from.fileIndex, from.frame);
    setDirection(r, b, p, key, reused, this.servedPorts);
    return id;
  }

  /** A record that is all zeros, but for `Field.Ports`. */
  private freeRecord(): number {
    if (this.freeHead !== 0) {
      const id = this.freeHead - 1;
      this.freeHead = this.records.of(id).i32[this.records.at(id) + Field.Ports]!;
      this.free--;
      return id;
    }
    if (this.count >= this.maxFlows) return this.evict();
    this.records.grow(this.count);
    return this.count++;
  }

  /** Frees a record for a new flow: `pin` must leave some flows free to go. */
  private evict(): number {
    const { id, next } = chooseVictim(this.records, this.count, this.clockHand);
    this.clockHand = next;
    this.release(id);
    this.clear(id);
    this.evicted++;
    return id;
  }

  /** New records are zeros already; only those that are used again need this. */
  private clear(id: number): void {
    const b = this.records.at(id);
    this.records.of(id).i32.fill(0, b, b + RECORD_WORDS);
  }

  /** Lets go of all that belongs to a flow beside its record. */
  private release(id: number): void {
    this.onEvict?.(id);
    this.index.remove(id);
    this.notes.release(this.records.of(id).i32[this.records.at(id) + Field.Attempts]!);
  }
}

function isRedirect(p: Packet): boolean {
  return p.icmpType === (p.ipVersion === 4 ? IcmpType.Redirect : Icmpv6Type.Redirect);
}

/** Remembers identifier and sequence number of the first and the last echo of a side. */
function noteEcho(r: Int32Array, base: number, side: number, p: Packet): void {
  const echo = (p.icmpId << 16) | p.icmpSeq;
  if (r[base + Field.OrigPackets + side] === 1) r[base + Field.OrigStartSeq + side] = echo;
  r[base + Field.OrigLastSeq + side] = echo;
}
