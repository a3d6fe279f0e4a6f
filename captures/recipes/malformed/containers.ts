/** Files that are wrong as files: blocks, records, counters, compression. */
import { gzipSync } from 'node:zlib';
import { PcapngWriter } from '../../../src/capture/pcap/pcapng-writer.js';
import { concat, hex, le16, le32, pad4, text, u8 } from '../craft/bytes.js';
import { asPcap } from '../craft/wire.js';
import type { Malformed } from './malformed.js';
import { SECONDS, someFrames } from './packets.js';

const ALL_BITS = 2n ** 64n - 1n;
/** Bytes of a block that a zstd frame repeats, and so many of them: a little more than the 256 MiB that are always given. */
const REPEATED = 128 << 10;
const REPEATS = 2_100;

const SECTION = hex('0a0d0d0a 1c000000 4d3c2b1a 0100 0000 ffffffffffffffff 1c000000');

function interfaceBlock(name: Uint8Array): Uint8Array {
  const option = concat(le16(2, name.length), name, pad4(name.length), le32(0));
  const len = 20 + option.length;
  return concat(le32(1, len), le16(1, 0), le32(0), option, le32(len));
}

function pcapngOf(name: string, more: (writer: PcapngWriter) => Uint8Array): Uint8Array {
  const writer = new PcapngWriter();
  const head = concat(writer.section(), writer.interfaceDescription({ name }));
  const frames = someFrames().map((frame) => writer.packet(frame));
  return concat(head, ...frames, more(writer));
}

/** A zstd frame of one block that is stored as it is (RFC 8878 §3.1.1). */
function zstdFrame(bytes: Uint8Array, rest = hex('010000')): Uint8Array {
  const size = bytes.length << 3;
  return concat(hex('28b52ffd0088'), u8(size & 255, (size >> 8) & 255, size >> 16), bytes, rest);
}

function repeatedBlocks(): Uint8Array {
  const word = (REPEATED << 3) | 2;
  const block = u8(word & 255, (word >> 8) & 255, word >> 16, 0);
  return concat(...Array.from({ length: REPEATS }, () => block), hex('010000'));
}

export const CONTAINERS: readonly Malformed[] = [
  {
    file: 'packet-counter-of-all-bits.pcapng',
    wrong: 'the counters of the interface are 2⁶⁴ - 1',
    before: 'the JSON held numbers that no reader takes (fuzzing, seeds 1 to 4622)',
    must: 'they are no counters; the frames are read',
    make: () => {
      const all = { received: ALL_BITS, interfaceDropped: ALL_BITS, osDropped: ALL_BITS };
      return pcapngOf('eth0', (writer) => writer.statistics({ sec: SECONDS, nsec: 0, ...all }));
    },
  },
  {
    file: 'block-of-4-gib.pcapng',
    wrong: 'the block behind the frames says that it has 4 GiB',
    before: 'no fault is known',
    must: 'damage at its offset; the frames before it are read',
    make: () => pcapngOf('eth0', () => le32(6, 0xfffffff0, 0, 0)),
  },
  {
    file: 'record-of-2-gib.pcap',
    wrong: 'the record behind the frames says that it has 2 GiB',
    before: 'no fault is known',
    must: 'damage at its offset; the frames before it are read',
    make: () => concat(asPcap(someFrames()), le32(SECONDS, 0, 0x7fffffff, 0x7fffffff), text('short')),
  },
  {
    file: 'empty-zstd-frames.pcap.zst',
    wrong: '300 zstd frames without data that each want a window of 128 MiB, before a capture',
    before: '2.5 ms of CPU for each (76 s for 30,000)',
    must: 'the capture is read, and no window made for them',
    make: () =>
      concat(
        ...Array.from({ length: 300 }, () => hex('28b52ffd0088 010000')),
        zstdFrame(asPcap(someFrames())),
      ),
  },
  {
    file: 'gzip-members-of-one-byte.pcap.gz',
    wrong: 'a capture in gzip members of one byte each',
    before: '0.24 ms of CPU for each (19 s for 80,000)',
    must: 'the capture is read',
    make: () => {
      const capture = asPcap(someFrames().slice(0, 1));
      return concat(...Array.from(capture, (byte) => gzipSync(u8(byte), { level: 9 })));
    },
  },
  {
    file: 'interfaces-65536.pcapng.gz',
    wrong: '65,536 interfaces',
    before: 'a report of 141 MB',
    must: '100 are listed, the others counted',
    make: () => {
      const one = interfaceBlock(text('i'));
      const all = new Uint8Array(one.length * 65_536);
      for (let i = 0; i < 65_536; i++) all.set(one, i * one.length);
      return gzipSync(concat(SECTION, all), { level: 9 });
    },
  },
  {
    file: '262-mib-in-8-kb.pcapng.zst',
    wrong: '262 MiB of zeros behind a section in 8.4 KB of zstd, in a block that says it has 4 GiB',
    before: 'no limit to what a small file became',
    must: 'damage at an offset, and nothing held',
    make: () => zstdFrame(concat(SECTION, le32(0xaa, 0xfffffff0)), repeatedBlocks()),
  },
  {
    file: 'interface-name-that-acts.pcapng',
    wrong:
      'the name of the interface is markup, escape sequences, a formula and a turn of the writing direction',
    before: 'no fault is known',
    must: 'it acts in no output',
    make: () =>
      pcapngOf(
        `=cmd|' /C calc'!A0\u001b[2J\u202e</script><script>alert(1)</script>`,
        () => new Uint8Array(0),
      ),
  },
];
