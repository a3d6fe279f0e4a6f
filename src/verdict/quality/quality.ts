/**
 * What the capture itself can and cannot show, judged before the traffic. Each check has a code, a measure, a
 * threshold with a name, and a consequence: effects that the gate applies to the verdicts.
 */
import { CHECKS } from './quality-checks.js';
import type { QualityFacts } from './quality-facts.js';
import type { ThresholdName, Thresholds } from './thresholds.js';

export type QualityLevel = 'good' | 'note' | 'warning' | 'serious';
export type QualityUnit = '' | 'share' | 'frames' | 'flows' | 'seconds' | 'bytes';

/**
 * What a finding does to verdicts: silence after a single attempt is no answer at all (`withholds_lone_silence`),
 * silence is believed less (`lowers_silence`), an ICMP rejection may be hidden (`hides_icmp`), what was not observed
 * may be hidden or not have been due (`hides_attempts`, `misses_cadence`), flows are missing (`misses_flows`);
 * answers were left out, so that no silence counts (`withholds_silence`), or no missing ACK (`withholds_half_open`).
 */
export type QualityEffect =
  | 'withholds_silence'
  | 'withholds_half_open'
  | 'withholds_lone_silence'
  | 'lowers_silence'
  | 'hides_icmp'
  | 'hides_attempts'
  | 'misses_cadence'
  | 'misses_flows';

export interface QualityFinding {
  readonly code: string;
  readonly level: QualityLevel;
  readonly text: string;
  /** In `unit`; null = the check has no number. */
  readonly measured: number | null;
  readonly unit: QualityUnit;
  /** Null = any at all is told. */
  readonly threshold: { readonly name: ThresholdName; readonly value: number } | null;
  readonly consequence: string;
  readonly effects: readonly QualityEffect[];
}

export type QualityCheck = (facts: QualityFacts, thresholds: Thresholds) => QualityFinding | null;

/** All findings, serious first; a capture without any gets one line that says so. */
export function judgeQuality(facts: QualityFacts, thresholds: Thresholds): QualityFinding[] {
  const order: Readonly<Record<QualityLevel, number>> = { serious: 0, warning: 1, note: 2, good: 3 };
  const found = CHECKS.map((check) => check(facts, thresholds)).filter((finding) => finding !== null);
  found.sort((a, b) => order[a.level] - order[b.level]);
  if (!found.some((finding) => finding.level === 'serious' || finding.level === 'warning')) {
    found.push({
      code: 'no_defect_found',
      level: 'good',
      text: 'No defect that weakens a verdict was found in the capture.',
      measured: null,
      unit: '',
      threshold: null,
      consequence: '',
      effects: [],
    });
  }
  return found;
}
