/** What the payload showed beside the ports: every kind, whose it is, what is not worth a word, and the limit. */
import test from 'ava';
import type { AccessDenied, FailedLookup } from '../../../src/recognise/facts/facts.js';
import { MAX_OBSERVATIONS, observe } from '../../../src/verdict/flows/observations.js';
import type { Named, Observations } from '../../../src/verdict/flows/observations.js';
import { START } from '../../flow/script.js';
import { DC, NAS, PC, Scene } from '../scene.js';
import { bound, called, dcomBinding, named } from '../shown.js';

const LABELS: ReadonlyMap<string, Named> = new Map([
  ['nas01', 'server'],
  ['pc1', 'computer'],
]);

function seen(flow: number): { flow: number; sec: number; nsec: number; fileIndex: number; frame: number } {
  return { flow, sec: START, nsec: 0, fileIndex: 0, frame: 7 };
}

function observed(scene: Scene): Observations {
  const { rpc, server, computers } = scene.judge();
  return observe(scene.trace.table, scene.facts, rpc, {
    server: server.keys,
    computers: new Set(computers),
    productPorts: new Set([9003, 9004]),
    hostLabels: LABELS,
  });
}

function words(scene: Scene): string[] {
  return observed(scene).list.map((o) =>
    `${o.code} ${o.what} ${o.detail} x${o.count}${o.own ? '' : ' others'}`.replace('  ', ' '),
  );
}

function denied(scene: Scene, flow: number, other: Partial<AccessDenied> = {}): void {
  const fact = { ...seen(flow), what: 'tree connect \\\\PC1\\ADMIN$', status: 0xc0000022, ...other };
  scene.facts.denied.add({ statusName: 'STATUS_ACCESS_DENIED', ...fact });
}

function failed(scene: Scene, flow: number, name: string, other: Partial<FailedLookup> = {}): void {
  scene.facts.failedLookups.add({ ...seen(flow), name, source: 'dns', error: 'NXDOMAIN', ...other });
}

test('a refused right is told once with its number, for each pair of hosts', (t) => {
  const scene = new Scene().tcp(NAS, PC, 445).tcp(NAS, PC, 445).tcp(NAS, '10.0.1.2', 445);
  for (const flow of [0, 1, 1, 2]) denied(scene, flow);
  denied(scene, 2, { status: 0x1234, statusName: '' });
  t.deepEqual(words(scene), [
    'access_denied tree connect \\\\PC1\\ADMIN$ STATUS_ACCESS_DENIED x3',
    'access_denied tree connect \\\\PC1\\ADMIN$ STATUS_ACCESS_DENIED x1',
    'access_denied tree connect \\\\PC1\\ADMIN$ status 0x1234 x1',
  ]);
  t.is(scene.verdict('ua-smb-rpc')?.verdict, 'working');
});

test('a right refused between others, or to a host that is not monitored, is not this server’s', (t) => {
  const scene = new Scene().tcp(PC, NAS, 9004).tcp(PC, DC, 445).tcp('10.0.7.7', NAS, 445);
  for (const flow of [0, 1, 2]) denied(scene, flow);
  t.deepEqual(
    observed(scene).list.map((o) => o.own),
    [true, false, false],
  );
});

test('remoting in clear text is told of the product’s ports only', (t) => {
  const scene = new Scene().tcp(NAS, PC, 9003).tcp(NAS, PC, 8080);
  for (const flow of [0, 0, 1]) {
    scene.facts.details.add({ ...seen(flow), service: 'dotnet_remoting', text: 'tcp://pc1:9003/UAVRAgent' });
  }
  scene.facts.details.add({ ...seen(0), service: 'ssl', text: 'offers TLSv12' });
  t.deepEqual(words(scene), ['clear_remoting TCP 9003 x2']);
});

test('failed look-ups count for hosts of the report, by whatever suffix and case', (t) => {
  const scene = new Scene().tcp(NAS, PC, 9003).udp(PC, DC, 53, true, 50_000).udp(NAS, DC, 53, true, 50_001);
  failed(scene, 1, 'NAS01.example.test');
  failed(scene, 2, 'pc1', { source: 'nbns', error: 'no answer' });
  failed(scene, 1, 'nas011.example.test');
  failed(scene, 1, 'wpad.example.test');
  failed(scene, 1, '');
  t.deepEqual(words(scene), [
    'lookup_failed NAS01.example.test dns: NXDOMAIN x1',
    'lookup_failed pc1 nbns: no answer x1 others',
  ]);
});

test('a name that the same client found in the end is no failure, found by another client it is', (t) => {
  const scene = new Scene().tcp(NAS, PC, 9003).udp(PC, DC, 53, true, 50_000).udp(NAS, DC, 53, true, 50_001);
  failed(scene, 1, 'nas01.wrong.test');
  const learned = { address: NAS, name: 'nas01.example.test' };
  scene.facts.names.add({ ...seen(2), ...learned, source: 'dns' });
  scene.facts.names.add({ ...seen(1), ...learned, source: 'ntlm' });
  t.is(words(scene).length, 1);
  scene.facts.names.add({ ...seen(1), ...learned, source: 'dns' });
  t.deepEqual(words(scene), []);
});

/** 135 was asked in flow 1 and named 49,700. */
function told(from = NAS, to = PC): Scene {
  const scene = new Scene().tcp(NAS, PC, 9003).tcp(from, to, 135);
  bound(scene, 1);
  return scene;
}

test('a port that was named and never tried is told with its interface', (t) => {
  const scene = told();
  named(scene, 1, 49_700);
  t.deepEqual(words(scene), ['port_named_not_tried TCP 49700 svcctl x1']);
});

test('a port that was tried is not, answered or silent, earlier or later, at any address of the host', (t) => {
  for (const [to, course, at] of [
    [PC, 'works', 1],
    [PC, 'silent', 1],
    [PC, 'works', -5],
    ['10.0.1.77', 'works', 1],
  ] as const) {
    const scene = told();
    dcomBinding(scene, 1, 'PC1', 49_700);
    dcomBinding(scene, 1, '10.0.1.77', 49_701);
    const port = to === PC ? 49_700 : 49_701;
    // One answer lists the ways to one object.
    Object.assign(scene.facts.mappings.items[1] ?? {}, { frame: scene.facts.mappings.items[0]?.frame });
    t.is(words(scene.tcp(NAS, to, port, course, at)).length, 0, `${to} ${course} ${at}`);
  }
});

test('a port that another host tried, or on another host, is still not tried', (t) => {
  const byOther = told().tcp('10.0.7.7', PC, 49_700);
  const onOther = told().tcp(NAS, '10.0.1.2', 49_700);
  for (const scene of [byOther, onOther]) {
    named(scene, 1, 49_700);
    t.is(words(scene).length, 1);
  }
});

test('ports that others asked for, and the list of all endpoints, are not told', (t) => {
  const byOther = told('10.0.7.7', PC);
  const ofServer = told(PC, NAS);
  const listed = told();
  called(listed, 1, 0, { opnum: 2, operation: 'ept_lookup' });
  for (const scene of [byOther, ofServer, listed]) {
    named(scene, 1, 49_700);
    t.deepEqual(words(scene), []);
  }
});

test('observations are bounded, and those left out are counted', (t) => {
  const scene = new Scene().tcp(NAS, PC, 445);
  for (let i = 0; i < MAX_OBSERVATIONS; i++) denied(scene, 0, { what: `right ${i}` });
  for (let flow = 1; flow <= 3; flow++) {
    scene.tcp(NAS, PC, 445);
    denied(scene, flow, { what: `right of flow ${flow}` });
    denied(scene, flow, { what: 'right 0' });
  }
  const found = observed(scene);
  t.is(found.list.length, MAX_OBSERVATIONS);
  t.is(found.omitted, 3);
  t.is(found.list[0]?.count, 4);
});
