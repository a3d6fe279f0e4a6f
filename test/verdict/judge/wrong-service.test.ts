/** What a recognised service does to verdicts: the right one is proof, the wrong one is no success, doubt is neither. */
import test from 'ava';
import { loadPacks } from '../../../src/rules/load.js';
import { RuleMatcher } from '../../../src/rules/match.js';
import type { RuleVerdict } from '../../../src/verdict/words/rule-verdict.js';
import { packFile, packText } from '../../rules/packs.js';
import { NAS, PC, Scene } from '../scene.js';

function words(v: RuleVerdict | undefined): string {
  const service = [v?.serviceConfirmed === true ? 'confirmed' : '', v?.otherService ?? ''].filter((w) => w);
  return `${v?.verdict} ${v?.reason} ${service.join(' ')}`.trim();
}

test('a confirmed wrong service on a required port is no success', (t) => {
  for (const [port, rule, service] of [
    [9003, 'ua-9003', 'http'],
    [135, 'ua-135', 'ssh'],
    [445, 'ua-smb-rpc', 'ssl'],
  ] as const) {
    const scene = new Scene().tcp(NAS, PC, port);
    scene.facts.service(0, service, 'confirmed');
    t.is(words(scene.verdict(rule)), `blocked wrong_service ${service}`);
    t.is(scene.judge().outcomeReason(0), 'wrong_service');
  }
});

test('a service that the rule allows is proof', (t) => {
  for (const service of ['dotnet_remoting', 'negotiate_stream', 'ssl'] as const) {
    const scene = new Scene().tcp(PC, NAS, 9004);
    scene.facts.service(0, service, 'confirmed');
    t.is(words(scene.verdict('ua-9004-in')), 'working works confirmed');
  }
});

test('a suspicion neither proves nor fails a port', (t) => {
  const scene = new Scene().tcp(NAS, PC, 9003);
  scene.facts.service(0, 'dotnet_remoting', 'suspected');
  t.is(words(scene.verdict('ua-9003')), 'working works');
  scene.facts.service(0, 'http', 'suspected');
  t.is(words(scene.verdict('ua-9003')), 'working works http');
});

test('a flow that is seen from the middle cannot have the wrong service', (t) => {
  const scene = new Scene();
  scene.trace.tcp(['> A 100 300 +5', '< A 300 105 +5'], { ip: NAS, port: 50_000 }, { ip: PC, port: 445 });
  scene.facts.service(0, 'http', 'confirmed');
  t.is(words(scene.verdict('ua-smb-rpc')), 'working works http');
  t.is(scene.classes()[0], 'expected rule');
});

test('the right service from the middle is proof', (t) => {
  const scene = new Scene();
  scene.trace.tcp(['> A 100 300 +5', '< A 300 105 +5'], { ip: NAS, port: 50_000 }, { ip: PC, port: 445 });
  scene.facts.service(0, 'smb', 'confirmed');
  t.is(words(scene.verdict('ua-smb-rpc')), 'working works confirmed');
});

test('the wrong service between right ones degrades', (t) => {
  const scene = new Scene()
    .tcp(NAS, PC, 9003)
    .tcp(NAS, PC, 9003, 'works', 10)
    .tcp(NAS, PC, 9003, 'works', 20);
  for (const id of [0, 2]) scene.facts.service(id, 'dotnet_remoting', 'confirmed');
  scene.facts.service(1, 'http', 'confirmed');
  t.is(words(scene.verdict('ua-9003')), 'degraded some_attempts_fail confirmed http');
});

test('a flow that failed by itself keeps its own reason', (t) => {
  const scene = new Scene().tcp(NAS, PC, 9003, 'refused');
  scene.facts.service(0, 'http', 'confirmed');
  t.is(words(scene.verdict('ua-9003')), 'blocked rst_answers_syn');
});

test('two rules for one port each judge by their own services', async (t) => {
  const text = packText('required', [
    'id: web, proto: tcp, ports: [7000], from: server, to: computer, services: [http]',
    'id: shell, proto: tcp, ports: [7000], from: server, to: computer, services: [ssh]',
    'id: any, proto: tcp, ports: [7000], from: server, to: computer',
    'id: foreign, proto: tcp, ports: [7000], from: server, to: computer, services: [own_protocol]',
  ]);
  const use = new RuleMatcher(await loadPacks({ files: [packFile(t, text)] }));
  const scene = new Scene().tcp(NAS, PC, 7000);
  scene.facts.service(0, 'winrm', 'confirmed');
  const judgement = scene.judge([NAS], use);
  t.is(judgement.class(0), 'expected');
  t.is(judgement.outcomeReason(0), 'data_both_ways');
  const own = judgement.verdicts.filter((v) => !v.rule.id.startsWith('ua-'));
  t.deepEqual(Object.fromEntries(own.map((v) => [v.rule.id, words(v)])), {
    web: 'working works confirmed',
    shell: 'blocked wrong_service winrm',
    any: 'working works',
    foreign: 'working works',
  });
});

test('a refused right does not turn a port blocked', (t) => {
  const scene = new Scene().tcp(NAS, PC, 445);
  scene.facts.service(0, 'smb', 'confirmed');
  const what = 'SMB session setup';
  const statusName = 'STATUS_LOGON_FAILURE';
  scene.facts.denied.add({
    flow: 0,
    sec: 0,
    nsec: 0,
    fileIndex: 0,
    frame: 4,
    what,
    status: 0xc000006d,
    statusName,
  });
  t.is(words(scene.verdict('ua-smb-rpc')), 'working works confirmed');
});
