/** From facts of payload to the report's rows, and to the JSON. */
import test from 'ava';
import { Origin } from '../../../src/flow/record/origin.js';
import { Facts } from '../../../src/recognise/facts/facts.js';
import type { PortMapping, SeenIn } from '../../../src/recognise/facts/facts.js';
import { Weird } from '../../../src/decode/packet/weird.js';
import { Meter } from '../../../src/flow/meter.js';
import { assembleReport } from '../../../src/report/assemble/assemble.js';
import { MAX_JSON_PORT_MAPPINGS } from '../../../src/report/json/arrays.js';
import { writeJson } from '../../../src/report/json/write.js';
import type { ReportModel } from '../../../src/report/model/model.js';
import { serviceLabel } from '../../../src/report/text/wording.js';
import { servedPorts } from '../../../src/rules/words/served-ports.js';
import { START, Trace } from '../../flow/script.js';
import { matcher, NAS, packs, PC, Scene } from '../../verdict/scene.js';
import { collected } from '../collect.js';
import { healthy } from '../fixture.js';
import { FILE, payload, stamp } from '../parts.js';
import { gateOf } from '../../verdict/judge/gated.js';

const DRSUAPI = 'e3514235-4b06-11d1-ab04-00c04fc2dcd2';

function report(play: (scene: Scene, meter: Meter) => unknown, maxFlows = 1000): ReportModel {
  const meter = new Meter({ servedPorts: servedPorts(packs), maxFlows });
  const scene = new Scene(new Trace(meter.flows));
  play(scene, meter);
  meter.span.include(START, 0);
  const input = {
    files: [],
    meter,
    facts: scene.facts,
    matcher,
    packs,
    gate: gateOf(meter, scene.judge([NAS])),
    judgement: scene.judge([NAS]),
    answerWait: 3,
    productPorts: new Set([9003, 9004]),
    interrupted: '',
  };
  return assembleReport(input, { version: '0', commandLine: '', now: 0 });
}

function seen(flow: number, sec = START): SeenIn {
  return { flow, sec, nsec: 500, fileIndex: 0, frame: 7 };
}

function mapped(flow: number, more: Partial<PortMapping> = {}): PortMapping {
  return {
    ...seen(flow),
    address: '',
    port: 49_700,
    uuid: DRSUAPI,
    name: 'drsuapi',
    source: 'ept_map',
    host: '',
    ...more,
  };
}

test('a flow carries its service and how sure that is; people read it in words', (t) => {
  const model = report((s) => {
    s.tcp(NAS, PC, 9003).tcp(NAS, PC, 49_800).tcp(NAS, PC, 445);
    s.facts.service(0, 'dotnet_remoting', 'confirmed');
    s.facts.service(1, 'rdp', 'suspected');
  });
  const services: string[][] = [];
  for (const one of model.flows) services.push([one.service, one.serviceCertainty, serviceLabel(one)]);
  t.deepEqual(services, [
    ['dotnet_remoting', 'confirmed', 'dotnet_remoting'],
    ['rdp', 'suspected', 'rdp (suspected)'],
    ['', '', ''],
  ]);
  t.is(model.flows.at(1)?.resp.port, 49_800);
  t.is(model.flows.at(3), undefined);
  t.is(model.flows.at(-1), undefined);
});

test('unexpected flows of two services on one port are two groups', (t) => {
  const model = report((s) => {
    s.tcp(NAS, PC, 9004).tcp(NAS, PC, 9004).tcp(NAS, PC, 9004);
    s.facts.service(0, 'rdp', 'confirmed');
    s.facts.service(1, 'ssh', 'suspected');
    s.facts.service(2, 'ssh', 'suspected');
  });
  t.deepEqual(model.unexpected.map((one) => `${one.flows} ${serviceLabel(one)}`).sort(), [
    '1 rdp',
    '2 ssh (suspected)',
  ]);
});

test('a mapping without an address is on the host that answered', (t) => {
  const model = report((s) => {
    s.tcp(NAS, PC, 135);
    s.facts.mappings.add(mapped(0));
    s.facts.mappings.add(mapped(0, { address: '0.0.0.0' }));
    s.facts.mappings.add(mapped(0, { address: '10.9.9.9' }));
  });
  t.deepEqual(
    [...model.payload.portMappings].map((one) => one.address),
    [PC, PC, '10.9.9.9'],
  );
  t.is([...model.payload.portMappings].length, 3, 'rows can be asked for again');
});

test('what was malformed on a forgotten flow is not told of the flow that took its place', (t) => {
  const model = report((s, meter) => {
    s.tcp(NAS, PC, 135).tcp(NAS, PC, 445, 'works', 60);
    const at = { sec: START, nsec: 0, fileIndex: 0 };
    meter.firstWeirds.set(Weird.UdpLengthMismatch, { flow: 0, ...at, frame: 1 });
    meter.firstWeirds.set(Weird.BadTcpHeaderLen, { flow: 0, ...at, sec: START + 60, frame: 8 });
    meter.firstWeirds.set(Weird.TruncatedIp, { flow: -1, ...at, frame: 9 });
  }, 1);
  t.deepEqual(
    [...model.payload.weirds].map((one) => [one.name, one.flow]),
    [
      ['UDP_datagram_length_mismatch', -1],
      ['bad_TCP_header_len', 0],
      ['truncated_IP', -1],
    ],
  );
});

test('services beside: RPC in pipes, NTLM and TLS, each once', (t) => {
  const model = report((s) => {
    s.tcp(NAS, PC, 445).tcp(NAS, PC, 135);
    const bind = {
      uuid: DRSUAPI,
      version: 4,
      name: 'drsuapi',
      result: 0,
      authType: -1,
      authLevel: -1,
      secondaryAddress: '',
      nakReason: -1,
      alter: false,
    };
    s.facts.binds.add({ ...seen(0), ...bind, transport: 'lsass' });
    s.facts.binds.add({ ...seen(0), ...bind, transport: 'lsass' });
    s.facts.binds.add({ ...seen(1), ...bind, transport: 'tcp' });
    s.facts.tls.add({ ...seen(0), version: 'TLSv12', serverName: '', alert: -1 });
  });
  t.deepEqual(model.payload.servicesBeside(0), ['dce_rpc', 'ssl']);
  t.deepEqual(model.payload.servicesBeside(1), []);
});

test('a weird in payload is listed once for each flow, with the flow and frame that were read', (t) => {
  const facts = new Facts();
  facts.weird('before_anything_was_read');
  const from = new Origin();
  facts.reading = from;
  for (const [flow, frame] of [
    [4, 10],
    [4, 11],
    [9, 12],
    [4, 13],
  ] as const) {
    from.flow = flow;
    from.frame = frame;
    facts.weird('SMB_malformed_message');
  }
  t.deepEqual(
    facts.weirdsSeen.items.map((one) => [one.name, one.flow, one.frame]),
    [
      ['SMB_malformed_message', 4, 10],
      ['SMB_malformed_message', 9, 12],
    ],
  );
  t.is(facts.weirds.get('SMB_malformed_message'), 4);
  t.is(facts.weirds.get('before_anything_was_read'), 1);
});

test('the report lists weirds of payload and the limits that facts reached', (t) => {
  const model = report((s) => {
    s.tcp(NAS, PC, 135);
    s.facts.weird('SMB_malformed_message');
    s.facts.mappings.dropped = 5;
  });
  t.deepEqual(model.weirds, [{ name: 'SMB_malformed_message', count: 1 }]);
  t.is(model.limits.find((one) => one.name === 'payload_port_mappings')?.count, 5);
  t.is(model.payload.portMappingsOmitted, 5);
});

test('the JSON holds so many port mappings and counts the rest', async (t) => {
  const one = {
    flow: 3,
    time: stamp(2),
    file: FILE,
    frame: 38,
    address: PC,
    port: 49_667,
    interfaceName: 'lsarpc',
    uuid: '',
    source: 'dcom',
    host: 'WS01',
  } as const;
  const portMappings = Array.from({ length: MAX_JSON_PORT_MAPPINGS + 2 }, () => one);
  const model = { ...healthy(), payload: payload({ portMappings, portMappingsOmitted: 40 }) };
  const parsed = JSON.parse(await collected(writeJson, model)) as Record<string, unknown>;
  t.is(parsed['port_mappings_omitted'], 42);
  const mappings = parsed['port_mappings'] as readonly unknown[];
  t.is(mappings.length, MAX_JSON_PORT_MAPPINGS);
  t.deepEqual(mappings[0], {
    address: PC,
    port: 49_667,
    interface: 'lsarpc',
    uuid: null,
    source: 'dcom',
    host: 'WS01',
    flow: 3,
    file: FILE,
    frame: 38,
    time: stamp(2).iso,
  });
});
