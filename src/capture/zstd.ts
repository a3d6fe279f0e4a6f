/**
 * Zstandard, RFC 8878 §3.1: frames and skippable frames one after another. The frames are taken apart here, so
 * that every whole block before a cut is decoded and hostile headers are refused before memory is spent; the
 * blocks are decoded by the platform where it can, else by fzstd.
 *
 *   28 b5 2f fd | descriptor 1 | [window 1] | [dictionary 0-4] | [content size 0-8] | block ... | [checksum 4]
 *   block: last 1 bit, type 2 bits, size 21 bits | data          skippable: 5x 2a 4d 18 | size 4 | data
 */
import type { Decompress } from 'fzstd';
import type { ZstdDecoder } from '../platform/contract.js';
import { platform } from '../platform/platform.js';
import type { Decoding, SourceFailure } from './byte-source.js';
import type { ByteWindow } from './byte-window.js';
import { MAX_ZSTD_WINDOW_BYTES } from './limits.js';

const FRAME_MAGIC = 0xfd2f_b528;
const SKIPPABLE_MAGIC = 0x184d_2a50;
const MAX_BLOCK_BYTES = 128 << 10;
const BlockType = { Raw: 0, Rle: 1, Compressed: 2, Reserved: 3 } as const;
/**
 * Bytes that a decoder of zstd frames may move for nothing: blocks far smaller than their window.
 * @reached the file is damaged there; what came before is used
 */
const FREE_MOVED_BYTES = 64 * 2 ** 30;
const MOVED_PER_OUTPUT_BYTE = 8192;

interface FrameHeader {
  readonly len: number;
  readonly windowBytes: number;
  readonly hasChecksum: boolean;
}

/** Whether a zstd frame (or a skippable one) begins at `at`; four bytes are there. */
export function startsZstd(view: DataView, at: number): boolean {
  const magic = view.getUint32(at, true);
  return magic === FRAME_MAGIC || (magic & ~15) >>> 0 === SKIPPABLE_MAGIC;
}

/** Decodes all frames of a window that begins with one. */
export async function* decodeZstd(raw: ByteWindow): Decoding {
  while (await raw.need(1)) {
    if (!(await raw.need(4))) return cut(raw);
    if (!startsZstd(raw.view, raw.start)) return corrupt(raw, 'something else than a frame follows');
    if (raw.view.getUint32(raw.start, true) === FRAME_MAGIC) {
      const failure = yield* decodeFrame(raw);
      if (failure !== null) return failure;
    } else {
      if (!(await raw.need(8))) return cut(raw);
      const len = raw.view.getUint32(raw.start + 4, true);
      if (!(await raw.skip(8 + len))) return cut(raw);
    }
  }
  return raw.source.failure;
}

async function* decodeFrame(raw: ByteWindow): Decoding {
  const header = await readHeader(raw);
  if ('message' in header) return header;
  const decoder = await newFrameDecoder();
  let moved = 0;
  let allowed = FREE_MOVED_BYTES;
  try {
    await decoder.push(take(raw, header.len), false);
    for (let last = false; !last;) {
      if (!(await raw.need(3))) return cut(raw);
      const word = raw.view.getUint16(raw.start, true) | ((raw.bytes[raw.start + 2] ?? 0) << 16);
      last = (word & 1) !== 0;
      const type = (word >> 1) & 3;
      const size = word >> 3;
      if (type === BlockType.Reserved || size > MAX_BLOCK_BYTES)
        return corrupt(raw, 'a block header is wrong');
      const dataLen = type === BlockType.Rle ? 1 : size;
      const len = 3 + dataLen + (last && header.hasChecksum ? 4 : 0);
      if (!(await raw.need(len))) {
        // A frame whose checksum alone is missing still gives its last block.
        if (raw.length >= 3 + dataLen) yield* await decoder.push(take(raw, 3 + dataLen), false);
        return cut(raw);
      }
      for (const chunk of await decoder.push(take(raw, len), last)) {
        allowed += chunk.length * MOVED_PER_OUTPUT_BYTE;
        yield chunk;
      }
      moved += header.windowBytes;
      if (moved > allowed) return corrupt(raw, 'its blocks are too small to be read here; run zstd -d first');
    }
    return null;
  } catch {
    return corrupt(raw, 'a block cannot be decoded');
  } finally {
    decoder.close();
  }
}

/** Reads the frame header without using it up; refuses what would cost too much. */
async function readHeader(raw: ByteWindow): Promise<FrameHeader | SourceFailure> {
  if (!(await raw.need(5))) return cut(raw);
  const descriptor = raw.bytes[raw.start + 4] ?? 0;
  const single = (descriptor >> 5) & 1;
  const dictionaryLen = [0, 1, 2, 4][descriptor & 3] ?? 0;
  const sizeCode = descriptor >> 6;
  const sizeLen = sizeCode === 0 ? single : 1 << sizeCode;
  const len = 5 + (1 - single) + dictionaryLen + sizeLen;
  if (!(await raw.need(len))) return cut(raw);
  if (descriptor & 8) return corrupt(raw, 'the frame header is wrong');
  let dictionary = 0;
  for (let i = 0; i < dictionaryLen; i++) dictionary |= raw.bytes[raw.start + 6 - single + i] ?? 0;
  if (dictionary !== 0) return corrupt(raw, 'it needs a dictionary; run zstd -d -D first');
  const windowBytes = single === 1 ? contentSize(raw, len - sizeLen, sizeLen) : windowSize(raw);
  if (windowBytes > MAX_ZSTD_WINDOW_BYTES) {
    return corrupt(raw, `it needs ${windowBytes} bytes of window; run zstd -d --long=31 first`);
  }
  return { len, windowBytes, hasChecksum: (descriptor & 4) !== 0 };
}

function windowSize(raw: ByteWindow): number {
  const code = raw.bytes[raw.start + 5] ?? 0;
  const base = 2 ** (10 + (code >> 3));
  return base + (base / 8) * (code & 7);
}

function contentSize(raw: ByteWindow, at: number, len: number): number {
  let size = 0;
  for (let i = len - 1; i >= 0; i--) size = size * 256 + (raw.bytes[raw.start + at + i] ?? 0);
  return len === 2 ? size + 256 : size;
}

function cut(raw: ByteWindow): SourceFailure {
  const message = `the zstd data ends before its end, at compressed byte ${raw.base + raw.end}`;
  return raw.source.failure ?? { kind: 'cut', message };
}

function corrupt(raw: ByteWindow, what: string): SourceFailure {
  return { kind: 'corrupt', message: `${what} (zstd, about compressed byte ${raw.offset})` };
}

/** The next bytes of the window as a copy: decoders keep what they are given. */
function take(raw: ByteWindow, len: number): Uint8Array {
  const piece = raw.bytes.slice(raw.start, raw.start + len);
  raw.start += len;
  return piece;
}

async function newFrameDecoder(): Promise<ZstdDecoder> {
  return platform.zstdDecoder() ?? new PortableDecoder(await import('fzstd'));
}

class PortableDecoder implements ZstdDecoder {
  readonly #out: Uint8Array[] = [];
  readonly #decoder: Decompress;

  constructor(fzstd: { readonly Decompress: typeof Decompress }) {
    this.#decoder = new fzstd.Decompress((chunk) => this.#out.push(chunk));
  }

  push(piece: Uint8Array, last: boolean): Promise<readonly Uint8Array[]> {
    this.#out.length = 0;
    this.#decoder.push(piece, last);
    return Promise.resolve(this.#out);
  }

  close(): void {
    this.#out.length = 0;
  }
}
