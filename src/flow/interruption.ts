/** How an open connection was cut off or held up: a reset by somebody else, silence, a closed window. */
import { NoteKind, StallKind } from './tcp/attempts.js';
import type { Note, Stall } from './tcp/attempts.js';
import type { Flow } from './flow.js';
import { hopsOf } from './hops.js';
import { FlowFlag } from './record/record.js';

/** From where on a connection counts as cut off; units are in the names. */
export const CUT_OFF = {
  /** Repeats and keep-alives in a row without any answer, and the time they take. */
  unansweredRepeats: 3,
  unansweredSeconds: 1,
  /** Packets of a side that a reset in its name is compared with. */
  packetsBeforeReset: 2,
} as const;
export type CutOffThresholds = Readonly<Record<keyof typeof CUT_OFF, number>>;

/** A reset in the name of a side that its other packets on the same flow show to be forged. */
export function foreignReset(flow: Flow, thresholds: CutOffThresholds = CUT_OFF): Note | null {
  if (flow.transport !== 'tcp' || flow.has(FlowFlag.OrigFin) || flow.has(FlowFlag.RespFin)) return null;
  for (const note of flow.notes()) {
    if (note.kind !== NoteKind.Rst || note.side > 1) continue;
    // The reset itself is one of the side's packets.
    if (flow.packets(note.side) <= thresholds.packetsBeforeReset) continue;
    if (hopsOf(note.ttl) < hopsOf(flow.ttl(note.side))) return note;
  }
  return null;
}

/** What answered a SYN before its SYN-ACK did. */
export type Hindrance = 'reset' | 'rejection' | 'old_connection';

/** Seconds by which times in microseconds may be off. */
const ROUNDING = 1e-6;

/** Did the note come before the SYN-ACK of its flow? */
export function isBeforeSynAck(flow: Flow, note: Note): boolean {
  const { synAckDelay } = flow;
  if (synAckDelay < 0) return false;
  return note.sec - flow.firstSec + (note.nsec - flow.firstNsec) / 1e9 < synAckDelay - ROUNDING;
}

/** The first packet that hindered a connection which was accepted later; null = none did. */
export function hindrance(
  flow: Flow,
  isRejection: (note: Note) => boolean,
): { readonly kind: Hindrance; readonly note: Note } | null {
  if (!flow.hasNotes || flow.synAckDelay < 0) return null;
  for (const note of flow.notes()) {
    if (!isBeforeSynAck(flow, note)) continue;
    if (note.kind === NoteKind.Icmp && isRejection(note)) return { kind: 'rejection', note };
    // An ACK of an older connection is what a RST of the originator answers (RFC 9293 §3.5.2).
    if (note.kind === NoteKind.Rst) return { kind: note.side === 0 ? 'old_connection' : 'reset', note };
  }
  return null;
}

/** The side that asked to the end without an answer, and how; null = none did. */
export function unansweredEnd(
  flow: Flow,
  thresholds: CutOffThresholds = CUT_OFF,
): { readonly side: 0 | 1; readonly stall: Stall } | null {
  if (flow.transport !== 'tcp') return null;
  for (const side of [0, 1] as const) {
    const stall = flow.stall(StallKind.Unanswered, side);
    // Who has closed need not answer, and whose packets are not captured cannot.
    const closed = flow.has(side === 0 ? FlowFlag.RespFin : FlowFlag.OrigFin);
    if (stall === null || closed || stall.mark === 0 || stall.mark !== flow.packets(1 - side)) continue;
    if (stall.count >= thresholds.unansweredRepeats && stall.duration >= thresholds.unansweredSeconds) {
      return { side, stall };
    }
  }
  return null;
}

/** A cut comes so soon after the end of the pause that explains it, seconds: its first repeats or keep-alives. */
const AFTER_PAUSE_SECONDS = 30;

/** Seconds of silence that ended just before `sec`, when it was the longest of the flow; else 0. */
export function pauseBefore(flow: Flow, sec: number): number {
  const since = sec - flow.pauseEnd;
  return since >= 0 && since <= AFTER_PAUSE_SECONDS ? flow.longestPause : 0;
}

/** IP packets this long do not fit every way; the least that each way of IPv6 must carry (RFC 8200 §5). */
const LARGE_PACKET = 1280;

/** IP and TCP headers of a segment at the least. */
const HEADERS = 40;
/** Packets that pass, of which a mean says anything. */
const MIN_PASSED = 2;
/** Of each side's packets, those of the handshake at the most, which carry no data. */
const HANDSHAKE_PACKETS = 2;

/**
 * A large segment is sent again in vain, while smaller ones pass: the way carries less (RFC 2923 §2.1). What was under
 * way with it, often a whole window of such segments, was never acknowledged and passed no more than it.
 */
export function losesLargeSegments(flow: Flow, side: 0 | 1, stall: Stall): boolean {
  if (stall.size <= LARGE_PACKET) return false;
  const acknowledged = flow.acknowledged(side);
  if (acknowledged === 0) return false;
  const underWay = Math.ceil(Math.max(0, flow.content(side) - acknowledged) / (stall.size - HEADERS));
  const passed = flow.packets(side) - HANDSHAKE_PACKETS - stall.count - underWay;
  return acknowledged / Math.max(MIN_PASSED, passed) < stall.size / 2 - HEADERS;
}

/** The side whose window stayed closed for the longest time, and for how many seconds. */
export function longestZeroWindow(flow: Flow): { readonly side: 0 | 1; readonly seconds: number } {
  const orig = flow.stall(StallKind.ZeroWindow, 0)?.longest ?? 0;
  const resp = flow.stall(StallKind.ZeroWindow, 1)?.longest ?? 0;
  return orig > resp ? { side: 0, seconds: orig } : { side: 1, seconds: resp };
}
