/**
 * What the capture itself can and cannot show, judged before the traffic. Each check has a code, a threshold
 * with a name, and a consequence for the verdicts.
 */

import type { CapturePlace } from './capture-point.js';

/** Computers talk to the server at least every 15 minutes; a shorter capture may miss a whole rule. */
export const CADENCE_SECONDS = 900;
/** Share of TCP flows seen from one side only, or from the middle, from which on it is worth a warning. */
export const ONE_SIDED_SHARE = 0.2;
export const MIDSTREAM_SHARE = 0.5;

export type QualityLevel = 'good' | 'note' | 'warning' | 'serious';

export interface QualityFinding {
  readonly code: string;
  readonly level: QualityLevel;
  readonly text: string;
  readonly consequence: string;
}

/** What the checks look at; counts unless a unit is named. */
export interface QualityFacts {
  readonly frames: number;
  readonly seconds: number;
  readonly tcpFlows: number;
  readonly oneSidedFlows: number;
  readonly midstreamFlows: number;
  readonly snappedFrames: number;
  readonly offloadedFrames: number;
  readonly malformedFrames: number;
  readonly noTimeFrames: number;
  readonly backwardsFrames: number;
  readonly droppedMarks: number;
  readonly icmpFlows: number;
  /** Frames that the capturing system says it lost; null = it does not say. */
  readonly lost: bigint | null;
  readonly filters: readonly string[];
  readonly damaged: readonly string[];
  readonly evictedFlows: number;
  readonly interrupted: string;
  readonly serverKnown: boolean;
  readonly place: CapturePlace;
}

type Check = (facts: QualityFacts) => QualityFinding | null;

const CHECKS: readonly Check[] = [
  empty,
  damaged,
  interrupted,
  lost,
  oneSided,
  duration,
  midstream,
  filtered,
  snapped,
  noTime,
  backwards,
  offloaded,
  malformed,
  dropMarks,
  noIcmp,
  captureElsewhere,
  evicted,
];

/** All findings, serious first; a capture without any gets one line that says so. */
export function judgeQuality(facts: QualityFacts): QualityFinding[] {
  const order: Readonly<Record<QualityLevel, number>> = { serious: 0, warning: 1, note: 2, good: 3 };
  const found = CHECKS.map((check) => check(facts)).filter((finding) => finding !== null);
  found.sort((a, b) => order[a.level] - order[b.level]);
  if (!found.some((finding) => finding.level === 'serious' || finding.level === 'warning')) {
    found.push({
      code: 'no_defect_found',
      level: 'good',
      text: 'No defect that weakens a verdict was found in the capture.',
      consequence: '',
    });
  }
  return found;
}

function percent(part: number, whole: number): string {
  return `${Math.round((part * 100) / Math.max(whole, 1))} %`;
}

function empty(facts: QualityFacts): QualityFinding | null {
  if (facts.frames > 0) return null;
  return {
    code: 'no_frames',
    level: 'serious',
    text: 'The capture holds no frames.',
    consequence: 'Nothing can be said about any port.',
  };
}

function damaged(facts: QualityFacts): QualityFinding | null {
  if (facts.damaged.length === 0) return null;
  return {
    code: 'damaged_file',
    level: 'warning',
    text: facts.damaged.join(' '),
    consequence: 'Only what comes before the damage was analysed.',
  };
}

function interrupted(facts: QualityFacts): QualityFinding | null {
  if (facts.interrupted === '') return null;
  return {
    code: 'interrupted',
    level: 'warning',
    text: facts.interrupted,
    consequence: 'Only what was read until then was analysed.',
  };
}

function lost(facts: QualityFacts): QualityFinding | null {
  if (facts.lost === null) {
    return {
      code: 'loss_unknown',
      level: 'note',
      text: 'The capture does not say whether frames were lost while capturing.',
      consequence: '',
    };
  }
  if (facts.lost === 0n) return null;
  return {
    code: 'frames_lost',
    level: 'warning',
    text: `The capturing system lost ${facts.lost} frames.`,
    consequence: 'A missing answer may be a lost frame: silence proves less here.',
  };
}

function oneSided(facts: QualityFacts): QualityFinding | null {
  if (facts.oneSidedFlows === 0) return null;
  const share = facts.oneSidedFlows / Math.max(facts.tcpFlows, 1);
  return {
    code: 'one_direction_only',
    level: share >= ONE_SIDED_SHARE ? 'serious' : 'note',
    text: `${facts.oneSidedFlows} of ${facts.tcpFlows} TCP flows (${percent(facts.oneSidedFlows, facts.tcpFlows)}) show one direction only.`,
    consequence:
      share >= ONE_SIDED_SHARE
        ? 'The capture point does not see both directions: a missing answer proves nothing for these flows.'
        : 'Those flows are inconclusive.',
  };
}

function duration(facts: QualityFacts): QualityFinding | null {
  if (facts.frames === 0 || facts.seconds >= CADENCE_SECONDS) return null;
  const length =
    facts.seconds < 120 ? `${facts.seconds.toFixed(1)} s` : `${Math.round(facts.seconds / 60)} min`;
  return {
    code: 'short_capture',
    level: 'note',
    text: `The capture lasts ${length}; agents report every 10 to 15 minutes.`,
    consequence:
      'A rule that was not tried may simply not have been due: capture 15 minutes or press "retry".',
  };
}

function midstream(facts: QualityFacts): QualityFinding | null {
  if (facts.midstreamFlows === 0) return null;
  const heavy = facts.midstreamFlows / Math.max(facts.tcpFlows, 1) >= MIDSTREAM_SHARE;
  return {
    code: 'midstream_flows',
    level: heavy ? 'warning' : 'note',
    text: `${facts.midstreamFlows} of ${facts.tcpFlows} TCP flows began before the capture.`,
    consequence: 'They prove that the port works, not that a new connection can be made.',
  };
}

function filtered(facts: QualityFacts): QualityFinding | null {
  if (facts.filters.length === 0) return null;
  return {
    code: 'capture_filter',
    level: 'warning',
    text: `The capture was made with a filter: ${facts.filters.join('; ')}`,
    consequence: 'What the filter leaves out (ICMP, port 135 ...) can be neither proven nor ruled out.',
  };
}

function snapped(facts: QualityFacts): QualityFinding | null {
  if (facts.snappedFrames === 0) return null;
  return {
    code: 'snapped_frames',
    level: 'note',
    text: `${facts.snappedFrames} of ${facts.frames} frames were captured shorter than they were sent.`,
    consequence: 'Ports and handshakes are not affected; payload may be missing.',
  };
}

function noTime(facts: QualityFacts): QualityFinding | null {
  if (facts.noTimeFrames === 0) return null;
  return {
    code: 'frames_without_time',
    level: 'warning',
    text: `${facts.noTimeFrames} frames have no usable timestamp.`,
    consequence: 'Their order is that of the file; waiting times cannot be measured.',
  };
}

function backwards(facts: QualityFacts): QualityFinding | null {
  if (facts.backwardsFrames === 0) return null;
  return {
    code: 'time_goes_backwards',
    level: 'note',
    text: `Time goes back by a second or more at ${facts.backwardsFrames} frames.`,
    consequence: 'The clock was set or frames are out of order: waiting times around them are not exact.',
  };
}

function offloaded(facts: QualityFacts): QualityFinding | null {
  if (facts.offloadedFrames === 0) return null;
  return {
    code: 'segmentation_offload',
    level: 'note',
    text: `${facts.offloadedFrames} frames carry no IP length (segmentation offload): they were sent by the capturing host.`,
    consequence: 'Their captured length was used.',
  };
}

function malformed(facts: QualityFacts): QualityFinding | null {
  if (facts.malformedFrames === 0) return null;
  return {
    code: 'malformed_frames',
    level: 'note',
    text: `${facts.malformedFrames} of ${facts.frames} frames are malformed.`,
    consequence: 'What could be read of them was used.',
  };
}

function dropMarks(facts: QualityFacts): QualityFinding | null {
  if (facts.droppedMarks === 0) return null;
  return {
    code: 'drop_verdicts',
    level: 'note',
    text: `The capturing system marked ${facts.droppedMarks} frames as dropped by itself.`,
    consequence: 'Those packets were seen on the wire but not delivered on this machine.',
  };
}

function noIcmp(facts: QualityFacts): QualityFinding | null {
  if (facts.icmpFlows > 0 || facts.frames === 0) return null;
  return {
    code: 'no_icmp',
    level: 'note',
    text: 'There is no ICMP packet in the capture.',
    consequence:
      'Either none was sent or it was filtered out: a router that rejects by ICMP would not be seen.',
  };
}

function captureElsewhere(facts: QualityFacts): QualityFinding | null {
  const { point, reason } = facts.place;
  if (point === 'unknown' || facts.frames === 0) return null;
  const near = point !== 'elsewhere';
  return {
    code: near ? 'captured_at_server' : 'captured_elsewhere',
    level: 'note',
    text: reason,
    consequence: near
      ? 'What arrives here without an answer is stopped by this server; what it stops on its way out leaves no packet.'
      : 'Silence of this server may be loss on the way to it.',
  };
}

function evicted(facts: QualityFacts): QualityFinding | null {
  if (facts.evictedFlows === 0) return null;
  return {
    code: 'flows_evicted',
    level: 'serious',
    text: `${facts.evictedFlows} flows were dropped from memory because the flow limit was reached.`,
    consequence: 'Their outcomes are missing from every verdict: raise --max-flows.',
  };
}
