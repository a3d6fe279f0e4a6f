import test from 'ava';
import { CaptureError, FrameMark } from '../../src/capture/frames/frame.js';
import { frameBytes, pcapFile } from './file-builder.js';
import { readBytes } from './read-all.js';

const data = frameBytes(60);
const variants = [
  { magic: 0xa1b2c3d4, little: true, format: 'pcap', time: '1700000000.123456000', resolution: 1e6 },
  {
    magic: 0xa1b2c3d4,
    little: false,
    format: 'pcap (big-endian)',
    time: '1700000000.123456000',
    resolution: 1e6,
  },
  {
    magic: 0xa1b23c4d,
    little: true,
    format: 'pcap (nanosecond)',
    time: '1700000000.000123456',
    resolution: 1e9,
  },
  {
    magic: 0xa1b23c4d,
    little: false,
    format: 'pcap (nanosecond, big-endian)',
    time: '1700000000.000123456',
    resolution: 1e9,
  },
  {
    magic: 0xa1b2cd34,
    little: true,
    format: 'pcap (modified)',
    time: '1700000000.123456000',
    resolution: 1e6,
  },
  {
    magic: 0xa1b2cd34,
    little: false,
    format: 'pcap (modified, big-endian)',
    time: '1700000000.123456000',
    resolution: 1e6,
  },
];

for (const { magic, little, format, time, resolution } of variants) {
  test(`a file of format ${format} gives its frames`, async (t) => {
    const bytes = pcapFile(
      [
        { sec: 1_700_000_000, sub: 123_456, data, origLen: 1514 },
        { sec: 1_700_000_001, sub: 1, data: frameBytes(0) },
      ],
      { magic, little, snapLength: 60 },
    );
    const { file, frames } = await readBytes(bytes);
    t.is(file.format, format);
    t.is(file.damage, null);
    t.deepEqual(file.interfaces, [{ linkType: 1, snapLength: 60, resolution }]);
    t.is(frames.length, 2);
    t.like(frames[0], { number: 1, time, capLen: 60, origLen: 1514, linkType: 1, hex: data.toString('hex') });
    t.like(frames[1], { number: 2, capLen: 0, origLen: 0 });
  });
}

test('FCS length and class bits beside the link type are not part of it', async (t) => {
  const { file, frames } = await readBytes(pcapFile([{ sec: 1, sub: 0, data }], { linkWord: 0x4400_0001 }));
  t.is(file.interfaces[0]?.linkType, 1);
  t.is(frames[0]?.linkType, 1);
});

test('a captured length over the original and over the snap length is taken as it is', async (t) => {
  const { file, frames } = await readBytes(
    pcapFile([{ sec: 1, sub: 0, data, origLen: 40 }], { snapLength: 0 }),
  );
  t.is(file.damage, null);
  t.like(frames[0], { capLen: 60, origLen: 40 });
});

test('the lengths of version 2.2 and of swapped 2.3 records are the other way round', async (t) => {
  for (const minor of [2, 3]) {
    const bytes = pcapFile([{ sec: 1, sub: 0, data, capLen: 1514, origLen: 60 }], { minor });
    t.like((await readBytes(bytes)).frames[0], { capLen: 60, origLen: 1514 });
  }
});

test('a subsecond part of a second or more is carried over', async (t) => {
  const { frames } = await readBytes(pcapFile([{ sec: 10, sub: 2_500_000, data }]));
  t.is(frames[0]?.time, '12.500000000');
});

test('a time carried past 2106 is clamped and marked', async (t) => {
  const { frames } = await readBytes(pcapFile([{ sec: 0xffff_ffff, sub: 1_000_000, data }]));
  t.like(frames[0], { time: '4294967295.000000000', marks: FrameMark.NoTime });
});

test('an original length over 2^31 stays positive', async (t) => {
  const { frames } = await readBytes(pcapFile([{ sec: 1, sub: 0, data, origLen: 0xffff_fff0 }]));
  t.is(frames[0]?.origLen, 0x7fff_ffff);
});

test('a captured length that cannot be is damage at its record, and the frames before it are kept', async (t) => {
  const hostile = { sec: 2, sub: 0, data, capLen: 0xffff_ffff };
  const { file, frames } = await readBytes(pcapFile([{ sec: 1, sub: 0, data }, hostile]));
  t.is(frames.length, 1);
  t.like(file.damage, { offset: 24 + 76, kind: 'corrupt' });
  t.regex(file.damage?.message ?? '', /at most 262144 bytes expected, 4294967295 found/);
});

test('a frame over the default snap length is read when the file says that it may be so long', async (t) => {
  const long = frameBytes(600_000);
  const { file, frames } = await readBytes(
    pcapFile([{ sec: 1, sub: 0, data: long }], { snapLength: 1 << 20 }),
  );
  t.is(file.damage, null);
  t.is(frames[0]?.hex, long.toString('hex'));
});

test('a snap length that lies does not make the reader hold more than 16 MiB', async (t) => {
  const hostile = { sec: 2, sub: 0, data, capLen: (16 << 20) + 1 };
  const { file } = await readBytes(pcapFile([hostile], { snapLength: 0xffff_ffff }));
  t.like(file.damage, { offset: 24, kind: 'corrupt' });
});

test('a version that is not known is refused with its number', async (t) => {
  const error = await t.throwsAsync(readBytes(pcapFile([], { major: 3 })), { instanceOf: CaptureError });
  t.regex(error.message, /version 3\.4/);
});

test('more frames than one batch holds are numbered through', async (t) => {
  const records = Array.from({ length: 2500 }, (_, i) => ({ sec: i, sub: 0, data: frameBytes(i % 40, i) }));
  const { file, frames } = await readBytes(pcapFile(records));
  t.is(file.frames, 2500);
  t.deepEqual(
    frames.map(({ number }) => number),
    records.map((_, i) => i + 1),
  );
  t.deepEqual(
    frames.map(({ hex }) => hex),
    records.map((record) => record.data.toString('hex')),
  );
});
