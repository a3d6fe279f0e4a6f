/** Real frames in a batch, so that a test feeds a meter as a reader does. */
import { concat } from '../../captures/recipes/craft/bytes.js';
import { ipFrame, tcp } from '../../captures/recipes/craft/frame.js';
import { FrameBatch, FrameMark, LinkType } from '../../src/capture/frames/frame.js';
import { Meter } from '../../src/flow/meter.js';
import type { MeterOptions } from '../../src/flow/meter.js';
import { START } from './script.js';

const FLAGS: Readonly<Record<string, number>> = { F: 1, S: 2, R: 4, P: 8, A: 16 };

/** A TCP segment and what may differ between copies of it. */
export interface SegmentParts {
  readonly src?: string;
  readonly dst?: string;
  readonly srcPort?: number;
  readonly dstPort?: number;
  readonly flags?: string;
  readonly seq?: number;
  readonly ack?: number;
  readonly window?: number;
  readonly payload?: Uint8Array;
  readonly options?: Uint8Array;
  readonly id?: number;
  readonly ttl?: number;
  readonly vlan?: number;
  readonly mac?: number;
  /** Added to the right transport checksum. */
  readonly spoilChecksum?: boolean;
}

/** Bytes of the headers of a frame without VLAN tag and options. */
export const TCP_CHECKSUM_AT = 14 + 20 + 16;

export function segment(parts: SegmentParts = {}): Uint8Array {
  const { src = '10.0.0.1', dst = '10.0.0.2', ttl = 128, id = 7, vlan, mac = 1 } = parts;
  const { srcPort = 50_000, dstPort = 9003, flags = 'A', seq = 100, ack = 200, window = 1000 } = parts;
  const { payload = new Uint8Array(0), options } = parts;
  const network = { src, dst, ttl, id };
  const link = {
    src: Uint8Array.of(2, 0, 0, 0, 0, mac),
    dst: Uint8Array.of(2, 0, 0, 0, 1, mac),
    ...(vlan === undefined ? {} : { vlan }),
  };
  const bits = [...flags].reduce((sum, letter) => sum | (FLAGS[letter] ?? 0), 0);
  const header = { srcPort, dstPort, seq, ack, flags: bits, window, ...(options && { options }) };
  const bytes = tcp(network, header, payload);
  if (parts.spoilChecksum === true) bytes[16] = (bytes[16] ?? 0) ^ 0x55;
  return ipFrame(link, network, 6, bytes);
}

export interface FedFrame {
  /** Seconds after START. */
  readonly at: number;
  readonly bytes: Uint8Array;
  readonly packetId?: number;
  readonly dropped?: boolean;
  readonly noTime?: boolean;
  readonly iface?: number;
}

/** Feeds the frames as one batch of a file; `firstFrame` numbers them. */
export function feed(meter: Meter, frames: readonly FedFrame[], firstFrame = 1, fileIndex = 0): void {
  const batch = new FrameBatch();
  batch.bytes = concat(...frames.map(({ bytes }) => bytes));
  batch.view = new DataView(batch.bytes.buffer, batch.bytes.byteOffset, batch.bytes.length);
  batch.firstFrame = firstFrame;
  let at = 0;
  for (const [i, frame] of frames.entries()) {
    const sec = Math.floor(START + frame.at);
    batch.at[i] = at;
    batch.capLen[i] = batch.origLen[i] = frame.bytes.length;
    batch.sec[i] = sec;
    batch.nsec[i] = Math.round((START + frame.at - sec) * 1e9);
    batch.linkType[i] = LinkType.Ethernet;
    batch.marks[i] =
      (frame.dropped === true ? FrameMark.Dropped : 0) |
      (frame.noTime === true ? FrameMark.NoTime : 0) |
      (frame.packetId === undefined ? 0 : FrameMark.PacketId);
    batch.packetIdLo[i] = frame.packetId ?? 0;
    batch.iface[i] = frame.iface ?? 0;
    at += frame.bytes.length;
  }
  batch.count = frames.length;
  meter.feed({ batch, from: 0, to: frames.length, fileIndex });
}

/** A meter that has read the frames. */
export function fed(frames: readonly FedFrame[], options: MeterOptions = {}): Meter {
  const meter = new Meter(options);
  feed(meter, frames);
  return meter;
}
