/**
 * Payload that need not be read as long as it comes in order: the inner segments of large messages, most of what a
 * bulk transfer consists of. Where it goes on and ends stands in the flow's record, which every packet has at hand;
 * whoever reads payload is not asked before it is over.
 */
import { TcpFlag } from '../../decode/packet/packet.js';
import type { Packet } from '../../decode/packet/packet.js';
import { Field } from '../record/record.js';

/** A segment that opens or ends a stream is for the reader. */
const NOT_INNER = TcpFlag.Syn | TcpFlag.Fin | TcpFlag.Rst;

/** `length` bytes (less than 2^31) of `side` from `seq` on are passed over. */
export function passOver(r: Int32Array, base: number, side: number, seq: number, length: number): void {
  const at = base + side;
  r[at + Field.OrigPassNext] = seq;
  r[at + Field.OrigPassEnd] = (seq + length) | 0;
}

/** Ends that; returns how many of the bytes have not come. */
export function stopPassing(r: Int32Array, base: number, side: number): number {
  const at = base + side;
  const next = r[at + Field.OrigPassNext]!;
  const left = (r[at + Field.OrigPassEnd]! - next) | 0;
  r[at + Field.OrigPassEnd] = next;
  return left;
}

/** Whether all payload of this segment is passed over; then the place moves on. */
export function isPassedOver(r: Int32Array, base: number, side: number, p: Packet): boolean {
  const at = base + side;
  const { seq, payloadLen } = p;
  if (r[at + Field.OrigPassNext] !== seq || payloadLen === 0 || p.tcpFlags & NOT_INNER) return false;
  const end = (seq + payloadLen) | 0;
  if (((r[at + Field.OrigPassEnd]! - end) | 0) < 0) return false;
  r[at + Field.OrigPassNext] = end;
  return true;
}
