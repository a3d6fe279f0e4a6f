/** How a check makes its finding. */
import type { QualityFinding, QualityUnit } from './quality.js';
import type { ThresholdName, Thresholds } from './thresholds.js';

export const NUMBER = new Intl.NumberFormat('en-US');

export function share(part: number, whole: number): number {
  return part / Math.max(whole, 1);
}

export function percent(part: number, whole: number): string {
  return `${Math.round(share(part, whole) * 100)} %`;
}

export function lengthText(seconds: number): string {
  return seconds < 120 ? `${seconds.toFixed(1)} s` : `${Math.round(seconds / 60)} min`;
}

export type Said = Pick<QualityFinding, 'code' | 'level' | 'text' | 'consequence'> &
  Partial<Pick<QualityFinding, 'effects'>>;

/** A finding without a number. */
export function said(finding: Said): QualityFinding {
  return { ...finding, measured: null, unit: '', threshold: null, effects: finding.effects ?? [] };
}

/** A count of which any is told. */
export function counted(measured: number, unit: QualityUnit, finding: Said): QualityFinding {
  return { ...finding, measured, unit, threshold: null, effects: finding.effects ?? [] };
}

/** A measure held against a threshold. */
export function measured(
  value: number,
  unit: QualityUnit,
  name: ThresholdName,
  thresholds: Thresholds,
  finding: Said,
): QualityFinding {
  const threshold = { name, value: thresholds[name] };
  return { ...finding, measured: value, unit, threshold, effects: finding.effects ?? [] };
}
