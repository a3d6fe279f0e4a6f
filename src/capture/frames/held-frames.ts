/**
 * Frames that are held back by `FrameOrder`: their bytes, one after the other, and their columns in the order in
 * which they came; `order` says which row stands at which position. The memory grows to what is needed.
 */
import type { FrameBatch } from './frame.js';
import { FrameMark } from './frame.js';

const FIRST_ROWS = 2048;
const FIRST_BYTES = 1 << 16;

export class HeldFrames {
  /** Rows; rows and positions are numbered from 0. */
  count = 0;
  bytesUsed = 0;
  #bytes = new Uint8Array(FIRST_BYTES);
  #view = new DataView(this.#bytes.buffer);
  #columns = new Columns(FIRST_ROWS);

  /** Appends copies of a batch's frames; each stands at its own position. */
  add(batch: FrameBatch): void {
    const rows = batch.count;
    if (rows === 0) return;
    const c = this.#makeRows(rows);
    const from = this.count;
    const { first, end } = extent(batch);
    const shift = this.bytesUsed - first;
    this.#makeBytes(end - first);
    this.#bytes.set(batch.bytes.subarray(first, end), this.bytesUsed);
    this.bytesUsed += end - first;
    c.copyRows(batch, from);
    for (let i = 0; i < rows; i++) {
      c.at[from + i] = batch.at[i]! + shift;
      c.numbers[from + i] = batch.numbers === null ? batch.firstFrame + i : batch.numbers[i]!;
      c.order[from + i] = from + i;
    }
    this.count += rows;
  }

  sec(row: number): number {
    return this.#columns.sec[row]!;
  }

  nsec(row: number): number {
    return this.#columns.nsec[row]!;
  }

  hasNoTime(row: number): boolean {
    return (this.#columns.marks[row]! & FrameMark.NoTime) !== 0;
  }

  number(row: number): number {
    return this.#columns.numbers[row]!;
  }

  /** Gives a row another time. */
  setTime(row: number, sec: number, nsec: number): void {
    const { sec: secs, nsec: nsecs, keySec, keyNsec } = this.#columns;
    secs[row] = keySec[row] = sec;
    nsecs[row] = keyNsec[row] = nsec;
  }

  /** The time by which a row is put in order. */
  setKey(row: number, sec: number, nsec: number): void {
    this.#columns.keySec[row] = sec;
    this.#columns.keyNsec[row] = nsec;
  }

  /** Nanoseconds from the frame at a position to a time. */
  age(position: number, sec: number, nsec: number): number {
    const { order, keySec, keyNsec } = this.#columns;
    const row = order[position]!;
    return (sec - keySec[row]!) * 1e9 + nsec - keyNsec[row]!;
  }

  /** Puts positions `from` to `to` in order of time; frames of the same time stay in the order in which they came. */
  sort(from: number, to: number): void {
    const { order, keySec, keyNsec } = this.#columns;
    order.subarray(from, to).sort((a, b) => keySec[a]! - keySec[b]! || keyNsec[a]! - keyNsec[b]! || a - b);
  }

  /** Shows the frames at `rows` positions in a batch, which points into this memory. */
  copyTo(out: FrameBatch, from: number, rows: number): void {
    const c = this.#columns;
    out.bytes = this.#bytes;
    out.view = this.#view;
    out.count = rows;
    for (let i = 0; i < rows; i++) c.show(c.order[from + i]!, out, i);
    out.firstFrame = c.numbers[c.order[from]!]!;
  }

  /** Forgets the frames at the first `dropped` positions. */
  dropFirst(dropped: number): void {
    const c = this.#columns;
    const { moved, order } = c;
    const kept = this.count - dropped;
    moved.fill(-1, 0, this.count);
    for (let i = dropped; i < this.count; i++) moved[order[i]!] = 0;
    let next = 0;
    let low = this.bytesUsed;
    for (let row = 0; row < this.count; row++) {
      if (moved[row] === -1) continue;
      low = Math.min(low, c.at[row]!);
      if (row !== next) c.moveRow(row, next);
      moved[row] = next++;
    }
    for (let i = 0; i < kept; i++) {
      order[i] = moved[order[dropped + i]!]!;
      c.at[i] = c.at[i]! - low;
    }
    this.#bytes.copyWithin(0, low, this.bytesUsed);
    this.bytesUsed -= low;
    this.count = kept;
  }

  /** Gives the memory back when nothing is held. */
  release(): void {
    if (this.count > 0 || this.#bytes.length === FIRST_BYTES) return;
    this.bytesUsed = 0;
    this.#bytes = new Uint8Array(FIRST_BYTES);
    this.#view = new DataView(this.#bytes.buffer);
    this.#columns = new Columns(FIRST_ROWS);
  }

  #makeRows(more: number): Columns {
    const needed = this.count + more;
    if (needed > this.#columns.rows) {
      const larger = new Columns(Math.max(needed, 2 * this.#columns.rows));
      larger.takeFrom(this.#columns);
      this.#columns = larger;
    }
    return this.#columns;
  }

  #makeBytes(more: number): void {
    const needed = this.bytesUsed + more;
    if (needed <= this.#bytes.length) return;
    const larger = new Uint8Array(Math.max(needed, 2 * this.#bytes.length));
    larger.set(this.#bytes.subarray(0, this.bytesUsed));
    this.#bytes = larger;
    this.#view = new DataView(larger.buffer);
  }
}

/** Where in its buffer the frames of a batch lie: a reader's stand in the order of the rows, others need not. */
function extent(batch: FrameBatch): { first: number; end: number } {
  const { at, capLen, count, numbers } = batch;
  let first = at[0]!;
  let end = at[count - 1]! + capLen[count - 1]!;
  if (numbers === null) return { first, end };
  for (let i = 0; i < count; i++) {
    first = Math.min(first, at[i]!);
    end = Math.max(end, at[i]! + capLen[i]!);
  }
  return { first, end };
}

/** The columns alone, without the number of rows and the methods. */
type ColumnName = {
  [K in keyof Columns]: Columns[K] extends { readonly buffer: unknown } ? K : never;
}[keyof Columns];

/** The columns of `FrameBatch` for more rows, and what ordering needs beside them. */
class Columns {
  readonly rows: number;
  readonly at: Float64Array;
  readonly capLen: Int32Array;
  readonly origLen: Int32Array;
  readonly sec: Uint32Array;
  readonly nsec: Uint32Array;
  readonly linkType: Int32Array;
  readonly iface: Int32Array;
  readonly direction: Uint8Array;
  readonly marks: Uint8Array;
  readonly packetIdLo: Uint32Array;
  readonly packetIdHi: Uint32Array;
  readonly numbers: Uint32Array;
  readonly keySec: Uint32Array;
  readonly keyNsec: Uint32Array;
  readonly order: Int32Array;
  readonly moved: Int32Array;

  constructor(rows: number) {
    this.rows = rows;
    this.at = new Float64Array(rows);
    this.capLen = new Int32Array(rows);
    this.origLen = new Int32Array(rows);
    this.sec = new Uint32Array(rows);
    this.nsec = new Uint32Array(rows);
    this.linkType = new Int32Array(rows);
    this.iface = new Int32Array(rows);
    this.direction = new Uint8Array(rows);
    this.marks = new Uint8Array(rows);
    this.packetIdLo = new Uint32Array(rows);
    this.packetIdHi = new Uint32Array(rows);
    this.numbers = new Uint32Array(rows);
    this.keySec = new Uint32Array(rows);
    this.keyNsec = new Uint32Array(rows);
    this.order = new Int32Array(rows);
    this.moved = new Int32Array(rows);
  }

  takeFrom(other: Columns): void {
    const names = Object.keys(other).filter((name) => name !== 'rows') as ColumnName[];
    for (const name of names) this[name].set(other[name]);
  }

  /** Takes the rows of a batch; `at`, `numbers` and the order are the caller's. */
  copyRows(batch: FrameBatch, from: number): void {
    const n = batch.count;
    this.capLen.set(batch.capLen.subarray(0, n), from);
    this.origLen.set(batch.origLen.subarray(0, n), from);
    this.sec.set(batch.sec.subarray(0, n), from);
    this.nsec.set(batch.nsec.subarray(0, n), from);
    this.linkType.set(batch.linkType.subarray(0, n), from);
    this.iface.set(batch.iface.subarray(0, n), from);
    this.direction.set(batch.direction.subarray(0, n), from);
    this.marks.set(batch.marks.subarray(0, n), from);
    this.packetIdLo.set(batch.packetIdLo.subarray(0, n), from);
    this.packetIdHi.set(batch.packetIdHi.subarray(0, n), from);
  }

  show(row: number, out: FrameBatch, i: number): void {
    out.at[i] = this.at[row]!;
    out.capLen[i] = this.capLen[row]!;
    out.origLen[i] = this.origLen[row]!;
    out.sec[i] = this.sec[row]!;
    out.nsec[i] = this.nsec[row]!;
    out.linkType[i] = this.linkType[row]!;
    out.iface[i] = this.iface[row]!;
    out.direction[i] = this.direction[row]!;
    out.marks[i] = this.marks[row]!;
    out.packetIdLo[i] = this.packetIdLo[row]!;
    out.packetIdHi[i] = this.packetIdHi[row]!;
    if (out.numbers !== null) out.numbers[i] = this.numbers[row]!;
  }

  moveRow(from: number, to: number): void {
    this.at[to] = this.at[from]!;
    this.capLen[to] = this.capLen[from]!;
    this.origLen[to] = this.origLen[from]!;
    this.sec[to] = this.sec[from]!;
    this.nsec[to] = this.nsec[from]!;
    this.linkType[to] = this.linkType[from]!;
    this.iface[to] = this.iface[from]!;
    this.direction[to] = this.direction[from]!;
    this.marks[to] = this.marks[from]!;
    this.packetIdLo[to] = this.packetIdLo[from]!;
    this.packetIdHi[to] = this.packetIdHi[from]!;
    this.numbers[to] = this.numbers[from]!;
    this.keySec[to] = this.keySec[from]!;
    this.keyNsec[to] = this.keyNsec[from]!;
  }
}
