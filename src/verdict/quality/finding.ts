/** How a check makes its finding. */
import type { QualityFacts } from './quality-facts.js';
import type {
  QualityCode,
  QualityEffect,
  QualityFinding,
  QualityLevel,
  QualityUnit,
  QualityValues,
} from './quality.js';
import type { ThresholdName, Thresholds } from './thresholds.js';

/** One check of the capture. It sees no verdict; what follows from its finding is the gate's to apply. */
export type QualityCheck = (facts: QualityFacts, thresholds: Thresholds) => QualityFinding | null;

export function share(part: number, whole: number): number {
  return part / Math.max(whole, 1);
}

/** What a finding says and does beside its measure. */
export interface Found<C extends QualityCode> {
  readonly code: C;
  readonly level: QualityLevel;
  readonly values: QualityValues[C];
  readonly effects?: readonly QualityEffect[];
}

/** A finding without a number. */
export function said<C extends QualityCode>(found: Found<C>): QualityFinding<C> {
  return { ...found, measured: null, unit: '', threshold: null, effects: found.effects ?? [] };
}

/** A count of which any is told. */
export function counted<C extends QualityCode>(
  measured: number,
  unit: QualityUnit,
  found: Found<C>,
): QualityFinding<C> {
  return { ...found, measured, unit, threshold: null, effects: found.effects ?? [] };
}

/** A measure held against a threshold. */
export function measured<C extends QualityCode>(
  value: number,
  unit: QualityUnit,
  name: ThresholdName,
  thresholds: Thresholds,
  found: Found<C>,
): QualityFinding<C> {
  const threshold = { name, value: thresholds[name] };
  return { ...found, measured: value, unit, threshold, effects: found.effects ?? [] };
}
