/** Compressed files that cost more than they give: many members of nothing, large windows, bombs. */
import test from 'ava';
import zlib from 'node:zlib';
import { StreamSource } from '../../src/capture/bytes/byte-source.js';
import { ByteWindow } from '../../src/capture/bytes/byte-window.js';
import { DecodedSource, STREAM_LIMIT } from '../../src/capture/compression/decompress.js';
import type { DecompressedLimit } from '../../src/capture/compression/decompress.js';
import { FREE_EXPANSION_BYTES, MAX_EXPANSION, MAX_SMALL_PARTS } from '../../src/capture/bytes/limits.js';
import { installPlatform, platform } from '../../src/platform/platform.js';
import { pcapFile, frameBytes } from './file-builder.js';
import { readBytes, streamOf } from './read-all.js';

const capture = pcapFile(
  Array.from({ length: 50 }, (_, i) => ({ sec: i, sub: i, data: frameBytes(80, i * i) })),
);
const EMPTY_GZIP = Buffer.from('1f8b080000000000000303000000000000000000', 'hex');
/** A frame with a window of 128 MiB and one raw block of nothing, the last. */
const EMPTY_ZSTD = Buffer.from('28b52ffd0088010000', 'hex');

function times(n: number, piece: Uint8Array): Buffer {
  return Buffer.alloc(n * piece.length, piece);
}

/** A zstd frame of blocks that each repeat one byte 128 KiB times. */
function bomb(blocks: number): Buffer {
  const block = Buffer.from([((128 << 10) << 3) | 2, ((128 << 10) << 3) >> 8, ((128 << 10) << 3) >> 16, 0]);
  const end = Buffer.from('010000', 'hex');
  return Buffer.concat([Buffer.from('28b52ffd0038', 'hex'), times(blocks, block), end]);
}

/** Counts the decoders that are made while `work` runs. */
async function decodersMade(work: () => Promise<unknown>): Promise<number> {
  let made = 0;
  const before = platform;
  installPlatform({
    ...before,
    inflater: () => (made++, before.inflater()),
    zstdDecoder: () => (made++, before.zstdDecoder()),
  });
  try {
    await work();
  } finally {
    installPlatform(before);
  }
  return made;
}

/** Decompresses to the end; resolves to the bytes that came and why it ended. */
async function drained(
  bytes: Uint8Array,
  kind: 'gzip' | 'zstd',
  most: DecompressedLimit,
): Promise<{ readonly given: number; readonly why: string }> {
  const source = new StreamSource(streamOf(bytes, 65_536));
  const window = new ByteWindow(source, 1 << 20);
  await window.need(4);
  const decoded = new DecodedSource(window, kind, most);
  const into = new Uint8Array(1 << 20);
  let given = 0;
  for (let got = await decoded.read(into, 0, into.length); got > 0;) {
    given += got;
    got = await decoded.read(into, 0, into.length);
  }
  await decoded.close();
  return { given, why: decoded.failure?.message ?? '' };
}

test.serial('members and frames without data need no decoder, and what follows them is read', async (t) => {
  const made = await decodersMade(async () => {
    const read = await readBytes(Buffer.concat([times(3000, EMPTY_GZIP), zlib.gzipSync(capture)]));
    t.is(read.frames.length, 50);
    t.is(read.file.damage, null);
  });
  t.is(made, 1);
  t.is(await decodersMade(() => drained(times(3000, EMPTY_ZSTD), 'zstd', STREAM_LIMIT)), 0);
});

test('a file of ever more members or frames that hold hardly anything ends where the limit is', async (t) => {
  const whole = await drained(times(MAX_SMALL_PARTS, EMPTY_GZIP), 'gzip', STREAM_LIMIT);
  t.is(whole.why, '');
  for (const [kind, part, word] of [
    ['gzip', EMPTY_GZIP, 'members'],
    ['zstd', EMPTY_ZSTD, 'frames'],
    ['zstd', Buffer.from('502a4d1800000000', 'hex'), 'frames'],
  ] as const) {
    const { why } = await drained(times(MAX_SMALL_PARTS + 1, part), kind, STREAM_LIMIT);
    t.regex(why, new RegExp(`more than ${MAX_SMALL_PARTS} ${word} that hold hardly anything`));
  }
});

test.serial('a frame costs what it holds, whatever window it asks for', async (t) => {
  // Frames of one byte with a window of 128 MiB.
  const one = Buffer.from('28b52ffd008809000078', 'hex');
  const before = globalThis.Uint8Array;
  let most = 0;
  globalThis.Uint8Array = new Proxy(before, {
    construct: (of, args: [number]) => {
      if (typeof args[0] === 'number') most = Math.max(most, args[0]);
      return new of(...args);
    },
  });
  try {
    t.deepEqual(await drained(times(500, one), 'zstd', STREAM_LIMIT), { given: 500, why: '' });
  } finally {
    globalThis.Uint8Array = before;
  }
  t.true(most <= 2 << 20, `a buffer of ${most} bytes was made`);
});

test('a file that holds more than so many times its size is read up to there', async (t) => {
  const blocks = Math.ceil(FREE_EXPANSION_BYTES / (128 << 10));
  t.is((await drained(bomb(blocks), 'zstd', STREAM_LIMIT)).why, '');
  const { given, why } = await drained(bomb(blocks + 100), 'zstd', STREAM_LIMIT);
  t.regex(why, new RegExp(`more than ${MAX_EXPANSION} times its compressed size; decompress it first`));
  t.true(given >= FREE_EXPANSION_BYTES && given <= FREE_EXPANSION_BYTES + (128 << 10));
});

test('the total is a limit of its own, and who gives it is not asked about the ratio', async (t) => {
  const most = { bytes: 300_000, expansion: Infinity, advice: 'give more' };
  const { given, why } = await drained(bomb(50), 'zstd', most);
  t.regex(why, /it holds more than 300000 bytes; give more/);
  t.is(given, 3 * (128 << 10));
  const read = await readBytes(zlib.gzipSync(capture), capture.length, { maxDecompressed: 1000 });
  t.like(read.file.damage, { kind: 'corrupt' });
  t.regex(read.file.damage?.message ?? '', /--max-decompressed allows more/);
});
