import { execFileSync } from 'node:child_process';
import { isDeepStrictEqual } from 'node:util';
import zlib from 'node:zlib';
import test from 'ava';
import type { ExecutionContext } from 'ava';
import fc from 'fast-check';
import { MAX_GZIP_HEADER_BYTES } from '../../src/capture/bytes/limits.js';
import { CaptureError } from '../../src/capture/frames/frame.js';
import { rounds } from '../fuzz.js';
import { testWith } from '../test-with.js';
import { frameBytes, pcapFile } from './file-builder.js';
import { readBytes } from './read-all.js';
import type { ReadCapture } from './read-all.js';

/** Frames that do not compress to nothing. */
const records = Array.from({ length: 1500 }, (_, i) => ({
  sec: i,
  sub: i,
  data: frameBytes(60 + (i % 200), i * i),
}));
const bytes = pcapFile(records);
const middle = Math.floor(bytes.length / 2);

/** The reference compressor. */
function zstd(input: Uint8Array, ...options: readonly string[]): Buffer {
  return execFileSync('zstd', ['-q', '-c', ...options], {
    input,
    maxBuffer: 64 << 20,
    stdio: ['pipe', 'pipe', 'ignore'],
  });
}
const withZstd = testWith('zstd');

/** A zstd frame of raw blocks, made by hand: RFC 8878 §3.1.1. */
function storedZstd(input: Uint8Array, blockBytes = 100_000): Buffer {
  const parts = [Buffer.from('28b52ffd0058', 'hex')];
  for (let at = 0; at < input.length; at += blockBytes) {
    const data = input.subarray(at, at + blockBytes);
    const word = (data.length << 3) | (at + blockBytes >= input.length ? 1 : 0);
    parts.push(Buffer.from([word & 0xff, (word >> 8) & 0xff, word >> 16]), Buffer.from(data));
  }
  return Buffer.concat(parts);
}

const skippable = Buffer.concat([Buffer.from('5a2a4d1805000000', 'hex'), Buffer.from('hello')]);
const gzipHeader = (flags: number): Buffer => Buffer.from([0x1f, 0x8b, 8, flags, 0, 0, 0, 0, 0, 3]);
const gzipBody = zlib.gzipSync(bytes).subarray(10);

const packed: (readonly [name: string, format: string, bytes: Buffer])[] = [
  ['one gzip member', 'pcap, gzip', zlib.gzipSync(bytes)],
  [
    'three gzip members, one of them empty',
    'pcap, gzip',
    Buffer.concat([
      zlib.gzipSync(bytes.subarray(0, middle)),
      zlib.gzipSync(Buffer.alloc(0)),
      zlib.gzipSync(bytes.subarray(middle), { level: 0 }),
    ]),
  ],
  ['gzip padded with zeros', 'pcap, gzip', Buffer.concat([zlib.gzipSync(bytes), Buffer.alloc(700)])],
  [
    'gzip with every field of the header',
    'pcap, gzip',
    Buffer.concat([
      gzipHeader(0x1e),
      Buffer.from([3, 0, 1, 2, 3]),
      Buffer.from('name\0comment\0crc'.slice(0, 15)),
      gzipBody,
    ]),
  ],
  ['zstd of raw blocks', 'pcap, zstd', storedZstd(bytes)],
  [
    'zstd frames with a skippable one before and between',
    'pcap, zstd',
    Buffer.concat([
      skippable,
      storedZstd(bytes.subarray(0, middle)),
      skippable,
      storedZstd(bytes.subarray(middle)),
    ]),
  ],
];
const plain = readBytes(bytes);

async function assertWhole(t: ExecutionContext, format: string, file: Uint8Array): Promise<void> {
  for (const chunk of [file.length, 65_536, 997]) {
    const read = await readBytes(file, chunk);
    t.is(read.file.format, format);
    t.is(read.file.damage, null);
    t.true(isDeepStrictEqual(read.frames, (await plain).frames));
    t.is(read.file.bytesRead, file.length);
  }
}

for (const [name, format, file] of packed) {
  test(`${name} gives the frames of the file inside`, (t) => assertWhole(t, format, file));
}

for (const options of ['-3', '-19', '-12 --long=27', '-1 --no-check', '-3 --no-content-size']) {
  withZstd(`zstd ${options} gives the frames of the file inside`, (t) =>
    assertWhole(t, 'pcap, zstd', zstd(bytes, ...options.split(' '))),
  );
}

/** Several windows of `--long=20`, with matches near and far. */
const large = pcapFile(
  Array.from({ length: 9000 }, (_, i) => ({
    sec: i,
    sub: 0,
    data: frameBytes(400 + (i % 300), (i * 7) % 1000),
  })),
);
for (const options of ['-1', '-19', '-12 --long=20', '-3 --long=27']) {
  withZstd(`zstd ${options} of more than a window gives the bytes of the file inside`, async (t) => {
    const read = await readBytes(zstd(large, ...options.split(' ')));
    t.is(read.file.damage, null);
    t.true(isDeepStrictEqual(read.frames, (await readBytes(large)).frames));
  });
}

async function assertBeginning(t: ExecutionContext, read: ReadCapture): Promise<void> {
  t.true(read.file.damage !== null);
  t.true(isDeepStrictEqual(read.frames, (await plain).frames.slice(0, read.frames.length)));
}

test('cut zstd keeps the blocks before the cut', async (t) => {
  const file = storedZstd(bytes, 10_000);
  const whole = Math.floor((file.length - 6) / 10_003);
  for (const len of [file.length - 1, 20_050, 100_000]) {
    const read = await readBytes(file.subarray(0, len));
    await assertBeginning(t, read);
    t.is(read.file.damage?.kind, 'cut');
    const decoded = Math.min(whole, Math.floor((len - 6) / 10_003)) * 10_000;
    t.true((read.file.damage?.offset ?? 0) <= decoded && (read.file.damage?.offset ?? 0) > decoded - 300);
  }
});

test('a gzip member with a wrong checksum is damage after its frames', async (t) => {
  const file = zlib.gzipSync(bytes);
  file[file.length - 6] = (file[file.length - 6] ?? 0) ^ 0xff;
  const read = await readBytes(file);
  t.true(isDeepStrictEqual(read.frames, (await plain).frames));
  t.like(read.file.damage, { kind: 'corrupt', offset: bytes.length });
  t.regex(read.file.damage?.message ?? '', /checksum/);
});

test('corrupt deflate data costs little of what is before it', async (t) => {
  const file = zlib.gzipSync(bytes);
  const at = Math.floor(file.length * 0.6);
  file.fill(0xff, at, at + 64);
  const read = await readBytes(file);
  await assertBeginning(t, read);
  t.is(read.file.damage?.kind, 'corrupt');
  t.true(read.frames.length > 0);
});

test('something else after the last member is damage, and all frames are kept', async (t) => {
  for (const file of [
    Buffer.concat([zlib.gzipSync(bytes), Buffer.from('rubbish')]),
    Buffer.concat([storedZstd(bytes), Buffer.from('rubbish')]),
  ]) {
    const read = await readBytes(file);
    t.true(isDeepStrictEqual(read.frames, (await plain).frames));
    t.like(read.file.damage, { kind: 'corrupt', offset: bytes.length });
  }
});

test('a gzip header without end is damage, and what came before it is kept', async (t) => {
  const named = (length: number): Buffer =>
    Buffer.concat([gzipHeader(8), Buffer.alloc(length, 'n'), Buffer.from([0]), gzipBody]);
  const read = async (length: number): Promise<ReadCapture> =>
    readBytes(Buffer.concat([zlib.gzipSync(bytes), named(length)]), 65_536);
  t.is((await read(MAX_GZIP_HEADER_BYTES - 11)).file.damage?.message.includes('header'), false);
  const { file, frames } = await read(MAX_GZIP_HEADER_BYTES);
  t.true(isDeepStrictEqual(frames, (await plain).frames));
  t.like(file.damage, { kind: 'corrupt', offset: bytes.length });
  t.regex(file.damage?.message ?? '', /the header has no end/);
});

test('a zstd window over the limit and a dictionary are refused before memory is spent', async (t) => {
  const huge = await t.throwsAsync(readBytes(Buffer.from('28b52ffd00f0010000', 'hex')), {
    instanceOf: CaptureError,
  });
  t.regex(huge.message, /--long=31/);
  const single = await t.throwsAsync(readBytes(Buffer.from('28b52ffde0ffffffffff000000010000', 'hex')), {
    instanceOf: CaptureError,
  });
  t.regex(single.message, /--long=31/);
  const dictionary = await t.throwsAsync(readBytes(Buffer.from('28b52ffd015807010000', 'hex')), {
    instanceOf: CaptureError,
  });
  t.regex(dictionary.message, /dictionary/);
});

test('many empty zstd frames neither overflow the stack nor hide the frames after them', async (t) => {
  const empty = Buffer.from('28b52ffd0000010000', 'hex');
  const read = await readBytes(
    Buffer.concat([...Array.from({ length: 30_000 }, () => empty), storedZstd(bytes)]),
  );
  t.deepEqual(read.frames.length, (await plain).frames.length);
});

test('what is compressed inside and no capture is named', async (t) => {
  const error = await t.throwsAsync(
    readBytes(zlib.gzipSync(Buffer.from('PK\x03\x04aaaaaaaaaaaaaaaaa', 'latin1'))),
    {
      instanceOf: CaptureError,
    },
  );
  t.regex(error.message, /inside the gzip data: this is a ZIP archive/);
});

async function assertNeverThrows(t: ExecutionContext, base: Uint8Array): Promise<void> {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(fc.nat(), fc.nat({ max: 255 })), { minLength: 1, maxLength: 4 }),
      async (changes) => {
        const hostile = Buffer.from(base);
        for (const [at, value] of changes) hostile[at % hostile.length] = value;
        const read = await readBytes(hostile, hostile.length, { window: 4096 }).catch((error: unknown) => {
          t.true(error instanceof CaptureError, String(error));
          return null;
        });
        if (read !== null) t.true(read.frames.length > 0 || read.file.damage !== null);
      },
    ),
    { seed: 5, numRuns: rounds(200, 2000) },
  );
}

const small = pcapFile(records.slice(0, 20));
test('changed bytes in raw zstd blocks end in frames, damage or a CaptureError', (t) =>
  assertNeverThrows(t, storedZstd(small, 500)));
withZstd('changed bytes in compressed zstd blocks end in frames, damage or a CaptureError', (t) =>
  assertNeverThrows(t, zstd(small, '-19')),
);
