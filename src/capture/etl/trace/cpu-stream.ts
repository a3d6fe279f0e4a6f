/**
 * The records of one processor's buffers, one after another, decompressed where they are. Only a part is held:
 *
 *   bytes  | the last 8 KiB, for XPRESS | record | not yet looked at ... | free ... |
 *                                       start                            end
 *
 * Records that nobody wants are passed by their size before they are whole.
 */
import type { BufferIndex } from './buffers.js';
import type { TraceClock } from './clock.js';
import {
  At,
  CLASSIC_HEADER_BYTES,
  EVENT_HEADER_BYTES,
  MESSAGE_HEADER,
  Provider,
  RecordType,
  TRACE_HEADER,
  providerAt,
} from './layout.js';
import { MAX_RECORD_BYTES } from './limits.js';
import type { RandomAccess } from './random-access.js';
import { XPRESS_MARGIN, XPRESS_WINDOW_BYTES, XpressDecoder } from './xpress.js';

/** Where a stream stands: at a record, short of bytes (`fill` gets them), or at its end. */
export const StreamState = { Record: 0, Starved: 1, Ended: 2 } as const;

/** Says which records of the known providers are stopped at. */
export interface RecordFilter {
  /** The record is `view[at..at + size)`, whole, of a `Provider`. */
  wants(view: DataView, at: number, size: number, provider: number): boolean;
}

/** Sizes of what a stream holds, in bytes. */
export interface StreamSizes {
  readonly data: number;
  readonly input: number;
}

/** Many streams hold less each. */
export function sizesFor(streams: number): StreamSizes {
  if (streams <= 16) return { data: 256 << 10, input: 128 << 10 };
  if (streams <= 128) return { data: 96 << 10, input: 32 << 10 };
  return { data: 40 << 10, input: 16 << 10 };
}

/** What is looked at of a record before it is whole. */
const HEAD_BYTES = CLASSIC_HEADER_BYTES;
const MIN_HEAD_BYTES = 8;
const END_OF_BUFFER = 0xffff_ffff;
/** Less room than this is not worth a read. */
const MIN_ROOM_BYTES = 16 << 10;

/** What the streams of a trace count together. */
export class StreamCounts {
  /** Records of other providers. */
  others = 0;
  /** Buffers that were left at a record that makes no sense, and compressed ones that are damaged. */
  badRecords = 0;
  badCompressed = 0;
  /** Bytes read from the file. */
  read = 0;
}

/** Not re-entrant. A record is valid until `advance`. */
export class CpuStream {
  bytes: Uint8Array = new Uint8Array(0);
  view: DataView = new DataView(this.bytes.buffer);
  /** The record stopped at: its place, its size, whose it is, and counts of the clock since the trace's first event. */
  at = 0;
  size = 0;
  provider: number = Provider.None;
  since = 0;
  /** The buffer that the record is in: its number in the file. */
  buffer = -1;
  readonly #input: RandomAccess;
  readonly #index: BufferIndex;
  readonly #clock: TraceClock;
  readonly #filter: RecordFilter;
  readonly #sizes: StreamSizes;
  readonly #counts: StreamCounts;
  readonly #decoder = new XpressDecoder();
  #order: Uint32Array;
  #next = 0;
  #start = 0;
  #end = 0;
  /** Bytes at `start` to pass. */
  #skip = 0;
  #wanted = HEAD_BYTES;
  /** Bytes of the buffer that are still to be read from the file, and to come out. */
  #position = 0;
  #stored = 0;
  #left = 0;
  #compressed = false;
  #packed: Uint8Array = new Uint8Array(0);
  #packedEnd = 0;

  constructor(
    input: RandomAccess,
    index: BufferIndex,
    clock: TraceClock,
    filter: RecordFilter,
    options: { readonly sizes: StreamSizes; readonly counts: StreamCounts; readonly order: Uint32Array },
  ) {
    this.#input = input;
    this.#index = index;
    this.#clock = clock;
    this.#filter = filter;
    this.#sizes = options.sizes;
    this.#counts = options.counts;
    this.#order = options.order;
  }

  /** Begins anew with other buffers. */
  restart(order: Uint32Array): void {
    this.#order = order;
    this.#next = 0;
    this.#giveUp();
  }

  /** Moves to the next record that is wanted; a `Standing`. */
  advance(): number {
    for (;;) {
      if (this.#skip > 0 && !this.#pass()) {
        this.#wanted = HEAD_BYTES;
        if (this.#left > 0) return StreamState.Starved;
        this.#skip = 0;
      }
      const { view } = this;
      const at = this.#start;
      const there = this.#end - at;
      if (there < HEAD_BYTES && this.#left > 0) {
        this.#wanted = HEAD_BYTES;
        return StreamState.Starved;
      }
      if (there < MIN_HEAD_BYTES) {
        if (!this.#openNext()) return StreamState.Ended;
        if (this.#left > 0) return StreamState.Starved;
        continue;
      }
      if (view.getUint32(at, true) === END_OF_BUFFER) {
        this.#giveUp();
        continue;
      }
      const size = recordSize(view, at);
      if (size === 0 || size > there + this.#left) {
        this.#counts.badRecords++;
        this.#giveUp();
        continue;
      }
      const provider = size < CLASSIC_HEADER_BYTES ? Provider.None : providerOf(view, at, size);
      if (provider !== Provider.None) {
        if (there < size) {
          this.#wanted = size;
          return StreamState.Starved;
        }
        this.#skip = (size + 7) & ~7;
        if (this.#filter.wants(view, at, size, provider)) {
          this.#take(at, size, provider);
          return StreamState.Record;
        }
        continue;
      }
      this.#counts.others++;
      this.#skip = (size + 7) & ~7;
    }
  }

  #take(at: number, size: number, provider: number): void {
    this.at = at;
    this.size = size;
    this.provider = provider;
    const { view } = this;
    this.since = this.#clock.since(view.getUint32(at + At.Time, true), view.getInt32(at + At.Time + 4, true));
  }

  /** Passes what is to be skipped, as far as it is there; whether that is all of it. */
  #pass(): boolean {
    const step = Math.min(this.#skip, this.#end - this.#start);
    this.#start += step;
    this.#skip -= step;
    return this.#skip === 0;
  }

  /** Leaves the rest of the buffer. */
  #giveUp(): void {
    this.#left = 0;
    this.#skip = 0;
    this.#start = 0;
    this.#end = 0;
  }

  #openNext(): boolean {
    this.#giveUp();
    if (this.#next >= this.#order.length) {
      // Streams that ended hold nothing while the others go on.
      this.bytes = this.#packed = new Uint8Array(0);
      this.view = new DataView(this.bytes.buffer);
      return false;
    }
    const i = this.#order[this.#next++]!;
    const index = this.#index;
    this.buffer = i;
    this.#position = index.offset[i]!;
    this.#stored = index.stored[i]!;
    this.#left = index.length[i]!;
    this.#compressed = index.compressed[i] === 1;
    this.#packedEnd = 0;
    this.#decoder.begin();
    this.#decoder.inAt = 0;
    this.#wanted = Math.min(HEAD_BYTES, this.#left);
    return true;
  }

  /** Gets more bytes after `Standing.Starved`. Invalidates the record. */
  async fill(): Promise<void> {
    this.#makeRoom();
    if (this.#compressed) await this.#unpack();
    else await this.#read();
  }

  async #read(): Promise<void> {
    const want = Math.min(this.#left, this.bytes.length - this.#end);
    const got = await this.#input.readAt(this.#position, this.bytes, this.#end, want);
    this.#position += got;
    this.#counts.read += got;
    this.#end += got;
    this.#left = got === 0 ? 0 : this.#left - got;
  }

  async #unpack(): Promise<void> {
    const decoder = this.#decoder;
    for (;;) {
      if (this.#stored > 0 && this.#packedEnd - decoder.inAt <= XPRESS_MARGIN) await this.#readPacked();
      const outEnd = Math.min(this.bytes.length, this.#end + this.#left);
      const final = this.#stored === 0;
      if (final) this.#packed.fill(0, this.#packedEnd, this.#packedEnd + XPRESS_MARGIN);
      decoder.outAt = this.#end;
      decoder.decode(this.#packed, this.#packedEnd, this.bytes, outEnd, final);
      const got = decoder.outAt - this.#end;
      this.#end += got;
      this.#left -= got;
      if (this.#left === 0) return;
      if (decoder.damaged || (final && got === 0)) {
        this.#counts.badCompressed++;
        this.#left = 0;
        return;
      }
      if (this.#end === outEnd || this.#end - this.#start >= this.#wanted) return;
    }
  }

  async #readPacked(): Promise<void> {
    const decoder = this.#decoder;
    const { input } = this.#sizes;
    if (this.#packed.length === 0) this.#packed = new Uint8Array(input + 2 * XPRESS_MARGIN);
    this.#packed.copyWithin(0, decoder.inAt, this.#packedEnd);
    this.#packedEnd -= decoder.inAt;
    decoder.inAt = 0;
    const room = this.#packed.length - XPRESS_MARGIN - this.#packedEnd;
    const want = Math.min(this.#stored, room);
    const got = await this.#input.readAt(this.#position, this.#packed, this.#packedEnd, want);
    this.#position += got;
    this.#counts.read += got;
    this.#packedEnd += got;
    this.#stored = got === 0 ? 0 : this.#stored - got;
  }

  /** Moves what is still needed to the front, and grows for a record that is longer than what is held. */
  #makeRoom(): void {
    const history = this.#compressed ? XPRESS_WINDOW_BYTES : 0;
    const needed = this.#wanted + this.#skip;
    const from = Math.max(0, Math.min(this.#start, this.#end - history));
    const least = Math.min(this.#left, Math.max(MIN_ROOM_BYTES, needed - (this.#end - this.#start)));
    if (this.bytes.length - this.#end >= least && this.bytes.length > 0) return;
    const kept = this.#end - from;
    if (kept + least > this.bytes.length) {
      const most = XPRESS_WINDOW_BYTES + MAX_RECORD_BYTES + MIN_ROOM_BYTES;
      const grown = new Uint8Array(
        Math.max(this.#sizes.data, kept + least, this.bytes.length > 0 ? most : 0),
      );
      grown.set(this.bytes.subarray(from, this.#end));
      this.bytes = grown;
      this.view = new DataView(grown.buffer);
    } else {
      this.bytes.copyWithin(0, from, this.#end);
    }
    this.#start -= from;
    this.#end -= from;
  }
}

/** The size of a record by its type, from its first eight bytes; 0 = it makes no sense. */
function recordSize(view: DataView, at: number): number {
  const head = view.getUint8(at + 3);
  if ((head & TRACE_HEADER) !== TRACE_HEADER) {
    const size = view.getUint16(at, true);
    return (head & MESSAGE_HEADER) === MESSAGE_HEADER && size >= MIN_HEAD_BYTES ? size : 0;
  }
  switch (view.getUint8(at + 2)) {
    case RecordType.Event64:
    case RecordType.Event32:
      return atLeast(view.getUint16(at, true), EVENT_HEADER_BYTES);
    case RecordType.Full32:
    case RecordType.Full64:
      return atLeast(view.getUint16(at, true), CLASSIC_HEADER_BYTES);
    case RecordType.Instance32:
    case RecordType.Instance64:
      return atLeast(view.getUint16(at, true), 72);
    case RecordType.Error:
      return atLeast(view.getUint16(at, true), MIN_HEAD_BYTES);
    case RecordType.System32:
    case RecordType.System64:
      return atLeast(view.getUint16(at + 4, true), 32);
    case RecordType.Compact32:
    case RecordType.Compact64:
      return atLeast(view.getUint16(at + 4, true), 24);
    case RecordType.PerfInfo32:
    case RecordType.PerfInfo64:
      return atLeast(view.getUint16(at + 4, true), 16);
    default:
      return 0;
  }
}

function atLeast(size: number, least: number): number {
  return size < least ? 0 : size;
}

/** The `Provider` of a record of which the head is there. */
function providerOf(view: DataView, at: number, size: number): number {
  if (view.getUint8(at + 3) !== TRACE_HEADER) return Provider.None;
  const type = view.getUint8(at + 2);
  if ((type === RecordType.Event64 || type === RecordType.Event32) && size >= EVENT_HEADER_BYTES) {
    const provider = providerAt(view, at + At.Provider);
    return provider === Provider.Metadata ? Provider.None : provider;
  }
  if (type !== RecordType.Full64 && type !== RecordType.Full32) return Provider.None;
  return providerAt(view, at + At.Provider) === Provider.Metadata ? Provider.Metadata : Provider.None;
}
