import test from 'ava';
import { CaptureError, Direction, FrameMark } from '../../src/capture/frames/frame.js';
import {
  LimitName,
  MAX_COMMENTS,
  MAX_INTERFACES,
  MAX_NAMES,
  MAX_TEXT_BYTES,
} from '../../src/capture/bytes/limits.js';
import { PcapngBuilder, frameBytes } from './file-builder.js';
import { readBytes } from './read-all.js';

const data = frameBytes(61);
const micros = 1_700_000_000_123_456n;

for (const little of [true, false]) {
  const order = little ? 'little' : 'big';
  const b = new PcapngBuilder(little);

  test(`all that a ${order}-endian capture says of itself is kept`, async (t) => {
    const bytes = Buffer.concat([
      b.section([
        [1, Buffer.from('a capture')],
        [2, Buffer.from('Xeon')],
        [3, Buffer.from('Windows Server 2022')],
        [4, Buffer.from('Dumpcap\0')],
      ]),
      b.interface(1, 262_144, [
        [2, Buffer.from('eth0')],
        [3, Buffer.from('Ethernet 0')],
        [9, [9]],
        [11, Buffer.from('\0tcp port 135')],
        [12, Buffer.from('Linux')],
      ]),
      b.interface(113, 96, [[11, [1, ...new Uint8Array(16)]]]),
      b.names([
        [1, [10, 0, 0, 1], ['nas', 'nas.corp.example']],
        [2, [0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1], ['six']],
      ]),
      b.statistics(1, [
        [
          4,
          b
            .bytes()
            .u64(1n << 40n)
            .done(),
        ],
        [5, b.bytes().u64(7n).done()],
        [7, b.bytes().u64(8n).done()],
      ]),
      b.block(0x1234, new Uint8Array(5)),
      b.block(10, new Uint8Array(8)),
    ]);
    const { file, frames } = await readBytes(bytes);
    t.is(file.format, 'pcapng');
    t.is(file.damage, null);
    t.like(file, { hardware: 'Xeon', os: 'Windows Server 2022', application: 'Dumpcap', skippedBlocks: 2 });
    t.deepEqual(file.comments, ['a capture']);
    t.deepEqual(file.interfaces, [
      {
        linkType: 1,
        snapLength: 262_144,
        resolution: 1e9,
        name: 'eth0',
        description: 'Ethernet 0',
        filter: 'tcp port 135',
        os: 'Linux',
      },
      {
        linkType: 113,
        snapLength: 96,
        resolution: 1e6,
        filter: '(compiled BPF program, 2 instructions)',
        received: 1n << 40n,
        interfaceDropped: 7n,
        osDropped: 8n,
      },
    ]);
    t.deepEqual(file.names, [
      { address: '10.0.0.1', name: 'nas' },
      { address: '10.0.0.1', name: 'nas.corp.example' },
      { address: '2001:db8::1', name: 'six' },
    ]);
    t.deepEqual(frames, []);
  });

  test(`an enhanced packet of a ${order}-endian section carries its options`, async (t) => {
    const u32 = (value: number) => b.bytes().u32(value).done();
    const u64 = (value: bigint) => b.bytes().u64(value).done();
    const bytes = Buffer.concat([
      b.section(),
      b.interface(),
      b.enhanced(0, micros, data, {
        origLen: 1500,
        options: [
          [2, u32(1)],
          [4, u64(5n)],
        ],
      }),
      b.enhanced(0, micros, data, {
        options: [
          [2, u32(2)],
          [5, u64(0x1122_3344_5566_7788n)],
          [4, u64(6n)],
        ],
      }),
      b.enhanced(0, micros, data, {
        options: [
          [7, [1, ...u64(2n)]],
          [1, Buffer.from('shot')],
        ],
      }),
      b.enhanced(0, micros, data, { options: [[7, [2, ...u64(1n)]]] }),
      b.enhanced(0, micros, data, {
        options: [
          [7, [2, ...u64(2n)]],
          [2, u32(3)],
        ],
      }),
      b.enhanced(0, micros, data),
    ]);
    const { file, frames } = await readBytes(bytes);
    t.like(frames[0], {
      direction: Direction.Inbound,
      marks: FrameMark.LostBefore,
      time: '1700000000.123456000',
      origLen: 1500,
    });
    t.is(frames[0]?.hex, data.toString('hex'));
    t.like(frames[1], {
      direction: Direction.Outbound,
      marks: FrameMark.PacketId | FrameMark.LostBefore,
      packetId: 0x1122_3344_5566_7788n,
    });
    t.like(frames[2], { marks: FrameMark.Dropped });
    t.like(frames[3], { marks: FrameMark.Dropped });
    t.like(frames[4], { marks: 0, direction: Direction.Unknown });
    t.like(frames[5], { marks: 0, direction: Direction.Unknown, number: 6 });
    t.is(file.dropCount, 11n);
    t.deepEqual(file.comments, ['shot']);
  });

  test(`simple and obsolete packets of a ${order}-endian section are frames`, async (t) => {
    const bytes = Buffer.concat([
      b.section(),
      b.interface(101, 50),
      b.interface(1, 0),
      b.simple(61, data.subarray(0, 50)),
      b.simple(40, data.subarray(0, 40)),
      b.packet(1, 3, micros, data, [[2, b.bytes().u32(1).done()]]),
      b.packet(1, 0xffff, micros, data),
    ]);
    const { file, frames } = await readBytes(bytes);
    t.is(file.damage, null);
    t.like(frames[0], { capLen: 50, origLen: 61, linkType: 101, iface: 0, marks: FrameMark.NoTime });
    t.like(frames[1], { capLen: 40, origLen: 40, marks: FrameMark.NoTime, hex: data.toString('hex', 0, 40) });
    t.like(frames[2], {
      capLen: 61,
      iface: 1,
      linkType: 1,
      marks: FrameMark.LostBefore,
      direction: Direction.Inbound,
    });
    t.is(frames[2]?.time, '1700000000.123456000');
    t.like(frames[3], { marks: 0 });
    t.is(file.dropCount, 3n);
  });
}

test('sections of different byte order keep their interfaces apart', async (t) => {
  const little = new PcapngBuilder(true);
  const big = new PcapngBuilder(false);
  const bytes = Buffer.concat([
    little.section(),
    little.interface(1),
    little.interface(101),
    little.enhanced(1, micros, data),
    big.section(),
    big.interface(113, 0, [[9, [3]]]),
    big.enhanced(0, 1_700_000_000_123n, data),
    big.simple(61, data),
    big.statistics(0, [[4, big.bytes().u64(9n).done()]]),
    little.section(),
  ]);
  const { file, frames } = await readBytes(bytes);
  t.deepEqual(
    frames.map(({ iface, linkType, time }) => [iface, linkType, time]),
    [
      [1, 101, '1700000000.123456000'],
      [2, 113, '1700000000.123000000'],
      [2, 113, '0.000000000'],
    ],
  );
  t.is(file.interfaces[2]?.received, 9n);
  t.is(file.interfaces.length, 3);
});

const b = new PcapngBuilder();
const before = Buffer.concat([b.section(), b.interface(), b.enhanced(0, micros, data)]);
const u32at = (block: Buffer, at: number, value: number): Buffer => {
  const copy = Buffer.from(block);
  copy.writeUInt32LE(value, at);
  return copy;
};
const damaged: readonly (readonly [what: string, block: Buffer, message: RegExp])[] = [
  ['whose two lengths differ', b.block(6, new Uint8Array(88), 96), /two lengths differ: 100 .* 96/],
  [
    'with a length that is no multiple of 4',
    u32at(b.enhanced(0, micros, data), 4, 97),
    /multiple of 4 .* 97 found/,
  ],
  ['shorter than its own lengths', u32at(b.enhanced(0, micros, data), 4, 8), /from 12 on expected, 8 found/],
  ['that no window may hold', u32at(b.enhanced(0, micros, data), 4, 0xffff_fffc), /not plausible/],
  [
    'with a frame longer than itself',
    b.enhanced(0, micros, data, { capLen: 65 }),
    /at most 64 bytes expected, 65 found/,
  ],
  [
    'of an interface that is not declared',
    b.enhanced(1, micros, data),
    /interface 1, but the section declares 1/,
  ],
  [
    'without its fixed fields',
    b.block(6, new Uint8Array(16)),
    /too short: at least 32 bytes expected, 28 found/,
  ],
  [
    'of a section of another version',
    b.block(0x0a0d0d0a, b.bytes().u32(0x1a2b3c4d).u16(9).u16(0).u64(-1n).done()),
    /version/,
  ],
  [
    'of a section without byte order',
    b.block(0x0a0d0d0a, b.bytes().u32(0x1a2b3c4e).u16(1).u16(0).u64(-1n).done()),
    /byte-order magic/,
  ],
  [
    'of an interface with a broken option',
    b.block(1, b.bytes().u16(1).u16(0).u32(0).u16(2).u16(999).u32(0).done()),
    /option .* 999/,
  ],
];
for (const [what, block, message] of damaged) {
  test(`a block ${what} is damage at its offset`, async (t) => {
    const bytes = Buffer.concat([before, block, b.enhanced(0, micros, data)]);
    const { file, frames } = await readBytes(bytes);
    t.is(frames.length, 1);
    t.is(file.damage?.kind, 'corrupt');
    t.true(
      (file.damage?.offset ?? 0) >= before.length &&
        (file.damage?.offset ?? 0) < before.length + block.length,
    );
    t.regex(file.damage?.message ?? '', message);
  });
}

test('a broken option list of a frame costs its options, not the frame', async (t) => {
  const body = b.bytes().u32(0).raw(b.ticks(micros)).u32(4).u32(4).u32(7).u16(1).u16(500).u32(0);
  const bytes = Buffer.concat([
    b.section(),
    b.interface(),
    b.block(6, body.done()),
    b.enhanced(0, micros, data),
  ]);
  const { file, frames } = await readBytes(bytes);
  t.is(frames.length, 2);
  t.is(file.damage, null);
  t.is(file.limits.get(LimitName.Options), 1);
});

test('comments and texts are kept up to their limits and counted beyond', async (t) => {
  const comment = { options: [[1, Buffer.from('PID=4')]] as const };
  const blocks = Array.from({ length: MAX_COMMENTS + 20 }, () => b.enhanced(0, micros, data, comment));
  const long = b.interface(1, 0, [[2, Buffer.alloc(MAX_TEXT_BYTES + 100, 'é')]]);
  const { file } = await readBytes(Buffer.concat([b.section(), long, ...blocks]));
  t.is(file.comments.length, MAX_COMMENTS);
  t.is(file.limits.get(LimitName.Comments), 20);
  t.is(file.interfaces[0]?.name, 'é'.repeat(MAX_TEXT_BYTES / 2));
  t.is(file.limits.get(LimitName.TextLength), 1);
});

test('texts that are not UTF-8 are kept with replaced bytes', async (t) => {
  const { file } = await readBytes(b.section([[4, [0x41, 0xff, 0x42]]]));
  t.is(file.application, 'A\ufffdB');
});

test('a long block that is not understood is passed without being held', async (t) => {
  const bytes = Buffer.concat([before, b.block(10, new Uint8Array(500_000)), b.enhanced(0, micros, data)]);
  for (const chunk of [bytes.length, 1000]) {
    const { file, frames } = await readBytes(bytes, chunk, { window: 4096 });
    t.is(file.damage, null);
    t.is(file.skippedBlocks, 1);
    t.is(frames.length, 2);
  }
});

test('a long block that is passed and whose two lengths differ is damage', async (t) => {
  const bytes = Buffer.concat([before, b.block(10, new Uint8Array(50_000), 12), b.enhanced(0, micros, data)]);
  const { file, frames } = await readBytes(bytes, 4096, { window: 4096 });
  t.is(frames.length, 1);
  t.like(file.damage, { offset: before.length, kind: 'corrupt' });
});

test('custom blocks and journal entries take a frame number, as they do in Wireshark', async (t) => {
  const frame = b.enhanced(0, micros, data);
  const custom = b.block(0xbad, new Uint8Array(8));
  const journal = b.block(9, Buffer.from('MESSAGE=x\n'));
  const bytes = Buffer.concat([before, custom, frame, frame, journal, custom, frame]);
  const { file, frames } = await readBytes(bytes);
  t.deepEqual(
    frames.map(({ number }) => number),
    [1, 3, 4, 7],
  );
  t.is(file.frames, 4);
});

test('a first section header that cannot be used is an error that names byte and reason', async (t) => {
  const broken = b.block(
    0x0a0d0d0a,
    b.bytes().u32(0x1a2b3c4d).u16(1).u16(0).u64(-1n).u16(4).u16(12336).u32(0).done(),
  );
  const error = await t.throwsAsync(readBytes(broken), { instanceOf: CaptureError });
  t.is(error.offset, 24);
  t.regex(error.message, /option .* runs past its end: its length is 12336/);
});

test('declared names are kept up to their limits and counted beyond', async (t) => {
  const names = Array.from({ length: 1000 }, (_, i) => `n${i}`);
  const block = b.names([[1, [10, 0, 0, 1], names]]);
  const long = b.names([[1, [10, 0, 0, 2], ['x'.repeat(300)]]]);
  const { file } = await readBytes(
    Buffer.concat([b.section(), long, ...Array.from({ length: 66 }, () => block)]),
  );
  t.is(file.names.length, MAX_NAMES);
  t.is(file.names[0]?.name.length, 255);
  t.is(file.limits.get(LimitName.NameLength), 1);
  t.is(file.limits.get(LimitName.Names), 1 + 66_000 - MAX_NAMES);
});

test('one interface more than can be kept is damage and counted', async (t) => {
  const one = b.interface();
  const all = Buffer.concat(Array.from({ length: MAX_INTERFACES }, () => one));
  const { file } = await readBytes(Buffer.concat([b.section(), all, one, b.enhanced(0, micros, data)]));
  t.is(file.interfaces.length, MAX_INTERFACES);
  t.is(file.limits.get(LimitName.Interfaces), 1);
  t.like(file.damage, { kind: 'corrupt', offset: b.section().length + all.length });
});

test('what cannot be a number of packets is no counter', async (t) => {
  const little = new PcapngBuilder(true);
  const all = [
    ...little
      .bytes()
      .u64(2n ** 64n - 1n)
      .done(),
  ];
  const { file } = await readBytes(
    Buffer.concat([
      little.section(),
      little.interface(),
      little.enhanced(0, micros, data, { options: [[4, all]] }),
      little.statistics(0, [
        [4, all],
        [5, all],
        [7, [...little.bytes().u64(3n).done()]],
      ]),
    ]),
  );
  t.is(file.dropCount, 0n);
  t.is(file.interfaces[0]?.received, undefined);
  t.is(file.interfaces[0]?.interfaceDropped, undefined);
  t.is(file.interfaces[0]?.osDropped, 3n);
});

test('a block that is shorter than its fixed part is damage where it begins', async (t) => {
  const before = Buffer.concat([b.section(), b.interface(), b.enhanced(0, micros, data)]);
  for (const [type, body, what] of [
    [0x0a0d0d0a, b.bytes().u32(0x1a2b3c4d).u32(1).u32(0).done(), 'section header block'],
    [1, b.bytes().u32(1).done(), 'interface description block'],
    [2, new Uint8Array(16), 'packet block'],
    [3, new Uint8Array(0), 'simple packet block'],
    [5, new Uint8Array(8), 'interface statistics block'],
    [6, new Uint8Array(16), 'enhanced packet block'],
  ] as const) {
    const { frames, file } = await readBytes(Buffer.concat([before, b.block(type, body)]));
    t.is(frames.length, 1, what);
    t.is(file.damage?.offset, before.length, what);
    t.true(file.damage?.message.includes(what), file.damage?.message);
  }
});

test('comments are kept wherever they stand; an offset moves the times of an interface', async (t) => {
  const comment = (text: string): readonly [number, Buffer] => [1, Buffer.from(text)];
  const names = b.block(
    4,
    b
      .bytes()
      .u32(0)
      .raw(b.options([comment('of names')]))
      .done(),
  );
  const { file, frames } = await readBytes(
    Buffer.concat([
      b.section([comment('of the section')]),
      b.interface(1, 0, [comment('of the interface'), [14, b.bytes().u64(3600n).done()]]),
      b.interface(1, 0, [
        [14, b.bytes().u32(3600).done()],
        [11, Buffer.from('tcp')],
      ]),
      names,
      b.statistics(0, [comment('of statistics'), [4, b.bytes().u32(7).done()]]),
      b.enhanced(0, micros, data),
      b.enhanced(1, micros, data),
    ]),
  );
  t.deepEqual(file.comments, ['of the section', 'of the interface', 'of names', 'of statistics']);
  const [moved, asTold] = frames.map(({ time }) => Number(time.split('.')[0]));
  t.is((moved ?? 0) - (asTold ?? 0), 3600, 'an offset of four bytes is none');
  t.is(file.interfaces[0]?.received, undefined, 'a counter of four bytes is none');
  t.is(file.interfaces[1]?.filter, 'tcp', 'a filter without its kind');
});

test('a verdict of eight bytes says whether a frame was dropped, another says nothing', async (t) => {
  const verdict = (kind: number, bytes: Buffer): readonly [number, Uint8Array] => [
    7,
    Buffer.concat([Buffer.of(kind), bytes]),
  ];
  const marks = async (option: readonly [number, Uint8Array]): Promise<number | undefined> => {
    const bytes = Buffer.concat([
      b.section(),
      b.interface(),
      b.enhanced(0, micros, data, { options: [option] }),
    ]);
    return (await readBytes(bytes)).frames[0]?.marks;
  };
  const u64 = (value: bigint): Buffer => b.bytes().u64(value).done();
  t.is(await marks(verdict(1, u64(2n))), FrameMark.Dropped);
  t.is(await marks(verdict(1, u64(3n))), 0);
  t.is(await marks(verdict(2, u64(1n))), FrameMark.Dropped);
  t.is(await marks(verdict(2, u64(2n))), 0);
  t.is(await marks(verdict(1, u64((1n << 32n) | 2n))), 0);
  t.is(await marks(verdict(1, b.bytes().u32(2).done())), 0);
  t.is(await marks(verdict(0, u64(2n))), 0, 'of hardware');
});
