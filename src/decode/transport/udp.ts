/**
 * UDP, RFC 768. Its length field is believed as far as the IP packet goes.
 *
 *   | source port (2) | destination port (2) | length (2) | checksum (2) | payload ...
 */
import { Next, type Cursor } from '../packet/cursor.js';
import { Layer, type Packet } from '../packet/packet.js';
import { findUdpTunnel, mayBeUdpTunnel } from './udp-tunnel.js';
import { Weird } from '../packet/weird.js';

const HEADER_LEN = 8;

export function udp(c: Cursor, p: Packet): Next {
  if (c.lacks(p, HEADER_LEN, Weird.TruncatedHeader)) return Next.Done;
  const { at } = c;
  const { view } = p;
  const len = datagramLength(c, p, view.getUint16(at + 4), c.wire - at);
  c.narrow(len);
  p.layers |= Layer.Udp;
  p.srcPort = view.getUint16(at);
  p.dstPort = view.getUint16(at + 2);
  p.payloadAt = at + HEADER_LEN;
  p.payloadEnd = c.end;
  p.payloadLen = len - HEADER_LEN;
  if (mayBeUdpTunnel(p.srcPort, p.dstPort)) findUdpTunnel(p);
  return Next.Done;
}

/** The length to use, given the length field and the bytes that IP says there are. */
function datagramLength(c: Cursor, p: Packet, field: number, available: number): number {
  if (field === available) return field;
  // RFC 2675 §4 writes 0 for jumbograms; an offloaded or first fragment's IP length is not the datagram's.
  const explained = p.offloaded || c.firstFragmentOnly || (field === 0 && available > 0xffff);
  if (!explained) c.weird(p, Weird.UdpLengthMismatch);
  return field < HEADER_LEN ? available : Math.min(field, available);
}
