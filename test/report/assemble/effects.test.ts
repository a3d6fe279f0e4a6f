/** Captures in which the payload decides, through the whole pipeline: what a reader is told about them. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import type { ExecutionContext } from 'ava';
import { text } from '../../../captures/recipes/craft/bytes.js';
import { computer, nas01 } from '../../../captures/recipes/craft/hosts.js';
import { TcpConversation } from '../../../captures/recipes/craft/tcp.js';
import { asPcapng, Wire } from '../../../captures/recipes/craft/wire.js';
import type { Host } from '../../../captures/recipes/craft/wire.js';
import * as rpc from '../../../captures/recipes/payload/dce-rpc.js';
import { remotingCall, remotingReturn } from '../../../captures/recipes/payload/dotnet-remoting.js';
import { analyze } from '../../../src/analysis.js';
import { assembleReport } from '../../../src/report/assemble/assemble.js';
import type { ReportModel, VerdictModel } from '../../../src/report/model/model.js';
import { sampleReport } from '../../../captures/recipes/reports.js';
import { Meter } from '../../../src/flow/meter.js';
import { START as PACKET_TIME, Trace } from '../../flow/script.js';
import { matcher, NAS, packs, PC, Scene } from '../../verdict/scene.js';
import { clientHello, serverHello, tlsRecord } from '../../recognise/driver/messages.js';
import { gateOf } from '../../verdict/judge/gated.js';

const CALL = remotingCall('tcp://ws01:9003/UAVRAgent', 'GetStatus', 'Example.UAVRAgent, Example');
const BAD_REQUEST = text('HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n');
const BANNER = text('SSH-2.0-OpenSSH_9.6\r\n');

interface Stage {
  readonly wire: Wire;
  readonly nas: Host;
  readonly pc: Host;
}

/** The report of what is played; the capture goes on for a minute. */
async function report(t: ExecutionContext, play: (stage: Stage) => unknown): Promise<ReportModel> {
  const nas = nas01();
  const stage: Stage = { wire: new Wire(nas, { seed: 1 }), nas, pc: computer(1) };
  play(stage);
  stage.wire.udp(60e9, nas, 5000, computer(9), 5000, text('the end'));
  const folder = mkdtempSync(join(tmpdir(), 'effects-'));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, 'one.pcapng');
  writeFileSync(path, asPcapng(stage.wire.frames(), { comment: '' }));
  const analysis = await analyze({
    inputs: [path],
    packs,
    server: [{ version: 4, words: [0x0a14000a, 0, 0, 0] }],
    agentPort: 9003,
    serverPort: 9004,
    answerWait: 3,
  });
  return assembleReport(analysis, { version: '0', commandLine: '', now: PACKET_TIME });
}

function of(model: ReportModel, rule: string): VerdictModel {
  const found = [...model.verdicts].find((v) => v.rule === rule);
  if (found === undefined) throw new Error(`no verdict of ${rule}`);
  return found;
}

function serviceOf(model: ReportModel, port: number): string {
  for (const flow of model.flows) if (flow.resp.port === port) return flow.service;
  return '';
}

test('a web server on the agent port is named, and nothing is called working', async (t) => {
  const model = await report(t, ({ wire, nas, pc }) =>
    new TcpConversation(wire, nas, pc, 9003, 1).connect().exchange(CALL, BAD_REQUEST).close(),
  );
  const v = of(model, 'ua-9003');
  t.is(
    `${v.verdict} ${v.reasonCode} ${v.location} ${v.confidence}`,
    'blocked wrong_service remote_host high',
  );
  t.regex(v.reason, /^TCP 9003 .* answers, but with HTTP instead of \.NET Remoting, NegotiateStream or TLS:/);
  t.regex(v.nextStep.who, /which program listens on the port/);
  t.is(v.nextStep.confirm, 'Get-NetTCPConnection -State Listen -LocalPort 9003');
  t.regex(v.nextStep.confirmWhere, /10\.20\.1\.21/);
  t.is(model.unexpected[0]?.reason, 'wrong service on a required port');
  t.is(model.summary.exitCode, 1);
  t.true(model.weirds.some(({ name, count }) => name === 'service_mismatch' && count === 1));
});

test('another program on the server port is looked for on this server', async (t) => {
  const model = await report(t, ({ wire, nas, pc }) =>
    new TcpConversation(wire, pc, nas, 9004, 1).connect().exchange(CALL, BAD_REQUEST).close(),
  );
  const v = of(model, 'ua-9004-in');
  t.is(`${v.verdict} ${v.reasonCode} ${v.location}`, 'blocked wrong_service this_server');
  t.is(v.nextStep.confirmWhere, 'on this server');
});

test('SSH on 135 is no endpoint mapper, whoever speaks first', async (t) => {
  const model = await report(t, ({ wire, nas, pc }) => {
    const tcp = new TcpConversation(wire, nas, pc, 135, 1).connect();
    tcp.data('server', BANNER).data('client', rpc.bind(1, rpc.EPMAPPER)).close();
  });
  t.is(of(model, 'ua-135').reasonCode, 'wrong_service');
  t.is(serviceOf(model, 135), 'ssh');
});

test('TLS on the server port is proof like clear remoting, without the finding', async (t) => {
  const hello = tlsRecord(22, clientHello('nas01.example.test'));
  const model = await report(t, ({ wire, nas, pc }) =>
    new TcpConversation(wire, pc, nas, 9004, 1)
      .connect()
      .exchange(hello, tlsRecord(22, serverHello(0x0303)))
      .close(),
  );
  const v = of(model, 'ua-9004-in');
  t.is(`${v.verdict} ${v.confidence}`, 'working high');
  t.false(v.assumptions.includes('service_not_verified'));
  t.deepEqual(model.observations, []);
});

test('clear remoting is proof and a finding', async (t) => {
  const model = await report(t, ({ wire, nas, pc }) => {
    const tcp = new TcpConversation(wire, nas, pc, 9003, 1).connect();
    tcp.exchange(CALL, remotingReturn()).exchange(CALL, remotingReturn()).close();
  });
  t.is(of(model, 'ua-9003').confidence, 'high');
  t.deepEqual(
    model.observations.map(({ code, level, count }) => `${code} ${level} ${count}`),
    ['clear_remoting warning 1'],
  );
  t.regex(model.observations[0]?.text ?? '', /CVE-2022-31199/);
});

test('what nobody recognises works, with the assumption said', async (t) => {
  const model = await report(t, ({ wire, nas, pc }) =>
    new TcpConversation(wire, nas, pc, 9003, 1)
      .connect()
      .exchange(text('\u0001ab'), text('\u0002cd'))
      .close(),
  );
  const v = of(model, 'ua-9003');
  t.is(v.verdict, 'working');
  t.true(v.assumptions.includes('service_not_verified'));
});

test('a silent dynamic port tells which interface and which frame named it', async (t) => {
  const model = await report(t, ({ wire, nas, pc }) => {
    new TcpConversation(wire, nas, pc, 135, 1)
      .connect()
      .exchange(rpc.bind(1, rpc.EPMAPPER), rpc.bindAck(1, 135))
      .exchange(rpc.eptMapRequest(2, rpc.SVCCTL), rpc.eptMapResponse(2, rpc.SVCCTL, 49_671, '10.20.1.21'))
      .close();
    new TcpConversation(wire, nas, pc, 49_671, 2).silent();
  });
  const v = of(model, 'ua-wmi-dynamic');
  t.regex(
    v.reason,
    /^No answer to 3 SYNs for TCP 49671 .* Port named by the endpoint mapper for svcctl in frame 7\.$/,
  );
  t.deepEqual(model.observations, []);
});

test('a named port that is never tried is a note with the frame', async (t) => {
  const model = await report(t, ({ wire, nas, pc }) =>
    new TcpConversation(wire, nas, pc, 135, 1)
      .connect()
      .exchange(rpc.bind(1, rpc.EPMAPPER), rpc.bindAck(1, 135))
      .exchange(rpc.eptMapRequest(2, rpc.SVCCTL), rpc.eptMapResponse(2, rpc.SVCCTL, 49_671, '10.20.1.21'))
      .close(),
  );
  const [one] = model.observations;
  t.is(`${one?.code} ${one?.level}`, 'port_named_not_tried note');
  t.deepEqual(one?.evidence.frames, [7]);
  t.regex(one?.text ?? '', /told .* to use TCP 49671 for svcctl, but no connection to it was seen/);
});

test('135 that fails beside the pipe on 445 works by a detour, with the delay', async (t) => {
  const model = await sampleReport('rpc-silent-smb-works.pcapng');
  const v = of(model, 'ua-135');
  t.is(`${v.verdict} ${v.reasonCode}`, 'degraded scm_fallback');
  t.regex(
    v.reason,
    /works by a detour: TCP 135 fails, the service control manager reached \\pipe\\svcctl on 445 21\.\d s later\./,
  );
  t.true(v.evidence.some(({ filter }) => filter.includes('tcp.port == 445')));
});

test('limits of recognition and names at odds are told, and only when they were reached', (t) => {
  const meter = new Meter({});
  const scene = new Scene(new Trace(meter.flows)).tcp(NAS, PC, 9003);
  const limits = (): string[] => {
    const input = {
      files: [],
      meter,
      facts: scene.facts,
      matcher,
      packs,
      gate: gateOf(meter, scene.judge()),
      judgement: scene.judge(),
      answerWait: 3,
      productPorts: new Set([9003, 9004]),
      interrupted: '',
    };
    const model = assembleReport(input, { version: '0', commandLine: '', now: 0 });
    return model.limits.map(({ name, count }) => `${name} ${count}`);
  };
  t.deepEqual(limits(), []);
  scene.facts.conversationsDropped = 3;
  scene.facts.mappings.dropped = 2;
  for (const name of ['pc1.example.test', 'other.example.test']) {
    const seen = { flow: 0, sec: 0, nsec: 0, fileIndex: 0, frame: 1 };
    scene.facts.names.add({ ...seen, address: PC, name, source: 'dns' });
  }
  t.deepEqual(limits(), ['conversations 3', 'name_conflicts 1', 'payload_port_mappings 2']);
});
