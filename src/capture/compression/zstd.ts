/**
 * Zstandard, RFC 8878 §3.1: frames and skippable frames one after another. The frames are taken apart here, so
 * that every whole block before a cut is decoded and hostile headers are refused before memory is spent; the
 * blocks are decoded by the platform where it can, else by fzstd.
 *
 *   28 b5 2f fd | descriptor 1 | [window 1] | [dictionary 0-4] | [content size 0-8] | block ... | [checksum 4]
 *   block: last 1 bit, type 2 bits, size 21 bits | data          skippable: 5x 2a 4d 18 | size 4 | data
 */
import type { ZstdDecoder } from '../../platform/contract.js';
import { platform } from '../../platform/platform.js';
import type { Decoding, SourceFailure } from '../bytes/byte-source.js';
import type { ByteWindow } from '../bytes/byte-window.js';
import { MAX_ZSTD_WINDOW_BYTES } from '../bytes/limits.js';
import { SmallParts } from './small-parts.js';
import { PortableDecoder } from './zstd-blocks.js';

const FRAME_MAGIC = 0xfd2f_b528;
const SKIPPABLE_MAGIC = 0x184d_2a50;
const MAX_BLOCK_BYTES = 128 << 10;
const BlockType = { Raw: 0, Rle: 1, Compressed: 2, Reserved: 3 } as const;

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
  const small = new SmallParts();
  while (await raw.need(1)) {
    if (!(await raw.need(4))) return cut(raw);
    if (!startsZstd(raw.view, raw.start)) return corrupt(raw, 'something else than a frame follows');
    small.begin();
    if (raw.view.getUint32(raw.start, true) === FRAME_MAGIC) {
      const failure = yield* decodeFrame(raw, small);
      if (failure !== null) return failure;
    } else {
      if (!(await raw.need(8))) return cut(raw);
      const len = raw.view.getUint32(raw.start + 4, true);
      if (!(await raw.skip(8 + len))) return cut(raw);
    }
    if (!small.end()) return corrupt(raw, `it has more than ${small.most} frames that hold hardly anything`);
  }
  return raw.source.failure;
}

interface Block {
  readonly last: boolean;
  /** Bytes behind the three of the header. */
  readonly dataLen: number;
  /** It gives nothing, whatever was before it. */
  readonly empty: boolean;
}

/** The block header at the window's start, of which three bytes are there; null = it is wrong. */
function blockAt(raw: ByteWindow): Block | null {
  const word = raw.view.getUint16(raw.start, true) | (raw.bytes[raw.start + 2]! << 16);
  const type = (word >> 1) & 3;
  const size = word >> 3;
  if (type === BlockType.Reserved || size > MAX_BLOCK_BYTES) return null;
  return {
    last: (word & 1) !== 0,
    dataLen: type === BlockType.Rle ? 1 : size,
    empty: size === 0 && type !== BlockType.Compressed,
  };
}

async function* decodeFrame(raw: ByteWindow, small: SmallParts): Decoding {
  const header = await readHeader(raw);
  if ('message' in header) return header;
  const head = take(raw, header.len);
  // Made for the first block that holds something: a decoder and its window cost more than an empty frame.
  let decoder: ZstdDecoder | null = null;
  try {
    for (let last = false; !last;) {
      if (!(await raw.need(3))) return cut(raw);
      const block = blockAt(raw);
      if (block === null) return corrupt(raw, 'a block header is wrong');
      const { dataLen } = block;
      last = block.last;
      const len = 3 + dataLen + (last && header.hasChecksum ? 4 : 0);
      const isWhole = await raw.need(len);
      // A frame whose checksum alone is missing still gives its last block.
      if (!isWhole && raw.length < 3 + dataLen) return cut(raw);
      if (block.empty && (decoder === null || !last)) {
        if (!isWhole) return cut(raw);
        raw.start += len;
        continue;
      }
      if (decoder === null) {
        decoder = await newFrameDecoder(header);
        await decoder.push(head, false);
      }
      for (const chunk of await decoder.push(take(raw, isWhole ? len : 3 + dataLen), last && isWhole)) {
        small.gave(chunk.length);
        yield chunk;
      }
      if (!isWhole) return cut(raw);
    }
    return null;
  } catch {
    return corrupt(raw, 'a block cannot be decoded');
  } finally {
    decoder?.close();
  }
}

/** Reads the frame header without using it up; refuses what would cost too much. */
async function readHeader(raw: ByteWindow): Promise<FrameHeader | SourceFailure> {
  if (!(await raw.need(5))) return cut(raw);
  const descriptor = raw.bytes[raw.start + 4]!;
  const single = (descriptor >> 5) & 1;
  const dictionaryLen = [0, 1, 2, 4][descriptor & 3]!;
  const sizeCode = descriptor >> 6;
  const sizeLen = sizeCode === 0 ? single : 1 << sizeCode;
  const len = 5 + (1 - single) + dictionaryLen + sizeLen;
  if (!(await raw.need(len))) return cut(raw);
  if (descriptor & 8) return corrupt(raw, 'the frame header is wrong');
  let dictionary = 0;
  for (let i = 0; i < dictionaryLen; i++) dictionary |= raw.bytes[raw.start + 6 - single + i]!;
  if (dictionary !== 0) return corrupt(raw, 'it needs a dictionary; run zstd -d -D first');
  const windowBytes = single === 1 ? contentSize(raw, len - sizeLen, sizeLen) : windowSize(raw);
  if (windowBytes > MAX_ZSTD_WINDOW_BYTES) {
    return corrupt(raw, `it needs ${windowBytes} bytes of window; run zstd -d --long=31 first`);
  }
  return { len, windowBytes, hasChecksum: (descriptor & 4) !== 0 };
}

function windowSize(raw: ByteWindow): number {
  const code = raw.bytes[raw.start + 5]!;
  const base = 2 ** (10 + (code >> 3));
  return base + (base / 8) * (code & 7);
}

function contentSize(raw: ByteWindow, at: number, len: number): number {
  let size = 0;
  for (let i = len - 1; i >= 0; i--) size = size * 256 + raw.bytes[raw.start + at + i]!;
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

async function newFrameDecoder({ windowBytes }: FrameHeader): Promise<ZstdDecoder> {
  return platform.zstdDecoder() ?? new PortableDecoder(await import('fzstd'), windowBytes);
}
