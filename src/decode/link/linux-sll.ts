/**
 * Linux "cooked" captures, LINKTYPE_LINUX_SLL and LINKTYPE_LINUX_SLL2 (tcpdump.org/linktypes).
 *
 *   SLL   | packet type (2) | ARPHRD (2) | address length (2) | address (8) | protocol (2) | ...
 *   SLL2  | protocol (2) | 0 (2) | interface (4) | ARPHRD (2) | packet type (1) | address length (1) | address (8) |
 */
import { Next, type Cursor } from '../packet/cursor.js';
import { etherTypeNext } from '../packet/ether-type.js';
import type { Packet } from '../packet/packet.js';
import { Weird } from '../packet/weird.js';

const SLL_LEN = 16;
const SLL2_LEN = 20;
/** Linux ETH_P_802_2: an LLC header follows. */
const PROTOCOL_LLC = 4;

export function linuxSll(c: Cursor, p: Packet): Next {
  if (c.lacks(p, SLL_LEN, Weird.TruncatedLinkHeader)) return Next.Done;
  const at = c.at;
  if (p.view.getUint16(at + 4) === 6) p.srcMacAt = at + 6;
  c.at = at + SLL_LEN;
  return protocolNext(p.view.getUint16(at + 14));
}

export function linuxSll2(c: Cursor, p: Packet): Next {
  if (c.lacks(p, SLL2_LEN, Weird.TruncatedLinkHeader)) return Next.Done;
  const at = c.at;
  if (p.view.getUint8(at + 11) === 6) p.srcMacAt = at + 12;
  c.at = at + SLL2_LEN;
  return protocolNext(p.view.getUint16(at));
}

function protocolNext(protocol: number): Next {
  return protocol === PROTOCOL_LLC ? Next.Llc : etherTypeNext(protocol);
}
