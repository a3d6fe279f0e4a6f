/**
 * Whether what the payload showed of a flow is what a rule is for. Only a confirmed service of a flow that was
 * captured from its beginning can be the wrong one: a suspicion, or bytes from the middle of a transfer that look
 * like another protocol, must not turn a working port into a failing one. They lower the confidence instead.
 */
import type { Flow } from '../../flow/flow.js';
import { FlowFlag } from '../../flow/record/record.js';
import { SERVICES } from '../../recognise/facts/services.js';
import type { Facts } from '../../recognise/facts/facts.js';
import type { Rule } from '../../rules/words/rule.js';

/** `right` and `wrong` are proven; `doubtful`: something else is suspected; `unknown`: nothing speaks for or against. */
export type ServiceFit = 'right' | 'wrong' | 'doubtful' | 'unknown';

const RECOGNISED: ReadonlySet<string> = new Set(SERVICES);

export function serviceFit(flow: Flow, rule: Rule, payload: Facts): ServiceFit {
  const service = payload.serviceOf(flow.id);
  if (service === undefined || rule.services.length === 0) return 'unknown';
  const confirmed = service.certainty === 'confirmed';
  if (isWanted(rule, service.name)) return confirmed ? 'right' : 'unknown';
  // A rule whose services nobody can recognise is never contradicted.
  if (!rule.services.some((name) => RECOGNISED.has(name))) return 'unknown';
  return confirmed && !flow.has(FlowFlag.Midstream) ? 'wrong' : 'doubtful';
}

/**
 * What the originator alone asked for: the service of the rule (`unlike`: in a language that its responders do not speak
 * in this capture), another service, or nothing that can be read.
 */
export type AskedFor = 'this' | 'unlike' | 'other' | 'unread';

/** @param spoken services that responders proved on the port number of the flow */
export function askedFor(flow: Flow, rule: Rule, payload: Facts, spoken: ReadonlySet<string>): AskedFor {
  const service = payload.serviceOf(flow.id);
  if (service === undefined) return 'unread';
  if (!isWanted(rule, service.name)) return 'other';
  return spoken.size === 0 || spoken.has(service.name) ? 'this' : 'unlike';
}

/** WinRM is HTTP with a certain target. */
function isWanted(rule: Rule, service: string): boolean {
  return rule.services.includes(service) || (service === 'winrm' && rule.services.includes('http'));
}
