/** Which changes fit a fault and its place: all of both. */
import test from 'ava';
import { faultOf, remedySteps } from '../../../src/verdict/locate/remedy-steps.js';
import type { RuleVerdict } from '../../../src/verdict/words/rule-verdict.js';
import { LOCATIONS } from '../../../src/verdict/words/words.js';
import { NAS, PC, Scene } from '../scene.js';

const OUTBOUND = new Scene().tcp(NAS, PC, 9003, 'silent').verdict('ua-9003');
const INBOUND = new Scene().tcp(PC, NAS, 9004, 'silent').verdict('ua-9004-in');

/** Steps at this_server, path, remote_host, unknown for a rule that this server responds to. */
const STEPS: Readonly<Record<string, string>> = {
  syn_silent: 'responder_firewall service | path | originator_firewall | exclude responder_firewall path',
  request_silent: 'responder_firewall service | path | originator_firewall | exclude responder_firewall path',
  rst_answers_syn:
    'exclude service responder_firewall | path | originator_firewall | exclude service responder_firewall path',
  icmp_port_unreachable:
    'exclude service responder_firewall | path | originator_firewall | exclude service responder_firewall path',
  // A mark of a dropped packet does not say why it was dropped.
  dropped_by_capturing_host:
    'service responder_firewall | path | originator_firewall | exclude service responder_firewall path',
  reported_firewall: 'responder_firewall | path | originator_firewall | exclude responder_firewall path',
  icmp_admin_prohibited: 'responder_firewall | path | originator_firewall | exclude responder_firewall path',
  icmp_unreachable: ' | path | originator_firewall | exclude responder_firewall path',
  handshake_not_completed:
    'responder_firewall | path | originator_firewall | exclude responder_firewall path',
  closed_by_responder: 'service | path | originator_firewall | exclude service path',
  reset_before_data: 'service | path | originator_firewall | exclude service path',
  wrong_service: ' |  |  | ',
  syn_too_late: ' |  |  | ',
};

const kinds = (v: RuleVerdict): string =>
  LOCATIONS.map((location) => remedySteps(v, location).join(' ')).join(' | ');

for (const [detail, steps] of Object.entries(STEPS)) {
  test(`what fits ${detail} depends on where the fault lies`, (t) => {
    if (INBOUND === undefined || OUTBOUND === undefined) return t.fail('no verdict');
    const of = { verdict: 'blocked', reason: detail, detail } as Pick<RuleVerdict, 'reason' | 'detail'>;
    t.is(kinds({ ...INBOUND, ...of }), steps);
    const [here, path, there, unknown] = steps.split(' | ');
    t.is(kinds({ ...OUTBOUND, ...of }), [there, path, here, unknown].join(' | '));
  });
}

test('nothing is offered for what works, was not seen or cannot be decided, nor for a port that works now and then', (t) => {
  if (OUTBOUND === undefined) return t.fail('no verdict');
  for (const verdict of ['working', 'not_observed', 'inconclusive', 'unknown'] as const) {
    t.is(faultOf({ ...OUTBOUND, verdict }), 'none');
  }
  const sometimes = { ...OUTBOUND, verdict: 'degraded', reason: 'some_attempts_fail' } as const;
  t.is(faultOf(sometimes), 'none');
  t.is(faultOf({ ...sometimes, rule: { ...OUTBOUND.rule, evidence: 'rpc' } }), 'silent');
  t.is(faultOf({ ...sometimes, reason: 'stopped_working' }), 'silent');
});
