/**
 * The frames that nearly every capture consists of, in one piece: Ethernet II with at most one 802.1Q tag, IPv4
 * without options and not fragmented, TCP or UDP with lengths that agree. All else is left to the general
 * decoder untouched; a test holds both to the same result. Words are read whole and taken apart, since each
 * DataView read costs its own bounds check.
 *
 *   | Ethernet (14) | 802.1Q (4)? | IPv4 (20) | TCP (20 + options) or UDP (8) | payload ... | padding |
 */
import type { Cursor } from './packet/cursor.js';
import { EtherType } from './packet/ether-type.js';
import { IpProto, Layer, TcpFlag, type Packet } from './packet/packet.js';
import { synOptions } from './transport/tcp.js';
import { findUdpTunnel, mayBeUdpTunnel } from './transport/udp-tunnel.js';

const ETHERNET_LEN = 14;
const TAG_LEN = 4;
const IPV4_LEN = 20;
const TCP_LEN = 20;
const UDP_LEN = 8;
const VERSION_4_LEN_5 = 0x45;
const FRAGMENT_MASK = 0x3fff;

/** Decodes the frame [at, end) of `wire - at` bytes on the wire; false when it is not one of these. */
export function fastPath(
  c: Cursor,
  p: Packet,
  view: DataView,
  at: number,
  end: number,
  wire: number,
): boolean {
  if (end - at < ETHERNET_LEN + TAG_LEN + IPV4_LEN + UDP_LEN) return false;
  let ipAt = at + ETHERNET_LEN;
  let type = view.getUint16(at + 12);
  let vlan = -1;
  if (type === EtherType.Vlan) {
    const tag = view.getInt32(ipAt);
    vlan = (tag >>> 16) & 0xfff;
    type = tag & 0xffff;
    ipAt += TAG_LEN;
  }
  if (type !== EtherType.Ipv4) return false;
  const word0 = view.getInt32(ipAt);
  if (word0 >>> 24 !== VERSION_4_LEN_5) return false;
  const word1 = view.getInt32(ipAt + 4);
  if ((word1 & FRAGMENT_MASK) !== 0) return false;
  const total = word0 & 0xffff;
  const ipWire = ipAt + total;
  if (ipWire > wire) return false;
  const ipEnd = Math.min(ipWire, end);
  const word2 = view.getInt32(ipAt + 8);
  const proto = (word2 >>> 16) & 0xff;
  if (proto === IpProto.Tcp) {
    if (!fastTcp(c, p, view, ipAt + IPV4_LEN, ipEnd, ipWire)) return false;
  } else if (proto !== IpProto.Udp || !fastUdp(p, view, ipAt + IPV4_LEN, ipEnd, ipWire)) return false;

  if (vlan >= 0) {
    p.vlan = vlan;
    p.layers |= Layer.Vlan;
  }
  p.dstMacAt = at;
  p.srcMacAt = at + 6;
  p.ipVersion = 4;
  p.tos = (word0 >> 16) & 0xff;
  p.ipLen = total;
  p.offloaded = false;
  p.ipId = word1 >>> 16;
  p.ttl = word2 >>> 24;
  p.ipProto = proto;
  p.src0 = view.getInt32(ipAt + 12);
  p.src1 = 0;
  p.src2 = 0;
  p.src3 = 0;
  p.dst0 = view.getInt32(ipAt + 16);
  p.dst1 = 0;
  p.dst2 = 0;
  p.dst3 = 0;
  return true;
}

function fastTcp(c: Cursor, p: Packet, view: DataView, at: number, end: number, wire: number): boolean {
  if (end - at < TCP_LEN) return false;
  const word3 = view.getInt32(at + 12);
  const headerLen = (word3 >>> 28) << 2;
  const payloadAt = at + headerLen;
  if (headerLen < TCP_LEN || payloadAt > end) return false;
  const ports = view.getInt32(at);
  const flags = (word3 >>> 16) & 0xff;
  p.layers = Layer.Ipv4 | Layer.Tcp;
  p.srcPort = ports >>> 16;
  p.dstPort = ports & 0xffff;
  p.seq = view.getInt32(at + 4);
  p.ack = view.getInt32(at + 8);
  p.tcpFlags = flags;
  p.window = word3 & 0xffff;
  p.mss = 0;
  p.windowScale = -1;
  p.sackPermitted = false;
  p.payloadAt = payloadAt;
  p.payloadEnd = end;
  p.payloadLen = wire - payloadAt;
  if ((flags & TcpFlag.Syn) !== 0) synOptions(c, p, at + TCP_LEN, payloadAt, payloadAt);
  return true;
}

function fastUdp(p: Packet, view: DataView, at: number, end: number, wire: number): boolean {
  if (end - at < UDP_LEN || view.getUint16(at + 4) !== wire - at) return false;
  const ports = view.getInt32(at);
  p.layers = Layer.Ipv4 | Layer.Udp;
  p.srcPort = ports >>> 16;
  p.dstPort = ports & 0xffff;
  p.payloadAt = at + UDP_LEN;
  p.payloadEnd = end;
  p.payloadLen = wire - at - UDP_LEN;
  if (mayBeUdpTunnel(p.srcPort, p.dstPort)) findUdpTunnel(p);
  return true;
}
