/**
 * What a verdict rests on beside its packets: the codes that every output carries, each with the sentence that a
 * reader gets and the highest confidence that a verdict resting on it can have. docs/verdicts.md lists them all.
 */
import type { Confidence } from './words.js';

export interface Assumption {
  /** One sentence for a reader. */
  readonly means: string;
  /** The highest confidence that a verdict can have with it. */
  readonly allows: Confidence;
}

const TABLE = {
  server_inferred: {
    means: 'The address of this server was inferred from the traffic.',
    allows: 'high',
  },
  service_not_verified: {
    means: 'The payload did not show which service answers on the port.',
    allows: 'high',
  },
  no_data_seen: {
    means: 'Connections were completed, but the side that was called sent no data on them.',
    allows: 'medium',
  },
  midstream: {
    means: 'The connection was already open when the capture began.',
    allows: 'medium',
  },
  other_service_suspected: {
    means: 'The payload looks like another service than the rule asks for, without proof.',
    allows: 'medium',
  },
  rst_sender_not_verified: {
    means: 'A device on the way could have sent the RST in the name of the host.',
    allows: 'medium',
  },
  windows_drop_reason: {
    means:
      "Rests on the reason that Windows itself gives for dropping the packets, by Microsoft's description of it.",
    allows: 'medium',
  },
  stealth_mode_possible: {
    means:
      'A Windows computer stays silent on closed ports too (stealth mode), so silence does not prove a firewall.',
    allows: 'medium',
  },
  silence_has_many_causes: {
    means:
      'A request without answer may have been dropped, not served, or lost on a host or path that is down.',
    allows: 'medium',
  },
  icmp_may_be_hidden: {
    means: 'ICMP is missing from the capture, so a rejection by ICMP would not be seen.',
    allows: 'medium',
  },
  lone_silence_not_counted: {
    means: 'One attempt without an answer is not counted, because the capture itself loses packets.',
    allows: 'medium',
  },
  flows_missing: {
    means: 'Part of the traffic was not analysed.',
    allows: 'medium',
  },
  loss_not_excluded: {
    means: 'Silence and repeats may also be packets that were there and that the capture lacks.',
    allows: 'medium',
  },
  single_attempt: {
    means: 'Only one attempt was seen, and it was not repeated: one lost packet looks the same.',
    allows: 'low',
  },
  capture_dropped_frames: {
    means: 'The capture itself lost frames, so an answer may have been missed.',
    allows: 'low',
  },
  dynamic_port_presumed_rpc: {
    means:
      'The dynamic port counts as RPC only because the same pair spoke on 135 shortly before, and that exchange could not be read.',
    allows: 'low',
  },
  one_direction: {
    means: 'The capture has one direction only.',
    allows: 'low',
  },
  capture_filter: {
    means: 'The capture was filtered, so packets of this kind may be missing from it.',
    allows: 'low',
  },
  capture_shorter_than_cadence: {
    means: 'The capture is shorter than the interval at which computers report.',
    allows: 'low',
  },
  capture_ends_early: {
    means: 'The capture ends before the last attempt could be given up.',
    allows: 'low',
  },
} as const satisfies Readonly<Record<string, Assumption>>;

export type AssumptionCode = keyof typeof TABLE;

export const ASSUMPTIONS: Readonly<Record<AssumptionCode, Assumption>> = TABLE;

/** All codes, in the order of the table. */
export const ASSUMPTION_CODES = Object.keys(TABLE) as readonly AssumptionCode[];

/** Whether an output's code is one of the table. */
export function isAssumptionCode(code: string): code is AssumptionCode {
  return Object.hasOwn(TABLE, code);
}
