/**
 * What IPv4 and IPv6 share: the version nibble, and the protocol that follows (IANA protocol numbers).
 * The authentication header, RFC 4302 §2, is skipped like an IPv6 extension header in IPv4 as well; EtherIP is
 * RFC 3378.
 *
 *   AH       | next header (1) | length in words - 2 (1) | 0 (2) | spi (4) | sequence (4) | icv ... |
 *   EtherIP  | version (4 bits) = 3, 0 (12 bits) | Ethernet frame ...
 */
import { Next, type Cursor } from '../packet/cursor.js';
import { IpProto, Layer, type Packet } from '../packet/packet.js';
import { Weird } from '../packet/weird.js';

/** Protocol numbers beside those of `IpProto` that the decoder looks through. */
export const ThroughProto = { Ah: 51, EtherIp: 97, MplsInIp: 137 } as const;

/**
 * Tunnels within tunnels that are entered.
 * @reached the tunnel is not opened and counted: `tunnel_depth`
 */
export const MAX_TUNNELS = 8;

/** Decides between IPv4 and IPv6 by the version nibble. */
export function ip(c: Cursor, p: Packet): Next {
  if (c.lacks(p, 1, Weird.TruncatedIp)) return Next.Done;
  const version = p.view.getUint8(c.at) >> 4;
  if (version === 4) return Next.Ipv4;
  if (version === 6) return Next.Ipv6;
  c.weird(p, Weird.UnknownIpVersion);
  return Next.Done;
}

/** What an IP protocol number announces; `Next.Done` when there is nothing more to decode. */
export function ipProtoNext(c: Cursor, p: Packet, proto: number): Next {
  switch (proto) {
    case IpProto.Tcp:
      return Next.Tcp;
    case IpProto.Udp:
      return Next.Udp;
    case IpProto.Icmp:
      return p.ipVersion === 4 ? Next.Icmp : Next.Done;
    case IpProto.Icmpv6:
      return p.ipVersion === 6 ? Next.Icmpv6 : Next.Done;
    case IpProto.IpIp:
    case IpProto.Ipv6:
      return Next.IpInIp;
    case IpProto.Gre:
      return Next.Gre;
    case ThroughProto.Ah:
      return Next.Ah;
    case ThroughProto.EtherIp:
      return Next.EtherIp;
    case ThroughProto.MplsInIp:
      return enterTunnel(c, p) ? Next.Mpls : Next.Done;
    default:
      return Next.Done;
  }
}

export function ipInIp(c: Cursor, p: Packet): Next {
  if (c.wire - c.at === 0 || !enterTunnel(c, p)) return Next.Done;
  return ip(c, p);
}

export function etherIp(c: Cursor, p: Packet): Next {
  if (c.lacks(p, 2, Weird.TruncatedHeader)) return Next.Done;
  if (p.view.getUint16(c.at) >> 12 !== 3 || !enterTunnel(c, p)) return Next.Done;
  c.at += 2;
  return Next.Ethernet;
}

export function ah(c: Cursor, p: Packet): Next {
  if (c.lacks(p, 2, Weird.InternallyTruncatedHeader)) return Next.Done;
  const len = (p.view.getUint8(c.at + 1) + 2) * 4;
  if (c.lacks(p, len, Weird.InternallyTruncatedHeader)) return Next.Done;
  p.ipProto = p.view.getUint8(c.at);
  c.at += len;
  return ipProtoNext(c, p, p.ipProto);
}

/** Counts one more tunnel; false when it is one too many. */
export function enterTunnel(c: Cursor, p: Packet): boolean {
  if (c.tunnels === MAX_TUNNELS) {
    c.weird(p, Weird.ExceededTunnelMaxDepth);
    c.limit('tunnel_depth');
    return false;
  }
  c.tunnels++;
  return true;
}

/** Layers of an IP packet at the cursor: what stood outside it no longer holds, apart from the VLAN. */
export function ipLayers(c: Cursor, p: Packet, layer: number): number {
  return (p.layers & (Layer.Vlan | Layer.Reassembled)) | layer | (c.tunnels > 0 ? Layer.Tunnel : 0);
}
