/** The word of a cell: one word for one fact. */
import test from 'ava';
import type { SeenFrom } from '../../../src/report/assemble/words/seen.js';
import { seenLabel } from '../../../src/report/assemble/words/seen.js';
import type { Located } from '../../../src/verdict/locate/located.js';
import type { LocationStep } from '../../../src/verdict/words/location-step.js';
import type { RuleVerdict } from '../../../src/verdict/words/rule-verdict.js';
import { rule, verdictOf } from '../../verdict/causes/cells.js';

function seen(v: Partial<RuleVerdict>, steps: readonly LocationStep[] = [], isHidden = false): string {
  const located: Located = { location: 'path', confidence: 'high', steps };
  const from: SeenFrom = { locate: () => located, isHidden: () => isHidden };
  return seenLabel({ ...verdictOf({ rule: 'ua-9003', host: '10.0.1.1', is: 'syn_silent' }), ...v }, from);
}

const BY = [{ code: 'icmp_from_device', sender: '10.20.0.1' }] as const;

const WORDS: readonly (readonly [string, Partial<RuleVerdict>, (readonly LocationStep[])?, boolean?])[] = [
  ['No answer', {}],
  ['Refused', { detail: 'rst_answers_syn' }],
  ['Refused', { detail: 'icmp_port_unreachable' }, BY],
  ['Rejected by 10.20.0.1', { detail: 'icmp_admin_prohibited' }, BY],
  ['Rejected', { detail: 'icmp_admin_prohibited' }],
  ['Rejected by 10.20.0.1 at times', { verdict: 'degraded', detail: 'icmp_unreachable' }, BY],
  ['Time exceeded', { detail: 'icmp_time_exceeded' }, BY],
  ['Dropped here', { detail: 'dropped_by_capturing_host' }],
  ['Wrong service', { detail: 'wrong_service' }],
  ['TLS refused', { detail: 'tls_refused' }],
  ['Wrong address', { detail: 'syn_answered_elsewhere' }],
  ['Wrong answer', { detail: 'synack_unfit' }],
  ['Not served', { detail: 'never_acknowledged' }],
  ['Slow', verdictOf({ rule: 'ua-9003', host: '10.0.1.1', is: 'slow' })],
  ['Stopped working', { verdict: 'degraded', reason: 'stopped_working' }],
  ['By a detour', { verdict: 'degraded', reason: 'scm_fallback' }],
  ['Not tried', { verdict: 'not_observed', reason: 'nothing_sent' }],
  ['Not seen', { verdict: 'not_observed', cautions: ['flows_missing'] }],
  ['Hidden by the filter', { verdict: 'not_observed' }, [], true],
  ['Hidden by the filter', { verdict: 'inconclusive', reason: 'answers_left_out' }],
  ['Name not found', { verdict: 'not_observed', reason: 'name_not_resolved' }],
  ['Host is absent', { verdict: 'not_observed', reason: 'neighbor_silent' }],
  ['Hidden by IPsec', { verdict: 'not_observed', reason: 'hidden_by_ipsec' }],
  ['One way', { verdict: 'inconclusive', rule: rule('ua-udp-138') }],
];

for (const [word, v, steps, isHidden] of WORDS) {
  test(`${word}: ${v.verdict ?? 'blocked'} ${v.detail ?? v.reason ?? ''}${steps === undefined ? '' : ' told by a device'}`, (t) => {
    t.is(seen(v, steps, isHidden), word);
  });
}
