/** Packets as the events of pktmon and of netsh trace, and what pktmon tells of the network stack when it is stopped. */
import type { OutgoingEvent } from './writer.js';

/** One packet. */
export interface LoggedPacket {
  readonly sec: number;
  readonly nsec: number;
  readonly bytes: Uint8Array;
  readonly origLen: number;
  /** LinkType: 1 Ethernet or 101 raw IP. */
  readonly linkType: number;
  /** Direction: 1 inbound, 2 outbound, 0 unknown. */
  readonly direction: number;
}

/** Components of the made stack. */
export const MADE = { Miniport: 3, Filter: 10, Tcpip: 25, Layer3: 31 } as const;
const MADE_IF_INDEX = 9;
const RAW = 101;

/** Event 160 of pktmon: a packet at a component's edge. */
export function pktmonPacket(
  packet: LoggedPacket,
  number: number,
  component: number,
  cpu: number,
): OutgoingEvent {
  return {
    provider: 'pktmon',
    id: 160,
    sec: packet.sec,
    nsec: packet.nsec,
    cpu,
    payload: packetPayload(packet, number, component),
  };
}

/** Event 170: the same dropped. */
export function pktmonDrop(
  packet: LoggedPacket,
  reason: number,
  location: number,
  cpu: number,
): OutgoingEvent {
  const payload = Buffer.from(packetPayload(packet, 0, MADE.Layer3));
  payload.writeUInt32LE(reason, 22);
  payload.writeUInt32LE(location, 26);
  return { provider: 'pktmon', id: 170, sec: packet.sec, nsec: packet.nsec, cpu, payload };
}

function packetPayload(packet: LoggedPacket, number: number, component: number): Uint8Array {
  const { bytes, direction, linkType, origLen } = packet;
  const payload = Buffer.alloc(34 + bytes.length);
  payload.writeBigUInt64LE(BigInt(number), 0);
  payload.writeUInt16LE(1, 8);
  payload.writeUInt16LE(1, 10);
  payload.writeUInt16LE(direction === 0 ? 0 : 2 + direction, 12);
  payload.writeUInt16LE(linkType === RAW ? 3 : 1, 14);
  payload.writeUInt16LE(component, 16);
  payload.writeUInt16LE(1, 18);
  payload.writeUInt16LE(Math.min(origLen, 0xffff), 30);
  payload.writeUInt16LE(bytes.length, 32);
  payload.set(bytes, 34);
  return payload;
}

/** Events 1001 of netsh trace: a packet whole, or in parts of at most `part` bytes. */
export function ndisPacket(packet: LoggedPacket, cpu: number, thread: number, part: number): OutgoingEvent[] {
  const { bytes, direction, linkType, sec, nsec } = packet;
  const base =
    (linkType === RAW ? 0x200n : 1n) | (direction === 1 ? 1n << 33n : direction === 2 ? 1n << 32n : 0n);
  const events: OutgoingEvent[] = [];
  for (let at = 0; at < bytes.length || at === 0; at += part) {
    const piece = bytes.subarray(at, at + part);
    const payload = Buffer.alloc(12 + piece.length);
    payload.writeUInt32LE(7, 0);
    payload.writeUInt32LE(7, 4);
    payload.writeUInt32LE(piece.length, 8);
    payload.set(piece, 12);
    const first = at === 0 ? 0x4000_0000n : 0n;
    const last = at + part >= bytes.length ? 0x8000_0000n : 0n;
    events.push({
      provider: 'ndis',
      id: 1001,
      sec,
      nsec,
      cpu,
      thread,
      payload,
      keyword: base | first | last | (1n << 63n),
    });
  }
  return events;
}

/** What pktmon writes when it is stopped, at the time of its last packet. */
export function rundown(
  sec: number,
  nsec: number,
  cpu: number,
  extra: readonly [number, Uint8Array][] = [],
): OutgoingEvent[] {
  const payloads: [number, Uint8Array][] = [
    component(MADE.Layer3, 11, 'tcpip.sys', 'TCP/IPv4 - L3/L4'),
    [65, Buffer.concat([words(MADE.Layer3, 13), Buffer.from([10, 9, 0, 22])])],
    property(MADE.Layer3, 14, MADE_IF_INDEX),
    component(MADE.Tcpip, 4, 'tcpip.sys', 'TCPIP'),
    property(MADE.Tcpip, 2, MADE_IF_INDEX),
    component(MADE.Filter, 3, 'npcap.sys', 'Npcap Packet Driver (NPCAP)'),
    property(MADE.Filter, 2, MADE_IF_INDEX),
    property(MADE.Filter, 1, 18),
    component(MADE.Miniport, 2, 'netvsc.sys', 'Microsoft Hyper-V Network Adapter #2'),
    property(MADE.Miniport, 1, MADE_IF_INDEX),
    [60, words(MADE.Miniport, 5, 0)],
    [70, Buffer.concat([words(MADE.Miniport, 6, 6, 0), Buffer.from('0022487bb099', 'hex')])],
    [80, Buffer.concat([words(MADE.Miniport, 3), Buffer.alloc(34)])],
    ...extra,
  ];
  return payloads.map(([id, payload]) => ({ provider: 'pktmon', id, sec, nsec, cpu, payload, keyword: 2n }));
}

/** Event 100: a filter on one port. */
export function portFilter(protocol: number, port: number): [number, Uint8Array] {
  const payload = Buffer.alloc(2 + 4 + 12 + 4 + 8 + 6);
  payload.writeUInt16LE(1, 0);
  payload.write('f\0', 2, 'utf16le');
  payload[30] = protocol;
  payload.writeUInt16LE(port, 31);
  return [100, payload];
}

function component(id: number, type: number, driver: string, description: string): [number, Uint8Array] {
  return [20, Buffer.concat([words(id, type), Buffer.from(`${driver}\0${description}\0`, 'utf16le')])];
}

function property(id: number, number: number, value: number): [number, Uint8Array] {
  return [30, Buffer.concat([words(id, number), words(value & 0xffff, value >>> 16)])];
}

function words(...values: number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 2);
  for (const [i, value] of values.entries()) bytes.writeUInt16LE(value, i * 2);
  return bytes;
}
