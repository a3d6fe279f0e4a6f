/**
 * One flow's record: 50 words (200 bytes; the last is free), one after the other in slabs, so that growing never
 * copies. What every packet touches stands together in the first 128 bytes, what the first packets and the report
 * touch behind it.
 *
 *   word  0 key meta | 1 ports | 2 low address | 3 high address | 4 flags+states | 5 history bits
 *         6-7 packets | 8-9 last time | 10-15 sequence numbers                          (orig, resp)
 *        16-19 IP bytes | 20-23 payload bytes | 24-25 last frame | 26 handshake | 27 reader | 28-31 passed over
 *        32 retransmissions | 33 attempts | 34 longest pause 16, ttl resp 8, ttl orig 8 | 35 vlan
 *        36-37 first time | 38-39 first frame | 40-41 answer frame | 42-45 history letters | 46 SYN-ACK delay
 *        47 end of the longest pause | 48 link addresses 16 each (orig, resp)
 *
 * The other 24 bytes of two IPv6 addresses stand beside the slab, which has room for them only once it holds a flow
 * of IPv6.
 *
 * "Low" and "high" are the two endpoints in canonical order, so that both directions find one record;
 * a flag says which of them is the originator.
 */

export const RECORD_WORDS = 50;
/** Words 1 to 3 of both addresses, IPv6: low, then high. */
const REST_WORDS = 6;
const SLAB_BITS = 13;
const SLAB_FLOWS = 1 << SLAB_BITS;
const SLAB_MASK = SLAB_FLOWS - 1;

/** Word offsets in a record; the f64 fields start on even words. */
export const Field = {
  /** Never 0 in a record that is in use. */
  Meta: 0,
  Ports: 1,
  /** First words of the two addresses; all of them for IPv4. */
  Low: 2,
  High: 3,
  Flags: 4,
  HistorySeen: 5,
  OrigPackets: 6,
  RespPackets: 7,
  LastSec: 8,
  LastNsec: 9,
  OrigStartSeq: 10,
  RespStartSeq: 11,
  OrigLastSeq: 12,
  RespLastSeq: 13,
  OrigAckedSeq: 14,
  RespAckedSeq: 15,
  OrigBytes: 16,
  RespBytes: 18,
  OrigPayload: 20,
  RespPayload: 22,
  LastFrame: 24,
  HandshakeTime: 26,
  /** Number of what reads the payload of this flow, 0 = nothing does. Given by the payload reader. */
  Reader: 27,
  /** Payload that recognition passes over: sequence numbers, next and end; equal = none is. */
  OrigPassNext: 28,
  RespPassNext: 29,
  OrigPassEnd: 30,
  RespPassEnd: 31,
  Retransmissions: 32,
  Attempts: 33,
  Counts: 34,
  Vlan: 35,
  FirstSec: 36,
  FirstNsec: 37,
  FirstFrame: 38,
  AnswerFrame: 40,
  History: 42,
  SynAckDelay: 46,
  PauseEnd: 47,
  /** Numbers of the link addresses by which each side's first packet came: orig in the low half. */
  Links: 48,
} as const;

/** Bits of Field.Meta, all part of the key. */
export const Meta = {
  ProtoMask: 0xff,
  Ipv6: 0x100,
  /** ICMP without a counterpart: the two directions are two flows. */
  OneWay: 0x200,
  /** With OneWay: the sender is the low endpoint. */
  SenderIsLow: 0x400,
} as const;

/** Bits of Field.Flags below the endpoint states. */
export const FlowFlag = {
  OrigIsHigh: 1,
  /** Roles were turned round against the first packet's direction (Zeek's `^`). */
  Flipped: 2,
  /** The first TCP packet was not a SYN of the originator. */
  Midstream: 4,
  Tunneled: 8,
  /** Some packet was captured shorter than it was sent. */
  Snapped: 16,
  /** An ICMP error quotes a packet of this flow. */
  IcmpError: 32,
  /** The capturing system says that it dropped a packet of this flow (epb_verdict). */
  DropMark: 64,
  /** Windows reported a drop of a packet of this flow that may explain its silence (.etl). */
  DropReport: 1 << 30,
  /** The first SYN-ACK had an IP identification of 0, as of systems that do not count. */
  SynAckIdZero: 1 << 29,
  /** TCP: a SYN-ACK acknowledged a number that the originator had not sent. The bit means Envelope elsewhere. */
  SynAckUnfit: 1 << 31,
  /** Who has sent a FIN. */
  OrigFin: 128,
  RespFin: 256,
  /** The first packet of the flow was a SYN-ACK. */
  SynAckFirst: 512,
  /** This flow replaced an earlier one on the same five-tuple. */
  Reused: 1024,
  /** Payload recognition has seen enough. */
  Settled: 2048,
  OrigSyn: 4096,
  RespSyn: 8192,
  /** A packet of this side carried no IP length: it was sent by the capturing host. */
  OrigOffload: 16384,
  RespOffload: 32768,
  /** Not of TCP: datagrams that carry packets, which are flows of their own (VXLAN, Geneve, Teredo). */
  Envelope: 1 << 31,
  /** Not to be evicted: something refers to the flow. */
  Pinned: 1 << 28,
} as const;

/** Endpoint states sit in Field.Flags from this bit on: orig, resp, previous orig, previous resp, 3 bits each. */
export const STATE_SHIFT = 16;

/** A branded index of a flow. */
export type FlowId = number & { readonly __flow: true };

/** A block of records; both views share one buffer. */
export class Slab {
  readonly i32: Int32Array;
  readonly f64: Float64Array;
  constructor() {
    const buffer = new ArrayBuffer(SLAB_FLOWS * RECORD_WORDS * 4);
    this.i32 = new Int32Array(buffer);
    this.f64 = new Float64Array(buffer);
  }

  /** Where `rest` has the words 1 to 3 of the low address of the record at `base`; those of the high one follow. */
  static restAt(base: number): number {
    return (base / RECORD_WORDS) * REST_WORDS;
  }

  /** What IPv6 addresses need beside the records; null before the first. */
  rest: Int32Array | null = null;

  makeRest(): Int32Array {
    return (this.rest ??= new Int32Array(SLAB_FLOWS * REST_WORDS));
  }
}

/** Slabs that grow one at a time. `at(id)` is the word offset of a flow inside `of(id)`. */
export class Records {
  private readonly slabs: Slab[] = [];

  /** Makes room for flow `id`; ids grow by one. */
  grow(id: number): void {
    if (id >>> SLAB_BITS >= this.slabs.length) this.slabs.push(new Slab());
  }

  of(id: number): Slab {
    const slab = this.slabs[id >>> SLAB_BITS];
    if (slab === undefined) throw new RangeError(`no flow ${id}`);
    return slab;
  }

  at(id: number): number {
    return (id & SLAB_MASK) * RECORD_WORDS;
  }
}

/** A frame of one of the input files as one exact number: file index x 2^32 + frame number. */
export function frameRef(fileIndex: number, frame: number): number {
  return fileIndex * 4294967296 + frame;
}

export function frameOf(ref: number): number {
  return ref % 4294967296;
}

export function fileOf(ref: number): number {
  return Math.floor(ref / 4294967296);
}

/** Microseconds from the first packet of the flow at `base` to a time, at most 2^31 - 1. */
export function microsSinceStart(r: Int32Array, base: number, sec: number, nsec: number): number {
  const seconds = sec - (r[base + Field.FirstSec]! >>> 0);
  const micros = seconds * 1e6 + Math.round((nsec - (r[base + Field.FirstNsec]! >>> 0)) / 1e3);
  return Math.max(0, Math.min(micros, 0x7fffffff));
}
