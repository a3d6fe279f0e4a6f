/**
 * Puts the segments of one side of a TCP connection in order (RFC 9293 §3.10.7.4): repeats and overlaps are
 * cut (what was handed on is never replaced), early segments are held for a while, and what never came is named a gap.
 */
import type { StreamBuffer } from './stream-buffer.js';
import { Origin } from '../../flow/record/origin.js';

/**
 * Early segments of one side that wait for what is missing before them.
 * @reached the hole is given up
 */
export const MAX_HELD_SEGMENTS = 64;
/**
 * Bytes of them.
 * @reached the hole is given up
 */
export const MAX_HELD_BYTES = 64 << 10;
/** A sequence number further off than this starts the side anew. */
const MAX_JUMP = 1 << 24;

/** Bytes `bytes[at .. end)` of a segment; `length` is its length as sent, of which the end may not be captured. */
export interface Segment {
  readonly seq: number;
  readonly bytes: Uint8Array;
  readonly view: DataView;
  readonly at: number;
  readonly end: number;
  readonly length: number;
}

/** A segment with bytes of its own. */
interface Held extends Segment {
  readonly from: Origin;
}

export class StreamOrder {
  /** Next sequence number wanted. */
  next = 0;
  private started = false;
  /** Segments in `held`: asked of every segment, so it stands where the other fields do. */
  private waiting = 0;
  private held: Held[] = [];
  private heldBytes = 0;

  /** Begins with another stream. */
  reset(): void {
    this.next = 0;
    this.started = false;
    if (this.waiting > 0) this.forget();
  }

  /** Nothing is held. */
  get isEmpty(): boolean {
    return this.waiting === 0;
  }

  /** Bytes of memory held. */
  get size(): number {
    return this.heldBytes;
  }

  /** It is known where the side's bytes go on. */
  get hasStart(): boolean {
    return this.started;
  }

  /** The sequence number of the first byte, known from a SYN. */
  start(seq: number): void {
    this.next = seq;
    this.started = true;
  }

  /** Everything before `seq` was handed on, or nothing of this side was ever seen. */
  isAt(seq: number): boolean {
    return !this.started || this.next === seq;
  }

  /** It is known what comes next, and nothing is held. */
  get isCalm(): boolean {
    return this.started && this.waiting === 0;
  }

  /** `length` bytes that come next in order need not be handed on. */
  skip(length: number): void {
    this.next = (this.next + length) | 0;
  }

  /** The segment is not kept: the next one may come in the same object. */
  segment(segment: Segment, from: Origin, into: StreamBuffer): void {
    const { seq, length } = segment;
    if (this.waiting === 0 && seq === this.next && this.started) {
      this.deliver(segment, 0, from, into);
      return;
    }
    if (!this.started) this.start(seq);
    let ahead = (seq - this.next) | 0;
    if (ahead > MAX_JUMP || ahead < -MAX_JUMP) {
      this.forget();
      into.gap(0, from);
      this.next = seq;
      ahead = 0;
    }
    if (ahead > 0) {
      this.hold(segment, from, into);
      return;
    }
    const old = -ahead;
    if (old >= length) return;
    this.deliver(segment, old, from, into);
    if (this.waiting > 0) this.release(into);
  }

  /** The other side acknowledged everything before `ack`: a hole below it will not be filled any more. */
  acknowledged(ack: number, into: StreamBuffer): void {
    if (this.waiting === 0) return;
    const first = this.held[0];
    if (first !== undefined && ((ack - first.seq) | 0) >= 0) this.giveUpHole(into);
  }

  /** No more segments will come: what is held is handed on with its gaps. */
  finish(into: StreamBuffer): void {
    while (this.waiting > 0) this.giveUpHole(into);
  }

  /** All of a segment but its first `old` bytes. */
  private deliver(segment: Segment, old: number, from: Origin, into: StreamBuffer): void {
    const { end } = segment;
    const length = segment.length - old;
    const at = Math.min(segment.at + old, end);
    this.next = (this.next + length) | 0;
    if (end > at) into.feed(segment.bytes, segment.view, at, end, from);
    const missing = length - (end - at);
    if (missing > 0) into.gap(missing, from);
  }

  private hold(segment: Segment, from: Origin, into: StreamBuffer): void {
    const { seq, length } = segment;
    const copy = segment.bytes.slice(segment.at, segment.end);
    const origin = new Origin();
    origin.copyFrom(from);
    const entry: Held = {
      seq,
      bytes: copy,
      view: new DataView(copy.buffer, copy.byteOffset, copy.byteLength),
      at: 0,
      end: copy.length,
      length,
      from: origin,
    };
    let place = this.held.length;
    while (place > 0 && ((this.held[place - 1]!.seq - seq) | 0) > 0) place--;
    this.held.splice(place, 0, entry);
    this.waiting++;
    this.heldBytes += copy.length;
    while (this.waiting > MAX_HELD_SEGMENTS || this.heldBytes > MAX_HELD_BYTES) this.giveUpHole(into);
  }

  /** Names the hole before the first held segment a gap and goes on behind it. */
  private giveUpHole(into: StreamBuffer): void {
    const first = this.held[0];
    if (first === undefined) return;
    const hole = (first.seq - this.next) | 0;
    if (hole > 0) {
      into.gap(hole, first.from);
      this.next = first.seq;
    }
    this.release(into);
  }

  /** Delivers what is held and has become next. */
  private release(into: StreamBuffer): void {
    for (let first = this.held[0]; first !== undefined; first = this.held[0]) {
      const ahead = (first.seq - this.next) | 0;
      if (ahead > 0) return;
      this.held.shift();
      this.waiting--;
      this.heldBytes -= first.bytes.length;
      const old = -ahead;
      if (old < first.length) this.deliver(first, old, first.from, into);
    }
  }

  private forget(): void {
    this.held = [];
    this.waiting = 0;
    this.heldBytes = 0;
  }
}
