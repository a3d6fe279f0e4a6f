import test from 'ava';
import { pcapHeader, pcapRecord, type PcapVariant } from '../../captures/recipes/craft/pcap.js';
import { Direction } from '../../src/capture/frames/frame.js';
import { PcapngWriter } from '../../src/capture/pcap/pcapng-writer.js';
import { linesOf } from '../samples/tshark.js';
import { testWith } from '../test-with.js';

/** A frame of 60 bytes that any dissector can read: ARP from 10.0.0.1. */
const ARP = Uint8Array.from(
  Buffer.from(
    'ffffffffffff0200000000010806000108000604000102000000000' +
      '10a000001000000000000' +
      '0a000002' +
      '00'.repeat(18),
    'hex',
  ),
);
const FRAME = { sec: 1772438400, nsec: 123456789, bytes: ARP, origLen: 90 };

const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const join = (...parts: readonly Uint8Array[]): Uint8Array => Uint8Array.from(Buffer.concat(parts));

const VARIANTS: readonly (readonly [string, PcapVariant, string])[] = [
  ['little-endian, microseconds', {}, 'd4c3b2a1'],
  ['big-endian, microseconds', { littleEndian: false }, 'a1b2c3d4'],
  ['little-endian, nanoseconds', { nanoseconds: true }, '4d3cb2a1'],
  ['big-endian, nanoseconds', { littleEndian: false, nanoseconds: true }, 'a1b23c4d'],
  ['modified', { modified: true }, '34cdb2a1'],
];

const withTshark = testWith('tshark');

for (const [name, variant, magic] of VARIANTS) {
  const file = join(pcapHeader(variant), pcapRecord(FRAME, variant));

  test(`classic pcap, ${name}: the magic tells it`, (t) => {
    t.is(hexOf(file.subarray(0, 4)), magic);
  });

  withTshark(`classic pcap, ${name}: tshark reads time and lengths back`, (t) => {
    const fields = ['frame.time_epoch', 'frame.cap_len', 'frame.len', 'arp.src.proto_ipv4'];
    const args = (path: string): string[] => [
      '-r',
      path,
      '-T',
      'fields',
      ...fields.flatMap((field) => ['-e', field]),
    ];
    const nanos = variant.nanoseconds ? '123456789' : '123456000';
    t.deepEqual(linesOf('tshark', file, args), [`1772438400.${nanos}\t60\t90\t10.0.0.1`]);
  });
}

test('a record header is exactly what the format says', (t) => {
  const frame = { sec: 1, nsec: 2000, bytes: Uint8Array.of(0xaa), origLen: 3 };
  t.is(hexOf(pcapRecord(frame)), '01000000' + '02000000' + '01000000' + '03000000' + 'aa');
});

for (const littleEndian of [true, false]) {
  withTshark(`pcapng, ${littleEndian ? 'little' : 'big'}-endian: tshark reads all that was written`, (t) => {
    const writer = new PcapngWriter({ littleEndian });
    const file = join(
      writer.section({ comment: 'the file', application: 'a test', hardware: 'none', os: 'any' }),
      writer.interfaceDescription({ name: 'eth7', description: 'seventh', filter: 'tcp', snapLength: 96 }),
      writer.interfaceDescription({ name: 'eth8', digits: 7 }),
      writer.names([{ address: Uint8Array.of(10, 0, 0, 1), name: 'one.example' }]),
      writer.packet({
        ...FRAME,
        comment: 'größer',
        direction: Direction.Outbound,
        packetId: 5n,
        dropCount: 2n,
      }),
      writer.packet({ ...FRAME, iface: 1, direction: Direction.Inbound, dropped: true }),
      writer.statistics({ sec: 1772438401, nsec: 0, received: 9n, interfaceDropped: 1n, osDropped: 3n }),
    );
    t.is(file.length % 4, 0);
    const fields = [
      'frame.time_epoch',
      'frame.len',
      'frame.interface_name',
      'frame.comment',
      'frame.packet_flags_direction',
      'frame.packet_id',
      'frame.drop_count',
    ];
    const args = (path: string): string[] => [
      '-r',
      path,
      '-T',
      'fields',
      ...fields.flatMap((field) => ['-e', field]),
    ];
    const [first = '', second = ''] = linesOf('tshark', file, args).map((line) => line.replace(/0x0*/g, ''));
    t.is(first, '1772438400.123456789\t90\teth7\tgrößer\t2\t5\t2');
    // Ticks of 100 ns keep seven digits.
    t.true(second.startsWith('1772438400.123456700\t90\teth8\t\t1'), second);
  });
}

testWith('capinfos')('the whole file is accepted by capinfos with its comment and counters', (t) => {
  const writer = new PcapngWriter();
  const file = join(
    writer.section({ comment: 'the file', application: 'a test' }),
    writer.interfaceDescription({ name: 'eth7' }),
    writer.packet(FRAME),
    writer.statistics({ sec: 1772438401, nsec: 0, received: 9n }),
  );
  const told = linesOf('capinfos', file, (path) => [path]).join('\n');
  t.regex(told, /Capture comment:\s+the file/);
  t.regex(told, /Capture application:\s+a test/);
  t.regex(told, /Number of packets:\s+1/);
  t.regex(told, /Number of stat entries = 1/);
});

test('a frame on an interface that was never described is refused', (t) => {
  const writer = new PcapngWriter();
  writer.section();
  t.throws(() => writer.packet(FRAME), { instanceOf: RangeError });
});

test('an over-long comment is cut at a character and the block stays whole', (t) => {
  const writer = new PcapngWriter();
  const block = writer.section({ comment: 'ß'.repeat(50_000) });
  const view = new DataView(block.buffer);
  t.is(view.getUint32(4, true), block.length);
  t.is(view.getUint32(block.length - 4, true), block.length);
  t.is(view.getUint16(26, true), 65534);
});
