/**
 * The frames of a classic pcap file for the tests of the decoder, whole in memory; with what is needed to call it.
 */
import { readFileSync } from 'node:fs';

export interface PcapFrame {
  readonly at: number;
  readonly capLen: number;
  readonly origLen: number;
  readonly sec: number;
}

export interface PcapFile {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  readonly linkType: number;
  readonly frames: readonly PcapFrame[];
}

const MODIFIED = 0xa1b2cd34;

/** The frames of the file up to its end or the first record that is cut; null when it is no classic pcap. */
export function readPcap(path: string): PcapFile | null {
  const bytes = readFileSync(path);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 24) return null;
  const magics = [0xa1b2c3d4, 0xa1b23c4d, MODIFIED];
  const little = magics.includes(view.getUint32(0, true));
  if (!little && !magics.includes(view.getUint32(0))) return null;
  const headerLen = view.getUint32(0, little) === MODIFIED ? 24 : 16;
  const frames: PcapFrame[] = [];
  for (let at = 24; at + headerLen <= bytes.length;) {
    const capLen = view.getUint32(at + 8, little);
    if (at + headerLen + capLen > bytes.length) break;
    const origLen = view.getUint32(at + 12, little);
    frames.push({ at: at + headerLen, capLen, origLen, sec: view.getUint32(at, little) });
    at += headerLen + capLen;
  }
  return { bytes, view, linkType: view.getUint32(20, little) & 0x0fffffff, frames };
}

/** A classic pcap file of these frames. */
export function pcapOf(linkType: number, frames: readonly Uint8Array[]): Uint8Array {
  const u32 = (...values: number[]): Uint8Array => new Uint8Array(Uint32Array.from(values).buffer);
  const parts = [u32(0xa1b2c3d4, 0x00040002, 0, 0, 0x40000, linkType)];
  for (const frame of frames) parts.push(u32(1000, 0, frame.length, frame.length), frame);
  return Uint8Array.from(Buffer.concat(parts));
}
