/** Where a dynamic port came from: binds, answers of the mapper, activations, and what is only presumed. */
import test from 'ava';
import { MAX_FACTS_PER_FLOW } from '../../../src/recognise/facts/facts.js';
import { attributionText } from '../../../src/report/assemble/words/phrases.js';
import { NAS, PC, Scene } from '../scene.js';
import { bound, called, dcomBinding, named } from '../shown.js';

/** The agent's port (flow 0) and an exchange on 135 (flow 1) that was read. */
function asked(host = PC): Scene {
  const scene = new Scene().tcp(NAS, PC, 9003).tcp(NAS, host, 135);
  bound(scene, 1, 0, { name: 'epmapper' });
  called(scene, 1);
  return scene;
}

/** Class, reason, and where the port of the last flow came from. */
function last(scene: Scene): string {
  const id = scene.trace.table.count - 1;
  const judgement = scene.judge();
  const from = attributionText(judgement.rpc.attribute(scene.trace.flow(id))).replace(/frame \d+/, 'frame N');
  return `${judgement.class(id)} ${judgement.classReason(id)}: ${from}`;
}

test('a port that was named before is expected, with the interface and the frame', (t) => {
  const scene = asked();
  named(scene, 1, 49_700, 0.5);
  scene.tcp(NAS, PC, 49_700, 'works', 3600);
  t.is(last(scene), 'expected rpc_port_named: port named by the endpoint mapper for svcctl in frame N');
});

test('a port that was named only after the flow began says so', (t) => {
  const scene = asked();
  named(scene, 1, 49_700, 9);
  scene.tcp(NAS, PC, 49_700, 'works', 5);
  t.regex(last(scene), /^expected rpc_port_named: .* in frame N, after this flow began$/);
});

test('of several answers for one port the latest before the flow counts, else the first after it', (t) => {
  for (const [at, name] of [
    [5, 'winreg'],
    [25, 'svcctl'],
    [35, 'samr'],
    [-1, 'winreg'],
  ] as const) {
    const scene = asked();
    // Out of order, as answers of several captures come.
    named(scene, 1, 49_700, 30, { name: 'samr' });
    named(scene, 1, 49_700, 1, { name: 'winreg' });
    named(scene, 1, 49_700, 20);
    scene.tcp(NAS, PC, 49_700, 'works', at);
    t.regex(last(scene), new RegExp(` for ${name} `), `${at}`);
  }
});

test('a port of another host does not count', (t) => {
  const scene = asked('10.0.1.2');
  named(scene, 1, 49_700);
  scene.tcp(NAS, PC, 49_700, 'works', 1);
  t.is(last(scene), 'unexpected dynamic_not_rpc: ');
});

test('a binding that gives the host by name counts for the host that answered', (t) => {
  const scene = asked();
  dcomBinding(scene, 1, 'PC-WITH-A-NAME', 49_718, 0.5);
  scene.tcp(NAS, PC, 49_718, 'works', 1);
  t.is(last(scene), 'expected rpc_port_named: port named by a DCOM activation in frame N');
});

test('a binding with another address of the host counts for that address, however it is written', (t) => {
  const scene = asked();
  dcomBinding(scene, 1, '10.0.1.77', 49_718, 0.5);
  scene.tcp(NAS, '10.0.1.77', 49_718, 'works', 1);
  t.regex(last(scene), /^expected rpc_port_named/);
  const six = asked();
  dcomBinding(six, 1, '2001:DB8:0:0:0:0:0:7', 49_718, 0.5);
  six.tcp('2001:db8::1', '2001:db8::7', 49_718, 'works', 1);
  t.is(six.judge(['2001:db8::1', NAS]).classReason(2), 'rpc_port_named');
});

test('an unspecified address in an answer speaks of no further host', (t) => {
  const scene = asked();
  named(scene, 1, 49_700, 0.5, { address: '::' });
  scene.tcp(NAS, PC, 49_700, 'works', 1);
  t.true(scene.judge().rpc.isNamedFor(scene.trace.flow(2), 'svcctl'));
});

test('a bind on the flow itself is proof without 135, and the accepted interface is the one named', (t) => {
  const scene = new Scene().tcp(NAS, PC, 9003).tcp(NAS, PC, 49_680);
  bound(scene, 1, 0, { name: 'IRemUnknown2', result: 2 });
  bound(scene, 1, 0, { name: 'IWbemServices', alter: true });
  t.is(last(scene), 'expected rpc_bind: RPC bind for IWbemServices on this connection');
});

test('a bind that was refused is RPC all the same', (t) => {
  const scene = new Scene().tcp(NAS, PC, 9003).tcp(NAS, PC, 49_680);
  bound(scene, 1, 0, { name: '', uuid: '11111111-2222-3333-4444-555555555555', result: null, nakReason: 4 });
  t.is(
    last(scene),
    'expected rpc_bind: RPC bind for 11111111-2222-3333-4444-555555555555 on this connection',
  );
});

test('a bind inside a pipe says nothing of the port', (t) => {
  const scene = new Scene().tcp(NAS, PC, 9003).tcp(NAS, PC, 49_680);
  bound(scene, 1, 0, { transport: 'svcctl' });
  t.is(last(scene), 'unexpected dynamic_not_rpc: ');
});

test('nothing is presumed after an exchange that was read and named another port', (t) => {
  const scene = asked();
  named(scene, 1, 49_701, 0.5);
  scene.tcp(NAS, PC, 49_700, 'works', 1);
  t.is(last(scene), 'unexpected dynamic_not_rpc: ');
});

const UNREAD: Readonly<Record<string, (scene: Scene) => unknown>> = {
  'no bind was captured': () => null,
  'stubs are encrypted': (s) => bound(s, 1, 0, { authLevel: 6 }),
  'the answer to the bind is missing': (s) => bound(s, 1, 0, { result: null }),
  'the answer to a call is missing': (s) => {
    bound(s, 1);
    called(s, 1, 0, { rtt: -1, responseFrame: 0 });
  },
  'a limit left facts out': (s) => {
    bound(s, 1);
    for (let i = 0; i <= MAX_FACTS_PER_FLOW; i++) named(s, 1, 40_000);
  },
};

for (const [why, unread] of Object.entries(UNREAD)) {
  test(`a dynamic port after 135 is presumed when ${why}`, (t) => {
    const scene = new Scene().tcp(NAS, PC, 9003).tcp(NAS, PC, 135);
    unread(scene);
    scene.tcp(NAS, PC, 49_700, 'works', 1);
    t.is(
      last(scene),
      'expected dynamic_port_after_135: presumed RPC: an exchange on 135 came shortly before',
    );
    t.true(scene.verdict('ua-wmi-dynamic')?.presumed);
  });
}

test('a dynamic port after 135 is presumed when bytes of the exchange are missing', (t) => {
  const gone = ['> S 100', '< SA 300 101', '> A 101 301 +5', '< A 301 106 +5', '< A 900 106 +5'];
  const scene = new Scene().tcp(NAS, PC, 9003);
  scene.trace.tcp(gone, { ip: NAS, port: 40_000 }, { ip: PC, port: 135 });
  bound(scene, 1);
  called(scene, 1);
  t.regex(last(scene.tcp(NAS, PC, 49_700, 'works', 1)), /^expected dynamic_port_after_135/);
});

test('a confirmed other service outweighs a port that was named, a suspected one only a presumption', (t) => {
  const scenes = (certainty: 'confirmed' | 'suspected'): [Scene, Scene] => {
    const byName = asked();
    named(byName, 1, 49_700);
    const presumed = new Scene().tcp(NAS, PC, 9003).tcp(NAS, PC, 135);
    for (const scene of [byName, presumed]) {
      scene.tcp(NAS, PC, 49_700, 'works', 1);
      scene.facts.service(2, 'rdp', certainty);
    }
    return [byName, presumed];
  };
  for (const scene of scenes('confirmed')) t.is(scene.classes()[2], 'unexpected dynamic_not_rpc');
  const [byName, presumed] = scenes('suspected');
  t.is(byName.classes()[2], 'expected rpc_port_named');
  t.is(byName.verdict('ua-wmi-dynamic')?.otherService, 'rdp');
  t.is(presumed.classes()[2], 'unexpected dynamic_not_rpc');
});

test('a computer that asks this server’s mapper is known, not monitored for it', (t) => {
  const scene = new Scene().tcp(NAS, PC, 9003).tcp(PC, NAS, 135);
  bound(scene, 1);
  named(scene, 1, 49_700);
  t.is(scene.tcp(PC, NAS, 49_700, 'works', 1).classes()[2], 'known rpc_port_named');
});

test('where this server is unknown, a named port is no server’s own traffic', (t) => {
  const scene = asked();
  named(scene, 1, 49_700);
  t.is(scene.tcp(NAS, PC, 49_700, 'works', 1).classes([])[2], 'unexpected server_unknown');
});

test('thousands of answers for one port are looked through for thousands of flows at once', (t) => {
  const scene = asked();
  for (let i = 0; i < MAX_FACTS_PER_FLOW; i++) named(scene, 1, 49_700, i);
  for (let i = 0; i < 2000; i++) scene.tcp(NAS, PC, 49_700, 'works', i / 4);
  const { rpc } = scene.judge();
  const fact = rpc.attribute(scene.trace.flow(2 + 1999))?.fact;
  t.is(fact?.sec, scene.trace.flow(2 + 1999).firstSec);
});

test('a flow read as RPC is RPC although its bind was left out or came before the capture', (t) => {
  const scene = asked().tcp(NAS, PC, 49_700, 'works', 3600);
  scene.facts.service(2, 'dce_rpc', 'confirmed');
  t.is(last(scene), 'expected rpc_calls: RPC spoken on this connection, whose bind was not captured');
});
