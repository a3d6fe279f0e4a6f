/** A SYN that is refused or rejected and accepted when it comes again: the port works, and what happens first is told. */
import test from 'ava';
import { locationText } from '../../src/report/assemble/words/location-text.js';
import { Locator } from '../../src/verdict/locate/locate.js';
import { parseAddress } from '../../src/flow/record/address.js';
import { hostKeyOf } from '../../src/verdict/words/host-key.js';
import { FlowScan } from '../../src/verdict/hosts/flow-scan.js';
import type { RuleVerdict } from '../../src/verdict/words/rule-verdict.js';
import { icmpError, tcpPacket } from '../flow/script.js';
import { NAS, PC, Scene } from './scene.js';

const SERVER6 = 'fd00::10';
const PC6 = 'fd00:1::21';
const SERVED = [
  '> A 101 301',
  '> A 101 301 +5',
  '< A 301 106 +5',
  '> FA 106 306',
  '< FA 306 107',
  '> A 107 307',
];

function verdictOn(scene: Scene, rule: string): RuleVerdict {
  const v = scene
    .judge([NAS, SERVER6])
    .verdicts.find((one) => one.rule.id === rule && one.works + one.fails > 0);
  if (v === undefined) throw new Error(rule);
  return v;
}

function placeOf(scene: Scene, rule: string): string {
  const v = verdictOn(scene, rule);
  const server = new Set([NAS, SERVER6].map((text) => hostKeyOf(parseAddress(text)!)));
  const place = { point: 'unknown', shownBy: { code: 'server_not_in_capture' } } as const;
  const located = new Locator(new FlowScan(scene.trace.table, 9003, 9004), server, [v], place).locate(v);
  return `${located?.location}: ${locationText(located?.steps ?? [])}`;
}

test('a service that starts late refuses once and serves from then on: working', (t) => {
  const scene = new Scene();
  const start = ['> S 100', '< RA 0 101', '@0.5 > S 100', '@0.5 < SA 300 101', ...SERVED];
  scene.trace.tcp(start, { ip: SERVER6, port: 50_101 }, { ip: PC6, port: 9003 });
  for (let i = 1; i < 4; i++) scene.tcp(SERVER6, PC6, 9003, 'works', i * 60);
  const v = verdictOn(scene, 'ua-9003');
  t.like(v, { verdict: 'working', works: 4, fails: 0 });
});

test('every session on 445 is refused first: degraded, and it is not called slow', (t) => {
  const scene = new Scene();
  for (let i = 0; i < 3; i++) {
    const at = i * 60;
    const lines = [`@${at} > S 100`, `< RA 0 101`, `@${at + 2} > S 100`, `< SA 300 101`, ...SERVED];
    scene.trace.tcp(lines, { ip: SERVER6, port: 50_001 + i }, { ip: PC6, port: 445 });
  }
  t.like(verdictOn(scene, 'ua-smb-rpc'), {
    verdict: 'degraded',
    reason: 'reset_at_first',
    works: 3,
    fails: 0,
  });
});

test('a later connection on the same ports is another one', (t) => {
  const scene = new Scene();
  const first = ['> S 100', '< RA 0 101', '@0.5 > S 100', '< SA 300 101', ...SERVED];
  const ends = [
    { ip: NAS, port: 50_001 },
    { ip: PC, port: 9003 },
  ] as const;
  scene.trace.tcp(first, ...ends);
  scene.trace.tcp(['@1 > S 5000', '< SA 300 5001', '> A 5001 301 +5', '< A 301 5006 +5'], ...ends);
  t.is(verdictOn(scene, 'ua-9003').works, 2);
});

test('a router that rejects each first SYN by ICMP is named', (t) => {
  for (const [from, to, sender, type, code] of [
    [NAS, PC, '10.9.9.9', 3, 13],
    [SERVER6, PC6, 'fd00:9::1', 1, 1],
  ] as const) {
    const scene = new Scene();
    for (let i = 0; i < 2; i++) {
      const at = i * 60;
      const ends = [
        { ip: from, port: 50_001 + i },
        { ip: to, port: 135 },
      ] as const;
      scene.trace.tcp([`@${at} > S 100`], ...ends);
      scene.trace.add(icmpError(sender, type, code, tcpPacket(...ends, 'S', 100)), at + 0.001);
      scene.trace.tcp([`@${at + 1} > S 100`, '< SA 300 101', ...SERVED], ...ends);
    }
    const v = verdictOn(scene, 'ua-135');
    t.like(v, { verdict: 'degraded', reason: 'rejected_at_first' });
    t.regex(placeOf(scene, 'ua-135'), new RegExp(`^path: ${sender}, a device on the way`));
  }
});

test('an ACK of an older connection before each SYN-ACK is told as that', (t) => {
  const scene = new Scene();
  for (let i = 0; i < 2; i++) {
    const at = i * 60;
    const lines = [`@${at} > S 100`, '< A 700 55', '> R 55', `@${at + 1} > S 100`, '< SA 300 101', ...SERVED];
    scene.trace.tcp(lines, { ip: PC, port: 50_001 + i }, { ip: NAS, port: 9004 });
  }
  t.like(verdictOn(scene, 'ua-9004-in'), { verdict: 'degraded', reason: 'old_connection_answers' });
  t.regex(placeOf(scene, 'ua-9004-in'), /older connection on the same ports/);
});

test('a SYN-ACK that acknowledges another number fails, and blames no originator', (t) => {
  const scene = new Scene();
  const lines = ['> S 100', '< SA 300 7000', '> R 7000', '@3 > S 100', '< SA 300 7000', '> R 7000'];
  scene.trace.tcp(lines, { ip: SERVER6, port: 50_001 }, { ip: PC6, port: 445 });
  scene.trace.tcp(lines, { ip: SERVER6, port: 50_002 }, { ip: PC6, port: 139 });
  t.like(verdictOn(scene, 'ua-smb-rpc'), { verdict: 'blocked', reason: 'synack_unfit' });
  t.regex(placeOf(scene, 'ua-smb-rpc'), /^unknown: .*number that was never sent/);
});
