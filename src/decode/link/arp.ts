/**
 * ARP for IPv4 over any hardware, RFC 826.
 *
 *   | htype (2) | ptype (2) | hlen (1) | plen (1) | op (2) | sender hw (hlen) | sender ip (4) | target hw | target ip |
 */
import { Next, type Cursor } from '../packet/cursor.js';
import { EtherType } from '../packet/ether-type.js';
import { Layer, type Packet } from '../packet/packet.js';
import { Weird } from '../packet/weird.js';

const FIXED_LEN = 8;

export function arp(c: Cursor, p: Packet): Next {
  if (c.lacks(p, FIXED_LEN, Weird.TruncatedArp)) return Next.Done;
  const { at } = c;
  const { view } = p;
  const hardwareLen = view.getUint8(at + 4);
  if (view.getUint16(at + 2) !== EtherType.Ipv4 || view.getUint8(at + 5) !== 4) return Next.Done;
  if (c.lacks(p, FIXED_LEN + 2 * hardwareLen + 8, Weird.TruncatedArp)) return Next.Done;
  p.arpOp = view.getUint16(at + 6);
  p.src0 = view.getInt32(at + FIXED_LEN + hardwareLen);
  p.dst0 = view.getInt32(at + FIXED_LEN + 2 * hardwareLen + 4);
  p.src1 = p.src2 = p.src3 = 0;
  p.dst1 = p.dst2 = p.dst3 = 0;
  p.ipVersion = 0;
  p.layers = (p.layers & Layer.Vlan) | Layer.Arp | (c.tunnels > 0 ? Layer.Tunnel : 0);
  return Next.Done;
}
