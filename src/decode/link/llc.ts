/**
 * IEEE 802.2 LLC and SNAP: RFC 1042 (OUI 0), IEEE 802.1H bridge tunnel (OUI 00-00-F8), and IP directly over
 * LLC (SAP 6).
 *
 *   | dsap (1) | ssap (1) | control (1) | SNAP: oui (3) | type (2) | ...
 */
import { Next, type Cursor } from '../packet/cursor.js';
import { etherTypeNext } from '../packet/ether-type.js';
import type { Packet } from '../packet/packet.js';
import { Weird } from '../packet/weird.js';

const SNAP_SAPS = 0xaaaa;
const IP_SAPS = 0x0606;
const UNNUMBERED_INFORMATION = 3;
const OUI_BRIDGE_TUNNEL = 0x0000f8;

export function llc(c: Cursor, p: Packet): Next {
  if (c.lacks(p, 3, Weird.TruncatedLinkHeader)) return Next.Done;
  const at = c.at;
  const saps = p.view.getUint16(at);
  if (p.view.getUint8(at + 2) !== UNNUMBERED_INFORMATION) return Next.Done;
  if (saps === IP_SAPS) {
    c.at = at + 3;
    return Next.Ip;
  }
  if (saps !== SNAP_SAPS || c.lacks(p, 8, Weird.TruncatedLinkHeader)) return Next.Done;
  const oui = p.view.getInt32(at + 2) & 0xffffff;
  if (oui !== 0 && oui !== OUI_BRIDGE_TUNNEL) return Next.Done;
  c.at = at + 8;
  return etherTypeNext(p.view.getUint16(at + 6));
}
