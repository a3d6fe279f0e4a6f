/**
 * A reused reader of one flow's record: what the later stages ask of a flow. Strings are made only where a
 * method says "text". Set it on a flow with `move`; it holds until the next `move`.
 */
import { IpProto } from '../decode/packet/packet.js';
import { ipv4Text, ipv6Text } from './record/address.js';
import type { Note, Stall, StallKind } from './tcp/attempts.js';
import { communityId, communityIdBytes } from './record/community-id.js';
import type { IdEndpoint } from './record/community-id.js';
import { EndpointState, tcpConnState, udpConnState } from './record/conn-state.js';
import type { ConnState } from './record/conn-state.js';
import { contentBytes, stateOf } from './tcp/endpoint.js';
import { historyText, RESP_SEEN_SHIFT, HistoryBit } from './record/history.js';
import { Field, fileOf, FlowFlag, frameOf, Meta, Slab } from './record/record.js';
import type { FlowTable } from './table.js';

export type Transport = 'tcp' | 'udp' | 'icmp' | 'icmp6';

/** An end of the flow for its Community ID, used again for the next. */
interface IdEnd extends IdEndpoint {
  readonly words: [number, number, number, number];
  port: number;
}

export class Flow {
  /** The flow this reader stands on. */
  id = -1;
  private readonly table: FlowTable;
  private r: Int32Array = new Int32Array(0);
  private f: Float64Array = new Float64Array(0);
  private rest: Int32Array | null = null;
  private b = 0;
  private readonly orig: IdEnd = { words: [0, 0, 0, 0], port: 0 };
  private readonly resp: IdEnd = { words: [0, 0, 0, 0], port: 0 };

  constructor(table: FlowTable) {
    this.table = table;
  }

  /** Stands on flow `id` from now on; returns itself. */
  move(id: number): this {
    const slab = this.table.records.of(id);
    this.r = slab.i32;
    this.f = slab.f64;
    this.rest = slab.rest;
    this.b = this.table.records.at(id);
    this.id = id;
    return this;
  }

  /** False: the record was given back and holds no flow; nothing else may be asked of it. */
  get inUse(): boolean {
    return this.r[this.b] !== 0;
  }

  private i(field: number): number {
    return this.r[this.b + field]!;
  }

  private d(field: number): number {
    return this.f[(this.b + field) >> 1]!;
  }

  has(flag: number): boolean {
    return (this.i(Field.Flags) & flag) !== 0;
  }

  get protocol(): number {
    return this.i(Field.Meta) & Meta.ProtoMask;
  }

  get transport(): Transport {
    const proto = this.protocol;
    if (proto === IpProto.Tcp) return 'tcp';
    if (proto === IpProto.Udp) return 'udp';
    return proto === IpProto.Icmp ? 'icmp' : 'icmp6';
  }

  get version(): 4 | 6 {
    return this.i(Field.Meta) & Meta.Ipv6 ? 6 : 4;
  }

  /** ICMP without a counterpart. */
  get oneWay(): boolean {
    return (this.i(Field.Meta) & Meta.OneWay) !== 0;
  }

  /** True when side (0 orig, 1 resp) is the high endpoint of the key. */
  private isHigh(side: number): boolean {
    return this.has(FlowFlag.OrigIsHigh) === (side === 0);
  }

  /** Word `n` of an endpoint's address. */
  addressWord(side: number, n: number): number {
    const high = this.isHigh(side);
    if (n === 0) return this.i(high ? Field.High : Field.Low);
    return this.addressRest(high, n);
  }

  /** Word `n` from 1 on of the low or the high address. */
  private addressRest(high: boolean, n: number): number {
    if (this.rest === null || this.version === 4) return 0;
    return this.rest[Slab.restAt(this.b) + n + (high ? 2 : -1)]!;
  }

  addressWords(side: number): readonly [number, number, number, number] {
    const high = this.isHigh(side);
    return [
      this.i(high ? Field.High : Field.Low),
      this.addressRest(high, 1),
      this.addressRest(high, 2),
      this.addressRest(high, 3),
    ];
  }

  addressText(side: number): string {
    const w = this.addressWords(side);
    return this.version === 4 ? ipv4Text(w[0]) : ipv6Text(w[0], w[1], w[2], w[3]);
  }

  /** TCP/UDP port; ICMP as in Zeek: type of the request (side 0), type of its answer or else the code (side 1). */
  port(side: number): number {
    return this.isHigh(side) ? this.i(Field.Ports) & 0xffff : this.i(Field.Ports) >>> 16;
  }

  packets(side: number): number {
    return this.i(Field.OrigPackets + side) >>> 0;
  }

  /** IP bytes, headers included. */
  bytes(side: number): number {
    return this.d(Field.OrigBytes + side * 2);
  }

  /** Payload bytes as sent, repeats included. */
  payload(side: number): number {
    return this.d(Field.OrigPayload + side * 2);
  }

  retransmissions(side: number): number {
    return (this.i(Field.Retransmissions) >>> (side * 16)) & 0xffff;
  }

  get firstSec(): number {
    return this.i(Field.FirstSec) >>> 0;
  }

  get firstNsec(): number {
    return this.i(Field.FirstNsec) >>> 0;
  }

  get lastSec(): number {
    return this.i(Field.LastSec) >>> 0;
  }

  get lastNsec(): number {
    return this.i(Field.LastNsec) >>> 0;
  }

  /** Seconds from the first to the last packet. */
  get duration(): number {
    return this.lastSec - this.firstSec + (this.lastNsec - this.firstNsec) / 1e9;
  }

  /** Seconds from the SYN to the SYN-ACK, -1 = not seen. */
  get synAckDelay(): number {
    const micros = this.i(Field.SynAckDelay);
    return micros < 0 ? -1 : micros / 1e6;
  }

  /** Seconds from the SYN to the ACK that completes the handshake, -1 = not seen. */
  get handshakeTime(): number {
    const micros = this.i(Field.HandshakeTime);
    return micros < 0 ? -1 : micros / 1e6;
  }

  /** Index of the input file and number of the first frame, the last frame, and the responder's first (0 = none). */
  get firstFile(): number {
    return fileOf(this.d(Field.FirstFrame));
  }

  get firstFrame(): number {
    return frameOf(this.d(Field.FirstFrame));
  }

  get lastFile(): number {
    return fileOf(this.d(Field.LastFrame));
  }

  get lastFrame(): number {
    return frameOf(this.d(Field.LastFrame));
  }

  get answerFile(): number {
    return fileOf(this.d(Field.AnswerFrame));
  }

  get answerFrame(): number {
    return frameOf(this.d(Field.AnswerFrame));
  }

  /** Seconds of the longest time without a packet, to a second; shorter ones than 2 s count as 0. */
  get longestPause(): number {
    return this.i(Field.Counts) >>> 16;
  }

  /** Second since 1970 in which the longest pause ended; 0 = there was none of 2 s. */
  get pauseEnd(): number {
    return this.i(Field.PauseEnd) >>> 0;
  }

  /** Bytes of a side behind its SYN that the other acknowledged, as far as 2 GB. */
  acknowledged(side: number): number {
    return Math.max(0, (this.i(Field.OrigAckedSeq + side) - this.i(Field.OrigStartSeq + side) - 1) | 0);
  }

  /** TTL of the first packet that a side sent, 0 = it sent none. */
  ttl(side: number): number {
    return (this.i(Field.Counts) >>> (side * 8)) & 0xff;
  }

  /** Number of the link address that sent a side's first packet (`FlowTable.links`), 0 = not known. */
  link(side: number): number {
    return (this.i(Field.Links) >>> (side * 16)) & 0xffff;
  }

  /** Outermost VLAN of the first packet, -1 = none. */
  get vlan(): number {
    return this.i(Field.Vlan);
  }

  state(side: number): number {
    return stateOf(this.r, this.b, side);
  }

  /** A SYN of this side was captured, so its first byte of data is known. */
  sawSyn(side: number): boolean {
    return this.has(side === 0 ? FlowFlag.OrigSyn : FlowFlag.RespSyn);
  }

  /** The number before the first byte of data of a side (TCP); identifier and sequence of its first echo (ICMP). */
  startSeq(side: number): number {
    return this.i(Field.OrigStartSeq + side);
  }

  /** The last sequence number of a side (TCP); identifier and sequence of its last echo (ICMP). */
  lastSeq(side: number): number {
    return this.i(Field.OrigLastSeq + side);
  }

  /** Sequence number of the first byte of data of a side whose SYN was captured. */
  firstDataSeq(side: number): number {
    return (this.i(Field.OrigStartSeq + side) + 1) | 0;
  }

  /** Content bytes by sequence numbers (TCP); payload bytes otherwise. */
  content(side: number): number {
    if (this.protocol !== IpProto.Tcp) return this.payload(side);
    return contentBytes(this.r, this.b, side, this.payload(side));
  }

  /** Data of a side was acknowledged that the capture does not hold. */
  get hasGap(): boolean {
    return (this.i(Field.HistorySeen) & (HistoryBit.Gap | (HistoryBit.Gap << RESP_SEEN_SHIFT))) !== 0;
  }

  /** Did a side send any of these (bits of `Seen`)? TCP. */
  hasSent(side: number, seen: number): boolean {
    return (this.i(Field.HistorySeen) & (side === 1 ? seen << RESP_SEEN_SHIFT : seen)) !== 0;
  }

  historyText(): string {
    return historyText(this.r, this.b);
  }

  get connState(): ConnState {
    const proto = this.protocol;
    if (proto === IpProto.Tcp) {
      const orig = this.state(0);
      const resp = this.state(1);
      // Only of what both have reset it matters whether there was data.
      const reset = orig === EndpointState.Reset && resp === EndpointState.Reset;
      const bytes = reset ? this.content(0) + this.content(1) : 0;
      // Only what the originator reset is told apart by its history.
      const history = orig === EndpointState.Reset ? this.historyText() : '';
      return tcpConnState(orig, resp, bytes, history);
    }
    if (proto === IpProto.Udp) return udpConnState(this.packets(0) > 0, this.packets(1) > 0);
    return 'OTH';
  }

  /** False: it has neither notes nor stalls, as most. */
  get hasNotes(): boolean {
    return this.i(Field.Attempts) !== 0;
  }

  notes(): Note[] {
    return this.table.notes.list(this.i(Field.Attempts));
  }

  /** What stalled the flow, as seen in the packets of a side; null = nothing of the kind. */
  stall(kind: StallKind, side: number): Stall | null {
    const head = this.i(Field.Attempts);
    return head === 0 ? null : this.table.notes.stall(head, kind, side);
  }

  communityIdText(): string {
    this.readEnd(0, this.orig);
    this.readEnd(1, this.resp);
    return communityId(this.protocol, this.version, this.orig, this.resp, this.oneWay);
  }

  /** Its 30 ASCII bytes, which the next call for any flow overwrites. */
  communityIdBytes(): Uint8Array {
    this.readEnd(0, this.orig);
    this.readEnd(1, this.resp);
    return communityIdBytes(this.protocol, this.version, this.orig, this.resp, this.oneWay);
  }

  private readEnd(side: number, end: IdEnd): void {
    const high = this.isHigh(side);
    const { words } = end;
    words[0] = this.i(high ? Field.High : Field.Low);
    if (this.version === 6) for (let n = 1; n < 4; n++) words[n] = this.addressRest(high, n);
    end.port = this.port(side);
  }
}
