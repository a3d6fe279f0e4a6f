/**
 * One flow's record: 48 words (192 bytes), one after the other in slabs, so that growing never copies.
 *
 *   word  0 key meta | 1 ports | 2-5 low address | 6-9 high address        (the canonical five-tuple)
 *        10 flags+states | 11 history bits | 12-15 history letters
 *        16-17 packets | 18-21 IP bytes | 22-25 payload bytes              (orig, resp)
 *        26-27 first time | 28-29 last time | 30-35 sequence numbers
 *        36 retransmissions | 37-38 handshake | 39 attempts | 40 ttl+counts | 41 vlan
 *        42-43 first frame | 44-45 last frame | 46-47 answer frame
 *
 * "Low" and "high" are the two endpoints in canonical order, so that both directions find one record;
 * a flag says which of them is the originator.
 */

export const RECORD_WORDS = 48;
const SLAB_BITS = 13;
const SLAB_FLOWS = 1 << SLAB_BITS;
const SLAB_MASK = SLAB_FLOWS - 1;

/** Word offsets in a record; the f64 fields start on even words. */
export const Field = {
  Meta: 0,
  Ports: 1,
  Low: 2,
  High: 6,
  Flags: 10,
  HistorySeen: 11,
  History: 12,
  OrigPackets: 16,
  RespPackets: 17,
  OrigBytes: 18,
  RespBytes: 20,
  OrigPayload: 22,
  RespPayload: 24,
  FirstSec: 26,
  FirstNsec: 27,
  LastSec: 28,
  LastNsec: 29,
  OrigStartSeq: 30,
  RespStartSeq: 31,
  OrigLastSeq: 32,
  RespLastSeq: 33,
  OrigAckedSeq: 34,
  RespAckedSeq: 35,
  Retransmissions: 36,
  SynAckDelay: 37,
  HandshakeTime: 38,
  Attempts: 39,
  Counts: 40,
  Vlan: 41,
  FirstFrame: 42,
  LastFrame: 44,
  AnswerFrame: 46,
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
