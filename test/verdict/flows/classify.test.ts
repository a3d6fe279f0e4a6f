/** Why a flow is there: every class with every reason, with the built-in rules. */
import test from 'ava';
import type { Certainty, ServiceName } from '../../../src/recognise/facts/services.js';
import { CLASS_REASONS } from '../../../src/verdict/flows/classify.js';
import { RPC_WINDOW_SECONDS } from '../../../src/verdict/flows/mapper-exchanges.js';
import { loadPacks } from '../../../src/rules/load.js';
import { RuleMatcher } from '../../../src/rules/match.js';
import { icmpPacket } from '../../flow/script.js';
import { packFile, packText } from '../../rules/packs.js';
import { DC, NAS, PC, packs, Scene } from '../scene.js';
import { bound, named } from '../shown.js';

interface Case {
  readonly title: string;
  readonly scene: () => Scene;
  /** Class and reason of the last flow. */
  readonly is: string;
  readonly servers?: readonly string[];
}

const other = (): Scene => new Scene().tcp(NAS, PC, 9003);

/** A flow to a port on which the payload shows `service`. */
function serving(port: number, service: ServiceName, certainty: Certainty = 'confirmed'): Scene {
  const scene = other().tcp(NAS, PC, port);
  scene.facts.service(1, service, certainty);
  return scene;
}

const CASES: readonly Case[] = [
  { title: 'the agent port called by this server', scene: other, is: 'expected rule' },
  {
    title: 'the server port called by a computer',
    scene: () => new Scene().tcp(PC, NAS, 9004),
    is: 'expected rule',
  },
  { title: 'SMB to a monitored computer', scene: () => other().tcp(NAS, PC, 445), is: 'expected rule' },
  { title: 'a ping to a monitored computer', scene: () => other().ping(NAS, PC, true), is: 'expected rule' },
  {
    title: 'the agent port called by a computer',
    scene: () => other().tcp(PC, NAS, 9003, 'refused'),
    is: 'unexpected wrong_direction',
  },
  {
    title: 'the server port called by this server',
    scene: () => other().tcp(NAS, PC, 9004, 'silent'),
    is: 'unexpected wrong_direction',
  },
  {
    title: 'a source port below the allowed range',
    scene: () => other().tcp(NAS, PC, 9003, 'works', 0, 1023),
    is: 'unexpected source_port',
  },
  {
    title: 'the lowest allowed source port',
    scene: () => other().tcp(NAS, PC, 9003, 'works', 0, 1024),
    is: 'expected rule',
  },
  {
    title: 'a dynamic port just within the time after 135',
    scene: () => other().tcp(NAS, PC, 135).tcp(NAS, PC, 49_700, 'works', RPC_WINDOW_SECONDS),
    is: 'expected dynamic_port_after_135',
  },
  {
    title: 'a dynamic port a second later',
    scene: () =>
      other()
        .tcp(NAS, PC, 135)
        .tcp(NAS, PC, 49_700, 'works', RPC_WINDOW_SECONDS + 1),
    is: 'unexpected dynamic_not_rpc',
  },
  {
    title: 'a dynamic port before 135',
    scene: () =>
      other().tcp(NAS, PC, 49_700, 'works', 5).tcp(NAS, PC, 135, 'works', 6).tcp(NAS, PC, 49_701, 'works', 5),
    is: 'unexpected dynamic_not_rpc',
  },
  {
    title: 'a dynamic port after a silent 135',
    scene: () => other().tcp(NAS, PC, 135, 'silent').tcp(NAS, PC, 49_700, 'works', 1),
    is: 'unexpected dynamic_not_rpc',
  },
  {
    title: 'a dynamic port after 135 of which only one direction was captured',
    scene: () => other().tcp(NAS, PC, 135, 'oneSided').tcp(NAS, PC, 49_700, 'works', 1),
    is: 'expected dynamic_port_after_135',
  },
  {
    title: 'a dynamic port after 135 of another computer',
    scene: () => other().tcp(NAS, '10.0.1.2', 135).tcp(NAS, PC, 49_700, 'works', 1),
    is: 'unexpected dynamic_not_rpc',
  },
  {
    title: 'a dynamic port with a bind on it',
    scene: () => {
      const scene = other().tcp(NAS, PC, 49_700);
      bound(scene, 1);
      return scene;
    },
    is: 'expected rpc_bind',
  },
  {
    title: 'recordings read from this server',
    scene: () => other().tcp(PC, NAS, 445),
    is: 'known known_rule',
  },
  {
    title: 'a computer’s call to a high port without RPC, IPv6',
    scene: () => other().tcp('2001:db8::7', '2001:db8::1', 49_200),
    servers: [NAS, '2001:db8::1'],
    is: 'unexpected no_rule',
  },
  {
    title: 'SSH on the port of Remote Desktop',
    scene: () => {
      const scene = other().tcp(PC, NAS, 3389);
      scene.facts.service(1, 'ssh', 'confirmed');
      return scene;
    },
    is: 'unexpected other_service',
  },
  {
    title: 'a restricted dynamic port that a product is known for',
    scene: () => {
      const scene = other().tcp(NAS, PC, 5723);
      scene.facts.service(1, 'dce_rpc', 'confirmed');
      return scene;
    },
    is: 'expected rpc_calls',
  },
  {
    title: 'a dynamic port on which RPC is spoken without a bind',
    scene: () => {
      const scene = other().tcp(NAS, PC, 49_700);
      scene.facts.service(1, 'dce_rpc', 'suspected');
      return scene;
    },
    is: 'expected rpc_calls',
  },
  {
    title: 'a dynamic port after a port test on 135',
    scene: () => other().tcp(NAS, PC, 135, 'scanned').tcp(NAS, PC, 8_444, 'refused', 20),
    is: 'unexpected dynamic_not_rpc',
  },
  {
    title: 'a dynamic port after a port test on 135, IPv6',
    scene: () =>
      other()
        .tcp('2001:db8::1', '2001:db8::7', 135, 'closed')
        .tcp('2001:db8::1', '2001:db8::7', 5_002, 'silent', 3),
    servers: [NAS, '2001:db8::1'],
    is: 'unexpected dynamic_not_rpc',
  },
  {
    title: 'a dynamic port after HTTP on 135',
    scene: () => {
      const scene = other().tcp(NAS, PC, 135);
      scene.facts.service(1, 'http', 'confirmed');
      return scene.tcp(NAS, PC, 49_700, 'refused', 2);
    },
    is: 'unexpected dynamic_not_rpc',
  },
  {
    title: 'a dynamic port that the endpoint mapper named',
    scene: () => {
      const scene = other().tcp(NAS, PC, 135);
      bound(scene, 1);
      named(scene, 1, 49_700);
      return scene.tcp(NAS, PC, 49_700, 'works', 1);
    },
    is: 'expected rpc_port_named',
  },
  { title: 'HTTP on the agent port', scene: () => serving(9003, 'http'), is: 'unexpected wrong_service' },
  { title: 'SSH on 135', scene: () => serving(135, 'ssh'), is: 'unexpected wrong_service' },
  { title: 'TLS on the agent port', scene: () => serving(9003, 'ssl'), is: 'expected rule' },
  { title: 'SMB on 445', scene: () => serving(445, 'smb'), is: 'expected rule' },
  {
    title: 'suspected HTTP on the agent port',
    scene: () => serving(9003, 'http', 'suspected'),
    is: 'expected rule',
  },
  {
    title: 'RDP on a dynamic port although 135 was asked before',
    scene: () => {
      const scene = other().tcp(NAS, PC, 135).tcp(NAS, PC, 49_700, 'works', 1);
      scene.facts.service(2, 'rdp', 'confirmed');
      return scene;
    },
    is: 'unexpected dynamic_not_rpc',
  },
  {
    title: 'a computer’s call to a port without a rule',
    scene: () => other().tcp(PC, NAS, 81, 'refused'),
    is: 'unexpected no_rule',
  },
  {
    title: 'other hosts among themselves',
    scene: () => other().tcp(PC, DC, 8443),
    is: 'unexpected other_hosts',
  },
  {
    title: 'SMB to a host that is only a domain controller',
    scene: () => other().tcp(NAS, DC, 88).tcp(NAS, DC, 445),
    is: 'known not_monitored',
  },
  { title: 'Kerberos', scene: () => other().tcp(NAS, DC, 88), is: 'known known_rule' },
  {
    title: 'this server with itself',
    scene: () => other().tcp(NAS, '10.0.0.11', 9004),
    servers: [NAS, '10.0.0.11'],
    is: 'known this_server_itself',
  },
  {
    title: 'an unknown server',
    scene: () => new Scene().tcp(PC, DC, 8443),
    servers: [],
    is: 'unexpected server_unknown',
  },
  {
    title: 'a broadcast of the name service',
    scene: () => other().udp(PC, '255.255.255.255', 137, false),
    is: 'background background_rule',
  },
  {
    title: 'a directed broadcast',
    scene: () => other().udp(PC, '10.0.1.255', 138, false),
    is: 'background background_rule',
  },
  {
    title: 'a datagram to a host whose address ends in 255 and that answers',
    scene: () => new Scene().udp(NAS, '10.0.1.255', 137, true),
    is: 'expected rule',
  },
  {
    title: 'multicast DNS',
    scene: () => other().udp(PC, '224.0.0.251', 5353, false),
    is: 'background background_rule',
  },
  {
    title: 'multicast IPv6',
    scene: () => other().udp('fe80::1', 'ff02::fb', 5353, false),
    is: 'background background_rule',
  },
  {
    title: 'a tunnel that is not opened',
    scene: () => other().udp(PC, NAS, 1701, true),
    is: 'known tunnel_not_opened',
  },
  {
    title: 'a ping from a computer',
    scene: () => other().ping(PC, NAS, true),
    is: 'background background_rule',
  },
];

const seen = new Set<string>();

for (const { title, scene, servers, is } of CASES) {
  seen.add(is.split(' ')[1] ?? '');
  test(`${title}: ${is}`, (t) => t.is(scene().classes(servers).at(-1), is));
}

test('an ICMP error that no background rule explains says so', (t) => {
  seen.add('icmp_about_flow');
  const scene = other();
  scene.trace.add(icmpPacket('10.0.0.1', NAS, 3, 13), 0);
  const bare = new RuleMatcher(packs.filter((pack) => pack.kind === 'required'));
  const judgement = scene.judge([NAS], bare);
  t.is(judgement.class(1), 'unexpected');
  t.is(judgement.classReason(1), 'icmp_about_flow');
  t.is(scene.classes().at(-1), 'background background_rule');
});

test('an answer to nobody is of nobody', (t) => {
  seen.add('stray_answer');
  const scene = other();
  scene.trace.tcp(['< SA 300 101', '> R 101'], { ip: NAS, port: 40_000 }, { ip: '198.51.100.1', port: 445 });
  t.is(scene.classes().at(-1), 'background stray_answer');
});

/** Held with whole captures, in report/assemble/envelopes.test.ts. */
const ELSEWHERE: ReadonlySet<string> = new Set(['envelope', 'loopback']);

test('the cases above hold every reason', (t) => {
  t.deepEqual(
    CLASS_REASONS.filter((reason) => reason !== 'none' && !seen.has(reason) && !ELSEWHERE.has(reason)),
    [],
  );
});

test('a day of exchanges on 135 every two minutes is remembered to its end', (t) => {
  const scene = other();
  for (let i = 0; i < 720; i++) scene.tcp(NAS, PC, 135, 'works', i * 120);
  scene.tcp(NAS, PC, 49_700, 'works', 719 * 120 + 5);
  t.is(scene.classes().at(-1), 'expected dynamic_port_after_135');
  t.is(scene.judge().mapperDropped, 0);
});

test('a flow speaks only for rules of its own direction', async (t) => {
  const text = packText('required', [
    'id: up, proto: tcp, ports: [7000], from: computer, to: server',
    'id: down, proto: tcp, ports: [7000], from: server, to: computer',
  ]);
  const both = new RuleMatcher(await loadPacks({ files: [packFile(t, text)] }));
  const judgement = new Scene().tcp(PC, NAS, 9004).tcp(NAS, PC, 7000).judge([NAS], both);
  const of = (id: string): string | undefined => judgement.verdicts.find((v) => v.rule.id === id)?.verdict;
  t.is(of('down'), 'working');
  t.is(of('up'), 'not_observed');
});
