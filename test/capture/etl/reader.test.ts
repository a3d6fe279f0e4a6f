/** Event traces made of captures of the lab, as pktmon and netsh trace would have written them, read back. */
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import test from 'ava';
import type { ExecutionContext } from 'ava';
import { openCapture } from '../../../src/capture/open.js';
import { MADE, pktmonDrop, pktmonPacket, portFilter, rundown } from '../../../captures/recipes/etl/events.js';
import type { LoggedPacket } from '../../../captures/recipes/etl/events.js';
import { VARIANTS, packetsOf, traceOf } from '../../../captures/recipes/etl/convert.js';
import { writeTrace } from '../../../captures/recipes/etl/writer.js';
import type { OutgoingEvent, TraceOptions } from '../../../captures/recipes/etl/writer.js';
import { readBytes, streamOf } from '../read-all.js';
import type { ReadCapture } from '../read-all.js';
import { readTrace } from './memory.js';

const LAB = join(process.cwd(), 'captures', 'lab');
const RAW: TraceOptions = { compressed: false, cpus: 2, frequency: 10_000_000, bufferBytes: 4096 };

const lab = packetsOf(join(LAB, 'agent-port-silent.pcap.gz'));

/** Frames equal the packets: bytes, lengths, order, and time to a tick of the clock. */
function equalPackets(
  t: ExecutionContext,
  read: ReadCapture,
  packets: readonly LoggedPacket[],
  tick = 100,
): void {
  t.is(read.frames.length, packets.length);
  for (const [i, frame] of read.frames.entries()) {
    const packet = packets[i];
    if (packet === undefined) break;
    if (frame.hex !== Buffer.from(packet.bytes).toString('hex')) t.fail(`bytes of frame ${i + 1}`);
    if (frame.origLen !== packet.origLen || frame.linkType !== packet.linkType)
      t.fail(`lengths of frame ${i + 1}`);
    const [sec = '0', nsec = '0'] = frame.time.split('.');
    const apart = (Number(sec) - packet.sec) * 1e9 + Number(nsec) - packet.nsec;
    if (Math.abs(apart) > tick) t.fail(`time of frame ${i + 1}: ${apart} ns apart`);
  }
}

for (const variant of VARIANTS) {
  test(`${variant.name}: frames, times and order are those of the packets`, async (t) => {
    const packets = await lab;
    const read = await readTrace(traceOf(packets, variant));
    equalPackets(t, read, packets, variant.trace.frequency < 5e6 ? 1000 : 200);
    t.is(read.file.damage, null);
    t.is(read.file.application, variant.writer === 'pktmon' ? 'pktmon' : 'netsh trace');
    t.is(read.file.os, 'Windows 10.0.20348');
    t.is(read.file.limits.size, 0);
  });
}

test('a trace is read the same however few bytes a read gives', async (t) => {
  const packets = (await lab).slice(0, 60);
  for (const variant of VARIANTS.slice(0, 2)) {
    const bytes = traceOf(packets, variant);
    const whole = await readTrace(bytes);
    for (const most of [1, 7, 100, 4096])
      t.deepEqual((await readTrace(bytes, -1, most)).frames, whole.frames);
  }
});

test('more processors than records are merged by time', async (t) => {
  const packets = await lab;
  const [variant] = VARIANTS;
  if (variant === undefined) return t.fail();
  const trace = { ...variant.trace, cpus: 200, bufferBytes: 2048, compressed: false };
  equalPackets(t, await readTrace(traceOf(packets, { ...variant, trace })), packets, 200);
});

test('a trace from standard input, and a compressed one, are read as the file', async (t) => {
  const [variant] = VARIANTS;
  if (variant === undefined) return t.fail();
  const bytes = traceOf(await lab, variant);
  const whole = await readTrace(bytes);
  t.deepEqual((await readBytes(bytes, 1000)).frames, whole.frames);
  const packed = await readBytes(gzipSync(bytes), 1000);
  t.deepEqual(packed.frames, whole.frames);
  t.is(packed.file.format, 'pktmon (.etl), gzip');
});

/** A trace of one packet's events and others. */
function made(events: readonly OutgoingEvent[], options: Partial<TraceOptions> = {}): Uint8Array {
  return writeTrace(events, { ...RAW, ...options });
}

const PACKET: LoggedPacket = {
  sec: 1_700_000_000,
  nsec: 0,
  bytes: Buffer.alloc(128, 1),
  origLen: 1514,
  linkType: 1,
  direction: 1,
};

test('an adapter that TCPIP is not bound to, and filters above one that is, are left out and told', async (t) => {
  const events = [3, 10, 48].map((component) => pktmonPacket(PACKET, 1, component, 0));
  const { frames, file } = await readTrace(made([...events, ...rundown(PACKET.sec, 5, 1)]));
  t.is(frames.length, 1);
  t.is(file.interfaces[0]?.name, 'Microsoft Hyper-V Network Adapter #2 (00:22:48:7b:b0:99, 10.9.0.22)');
  t.is(file.trace?.packetsElsewhere, 2);
  t.deepEqual(
    file.trace?.components.map(({ id, taken }) => [id, taken]),
    [
      [3, true],
      [10, false],
      [48, false],
    ],
  );
});

test('without a list of components the place with the most packets is taken', async (t) => {
  const events = [10, 10, 11].map((component) => pktmonPacket(PACKET, 1, component, 0));
  const { frames } = await readTrace(made(events));
  t.is(frames.length, 3, 'adapters are not known: each component may be one');
  t.is((await readTrace(made(events), 11)).frames.length, 1);
  await t.throwsAsync(() => readTrace(made(events), 12), {
    message: /component 12 logged no packets; those that did: 10 .*11/,
  });
});

test('what only a trace tells is kept: loss, zone, filter, cut packets, a session that goes on', async (t) => {
  const events = [
    pktmonPacket(PACKET, 1, MADE.Miniport, 0),
    ...rundown(PACKET.sec, 5, 1, [portFilter(6, 9004)]),
  ];
  const { file, frames } = await readTrace(
    made(events, { bias: -60, eventsLost: 7, mode: 2, stopped: false }),
  );
  t.is(frames[0]?.origLen, 1514);
  t.is(file.dropCount, 7n);
  t.like(file.interfaces[0], { filter: 'tcp and port 9004', snapLength: 128 });
  t.like(file.trace, {
    windows: '10.0.20348',
    utcOffsetMinutes: 60,
    zone: 'W. Europe Standard Time',
    eventsLost: 7,
    circular: true,
    stopped: false,
    cutFrames: 1,
    cutBytes: 128,
  });
});

test('dropped packets are no frames: they come beside the frames before them, with reason and place', async (t) => {
  const at = (nsec: number): LoggedPacket => ({ ...PACKET, nsec });
  const events = [
    pktmonPacket(at(0), 1, MADE.Miniport, 0),
    pktmonDrop(at(1000), 1204, 0xe000_4500, 1),
    pktmonPacket(at(2000), 2, MADE.Miniport, 0),
    ...rundown(PACKET.sec, 3000, 1),
  ];
  const reader = await openCapture('-', { stdin: streamOf(made(events)) });
  const batch = await reader.nextBatch();
  t.is(batch?.count, 2);
  t.is(batch?.drops?.count, 1);
  t.is(batch?.drops?.before[0], 1);
  t.is(batch?.drops?.reason[0], 1204);
  t.is(batch?.drops?.location[0], 0xe000_4500);
  t.is(await reader.nextBatch(), null);
  await reader.close();
  t.deepEqual(reader.file.trace?.drops, [{ reason: 1204, location: 0xe000_4500, text: '', count: 1 }]);
});

test('a trace without packets says what to do', async (t) => {
  const counted = made(rundown(PACKET.sec, 0, 0));
  await t.throwsAsync(() => readTrace(counted), {
    message: /counted packets but did not log any.*--capture --pkt-size 0/,
  });
  const dropped = made([pktmonDrop(PACKET, 1204, 0xe000_4500, 0)]);
  await t.throwsAsync(() => readTrace(dropped), { message: /only packets that were dropped \(1\)/ });
  const other: OutgoingEvent = {
    provider: 'other',
    id: 5,
    sec: PACKET.sec,
    nsec: 0,
    cpu: 0,
    payload: Buffer.alloc(9),
  };
  await t.throwsAsync(() => readTrace(made([other])), {
    message: /without packets.*netsh trace start capture=yes/,
  });
  const inSwitch: OutgoingEvent = { ...other, provider: 'ndis', id: 1003 };
  await t.throwsAsync(() => readTrace(made([inSwitch])), { message: /virtual switch only \(1\)/ });
});
