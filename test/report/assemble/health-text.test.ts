/** What works badly is told with its measure, who acts, and what would change it. */
import test from 'ava';
import { healthActor, healthChange, healthSentence } from '../../../src/report/assemble/words/health-text.js';
import type { Degradation } from '../../../src/verdict/words/reasons.js';
import type { RuleVerdict } from '../../../src/verdict/words/rule-verdict.js';
import { NAS, PC, Scene } from '../../verdict/scene.js';

/** A verdict of 9003 with that ailment on `flows` of `measured` flows. */
function ailing(ailment: Degradation, value: number, flows = 2, measured = 4): RuleVerdict {
  const v = new Scene().tcp(NAS, PC, 9003).verdict('ua-9003');
  if (v === undefined) throw new Error('no verdict');
  return {
    ...v,
    verdict: 'degraded',
    reason: ailment,
    health: { degradation: ailment, flows, measured, value, example: 0 },
  };
}

for (const [ailment, value, sentence, actor] of [
  [
    'session_cut_by_reset',
    300,
    /2 of 4 sessions .* RST after about 5 min of silence that a device/,
    /idle timeout/,
  ],
  ['session_cut_by_reset', 0, /ended with a RST that a device on the way sent/, /cut while they speak/],
  ['session_cut_silently', 90, /no more answer after about 90 s of silence/, /idle timeout/],
  ['zero_window', 6.82, /took nothing for 6\.8 s \(window 0\) on 2 of 4 .* slow, not blocked/, /window of 0/],
  ['many_retransmissions', 0.074, /7 % of the packets .* slow, not blocked/, /lost or reordered/],
  ['slow_handshake', 3.04, /on 2 of 4 .* slowest after 3\.0 s\. It is slow, not blocked/, /PC1/],
] as const) {
  test(`${ailment} of ${value} in words`, (t) => {
    const v = ailing(ailment, value);
    t.regex(healthSentence(v, 'TCP 9003', 'from this server to PC1'), sentence);
    t.regex(healthActor(v, 'PC1'), actor);
    t.not(healthChange(v), '');
  });
}

test('the only session is called so, and nothing is said where nothing ails', (t) => {
  t.regex(
    healthSentence(ailing('session_cut_silently', 0, 1, 1), 'TCP 9003', 'to PC1'),
    /but the only session got/,
  );
  const { health, ...healthy } = ailing('zero_window', 5);
  t.is(health?.value, 5);
  t.deepEqual(
    [healthSentence(healthy, '', ''), healthActor(healthy, ''), healthChange(healthy)],
    ['', '', ''],
  );
});
