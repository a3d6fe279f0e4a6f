/** All checks of the capture, and what they found. */
import {
  damaged,
  empty,
  evicted,
  firewallLog,
  interrupted,
  lost,
  unreadLinks,
  unseen,
} from './file-checks.js';
import { said } from './finding.js';
import type { QualityCheck } from './finding.js';
import { dropMarks, duplicates, malformed, offloaded, oversize, snapped } from './frame-checks.js';
import { encrypted, filtered, leftOut, noArp, noIcmp, noMapper, tunnelled } from './missing-checks.js';
import { capturePlace, midstream, oneSided } from './point-checks.js';
import type { QualityFacts } from './quality-facts.js';
import type { QualityFinding, QualityLevel } from './quality.js';
import type { Thresholds } from './thresholds.js';
import { backwards, duration, gap, noTime, outliers, reordered } from './time-checks.js';

/** In the order in which findings of one level are told. */
const CHECKS: readonly QualityCheck[] = [
  empty,
  damaged,
  interrupted,
  lost,
  unseen,
  oneSided,
  duration,
  midstream,
  filtered,
  leftOut,
  unreadLinks,
  firewallLog,
  encrypted,
  tunnelled,
  snapped,
  noTime,
  backwards,
  reordered,
  outliers,
  gap,
  duplicates,
  offloaded,
  oversize,
  malformed,
  dropMarks,
  noIcmp,
  noArp,
  noMapper,
  capturePlace,
  evicted,
];

/** All findings, serious first; a capture without any gets one line that says so. */
export function judgeQuality(facts: QualityFacts, thresholds: Thresholds): QualityFinding[] {
  const order: Readonly<Record<QualityLevel, number>> = { serious: 0, warning: 1, note: 2, good: 3 };
  const found = CHECKS.map((check) => check(facts, thresholds)).filter((finding) => finding !== null);
  found.sort((a, b) => order[a.level] - order[b.level]);
  if (!found.some((finding) => finding.level === 'serious' || finding.level === 'warning')) {
    found.push(said({ code: 'no_defect_found', level: 'good', values: {} }));
  }
  return found;
}
