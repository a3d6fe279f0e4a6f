/** What a TCP segment leaves behind beside its counters: times of the handshake, notes, stalls, pauses. */
import type { Packet } from '../decode/packet.js';
import { NO_SENDER, NoteKind, StallKind } from './attempts.js';
import type { FlowEventLog } from './attempts.js';
import { SegmentEvent } from './endpoint.js';
import { Field, FlowFlag, microsSinceStart } from './record.js';

/** @param events what `applySegment` said of the segment, which the flow's packets count already */
export function noteSegment(
  notes: FlowEventLog,
  r: Int32Array,
  base: number,
  side: number,
  p: Packet,
  events: number,
  sec: number,
  nsec: number,
  fileIndex: number,
  frame: number,
): void {
  if (events & SegmentEvent.SynAck && side === 1 && r[base + Field.SynAckDelay] === -1) {
    if (p.ipId === 0) r[base + Field.Flags] = r[base + Field.Flags]! | FlowFlag.SynAckIdZero;
    if (!(r[base + Field.Flags]! & FlowFlag.Midstream)) {
      r[base + Field.SynAckDelay] = microsSinceStart(r, base, sec, nsec);
      // What came before it, a forged RST perhaps, says nothing of the host.
      r[base + Field.Counts] = (r[base + Field.Counts]! & ~0xff00) | (p.ttl << 8);
    }
  }
  if (events & SegmentEvent.SynAckUnfit) {
    r[base + Field.Flags] = r[base + Field.Flags]! | FlowFlag.SynAckUnfit;
  }
  if (events & SegmentEvent.HandshakeDone) {
    r[base + Field.HandshakeTime] = microsSinceStart(r, base, sec, nsec);
  }
  if (events & (SegmentEvent.AskedAgain | SegmentEvent.ZeroWindow)) {
    stalled(notes, r, base, side, p, events, sec, nsec, fileIndex, frame);
  }
  const kind = noteKindOf(events);
  if (kind === 0) return;
  r[base + Field.Attempts] = notes.add(r[base + Field.Attempts]!, {
    kind,
    side,
    ttl: p.ttl,
    fileIndex,
    frame,
    sec,
    nsec,
    icmp: 0,
    ipId: p.ipId,
    window: p.window,
    sender: NO_SENDER,
  });
}

function noteKindOf(events: number): NoteKind | 0 {
  if (events & SegmentEvent.Rst) return NoteKind.Rst;
  if (events & SegmentEvent.SynRepeat) return NoteKind.Syn;
  return events & SegmentEvent.SynAckRepeat ? NoteKind.SynAck : 0;
}

function stalled(
  notes: FlowEventLog,
  r: Int32Array,
  base: number,
  side: number,
  p: Packet,
  events: number,
  sec: number,
  nsec: number,
  fileIndex: number,
  frame: number,
): void {
  const at = base + Field.Attempts;
  const pause = r[base + Field.Counts]! >>> 16;
  if (events & SegmentEvent.AskedAgain) {
    const heard = r[base + Field.OrigPackets + 1 - side]!;
    const kind = StallKind.Unanswered;
    r[at] = notes.stalled(r[at]!, kind, side, heard, heard, pause, p.ipLen, fileIndex, frame, sec, nsec);
  }
  if (events & SegmentEvent.ZeroWindow) {
    const sent = r[base + Field.OrigPackets + side]!;
    const kind = StallKind.ZeroWindow;
    r[at] = notes.stalled(r[at]!, kind, side, sent, sent - 1, pause, 0, fileIndex, frame, sec, nsec);
  }
}

/** Keeps the longest time without a packet, in whole seconds up to 18 hours, and the second in which the latest ended. */
export function keepPause(r: Int32Array, base: number, seconds: number, end: number): void {
  const counts = r[base + Field.Counts]!;
  if (seconds < counts >>> 16) return;
  r[base + Field.Counts] = (counts & 0xffff) | (Math.min(seconds, 0xffff) << 16);
  r[base + Field.PauseEnd] = end;
}
