/**
 * Ethernet II and IEEE 802.3 frames, IEEE 802.3 §3.1.1; Cisco FabricPath puts a 16-byte header before them.
 *
 *   | destination (6) | source (6) | type or length (2) | ...
 */
import { Next, type Cursor } from '../packet/cursor.js';
import { typeOrLengthNext } from '../packet/ether-type.js';
import type { Packet } from '../packet/packet.js';
import { Weird } from '../packet/weird.js';

const HEADER_LEN = 14;
const FABRIC_PATH_TYPE = 0x8903;
const FABRIC_PATH_LEN = 16;

export function ethernet(c: Cursor, p: Packet): Next {
  if (c.lacks(p, HEADER_LEN, Weird.TruncatedEthernetFrame)) return Next.Done;
  const at = c.at;
  const type = p.view.getUint16(at + 12);
  if (type === FABRIC_PATH_TYPE) {
    c.at = at + FABRIC_PATH_LEN;
    return Next.Ethernet;
  }
  p.dstMacAt = at;
  p.srcMacAt = at + 6;
  c.at = at + HEADER_LEN;
  return typeOrLengthNext(c, type);
}
