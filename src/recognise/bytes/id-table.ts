/**
 * A bounded table by protocol identifiers of up to 16 bytes (SMB2 FileId, MessageId, tree of a session; SMB1 FID,
 * MID, TID): looked up without allocating, compared exactly, the oldest entry leaves when it is full.
 */
import { SmallMap } from './small-map.js';

interface Entry<T> {
  readonly w0: number;
  readonly w1: number;
  readonly w2: number;
  readonly w3: number;
  readonly value: T;
}

/** Identifiers are four 32-bit words, signed or not as read, but always the same way; unused words are 0. */
export class IdTable<T> {
  private readonly entries = new SmallMap<Entry<T>>();
  private readonly limit: number;
  private readonly onLeave: (value: T) => void;

  /** `onLeave` is told every value that is replaced, pushed out, deleted or cleared (not taken). */
  constructor(limit: number, onLeave: (value: T) => void = nothing) {
    this.limit = limit;
    this.onLeave = onLeave;
  }

  get size(): number {
    return this.entries.size;
  }

  get(w0: number, w1: number, w2: number, w3: number): T | undefined {
    const entry = this.entries.get(hash(w0, w1, w2, w3));
    return entry !== undefined && same(entry, w0, w1, w2, w3) ? entry.value : undefined;
  }

  /** Two identifiers of the same hash push each other out, which is rare and never wrong. */
  set(w0: number, w1: number, w2: number, w3: number, value: T): void {
    const key = hash(w0, w1, w2, w3);
    this.leave(key);
    if (this.entries.size >= this.limit) {
      const { oldest } = this.entries;
      if (oldest !== undefined) this.leave(oldest);
    }
    this.entries.set(key, { w0, w1, w2, w3, value });
  }

  /** Removes and returns the value without telling `onLeave`. */
  take(w0: number, w1: number, w2: number, w3: number): T | undefined {
    const key = hash(w0, w1, w2, w3);
    const entry = this.entries.get(key);
    if (entry === undefined || !same(entry, w0, w1, w2, w3)) return undefined;
    this.entries.delete(key);
    return entry.value;
  }

  delete(w0: number, w1: number, w2: number, w3: number): void {
    const value = this.take(w0, w1, w2, w3);
    if (value !== undefined) this.onLeave(value);
  }

  clear(): void {
    for (let { oldest } = this.entries; oldest !== undefined; oldest = this.entries.oldest)
      this.leave(oldest);
  }

  /** Begins anew; nobody is told. */
  forget(): void {
    this.entries.clear();
  }

  private leave(key: number): void {
    const entry = this.entries.get(key);
    if (entry === undefined) return;
    this.entries.delete(key);
    this.onLeave(entry.value);
  }
}

function nothing(): void {
  // What leaves concerns nobody.
}

function same<T>(entry: Entry<T>, w0: number, w1: number, w2: number, w3: number): boolean {
  return entry.w0 === w0 && entry.w1 === w1 && entry.w2 === w2 && entry.w3 === w3;
}

function hash(w0: number, w1: number, w2: number, w3: number): number {
  return (
    Math.imul(w0, 0x9e3779b1) ^
    Math.imul(w1, 0x85ebca6b) ^
    Math.imul(w2, 0xc2b2ae35) ^
    Math.imul(w3, 0x27d4eb2f)
  );
}
