/** The product's words for outcomes, classes and verdicts: stable strings that appear in every output. */

export const OUTCOMES = [
  'unknown',
  'established',
  'established_midstream',
  'refused',
  'rejected_icmp',
  'no_reply',
  'half_open',
  'reset_after_handshake',
  'closed_immediately',
  'one_sided',
  'undetermined',
  'answered',
  'unanswered',
  'one_way_by_design',
] as const;
/** What happened to one flow, decided when the flow has ended. */
export type Outcome = (typeof OUTCOMES)[number];

/** Those of flows that did not get what they asked for. */
export const FAILED_OUTCOMES: ReadonlySet<Outcome> = new Set([
  'refused',
  'rejected_icmp',
  'no_reply',
  'half_open',
  'reset_after_handshake',
  'unanswered',
]);

export const TRAFFIC_CLASSES = ['unknown', 'expected', 'known', 'background', 'unexpected'] as const;
/** Why the flow is there. */
export type TrafficClass = (typeof TRAFFIC_CLASSES)[number];

export const VERDICTS = [
  'unknown',
  'blocked',
  'degraded',
  'inconclusive',
  'not_observed',
  'working',
] as const;
/** The answer for one rule and one computer; listed worst first after `unknown`. */
export type Verdict = (typeof VERDICTS)[number];

/** What an outcome says of a port. */
export type Polarity = 'works' | 'fails' | 'unclear';

export const LOCATIONS = ['this_server', 'path', 'remote_host', 'unknown'] as const;
export type Location = (typeof LOCATIONS)[number];

export const CONFIDENCES = ['high', 'medium', 'low'] as const;
export type Confidence = (typeof CONFIDENCES)[number];

/** TCP port of the endpoint mapper and of DCOM activation. */
export const MAPPER_PORT = 135;
