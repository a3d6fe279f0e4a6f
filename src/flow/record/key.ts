/**
 * The canonical five-tuple of a packet: both directions of a conversation give the same key.
 * ICMP has no ports; as in Zeek and Community ID its type and the type of the answer stand for them,
 * and a message without a counterpart (an error) is a flow of its own in each direction.
 */
import { IpProto, Layer } from '../../decode/packet/packet.js';
import type { Packet } from '../../decode/packet/packet.js';
import { finish, mix, seeded } from './hash.js';
import { Field, Meta, Slab } from './record.js';

/** A reused key. `senderIsLow` tells which canonical endpoint sent the packet. */
export class FlowKey {
  meta = 0;
  ports = 0;
  low0 = 0;
  low1 = 0;
  low2 = 0;
  low3 = 0;
  high0 = 0;
  high1 = 0;
  high2 = 0;
  high3 = 0;
  senderIsLow = true;
  hash = 0;
}

/** ICMP requests and the types that answer them. */
const ICMP4_PAIRS: readonly (readonly [number, number])[] = [
  [8, 0],
  [13, 14],
  [15, 16],
  [17, 18],
  [10, 9],
];
const ICMP6_PAIRS: readonly (readonly [number, number])[] = [
  [128, 129],
  [133, 134],
  [135, 136],
  [130, 131],
  [139, 140],
  [144, 145],
];

const NO_COUNTERPART = -1;
const COUNTERPART4 = counterparts(ICMP4_PAIRS);
const COUNTERPART6 = counterparts(ICMP6_PAIRS);
function counterparts(pairs: readonly (readonly [number, number])[]): Int16Array {
  const table = new Int16Array(256).fill(NO_COUNTERPART);
  for (const [request, answer] of pairs) {
    table[request] = answer;
    table[answer] = request;
  }
  return table;
}

/** The ICMP type that pairs with `type`, or -1. */
export function icmpCounterpart(version: number, type: number): number {
  return (version === 4 ? COUNTERPART4 : COUNTERPART6)[type & 255]!;
}

/** True for an echo reply: its sender was asked. (Router and neighbour discovery have no such roles.) */
export function isEchoReply(version: number, type: number): boolean {
  return type === (version === 4 ? 0 : 129);
}

/** Fills `key` from a packet that has a transport layer; false when there is none to key on. */
export function keyOf(p: Packet, key: FlowKey): boolean {
  const layers = p.layers;
  if (layers & (Layer.Tcp | Layer.Udp)) {
    fill(key, p, p.ipProto, p.srcPort, p.dstPort);
    return true;
  }
  if (layers & (Layer.Icmp | Layer.Icmpv6)) {
    const pair = icmpCounterpart(p.ipVersion, p.icmpType);
    const oneWay = pair === NO_COUNTERPART;
    const meta = oneWay ? p.ipProto | Meta.OneWay : p.ipProto;
    fill(key, p, meta, p.icmpType, oneWay ? p.icmpCode : pair);
    return true;
  }
  return false;
}

/** Fills `key` from the packet quoted in an ICMP error; false when the quotation is too short or foreign. */
export function keyOfQuoted(p: Packet, key: FlowKey, scratch: Packet): boolean {
  const proto = p.quotedProto;
  if (p.quotedSrcPort < 0 || p.quotedDstPort < 0) return false;
  scratch.ipVersion = p.quotedVersion;
  scratch.src0 = p.quotedSrc0;
  scratch.src1 = p.quotedSrc1;
  scratch.src2 = p.quotedSrc2;
  scratch.src3 = p.quotedSrc3;
  scratch.dst0 = p.quotedDst0;
  scratch.dst1 = p.quotedDst1;
  scratch.dst2 = p.quotedDst2;
  scratch.dst3 = p.quotedDst3;
  scratch.ipProto = proto;
  scratch.srcPort = p.quotedSrcPort;
  scratch.dstPort = p.quotedDstPort;
  scratch.icmpType = p.quotedSrcPort;
  scratch.icmpCode = p.quotedDstPort;
  scratch.layers =
    proto === IpProto.Tcp
      ? Layer.Tcp
      : proto === IpProto.Udp
        ? Layer.Udp
        : proto === IpProto.Icmp || proto === IpProto.Icmpv6
          ? Layer.Icmp
          : 0;
  return keyOf(scratch, key);
}

/** Fills `key` from the record at `b`. */
export function keyOfRecord(slab: Slab, b: number, key: FlowKey): void {
  const r = slab.i32;
  key.meta = r[b + Field.Meta]!;
  key.ports = r[b + Field.Ports]!;
  key.low0 = r[b + Field.Low]!;
  key.high0 = r[b + Field.High]!;
  const rest = key.meta & Meta.Ipv6 ? slab.rest : null;
  if (rest === null) {
    key.low1 = key.low2 = key.low3 = key.high1 = key.high2 = key.high3 = 0;
  } else {
    const at = Slab.restAt(b);
    key.low1 = rest[at]!;
    key.low2 = rest[at + 1]!;
    key.low3 = rest[at + 2]!;
    key.high1 = rest[at + 3]!;
    key.high2 = rest[at + 4]!;
    key.high3 = rest[at + 5]!;
  }
  key.hash = hashOf(key);
}

/** Writes `key` to the record at `b`: what `keyOfRecord` reads. */
export function writeKey(slab: Slab, b: number, key: FlowKey): void {
  const r = slab.i32;
  r[b + Field.Meta] = key.meta;
  r[b + Field.Ports] = key.ports;
  r[b + Field.Low] = key.low0;
  r[b + Field.High] = key.high0;
  if ((key.meta & Meta.Ipv6) === 0) return;
  const rest = slab.makeRest();
  const at = Slab.restAt(b);
  rest[at] = key.low1;
  rest[at + 1] = key.low2;
  rest[at + 2] = key.low3;
  rest[at + 3] = key.high1;
  rest[at + 4] = key.high2;
  rest[at + 5] = key.high3;
}

/** Whether the record at `b` has this key. */
export function hasKey(slab: Slab, b: number, key: FlowKey): boolean {
  const r = slab.i32;
  if (r[b + Field.Low] !== key.low0 || r[b + Field.High] !== key.high0) return false;
  if (r[b + Field.Ports] !== key.ports || r[b + Field.Meta] !== key.meta) return false;
  if ((key.meta & Meta.Ipv6) === 0) return true;
  const { rest } = slab;
  if (rest === null) return false;
  const at = Slab.restAt(b);
  return (
    rest[at] === key.low1 &&
    rest[at + 1] === key.low2 &&
    rest[at + 2] === key.low3 &&
    rest[at + 3] === key.high1 &&
    rest[at + 4] === key.high2 &&
    rest[at + 5] === key.high3
  );
}

/** @param meta protocol, and `Meta.OneWay` */
function fill(key: FlowKey, p: Packet, meta: number, srcPort: number, dstPort: number): void {
  let low = srcIsLow4(p, srcPort, dstPort);
  if (p.ipVersion === 6) {
    low = srcIsLow6(p, srcPort, dstPort);
    meta |= Meta.Ipv6;
    if (low) {
      key.low1 = p.src1;
      key.low2 = p.src2;
      key.low3 = p.src3;
      key.high1 = p.dst1;
      key.high2 = p.dst2;
      key.high3 = p.dst3;
    } else {
      key.low1 = p.dst1;
      key.low2 = p.dst2;
      key.low3 = p.dst3;
      key.high1 = p.src1;
      key.high2 = p.src2;
      key.high3 = p.src3;
    }
  } else {
    key.low1 = key.low2 = key.low3 = key.high1 = key.high2 = key.high3 = 0;
  }
  if (low && (meta & Meta.OneWay) !== 0) meta |= Meta.SenderIsLow;
  key.senderIsLow = low;
  key.meta = meta;
  if (low) {
    key.low0 = p.src0;
    key.high0 = p.dst0;
    key.ports = (srcPort << 16) | dstPort;
  } else {
    key.low0 = p.dst0;
    key.high0 = p.src0;
    key.ports = (dstPort << 16) | srcPort;
  }
  key.hash = hashOf(key);
}

function srcIsLow4(p: Packet, srcPort: number, dstPort: number): boolean {
  return p.src0 !== p.dst0 ? p.src0 < p.dst0 : srcPort <= dstPort;
}

function srcIsLow6(p: Packet, srcPort: number, dstPort: number): boolean {
  if (p.src0 !== p.dst0) return p.src0 < p.dst0;
  if (p.src1 !== p.dst1) return p.src1 < p.dst1;
  if (p.src2 !== p.dst2) return p.src2 < p.dst2;
  if (p.src3 !== p.dst3) return p.src3 < p.dst3;
  return srcPort <= dstPort;
}

/** Mixes every word of the key. */
function hashOf(key: FlowKey): number {
  let h = mix(seeded(key.meta), key.low0);
  h = mix(h, key.high0);
  h = mix(h, key.ports);
  if (key.meta & Meta.Ipv6) {
    h = mix(mix(mix(h, key.low1), key.low2), key.low3);
    h = mix(mix(mix(h, key.high1), key.high2), key.high3);
  }
  return finish(h);
}
