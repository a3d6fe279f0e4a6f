/**
 * What a verdict rests on beside its packets: the codes that every output carries, each with the highest confidence that
 * a verdict resting on it can have. docs/verdicts.md lists them all; their sentences stand in the report.
 */
import type { Confidence } from './words.js';

export interface Assumption {
  /** The highest confidence that a verdict can have with it. */
  readonly allows: Confidence;
}

const TABLE = {
  server_inferred: { allows: 'high' },
  service_not_verified: { allows: 'high' },
  no_data_seen: { allows: 'medium' },
  midstream: { allows: 'medium' },
  other_service_suspected: { allows: 'medium' },
  rst_sender_not_verified: { allows: 'medium' },
  windows_drop_reason: { allows: 'medium' },
  log_time_inferred: { allows: 'medium' },
  stealth_mode_possible: { allows: 'medium' },
  silence_has_many_causes: { allows: 'medium' },
  icmp_may_be_hidden: { allows: 'medium' },
  lone_silence_not_counted: { allows: 'medium' },
  flows_missing: { allows: 'medium' },
  loss_not_excluded: { allows: 'medium' },
  single_attempt: { allows: 'low' },
  capture_dropped_frames: { allows: 'low' },
  dynamic_port_presumed_rpc: { allows: 'low' },
  one_direction: { allows: 'low' },
  capture_filter: { allows: 'low' },
  capture_shorter_than_cadence: { allows: 'low' },
  capture_ends_early: { allows: 'low' },
} as const satisfies Readonly<Record<string, Assumption>>;

export type AssumptionCode = keyof typeof TABLE;

export const ASSUMPTIONS: Readonly<Record<AssumptionCode, Assumption>> = TABLE;

/** All codes, in the order of the table. */
export const ASSUMPTION_CODES = Object.keys(TABLE) as readonly AssumptionCode[];

/** Whether an output's code is one of the table. */
export function isAssumptionCode(code: string): code is AssumptionCode {
  return Object.hasOwn(TABLE, code);
}
