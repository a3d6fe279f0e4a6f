/**
 * IPv6 and its extension headers, RFC 8200 §3-4; the jumbo payload option is RFC 2675 §2.
 *
 *   | version, class, flow (4) | payload length (2) | next header (1) | hop limit (1) | source (16) | destination (16) |
 *   extension  | next header (1) | length in 8 bytes - 1 (1) | ... |
 *   fragment   | next header (1) | 0 (1) | offset, 0, M (2) | identification (4) |
 */
import { Next, type Cursor } from '../packet/cursor.js';
import { ipLayers, ipProtoNext, ThroughProto } from './ip.js';
import { Layer, type Packet } from '../packet/packet.js';
import { Weird } from '../packet/weird.js';

const HEADER_LEN = 40;
const JUMBO_OPTION = 0xc2;
const JUMBO_OPTION_LEN = 6;
/**
 * Extension headers of one packet that are followed.
 * @reached the packet is not read further and counted: `ipv6_extension_headers`
 */
export const MAX_EXTENSION_HEADERS = 16;

/** Next header values of the headers that are looked through, and of "nothing follows". */
export const Extension = {
  HopByHop: 0,
  Routing: 43,
  Fragment: 44,
  NoNext: 59,
  DestinationOptions: 60,
  Mobility: 135,
  HostIdentity: 139,
  Shim6: 140,
} as const;

export function ipv6(c: Cursor, p: Packet): Next {
  if (c.lacks(p, HEADER_LEN, Weird.TruncatedIp)) return Next.Done;
  const { at } = c;
  const { view } = p;
  const version = view.getUint8(at) >> 4;
  if (version === 4) return Next.Ipv4;
  if (version !== 6) {
    c.weird(p, Weird.UnknownIpVersion);
    return Next.Done;
  }
  const nextHeader = view.getUint8(at + 6);
  const sent = c.wire - at;
  let total = HEADER_LEN + view.getUint16(at + 4);
  p.offloaded = false;
  if (total === HEADER_LEN && sent > HEADER_LEN && nextHeader !== Extension.NoNext) {
    const jumbo = nextHeader === Extension.HopByHop ? jumboLength(view, at + HEADER_LEN, c.end) : 0;
    p.offloaded = jumbo === 0;
    total = jumbo === 0 ? sent : HEADER_LEN + jumbo;
  }
  const beyondFrame = total > sent && !c.wasCut(p, total);
  if (beyondFrame) {
    if (!c.firstFragmentOnly) c.weird(p, Weird.TruncatedIpLen);
    total = sent;
  }

  p.layers = ipLayers(c, p, Layer.Ipv6);
  p.ipVersion = 6;
  p.tos = (view.getUint16(at) >> 4) & 0xff;
  p.ipLen = total;
  p.ipId = -1;
  p.ttl = view.getUint8(at + 7);
  p.src0 = view.getInt32(at + 8);
  p.src1 = view.getInt32(at + 12);
  p.src2 = view.getInt32(at + 16);
  p.src3 = view.getInt32(at + 20);
  p.dst0 = view.getInt32(at + 24);
  p.dst1 = view.getInt32(at + 28);
  p.dst2 = view.getInt32(at + 32);
  p.dst3 = view.getInt32(at + 36);
  c.narrow(total);
  c.at = at + HEADER_LEN;
  return extensions(c, p, nextHeader, beyondFrame);
}

/** Walks the extension headers from the cursor on; `p.ipProto` is always the last one reached. */
function extensions(c: Cursor, p: Packet, nextHeader: number, beyondFrame: boolean): Next {
  let proto = nextHeader;
  for (let headers = 0; ; headers++) {
    p.ipProto = proto;
    const len = extensionLength(proto, c.end - c.at < 2 ? 0 : p.view.getUint8(c.at + 1));
    if (len === 0) return proto === Extension.NoNext ? Next.Done : ipProtoNext(c, p, proto);
    if (headers === MAX_EXTENSION_HEADERS) {
      c.weird(p, Weird.ExceededIpv6ExtensionHeaderMax);
      c.limit('ipv6_extension_headers');
      return Next.Done;
    }
    if (c.lacks(p, len, Weird.InternallyTruncatedHeader)) return Next.Done;
    const at = c.at;
    const next = p.view.getUint8(at);
    if (proto === Extension.Mobility && next === Extension.NoNext) return Next.Done;
    c.at = at + len;
    if (proto === Extension.Fragment) {
      p.ipProto = next;
      const fragment = p.view.getUint16(at + 2);
      const offset = fragment & 0xfff8;
      const more = (fragment & 1) === 1;
      // Offset 0 and no more to come: an atomic fragment (RFC 6946), in fact a whole packet.
      if (offset !== 0 || more) {
        const before = p.ipLen - (c.wire - at);
        const id = p.view.getInt32(at + 4);
        c.describeFragment(id, offset, more, beyondFrame, before);
        if (!c.fragments.take(c, p)) return Next.Done;
      }
      proto = p.ipProto;
    } else {
      proto = next;
    }
  }
}

/** Bytes of an extension header whose length field is given; 0 when `proto` is none. */
export function extensionLength(proto: number, field: number): number {
  switch (proto) {
    case Extension.Fragment:
      return 8;
    case Extension.HopByHop:
    case Extension.Routing:
    case Extension.DestinationOptions:
    case Extension.Mobility:
    case Extension.HostIdentity:
    case Extension.Shim6:
      return (field + 1) * 8;
    case ThroughProto.Ah:
      return (field + 2) * 4;
    default:
      return 0;
  }
}

/** The jumbo payload length of the hop-by-hop header at `at`, 0 when it has none. */
function jumboLength(view: DataView, at: number, end: number): number {
  if (end - at < 8) return 0;
  const headerEnd = Math.min(at + (view.getUint8(at + 1) + 1) * 8, end);
  for (let option = at + 2; option + JUMBO_OPTION_LEN <= headerEnd;) {
    const type = view.getUint8(option);
    if (type === JUMBO_OPTION) return view.getInt32(option + 2) & 0x3fffffff;
    option += type === 0 ? 1 : 2 + view.getUint8(option + 1);
  }
  return 0;
}
