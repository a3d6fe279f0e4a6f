/**
 * From a five-tuple to its flow: open addressing over pairs, a power of two of them, linear probing. The hash beside
 * the flow spares most looks at the records.
 *
 *   | hash | flow + 1 | hash | flow + 1 | ...          flow + 1 = 0: the slot is free
 */
import type { FlowKey } from './key.js';
import { Field, Meta } from './record.js';
import type { Records } from './record.js';

const FIRST_SLOTS = 1 << 12;
const MAX_LOAD = 0.6;

export class FlowIndex {
  private readonly records: Records;
  private slots = new Int32Array(FIRST_SLOTS * 2);
  private mask = FIRST_SLOTS - 1;
  private used = 0;

  constructor(records: Records) {
    this.records = records;
  }

  /** Bytes of memory. */
  get size(): number {
    return this.slots.byteLength;
  }

  /** The latest flow of this five-tuple, -1 = none. */
  flowOf(key: FlowKey): number {
    return this.slots[this.find(key) * 2 + 1]! - 1;
  }

  /** Lets the five-tuple lead to `id`, whatever it led to before. */
  set(key: FlowKey, id: number): void {
    let slot = this.find(key) * 2;
    if (this.slots[slot + 1] === 0) {
      if (++this.used > (this.mask + 1) * MAX_LOAD) {
        this.grow();
        slot = this.find(key) * 2;
      }
      this.slots[slot] = key.hash;
    }
    this.slots[slot + 1] = id + 1;
  }

  /** Forgets the flow `id` of this five-tuple, unless a later one took it over. */
  remove(key: FlowKey, id: number): void {
    const { slots, mask } = this;
    let hole = this.find(key);
    if (slots[hole * 2 + 1] !== id + 1) return;
    this.used--;
    // Entries behind it move up, so that probing finds them.
    for (let slot = (hole + 1) & mask; slots[slot * 2 + 1] !== 0; slot = (slot + 1) & mask) {
      const home = slots[slot * 2]! & mask;
      if (((slot - home) & mask) >= ((slot - hole) & mask)) {
        slots[hole * 2] = slots[slot * 2]!;
        slots[hole * 2 + 1] = slots[slot * 2 + 1]!;
        hole = slot;
      }
    }
    slots[hole * 2] = 0;
    slots[hole * 2 + 1] = 0;
  }

  /** Slot of the key: the matching one, or the free one where it would go. */
  private find(key: FlowKey): number {
    const { slots, mask } = this;
    let slot = key.hash & mask;
    for (;;) {
      const entry = slots[slot * 2 + 1]!;
      if (entry === 0) return slot;
      if (slots[slot * 2] === key.hash && this.sameKey(entry - 1, key)) return slot;
      slot = (slot + 1) & mask;
    }
  }

  private sameKey(id: number, key: FlowKey): boolean {
    const r = this.records.of(id).i32;
    const b = this.records.at(id);
    if (r[b + Field.Low] !== key.low0 || r[b + Field.High] !== key.high0) return false;
    if (r[b + Field.Ports] !== key.ports || r[b] !== key.meta) return false;
    if ((key.meta & Meta.Ipv6) === 0) return true;
    return (
      r[b + Field.LowRest] === key.low1 &&
      r[b + Field.LowRest + 1] === key.low2 &&
      r[b + Field.LowRest + 2] === key.low3 &&
      r[b + Field.HighRest] === key.high1 &&
      r[b + Field.HighRest + 1] === key.high2 &&
      r[b + Field.HighRest + 2] === key.high3
    );
  }

  private grow(): void {
    const old = this.slots;
    this.slots = new Int32Array(old.length * 2);
    this.mask = old.length - 1;
    for (let i = 0; i < old.length; i += 2) if (old[i + 1] !== 0) this.place(old[i]!, old[i + 1]!);
  }

  private place(hash: number, entry: number): void {
    let slot = hash & this.mask;
    while (this.slots[slot * 2 + 1] !== 0) slot = (slot + 1) & this.mask;
    this.slots[slot * 2] = hash;
    this.slots[slot * 2 + 1] = entry;
  }
}
