/** What a TCP segment leaves behind beside its counters: times of the handshake, notes, stalls, pauses. */
import type { Packet } from '../../decode/packet/packet.js';
import { NO_SENDER, NoteKind, StallKind } from './attempts.js';
import type { FlowEventLog, StalledPacket } from './attempts.js';
import { SegmentEvent } from './endpoint.js';
import type { Origin } from '../record/origin.js';
import { Field, FlowFlag, microsSinceStart } from '../record/record.js';

export class SegmentNotes {
  private readonly notes: FlowEventLog;
  private readonly packet: StalledPacket = {
    kind: StallKind.Unanswered,
    side: 0,
    mark: 0,
    expected: 0,
    pause: 0,
    size: 0,
  };

  constructor(notes: FlowEventLog) {
    this.notes = notes;
  }

  /** @param events what `applySegment` said of the segment, which the flow's packets count already */
  take(r: Int32Array, base: number, side: number, p: Packet, events: number, from: Origin): void {
    if (events & SegmentEvent.SynAck && side === 1 && r[base + Field.SynAckDelay] === -1) {
      if (p.ipId === 0) r[base + Field.Flags] = r[base + Field.Flags]! | FlowFlag.SynAckIdZero;
      if (!(r[base + Field.Flags]! & FlowFlag.Midstream)) {
        r[base + Field.SynAckDelay] = microsSinceStart(r, base, from.sec, from.nsec);
        // What came before it, a forged RST perhaps, says nothing of the host.
        r[base + Field.Counts] = (r[base + Field.Counts]! & ~0xff00) | (p.ttl << 8);
      }
    }
    if (events & SegmentEvent.SynAckUnfit) {
      r[base + Field.Flags] = r[base + Field.Flags]! | FlowFlag.SynAckUnfit;
    }
    if (events & SegmentEvent.HandshakeDone) {
      r[base + Field.HandshakeTime] = microsSinceStart(r, base, from.sec, from.nsec);
    }
    if (events & (SegmentEvent.AskedAgain | SegmentEvent.ZeroWindow)) {
      this.stalled(r, base, side, p, events, from);
    }
    const kind = noteKindOf(events);
    if (kind === 0) return;
    r[base + Field.Attempts] = this.notes.add(r[base + Field.Attempts]!, {
      kind,
      side,
      ttl: p.ttl,
      fileIndex: from.fileIndex,
      frame: from.frame,
      sec: from.sec,
      nsec: from.nsec,
      icmp: 0,
      ipId: p.ipId,
      window: p.window,
      sender: NO_SENDER,
    });
  }

  private stalled(r: Int32Array, base: number, side: number, p: Packet, events: number, from: Origin): void {
    const at = base + Field.Attempts;
    const { packet } = this;
    packet.side = side;
    packet.pause = r[base + Field.Counts]! >>> 16;
    if (events & SegmentEvent.AskedAgain) {
      packet.kind = StallKind.Unanswered;
      packet.mark = packet.expected = r[base + Field.OrigPackets + 1 - side]!;
      packet.size = p.ipLen;
      r[at] = this.notes.stalled(r[at]!, packet, from);
    }
    if (events & SegmentEvent.ZeroWindow) {
      packet.kind = StallKind.ZeroWindow;
      packet.mark = r[base + Field.OrigPackets + side]!;
      packet.expected = packet.mark - 1;
      packet.size = 0;
      r[at] = this.notes.stalled(r[at]!, packet, from);
    }
  }
}

function noteKindOf(events: number): NoteKind | 0 {
  if (events & SegmentEvent.Rst) return NoteKind.Rst;
  if (events & SegmentEvent.SynRepeat) return NoteKind.Syn;
  return events & SegmentEvent.SynAckRepeat ? NoteKind.SynAck : 0;
}

/** Keeps the longest time without a packet, in whole seconds up to 18 hours, and the second in which the latest ended. */
export function keepPause(r: Int32Array, base: number, seconds: number, end: number): void {
  const counts = r[base + Field.Counts]!;
  if (seconds < counts >>> 16) return;
  r[base + Field.Counts] = (counts & 0xffff) | (Math.min(seconds, 0xffff) << 16);
  r[base + Field.PauseEnd] = end;
}
