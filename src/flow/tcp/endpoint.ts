/**
 * One TCP segment moves the two endpoint states of its flow (RFC 9293 §3.3.2 seen from the wire; the states
 * and their transitions are those that Zeek's conn_state is defined on).
 *
 *   Flags word: | resp prev 3 | orig prev 3 | resp 3 | orig 3 | 16 flag bits |
 *
 * Sequence arithmetic is modulo 2^32: `(a - b) | 0` is negative when a is before b.
 */
import { TcpFlag } from '../../decode/packet/packet.js';
import type { Packet } from '../../decode/packet/packet.js';
import { EndpointState } from '../record/conn-state.js';
import { addLetter, addOnce, Letter, RESP_SEEN_SHIFT, HistoryBit } from '../record/history.js';
import { Field, FlowFlag, STATE_SHIFT } from '../record/record.js';

/** A sequence number further off than this is not believed in a SYN or a RST. */
const IMPLAUSIBLE_SEQ_JUMP = 1 << 20;

/** What a segment was, for the caller's notes; bits. */
export const SegmentEvent = {
  SynRepeat: 1,
  SynAckRepeat: 2,
  Rst: 4,
  SynAck: 8,
  HandshakeDone: 16,
  /** Data again, or a keep-alive: either asks for an answer and brings nothing new. */
  AskedAgain: 32,
  ZeroWindow: 64,
  /** A SYN-ACK that acknowledges something else than the SYN. */
  SynAckUnfit: 128,
  /** An ACK for bytes that were not captured. */
  Unseen: 256,
} as const;

/** Endpoint state of side 0 (orig) or 1 (resp). */
export function stateOf(r: Int32Array, base: number, side: number): number {
  return (r[base + Field.Flags]! >>> (STATE_SHIFT + side * 3)) & 7;
}

/** State before the last change. */
export function previousStateOf(r: Int32Array, base: number, side: number): number {
  return (r[base + Field.Flags]! >>> (STATE_SHIFT + 6 + side * 3)) & 7;
}

export function setState(r: Int32Array, base: number, side: number, state: number): void {
  const at = base + Field.Flags;
  const old = stateOf(r, base, side);
  if (old === state) return;
  const shift = STATE_SHIFT + side * 3;
  r[at] = (r[at]! & ~(7 << shift) & ~(7 << (shift + 6))) | (state << shift) | (old << (shift + 6));
}

/** Applies one segment of side 0 (orig) or 1 (resp); returns `SegmentEvent` bits. */
export function applySegment(r: Int32Array, base: number, side: number, p: Packet): number {
  return continues(r, base, side, p) ? 0 : applyAny(r, base, side, p);
}

/** Both states, and what they are in an open connection. */
const STATES = 0o77 << STATE_SHIFT;
const OPEN = (EndpointState.Established << STATE_SHIFT) | (EndpointState.Established << (STATE_SHIFT + 3));
const CONTROL = TcpFlag.Syn | TcpFlag.Fin | TcpFlag.Rst;

/**
 * What most segments are: data in order or a bare ACK inside an open connection, of which all that it could be the
 * first of was seen already. Then only two numbers move on; false leaves the record as it is. `applyAny` comes to
 * the same result, which a test holds it to.
 */
function continues(r: Int32Array, base: number, side: number, p: Packet): boolean {
  const flags = r[base + Field.Flags]!;
  if ((flags & STATES) !== OPEN || (p.tcpFlags & (CONTROL | TcpFlag.Ack)) !== TcpFlag.Ack || p.window === 0) {
    return false;
  }
  const len = p.payloadLen;
  const seen = (len > 0 ? HistoryBit.Data : HistoryBit.Ack) << (side * RESP_SEEN_SHIFT);
  if ((r[base + Field.HistorySeen]! & seen) === 0) return false;
  if (side === 0 && r[base + Field.HandshakeTime] === -1 && r[base + Field.SynAckDelay]! >= 0) return false;
  const lastAt = base + Field.OrigLastSeq + side;
  const endSeq = (p.seq + len) | 0;
  const delta = (endSeq - r[lastAt]!) | 0;
  if (delta < 0 || (delta === 0 && (len > 0 || isKeepAlive(r, base, side, p)))) return false;
  const peer = 1 - side;
  const ackedAt = base + Field.OrigAckedSeq + peer;
  if (((p.ack - r[ackedAt]!) | 0) > 0) {
    if (((p.ack - r[base + Field.OrigLastSeq + peer]!) | 0) > 0 || p.ack === 0) return false;
    r[ackedAt] = p.ack;
  }
  r[lastAt] = endSeq;
  return true;
}

/** `applySegment` of whatever segment. */
export function applyAny(r: Int32Array, base: number, side: number, p: Packet): number {
  const flags = p.tcpFlags;
  const len = p.payloadLen;
  const syn = flags & TcpFlag.Syn ? 1 : 0;
  const fin = flags & TcpFlag.Fin ? 1 : 0;
  const rst = (flags & TcpFlag.Rst) !== 0;
  const endSeq = (p.seq + (rst ? 0 : len) + syn + fin) | 0;

  let events = noteControl(r, base, side, p);
  startSequence(r, base, side, p, endSeq);
  addHistory(r, base, side, p);
  if (flags & TcpFlag.Ack && !(events & SegmentEvent.SynAckUnfit)) {
    events |= applyAck(r, base, side, p);
  }
  events |= advance(r, base, side, p, endSeq);
  if (fin) r[base + Field.Flags] = r[base + Field.Flags]! | (side ? FlowFlag.RespFin : FlowFlag.OrigFin);
  if (syn) r[base + Field.Flags] = r[base + Field.Flags]! | (side ? FlowFlag.RespSyn : FlowFlag.OrigSyn);

  const before = r[base + Field.Flags]!;
  transition(r, base, side, flags, len);
  if (
    side === 0 &&
    flags & TcpFlag.Ack &&
    !syn &&
    !rst &&
    r[base + Field.HandshakeTime] === -1 &&
    r[base + Field.SynAckDelay]! >= 0 &&
    (before & FlowFlag.Midstream) === 0
  ) {
    events |= SegmentEvent.HandshakeDone;
  }
  if (p.window === 0 && isOpen(r, base) && !(flags & (TcpFlag.Syn | TcpFlag.Rst))) {
    events |= SegmentEvent.ZeroWindow;
  }
  return events;
}

/** Neither side has ended its half of the connection. */
function isOpen(r: Int32Array, base: number): boolean {
  return stateOf(r, base, 0) < EndpointState.Closed && stateOf(r, base, 1) < EndpointState.Closed;
}

/** Tells repeats of control segments from their first appearance. */
function noteControl(r: Int32Array, base: number, side: number, p: Packet): number {
  const flags = p.tcpFlags;
  if (flags & TcpFlag.Rst) return SegmentEvent.Rst;
  if (!(flags & TcpFlag.Syn)) return 0;
  const first = stateOf(r, base, side) === EndpointState.Inactive;
  if (!(flags & TcpFlag.Ack)) return first ? 0 : SegmentEvent.SynRepeat;
  if (side === 0 || (r[base + Field.Flags]! & (FlowFlag.Midstream | FlowFlag.OrigSyn)) !== FlowFlag.OrigSyn) {
    return first ? SegmentEvent.SynAck : SegmentEvent.SynAckRepeat;
  }
  // RFC 9293 §3.10.7.3: whatever came before, the first that acknowledges the SYN accepts the connection.
  if (r[base + Field.SynAckDelay]! >= 0) return SegmentEvent.SynAckRepeat;
  return acknowledgesSyn(r, base, p) ? SegmentEvent.SynAck : SegmentEvent.SynAckUnfit;
}

/** The number is one behind the SYN, or behind data that came with it. */
function acknowledgesSyn(r: Int32Array, base: number, p: Packet): boolean {
  const behind = (p.ack - r[base + Field.OrigStartSeq]!) | 0;
  // A RST of the originator carries the number that it answers, which is none of its own.
  if (stateOf(r, base, 0) === EndpointState.Reset) return behind === 1;
  return behind > 0 && ((p.ack - r[base + Field.OrigLastSeq]!) | 0) <= 0;
}

/** Sets the sequence numbers of a side from its first segment, or anew from a SYN with another number. */
function startSequence(r: Int32Array, base: number, side: number, p: Packet, endSeq: number): void {
  const state = stateOf(r, base, side);
  const startAt = base + Field.OrigStartSeq + side;
  const syn = (p.tcpFlags & TcpFlag.Syn) !== 0;
  if (state === EndpointState.Inactive) {
    // Without a SYN we count as though one had been there, just before this segment.
    setSequence(r, base, side, syn ? p.seq : (p.seq - 1) | 0, syn ? endSeq : p.seq);
    return;
  }
  if (!syn || r[startAt] === p.seq) return;
  const restarts =
    state <= EndpointState.Established ||
    (state === EndpointState.Reset && previousStateOf(r, base, side) === EndpointState.Inactive);
  if (restarts) setSequence(r, base, side, p.seq, endSeq);
}

function setSequence(r: Int32Array, base: number, side: number, start: number, last: number): void {
  r[base + Field.OrigStartSeq + side] = start;
  r[base + Field.OrigAckedSeq + side] = start;
  r[base + Field.OrigLastSeq + side] = last;
}

function addHistory(r: Int32Array, base: number, side: number, p: Packet): void {
  const flags = p.tcpFlags;
  const control = flags & (TcpFlag.Syn | TcpFlag.Fin | TcpFlag.Rst);
  if (control === 0) {
    if (p.payloadLen > 0) addOnce(r, base, side, HistoryBit.Data, Letter.Data);
    else if (flags & TcpFlag.Ack) addOnce(r, base, side, HistoryBit.Ack, Letter.Ack);
  } else if (control === TcpFlag.Syn) {
    addOnce(r, base, side, HistoryBit.Syn, flags & TcpFlag.Ack ? Letter.SynAck : Letter.Syn);
  } else if (control === TcpFlag.Fin) {
    addOnce(r, base, side, HistoryBit.Fin, Letter.Fin);
  } else if (control === TcpFlag.Rst) {
    addOnce(r, base, side, HistoryBit.Rst, Letter.Rst);
  } else if (control & TcpFlag.Fin && control & TcpFlag.Rst) {
    addOnce(r, base, side, HistoryBit.FinRst, Letter.FinRst);
  } else {
    addOnce(r, base, side, HistoryBit.MultiFlag, Letter.MultiFlag);
  }
  if (
    p.window === 0 &&
    !(flags & TcpFlag.Rst) &&
    stateOf(r, base, 1 - side) !== EndpointState.Closed &&
    stateOf(r, base, side) !== EndpointState.Reset
  ) {
    addOnce(r, base, side, HistoryBit.ZeroWindow, Letter.ZeroWindow);
  }
}

/** Remembers how far the peer's bytes were acknowledged; an ACK for bytes never seen is a gap of the capture. Returns `Unseen` or 0. */
function applyAck(r: Int32Array, base: number, side: number, p: Packet): number {
  const peer = 1 - side;
  const peerState = stateOf(r, base, peer);
  if (peerState === EndpointState.Inactive) {
    setSequence(r, base, peer, (p.ack - 1) | 0, (p.ack - 1) | 0);
    return 0;
  }
  if (p.tcpFlags & TcpFlag.Rst) return 0;
  const ackedAt = base + Field.OrigAckedSeq + peer;
  const forward = (p.ack - r[ackedAt]!) | 0;
  // Broken stacks acknowledge 0; that is not a jump of the stream.
  if (forward <= 0 || (p.ack === 0 && forward > IMPLAUSIBLE_SEQ_JUMP)) return 0;
  r[ackedAt] = p.ack;
  const unseen = (p.ack - r[base + Field.OrigLastSeq + peer]!) | 0;
  if (unseen <= 0 || peerState !== EndpointState.Established) return 0;
  addOnce(r, base, peer, HistoryBit.Gap, Letter.Gap);
  return SegmentEvent.Unseen;
}

/** Moves the last sequence number on, or counts a retransmission; returns `SegmentEvent` bits. */
function advance(r: Int32Array, base: number, side: number, p: Packet, endSeq: number): number {
  const lastAt = base + Field.OrigLastSeq + side;
  const delta = (endSeq - r[lastAt]!) | 0;
  const flags = p.tcpFlags;
  if (
    flags & (TcpFlag.Syn | TcpFlag.Rst) &&
    (delta > IMPLAUSIBLE_SEQ_JUMP || delta < -IMPLAUSIBLE_SEQ_JUMP)
  ) {
    return 0;
  }
  if (flags & TcpFlag.Fin && r[lastAt] === ((r[base + Field.OrigStartSeq + side]! + 1) | 0)) {
    r[lastAt] = endSeq;
  } else if (stateOf(r, base, side) === EndpointState.Reset) {
    return 0;
  } else if (delta > 0) {
    r[lastAt] = endSeq;
  } else if (isRepeat(r, base, side, p, delta)) {
    countRetransmission(r, base, side);
    return flags & TcpFlag.Syn ? 0 : SegmentEvent.AskedAgain;
  } else if (isKeepAlive(r, base, side, p)) {
    return SegmentEvent.AskedAgain;
  }
  return 0;
}

/** Old data again, or a SYN again; a keep-alive probe (one byte just before the next) is neither. */
function isRepeat(r: Int32Array, base: number, side: number, p: Packet, delta: number): boolean {
  if (p.tcpFlags & TcpFlag.Syn) return stateOf(r, base, side) !== EndpointState.Inactive;
  if (p.payloadLen === 0) return false;
  return !(p.payloadLen === 1 && delta === 0 && r[base + Field.OrigAckedSeq + side] === endOf(p));
}

/** No or one byte just before the next one to be sent, all of which is acknowledged (RFC 9293 §3.8.4). */
function isKeepAlive(r: Int32Array, base: number, side: number, p: Packet): boolean {
  const control = p.tcpFlags & (TcpFlag.Syn | TcpFlag.Fin | TcpFlag.Rst | TcpFlag.Ack);
  return (
    control === TcpFlag.Ack && p.payloadLen <= 1 && r[base + Field.OrigAckedSeq + side] === ((p.seq + 1) | 0)
  );
}

function endOf(p: Packet): number {
  return (p.seq + p.payloadLen) | 0;
}

/** Counts in 16 bits a side, saturating; Zeek's T appears at 1, 10, 100 ... */
function countRetransmission(r: Int32Array, base: number, side: number): void {
  const at = base + Field.Retransmissions;
  const count = (r[at]! >>> (side * 16)) & 0xffff;
  if (count === 0xffff) return;
  r[at] = r[at]! + (1 << (side * 16));
  const now = count + 1;
  if (now === 1 || now === 10 || now === 100 || now === 1000 || now === 10000) {
    addLetter(r, base, side, Letter.Retransmission);
  }
}

function transition(r: Int32Array, base: number, side: number, flags: number, len: number): void {
  const state = stateOf(r, base, side);
  if (state === EndpointState.Inactive) leaveInactive(r, base, side, flags, len);
  else if (state <= EndpointState.SynAckSent) leaveSynSent(r, base, side, flags);
  else if (state <= EndpointState.Established) leaveEstablished(r, base, side, flags);
  else if (state === EndpointState.Closed && flags & TcpFlag.Rst) {
    // A RST after both FINs changes nothing: the connection ended in order.
    if (stateOf(r, base, 1 - side) !== EndpointState.Closed) setState(r, base, side, EndpointState.Reset);
  }
}

function leaveInactive(r: Int32Array, base: number, side: number, flags: number, len: number): void {
  const peer = 1 - side;
  if (flags & TcpFlag.Syn) {
    if (side === 0) {
      setState(r, base, 0, flags & TcpFlag.Ack ? EndpointState.SynAckSent : EndpointState.SynSent);
    } else {
      if (stateOf(r, base, 0) === EndpointState.SynSent) setState(r, base, 0, EndpointState.Established);
      setState(r, base, 1, EndpointState.Established);
    }
  }
  if (flags & TcpFlag.Fin) setState(r, base, side, EndpointState.Closed);
  if (flags & TcpFlag.Rst) setState(r, base, side, EndpointState.Reset);
  if (stateOf(r, base, side) !== EndpointState.Inactive) return;
  if (side === 1 && len === 0 && stateOf(r, base, 0) === EndpointState.SynSent) return;
  if (flags & TcpFlag.Ack && stateOf(r, base, peer) === EndpointState.Established) {
    // The SYN was missed, but the peer's SYN-ACK and this ACK were seen.
    setState(r, base, side, EndpointState.Established);
  } else {
    setState(r, base, side, EndpointState.Partial);
  }
}

function leaveSynSent(r: Int32Array, base: number, side: number, flags: number): void {
  if (flags & TcpFlag.Fin) setState(r, base, side, EndpointState.Closed);
  if (flags & TcpFlag.Rst) setState(r, base, side, EndpointState.Reset);
}

function leaveEstablished(r: Int32Array, base: number, side: number, flags: number): void {
  const peer = 1 - side;
  if (
    flags & TcpFlag.Syn &&
    !(flags & TcpFlag.Ack) &&
    stateOf(r, base, side) === EndpointState.Partial &&
    stateOf(r, base, peer) === EndpointState.Inactive
  ) {
    setState(r, base, side, EndpointState.SynSent);
  }
  if (flags & TcpFlag.Fin && !(flags & TcpFlag.Rst)) {
    setState(r, base, side, EndpointState.Closed);
    if (
      stateOf(r, base, peer) === EndpointState.Reset &&
      previousStateOf(r, base, peer) === EndpointState.Closed
    ) {
      // The peer sent a FIN and then a RST: with this FIN the end was in order after all.
      setState(r, base, peer, EndpointState.Closed);
    }
  }
  if (flags & TcpFlag.Rst) setState(r, base, side, EndpointState.Reset);
}

/**
 * Content bytes of one side by sequence numbers (Zeek's orig_bytes/resp_bytes): repeats counted once, bytes
 * that were acknowledged but not captured included. `payload` (bytes as counted per packet) settles how often
 * the 32-bit number space wrapped.
 */
export function contentBytes(r: Int32Array, base: number, side: number, payload: number): number {
  const state = stateOf(r, base, side);
  const peerState = stateOf(r, base, 1 - side);
  const start = r[base + Field.OrigStartSeq + side]!;
  if (
    state === EndpointState.Reset &&
    previousStateOf(r, base, side) === EndpointState.SynSent &&
    peerState === EndpointState.Inactive &&
    r[base + Field.OrigAckedSeq + side] !== start
  ) {
    return 0;
  }
  const last = (r[base + Field.OrigLastSeq + side]! - start) | 0;
  const acked = (r[base + Field.OrigAckedSeq + side]! - start) | 0;
  let size = payload < 0x7fffffff ? Math.max(last, acked, 0) : last >>> 0;
  if (size !== 0) size--;
  const fin = side ? FlowFlag.RespFin : FlowFlag.OrigFin;
  if (r[base + Field.Flags]! & fin && size !== 0) size--;
  const wraps = Math.round((payload - size) / 4294967296);
  return size + Math.max(wraps, 0) * 4294967296;
}
