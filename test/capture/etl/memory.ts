/** Event traces in memory: read without a file, so that many changed ones are quick. */
import { FileFacts } from '../../../src/capture/frames/file-facts.js';
import { isEtl } from '../../../src/capture/etl/trace/header.js';
import { openEtl } from '../../../src/capture/etl/opening.js';
import type { RandomAccess } from '../../../src/capture/etl/trace/random-access.js';
import { drain } from '../read-all.js';
import type { ReadCapture } from '../read-all.js';

/** Bytes that are given out at most `most` at a time. */
export function accessTo(bytes: Uint8Array, most = Infinity): RandomAccess {
  return {
    size: bytes.length,
    failure: null,
    stopped: false,
    readAt: (position, into, at, len) => {
      const piece = bytes.subarray(position, position + Math.min(len, most));
      into.set(piece, at);
      return Promise.resolve(piece.length);
    },
    close: () => Promise.resolve(),
  };
}

/** Whether the bytes begin as a trace does. */
export function isTrace(bytes: Uint8Array): boolean {
  return isEtl(new DataView(bytes.buffer, bytes.byteOffset, bytes.length), 0, bytes.length);
}

/** Reads a trace from its first to its last frame. */
export async function readTrace(bytes: Uint8Array, component = -1, most = Infinity): Promise<ReadCapture> {
  const facts = new FileFacts('ua.etl', bytes.length, { position: 0 });
  return drain(await openEtl(accessTo(bytes, most), facts, component, () => Promise.resolve()));
}
