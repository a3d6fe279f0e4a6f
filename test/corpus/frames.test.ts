/** The readers against others: captures that others published, read by tshark and by pcap-parser. */
import { execFile } from 'node:child_process';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import zlib from 'node:zlib';
import test from 'ava';
import { CaptureError, FrameMark } from '../../src/capture/frames/frame.js';
import { PcapngBuilder, frameBytes } from '../capture/file-builder.js';
import { readFile } from '../capture/read-all.js';
import type { ReadFrame } from '../capture/read-all.js';
import { CAPTURES, publicCaptures } from '../programs.js';
import { leftOut, testWith } from '../test-with.js';

const run = promisify(execFile);
const collection = path.resolve(CAPTURES);
const truthFile = path.join(collection, 'truth', 'files.tsv');
const truth = fs.existsSync(truthFile)
  ? fs
      .readFileSync(truthFile, 'utf8')
      .trimEnd()
      .split('\n')
      .slice(1)
      .map((line) => line.split('\t'))
  : [];
if (truth.length === 0) leftOut('the published captures', publicCaptures('truth', 'files.tsv'));
const withTshark = testWith('tshark');

/** A file that tshark reads no frame of: its section header has a broken option. */
const refused = new Set(['libpcap__shb-option-too-long.pcapng']);
/** An event trace, which tshark does not read. */
const traces = new Set(['demikernel__PktMon.etl']);
/** Custom blocks that tshark counts as frames (capinfos does not). */
const customBlocks = new Map([['gopacket__le_test202.pcapng', 3]]);

interface Row {
  readonly number: number;
  readonly time: string;
  readonly origLen: number;
  readonly capLen: number;
}

/** The frames of a file as tshark sees them, without the records that are no frames. */
async function tsharkRows(file: string, damaged = false): Promise<Row[]> {
  const fields = ['number', 'time_epoch', 'len', 'cap_len', 'interface_id'].flatMap((name) => [
    '-e',
    `frame.${name}`,
  ]);
  const args = ['-n', '-r', file, '-T', 'fields', ...fields];
  const { stdout } = await run('tshark', args, { maxBuffer: 64 << 20 }).catch(
    (error: Error & { stdout?: string }) => {
      // A damaged file makes it end with an error after its frames.
      if (!damaged) throw error;
      return { stdout: error.stdout ?? '' };
    },
  );
  return stdout
    .split('\n')
    .map((line) => line.split('\t'))
    .filter(([number, time, , , iface]) => number !== '' && (time !== '' || iface !== ''))
    .map(([number, time, len, capLen]) => ({
      number: Number(number),
      time: time ?? '',
      origLen: Number(len),
      capLen: Number(capLen),
    }));
}

function rowOf({ number, time, origLen, capLen, marks }: ReadFrame): Row {
  return { number, time: marks & FrameMark.NoTime ? '' : time, origLen, capLen };
}

for (const [name = '', tsharkCode = '', frameCount = ''] of truth) {
  if (traces.has(name)) continue;
  const file = path.join(collection, name);
  test.serial(`${name} is read, or refused, as far as it is sound`, async (t) => {
    if (refused.has(name)) {
      const error = await t.throwsAsync(readFile(file), { instanceOf: CaptureError });
      t.true(error.message.startsWith(`${file}: `));
      return;
    }
    const { file: facts, frames } = await readFile(file);
    t.is(frames.length + (customBlocks.get(name) ?? 0), Number(frameCount));
    t.is(facts.damage === null, tsharkCode === '0');
  });
  if (refused.has(name)) continue;
  withTshark.serial(`${name} gives the frames that tshark sees`, async (t) => {
    const { frames } = await readFile(file);
    t.deepEqual(frames.map(rowOf), await tsharkRows(file, tsharkCode !== '0'));
  });
}

interface ParsedPacket {
  readonly header: Record<
    'timestampSeconds' | 'timestampMicroseconds' | 'capturedLength' | 'originalLength',
    number
  >;
  readonly data: Buffer;
}
interface PacketEvents {
  on(event: 'packet', listener: (packet: ParsedPacket) => void): this;
  on(event: 'end' | 'error', listener: (error?: Error) => void): this;
}
const pcapParser = createRequire(import.meta.url)('pcap-parser') as { parse(file: string): PacketEvents };

function parsePackets(file: string): Promise<ParsedPacket[]> {
  return new Promise((resolve, reject) => {
    const packets: ParsedPacket[] = [];
    pcapParser
      .parse(file)
      .on('packet', (packet) => packets.push(packet))
      .on('end', () => resolve(packets))
      .on('error', reject);
  });
}

const classic = truth
  .map(([name = '']) => path.join(collection, name))
  .filter((file) => fs.readFileSync(file).subarray(0, 4).toString('hex') === 'd4c3b2a1');
for (const file of classic) {
  test.serial(`${path.basename(file)} gives the bytes that pcap-parser reads`, async (t) => {
    const { frames } = await readFile(file, { window: 5000 });
    const packets = await parsePackets(file);
    t.deepEqual(
      frames.map(({ time, capLen, origLen, hex }) => [time, capLen, origLen, hex]),
      packets.map(({ header, data }) => [
        `${header.timestampSeconds}.${String(header.timestampMicroseconds).padStart(6, '0')}000`,
        header.capturedLength,
        header.originalLength,
        data.toString('hex'),
      ]),
    );
  });
}

withTshark.serial('built pcapng files of both byte orders give what tshark gives', async (t) => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tshark-'));
  try {
    for (const little of [true, false]) {
      const b = new PcapngBuilder(little);
      const offset = b.bytes().u64(-3600n).done();
      const data = frameBytes(61);
      const blocks = [
        b.section([[4, Buffer.from('test')]]),
        b.interface(1, 65_535, [[9, [9]]]),
        b.interface(1, 40, [
          [9, [0x80 | 20]],
          [14, offset],
        ]),
        b.interface(1, 0, [[9, [3]]]),
        b.enhanced(0, 1_700_000_000_123_456_789n, data, {
          origLen: 1500,
          options: [[1, Buffer.from('a comment')]],
        }),
        b.enhanced(1, (1_700_000_000n << 20n) + 777_777n, data.subarray(0, 40), { origLen: 61 }),
        b.block(0x1234, new Uint8Array(12)),
        b.enhanced(2, 1_700_000_000_123n, data),
        b.names([[1, [10, 0, 0, 1], ['nas']]]),
        b.packet(0, 2, 1_700_000_000_999_999_999n, data),
        b.block(0xbad, b.bytes().u32(32_473).u32(1).done()),
        b.simple(61, data),
        b.section(),
        b.interface(1, 0, [[9, [6]]]),
        b.enhanced(0, 1_700_000_001_000_001n, data),
      ];
      const file = path.join(folder, `order-${little}.pcapng`);
      fs.writeFileSync(file, Buffer.concat(blocks));
      fs.writeFileSync(`${file}.gz`, zlib.gzipSync(Buffer.concat(blocks)));
      const { file: facts, frames } = await readFile(file);
      t.is(facts.damage, null);
      t.is(frames.length, 6);
      t.deepEqual(frames.map(rowOf), await tsharkRows(file));
      t.deepEqual((await readFile(`${file}.gz`)).frames, frames);
    }
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
});
