/**
 * How sure a verdict is: the lowest confidence that any of its assumptions allows, and never more than `low`
 * where nothing was decided. docs/verdicts.md says the same as a table.
 */
import { ASSUMPTIONS } from '../words/assumptions.js';
import type { AssumptionCode } from '../words/assumptions.js';
import { factsOf, silenceOf } from '../words/reasons.js';
import type { RuleVerdict } from '../words/rule-verdict.js';
import { CONFIDENCES } from '../words/words.js';
import type { Confidence, Verdict } from '../words/words.js';

/** What a verdict rests on that is not in its own flows. */
export interface Grounds {
  readonly serverInferred: boolean;
  /** The capture loses packets, by its own word or by what was acknowledged. */
  readonly framesLost: boolean;
}

/** Verdicts that decide nothing: what they say is never more than a hint. */
const UNDECIDED: ReadonlySet<Verdict> = new Set<Verdict>(['unknown', 'not_observed', 'inconclusive']);

/** @param packetsSent by the originator of the most telling flow; 0 when there is none */
export function assumptionsOf(v: RuleVerdict, packetsSent: number, grounds: Grounds): AssumptionCode[] {
  const codes: AssumptionCode[] = [];
  const add = (code: AssumptionCode, when: boolean): void => {
    if (when) codes.push(code);
  };
  const works = v.verdict === 'working';
  const confirmed = v.serviceConfirmed === true;
  const doubtful = works && (v.otherService ?? '') !== '';
  const proven = works && confirmed && !doubtful;
  // What fails is in the detail, also where the verdict counts it among successes.
  const synSilent = v.fails > 0 && silenceOf(v.detail) === 'syn' && !works;
  const requestSilent = v.fails > 0 && silenceOf(v.detail) === 'request' && !works;
  const silent = synSilent || requestSilent;

  add('server_inferred', grounds.serverInferred);
  add('dynamic_port_presumed_rpc', v.presumed && !confirmed);
  add('stealth_mode_possible', synSilent);
  add('silence_has_many_causes', requestSilent);
  add('loss_not_excluded', restsOnAbsence(v));
  add('single_attempt', silent && packetsSent < 2 && v.fails < 2);
  add('rst_sender_not_verified', !works && v.fails > 0 && v.detail === 'rst_answers_syn');
  add('windows_drop_reason', !works && (v.detail === 'reported_firewall' || v.detail === 'reported_drop'));
  const logged = !works && v.fails > 0 && v.detail !== 'none' && factsOf(v.detail).locatedBy === 'log';
  add('log_time_inferred', logged && v.logged?.[0]?.timeBy !== 'told');
  add('midstream', !proven && v.detail === 'seen_from_the_middle');
  add(
    'no_data_seen',
    works && v.spoken !== true && v.rule.proto === 'tcp' && v.detail !== 'seen_from_the_middle',
  );
  add('one_direction', v.detail === 'only_originator_captured' || v.detail === 'only_responder_captured');
  add('capture_ends_early', v.detail === 'syn_too_late' || v.detail === 'request_too_late');
  add('other_service_suspected', doubtful);
  add('service_not_verified', works && !doubtful && !confirmed && v.rule.proto === 'tcp');
  const missed = (!works && v.fails > 0 && isSilence(v)) || restsOnAbsence(v);
  add('capture_dropped_frames', grounds.framesLost && missed);
  for (const code of v.cautions ?? []) add(code, !codes.includes(code));
  return codes;
}

/** It works badly, by what did not come or came again; everything else that ails was seen itself. */
function restsOnAbsence({ reason }: RuleVerdict): boolean {
  return reason === 'session_cut_silently' || reason === 'many_retransmissions';
}

/** The failures are answers that did not come, which a capture that lost frames may merely not hold. */
function isSilence(v: RuleVerdict): boolean {
  const silence = silenceOf(v.detail);
  return silence === 'syn' || silence === 'request';
}

/** The lower of what the verdict itself and each assumption allow. */
export function confidenceOf(verdict: Verdict, assumptions: readonly AssumptionCode[]): Confidence {
  const allowed: Confidence[] = assumptions.map((code) => ASSUMPTIONS[code].allows);
  allowed.push(UNDECIDED.has(verdict) ? 'low' : 'high');
  return CONFIDENCES[Math.max(...allowed.map((one) => CONFIDENCES.indexOf(one)))] ?? 'low';
}
