/**
 * How well a port works that works: slow handshakes, retransmissions, a closed window, sessions that were cut off.
 * Each measure has a threshold with a name; past it the verdict is `degraded` instead of `working`.
 */
import type { Flow } from '../../flow/flow.js';
import {
  CUT_OFF,
  foreignReset,
  hindrance,
  losesLargeSegments,
  pauseBefore,
  longestZeroWindow,
  unansweredEnd,
} from '../../flow/interruption.js';
import { rejectionOf, tooBig } from './outcome.js';
import { DEGRADATIONS } from '../words/reasons.js';
import type { Degradation } from '../words/reasons.js';
import type { HealthFinding } from '../words/rule-verdict.js';

/** From where on something that works is called degraded; units are in the names, shares are of 1. */
export const HEALTH_THRESHOLDS = {
  /** From a SYN to its SYN-ACK: more than any way round the earth takes. */
  slowHandshakeSeconds: 1,
  /** Slow flows of a computer that it takes, unless one of them is far slower. */
  slowHandshakeFlows: 2,
  farSlowerSeconds: 3,
  /** Share of a computer's handshakes that are slow. */
  slowHandshakeShare: 0.5,
  /** Connections of a computer that are refused before they are accepted, and their share of its handshakes. */
  refusedAtFirstFlows: 2,
  refusedAtFirstShare: 0.5,
  /** Retransmitted segments among the packets of the side that repeats more. */
  retransmissionShare: 0.05,
  /** Retransmissions, and packets of that side, that it takes. */
  retransmissions: 10,
  retransmissionPackets: 100,
  /** A receiver that takes nothing, shown by one packet after the other. */
  zeroWindowSeconds: 3,
  ...CUT_OFF,
  /** Sessions of a computer that were cut off. */
  sessionsCut: 1,
} as const;
export type HealthThresholds = Readonly<Record<keyof typeof HEALTH_THRESHOLDS, number>>;

/** Silence that a device on the way may forget a connection over; the shortest idle times are half a minute. */
export const IDLE_SECONDS = 30;

/** What a hindrance is called when it is usual. */
const AT_FIRST = {
  reset: 'reset_at_first',
  rejection: 'rejected_at_first',
  old_connection: 'old_connection_answers',
} as const;

/** Degradations that are measured on handshakes. */
const OF_HANDSHAKES: ReadonlySet<Degradation> = new Set<Degradation>([
  ...Object.values(AT_FIRST),
  'slow_handshake',
]);

class Measure {
  flows = 0;
  value = 0;
  example = -1;

  add(id: number, value: number): void {
    this.flows++;
    if (this.example >= 0 && value <= this.value) return;
    this.value = value;
    this.example = id;
  }
}

/** The health of one rule and one computer, from its flows that work. */
export class Health {
  private measured = 0;
  private handshakes = 0;
  private origPackets = 0;
  private respPackets = 0;
  private origRepeats = 0;
  private respRepeats = 0;
  /** Made when something note: most never need it. */
  private degraded: Map<Degradation, Measure> | null = null;
  private readonly thresholds: HealthThresholds;

  constructor(thresholds: HealthThresholds) {
    this.thresholds = thresholds;
  }

  /** Measures a TCP flow that works; others have nothing to measure. */
  add(flow: Flow): void {
    if (flow.transport !== 'tcp') return;
    const limits = this.thresholds;
    this.measured++;
    if (flow.synAckDelay >= 0) {
      this.handshakes++;
      const hindered = hindrance(flow, (note) => rejectionOf(flow.version, note) !== null);
      // A late SYN-ACK that has such a cause tells nothing of the speed.
      if (hindered !== null) this.note(AT_FIRST[hindered.kind], flow, flow.synAckDelay);
      else if (flow.synAckDelay >= limits.slowHandshakeSeconds)
        this.note('slow_handshake', flow, flow.synAckDelay);
    }
    this.origPackets += flow.packets(0);
    this.respPackets += flow.packets(1);
    const [fromOrig, fromResp] = [flow.retransmissions(0), flow.retransmissions(1)];
    this.origRepeats += fromOrig;
    this.respRepeats += fromResp;
    if (fromOrig + fromResp > 0) this.note('many_retransmissions', flow, fromOrig + fromResp);
    if (!flow.hasNotes) return;
    const closed = longestZeroWindow(flow).seconds;
    if (closed >= limits.zeroWindowSeconds) this.note('zero_window', flow, closed);
    const silent = unansweredEnd(flow, limits);
    const reset = foreignReset(flow, limits);
    if (reset !== null) this.note('session_cut_by_reset', flow, pauseBefore(flow, reset.sec));
    else if (
      silent !== null &&
      (tooBig(flow) !== null || losesLargeSegments(flow, silent.side, silent.stall))
    )
      this.note('large_segments_lost', flow, silent.stall.size);
    else if (silent !== null) this.note('session_cut_silently', flow, pauseBefore(flow, silent.stall.sec));
  }

  private note(degradation: Degradation, flow: Flow, value: number): void {
    this.degraded ??= new Map();
    let measure = this.degraded.get(degradation);
    if (measure === undefined) this.degraded.set(degradation, (measure = new Measure()));
    measure.add(flow.id, value);
  }

  /** The worst that passes its threshold, or null. */
  finding(): HealthFinding | null {
    for (const degradation of this.degraded === null ? [] : DEGRADATIONS) {
      const measure = this.degraded?.get(degradation);
      if (measure === undefined) continue;
      const value = this.passes(degradation, measure);
      if (value < 0) continue;
      const measured = OF_HANDSHAKES.has(degradation) ? this.handshakes : this.measured;
      return { degradation, flows: measure.flows, measured, value, example: measure.example };
    }
    return null;
  }

  /** The value that passes the threshold, -1 = it does not. */
  private passes(degradation: Degradation, measure: Measure): number {
    const limits = this.thresholds;
    switch (degradation) {
      case 'session_cut_by_reset':
      case 'session_cut_silently':
      case 'large_segments_lost':
        return measure.flows >= limits.sessionsCut ? measure.value : -1;
      case 'zero_window':
        return measure.value;
      case 'many_retransmissions': {
        const share = Math.max(
          this.repeatShare(this.origRepeats, this.origPackets),
          this.repeatShare(this.respRepeats, this.respPackets),
        );
        return share >= limits.retransmissionShare ? share : -1;
      }
      case 'reset_at_first':
      case 'rejected_at_first':
      case 'old_connection_answers': {
        const usual = measure.flows / this.handshakes >= limits.refusedAtFirstShare;
        return usual && measure.flows >= limits.refusedAtFirstFlows ? measure.value : -1;
      }
      case 'slow_handshake': {
        const usual = measure.flows / this.handshakes >= limits.slowHandshakeShare;
        const enough = measure.flows >= limits.slowHandshakeFlows || measure.value >= limits.farSlowerSeconds;
        return usual && enough ? measure.value : -1;
      }
    }
  }

  /** Share of a side's packets that are repeats; 0 where there are too few to tell. */
  private repeatShare(repeats: number, packets: number): number {
    const { retransmissions, retransmissionPackets } = this.thresholds;
    return packets < retransmissionPackets || repeats < retransmissions ? 0 : repeats / packets;
  }
}
