/** Checks of the capture's times: how long it lasts, and whether its clock and the order of its frames are to be believed. */
import { counted, measured } from './finding.js';
import type { QualityFacts } from './quality-facts.js';
import type { QualityFinding } from './quality.js';
import type { Thresholds } from './thresholds.js';

export function duration({ frames, seconds }: QualityFacts, thresholds: Thresholds): QualityFinding | null {
  if (frames === 0 || seconds >= thresholds['cadence-seconds']) return null;
  return measured(seconds, 'seconds', 'cadence-seconds', thresholds, {
    code: 'short_capture',
    level: 'note',
    values: { seconds },
    effects: ['misses_cadence'],
  });
}

export function noTime({ noTimeFrames: frames }: QualityFacts): QualityFinding | null {
  if (frames === 0) return null;
  return counted(frames, 'frames', { code: 'frames_without_time', level: 'warning', values: { frames } });
}

export function backwards(facts: QualityFacts, thresholds: Thresholds): QualityFinding | null {
  const { longestBackwards: seconds, backwardsFrames: frames } = facts;
  if (seconds === 0 || seconds < thresholds['clock-back-seconds']) return null;
  return measured(seconds, 'seconds', 'clock-back-seconds', thresholds, {
    code: 'time_goes_backwards',
    level: 'note',
    values: { seconds, frames },
  });
}

export function reordered(facts: QualityFacts): QualityFinding | null {
  const { reorderedFrames: frames, longestReorder: seconds } = facts;
  if (frames === 0) return null;
  return counted(frames, 'frames', { code: 'frames_reordered', level: 'note', values: { frames, seconds } });
}

export function outliers({ outliers: [first], outlierFrames }: QualityFacts): QualityFinding | null {
  if (first === undefined) return null;
  const { frame, sec } = first;
  return counted(outlierFrames, 'frames', {
    code: 'clock_outliers',
    level: 'note',
    values: { frame, sec, more: outlierFrames - 1 },
  });
}

export function gap({ longestGap: seconds }: QualityFacts, thresholds: Thresholds): QualityFinding | null {
  if (seconds < thresholds['gap-seconds'] || seconds === 0) return null;
  return measured(seconds, 'seconds', 'gap-seconds', thresholds, {
    code: 'time_gap',
    level: 'note',
    values: { seconds },
  });
}
