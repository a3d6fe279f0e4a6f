/** What single events of a trace say: kinds of packets, parts of packets, properties of components, drops. */
import test from 'ava';
import { Direction, LinkType } from '../../../src/capture/frames/frame.js';
import { FileFacts } from '../../../src/capture/frames/file-facts.js';
import { EtlLimit, LimitName, MAX_INTERFACES } from '../../../src/capture/bytes/limits.js';
import { pointsByCount, pointsByRule } from '../../../src/capture/etl/events/capture-points.js';
import { ComponentTable } from '../../../src/capture/etl/events/components.js';
import { DropTally } from '../../../src/capture/etl/events/drop-tally.js';
import { takeEventMap } from '../../../src/capture/etl/events/event-map.js';
import { directionOf, linkTypeOf, PacketType } from '../../../src/capture/etl/events/pktmon-layout.js';
import { NdisInterfaces } from '../../../src/capture/etl/events/ndis-capture.js';
import { takeRundown } from '../../../src/capture/etl/events/pktmon.js';
import { TraceInterfaces } from '../../../src/capture/etl/events/trace-interfaces.js';
import { MAX_DROP_KINDS } from '../../../src/capture/etl/trace/limits.js';
import {
  MADE,
  ndisPacket,
  pktmonDrop,
  pktmonPacket,
  portFilter,
  rundown,
} from '../../../captures/recipes/etl/events.js';
import type { LoggedPacket } from '../../../captures/recipes/etl/events.js';
import { writeTrace } from '../../../captures/recipes/etl/writer.js';
import type { OutgoingEvent } from '../../../captures/recipes/etl/writer.js';
import { readTrace } from './memory.js';

const facts = (): FileFacts => new FileFacts('trace.etl', 0, { position: 0 });
const trace = (events: readonly OutgoingEvent[]): Uint8Array =>
  writeTrace(events, { compressed: false, cpus: 2, frequency: 10_000_000, bufferBytes: 4096 });

const PACKET: LoggedPacket = {
  sec: 1_700_000_000,
  nsec: 0,
  bytes: Buffer.alloc(60, 1),
  origLen: 60,
  linkType: LinkType.Ethernet,
  direction: 1,
};

/** A frame of this EtherType with an IP length, of which so many bytes were logged. */
function frame(type: number, length: number, logged: number, tagged = false): Buffer {
  const bytes = Buffer.alloc(60);
  const ip = tagged ? 18 : 14;
  if (tagged) bytes.writeUInt16BE(0x8100, 12);
  bytes.writeUInt16BE(type, ip - 2);
  bytes.writeUInt16BE(length, ip + (type === 0x0800 ? 2 : 4));
  return bytes.subarray(0, logged);
}

test('netsh trace: what a cut frame had on the wire is what IP says, where that was logged', async (t) => {
  const pieces: readonly (readonly [Buffer, number])[] = [
    [frame(0x0800, 1500, 60), 1514],
    [frame(0x86dd, 1460, 60), 1514],
    [frame(0x0800, 1500, 60, true), 1518],
    [frame(0x0800, 1500, 20), 1514],
    [frame(0x0800, 1500, 19), 19],
    [frame(0x0800, 1500, 17), 17],
    [frame(0x0806, 1500, 60), 60],
    [frame(0x0800, 20, 60), 60],
  ];
  const events = pieces.flatMap(([bytes]) => ndisPacket({ ...PACKET, bytes }, 0, 1, 1000));
  const { frames, file } = await readTrace(trace(events));
  t.deepEqual(
    frames.map(({ origLen }) => origLen),
    pieces.map(([, origLen]) => origLen),
  );
  t.is(file.trace?.cutFrames, 4);
});

test('netsh trace: link types and directions of packets, names of interfaces, rules of the capture', async (t) => {
  const [whole] = ndisPacket(PACKET, 0, 1, 1000);
  if (whole === undefined) return t.fail();
  const named = Buffer.concat([Buffer.of(0), Buffer.from('Ethernet 2\0', 'utf16le'), Buffer.of(7, 0, 0, 0)]);
  const keyword = (more: bigint): OutgoingEvent => ({ ...whole, keyword: 0xc000_0000n | more });
  const { frames, file } = await readTrace(
    trace([
      { ...whole, id: 5101, payload: named },
      { ...whole, id: 1011 },
      { ...whole, id: 1016 },
      keyword(0x1n),
      keyword(0x200n | (1n << 32n)),
      keyword(0x1_0000n | (1n << 33n)),
    ]),
  );
  t.deepEqual(
    frames.map(({ linkType, direction }) => [linkType, direction]),
    [
      [LinkType.Ethernet, Direction.Unknown],
      [LinkType.Raw, Direction.Outbound],
      [LinkType.Ieee80211, Direction.Inbound],
    ],
  );
  t.deepEqual(
    file.interfaces.map((one) => one.name),
    ['interface 7 (Ethernet 2)', 'interface 7 (Ethernet 2)', 'interface 7 (Ethernet 2)'],
  );
  t.is(file.interfaces[0]?.filter, '(2 capture rules of netsh trace)');
});

test('netsh trace: a part without the beginning of its packet, or without its end, is no frame', async (t) => {
  const bytes = Buffer.alloc(250, 7);
  const parts = ndisPacket({ ...PACKET, bytes }, 0, 1, 100);
  const [first, , last] = parts;
  if (first === undefined || last === undefined) return t.fail();
  const whole = await readTrace(trace(parts));
  t.deepEqual(
    whole.frames.map(({ hex }) => hex),
    [bytes.toString('hex')],
  );
  t.is(whole.file.limits.size, 0);
  const broken = await readTrace(trace([last, ...ndisPacket(PACKET, 0, 2, 1000), first]));
  t.is(broken.frames.length, 1);
  t.is(broken.file.limits.get(EtlLimit.Partial), 2);
});

test('netsh trace: of the interfaces of an adapter its own is taken, else the lowest', (t) => {
  const interfaces = new NdisInterfaces();
  for (const lower of [12, 9, 11]) interfaces.meet(7, lower);
  t.deepEqual([interfaces.takes(7, 12), interfaces.takes(7, 9)], [false, true]);
  interfaces.meet(7, 7);
  interfaces.meet(7, 3);
  t.deepEqual([interfaces.takes(7, 9), interfaces.takes(7, 7)], [false, true]);
  t.deepEqual([interfaces.takes(8, 20), interfaces.takes(8, 19)], [true, false]);
  for (let i = 0; i < 5000; i++) interfaces.meet(100 + i, 1);
  t.true(interfaces.takes(5099, 77), 'beyond what is remembered every interface is taken');
});

test('pktmon: types and directions of packets are those of Windows', (t) => {
  t.deepEqual([0, 1, 2, 3, 4].map(linkTypeOf), [-1, LinkType.Ethernet, LinkType.Ieee80211, LinkType.Raw, -1]);
  const { Unknown, Inbound, Outbound } = Direction;
  t.deepEqual([0, 1, 2, 3, 4, 5, 6, 7].map(directionOf), [
    Unknown,
    Inbound,
    Outbound,
    Inbound,
    Outbound,
    Inbound,
    Outbound,
    Unknown,
  ]);
});

/** A packet of a type that no link has. */
function untyped(event: OutgoingEvent): OutgoingEvent {
  const payload = Buffer.from(event.payload);
  payload.writeUInt16LE(9, 14);
  return { ...event, payload };
}

test('pktmon: packets and drops of no link are counted and left out; drops alone do not fill a batch', async (t) => {
  const drop = untyped(pktmonDrop(PACKET, 1204, 1, 0));
  const events = [untyped(pktmonPacket(PACKET, 1, 40, 0)), drop, pktmonPacket(PACKET, 1, 40, 0)];
  const { frames, file } = await readTrace(trace(events));
  t.is(frames.length, 1);
  t.is(file.skippedBlocks, 0, 'its type is not the one that is taken');
  t.is(file.trace?.packetsElsewhere, 1);
  t.deepEqual(
    file.trace?.drops.map(({ count }) => count),
    [1],
  );
  t.is(file.interfaces[0]?.name, 'component 40');
  const large = { ...PACKET, bytes: Buffer.alloc(3000, 1) };
  const drops = Array.from({ length: 400 }, () => pktmonDrop(large, 1204, 1, 0));
  const many = await readTrace(trace([...drops, pktmonPacket(PACKET, 1, 40, 0)]));
  t.is(many.frames.length, 1);
  t.true((many.file.limits.get(EtlLimit.Drops) ?? 0) > 0);
});

test('drops are told by reason and place up to so many', (t) => {
  const file = facts();
  const drops = new DropTally(file);
  for (let i = 0; i < MAX_DROP_KINDS; i++) drops.add(i >> 1, i & 1);
  drops.add(0, 0);
  t.is(file.limits.get(EtlLimit.DropKinds), undefined);
  drops.add(0, 7);
  drops.add(9999, 0);
  t.is(file.limits.get(EtlLimit.DropKinds), 2);
  const list = drops.list(new Map([[0, 'Zero']]));
  t.is(list.length, MAX_DROP_KINDS);
  t.deepEqual(list.slice(0, 2), [
    { reason: 0, location: 0, text: 'Zero', count: 2 },
    { reason: 0, location: 1, text: 'Zero', count: 1 },
  ]);
});

test('so many interfaces as the limit says are told apart', (t) => {
  const file = facts();
  const interfaces = new TraceInterfaces(file, 1000, '');
  for (let i = 0; i < MAX_INTERFACES; i++) interfaces.of(`${i}`, 1, 'a');
  t.is(interfaces.of('5', 1, 'a'), 5);
  t.is(file.limits.get(LimitName.Interfaces), undefined);
  t.is(interfaces.of('one more', 1, 'a'), MAX_INTERFACES - 1);
  t.is(file.limits.get(LimitName.Interfaces), 1);
});

/** A list of components out of events: number of the event, and words and texts of its payload. */
function tableOf(...events: readonly (readonly [number, ...(number | string)[]])[]): ComponentTable {
  const table = new ComponentTable(facts());
  for (const [id, ...words] of events) take(table, id, words);
  return table;
}

function payloadOf(words: readonly (number | string)[]): Buffer {
  return Buffer.concat(
    words.map((word) =>
      typeof word === 'string' ? Buffer.from(`${word}\0`, 'utf16le') : Buffer.of(word & 255, word >> 8),
    ),
  );
}

function take(
  table: ComponentTable,
  id: number,
  words: readonly (number | string)[],
  bytes = Infinity,
): void {
  const payload = payloadOf(words);
  const end = Math.min(payload.length, bytes);
  takeRundown(table, new DataView(payload.buffer, payload.byteOffset, payload.length), id, 0, end);
}

const MINIPORT = 2;
const FILTER = 3;
const PROTOCOL = 4;

test('each adapter is captured where it has Ethernet: above Wi-Fi, at the miniport, as IP of a modem', (t) => {
  const adapter = (
    id: number,
    ifIndex: number,
    medium: number,
  ): (readonly [number, ...(number | string)[]])[] => [
    [20, id, MINIPORT, `nic${id}.sys`, `Adapter ${id}`],
    [30, id, 1, ifIndex, 0],
    [50, id, 5, medium, 0],
    [20, id + 1, PROTOCOL, 'tcpip.sys', 'TCPIP6'],
    [30, id + 1, 14, ifIndex, 0],
  ];
  const table = tableOf(
    ...adapter(10, 1, 0),
    ...adapter(20, 2, 16),
    [20, 22, FILTER, 'NWIFI.sys', 'Native WiFi'],
    [30, 22, 2, 2, 0],
    [90, 22, 'Upper', 5],
    ...adapter(30, 3, 19),
    [20, 40, MINIPORT, 'none.sys', 'Not bound'],
    [30, 40, 1, 4, 0],
  );
  t.deepEqual(
    pointsByRule(table).map(({ component, edge, type, name }) => [component, edge, type, name]),
    [
      [10, -1, PacketType.Ethernet, 'Adapter 10'],
      [22, 5, PacketType.Ethernet, 'Adapter 20'],
      [30, -1, PacketType.Ip, 'Adapter 30'],
    ],
  );
});

test('without a list, the place with Ethernet goes before those with Wi-Fi, and these before IP', (t) => {
  const table = tableOf(
    [20, 3, MINIPORT, 'nic.sys', ''],
    [30, 3, 1, 9, 0],
    [30, 4, 2, 9, 0],
    [30, 5, 2, 9, 0],
  );
  const count = (component: number, edge: number, type: number, times: number): void => {
    for (let i = 0; i < times; i++) table.countPacket(component, edge, type);
  };
  const chosen = (only = -1): unknown =>
    pointsByCount(table, only).map(({ component, edge, type, name }) => [component, edge, type, name]);
  count(6, 1, 77, 5);
  t.deepEqual(chosen(), [], 'packets of no link');
  count(5, 1, PacketType.Ip, 9);
  t.deepEqual(chosen(), [[5, 1, PacketType.Ip, 'nic.sys']]);
  count(4, 1, PacketType.WiFi, 2);
  t.deepEqual(chosen(), [[4, 1, PacketType.WiFi, 'nic.sys']]);
  count(3, 2, PacketType.Ethernet, 1);
  count(3, 1, PacketType.Ethernet, 1);
  t.deepEqual(chosen(), [[3, 1, PacketType.Ethernet, 'nic.sys']], 'of equals the lower edge');
  t.deepEqual(chosen(5), [[5, 1, PacketType.Ip, 'nic.sys']], 'one that was asked for');
});

test('what is cut in the list of components changes nothing', (t) => {
  const events: readonly (readonly [number, ...(number | string)[]])[] = [
    [30, 3, 1, 9, 0],
    [50, 3, 2, 9, 0],
    [60, 3, 5, 16],
    [65, 3, 13, 0x000a, 0x0100],
    [66, 3, 13, 0x01fe, 0, 0, 0, 0, 0, 0, 1],
    [70, 3, 6, 6, 0, 1, 2, 3],
    [90, 3, 'Upper', 5],
  ];
  for (const [id, ...words] of events) {
    const all = payloadOf(words).length;
    const table = tableOf([20, 3, MINIPORT, 'nic.sys', 'Adapter']);
    const told = (): string => {
      const one = table.components.get(3);
      return JSON.stringify([one, [...(one?.edges ?? [])]]);
    };
    const before = told();
    for (let bytes = 0; bytes < all; bytes++) {
      take(table, id, words, bytes);
      t.is(told(), before, `event ${id} of ${bytes} bytes`);
    }
    take(table, id, words);
    t.not(told(), before, `event ${id}`);
  }
  const table = tableOf(
    [65, 3, 12, 0x000a, 0x0100],
    [70, 3, 7, 6, 0, 1, 2, 3],
    [70, 3, 6, 5, 0, 1, 2, 3],
    [30, 3, 99, 9, 0],
  );
  const one = table.components.get(3);
  t.deepEqual([one?.addresses ?? [], one?.mac ?? '', one?.ifIndex ?? -1], [[], '', -1], 'other properties');
});

test('texts of drop reasons are taken from a map of that name, entry by entry', (t) => {
  const text = (at: number, into: Buffer, value: string): void =>
    void into.write(`${value}\0`, at, 'utf16le');
  const map = Buffer.alloc(16 + 120);
  const at = 16;
  map.writeUInt32LE(40, at);
  map.writeUInt32LE(3, at + 8);
  for (const [i, [place, value]] of [
    [70, 5],
    [5000, 6],
    [90, 7],
  ].entries()) {
    map.writeUInt32LE(place!, at + 16 + 8 * i);
    map.writeUInt32LE(value!, at + 20 + 8 * i);
  }
  text(at + 40, map, 'DropReason');
  text(at + 70, map, 'Five');
  const read = (bytes: Buffer, end = bytes.length): unknown => {
    const table = new ComponentTable(facts());
    takeEventMap(table, new DataView(bytes.buffer, bytes.byteOffset, bytes.length), 0, end);
    return [...table.dropTexts];
  };
  t.deepEqual(read(map), [[5, 'Five']]);
  for (const end of [0, 16, 31, 56, 60]) t.deepEqual(read(map, end), [], `${end} bytes`);
  const other = Buffer.from(map);
  text(at + 40, other, 'DropPlaces');
  t.deepEqual(read(other), []);
});

test('frames of native Wi-Fi are not protected any more, whatever their header says', async (t) => {
  const bytes = Buffer.alloc(60, 0);
  bytes[0] = 0x08;
  bytes[1] = 0x41;
  const [whole] = ndisPacket({ ...PACKET, bytes }, 0, 1, 1000);
  if (whole === undefined) return t.fail();
  const { frames } = await readTrace(trace([{ ...whole, keyword: 0xc001_0000n }]));
  t.is(frames[0]?.hex.slice(0, 4), '0801');
});

test('packets of pktmon beside those of netsh trace are all taken, of each component as an interface', async (t) => {
  const named: OutgoingEvent = {
    provider: 'pktmon',
    id: 20,
    sec: PACKET.sec,
    nsec: 9,
    cpu: 1,
    payload: payloadOf([41, FILTER, 'npcap.sys', '']),
  };
  const events = [
    ...ndisPacket(PACKET, 0, 1, 1000),
    { ...ndisPacket(PACKET, 0, 1, 1000)[0]!, id: 1003 },
    pktmonPacket(PACKET, 1, 40, 0),
    pktmonPacket(PACKET, 1, 41, 0),
    untyped(pktmonPacket(PACKET, 1, 40, 0)),
    { ...pktmonPacket(PACKET, 1, 40, 0), payload: Buffer.alloc(33) },
    named,
  ];
  const { frames, file } = await readTrace(trace(events));
  t.is(frames.length, 3);
  t.deepEqual(
    file.interfaces.map((one) => one.name),
    ['interface 7', 'component 40', 'npcap.sys'],
  );
  t.is(file.skippedBlocks, 1, 'a packet of no link');
  t.is(file.trace?.switchPackets, 1);
});

test('several filters of pktmon are told as one or another', async (t) => {
  const filter6 = Buffer.alloc(2 + 4 + 12 + 4 + 32 + 6);
  filter6.writeUInt16LE(1, 0);
  filter6.write('g\0', 2, 'utf16le');
  filter6[54] = 17;
  filter6.writeUInt16LE(53, 55);
  const events = [
    pktmonPacket(PACKET, 1, MADE.Miniport, 0),
    ...rundown(PACKET.sec, 5, 1, [portFilter(6, 9004), [110, filter6]]),
  ];
  const { file } = await readTrace(trace(events));
  t.is(file.interfaces[0]?.filter, '(tcp and port 9004) or (udp and port 53)');
});
