/**
 * ICMP, RFC 792, and ICMPv6, RFC 4443 §2.1. Errors quote the packet that caused them; neighbor discovery names
 * the address asked for (RFC 4861 §4.3, §4.4), a redirect the better first hop (RFC 792; RFC 4861 §4.5).
 *
 *   | type (1) | code (1) | checksum (2) | echo: identifier (2), sequence (2) | data, quoted packet or target (16) ...
 *   ICMPv6 redirect: ... | target (16) | destination (16) | options: type (1), length in 8 bytes (1), ...
 */
import { Next, type Cursor } from '../packet/cursor.js';
import { IcmpType, Icmpv6Type } from '../packet/icmp-types.js';
import { Layer, type Packet } from '../packet/packet.js';
import { quoted } from './quoted.js';
import { Weird } from '../packet/weird.js';

const HEADER_LEN = 8;
const ADDRESS_LEN = 16;
/** The option that quotes the packet (RFC 4861 §4.6.3): 8 bytes before it. */
const REDIRECTED_HEADER = 4;
const OPTION_HEADER_LEN = 8;

export function icmp(c: Cursor, p: Packet): Next {
  if (!header(c, p, Layer.Icmp)) return Next.Done;
  switch (p.icmpType) {
    case IcmpType.Echo:
    case IcmpType.EchoReply:
      echo(p);
      break;
    case IcmpType.DestinationUnreachable:
    case IcmpType.SourceQuench:
    case IcmpType.TimeExceeded:
    case IcmpType.ParameterProblem:
      quoted(p, p.payloadAt);
      break;
    case IcmpType.Redirect:
      p.target0 = p.view.getInt32(p.payloadAt - 4);
      p.target1 = p.target2 = p.target3 = 0;
      quoted(p, p.payloadAt);
  }
  return Next.Done;
}

export function icmpv6(c: Cursor, p: Packet): Next {
  if (!header(c, p, Layer.Icmpv6)) return Next.Done;
  const type = p.icmpType;
  if (type === Icmpv6Type.EchoRequest || type === Icmpv6Type.EchoReply) echo(p);
  else if (type >= Icmpv6Type.DestinationUnreachable && type <= Icmpv6Type.ParameterProblem)
    quoted(p, p.payloadAt);
  else if (type === Icmpv6Type.NeighborSolicitation || type === Icmpv6Type.NeighborAdvertisement) {
    if (target(p)) p.layers |= Layer.Neighbor;
  } else if (type === Icmpv6Type.Redirect && target(p)) redirected(p);
  return Next.Done;
}

/** Reads what all types share; true when the whole header was captured. */
function header(c: Cursor, p: Packet, layer: number): boolean {
  if (c.lacks(p, 4, Weird.TruncatedHeader)) return false;
  const { at } = c;
  p.layers |= layer;
  p.srcPort = p.icmpType = p.view.getUint8(at);
  p.dstPort = p.icmpCode = p.view.getUint8(at + 1);
  p.icmpId = 0;
  p.icmpSeq = 0;
  p.payloadAt = Math.min(at + HEADER_LEN, c.end);
  p.payloadEnd = c.end;
  p.payloadLen = Math.max(c.wire - at - HEADER_LEN, 0);
  return !c.lacks(p, HEADER_LEN, Weird.TruncatedHeader);
}

function target(p: Packet): boolean {
  const { view, payloadAt } = p;
  if (p.payloadEnd - payloadAt < ADDRESS_LEN) return false;
  p.target0 = view.getInt32(payloadAt);
  p.target1 = view.getInt32(payloadAt + 4);
  p.target2 = view.getInt32(payloadAt + 8);
  p.target3 = view.getInt32(payloadAt + 12);
  return true;
}

/** The packet that a redirect is about, in one of its options. */
function redirected(p: Packet): void {
  let at = p.payloadAt + 2 * ADDRESS_LEN;
  while (p.payloadEnd - at >= OPTION_HEADER_LEN) {
    const length = p.view.getUint8(at + 1) * 8;
    if (p.view.getUint8(at) === REDIRECTED_HEADER) quoted(p, at + OPTION_HEADER_LEN);
    if (length === 0 || p.layers & Layer.Quoted) return;
    at += length;
  }
}

function echo(p: Packet): void {
  p.icmpId = p.view.getUint16(p.payloadAt - 4);
  p.icmpSeq = p.view.getUint16(p.payloadAt - 2);
}
