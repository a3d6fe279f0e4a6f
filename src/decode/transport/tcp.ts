/**
 * TCP, RFC 9293 §3.1; window scale is RFC 7323 §2, SACK permitted RFC 2018 §2. Options matter on SYNs only.
 *
 *   | source port (2) | destination port (2) | sequence (4) | acknowledgment (4) | offset, flags (2) | window (2) |
 *   | checksum (2) | urgent (2) | options (4 * offset - 20) | payload ...
 */
import { Next, type Cursor } from '../packet/cursor.js';
import { Layer, TcpFlag, type Packet } from '../packet/packet.js';
import { Weird } from '../packet/weird.js';

const HEADER_LEN = 20;
/** A larger shift means 14, RFC 7323 §2.3. */
const MAX_WINDOW_SCALE = 14;

const Option = { End: 0, NoOperation: 1, Mss: 2, WindowScale: 3, SackPermitted: 4 } as const;

export function tcp(c: Cursor, p: Packet): Next {
  if (c.lacks(p, HEADER_LEN, Weird.TruncatedHeader)) return Next.Done;
  const { at } = c;
  const { view } = p;
  const offsetAndFlags = view.getUint16(at + 12);
  const headerLen = (offsetAndFlags >> 12) << 2;
  if (headerLen < HEADER_LEN) {
    c.weird(p, Weird.BadTcpHeaderLen);
    return Next.Done;
  }
  p.layers |= Layer.Tcp;
  p.srcPort = view.getUint16(at);
  p.dstPort = view.getUint16(at + 2);
  p.seq = view.getInt32(at + 4);
  p.ack = view.getInt32(at + 8);
  p.tcpFlags = offsetAndFlags & 0xff;
  p.window = view.getUint16(at + 14);
  p.mss = 0;
  p.windowScale = -1;
  p.sackPermitted = false;

  const payloadAt = at + headerLen;
  if (payloadAt > c.wire) {
    c.weird(p, Weird.BadTcpHeaderLen);
    p.payloadAt = p.payloadEnd = c.end;
    p.payloadLen = 0;
    return Next.Done;
  }
  p.payloadAt = Math.min(payloadAt, c.end);
  p.payloadEnd = c.end;
  p.payloadLen = c.wire - payloadAt;
  if ((p.tcpFlags & TcpFlag.Syn) !== 0) synOptions(c, p, at + HEADER_LEN, p.payloadAt, payloadAt);
  return Next.Done;
}

/** Reads the options of a SYN in [at, end) into the packet; as sent they reach to `wire`. */
export function synOptions(c: Cursor, p: Packet, at: number, end: number, wire: number): void {
  const { view } = p;
  while (at < end) {
    const kind = view.getUint8(at);
    if (kind === Option.End) return;
    if (kind === Option.NoOperation) {
      at++;
      continue;
    }
    const len = at + 1 < end ? view.getUint8(at + 1) : 0;
    if (len < 2 || at + len > end) {
      // Options that the snap length cut are no fault of the sender.
      if (end === wire) c.weird(p, Weird.BadTcpOptionLength);
      return;
    }
    if (kind === Option.Mss && len === 4) p.mss = view.getUint16(at + 2);
    else if (kind === Option.WindowScale && len === 3) {
      p.windowScale = Math.min(view.getUint8(at + 2), MAX_WINDOW_SCALE);
    } else if (kind === Option.SackPermitted && len === 2) p.sackPermitted = true;
    at += len;
  }
}
