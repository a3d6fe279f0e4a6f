/**
 * Writes pcapng; each call returns the bytes of one block.
 *
 * Normative: draft-ietf-opsawg-pcapng §3-4.
 *
 *   | type u32 | total length u32 | body ... options ... | total length u32 |   (all padded to 4 bytes)
 */
import { concatBytes } from '../bytes/concat-bytes.js';
import { Direction, LinkType } from '../frames/frame.js';
import type { FrameBatch } from '../frames/frame.js';

/** One frame to write. `bytes` is read during the call and not kept. */
export interface OutgoingFrame {
  /** Seconds since 1970 UTC and nanoseconds within the second; a coarser file cuts the rest off. */
  readonly sec: number;
  readonly nsec: number;
  readonly bytes: Uint8Array;
  /** Length on the wire when it is more than was kept; default `bytes.length`. */
  readonly origLen?: number;
}

/** What pcapng can say of a frame beside its bytes. */
export interface AnnotatedFrame extends OutgoingFrame {
  /** Index of the interface in its section, in the order of `interfaceDescription` calls; default 0. */
  readonly iface?: number;
  readonly comment?: string;
  /** A `Direction`; 0 writes no epb_flags. */
  readonly direction?: number;
  readonly packetId?: bigint;
  /** Frames lost between the previous frame and this one. */
  readonly dropCount?: bigint;
  /** Writes the epb_verdict that etl2pcapng writes for a frame which the system dropped. */
  readonly dropped?: boolean;
}

const DEFAULT_SNAP_LENGTH = 262144;

/** Section header (SHB) options; empty ones are left out. */
export interface SectionOptions {
  readonly comment?: string;
  readonly hardware?: string;
  readonly os?: string;
  readonly application?: string;
}

/** Interface description (IDB) options. */
export interface InterfaceOptions {
  /** Default Ethernet. */
  readonly linkType?: number;
  /** 0 = unlimited; default 262144. */
  readonly snapLength?: number;
  readonly name?: string;
  readonly description?: string;
  readonly filter?: string;
  readonly os?: string;
  /** Decimal digits of a second, 0..9; default 9 (if_tsresol). */
  readonly digits?: number;
}

/** Interface statistics (ISB): the moment they hold for, and counters since the start of the capture. */
export interface InterfaceCounters {
  readonly iface?: number;
  readonly sec: number;
  readonly nsec: number;
  readonly received?: bigint;
  readonly interfaceDropped?: bigint;
  readonly osDropped?: bigint;
}

interface Option {
  readonly code: number;
  readonly value: Uint8Array;
}

const BlockType = { Section: 0x0a0d0d0a, Interface: 1, Names: 4, Statistics: 5, Enhanced: 6 } as const;
const NameRecord = { Ipv4: 1, Ipv6: 2 } as const;
const utf8 = new TextEncoder();
const padded = (len: number): number => (len + 3) & ~3;

/** Bytes of an Enhanced Packet Block beside its data. */
const ENHANCED_OVERHEAD = 32;

/** Bytes that `putEnhancedPacket` needs for a frame of which `len` bytes were captured. */
export function enhancedPacketSize(len: number): number {
  return ENHANCED_OVERHEAD + padded(len);
}

/**
 * Writes row `row` of a batch at `at` as an Enhanced Packet Block without options, little-endian, for an interface that
 * counts nanoseconds: the form for many frames. `into` must have room for `enhancedPacketSize` of the row's bytes.
 * @returns the offset behind the block
 */
export function putEnhancedPacket(
  into: Uint8Array,
  view: DataView,
  at: number,
  batch: FrameBatch,
  row: number,
): number {
  const from = batch.at[row]!;
  const len = batch.capLen[row]!;
  const sec = batch.sec[row]!;
  const total = enhancedPacketSize(len);
  // sec x 10^9 + nsec in two words: the product of the upper half of the seconds is exact as long as it is not shifted.
  const upper = (sec >>> 16) * 1e9;
  const lower = (upper % 65536) * 65536 + (sec & 0xffff) * 1e9 + batch.nsec[row]!;
  view.setUint32(at, BlockType.Enhanced, true);
  view.setUint32(at + 4, total, true);
  view.setUint32(at + 8, batch.iface[row]!, true);
  view.setUint32(at + 12, Math.floor(upper / 65536) + Math.floor(lower / 4294967296), true);
  view.setUint32(at + 16, lower % 4294967296, true);
  view.setUint32(at + 20, len, true);
  view.setUint32(at + 24, batch.origLen[row]!, true);
  into.set(batch.bytes.subarray(from, from + len), at + 28);
  into.fill(0, at + 28 + len, at + total - 4);
  view.setUint32(at + total - 4, total, true);
  return at + total;
}

/** Makes the blocks of one pcapng file in the order of the calls; begin with `section`. */
export class PcapngWriter {
  readonly #little: boolean;
  /** Ticks a second of each interface of the current section. */
  #resolutions: bigint[] = [];

  constructor(options: { readonly littleEndian?: boolean } = {}) {
    this.#little = options.littleEndian ?? true;
  }

  /** Section Header Block; interfaces are counted from 0 again after it. */
  section(options: SectionOptions = {}): Uint8Array {
    this.#resolutions = [];
    const body = new DataView(new ArrayBuffer(16));
    body.setUint32(0, 0x1a2b3c4d, this.#little);
    body.setUint16(4, 1, this.#little);
    body.setBigInt64(8, -1n, this.#little);
    const { comment, hardware, os, application } = options;
    return this.#block(BlockType.Section, body, null, [
      ...text(1, comment),
      ...text(2, hardware),
      ...text(3, os),
      ...text(4, application),
    ]);
  }

  /** Interface Description Block. */
  interfaceDescription(options: InterfaceOptions = {}): Uint8Array {
    const digits = options.digits ?? 9;
    this.#resolutions.push(10n ** BigInt(digits));
    const body = new DataView(new ArrayBuffer(8));
    body.setUint16(0, options.linkType ?? LinkType.Ethernet, this.#little);
    body.setUint32(4, options.snapLength ?? DEFAULT_SNAP_LENGTH, this.#little);
    const filter = options.filter
      ? [{ code: 11, value: concatBytes([Uint8Array.of(0), utf8.encode(options.filter)]) }]
      : [];
    return this.#block(BlockType.Interface, body, null, [
      ...text(2, options.name),
      ...text(3, options.description),
      { code: 9, value: Uint8Array.of(digits) },
      ...filter,
      ...text(12, options.os),
    ]);
  }

  /**
   * Enhanced Packet Block.
   * @throws RangeError when the frame names an interface that has no description yet.
   */
  packet(frame: AnnotatedFrame): Uint8Array {
    const iface = frame.iface ?? 0;
    const body = new DataView(new ArrayBuffer(20));
    body.setUint32(0, iface, this.#little);
    this.#setTime(body, 4, iface, frame.sec, frame.nsec);
    body.setUint32(12, frame.bytes.length, this.#little);
    body.setUint32(16, frame.origLen ?? frame.bytes.length, this.#little);

    const options = text(1, frame.comment);
    const direction = frame.direction ?? Direction.Unknown;
    if (direction !== Direction.Unknown) options.push({ code: 2, value: this.#u32(direction) });
    if (frame.dropCount !== undefined) options.push({ code: 4, value: this.#u64(frame.dropCount) });
    if (frame.packetId !== undefined) options.push({ code: 5, value: this.#u64(frame.packetId) });
    if (frame.dropped) options.push({ code: 7, value: concatBytes([Uint8Array.of(2), this.#u64(1n)]) });
    return this.#block(BlockType.Enhanced, body, frame.bytes, options);
  }

  /** Interface Statistics Block. */
  statistics(counters: InterfaceCounters): Uint8Array {
    const iface = counters.iface ?? 0;
    const body = new DataView(new ArrayBuffer(12));
    body.setUint32(0, iface, this.#little);
    this.#setTime(body, 4, iface, counters.sec, counters.nsec);
    const options: Option[] = [];
    const add = (code: number, value: bigint | undefined): void => {
      if (value !== undefined) options.push({ code, value: this.#u64(value) });
    };
    add(4, counters.received);
    add(5, counters.interfaceDropped);
    add(7, counters.osDropped);
    return this.#block(BlockType.Statistics, body, null, options);
  }

  /** Name Resolution Block; `address` is the 4 or 16 bytes of an IP address. */
  names(entries: readonly { readonly address: Uint8Array; readonly name: string }[]): Uint8Array {
    const records = entries.map(({ address, name }) => ({
      code: address.length === 4 ? NameRecord.Ipv4 : NameRecord.Ipv6,
      value: concatBytes([address, utf8.encode(name), Uint8Array.of(0)]),
    }));
    // Records are laid out like options, and like them end with a zero record.
    return this.#block(BlockType.Names, new DataView(new ArrayBuffer(0)), null, [
      ...records,
      { code: 0, value: new Uint8Array(0) },
    ]);
  }

  #setTime(body: DataView, at: number, iface: number, sec: number, nsec: number): void {
    const resolution = this.#resolutions[iface];
    if (resolution === undefined)
      throw new RangeError(`interface ${iface} has no description in this section`);
    const ticks = BigInt(sec) * resolution + (BigInt(nsec) * resolution) / 1_000_000_000n;
    body.setUint32(at, Number(ticks >> 32n), this.#little);
    body.setUint32(at + 4, Number(ticks & 0xffff_ffffn), this.#little);
  }

  #block(type: number, body: DataView, data: Uint8Array | null, options: readonly Option[]): Uint8Array {
    const dataLen = data ? padded(data.length) : 0;
    const endsItself = options.at(-1)?.code === 0;
    let optionsLen = options.length === 0 || endsItself ? 0 : 4;
    for (const option of options) optionsLen += 4 + padded(option.value.length);
    const total = 12 + body.byteLength + dataLen + optionsLen;

    const out = new Uint8Array(total);
    const view = new DataView(out.buffer);
    view.setUint32(0, type, this.#little);
    view.setUint32(4, total, this.#little);
    out.set(new Uint8Array(body.buffer), 8);
    let at = 8 + body.byteLength;
    if (data) out.set(data, at);
    at += dataLen;
    for (const { code, value } of options) {
      view.setUint16(at, code, this.#little);
      view.setUint16(at + 2, value.length, this.#little);
      out.set(value, at + 4);
      at += 4 + padded(value.length);
    }
    view.setUint32(total - 4, total, this.#little);
    return out;
  }

  #u32(value: number): Uint8Array {
    const view = new DataView(new ArrayBuffer(4));
    view.setUint32(0, value, this.#little);
    return new Uint8Array(view.buffer);
  }

  #u64(value: bigint): Uint8Array {
    const view = new DataView(new ArrayBuffer(8));
    view.setBigUint64(0, value, this.#little);
    return new Uint8Array(view.buffer);
  }
}

/** Option lengths are 16 bits; a longer text is cut at a character, never in the middle of one. */
const OPTION_MAX = 0xffff;

function text(code: number, value: string | undefined): Option[] {
  if (!value) return [];
  const room = new Uint8Array(Math.min(value.length * 3, OPTION_MAX));
  return [{ code, value: room.subarray(0, utf8.encodeInto(value, room).written) }];
}
