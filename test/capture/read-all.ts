/** Reads whole captures into plain objects, which is what tests compare. */
import { Readable } from 'node:stream';
import { openCapture } from '../../src/capture/open.js';
import type { OpenOptions } from '../../src/capture/open.js';
import { frameNumber } from '../../src/capture/frames/frame.js';
import type { CaptureFile, CaptureReader } from '../../src/capture/frames/frame.js';

export interface ReadFrame {
  readonly number: number;
  /** Seconds and nine digits. */
  readonly time: string;
  readonly capLen: number;
  readonly origLen: number;
  readonly linkType: number;
  readonly iface: number;
  readonly direction: number;
  readonly marks: number;
  readonly packetId: bigint;
  readonly hex: string;
}

export interface ReadCapture {
  readonly file: CaptureFile;
  readonly frames: readonly ReadFrame[];
}

/** Drains a reader and closes it. */
export async function drain(reader: CaptureReader): Promise<ReadCapture> {
  const frames: ReadFrame[] = [];
  for (let batch = await reader.nextBatch(); batch !== null; batch = await reader.nextBatch()) {
    for (let row = 0; row < batch.count; row++) {
      const at = batch.at[row] ?? 0;
      const capLen = batch.capLen[row] ?? 0;
      frames.push({
        number: frameNumber(batch, row),
        time: `${batch.sec[row]}.${String(batch.nsec[row]).padStart(9, '0')}`,
        capLen,
        origLen: batch.origLen[row] ?? 0,
        linkType: batch.linkType[row] ?? 0,
        iface: batch.iface[row] ?? 0,
        direction: batch.direction[row] ?? 0,
        marks: batch.marks[row] ?? 0,
        packetId: (BigInt(batch.packetIdHi[row] ?? 0) << 32n) | BigInt(batch.packetIdLo[row] ?? 0),
        hex: Buffer.from(batch.bytes.subarray(at, at + capLen)).toString('hex'),
      });
    }
  }
  await reader.close();
  return { file: reader.file, frames };
}

export async function readFile(path: string, options: OpenOptions = {}): Promise<ReadCapture> {
  return drain(await openCapture(path, options));
}

/** Reads bytes as standard input that arrives in chunks of `chunk` bytes. */
export async function readBytes(
  bytes: Uint8Array,
  chunk = bytes.length,
  options: OpenOptions = {},
): Promise<ReadCapture> {
  return drain(await openCapture('-', { ...options, stdin: streamOf(bytes, chunk) }));
}

/** A stream that delivers bytes in chunks of a given length. */
export function streamOf(bytes: Uint8Array, chunk = bytes.length): Readable {
  const chunks: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; at += chunk) chunks.push(bytes.subarray(at, at + chunk));
  return Readable.from(chunks, { objectMode: true });
}
