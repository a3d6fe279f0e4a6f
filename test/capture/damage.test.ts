/** Cut, split and mutated files: every prefix, every chunk length, seeded byte changes. */
import zlib from 'node:zlib';
import test from 'ava';
import fc from 'fast-check';
import { CaptureError } from '../../src/capture/frames/frame.js';
import { rounds } from '../fuzz.js';
import { PcapngBuilder, frameBytes, pcapFile } from './file-builder.js';
import { readBytes } from './read-all.js';
import type { ReadCapture } from './read-all.js';

interface Sample {
  readonly name: string;
  readonly bytes: Buffer;
  /** Where the file can end without damage: after its header, and after each record or block. */
  readonly ends: readonly number[];
  /** The end after which it is a capture. */
  readonly headerEnd: number;
}

function samplePcap(name: string, magic: number, headerBytes: number): Sample {
  const lens = [0, 1, 40, 33];
  const records = lens.map((len, i) => ({ sec: i + 1, sub: i, data: frameBytes(len, i) }));
  const ends = [24];
  for (const len of lens) ends.push((ends.at(-1) ?? 0) + headerBytes + len);
  return { name, bytes: pcapFile(records, { magic }), ends, headerEnd: 24 };
}

function samplePcapng(name: string, little: boolean): Sample {
  const b = new PcapngBuilder(little);
  const u32 = b.bytes().u32(1).done();
  const blocks = [
    b.section([[4, Buffer.from('test')]]),
    b.interface(1, 65_535, [[2, Buffer.from('eth0')]]),
    b.enhanced(0, 1_700_000_000_000_000n, frameBytes(33), {
      options: [
        [1, Buffer.from('one')],
        [2, u32],
      ],
    }),
    b.names([[1, [10, 0, 0, 1], ['nas']]]),
    b.simple(20, frameBytes(20)),
    b.block(0xbad, new Uint8Array(8)),
    b.packet(0, 1, 1_700_000_000_000_000n, frameBytes(7)),
    b.statistics(0, [[4, b.bytes().u64(3n).done()]]),
  ];
  const ends: number[] = [];
  for (const block of blocks) ends.push((ends.at(-1) ?? 0) + block.length);
  return { name, bytes: Buffer.concat(blocks), ends, headerEnd: ends[0] ?? 0 };
}

const samples = [
  samplePcap('pcap', 0xa1b2c3d4, 16),
  samplePcap('modified pcap', 0xa1b2cd34, 24),
  samplePcapng('pcapng', true),
  samplePcapng('big-endian pcapng', false),
];

/** Reads what may be no capture any more; any failure but a CaptureError fails the test. */
async function readMaybe(bytes: Uint8Array, window = 64): Promise<ReadCapture | null> {
  try {
    return await readBytes(bytes, Math.max(1, bytes.length), { window });
  } catch (error) {
    if (error instanceof CaptureError) return null;
    throw error;
  }
}

for (const { name, bytes, ends, headerEnd } of samples) {
  test(`every prefix of a ${name} file keeps its whole frames and says where it was cut`, async (t) => {
    const whole = await readBytes(bytes);
    t.is(whole.file.damage, null);
    for (let len = 0; len < bytes.length; len++) {
      const read = await readMaybe(bytes.subarray(0, len));
      if (len < headerEnd) {
        t.is(read, null, `prefix ${len}`);
        continue;
      }
      const end = Math.max(...ends.filter((offset) => offset <= len));
      t.deepEqual(read?.frames, whole.frames.slice(0, read?.frames.length), `prefix ${len}`);
      if (len === end) t.is(read?.file.damage, null, `prefix ${len}`);
      else t.like(read?.file.damage, { kind: 'cut', offset: end }, `prefix ${len}`);
      const cutToEnd = await readBytes(bytes.subarray(0, end));
      t.is(read?.frames.length, cutToEnd.frames.length, `prefix ${len}`);
    }
  });

  test(`a ${name} file gives the same frames in chunks and windows of any length`, async (t) => {
    const whole = await readBytes(bytes);
    for (let chunk = 1; chunk <= bytes.length; chunk++) {
      t.deepEqual((await readBytes(bytes, chunk, { window: 64 })).frames, whole.frames, `chunks of ${chunk}`);
    }
    for (const window of [65, 100, 127, 4096]) {
      t.deepEqual((await readBytes(bytes, 50, { window })).frames, whole.frames, `a window of ${window}`);
    }
  });

  test(`every prefix of a gzip of a ${name} file keeps what can be decoded`, async (t) => {
    const whole = await readBytes(bytes);
    const packed = zlib.gzipSync(bytes);
    let most = 0;
    for (let len = 0; len < packed.length; len++) {
      const read = await readMaybe(packed.subarray(0, len), 256);
      if (read === null) continue;
      t.deepEqual(read.frames, whole.frames.slice(0, read.frames.length), `prefix ${len}`);
      t.is(read.file.damage?.kind, 'cut', `prefix ${len}`);
      t.true((read.file.damage?.offset ?? -1) <= bytes.length);
      t.true(read.frames.length >= most, `prefix ${len}`);
      most = read.frames.length;
    }
    // Without the trailer alone, all frames are there.
    t.is(most, whole.frames.length);
  });

  test(`changed bytes in a ${name} file end in frames, damage or a CaptureError`, async (t) => {
    const packed = zlib.gzipSync(bytes);
    const change = fc.tuple(fc.nat(), fc.nat({ max: 255 }));
    for (const base of [bytes, packed]) {
      await fc.assert(
        fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 6 }), async (changes) => {
          const hostile = Buffer.from(base);
          for (const [at, value] of changes) hostile[at % hostile.length] = value;
          const read = await readMaybe(hostile, 256);
          if (read === null) return;
          for (const { capLen, origLen, hex } of read.frames) {
            if (hex.length !== capLen * 2 || origLen < 0)
              throw new Error('a row does not describe its frame');
          }
          if (read.file.frames !== read.frames.length) throw new Error('frames are miscounted');
        }),
        { seed: 7, numRuns: rounds(250, 3000) },
      );
    }
    t.pass();
  });
}

test('random bytes behind any magic never do worse than a CaptureError or damage', async (t) => {
  const magics = [
    'd4c3b2a1',
    'a1b2c3d4',
    '34cdb2a1',
    '0a0d0d0a1c0000004d3c2b1a',
    '1f8b0800',
    '28b52ffd',
    '502a4d18',
  ];
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...magics), fc.uint8Array({ maxLength: 400 }), async (magic, rest) => {
      const bytes = Buffer.concat([Buffer.from(magic, 'hex'), rest]);
      const read = await readMaybe(bytes, 128);
      if (read === null) return;
      // Nothing is made up: what frames hold was in the file, whose end is told.
      const kept = read.frames.reduce((sum, { capLen }) => sum + capLen, 0);
      if (kept > bytes.length || read.file.frames !== read.frames.length)
        throw new Error('frames are made up');
      if ((read.file.damage?.offset ?? 0) > bytes.length) throw new Error('damage lies outside of the file');
    }),
    { seed: 11, numRuns: rounds(700, 10_000) },
  );
  t.pass();
});
