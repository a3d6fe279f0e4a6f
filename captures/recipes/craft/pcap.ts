/**
 * Classic pcap, as recipes and tests write it: the product itself writes pcapng only.
 *
 * Normative: draft-ietf-opsawg-pcap §4-5.
 *
 *   file    | magic u32 | 2 u16 | 4 u16 | 0 u32 | 0 u32 | snaplen u32 | linktype u32 | records...
 *   record  | sec u32 | µs or ns u32 | captured u32 | original u32 | (modified: ifindex u32, protocol u16, type u8, pad) | bytes
 */
import { LinkType } from '../../../src/capture/frames/frame.js';
import type { OutgoingFrame } from '../../../src/capture/pcap/pcapng-writer.js';

/** Variant of a classic pcap file. */
export interface PcapVariant {
  /** Default true. */
  readonly littleEndian?: boolean;
  /** Default false: microseconds. */
  readonly nanoseconds?: boolean;
  /** Kuznetzov's format with 24-byte record headers (always microseconds). */
  readonly modified?: boolean;
  /** Default Ethernet. */
  readonly linkType?: number;
  /** Default 262144. */
  readonly snapLength?: number;
}

const DEFAULT_SNAP_LENGTH = 262144;
const MAGIC = { micro: 0xa1b2c3d4, nano: 0xa1b23c4d, modified: 0xa1b2cd34 } as const;

/** The 24 bytes at the start of a classic pcap file. */
export function pcapHeader(variant: PcapVariant = {}): Uint8Array {
  const little = variant.littleEndian ?? true;
  const view = new DataView(new ArrayBuffer(24));
  const magic = variant.modified ? MAGIC.modified : variant.nanoseconds ? MAGIC.nano : MAGIC.micro;
  view.setUint32(0, magic, little);
  view.setUint16(4, 2, little);
  view.setUint16(6, 4, little);
  view.setUint32(16, variant.snapLength ?? DEFAULT_SNAP_LENGTH, little);
  view.setUint32(20, variant.linkType ?? LinkType.Ethernet, little);
  return new Uint8Array(view.buffer);
}

/** One record of a classic pcap file, header and bytes. */
export function pcapRecord(frame: OutgoingFrame, variant: PcapVariant = {}): Uint8Array {
  const little = variant.littleEndian ?? true;
  const headerLen = variant.modified ? 24 : 16;
  const out = new Uint8Array(headerLen + frame.bytes.length);
  const view = new DataView(out.buffer);
  view.setUint32(0, frame.sec, little);
  const nano = variant.nanoseconds === true && variant.modified !== true;
  view.setUint32(4, nano ? frame.nsec : Math.floor(frame.nsec / 1000), little);
  view.setUint32(8, frame.bytes.length, little);
  view.setUint32(12, frame.origLen ?? frame.bytes.length, little);
  out.set(frame.bytes, headerLen);
  return out;
}
