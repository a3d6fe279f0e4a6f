/**
 * From a five-tuple to its flow: open addressing over (hash, flow + 1) pairs, compared with the flow's record.
 *
 *   | hash | id + 1 | hash | id + 1 | ...          power of two, linear probing
 */
import { FlowKey, hasKey, keyOfRecord } from './key.js';
import type { Records } from './record.js';

const FIRST_SLOTS = 1 << 12;
const MAX_LOAD = 0.6;

export class FlowIndex {
  private readonly records: Records;
  private slots = new Int32Array(FIRST_SLOTS * 2);
  private mask = FIRST_SLOTS - 1;
  private used = 0;
  private readonly key = new FlowKey();

  constructor(records: Records) {
    this.records = records;
  }

  /** The flow that has this five-tuple now, or -1. */
  find(key: FlowKey): number {
    return this.slots[this.slotOf(key) * 2 + 1]! - 1;
  }

  /** From now on the five-tuple leads to this flow, whose record holds the same key. */
  set(key: FlowKey, id: number): void {
    if (this.used + 1 > (this.mask + 1) * MAX_LOAD) this.grow();
    const slot = this.slotOf(key) * 2;
    if (this.slots[slot + 1] === 0) {
      this.slots[slot] = key.hash;
      this.used++;
    }
    this.slots[slot + 1] = id + 1;
  }

  /** Takes a flow out of the index; entries behind it move up so that probing finds them. */
  remove(id: number): void {
    const count = this.mask + 1;
    let hole = this.slotOfId(id);
    if (hole < 0) return;
    this.used--;
    for (let slot = (hole + 1) & this.mask; this.slots[slot * 2 + 1] !== 0; slot = (slot + 1) & this.mask) {
      const home = this.slots[slot * 2]! & this.mask;
      if (((slot - home + count) & this.mask) >= ((slot - hole + count) & this.mask)) {
        this.slots[hole * 2] = this.slots[slot * 2]!;
        this.slots[hole * 2 + 1] = this.slots[slot * 2 + 1]!;
        hole = slot;
      }
    }
    this.slots[hole * 2] = 0;
    this.slots[hole * 2 + 1] = 0;
  }

  /** The index slot that holds this very flow, -1 when a later flow took its five-tuple over. */
  private slotOfId(id: number): number {
    const key = this.key;
    keyOfRecord(this.records.of(id), this.records.at(id), key);
    const slot = this.slotOf(key);
    return this.slots[slot * 2 + 1] === id + 1 ? slot : -1;
  }

  /** Slot of the key: the matching one, or the empty one where it would go. */
  private slotOf(key: FlowKey): number {
    const index = this.slots;
    const mask = this.mask;
    let slot = key.hash & mask;
    for (;;) {
      const entry = index[slot * 2 + 1]!;
      if (entry === 0) return slot;
      if (index[slot * 2] === key.hash && this.sameKey(entry - 1, key)) return slot;
      slot = (slot + 1) & mask;
    }
  }

  private sameKey(id: number, key: FlowKey): boolean {
    return hasKey(this.records.of(id), this.records.at(id), key);
  }

  private grow(): void {
    const old = this.slots;
    const count = (this.mask + 1) * 2;
    this.slots = new Int32Array(count * 2);
    this.mask = count - 1;
    for (let i = 0; i < old.length; i += 2) {
      if (old[i + 1] !== 0) this.place(old[i]!, old[i + 1]!);
    }
  }

  private place(hash: number, entry: number): void {
    let slot = hash & this.mask;
    while (this.slots[slot * 2 + 1] !== 0) slot = (slot + 1) & this.mask;
    this.slots[slot * 2] = hash;
    this.slots[slot * 2 + 1] = entry;
  }
}
