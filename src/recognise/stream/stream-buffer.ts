/**
 * Holds what a dissector has not consumed yet of one side, and hands it on with what is new.
 * As long as the dissector consumes whole chunks nothing is copied.
 */
import type { Dissector, Side } from '../facts/dissector.js';
import type { Origin } from '../../flow/record/origin.js';

/**
 * Unconsumed bytes of one side.
 * @reached the protocol is given up: it is not what it seemed
 */
export const MAX_PENDING_BYTES = 128 << 10;
const FIRST_CAPACITY = 2048;

export class StreamBuffer {
  /** Bytes that are skipped as they come. */
  toSkip = 0;
  private readonly dissector: Dissector;
  private readonly side: Side;
  private pending: Uint8Array | null = null;
  private pendingView: DataView | null = null;
  private length = 0;

  constructor(dissector: Dissector, side: Side) {
    this.dissector = dissector;
    this.side = side;
  }

  /** Begins with another stream. */
  reset(): void {
    this.toSkip = 0;
    this.forget();
  }

  /** Bytes of memory held. */
  get size(): number {
    return this.pending?.length ?? 0;
  }

  /** Of the bytes that are skipped only `left` are still to come; returns how many came. */
  skipTo(left: number): number {
    const came = this.toSkip - left;
    this.toSkip = left;
    return came;
  }

  /** Bytes of this side that come next in order. */
  feed(bytes: Uint8Array, view: DataView, at: number, end: number, from: Origin): void {
    if (this.toSkip > 0) {
      const skipped = Math.min(this.toSkip, end - at);
      this.toSkip -= skipped;
      at += skipped;
    }
    if (this.length === 0) {
      const left = this.consume(bytes, view, at, end, from);
      if (left < end && !this.dissector.done) this.keep(bytes, left, end, from);
      return;
    }
    if (at >= end || this.dissector.done || !this.keep(bytes, at, end, from)) return;
    const kept = this.pending;
    const keptView = this.pendingView;
    if (kept === null || keptView === null) return;
    const length = this.length;
    const left = this.consume(kept, keptView, 0, length, from);
    if (left >= length || this.dissector.done) {
      this.forget();
    } else if (left > 0) {
      kept.copyWithin(0, left, length);
      this.length = length - left;
    }
  }

  /** `length` bytes are missing here; what was kept cannot be completed. */
  gap(length: number, from: Origin): void {
    if (length > 0 && length <= this.toSkip) {
      this.toSkip -= length;
      return;
    }
    this.toSkip = 0;
    this.forget();
    if (!this.dissector.done) this.dissector.gap(this.side, length, from);
  }

  /** Lets the dissector take message after message; returns the offset of the first byte left over. */
  private consume(bytes: Uint8Array, view: DataView, at: number, end: number, from: Origin): number {
    const { dissector, side } = this;
    while (at < end && !dissector.done) {
      const taken = dissector.data(side, bytes, view, at, end, from);
      if (taken <= 0) break;
      if (taken > end - at) {
        this.toSkip = taken - (end - at);
        return end;
      }
      at += taken;
    }
    return at;
  }

  /** False when the limit was reached: the dissector is told of a gap instead. */
  private keep(bytes: Uint8Array, at: number, end: number, from: Origin): boolean {
    const length = this.length + (end - at);
    if (length > MAX_PENDING_BYTES) {
      this.forget();
      this.dissector.gap(this.side, 0, from);
      return false;
    }
    if (this.pending === null || this.pending.length < length) this.enlarge(length);
    this.pending?.set(bytes.subarray(at, end), this.length);
    this.length = length;
    return true;
  }

  private enlarge(length: number): void {
    let capacity = this.pending?.length ?? FIRST_CAPACITY;
    while (capacity < length) capacity *= 2;
    const larger = new Uint8Array(capacity);
    if (this.pending !== null) larger.set(this.pending.subarray(0, this.length));
    this.pending = larger;
    this.pendingView = new DataView(larger.buffer);
  }

  private forget(): void {
    if (this.pending === null) return;
    this.length = 0;
    this.pending = null;
    this.pendingView = null;
  }
}
