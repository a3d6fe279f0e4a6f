/**
 * The one table of reasons: why outcomes and verdicts are what they are. A code says here what it means for the port,
 * what kind of fault it is and how its place can be found; its phrase stands in the report, in a record over the same
 * keys. A reason that lacks any of these does not compile.
 */
import type { Polarity } from './words.js';

/** What kind of failure it is, as far as a remedy depends on it; `none`: no change that could be named mends it. */
export type Fault =
  'none' | 'silent' | 'dropped' | 'filtered' | 'refused' | 'rejected' | 'unfinished' | 'not_serving';

/** By what the place of a failure can be found; `nothing`: the packets do not tell. */
export type LocatedBy =
  | 'nothing'
  | 'other_address'
  | 'icmp_sender'
  | 'refusal'
  | 'reset'
  | 'silence'
  | 'drop_mark'
  | 'drop_report'
  | 'log'
  | 'half_open'
  | 'responder'
  | 'responder_or_path';

/** Which missing answer a reason rests on; `none`: on packets that are there. */
export type Silence = 'none' | 'syn' | 'syn_ack' | 'request';

interface OutcomeReasonFacts {
  /** What it says of the port. */
  readonly polarity: Polarity;
  readonly fault: Fault;
  readonly locatedBy: LocatedBy;
  readonly silence: Silence;
}

const WORKS = { polarity: 'works', fault: 'none', locatedBy: 'nothing', silence: 'none' } as const;
const UNCLEAR = { polarity: 'unclear', fault: 'none', locatedBy: 'nothing', silence: 'none' } as const;
const FAILS = { polarity: 'fails', silence: 'none' } as const;

/** Why an outcome was chosen. */
export const OUTCOME_REASONS = {
  data_both_ways: WORKS,
  data_one_way: WORKS,
  data_not_answered: WORKS,
  handshake_only: WORKS,
  seen_from_the_middle: WORKS,
  answered: WORKS,
  closed_by_originator: WORKS,
  // A handshake proves the port, however the originator ends it.
  reset_by_originator: WORKS,
  rst_answers_syn: { ...FAILS, fault: 'refused', locatedBy: 'refusal' },
  icmp_unreachable: { ...FAILS, fault: 'rejected', locatedBy: 'icmp_sender' },
  icmp_time_exceeded: { ...FAILS, fault: 'none', locatedBy: 'icmp_sender' },
  icmp_admin_prohibited: { ...FAILS, fault: 'rejected', locatedBy: 'icmp_sender' },
  icmp_port_unreachable: { ...FAILS, fault: 'refused', locatedBy: 'icmp_sender' },
  syn_silent: { ...FAILS, fault: 'silent', locatedBy: 'silence', silence: 'syn' },
  syn_silent_client_gave_up: { ...FAILS, fault: 'silent', locatedBy: 'nothing', silence: 'syn' },
  request_silent: { ...FAILS, fault: 'silent', locatedBy: 'silence', silence: 'request' },
  handshake_not_completed: { ...FAILS, fault: 'unfinished', locatedBy: 'half_open', silence: 'syn_ack' },
  // RFC 9293 §3.10.7.3: the originator must reset it, so the connection can never come about.
  synack_unfit: { ...FAILS, fault: 'none', locatedBy: 'responder_or_path' },
  dropped_by_capturing_host: { ...FAILS, fault: 'dropped', locatedBy: 'drop_mark' },
  // What Windows itself says of why it dropped the packets (.etl of pktmon).
  reported_no_listener: { ...FAILS, fault: 'refused', locatedBy: 'drop_report' },
  reported_firewall: { ...FAILS, fault: 'dropped', locatedBy: 'drop_report' },
  reported_drop: { ...FAILS, fault: 'none', locatedBy: 'drop_report' },
  // What a machine's own firewall log says: of packets that came, and of attempts that never became one.
  logged_firewall: { ...FAILS, fault: 'filtered', locatedBy: 'log' },
  logged_no_listener: { ...FAILS, fault: 'refused', locatedBy: 'log' },
  logged_before_wire: { ...FAILS, fault: 'filtered', locatedBy: 'log' },
  reset_before_data: { ...FAILS, fault: 'not_serving', locatedBy: 'reset' },
  reset_instead_of_answer: { ...FAILS, fault: 'not_serving', locatedBy: 'reset' },
  // The service took the connection and closed it at once, by itself: reachable, but not serving.
  closed_by_responder: { ...FAILS, fault: 'not_serving', locatedBy: 'responder' },
  closed_without_answer: { ...FAILS, fault: 'not_serving', locatedBy: 'responder' },
  request_never_answered: { ...FAILS, fault: 'not_serving', locatedBy: 'responder' },
  // Something completes the handshake, and nothing behind it takes what is sent.
  never_acknowledged: { ...FAILS, fault: 'none', locatedBy: 'nothing' },
  tls_refused: { ...FAILS, fault: 'none', locatedBy: 'responder' },
  // Something answers on the port, but not what the product needs there.
  wrong_service: { ...FAILS, fault: 'none', locatedBy: 'responder' },
  // Who was asked never answers by himself: the sender takes such an answer for nobody's.
  syn_answered_elsewhere: { ...FAILS, fault: 'none', locatedBy: 'other_address' },
  ping_answered_elsewhere: { ...UNCLEAR, locatedBy: 'other_address' },
  answer_without_request: UNCLEAR,
  syn_too_late: UNCLEAR,
  request_too_late: UNCLEAR,
  // Whoever has given up resets what comes then, as RFC 9293 §3.10.7.1 asks.
  synack_too_late: UNCLEAR,
  // The port did answer; that the originator gave the handshake up is no fault of the port.
  client_reset_the_handshake: UNCLEAR,
  // Nothing was asked, so nothing was refused: a server gives up waiting as well.
  reset_while_idle: UNCLEAR,
  // Nobody knows whether an answer was due.
  unknown_request_not_answered: UNCLEAR,
  // An older connection answered: somebody served the port then.
  challenge_ack: UNCLEAR,
  reset_from_the_middle: UNCLEAR,
  only_originator_captured: UNCLEAR,
  only_responder_captured: UNCLEAR,
  no_answer_by_design: UNCLEAR,
} as const satisfies Readonly<Record<string, OutcomeReasonFacts>>;

export type OutcomeReason = keyof typeof OUTCOME_REASONS;

/** The facts of a reason, with their general types. */
export function factsOf(reason: OutcomeReason): OutcomeReasonFacts {
  return OUTCOME_REASONS[reason];
}

/** Which missing answer a verdict's most telling flow rests on; `none` also when there is no flow. */
export function silenceOf(reason: OutcomeReason | 'none'): Silence {
  return reason === 'none' ? 'none' : factsOf(reason).silence;
}

/** Why something that works is degraded. Worst first. */
export const DEGRADATIONS = [
  'session_cut_by_reset',
  'large_segments_lost',
  'session_cut_silently',
  'zero_window',
  'many_retransmissions',
  'reset_at_first',
  'rejected_at_first',
  'old_connection_answers',
  'slow_handshake',
] as const;

export type Degradation = (typeof DEGRADATIONS)[number];

/** Why a verdict was given that is neither the reason of its flows nor a degradation. */
export const COUNTED_REASONS = [
  'nothing_sent',
  'name_not_resolved',
  'neighbor_silent',
  'hidden_by_ipsec',
  'works',
  'alternative_works',
  'some_attempts_fail',
  'stopped_working',
  'works_after_failures',
  'alternative_not_tried',
  'scm_fallback',
  'lone_silence',
  'works_lone_silence',
  'answers_left_out',
] as const;

/** Why a verdict was given. */
export type VerdictReason = OutcomeReason | Degradation | (typeof COUNTED_REASONS)[number];
