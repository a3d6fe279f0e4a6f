/** The records, buffers and clock of a trace: what other providers write is passed, what makes no sense is counted. */
import test from 'ava';
import type { SourceFailure } from '../../../src/capture/bytes/byte-source.js';
import { openEtl } from '../../../src/capture/etl/opening.js';
import { FileFacts } from '../../../src/capture/frames/file-facts.js';
import { CaptureError } from '../../../src/capture/frames/frame.js';
import { EtlLimit } from '../../../src/capture/bytes/limits.js';
import { BufferIndex, indexBuffers } from '../../../src/capture/etl/trace/buffers.js';
import { TraceClock } from '../../../src/capture/etl/trace/clock.js';
import { sizesFor } from '../../../src/capture/etl/trace/cpu-stream.js';
import { readLogFileHeader } from '../../../src/capture/etl/trace/header.js';
import type { LogFileHeader } from '../../../src/capture/etl/trace/header.js';
import { payloadAt, Provider, providerAt } from '../../../src/capture/etl/trace/layout.js';
import { MADE, pktmonPacket, rundown } from '../../../captures/recipes/etl/events.js';
import type { LoggedPacket } from '../../../captures/recipes/etl/events.js';
import { writeTrace } from '../../../captures/recipes/etl/writer.js';
import type { OutgoingEvent, TraceOptions } from '../../../captures/recipes/etl/writer.js';
import { drain } from '../read-all.js';
import type { ReadCapture } from '../read-all.js';
import { accessTo, readTrace } from './memory.js';

const OPTIONS: TraceOptions = { compressed: false, cpus: 1, frequency: 10_000_000, bufferBytes: 4096 };
const PACKET: LoggedPacket = {
  sec: 1_700_000_000,
  nsec: 0,
  bytes: Buffer.alloc(60, 1),
  origLen: 60,
  linkType: 1,
  direction: 1,
};
const HEADER = 4096;
const GUID = Buffer.from('00112233445566778899aabbccddeeff', 'hex');

/** A packet, a record of 160 bytes of another provider, and a packet. */
function withOther(change: (record: Buffer) => void): Buffer {
  const other: OutgoingEvent = {
    provider: 'other',
    id: 5,
    sec: PACKET.sec,
    nsec: 0,
    cpu: 0,
    payload: Buffer.alloc(80),
  };
  const packet = pktmonPacket(PACKET, 1, MADE.Miniport, 0);
  const bytes = Buffer.from(writeTrace([packet, other, packet, ...rundown(PACKET.sec, 5, 0)], OPTIONS));
  change(bytes.subarray(bytes.indexOf(GUID) - 24));
  return bytes;
}

/** Kinds of records: the byte that tells, where their size stands, and the least that it may be. */
const KINDS: readonly (readonly [string, number, number, number, number])[] = [
  ['system, 32 bits', 1, 0xc0, 4, 32],
  ['system, 64 bits', 2, 0xc0, 4, 32],
  ['compact, 32 bits', 3, 0xc0, 4, 24],
  ['compact, 64 bits', 4, 0xc0, 4, 24],
  ['classic, 32 bits', 10, 0xc0, 0, 48],
  ['instance, 32 bits', 11, 0xc0, 0, 72],
  ['error', 13, 0xc0, 0, 8],
  ['performance, 32 bits', 16, 0xc0, 4, 16],
  ['performance, 64 bits', 17, 0xc0, 4, 16],
  ['event, 32 bits', 18, 0xc0, 0, 80],
  ['event, 64 bits', 19, 0xc0, 0, 80],
  ['classic, 64 bits', 20, 0xc0, 0, 48],
  ['instance, 64 bits', 21, 0xc0, 0, 72],
  ['message of WPP', 0, 0x90, 0, 8],
];

for (const [name, type, head, sizeAt, least] of KINDS) {
  test(`a record of another kind is passed by its size: ${name}`, async (t) => {
    const read = (size: number): ReturnType<typeof readTrace> =>
      readTrace(
        withOther((record) => {
          record[2] = type;
          record[3] = head;
          record.writeUInt16LE(160, 0);
          record.writeUInt16LE(size, sizeAt);
        }),
      );
    const passed = await read(160);
    t.deepEqual([passed.frames.length, passed.file.limits.size], [2, 0]);
    t.is(passed.file.trace?.otherEvents, 1);
    const short = await read(least - 1);
    t.is(short.file.limits.get(EtlLimit.Records), 1, 'the rest of its buffer is left');
    t.is(short.frames.length, 1);
  });
}

test('a record of no known kind, or one that is longer than its buffer, ends the buffer', async (t) => {
  for (const change of [
    (record: Buffer) => (record[2] = 99),
    (record: Buffer) => (record[3] = 0),
    (record: Buffer) => record.writeUInt16LE(0xfff0, 0),
  ]) {
    const { frames, file } = await readTrace(withOther((record) => void change(record)));
    t.deepEqual([frames.length, file.limits.get(EtlLimit.Records)], [1, 1]);
  }
});

test('the room behind the last record of a buffer is no record', async (t) => {
  const { frames, file } = await readTrace(withOther((record) => void record.fill(0xff, 0, 4)));
  t.deepEqual([frames.length, file.limits.size], [1, 0]);
});

test('a provider is known by all of its GUID', (t) => {
  for (const [guid, provider] of [
    ['d9804f4dbdc8734dbb5b19c90402c5ac', Provider.PktMon],
    ['6e00d62e29470946b4233ee7bcd678ef', Provider.NdisCapture],
    ['c1f6ccbbd16cc44880ff839482e37671', Provider.Metadata],
  ] as const) {
    const view = new DataView(new Uint8Array(Buffer.from(guid, 'hex')).buffer);
    t.is(providerAt(view, 0), provider);
    for (let i = 0; i < 16; i++) {
      view.setUint8(i, view.getUint8(i) ^ 1);
      t.is(providerAt(view, 0), Provider.None, `byte ${i}`);
      view.setUint8(i, view.getUint8(i) ^ 1);
    }
  }
});

test('extended items lie before the payload, and must fit the event', (t) => {
  const END = 160;
  const payload = (...items: readonly (readonly [number, boolean])[]): number => {
    const view = new DataView(new ArrayBuffer(400));
    view.setUint16(4, 1, true);
    let at = 80;
    for (const [size, more] of items) {
      view.setUint16(at, size, true);
      view.setUint16(at + 4, more ? 1 : 0, true);
      at += (size + 7) & ~7;
    }
    return payloadAt(view, 0, END);
  };
  t.is(payload([8, false]), 88);
  t.is(payload([9, true], [20, false]), 120);
  t.is(payload([80, false]), 160);
  t.is(payload([81, false]), -1);
  t.is(payload([7, false]), -1);
  t.is(payload([80, true]), -1, 'one more, for which there is no room');
  t.is(payload([78, false]), 160);
  const endless = new DataView(new ArrayBuffer(400));
  endless.setUint16(4, 1, true);
  for (let at = 80; at < 400; at += 8) {
    endless.setUint16(at, 8, true);
    endless.setUint16(at + 4, 1, true);
  }
  t.is(payloadAt(endless, 0, 400), -1);
  endless.setUint16(4, 0, true);
  t.is(payloadAt(endless, 0, 400), 80);
});

function headerWith(change: (bytes: Buffer) => void): LogFileHeader {
  const bytes = Buffer.from(writeTrace([], OPTIONS));
  change(bytes);
  const header = readLogFileHeader(new DataView(bytes.buffer, bytes.byteOffset, bytes.length), bytes.length);
  if (typeof header === 'string') throw new Error(header);
  return header;
}

const CLOCK_TYPE_AT = 0x68 + 272;

test('the clock of a trace counts performance counts, ticks of the system time, or cycles', (t) => {
  const seconds = (change: (bytes: Buffer) => void, since: number): readonly [number, number, boolean] => {
    const clock = new TraceClock(headerWith(change));
    clock.set(since);
    return [clock.sec, clock.nsec, clock.guessed];
  };
  t.deepEqual(
    seconds(() => undefined, 15_000_000),
    [1_700_000_001, 500_000_000, false],
  );
  const filetime = 116_444_736_000_000_000n + 1_600_000_000n * 10_000_000n;
  const system = (bytes: Buffer): void => {
    bytes.writeUInt32LE(2, CLOCK_TYPE_AT);
    bytes.writeBigInt64LE(filetime, 0x48 + 16);
  };
  t.deepEqual(seconds(system, 25_000_000), [1_600_000_002, 500_000_000, false]);
  const cycles = (mhz: number) => (bytes: Buffer) => {
    bytes.writeUInt32LE(3, CLOCK_TYPE_AT);
    bytes.writeUInt32LE(mhz, 0x68 + 52);
  };
  t.deepEqual(seconds(cycles(2000), 3_000_000_000), [1_700_000_001, 500_000_000, false]);
  t.deepEqual(seconds(cycles(0), 15_000_000), [1_700_000_001, 500_000_000, true], 'no frequency is told');
  const clock = new TraceClock(headerWith(() => undefined));
  clock.set(1e17);
  t.deepEqual([clock.strange, clock.sec], [true, 0]);
});

test('a header of 32 bits has its times 8 bytes earlier', (t) => {
  const header = headerWith((bytes) => {
    bytes.writeUInt32LE(4, 0x68 + 44);
    bytes.copyWithin(0x68 + 64, 0x68 + 72, 0x68 + 280);
  });
  t.deepEqual([header.frequency, header.zone], [10_000_000, 'W. Europe Standard Time']);
  const short = Buffer.from(writeTrace([], OPTIONS)).subarray(0, 200);
  t.is(
    readLogFileHeader(new DataView(short.buffer, short.byteOffset, short.length), short.length),
    "the trace's header is cut: 384 bytes expected, 200 found",
  );
});

test('many processors hold less each', (t) => {
  const data = [1, 16, 17, 128, 129].map((streams) => sizesFor(streams).data >> 10);
  t.deepEqual(data, [256, 256, 96, 96, 40]);
});

test('buffers of a processor are in the order of their numbers; too many processors are one', (t) => {
  const index = new BufferIndex();
  const added = 2500;
  for (let i = 0; i < added; i++) index.add(1000 * i, 10, 20, added - i, i % 2, false);
  t.is(index.count, added);
  const [even, odd] = index.streams(2);
  t.deepEqual([even?.length, even?.[0], even?.at(-1)], [1250, 2498, 0]);
  t.deepEqual([odd?.[0], odd?.at(-1)], [2499, 1]);
  t.deepEqual(
    index.streams(1).map((list) => [list.length, list[0], list.at(-1)]),
    [[added, 0, added - 1]],
  );
  t.deepEqual([index.offset[1500], index.stored[1500], index.length[1500]], [1_500_000, 10, 20]);
});

test('the list of buffers ends where one makes no sense, at room that was never written, at the end', async (t) => {
  const one = withOther(() => undefined);
  const size = one.length - HEADER;
  const behind = async (rest: Buffer): Promise<BufferIndex> =>
    indexBuffers(accessTo(Buffer.concat([one, rest])));
  const whole = await behind(Buffer.alloc(0));
  t.deepEqual([whole.count, whole.damage, whole.unwritten], [1, null, false]);
  const unwritten = await behind(Buffer.alloc(4096));
  t.deepEqual([unwritten.count, unwritten.damage, unwritten.unwritten], [1, null, true]);
  const again = one.subarray(HEADER);
  const cut = await behind(again.subarray(0, size - 1));
  t.deepEqual([cut.count, cut.damage?.kind, cut.damage?.offset], [2, 'cut', one.length]);
  const header = await behind(again.subarray(0, 71));
  t.deepEqual([header.count, header.damage?.kind], [1, 'cut']);
  const wrong = Buffer.from(again);
  wrong.writeUInt32LE(71, 0);
  const corrupt = await behind(wrong);
  t.deepEqual([corrupt.count, corrupt.damage?.kind], [1, 'corrupt']);
  t.regex(corrupt.damage?.message ?? '', /71 found/);
  const lost = Buffer.from(again);
  lost.writeUInt16LE(4, 0x34);
  lost[0x28] = 9;
  const losing = await behind(lost);
  t.deepEqual([losing.count, losing.withLoss, losing.processor[1]], [2, 1, 9]);
  lost.writeUInt16LE(4, 0x36);
  t.is((await behind(lost)).count, 1, 'a header of another trace');
});

test('where a buffer says nothing of its end, all of it is looked at', async (t) => {
  const { frames } = await readTrace(
    withOther(() => undefined).map((byte, i) =>
      (i >= HEADER + 4 && i < HEADER + 8) || (i >= HEADER + 0x30 && i < HEADER + 0x34) ? 0 : byte,
    ),
  );
  t.is(frames.length, 2);
});

test('buffers that are packed in a way that is not known are refused, plain ones are not', async (t) => {
  const packet = pktmonPacket(PACKET, 1, MADE.Miniport, 0);
  const events = [packet, ...rundown(PACKET.sec, 5, 0)];
  for (const compressed of [true, false]) {
    const bytes = Buffer.from(writeTrace(events, { ...OPTIONS, compressed }));
    bytes.writeUInt16LE(4, 0x2c);
    const reading = readTrace(bytes);
    if (compressed)
      await t.throwsAsync(reading, { instanceOf: CaptureError, message: /compression .* \(4\)/ });
    else t.is((await reading).frames.length, 1);
  }
});

test('a packed buffer that is damaged ends there and is counted', async (t) => {
  const packets = Array.from({ length: 30 }, (_, i) =>
    pktmonPacket({ ...PACKET, nsec: i * 1000 }, i, MADE.Miniport, 0),
  );
  const events = [...packets, ...rundown(PACKET.sec, 40_000, 0)];
  const bytes = Buffer.from(writeTrace(events, { ...OPTIONS, compressed: true, bufferBytes: 2048 }));
  const whole = await readTrace(bytes);
  t.is(whole.frames.length, 30);
  bytes.fill(0xff, 1024 + 72, 1024 + 72 + 40);
  const { frames, file } = await readTrace(bytes);
  t.true(frames.length < 30 && frames.length > 0);
  t.true((file.limits.get(EtlLimit.Compressed) ?? 0) + (file.limits.get(EtlLimit.Records) ?? 0) > 0);
});

/** A trace that is opened whole and then fails, or is stopped, when more than so many bytes of it were read. */
async function readUntil(
  bytes: Uint8Array,
  most: number,
  failure: SourceFailure | null,
): Promise<ReadCapture> {
  const whole = accessTo(bytes);
  let left = Infinity;
  const input = {
    ...whole,
    failure: null as SourceFailure | null,
    stopped: false,
    readAt: async (position: number, into: Uint8Array, at: number, len: number): Promise<number> => {
      const got = await whole.readAt(position, into, at, Math.min(len, left));
      left -= got;
      if (left === 0) [input.failure, input.stopped] = [failure, failure === null];
      return got;
    },
  };
  const facts = new FileFacts('ua.etl', bytes.length, { position: 0 });
  const reader = await openEtl(input, facts, -1, () => Promise.resolve());
  left = most;
  return drain(reader);
}

test('a trace that cannot be read to its end gives what was read, and says why unless it was stopped', async (t) => {
  for (const compressed of [false, true]) {
    const packets = Array.from({ length: 200 }, (_, i) =>
      pktmonPacket({ ...PACKET, nsec: i * 1000, bytes: Buffer.alloc(300, i) }, i, MADE.Miniport, 0),
    );
    const events = [...packets, ...rundown(PACKET.sec, 300_000, 0)];
    const bytes = writeTrace(events, { ...OPTIONS, compressed, bufferBytes: 32 << 10 });
    const most = Math.floor(bytes.length / 2);
    const failed = await readUntil(bytes, most, { kind: 'cut', message: 'the disk is gone' });
    t.true(failed.frames.length > 0 && failed.frames.length < 200, `${failed.frames.length} frames`);
    t.like(failed.file.damage, { kind: 'cut', message: 'the disk is gone', offset: most });
    const stopped = await readUntil(bytes, most, null);
    t.is(stopped.frames.length, failed.frames.length);
    t.is(stopped.file.damage, null);
    t.is((await readUntil(bytes, Infinity, null)).frames.length, 200);
  }
});

test('a reader that is closed early keeps what it knew', async (t) => {
  const facts = new FileFacts('ua.etl', 0, { position: 0 });
  const bytes = withOther(() => undefined);
  let settled = 0;
  const reader = await openEtl(accessTo(bytes), facts, -1, () => {
    settled++;
    return Promise.resolve();
  });
  t.is((await reader.nextBatch())?.count, 2);
  await reader.close();
  await reader.close();
  t.is(settled, 1);
  t.is(reader.file.trace?.windows, '10.0.20348');
});
