/**
 * What a capture reader hands on: batches of frames that point into the reader's own buffer.
 *
 *   bytes   | ...block header | frame 0 ........ | block header | frame 1 ... |
 *                             ^ at[0]  capLen[0]                ^ at[1]
 *
 * Nothing is copied and nothing is allocated per frame; a batch is valid until the next read.
 */

import type { CaptureLimit, EtlLimitCode } from '../bytes/limits.js';
import type { TraceFacts } from './trace-facts.js';

/** Frames in one batch at the most. Large enough to amortise a call, small enough for the L2 cache. */
export const BATCH_FRAMES = 1024;

/** Link types (LINKTYPE_ registry of tcpdump.org) that the decoder knows; any other number may occur. */
export const LinkType = {
  Null: 0,
  Ethernet: 1,
  Ppp: 9,
  PppHdlc: 50,
  PppEther: 51,
  RawBsd: 12,
  Raw: 101,
  Ieee80211: 105,
  Loop: 108,
  LinuxSll: 113,
  Pflog: 117,
  Ieee80211Prism: 119,
  Ieee80211Radiotap: 127,
  Ppi: 192,
  JuniperEthernet: 178,
  Ipv4: 228,
  Ipv6: 229,
  Nflog: 239,
  Pktap: 258,
  LinuxSll2: 276,
} as const;

/** Values of `FrameBatch.direction` (pcapng epb_flags bits 0-1). */
export const Direction = { Unknown: 0, Inbound: 1, Outbound: 2 } as const;

/** One interface of a capture; classic pcap has exactly one. */
export interface CaptureInterface {
  readonly linkType: number;
  /** 0 = unlimited or unknown. */
  readonly snapLength: number;
  readonly name?: string;
  readonly description?: string;
  /** Capture filter as the capturing program wrote it (if_filter). */
  readonly filter?: string;
  readonly os?: string;
  /** Ticks a second of this interface's timestamps. */
  readonly resolution: number;
  /** Packets seen / dropped by the interface / dropped by the OS, when the capture says so (ISB). */
  received?: bigint;
  interfaceDropped?: bigint;
  osDropped?: bigint;
}

/** What is needed to decode: row i is the frame `bytes[at[i] .. at[i] + capLen[i])`, as in `FrameBatch`. */
export interface FrameColumns {
  readonly bytes: Uint8Array;
  /** A view over exactly `bytes` (same offsets). */
  readonly view: DataView;
  readonly at: ArrayLike<number>;
  readonly capLen: ArrayLike<number>;
  readonly origLen: ArrayLike<number>;
  readonly linkType: ArrayLike<number>;
  readonly sec: ArrayLike<number>;
}

/**
 * A reused set of columns. `count` rows hold; row i is the frame
 * `bytes[at[i] .. at[i] + capLen[i])`, of `origLen[i]` bytes on the wire.
 */
export class FrameBatch implements FrameColumns {
  bytes: Uint8Array = new Uint8Array(0);
  /** A view over exactly `bytes` (same offsets). */
  view: DataView = new DataView(new ArrayBuffer(0));
  count = 0;
  /** Number of the first frame of the batch in its file, 1-based as in Wireshark; row i is firstFrame + i. */
  firstFrame = 1;
  /** The number of each row where they do not follow one another, since frames were put in order of time. */
  numbers: Uint32Array | null = null;
  readonly at = new Int32Array(BATCH_FRAMES);
  readonly capLen = new Int32Array(BATCH_FRAMES);
  /** Length on the wire; may be smaller than capLen in odd files, never negative. */
  readonly origLen = new Int32Array(BATCH_FRAMES);
  /** Seconds since 1970 UTC and nanoseconds within the second [0, 1e9). */
  readonly sec = new Uint32Array(BATCH_FRAMES);
  readonly nsec = new Uint32Array(BATCH_FRAMES);
  readonly linkType = new Int32Array(BATCH_FRAMES);
  /** Index into `CaptureFile.interfaces`. */
  readonly iface = new Int32Array(BATCH_FRAMES);
  /** `Direction`; filled only where the file says it, else 0. */
  readonly direction = new Uint8Array(BATCH_FRAMES);
  /** Bit set of `FrameMark`. */
  readonly marks = new Uint8Array(BATCH_FRAMES);
  /** epb_packetid low and high 32 bits when FrameMark.PacketId is set. */
  readonly packetIdLo = new Uint32Array(BATCH_FRAMES);
  readonly packetIdHi = new Uint32Array(BATCH_FRAMES);
  /** Packets that the capturing system says it dropped, beside the frames; null where the format has none. */
  drops: DropEvents | null = null;
}

/** Drop events in one batch at the most. */
export const BATCH_DROPS = 1024;

/**
 * What Windows reports of packets it dropped (.etl of pktmon): a reused set of columns like `FrameBatch`, whose
 * bytes they share. A drop is no frame: the packet is in the capture as one as well, if it ever was on a wire.
 */
export class DropEvents {
  count = 0;
  /** Rows of the batch that came before it. */
  readonly before = new Uint32Array(BATCH_DROPS);
  readonly at = new Uint32Array(BATCH_DROPS);
  readonly capLen = new Uint32Array(BATCH_DROPS);
  readonly origLen = new Uint32Array(BATCH_DROPS);
  readonly linkType = new Int32Array(BATCH_DROPS);
  readonly sec = new Uint32Array(BATCH_DROPS);
  readonly nsec = new Uint32Array(BATCH_DROPS);
  /** PktMonDropReason and PktMonDropLocation. */
  readonly reason = new Uint32Array(BATCH_DROPS);
  readonly location = new Uint32Array(BATCH_DROPS);
  readonly component = new Uint16Array(BATCH_DROPS);
  /** `Direction`, as the dropping system saw it. */
  readonly direction = new Uint8Array(BATCH_DROPS);
}

/** Bits of `FrameBatch.marks`. */
export const FrameMark = {
  /** An epb_verdict said that this frame was dropped by the capturing system. */
  Dropped: 1,
  /** packetIdLo/Hi hold. */
  PacketId: 2,
  /** The timestamp was outside 1970..2106 and was clamped, or the file has none (Simple Packet Block). */
  NoTime: 4,
  /** An epb_dropcount said that frames were lost between the one before and this one. */
  LostBefore: 8,
} as const;

/** Where and why reading stopped early; everything before `offset` was read and kept. */
export interface CaptureDamage {
  /** Byte offset in the (decompressed) file of the first byte that could not be used. */
  readonly offset: number;
  /** One sentence for people: what was expected, what was found. */
  readonly message: string;
  readonly kind: 'cut' | 'corrupt';
}

/** A name that the capture itself declares for an address (pcapng Name Resolution Block). */
export interface DeclaredName {
  readonly address: string;
  readonly name: string;
}

/** Frames whose time is not what their place says. */
export interface Disorder {
  readonly frames: number;
  /** How late the latest of them was, seconds. */
  readonly seconds: number;
  /** Lone frames hours away from their neighbours, which got their neighbours' time; the first ones with what they said. */
  readonly outlierFrames: number;
  readonly outliers: { readonly frame: number; readonly sec: number }[];
}

export function noDisorder(): { -readonly [K in keyof Disorder]: Disorder[K] } {
  return { frames: 0, seconds: 0, outlierFrames: 0, outliers: [] };
}

/** What may be reached while a file is read. */
export type ReadLimit = CaptureLimit | EtlLimitCode;

/** What is known of one input file; grows while it is read, complete when `nextBatch` has returned null. */
export interface CaptureFile {
  readonly path: string;
  /** 'pcap', 'pcap (nanosecond, big-endian)', 'pcapng', 'pcapng, gzip' ... for people. */
  readonly format: string;
  readonly interfaces: readonly CaptureInterface[];
  readonly comments: readonly string[];
  readonly names: readonly DeclaredName[];
  /** Program and machine that wrote the file (SHB options), when it says so. */
  readonly application?: string;
  readonly hardware?: string;
  readonly os?: string;
  /** Frames handed out so far. */
  readonly frames: number;
  /** Sum of epb_dropcount. */
  readonly dropCount: bigint;
  /** Blocks of types that were skipped by their length. */
  readonly skippedBlocks: number;
  readonly damage: CaptureDamage | null;
  readonly disorder: Disorder;
  /** What only a Windows event trace tells. */
  readonly trace?: TraceFacts;
  /** Limits that were reached while reading, with a count. */
  readonly limits: ReadonlyMap<ReadLimit, number>;
  /** Bytes consumed and bytes in all of the file on disk; sizes are 0 when unknown (standard input). */
  readonly bytesRead: number;
  readonly bytesTotal: number;
  /** Hex SHA-256 of the file as it lies on disk; '' until reading is complete. */
  readonly sha256: string;
}

/** A stream of frames from one file. Not re-entrant: await each call before the next. */
export interface CaptureReader {
  readonly file: CaptureFile;
  /** Frames come in the order of time as they are; with their `drops`, whose place is between them. */
  readonly isOrdered?: boolean;
  /** The next batch, or null at the end (or at the damage). The batch object is reused by the next call. */
  nextBatch(): Promise<FrameBatch | null>;
  /** Releases the file; `file.sha256` is settled after it. Safe to call twice. */
  close(): Promise<void>;
}

/** A run of consecutive rows of one file's batch, in merged time order. */
export interface FrameRun {
  batch: FrameBatch;
  /** Half-open range of rows. */
  from: number;
  to: number;
  /** Index of the file in the list of readers. */
  fileIndex: number;
}

/** The number of a row's frame in its file. */
export function frameNumber(batch: FrameBatch, row: number): number {
  return batch.numbers === null ? batch.firstFrame + row : batch.numbers[row]!;
}

/** The file cannot be read as a capture at all. `offset` is the byte where the reader gave up. */
export class CaptureError extends Error {
  readonly path: string;
  readonly offset: number;
  constructor(path: string, offset: number, message: string) {
    super(message);
    this.name = 'CaptureError';
    this.path = path;
    this.offset = offset;
  }
}
