/** One verdict for each rule and computer: every reason, alternatives, repeated failures, and who is a computer. */
import test from 'ava';
import { MAX_COMPUTERS } from '../../../src/verdict/hosts/hosts.js';
import { hostKeyText } from '../../../src/verdict/words/host-key.js';
import { DC, NAS, PC, Scene } from '../scene.js';

interface Case {
  readonly title: string;
  readonly scene: (scene: Scene) => unknown;
  readonly rule: string;
  /** Verdict, reason, and the numbers of flows that work, fail and are unclear. */
  readonly is: string;
}

const CASES: readonly Case[] = [
  { title: 'it works', scene: (s) => s.tcp(NAS, PC, 9003), rule: 'ua-9003', is: 'working works 1 0 0' },
  {
    title: 'it is refused',
    scene: (s) => s.tcp(NAS, PC, 9003, 'refused'),
    rule: 'ua-9003',
    is: 'blocked rst_answers_syn 0 1 0',
  },
  {
    title: 'no answer',
    scene: (s) => s.tcp(NAS, PC, 9003, 'silent'),
    rule: 'ua-9003',
    is: 'blocked syn_silent 0 1 0',
  },
  { title: 'nothing was sent', scene: () => null, rule: 'ua-9003', is: 'not_observed nothing_sent 0 0 0' },
  {
    title: 'one direction only',
    scene: (s) => s.tcp(NAS, PC, 9003, 'oneSided'),
    rule: 'ua-9003',
    is: 'inconclusive only_originator_captured 0 0 1',
  },
  {
    title: 'the originator resets',
    scene: (s) => s.tcp(NAS, PC, 9003, 'scanned'),
    rule: 'ua-9003',
    is: 'inconclusive client_reset_the_handshake 0 0 1',
  },
  {
    title: 'a failure and unclear ones',
    scene: (s) => s.tcp(NAS, PC, 9003, 'scanned').tcp(NAS, PC, 9003, 'refused', 1),
    rule: 'ua-9003',
    is: 'blocked rst_answers_syn 0 1 1',
  },
  {
    title: 'unclear ones beside a working one',
    scene: (s) => s.tcp(NAS, PC, 9003, 'scanned').tcp(NAS, PC, 9003, 'works', 1),
    rule: 'ua-9003',
    is: 'working works 1 0 1',
  },
  {
    title: 'failures between successes',
    scene: (s) => s.tcp(NAS, PC, 9003).tcp(NAS, PC, 9003, 'silent', 10).tcp(NAS, PC, 9003, 'works', 20),
    rule: 'ua-9003',
    is: 'degraded some_attempts_fail 2 1 0',
  },
  {
    title: 'failures at the end',
    scene: (s) => s.tcp(NAS, PC, 9003).tcp(NAS, PC, 9003, 'silent', 10).tcp(NAS, PC, 9003, 'silent', 20),
    rule: 'ua-9003',
    is: 'degraded stopped_working 1 2 0',
  },
  {
    title: 'failures at the beginning',
    scene: (s) =>
      s.tcp(NAS, PC, 9003, 'refused').tcp(NAS, PC, 9003, 'refused', 10).tcp(NAS, PC, 9003, 'works', 20),
    rule: 'ua-9003',
    is: 'working works_after_failures 1 2 0',
  },
  {
    title: '139 fails beside a working 445',
    scene: (s) => s.tcp(NAS, PC, 445).tcp(NAS, PC, 139, 'silent'),
    rule: 'ua-smb-rpc',
    is: 'working alternative_works 1 1 0',
  },
  {
    title: '445 fails beside a working 139',
    scene: (s) => s.tcp(NAS, PC, 139).tcp(NAS, PC, 445, 'refused', 1),
    rule: 'ua-smb-rpc',
    is: 'working alternative_works 1 1 0',
  },
  {
    title: 'both fail',
    scene: (s) => s.tcp(NAS, PC, 139, 'silent').tcp(NAS, PC, 445, 'silent'),
    rule: 'ua-smb-rpc',
    is: 'blocked syn_silent 0 2 0',
  },
  {
    title: '445 works and fails',
    scene: (s) =>
      s
        .tcp(NAS, PC, 445)
        .tcp(NAS, PC, 445, 'silent', 10)
        .tcp(NAS, PC, 139, 'silent', 10)
        .tcp(NAS, PC, 445, 'works', 20),
    rule: 'ua-smb-rpc',
    is: 'degraded some_attempts_fail 2 2 0',
  },
  {
    title: '445 speaks for the port of the video rule',
    scene: (s) => s.tcp(NAS, PC, 445),
    rule: 'ua-smb-video',
    is: 'working works 1 0 0',
  },
  {
    title: '139 does not',
    scene: (s) => s.tcp(NAS, PC, 139),
    rule: 'ua-smb-video',
    is: 'not_observed nothing_sent 0 0 0',
  },
  {
    title: 'one dynamic port works, another is silent',
    scene: (s) => s.tcp(NAS, PC, 135).tcp(NAS, PC, 49_700).tcp(NAS, PC, 49_701, 'silent'),
    rule: 'ua-wmi-dynamic',
    is: 'degraded some_attempts_fail 1 1 0',
  },
  {
    title: 'one dynamic port is silent, a later one works',
    scene: (s) => s.tcp(NAS, PC, 135).tcp(NAS, PC, 49_701, 'silent', 1).tcp(NAS, PC, 49_700, 'works', 9),
    rule: 'ua-wmi-dynamic',
    is: 'degraded some_attempts_fail 1 1 0',
  },
  {
    title: 'a dynamic port silent after a working 135',
    scene: (s) => s.tcp(NAS, PC, 135).tcp(NAS, PC, 49_701, 'silent', 1),
    rule: 'ua-wmi-dynamic',
    is: 'blocked syn_silent 0 1 0',
  },
  {
    title: 'a datagram without an answer by design',
    scene: (s) => s.udp(NAS, PC, 138, false),
    rule: 'ua-udp-138',
    is: 'inconclusive no_answer_by_design 0 0 1',
  },
  {
    title: 'the name service answers',
    scene: (s) => s.udp(NAS, PC, 137, true),
    rule: 'ua-udp-137',
    is: 'working works 1 0 0',
  },
  {
    title: 'the name service is silent',
    scene: (s) => s.udp(NAS, PC, 137, false),
    rule: 'ua-udp-137',
    is: 'blocked request_silent 0 1 0',
  },
  {
    title: 'a ping answered',
    scene: (s) => s.ping(NAS, PC, true),
    rule: 'ua-icmp',
    is: 'working works 1 0 0',
  },
  {
    title: 'a ping silent',
    scene: (s) => s.ping(NAS, PC, false),
    rule: 'ua-icmp',
    is: 'blocked request_silent 0 1 0',
  },
  {
    title: 'a ping silent where one flow is one-sided but others show answers',
    scene: (s) => s.tcp(NAS, PC, 9003, 'oneSided').tcp(NAS, PC, 445).ping(NAS, PC, false),
    rule: 'ua-icmp',
    is: 'blocked request_silent 0 1 0',
  },
];

for (const { title, scene, rule, is } of CASES) {
  test(`${title}: ${is}`, (t) => {
    // A working server port makes the computer a monitored one in every case.
    const s = new Scene().tcp(PC, NAS, 9004);
    scene(s);
    const v = s.verdict(rule);
    t.is(v === undefined ? '' : [v.verdict, v.reason, v.works, v.fails, v.unclear].join(' '), is);
  });
}

test('a silent ping proves nothing where no answer of the computer was captured at all', (t) => {
  const v = new Scene().tcp(NAS, PC, 9003, 'oneSided').ping(NAS, PC, false).verdict('ua-icmp');
  t.is(v?.verdict, 'inconclusive');
  t.is(v?.reason, 'only_originator_captured');
});

test('only dynamic ports are presumed', (t) => {
  const s = new Scene().tcp(PC, NAS, 9004).tcp(NAS, PC, 135).tcp(NAS, PC, 49_700);
  t.deepEqual(
    s
      .judge()
      .verdicts.filter((v) => v.presumed)
      .map((v) => v.rule.id),
    ['ua-wmi-dynamic'],
  );
});

test('a verdict counts the failures since the last success and names flows, the most telling first', (t) => {
  const s = new Scene().tcp(PC, NAS, 9004).tcp(NAS, PC, 9003, 'silent');
  s.tcp(NAS, PC, 9003, 'works', 10);
  for (const at of [20, 30, 40, 50, 60]) s.tcp(NAS, PC, 9003, 'refused', at);
  const v = s.verdict('ua-9003');
  t.is(v?.failsSince, 5);
  t.is(v?.fails, 6);
  t.deepEqual(v?.flows, [1, 3, 7, 2]);
  t.deepEqual([...(v?.outcomes ?? [])].sort(), [
    ['established', 1],
    ['no_reply', 1],
    ['refused', 5],
  ]);
});

test('a host that is only a domain controller is no monitored computer, whatever else it is asked', (t) => {
  const s = new Scene().tcp(PC, NAS, 9004);
  for (const port of [445, 135, 88, 389]) s.tcp(NAS, DC, port);
  t.deepEqual(s.computers(), [PC]);
});

test('a domain controller with the agent on it is a monitored computer', (t) => {
  t.deepEqual(new Scene().tcp(NAS, DC, 389).tcp(NAS, DC, 445).tcp(NAS, DC, 9003, 'silent').computers(), [DC]);
});

test('a controller’s port that does not answer makes no controller', (t) => {
  t.deepEqual(new Scene().tcp(NAS, PC, 389, 'silent').tcp(NAS, PC, 445).computers(), [PC]);
});

test('wrong directions and known traffic make no computer', (t) => {
  t.deepEqual(new Scene().tcp(PC, NAS, 9003, 'refused').tcp(NAS, DC, 53).tcp(PC, DC, 445).computers(), []);
});

test('a computer has one row for each of its addresses, IPv6 included', (t) => {
  const s = new Scene().tcp(PC, NAS, 9004).tcp('2001:db8:1::1', '2001:db8::10', 9004);
  t.deepEqual(s.judge([NAS, '2001:db8::10']).computers.map(hostKeyText), [PC, '2001:db8:1::1']);
});

test('a scan of thirty thousand hosts is judged up to the limit and the rest is counted by host', (t) => {
  const s = new Scene();
  for (let i = 0; i < 30_000; i++) {
    const host = `10.${1 + (i >> 14)}.${(i >> 7) & 127}.${i & 127}`;
    s.tcp(NAS, host, 9003, 'silent', 0, 50_000).tcp(NAS, host, 445, 'silent', 0, 50_001);
  }
  const judgement = s.judge();
  t.is(judgement.computers.length, MAX_COMPUTERS);
  t.is(judgement.computersOmitted, 30_000 - MAX_COMPUTERS);
  t.is(judgement.verdicts.length, MAX_COMPUTERS * 10);
});
