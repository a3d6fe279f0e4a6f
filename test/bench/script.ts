/**
 * A conversation as a script: the segments that its two ends send in turn, built once and played by many flows.
 */
import { hex, le64 } from '../../captures/recipes/craft/bytes.js';
import { HANDLE } from '../../captures/recipes/payload/dce-rpc.js';
import { SESSION } from '../../captures/recipes/payload/smb2.js';

/** Four bytes that differ from flow to flow. */
export interface Blank {
  readonly at: number;
  readonly of: 'computer' | 'flow';
}

/** One segment or datagram; `bytes` is empty in a mere acknowledgement. */
export interface Segment {
  readonly fromOrig: boolean;
  readonly bytes: Uint8Array;
  /** The last segment of a message. */
  readonly push: boolean;
  /** One's complement sum of `bytes`, not folded. */
  readonly sum: number;
  /** Offsets in `bytes` that the player fills in; they hold 0, and so they count in `sum`. */
  readonly blanks: readonly Blank[];
}

export type Script = readonly Segment[];

/** Payload of one segment, as a Windows machine with timestamps cuts it. */
export const SEGMENT_LEN = 1448;
/** Stands in a payload for the address of the computer that a flow is about. */
export const ANY_COMPUTER = '203.0.113.77';
const BLANK_LEN = 4;
/** What is filled in: the address, and identifiers that no two connections share; dissectors look them up. */
const MARKS = [
  { bytes: hex('cb00714d'), of: 'computer' },
  { bytes: HANDLE.subarray(4), of: 'flow' },
  { bytes: le64(SESSION), of: 'flow' },
  { bytes: hex('0a000000010000000a00000001000000'), of: 'flow' },
  { bytes: hex('0b000000020000000b00000002000000'), of: 'flow' },
] as const;

/** The sum of RFC 1071 over `bytes`, padded with a zero, not folded. */
export function wordSum(bytes: Uint8Array): number {
  let sum = 0;
  for (const [at, byte] of bytes.entries()) sum += at & 1 ? byte : byte * 256;
  return sum;
}

function segment(fromOrig: boolean, part: Uint8Array, push: boolean): Segment {
  const bytes = part.slice();
  const blanks: Blank[] = [];
  for (const mark of MARKS) {
    const at = Buffer.from(bytes.buffer).indexOf(mark.bytes);
    if (at < 0) continue;
    blanks.push({ at, of: mark.of });
    bytes.fill(0, at, at + BLANK_LEN);
  }
  return { fromOrig, bytes, push, sum: wordSum(bytes), blanks };
}

/** A message cut into segments; the receiver acknowledges every second one as long as more follow. */
export function message(fromOrig: boolean, bytes: Uint8Array): Segment[] {
  const segments: Segment[] = [];
  for (let at = 0, count = 1; at < bytes.length; at += SEGMENT_LEN, count++) {
    const end = at + SEGMENT_LEN;
    segments.push(segment(fromOrig, bytes.subarray(at, end), end >= bytes.length));
    if (count % 2 === 0 && end < bytes.length) segments.push(acknowledgement(!fromOrig));
  }
  return segments;
}

export function acknowledgement(fromOrig: boolean): Segment {
  return segment(fromOrig, new Uint8Array(0), false);
}

/** A question of the originator, its answer, and the acknowledgement that comes late because nothing follows. */
export function exchange(question: Uint8Array, answer: Uint8Array): Segment[] {
  return [...message(true, question), ...message(false, answer), acknowledgement(true)];
}
