/** Every assumption code with a capture in which it occurs, and the confidence that follows from it. */
import { readFileSync } from 'node:fs';
import test from 'ava';
import { ASSUMPTION_CODES, ASSUMPTIONS } from '../../../src/verdict/words/assumptions.js';
import type { AssumptionCode } from '../../../src/verdict/words/assumptions.js';
import { assumptionsOf, confidenceOf } from '../../../src/verdict/judge/confidence.js';
import type { Grounds } from '../../../src/verdict/judge/confidence.js';
import type { RuleVerdict } from '../../../src/verdict/words/rule-verdict.js';
import { NAS, PC, Scene } from '../scene.js';

interface Case {
  readonly scene: (scene: Scene) => Scene;
  readonly rule: string;
  readonly grounds?: Partial<Grounds>;
  /** What the tally is said to have found besides. */
  readonly besides?: Partial<RuleVerdict>;
  /** The codes, then the confidence. */
  readonly is: string;
}

const CASES: Readonly<Record<AssumptionCode, Case>> = {
  server_inferred: {
    scene: (s) => s.ping(NAS, PC, true),
    rule: 'ua-icmp',
    grounds: { serverInferred: true },
    is: 'server_inferred: high',
  },
  service_not_verified: {
    scene: (s) => s.tcp(NAS, PC, 9003),
    rule: 'ua-9003',
    is: 'service_not_verified: high',
  },
  no_data_seen: {
    scene: (s) => s.tcp(NAS, PC, 9003),
    rule: 'ua-9003',
    besides: { detail: 'handshake_only', spoken: false },
    is: 'no_data_seen service_not_verified: medium',
  },
  midstream: {
    scene: (s) => s.tcp(NAS, PC, 9003),
    rule: 'ua-9003',
    besides: { detail: 'seen_from_the_middle' },
    is: 'midstream service_not_verified: medium',
  },
  other_service_suspected: {
    scene: (s) => s.tcp(NAS, PC, 9003),
    rule: 'ua-9003',
    besides: { otherService: 'ssh' },
    is: 'other_service_suspected: medium',
  },
  rst_sender_not_verified: {
    scene: (s) => s.tcp(NAS, PC, 9003, 'refused'),
    rule: 'ua-9003',
    is: 'rst_sender_not_verified: medium',
  },
  windows_drop_reason: {
    scene: (s) => s.tcp(NAS, PC, 9003, 'silent'),
    rule: 'ua-9003',
    besides: { reason: 'reported_firewall', detail: 'reported_firewall' },
    is: 'windows_drop_reason: medium',
  },
  log_time_inferred: {
    scene: (s) => s.tcp(NAS, PC, 9003, 'silent'),
    rule: 'ua-9003',
    besides: { reason: 'logged_firewall', detail: 'logged_firewall' },
    is: 'log_time_inferred: medium',
  },
  stealth_mode_possible: {
    scene: (s) => s.tcp(NAS, PC, 9003, 'silent').tcp(NAS, PC, 9003, 'silent', 20),
    rule: 'ua-9003',
    is: 'stealth_mode_possible: medium',
  },
  silence_has_many_causes: {
    scene: (s) => s.udp(NAS, PC, 137, false).udp(NAS, PC, 137, false, 50_000),
    rule: 'ua-udp-137',
    is: 'silence_has_many_causes: medium',
  },
  icmp_may_be_hidden: {
    scene: (s) => s.tcp(NAS, PC, 9003, 'silent').tcp(NAS, PC, 9003, 'silent', 20),
    rule: 'ua-9003',
    besides: { cautions: ['icmp_may_be_hidden'] },
    is: 'stealth_mode_possible icmp_may_be_hidden: medium',
  },
  lone_silence_not_counted: {
    scene: (s) => s.tcp(NAS, PC, 9003).tcp(NAS, PC, 9003, 'silent', 20),
    rule: 'ua-9003',
    grounds: { framesLost: true },
    besides: { verdict: 'working', reason: 'works_lone_silence', cautions: ['lone_silence_not_counted'] },
    is: 'service_not_verified lone_silence_not_counted: medium',
  },
  flows_missing: {
    scene: (s) => s.tcp(NAS, PC, 9003, 'refused'),
    rule: 'ua-9003',
    besides: { cautions: ['flows_missing'] },
    is: 'rst_sender_not_verified flows_missing: medium',
  },
  loss_not_excluded: {
    scene: (s) => s.tcp(NAS, PC, 9003),
    rule: 'ua-9003',
    besides: {
      verdict: 'degraded',
      reason: 'session_cut_silently',
      health: { degradation: 'session_cut_silently', flows: 1, measured: 1, value: 60, example: 0 },
    },
    is: 'loss_not_excluded: medium',
  },
  single_attempt: {
    scene: (s) => s.tcp(NAS, PC, 9003, 'silent'),
    rule: 'ua-9003',
    is: 'stealth_mode_possible single_attempt: low',
  },
  capture_dropped_frames: {
    scene: (s) => s.tcp(NAS, PC, 9003, 'silent').tcp(NAS, PC, 9003, 'silent', 20),
    rule: 'ua-9003',
    grounds: { framesLost: true },
    is: 'stealth_mode_possible capture_dropped_frames: low',
  },
  dynamic_port_presumed_rpc: {
    scene: (s) => s.tcp(NAS, PC, 9003),
    rule: 'ua-9003',
    besides: { presumed: true },
    is: 'dynamic_port_presumed_rpc service_not_verified: low',
  },
  one_direction: {
    scene: (s) => s.tcp(NAS, PC, 9003, 'oneSided'),
    rule: 'ua-9003',
    is: 'one_direction: low',
  },
  capture_filter: {
    scene: (s) => s.tcp(PC, NAS, 9004),
    rule: 'ua-9003',
    besides: { cautions: ['capture_filter'] },
    is: 'capture_filter: low',
  },
  capture_shorter_than_cadence: {
    scene: (s) => s.tcp(PC, NAS, 9004),
    rule: 'ua-9003',
    besides: { cautions: ['capture_shorter_than_cadence'] },
    is: 'capture_shorter_than_cadence: low',
  },
  capture_ends_early: {
    scene: (s) => s.tcp(NAS, PC, 9003, 'silent', 9_999),
    rule: 'ua-9003',
    is: 'capture_ends_early: low',
  },
};

for (const code of ASSUMPTION_CODES) {
  const { scene, rule, grounds, besides, is } = CASES[code];
  test(`the assumption ${code} occurs, and lowers the confidence as the table says`, (t) => {
    const made = scene(new Scene());
    const found = made.verdict(rule);
    if (found === undefined) return t.fail('no verdict');
    const v = { ...found, ...besides };
    const flow = made.trace.flow().move(v.flows[0] ?? 0);
    const codes = assumptionsOf(v, flow.packets(0), { serverInferred: false, framesLost: false, ...grounds });
    t.is(`${codes.join(' ')}: ${confidenceOf(v.verdict, codes)}`, is);
    t.true(codes.includes(code));
  });
}

test('a service that its payload confirmed makes a working verdict certain however the connection began', (t) => {
  const made = new Scene().tcp(NAS, PC, 9003).verdict('ua-9003');
  if (made === undefined) return t.fail('no verdict');
  const v: RuleVerdict = { ...made, serviceConfirmed: true, detail: 'seen_from_the_middle', presumed: true };
  t.deepEqual(assumptionsOf(v, 3, { serverInferred: false, framesLost: true }), []);
  t.is(confidenceOf('working', []), 'high');
});

test('what was not decided is never more than a hint', (t) => {
  for (const verdict of ['not_observed', 'inconclusive', 'unknown'] as const) {
    t.is(confidenceOf(verdict, ['server_inferred']), 'low');
  }
});

test('docs/verdicts.md lists every code with what it allows, in the order of the table', (t) => {
  const text = readFileSync(new URL('../../../../docs/verdicts.md', import.meta.url), 'utf8');
  const section = text.slice(text.indexOf('## 6. '), text.indexOf('## Exit code'));
  const rows = [...section.matchAll(/^\| `([a-z_]+)` \|.*\| `([a-z]+)` \|$/gm)].map(
    ([, code, allows]) => `${code} ${allows}`,
  );
  t.deepEqual(
    rows,
    ASSUMPTION_CODES.map((code) => `${code} ${ASSUMPTIONS[code].allows}`),
  );
});
