/**
 * ICMP, RFC 792, and ICMPv6, RFC 4443 §2.1. Errors quote the packet that caused them.
 *
 *   | type (1) | code (1) | checksum (2) | echo: identifier (2), sequence (2) | data, or the quoted packet ...
 */
import { Next, type Cursor } from './cursor.js';
import { IcmpType, Icmpv6Type } from './icmp-types.js';
import { Layer, type Packet } from './packet.js';
import { quoted } from './quoted.js';
import { Weird } from './weird.js';

const HEADER_LEN = 8;

export function icmp(c: Cursor, p: Packet): Next {
  if (!header(c, p, Layer.Icmp)) return Next.Done;
  switch (p.icmpType) {
    case IcmpType.Echo:
    case IcmpType.EchoReply:
      echo(p);
      break;
    case IcmpType.DestinationUnreachable:
    case IcmpType.SourceQuench:
    case IcmpType.Redirect:
    case IcmpType.TimeExceeded:
    case IcmpType.ParameterProblem:
      quoted(p);
  }
  return Next.Done;
}

export function icmpv6(c: Cursor, p: Packet): Next {
  if (!header(c, p, Layer.Icmpv6)) return Next.Done;
  const type = p.icmpType;
  if (type === Icmpv6Type.EchoRequest || type === Icmpv6Type.EchoReply) echo(p);
  else if (type >= Icmpv6Type.DestinationUnreachable && type <= Icmpv6Type.ParameterProblem) quoted(p);
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

function echo(p: Packet): void {
  p.icmpId = p.view.getUint16(p.payloadAt - 4);
  p.icmpSeq = p.view.getUint16(p.payloadAt - 2);
}
