/**
 * When a packet begins a new flow on a five-tuple that is known already: a SYN after a close, a SYN with another
 * initial sequence number, or silence beyond the idle time, all in packet time.
 */
import { Layer, TcpFlag } from '../../decode/packet/packet.js';
import type { Packet } from '../../decode/packet/packet.js';
import { EndpointState } from '../record/conn-state.js';
import { stateOf } from './endpoint.js';
import type { FlowKey } from '../record/key.js';
import { Field, FlowFlag } from '../record/record.js';

/** Idle times in packet time, seconds. TCP outlasts Windows' two-hour keep-alive. */
export const TCP_IDLE_SECONDS = 9000;
export const UDP_IDLE_SECONDS = 60;
export const ICMP_IDLE_SECONDS = 60;
/** A SYN this soon after a RST on the same five-tuple is the same attempt (KB175523). */
export const REFUSED_RETRY_SECONDS = 3;

/** Does this packet begin a new flow on a five-tuple that is known already? */
export function startsAnew(r: Int32Array, b: number, p: Packet, key: FlowKey, sec: number): boolean {
  const idle = sec - (r[b + Field.LastSec]! >>> 0);
  if (!(p.layers & Layer.Tcp)) {
    return idle > (p.layers & Layer.Udp ? UDP_IDLE_SECONDS : ICMP_IDLE_SECONDS);
  }
  const isOpening = (p.tcpFlags & (TcpFlag.Syn | TcpFlag.Rst)) === TcpFlag.Syn;
  if (!isOpening && idle <= TCP_IDLE_SECONDS) return false;
  const side = key.senderIsLow === ((r[b + Field.Flags]! & FlowFlag.OrigIsHigh) === 0) ? 0 : 1;
  if (idle > TCP_IDLE_SECONDS) return isOpening || !goesOn(r, b, side, p);
  return synStartsAnew(r, b, side, p, idle);
}

/** How far from the last number a packet of the same connection may be, bytes. */
const NEAR = 1 << 20;

/** After whatever silence: the numbers of an open connection go on. */
function goesOn(r: Int32Array, b: number, side: number, p: Packet): boolean {
  if (stateOf(r, b, 0) >= EndpointState.Closed || stateOf(r, b, 1) >= EndpointState.Closed) return false;
  const from = (p.seq - r[b + Field.OrigLastSeq + side]!) | 0;
  return r[b + Field.OrigPackets + side]! > 0 && from >= -NEAR && from <= NEAR;
}

function synStartsAnew(r: Int32Array, b: number, side: number, p: Packet, idle: number): boolean {
  const orig = stateOf(r, b, 0);
  const resp = stateOf(r, b, 1);
  if (p.tcpFlags & TcpFlag.Ack) {
    const half = orig === EndpointState.Inactive && resp !== EndpointState.Inactive;
    return side === 1 && half && r[b + Field.RespStartSeq] !== p.seq;
  }
  if (side === 1) {
    // A SYN from the responder: a simultaneous open, or the roles have changed on the same ports.
    return (
      orig !== EndpointState.SynSent && orig !== EndpointState.Inactive && r[b + Field.RespStartSeq] !== p.seq
    );
  }
  // Only the end of an older connection, or a RST for an earlier SYN, was seen of the other side.
  if (orig === EndpointState.Inactive) return resp >= EndpointState.Closed;
  if (r[b + Field.OrigStartSeq] === p.seq) return false;
  if (orig === EndpointState.Partial && resp === EndpointState.Inactive) return false;
  const refused =
    orig === EndpointState.SynSent && resp === EndpointState.Reset && r[b + Field.SynAckDelay]! < 0;
  return !(refused && idle <= REFUSED_RETRY_SECONDS);
}
