/**
 * MPLS label stack, RFC 3032 §2.1. The payload is not announced: IP is known by its version nibble, an Ethernet
 * pseudowire (RFC 4448) by its frame, with or without the control word of RFC 4385 §3.
 *
 *   | label (20 bits) | exp (3) | bottom of stack (1) | ttl (8) | label ... | payload
 */
import { Next, type Cursor } from '../packet/cursor.js';
import { looksLikeEthernet } from '../packet/ether-type.js';
import type { Packet } from '../packet/packet.js';
import { Weird } from '../packet/weird.js';

const LABEL_LEN = 4;
const CONTROL_WORD_LEN = 4;
/**
 * MPLS labels in one stack that are followed.
 * @reached the frame is not read further and counted: `mpls_labels`
 */
export const MAX_LABELS = 32;

export function mpls(c: Cursor, p: Packet): Next {
  for (let labels = 1; ; labels++) {
    if (labels > MAX_LABELS) {
      c.weird(p, Weird.ExceededLayerMax);
      c.limit('mpls_labels');
      return Next.Done;
    }
    if (c.lacks(p, LABEL_LEN, Weird.TruncatedLinkHeader)) return Next.Done;
    const bottom = p.view.getUint8(c.at + 2) & 1;
    c.at += LABEL_LEN;
    if (bottom === 1) break;
  }
  return payload(c, p);
}

function payload(c: Cursor, p: Packet): Next {
  const at = c.at;
  if (c.lacks(p, 1, Weird.TruncatedLinkHeader)) return Next.Done;
  const first = p.view.getUint8(at);
  const len = c.wire - at;
  const nibble = first >> 4;
  if (nibble === 6) return Next.Ipv6;
  // A MAC address may begin with 4 as well: then the header length or total length does not fit.
  if (nibble === 4 && ((first & 15) >= 5 || !looksLikeEthernet(p.view, at, c.end, len))) return Next.Ipv4;
  if (nibble === 0 && looksLikeEthernet(p.view, at + CONTROL_WORD_LEN, c.end, len - CONTROL_WORD_LEN)) {
    c.at = at + CONTROL_WORD_LEN;
    return Next.Ethernet;
  }
  return looksLikeEthernet(p.view, at, c.end, len) ? Next.Ethernet : Next.Done;
}
