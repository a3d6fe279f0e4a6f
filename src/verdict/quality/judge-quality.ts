/** All checks of the capture, and what they found. */
import { CHECKS } from './quality-checks.js';
import type { QualityFacts } from './quality-facts.js';
import type { QualityFinding, QualityLevel } from './quality.js';
import type { Thresholds } from './thresholds.js';

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
