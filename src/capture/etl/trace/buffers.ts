/**
 * Where the buffers of a trace lie: their headers alone are read, one after another to the end of the file. Buffers
 * of one processor belong in the order of their sequence numbers; in a circular file that is not the file's.
 */
import type { RandomAccess } from './random-access.js';
import { readFully } from './random-access.js';
import { BUFFER_HEADER_BYTES, BufferFlag, BufferType } from './layout.js';
import { FREE_EXPANSION_BYTES, MAX_BUFFERS, MAX_BUFFER_BYTES, MAX_EXPANSION } from './limits.js';

const HEAD_CHUNK_BYTES = 64 << 10;
const FIRST_CAPACITY = 1024;
const WORD = 0x1_0000_0000;

/** Why the list ends before the end of the file. */
export interface IndexDamage {
  readonly offset: number;
  readonly kind: 'cut' | 'corrupt';
  readonly message: string;
}

/** Columns of the buffers that hold events, in the order of the file. */
export class BufferIndex {
  count = 0;
  /** Byte offset of the first record, and how many bytes there are on disk and when decompressed. */
  offset = new Float64Array(FIRST_CAPACITY);
  stored = new Uint32Array(FIRST_CAPACITY);
  length = new Uint32Array(FIRST_CAPACITY);
  sequence = new Float64Array(FIRST_CAPACITY);
  processor = new Uint16Array(FIRST_CAPACITY);
  compressed = new Uint8Array(FIRST_CAPACITY);
  damage: IndexDamage | null = null;
  /** The file has more than `MAX_BUFFERS`. */
  full = false;
  /** Buffers that say that events or buffers before them were lost. */
  withLoss = 0;
  /** Zeros follow the last buffer: room that was never written to. */
  unwritten = false;

  /** Adds one column entry; the caller has checked the figures. */
  add(
    offset: number,
    stored: number,
    length: number,
    sequence: number,
    processor: number,
    compressed: boolean,
  ): void {
    if (this.count === this.offset.length) this.#grow();
    const i = this.count++;
    this.offset[i] = offset;
    this.stored[i] = stored;
    this.length[i] = length;
    this.sequence[i] = sequence;
    this.processor[i] = processor;
    this.compressed[i] = compressed ? 1 : 0;
  }

  #grow(): void {
    const capacity = this.offset.length * 2;
    const wider = <T extends { set(from: T): void }>(into: T, from: T): T => {
      into.set(from);
      return into;
    };
    this.offset = wider(new Float64Array(capacity), this.offset);
    this.stored = wider(new Uint32Array(capacity), this.stored);
    this.length = wider(new Uint32Array(capacity), this.length);
    this.sequence = wider(new Float64Array(capacity), this.sequence);
    this.processor = wider(new Uint16Array(capacity), this.processor);
    this.compressed = wider(new Uint8Array(capacity), this.compressed);
  }

  /** The buffers of each processor in the order of their sequence numbers; one list of all when they are too many. */
  streams(most: number): Uint32Array[] {
    const all = Uint32Array.from({ length: this.count }, (_, i) => i);
    const lists = new Map<number, number[]>();
    for (const i of all) {
      const list = lists.get(this.processor[i]!);
      if (list !== undefined) list.push(i);
      else if (lists.size < most) lists.set(this.processor[i]!, [i]);
      else return [all];
    }
    const bySequence = (a: number, b: number): number => this.sequence[a]! - this.sequence[b]! || a - b;
    return [...lists.values()].map((list) => Uint32Array.from(list.sort(bySequence)));
  }
}

/** Walks over the headers of all buffers behind the first, the trace's own. */
export async function indexBuffers(input: RandomAccess): Promise<BufferIndex> {
  const index = new BufferIndex();
  const chunk = new Uint8Array(HEAD_CHUNK_BYTES);
  const view = new DataView(chunk.buffer);
  let chunkAt = 0;
  let chunkEnd = 0;
  for (let at = 0; at < input.size && !input.stopped;) {
    if (at < chunkAt || at + BUFFER_HEADER_BYTES > chunkEnd) {
      chunkAt = at;
      // What lies behind a large buffer is far away: then its header alone is read.
      chunkEnd =
        at + (await readFully(input, at, chunk, 0, at === 0 ? chunk.length : nextRead(view, chunk.length)));
    }
    if (chunkEnd - at < BUFFER_HEADER_BYTES) {
      if (input.stopped) break;
      const message = `the data ends inside a buffer's header: ${BUFFER_HEADER_BYTES} bytes expected, ${chunkEnd - at} found`;
      index.damage = { offset: at, kind: 'cut', message };
      break;
    }
    const size = view.getUint32(at - chunkAt, true);
    if (!takeBuffer(index, view, at - chunkAt, at, input.size)) break;
    at += size;
  }
  return index;
}

/** As much as holds many headers where buffers are small, and one where they are large. */
function nextRead(view: DataView, most: number): number {
  return view.getUint32(0, true) * 4 < most ? most : BUFFER_HEADER_BYTES;
}

/** Takes the buffer whose header is at `from`; `false` = it is the last. */
function takeBuffer(index: BufferIndex, view: DataView, from: number, at: number, fileSize: number): boolean {
  const size = view.getUint32(from, true);
  if (size < BUFFER_HEADER_BYTES || size > MAX_BUFFER_BYTES) {
    if (size === 0 && isEmpty(view, from)) index.unwritten = true;
    else {
      const message = `a buffer's size is not plausible: ${BUFFER_HEADER_BYTES} to ${MAX_BUFFER_BYTES} bytes expected, ${size} found`;
      index.damage = { offset: at, kind: 'corrupt', message };
    }
    return false;
  }
  const there = Math.min(size, fileSize - at);
  if (there < size) {
    const message = `the data ends inside a buffer: ${size} bytes expected, ${there} found`;
    index.damage = { offset: at, kind: 'cut', message };
  }
  const flags = view.getUint16(from + 0x34, true);
  const type = view.getUint16(from + 0x36, true);
  if (flags & (BufferFlag.EventsLost | BufferFlag.BufferLost)) index.withLoss++;
  if (at > 0 && (type === BufferType.Generic || type === BufferType.Rundown)) {
    if (index.count >= MAX_BUFFERS) {
      index.full = true;
      return false;
    }
    const compressed = (flags & BufferFlag.Compressed) !== 0;
    const stored = there - BUFFER_HEADER_BYTES;
    const end = compressed ? decodedEnd(view, from, stored) : storedEnd(view, from, size, there);
    const sequence = view.getInt32(from + 0x1c, true) * WORD + view.getUint32(from + 0x18, true);
    const processor =
      flags & BufferFlag.ProcessorIndex ? view.getUint16(from + 0x28, true) : view.getUint8(from + 0x28);
    index.add(at + BUFFER_HEADER_BYTES, stored, end - BUFFER_HEADER_BYTES, sequence, processor, compressed);
  }
  return there === size;
}

function isEmpty(view: DataView, from: number): boolean {
  for (let i = 0; i < BUFFER_HEADER_BYTES; i++) if (view.getUint8(from + i) !== 0) return false;
  return true;
}

/** Where the data of a buffer ends that is not compressed. */
function storedEnd(view: DataView, from: number, size: number, there: number): number {
  let end = view.getUint32(from + 4, true);
  if (end === 0 || end > size) end = view.getUint32(from + 0x30, true);
  if (end === 0 || end > size) end = size;
  return Math.max(BUFFER_HEADER_BYTES, Math.min(end, there));
}

/** Where it ends once it is decompressed, within what its size on disk makes plausible. */
function decodedEnd(view: DataView, from: number, stored: number): number {
  const most = Math.min(MAX_BUFFER_BYTES, stored * MAX_EXPANSION + FREE_EXPANSION_BYTES);
  return Math.max(BUFFER_HEADER_BYTES, Math.min(view.getUint32(from + 4, true), most));
}
