/**
 * The frames that nearly every capture consists of, in one piece: Ethernet II, IPv4 without options and not
 * fragmented, TCP or UDP with lengths that agree. All else is left to the general decoder untouched; a test
 * holds both to the same result.
 *
 *   | Ethernet (14) | IPv4 (20) | TCP (20 + options) or UDP (8) | payload ... | padding |
 */
import type { Cursor } from './cursor.js';
import { IpProto, Layer, TcpFlag, type Packet } from './packet.js';
import { synOptions } from './tcp.js';
import { findUdpTunnel, isUdpTunnelPort } from './udp-tunnel.js';

const IP_AT = 14;
const TRANSPORT_AT = IP_AT + 20;
/** EtherType IPv4, version 4 and header length 5, as they stand in bytes 12 to 14. */
const TYPE_IPV4 = 0x0800;
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
  if (end - at < TRANSPORT_AT + 8) return false;
  const ipAt = at + IP_AT;
  if (view.getUint16(at + 12) !== TYPE_IPV4 || view.getUint8(ipAt) !== VERSION_4_LEN_5) return false;
  if ((view.getUint16(ipAt + 6) & FRAGMENT_MASK) !== 0) return false;
  const total = view.getUint16(ipAt + 2);
  const ipWire = ipAt + total;
  if (ipWire > wire) return false;
  const ipEnd = ipWire < end ? ipWire : end;
  const proto = view.getUint8(ipAt + 9);
  const transportAt = at + TRANSPORT_AT;
  if (proto === IpProto.Tcp) {
    if (!fastTcp(c, p, view, transportAt, ipEnd, ipWire)) return false;
  } else if (proto !== IpProto.Udp || !fastUdp(p, view, transportAt, ipEnd, ipWire)) return false;

  p.dstMacAt = at;
  p.srcMacAt = at + 6;
  p.ipVersion = 4;
  p.tos = view.getUint8(ipAt + 1);
  p.ipLen = total;
  p.offloaded = false;
  p.ipId = view.getUint16(ipAt + 4);
  p.ttl = view.getUint8(ipAt + 8);
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
  if (end - at < 20) return false;
  const offsetAndFlags = view.getUint16(at + 12);
  const headerLen = (offsetAndFlags >> 12) << 2;
  const payloadAt = at + headerLen;
  if (headerLen < 20 || payloadAt > end) return false;
  p.layers = Layer.Ipv4 | Layer.Tcp;
  p.srcPort = view.getUint16(at);
  p.dstPort = view.getUint16(at + 2);
  p.seq = view.getInt32(at + 4);
  p.ack = view.getInt32(at + 8);
  p.tcpFlags = offsetAndFlags & 0xff;
  p.window = view.getUint16(at + 14);
  p.mss = 0;
  p.windowScale = -1;
  p.sackPermitted = false;
  p.payloadAt = payloadAt;
  p.payloadEnd = end;
  p.payloadLen = wire - payloadAt;
  if ((offsetAndFlags & TcpFlag.Syn) !== 0 && headerLen > 20) synOptions(c, p, at + 20, payloadAt, payloadAt);
  return true;
}

function fastUdp(p: Packet, view: DataView, at: number, end: number, wire: number): boolean {
  if (end - at < 8 || view.getUint16(at + 4) !== wire - at) return false;
  const dstPort = view.getUint16(at + 2);
  p.layers = Layer.Ipv4 | Layer.Udp;
  p.srcPort = view.getUint16(at);
  p.dstPort = dstPort;
  p.payloadAt = at + 8;
  p.payloadEnd = end;
  p.payloadLen = wire - at - 8;
  if (isUdpTunnelPort(dstPort)) findUdpTunnel(p);
  return true;
}
