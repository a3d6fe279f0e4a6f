/**
 * PPP, RFC 1661 §2, with the address and control bytes of RFC 1662 §3.1 when they are there, and Cisco HDLC,
 * which shares its link type (LINKTYPE_PPP_HDLC).
 *
 *   | address (1) = ff | control (1) = 03 | protocol (1 when odd, else 2) | ...
 *   | address (1) = 0f or 8f | 0 (1) | EtherType (2) | ...
 */
import { Next, type Cursor } from '../packet/cursor.js';
import { etherTypeNext } from '../packet/ether-type.js';
import type { Packet } from '../packet/packet.js';
import { Weird } from '../packet/weird.js';

const ADDRESS_CONTROL = 0xff03;
const CISCO_UNICAST = 0x0f00;
const CISCO_MULTICAST = 0x8f00;

const Protocol = { Ipv4: 0x21, Ipv6: 0x57, MplsUnicast: 0x281, MplsMulticast: 0x283 } as const;

export function ppp(c: Cursor, p: Packet): Next {
  if (c.lacks(p, 2, Weird.TruncatedLinkHeader)) return Next.Done;
  if (p.view.getUint16(c.at) === ADDRESS_CONTROL) {
    c.at += 2;
    if (c.lacks(p, 2, Weird.TruncatedLinkHeader)) return Next.Done;
  }
  let protocol = p.view.getUint8(c.at);
  if ((protocol & 1) === 1) {
    c.at += 1;
  } else {
    protocol = p.view.getUint16(c.at);
    c.at += 2;
  }
  switch (protocol) {
    case Protocol.Ipv4:
      return Next.Ipv4;
    case Protocol.Ipv6:
      return Next.Ipv6;
    case Protocol.MplsUnicast:
    case Protocol.MplsMulticast:
      return Next.Mpls;
    default:
      return Next.Done;
  }
}

export function pppHdlc(c: Cursor, p: Packet): Next {
  if (c.lacks(p, 4, Weird.TruncatedLinkHeader)) return Next.Done;
  const address = p.view.getUint16(c.at);
  if (address !== CISCO_UNICAST && address !== CISCO_MULTICAST) return Next.Ppp;
  const type = p.view.getUint16(c.at + 2);
  c.at += 4;
  return etherTypeNext(type);
}
