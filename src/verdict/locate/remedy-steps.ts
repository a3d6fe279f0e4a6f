/**
 * Which kinds of change could mend a failing verdict, most likely first: they follow from what failed and from
 * where the fault lies. Nothing is offered where no firewall and no service can be at fault.
 */
import { factsOf } from '../words/reasons.js';
import type { Fault } from '../words/reasons.js';
import type { RuleVerdict } from '../words/rule-verdict.js';
import type { Location } from '../words/words.js';

/**
 * `exclude`: look before anything is changed, since more than one cause fits; `service`: start what should listen;
 * `responder_firewall`: let it in where it arrives; `originator_firewall`: let it out where it begins; `path`: let
 * it through on the way.
 */
export type RemedyStep = 'exclude' | 'service' | 'responder_firewall' | 'originator_firewall' | 'path';

export function faultOf(v: RuleVerdict): Fault {
  if (v.verdict !== 'blocked' && v.verdict !== 'degraded') return 'none';
  // A port that works now and then is open; of a range of ports, some may be open and others not.
  if (v.reason === 'some_attempts_fail' && v.rule.evidence !== 'rpc') return 'none';
  return v.detail === 'none' ? 'none' : factsOf(v.detail).fault;
}

/** Empty = no change that could be named would mend it. */
export function remedySteps(v: RuleVerdict, location: Location): readonly RemedyStep[] {
  const fault = faultOf(v);
  if (fault === 'none') return [];
  if (location === 'path') return ['path'];
  // A port where nobody listens leaves the same mark in converted Windows traces.
  const dropMark = v.detail === 'dropped_by_capturing_host';
  if (location === 'unknown') return whereUnknown(dropMark ? 'refused' : fault);
  const responder = v.rule.to === 'server' ? 'this_server' : 'remote_host';
  if (location !== responder) return ['originator_firewall'];
  switch (fault) {
    case 'silent':
      return ['responder_firewall', 'service'];
    case 'refused':
      // Windows Firewall drops and does not refuse: a rule of it comes last.
      return ['exclude', 'service', 'responder_firewall'];
    case 'not_serving':
      return ['service'];
    case 'rejected':
      // Host unreachable: it is down or not connected, which no rule mends.
      return v.detail === 'icmp_admin_prohibited' ? ['responder_firewall'] : [];
    case 'dropped':
      return dropMark ? ['service', 'responder_firewall'] : ['responder_firewall'];
    default:
      return ['responder_firewall'];
  }
}

function whereUnknown(fault: Fault): readonly RemedyStep[] {
  if (fault === 'refused') return ['exclude', 'service', 'responder_firewall', 'path'];
  if (fault === 'not_serving') return ['exclude', 'service', 'path'];
  return ['exclude', 'responder_firewall', 'path'];
}
