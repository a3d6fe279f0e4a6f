/** What was seen of one rule and computer, in a word or three: the word of every cell, card, ticket and list. */
import { factOf } from '../../../verdict/causes/find-causes.js';
import type { Rule } from '../../../rules/words/rule.js';
import type { Located } from '../../../verdict/locate/located.js';
import type { RuleVerdict } from '../../../verdict/words/rule-verdict.js';
import { FACT_WORDING } from '../../text/fact-wording.js';
import { ONE_WAY_WORDING, VERDICT_WORDING } from '../../text/wording.js';

/** Packets may be missing: what was not seen may have been tried all the same. */
const MAY_BE_MISSING: ReadonlySet<string> = new Set([
  'flows_missing',
  'capture_dropped_frames',
  'capture_filter',
]);

/** Who sent the ICMP error; '' = nobody is known. */
export function icmpSender(located: Located | null): string {
  for (const step of located?.steps ?? []) {
    if (
      step.code === 'icmp_from_device' ||
      step.code === 'icmp_from_responder' ||
      step.code === 'icmp_from_originator' ||
      step.code === 'icmp_host_does_not_answer'
    )
      return step.sender;
  }
  return '';
}

/** What the word depends on beside the verdict. */
export interface SeenFrom {
  /** Asked only where the word names a device. */
  readonly locate: (v: RuleVerdict) => Located | null;
  /** The capture's filter leaves out all of the rule. */
  readonly isHidden: (rule: Rule) => boolean;
}

/** 'No answer', 'Rejected by 10.20.0.1', 'Refused at times', 'Not tried'. */
export function seenLabel(v: RuleVerdict, from: SeenFrom): string {
  switch (v.verdict) {
    case 'blocked':
      return failing(v, from.locate);
    case 'degraded':
      return badly(v, from.locate);
    case 'inconclusive':
      return open(v);
    case 'not_observed':
      return notSeen(v, from.isHidden);
    default:
      return VERDICT_WORDING[v.verdict].label;
  }
}

function failing(v: RuleVerdict, locate: (v: RuleVerdict) => Located | null): string {
  const fact = factOf(v);
  const { label } = FACT_WORDING[fact];
  const sender = fact === 'rejected' ? icmpSender(locate(v)) : '';
  return sender === '' ? label : `${label} by ${sender}`;
}

function badly(v: RuleVerdict, locate: (v: RuleVerdict) => Located | null): string {
  if (v.health !== undefined) return FACT_WORDING[v.health.degradation].label;
  if (v.reason === 'scm_fallback') return 'By a detour';
  if (v.reason === 'stopped_working') return 'Stopped working';
  return v.detail === 'none' ? VERDICT_WORDING.degraded.label : `${failing(v, locate)} at times`;
}

function open(v: RuleVerdict): string {
  if (v.rule.oneWay) return ONE_WAY_WORDING.label;
  if (v.reason === 'answers_left_out') return 'Hidden by the filter';
  return VERDICT_WORDING.inconclusive.label;
}

function notSeen({ rule, reason, cautions = [] }: RuleVerdict, isHidden: SeenFrom['isHidden']): string {
  if (reason === 'hidden_by_ipsec') return 'Hidden by IPsec';
  if (reason === 'name_not_resolved') return 'Name not found';
  if (reason === 'neighbor_silent') return 'Host is absent';
  if (isHidden(rule)) return 'Hidden by the filter';
  return cautions.some((code) => MAY_BE_MISSING.has(code)) ? 'Not seen' : VERDICT_WORDING.not_observed.label;
}
