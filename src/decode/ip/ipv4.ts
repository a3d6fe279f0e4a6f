/**
 * IPv4, RFC 791 §3.1. A total length of 0 is segmentation offload: the packet is as long as the frame says.
 *
 *   | version, ihl (1) | tos (1) | total length (2) | id (2) | flags, offset (2) | ttl (1) | proto (1) |
 *   | checksum (2) | source (4) | destination (4) | options (4 * ihl - 20) | ...
 */
import { Next, type Cursor } from '../packet/cursor.js';
import { ipLayers, ipProtoNext } from './ip.js';
import { Layer, type Packet } from '../packet/packet.js';
import { Weird } from '../packet/weird.js';

const HEADER_LEN = 20;
const MORE_FRAGMENTS = 0x2000;
const OFFSET_MASK = 0x1fff;

export function ipv4(c: Cursor, p: Packet): Next {
  if (c.lacks(p, HEADER_LEN, Weird.TruncatedIp)) return Next.Done;
  const { at } = c;
  const { view } = p;
  const first = view.getUint8(at);
  const headerLen = (first & 15) << 2;
  // The version goes before what the layer outside has announced, as in Zeek and Wireshark.
  if (first >> 4 === 6) return Next.Ipv6;
  if (first >> 4 !== 4) return malformed(c, p, Weird.UnknownIpVersion);
  if (headerLen < HEADER_LEN) return malformed(c, p, Weird.Ipv4MinHeaderSize);
  const sent = c.wire - at;
  let total = view.getUint16(at + 2);
  const offloaded = total === 0;
  const beyondFrame = total > sent && !c.wasCut(p, total);
  if (offloaded || beyondFrame) total = sent;
  if (total < headerLen) {
    return malformed(c, p, beyondFrame ? Weird.InternallyTruncatedHeader : Weird.InvalidIpHeaderSize);
  }
  if (beyondFrame && !c.firstFragmentOnly) c.weird(p, Weird.TruncatedIpLen);

  p.layers = ipLayers(c, p, Layer.Ipv4);
  p.ipVersion = 4;
  p.tos = view.getUint8(at + 1);
  p.ipLen = total;
  p.offloaded = offloaded;
  p.ipId = view.getUint16(at + 4);
  p.ttl = view.getUint8(at + 8);
  p.ipProto = view.getUint8(at + 9);
  p.src0 = view.getInt32(at + 12);
  p.src1 = p.src2 = p.src3 = 0;
  p.dst0 = view.getInt32(at + 16);
  p.dst1 = p.dst2 = p.dst3 = 0;

  c.narrow(total);
  if (c.lacks(p, headerLen, Weird.InternallyTruncatedHeader)) return Next.Done;
  c.at = at + headerLen;
  const fragment = view.getUint16(at + 6);
  if ((fragment & (MORE_FRAGMENTS | OFFSET_MASK)) !== 0) {
    const offset = (fragment & OFFSET_MASK) << 3;
    const more = (fragment & MORE_FRAGMENTS) !== 0;
    c.describeFragment(p.ipId, offset, more, beyondFrame, headerLen);
    if (!c.fragments.take(c, p)) return Next.Done;
  }
  return ipProtoNext(c, p, p.ipProto);
}

function malformed(c: Cursor, p: Packet, weird: number): Next {
  c.weird(p, weird);
  return Next.Done;
}
