/** Why outcomes and verdicts are what they are: stable codes, put into words by the report. */

/** Why an outcome was chosen: stable codes, put into words by the report. */
export type OutcomeReason =
  | 'data_both_ways'
  | 'data_one_way'
  | 'data_not_answered'
  | 'handshake_only'
  | 'seen_from_the_middle'
  | 'rst_answers_syn'
  | 'icmp_unreachable'
  | 'icmp_admin_prohibited'
  | 'icmp_port_unreachable'
  | 'syn_silent'
  | 'syn_silent_client_gave_up'
  | 'syn_too_late'
  | 'handshake_not_completed'
  | 'client_reset_the_handshake'
  | 'challenge_ack'
  | 'reset_before_data'
  | 'reset_while_idle'
  | 'reset_by_originator'
  | 'reset_from_the_middle'
  | 'reset_instead_of_answer'
  | 'closed_by_responder'
  | 'closed_by_originator'
  | 'only_originator_captured'
  | 'only_responder_captured'
  | 'answered'
  | 'request_silent'
  | 'request_too_late'
  | 'dropped_by_capturing_host'
  | 'no_answer_by_design'
  | 'wrong_service';

/** Why something that works is degraded: stable codes, put into words by the report. Worst first. */
export const AILMENTS = [
  'session_cut_by_reset',
  'session_cut_silently',
  'zero_window',
  'many_retransmissions',
  'slow_handshake',
] as const;

export type Ailment = (typeof AILMENTS)[number];

/** Why a verdict was given: stable codes, put into words by the report. */
export type VerdictReason =
  | OutcomeReason
  | 'nothing_sent'
  | 'name_not_resolved'
  | 'neighbor_silent'
  | 'works'
  | 'alternative_works'
  | 'some_attempts_fail'
  | 'stopped_working'
  | 'works_after_failures'
  | 'alternative_not_tried'
  | 'scm_fallback'
  | 'lone_silence'
  | 'works_lone_silence'
  | Ailment;
