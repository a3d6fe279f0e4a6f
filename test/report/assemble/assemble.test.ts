/** The report's model from judged flows: required rules, wording, counts, limits and what is left out. */
import { Facts } from '../../../src/recognise/facts/facts.js';
import test from 'ava';
import { FlowTable } from '../../../src/flow/table.js';
import { Meter } from '../../../src/flow/meter.js';
import { assembleReport } from '../../../src/report/assemble/assemble.js';
import type { ReportModel, VerdictModel } from '../../../src/report/model/model.js';
import { loadPacks } from '../../../src/rules/load.js';
import { RuleMatcher } from '../../../src/rules/match.js';
import type { RulePack } from '../../../src/rules/words/rule.js';
import { servedPorts } from '../../../src/rules/words/served-ports.js';
import { icmpError, START, tcpPacket, Trace } from '../../flow/script.js';
import { packFile, packText } from '../../rules/packs.js';
import { NAS, packs, PC, Scene } from '../../verdict/scene.js';
import { gateOf } from '../../verdict/judge/gated.js';

/** A scene whose flows land in a meter's table, and its report. */
function report(
  play: (scene: Scene) => unknown,
  use: readonly RulePack[] = packs,
  maxFlows?: number,
): ReportModel {
  const meter = new Meter({
    servedPorts: servedPorts(use),
    ...(maxFlows === undefined ? {} : { maxFlows }),
  });
  const scene = new Scene(new Trace(meter.flows));
  play(scene);
  meter.totals.frames = scene.trace.frame;
  meter.span.include(START, 0);
  meter.span.include(START + 1000, 0);
  const matcher = new RuleMatcher(use);
  const judgement = scene.judge([NAS], matcher);
  const input = {
    files: [],
    meter,
    facts: scene.facts,
    matcher,
    packs: use,
    gate: gateOf(meter, judgement),
    judgement,
    answerWait: 3,
    productPorts: new Set([9003, 9004]),
    interrupted: '',
  };
  return assembleReport(input, { version: '0', commandLine: 'portwitness', now: 0 });
}

function of(model: ReportModel, rule: string): VerdictModel | undefined {
  return [...model.verdicts].find((v) => v.rule === rule);
}

/** All that User Activity always needs. */
function healthy(s: Scene): Scene {
  return s
    .tcp(PC, NAS, 9004)
    .tcp(NAS, PC, 9003)
    .tcp(NAS, PC, 445)
    .tcp(NAS, PC, 135)
    .tcp(NAS, PC, 49_700)
    .ping(NAS, PC, true);
}

test('what is installed, recorded, one-way or only documented does not keep a healthy capture from exit 0', (t) => {
  const model = report(healthy);
  t.is(model.summary.exitCode, 0);
  t.is(model.findings.length, 0);
  t.deepEqual(
    [...model.verdicts].filter((v) => v.required).map((v) => v.rule),
    ['ua-9004-in', 'ua-9003', 'ua-smb-rpc', 'ua-wmi-dynamic', 'ua-135', 'ua-icmp'],
  );
  t.is(of(model, 'ua-udp-138')?.verdict, 'not_observed');
});

test('an unanswerable datagram that was sent is no finding', (t) => {
  const model = report((s) => healthy(s).udp(NAS, PC, 138, false));
  t.is(of(model, 'ua-udp-138')?.verdict, 'inconclusive');
  t.is(model.summary.exitCode, 0);
  t.is(model.findings.length, 0);
});

test('a rule that is only documented is never required, even when it is always in force', async (t) => {
  const mine = packText('required', [
    'id: used, proto: tcp, ports: [7000], from: server, to: computer',
    'id: unused, proto: tcp, ports: [7001], from: server, to: computer, documented_only: true',
  ]);
  const model = report((s) => s.tcp(NAS, PC, 7000), await loadPacks({ files: [packFile(t, mine)] }));
  t.is(of(model, 'unused')?.verdict, 'not_observed');
  t.false(of(model, 'unused')?.required);
  t.true(of(model, 'used')?.required);
  t.regex(of(model, 'unused')?.reason ?? '', /normal: the vendor lists it/);
  t.is(of(model, 'unused')?.nextStep.who, '');
  t.is(of(model, 'unused')?.nextStep.confirm, '');
});

test('what was not observed is called normal only where it is', (t) => {
  const model = report((s) => s.tcp(PC, NAS, 9004));
  t.regex(of(model, 'ua-udp-139')?.reason ?? '', /which is normal/);
  t.regex(of(model, 'ua-smb-video')?.reason ?? '', /normal: .*recording/);
  t.regex(of(model, 'ua-udp-137')?.reason ?? '', /normal: .*installed/);
  t.regex(
    of(model, 'ua-9003')?.reason ?? '',
    /not attempted, or this server.s own outbound firewall stopped it, which leaves no packet/,
  );
  t.regex(of(model, 'ua-9003')?.nextStep.who ?? '', /retry/);
  t.is(model.summary.exitCode, 3);
});

test('findings come worst first, required ones before others', (t) => {
  const model = report((s) =>
    healthy(s)
      .tcp(NAS, PC, 139, 'silent', 50)
      .tcp(NAS, PC, 135, 'silent', 60)
      .udp(NAS, PC, 137, false)
      .ping(NAS, '10.0.1.2', false),
  );
  t.deepEqual(
    model.findings.map((i) => `${model.verdicts.at(i)?.verdict} ${model.verdicts.at(i)?.rule}`),
    ['blocked ua-icmp', 'blocked ua-udp-137', 'degraded ua-135'].concat(
      model.findings.slice(3).map((i) => `${model.verdicts.at(i)?.verdict} ${model.verdicts.at(i)?.rule}`),
    ),
  );
  t.is(model.summary.exitCode, 1);
});

test('a silent SYN is worded as no answer, never as blocked by a firewall', (t) => {
  const v = of(
    report((s) => s.tcp(PC, NAS, 9004).tcp(NAS, PC, 9003, 'silent')),
    'ua-9003',
  );
  t.regex(
    v?.reason ?? '',
    /^No answer to one SYN for TCP 9003 from this server to 10\.0\.1\.1\. Possible:.*stealth mode/,
  );
  t.true(v?.assumptions.includes('stealth_mode_possible'));
  t.is(v?.confidence, 'low');
  t.is(
    v?.evidence[0]?.filter,
    'ip.addr == 10.0.0.10 && ip.addr == 10.0.1.1 && tcp.port == 50001 && tcp.port == 9003',
  );
});

test('the latest failures are counted, not all', (t) => {
  const v = of(
    report((s) => {
      s.tcp(PC, NAS, 9004)
        .tcp(NAS, PC, 9003, 'silent')
        .tcp(NAS, PC, 9003, 'works', 10)
        .tcp(NAS, PC, 9003, 'silent', 20);
    }),
    'ua-9003',
  );
  t.is(v?.reasonCode, 'stopped_working');
  t.regex(v?.reason ?? '', /worked one time, but the latest attempt failed\./);
});

test('a rejection names the device that sent it', (t) => {
  const v = of(
    report((s) => {
      s.tcp(PC, NAS, 9004).tcp(NAS, PC, 9003, 'silent');
      const syn = tcpPacket({ ip: NAS, port: 50_001 }, { ip: PC, port: 9003 }, 'S', 100);
      s.trace.add(icmpError('10.0.0.1', 3, 13, syn), 0.1);
    }),
    'ua-9003',
  );
  t.regex(v?.reason ?? '', /administratively prohibited, sent by 10\.0\.0\.1\.$/);
  t.is(v?.nextStep.who, 'Whoever manages 10.0.0.1, which sent the ICMP message.');
  t.is(v?.location, 'path');
  t.deepEqual(
    v?.attempts.map((mark) => mark.kind),
    ['syn', 'icmp'],
  );
});

test('the command to confirm stands apart from where it is run, and the first action is an order', (t) => {
  const out = report((s) => s.tcp(PC, NAS, 9004).tcp(NAS, PC, 9003, 'silent'));
  t.is(of(out, 'ua-9003')?.nextStep.confirm, 'Test-NetConnection -ComputerName 10.0.1.1 -Port 9003');
  t.is(of(out, 'ua-9003')?.nextStep.confirmWhere, 'on this server');
  t.regex(
    out.summary.action,
    /^Ask the administrator of 10\.0\.1\.1 to allow TCP 9003 in the firewall of 10\.0\.1\.1 .*\.$/,
  );
  t.is(out.summary.confirm, 'Test-NetConnection -ComputerName 10.0.1.1 -Port 9003');
  const inward = of(
    report((s) => s.tcp(PC, NAS, 9004, 'silent')),
    'ua-9004-in',
  );
  t.is(inward?.nextStep.confirm, 'Test-NetConnection -ComputerName 10.0.0.10 -Port 9004');
  t.is(inward?.nextStep.confirmWhere, 'on 10.0.1.1');
  t.regex(
    inward?.nextStep.who ?? '',
    /^The administrator of this server .*between 10\.0\.1\.1 and this server\.$/,
  );
});

test('a failure beside a rule that works comes after what stands behind a finding', (t) => {
  const model = report((s) =>
    healthy(s).tcp(NAS, PC, 139, 'silent').tcp(PC, NAS, 81).tcp(NAS, PC, 9003, 'silent', 99),
  );
  t.deepEqual(
    model.flows.worst(3).map(({ resp, outcome }) => `${resp.port} ${outcome}`),
    ['9003 no_reply', '81 established', '139 no_reply'],
  );
});

test('rules say whether they are required, and why not', (t) => {
  const rules = new Map(report(healthy).rules.map((rule) => [rule.id, rule]));
  t.like(rules.get('ua-9003'), { required: true, caveat: '', oneWay: false });
  t.like(rules.get('ua-udp-138'), { required: false, oneWay: true });
  t.regex(rules.get('ua-udp-138')?.caveat ?? '', /^one way by design/);
  t.is(rules.get('ua-smb-video')?.caveat, 'used only while recording');
});

test('rules show their ports and direction as the rule commands do', (t) => {
  const rules = new Map(report(healthy).rules.map((rule) => [rule.id, `${rule.ports}, ${rule.direction}`]));
  t.is(rules.get('ua-smb-rpc'), 'TCP 139 or 445, server → computer');
  t.is(rules.get('ua-9004-in'), 'TCP 9004, computer → server');
  t.is(rules.get('ua-icmp'), 'ICMP, server → computer');
  t.is(rules.get('ua-wmi-dynamic'), 'TCP 1024-65535, server → computer');
});

test('every flow is listed once, failures of required ports first among the worst', (t) => {
  const model = report((s) => healthy(s).tcp(PC, NAS, 81, 'refused').tcp(NAS, PC, 9003, 'silent', 99));
  const ids: number[] = [];
  for (const flow of model.flows) ids.push(flow.id);
  t.is(model.flows.count, 8);
  t.deepEqual(ids, [...Array(8).keys()]);
  const [first, second] = model.flows.worst(2);
  t.is(`${first?.class} ${first?.outcome}`, 'expected no_reply');
  t.is(`${second?.class} ${second?.outcome}`, 'unexpected refused');
  t.is(model.flows.worst(100).length, 8);
});

test('equal unexpected flows are one group, worst first, and what is left out is counted', (t) => {
  const model = report((s) => {
    s.tcp(PC, NAS, 9004);
    for (let i = 0; i < 5; i++) s.tcp(PC, NAS, 81, 'refused', i);
    for (let port = 1000; port < 1300; port++) s.tcp('10.9.0.1', '10.9.0.2', port);
    s.tcp(PC, NAS, 9003, 'refused');
  });
  t.is(model.unexpected.length, 200);
  t.is(model.unexpected[0]?.respPort, 9003);
  t.regex(model.unexpected[0]?.reason ?? '', /wrong direction/);
  t.is(model.unexpected[1]?.flows, 5);
  t.is(model.unexpectedOmitted, 302 - 200);
});

test('totals add up over all flows', (t) => {
  const model = report((s) => healthy(s).tcp(PC, NAS, 81, 'refused'));
  const sum = (record: Readonly<Record<string, number>>): number =>
    Object.values(record).reduce((a, b) => a + b, 0);
  const { totals } = model;
  t.is(totals.flows, 7);
  t.is(sum(totals.byOutcome), 7);
  t.is(sum(totals.byClass), 7);
  t.is(sum(totals.byConnState), 7);
  t.is(sum(totals.byVerdict), model.verdicts.length);
  t.deepEqual(totals.byRequiredVerdict, { working: 6 });
  t.is(totals.hosts, 2);
});

test('what was looked for and not found is said with numbers, and only then', (t) => {
  const clean = report(healthy).notFound.join('\n');
  for (const words of [
    'reset (in 5 TCP flows)',
    'refused',
    'without an answer',
    'half open',
    'twice',
    'wrong direction',
    'ICMP error',
    'unexpected',
  ]) {
    t.true(clean.includes(words), words);
  }
  const bad = report((s) =>
    healthy(s).tcp(PC, NAS, 9003, 'refused').tcp(NAS, PC, 9003, 'silent', 50),
  ).notFound.join('\n');
  for (const words of ['reset', 'refused', 'without an answer', 'wrong direction', 'unexpected'])
    t.false(bad.includes(words), words);
});

test('flows dropped from memory are a limit, a serious defect, and no success', (t) => {
  const model = report((s) => healthy(healthy(s)), packs, 8);
  t.true(model.limits.some(({ name, count }) => name === 'flows' && count > 0));
  t.is(model.quality[0]?.code, 'flows_evicted');
  t.not(model.summary.exitCode, 0);
});

test('an empty capture has no times, no verdicts and no success', (t) => {
  const meter = new Meter({});
  t.true(meter.flows instanceof FlowTable);
  const judgement = new Scene(new Trace(meter.flows)).judge([]);
  const input = {
    files: [],
    meter,
    matcher: new RuleMatcher(packs),
    packs,
    facts: new Facts(),
    gate: gateOf(meter, judgement),
    judgement,
    answerWait: 3,
    productPorts: new Set([9003, 9004]),
    interrupted: '',
  };
  const model = assembleReport(input, { version: '0', commandLine: '', now: 0 });
  t.is(model.firstTime, null);
  t.is(model.summary.exitCode, 3);
  t.is(model.quality[0]?.code, 'no_frames');
  t.is(model.verdicts.length, 0);
});

test('silence that begins at this server sends its own administrator, with a command for this server', (t) => {
  const model = report((scene) => scene.tcp(NAS, PC, 9003).tcp(PC, NAS, 9004, 'silent', 1));
  const verdict = of(model, 'ua-9004-in');
  t.is(verdict?.location, 'this_server');
  t.regex(verdict?.reason ?? '', /arrived at this server, and no answer left it/);
  t.regex(verdict?.nextStep.who ?? '', /^The administrator of this server \(/);
  t.is(verdict?.nextStep.confirmWhere, 'on this server');
  t.is(verdict?.nextStep.confirm, 'Get-NetTCPConnection -State Listen -LocalPort 9004');
});
