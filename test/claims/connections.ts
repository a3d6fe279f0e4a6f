/**
 * Connections from tshark's packets: who opened, who answered, who sent payload, who reset, and what ICMP said of
 * them. Written for being read beside RFC 9293, not for speed.
 */
import { TCP_FLAG } from './packets.js';
import type { ReadPacket } from './packets.js';

/** A step back in time up to this is the order in which cards delivered, a larger one a clock that was set. */
const ORDER_WINDOW_SECONDS = 1;

export interface End {
  readonly address: string;
  readonly port: number;
}

/** What one end sent, as packets in time order. */
export interface Side {
  readonly end: End;
  readonly syn: ReadPacket[];
  readonly synAck: ReadPacket[];
  readonly rst: ReadPacket[];
  readonly fin: ReadPacket[];
  /** TCP and UDP payload; of an echo, every packet. */
  readonly payload: ReadPacket[];
  /** Neither SYN nor RST. */
  readonly other: ReadPacket[];
}

export interface Connection {
  readonly proto: 'tcp' | 'udp' | 'icmp';
  readonly sides: readonly [Side, Side];
  /** Which side opened it; -1 = its beginning was not captured. */
  orig: 0 | 1 | -1;
  /** ICMP errors about packets of it. */
  readonly errors: ReadPacket[];
  /** Seconds of its first packet, on a clock that never goes back. */
  readonly from: number;
}

/** All packets of a capture in one order, with a clock that never goes back by more than the window. */
function inOrder(packets: readonly ReadPacket[]): { packet: ReadPacket; at: number }[] {
  let latest = -Infinity;
  let shift = 0;
  const timed = packets.map((packet) => {
    let at = packet.time + shift;
    if (at < latest - ORDER_WINDOW_SECONDS) {
      shift += latest - at;
      at = latest;
    }
    latest = Math.max(latest, at);
    return { packet, at };
  });
  return timed.sort((a, b) => a.at - b.at);
}

export function connectionsOf(packets: readonly ReadPacket[]): Connection[] {
  const all: Connection[] = [];
  const current = new Map<string, Connection>();
  for (const { packet, at } of inOrder(packets)) {
    const key = keyOf(packet);
    let connection = current.get(key);
    if (packet.kind === 'error') {
      connection?.errors.push(packet);
      continue;
    }
    if (connection === undefined || beginsAnew(connection, packet)) {
      connection = opened(packet, at);
      all.push(connection);
      current.set(key, connection);
    }
    note(connection, packet);
  }
  return all;
}

function keyOf({ proto, src, srcPort, dst, dstPort }: ReadPacket): string {
  return [proto, ...[`${src} ${srcPort}`, `${dst} ${dstPort}`].sort()].join(' ');
}

function opened(packet: ReadPacket, from: number): Connection {
  const sides = [
    sideOf(packet.src, packet.srcPort),
    sideOf(packet.dst, packet.dstPort),
  ] as const satisfies readonly Side[];
  return { proto: packet.proto, sides, orig: -1, errors: [], from };
}

function sideOf(address: string, port: number): Side {
  return { end: { address, port }, syn: [], synAck: [], rst: [], fin: [], payload: [], other: [] };
}

function isSyn(packet: ReadPacket): boolean {
  return packet.proto === 'tcp' && (packet.flags & (TCP_FLAG.syn | TCP_FLAG.ack)) === TCP_FLAG.syn;
}

/** A SYN with another initial number, unless it is the one that a SYN-ACK before it answers. */
function beginsAnew(connection: Connection, packet: ReadPacket): boolean {
  if (!isSyn(packet)) return false;
  const [own, other] = sidesFrom(connection, packet);
  if (own.syn.length > 0) return own.syn[0]?.seq !== packet.seq;
  const answered = other.synAck.some(({ ack }) => ack === next(packet.seq));
  const isAll = connection.sides.every(({ payload, fin }) => payload.length + fin.length === 0);
  return !(answered && isAll);
}

function sidesFrom({ sides }: Connection, { src, srcPort }: ReadPacket): [Side, Side] {
  const isFirst = sides[0].end.address === src && sides[0].end.port === srcPort;
  return isFirst ? [sides[0], sides[1]] : [sides[1], sides[0]];
}

function note(connection: Connection, packet: ReadPacket): void {
  // An echo has the same port at both ends, so that its sender is known by the address alone.
  const [own] = sidesFrom(connection, packet);
  const index = own === connection.sides[0] ? 0 : 1;
  if (packet.kind === 'echo') {
    connection.orig = packet.isReply ? (index === 0 ? 1 : 0) : index;
    own.payload.push(packet);
    return;
  }
  if (packet.length > 0) own.payload.push(packet);
  if (packet.kind === 'udp') {
    if (connection.orig < 0) connection.orig = index;
    return;
  }
  if (isSyn(packet)) {
    connection.orig = index;
    own.syn.push(packet);
  } else if ((packet.flags & TCP_FLAG.syn) !== 0) {
    if (connection.orig < 0) connection.orig = index === 0 ? 1 : 0;
    own.synAck.push(packet);
  } else if ((packet.flags & TCP_FLAG.rst) !== 0) own.rst.push(packet);
  else own.other.push(packet);
  if ((packet.flags & TCP_FLAG.fin) !== 0) own.fin.push(packet);
}

export function next(seq: number): number {
  return (seq + 1) >>> 0;
}

/** a ≥ b in the arithmetic of RFC 9293 §3.4. */
export function isAtLeast(a: number, b: number): boolean {
  return (a - b) >>> 0 < 0x80000000;
}
