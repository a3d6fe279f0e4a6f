/**
 * Tags between the Ethernet addresses and the type: IEEE 802.1Q §9.6 (also 802.1ad and QinQ), the 802.1ah
 * service instance tag (IEEE 802.1Q §9.7), Cisco's VN-Tag.
 *
 *   802.1Q   | pcp, dei, vlan id (2) | type or length (2) |
 *   802.1ah  | flags, service instance (4) | Ethernet frame ...
 *   VN-Tag   | direction, interfaces (4) | type (2) |
 */
import { Next, type Cursor } from '../packet/cursor.js';
import { typeOrLengthNext } from '../packet/ether-type.js';
import { Layer, type Packet } from '../packet/packet.js';
import { Weird } from '../packet/weird.js';

export function vlan(c: Cursor, p: Packet): Next {
  if (c.lacks(p, 4, Weird.TruncatedVlanHeader)) return Next.Done;
  const at = c.at;
  if ((p.layers & Layer.Vlan) === 0) {
    p.vlan = p.view.getUint16(at) & 0x0fff;
    p.layers |= Layer.Vlan;
  }
  c.at = at + 4;
  return typeOrLengthNext(c, p.view.getUint16(at + 2));
}

export function pbb(c: Cursor, p: Packet): Next {
  if (c.lacks(p, 4, Weird.TruncatedVlanHeader)) return Next.Done;
  c.at += 4;
  return Next.Ethernet;
}

export function vnTag(c: Cursor, p: Packet): Next {
  if (c.lacks(p, 6, Weird.TruncatedVlanHeader)) return Next.Done;
  const type = p.view.getUint16(c.at + 4);
  c.at += 6;
  return typeOrLengthNext(c, type);
}
