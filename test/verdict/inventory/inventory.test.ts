/** Listed computers held against a capture: by address, by every kind of name, and why one was not seen. */
import test from 'ava';
import { parseAddress } from '../../../src/flow/record/address.js';
import { arpPacket, START } from '../../flow/script.js';
import { joinInventory, unresolvedName, withAbsences } from '../../../src/verdict/inventory/inventory.js';
import type { JoinedInventory } from '../../../src/verdict/inventory/inventory.js';
import { parseInventory } from '../../../src/verdict/inventory/inventory-file.js';
import { judge } from '../../../src/verdict/judge/judge.js';
import type { JudgeOptions } from '../../../src/verdict/judge/judge.js';
import type { NameSource } from '../../../src/recognise/facts/facts.js';
import { hostKeyOf, hostKeyText } from '../../../src/verdict/words/host-key.js';
import { serverFromOption } from '../../../src/verdict/hosts/server.js';
import type { HostKey } from '../../../src/verdict/words/host-key.js';
import { Neighbors } from '../../../src/flow/vantage/neighbors.js';
import { FlowScan } from '../../../src/verdict/hosts/flow-scan.js';
import { DC, matcher, NAS, PC, Scene } from '../scene.js';
import { Origin } from '../../../src/flow/record/origin.js';

const OTHER = '10.0.1.2';
const SERVER: ReadonlySet<HostKey> = serverKeys();

function serverKeys(): ReadonlySet<HostKey> {
  const words = parseAddress(NAS);
  return new Set(words === null ? [] : [hostKeyOf(words)]);
}

/** A name is learned or not found on the flow with the number. */
class Named extends Scene {
  private frame = 1;

  private seen(flow: number): { flow: number; sec: number; nsec: number; fileIndex: number; frame: number } {
    return { flow, sec: START, nsec: 0, fileIndex: 0, frame: this.frame++ };
  }

  named(flow: number, name: string, address: string, source: NameSource = 'dns'): this {
    this.facts.names.add({ address, name, source, ...this.seen(flow) });
    return this;
  }

  notFound(flow: number, name: string, error = 'NXDOMAIN'): this {
    this.facts.failedLookups.add({ name, source: 'dns', error, ...this.seen(flow) });
    return this;
  }
}

function joined(
  scene: Scene,
  list: string,
  declared: readonly { address: string; name: string }[] = [],
): JoinedInventory {
  const inventory = parseInventory('hosts.csv', Buffer.from(list));
  return joinInventory(inventory, new FlowScan(scene.trace.table, 9003, 9004), scene.facts, declared, SERVER);
}

/** 'name key seen' of each row. */
function rows(
  scene: Scene,
  list: string,
  declared: readonly { address: string; name: string }[] = [],
): string[] {
  return joined(scene, list, declared).rows.map(
    ({ listed, key, seen }) => `${listed.name || '-'} ${hostKeyText(key)} ${seen ? 'seen' : 'absent'}`,
  );
}

/** 'host rule verdict reason' of the rules given. */
function verdicts(
  scene: Scene,
  list: string,
  rules: readonly string[],
  more: Partial<JudgeOptions> = {},
): string[] {
  const words = parseAddress(NAS);
  const judgement = judge(
    scene.trace.table,
    matcher,
    serverFromOption(words === null ? [] : [words]),
    scene.facts,
    {
      agentPort: 9003,
      serverPort: 9004,
      answerWait: 3,
      captureEnd: START + 10_000,
      inventory: joined(scene, list),
      ...more,
    },
  );
  return judgement.verdicts
    .filter(({ rule }) => rules.includes(rule.id))
    .map((v) => `${hostKeyText(v.host)} ${v.rule.id} ${v.verdict} ${v.reason}`);
}

/** Flow 0 works with PC, flow 1 asks the domain controller's DNS. */
const scene = (): Named => {
  const made = new Named();
  made.tcp(NAS, PC, 9003).udp(NAS, DC, 53, true, 50_000);
  return made;
};

test('an address is found as it is, and one that never occurs is a row that was not seen', (t) => {
  t.deepEqual(rows(scene(), `${PC}\n${OTHER}`), [`- ${PC} seen`, `- ${OTHER} absent`]);
});

test('a name is joined with its address from any source, short or in full', (t) => {
  const list = 'ws01\n';
  for (const source of ['dns', 'nbns', 'ntlm', 'dhcp', 'kerberos', 'netbios_dgm'] as const) {
    t.deepEqual(rows(scene().named(1, 'WS01.example.test', PC, source), list), [`ws01 ${PC} seen`], source);
  }
  t.deepEqual(rows(scene().named(1, 'WS01', PC, 'nbns'), 'ws01.example.test'), [
    `ws01.example.test ${PC} seen`,
  ]);
  t.deepEqual(rows(scene().named(1, 'ws01.local', PC, 'mdns'), 'WS01.example.test'), [
    `WS01.example.test ${PC} seen`,
  ]);
  t.deepEqual(rows(scene(), 'WS01', [{ address: PC, name: 'ws01' }]), [`WS01 ${PC} seen`]);
});

test('a NetBIOS name of 15 characters means the longer name that begins with it', (t) => {
  const made = scene().named(1, 'FILESERVER-BERL', PC, 'nbns');
  t.deepEqual(rows(made, 'fileserver-berlin-01.example.test'), [
    `fileserver-berlin-01.example.test ${PC} seen`,
  ]);
  t.deepEqual(rows(made, 'fileserver-b'), ['fileserver-b name:fileserver-b absent']);
});

test('the same name in another domain is another computer, and a short name of two is neither', (t) => {
  const list = 'ws01.a.test\nws01.b.test';
  t.deepEqual(rows(scene().named(1, 'ws01.b.test', PC), list), [
    'ws01.a.test name:ws01.a.test absent',
    `ws01.b.test ${PC} seen`,
  ]);
  t.deepEqual(rows(scene().named(1, 'WS01', PC, 'nbns'), list), [
    'ws01.a.test name:ws01.a.test absent',
    'ws01.b.test name:ws01.b.test absent',
  ]);
});

test('of several addresses those that were seen count, and where none was seen the first', (t) => {
  const two = scene().named(1, 'ws01', OTHER).named(1, 'ws01', PC);
  t.deepEqual(rows(two, 'ws01'), [`ws01 ${PC} seen`]);
  t.deepEqual(rows(two.tcp(NAS, OTHER, 9003), 'ws01'), [`ws01 ${OTHER} seen`]);
  t.deepEqual(rows(scene().named(1, 'ws09', '10.0.9.1').named(1, 'ws09', '10.0.9.2'), 'ws09'), [
    'ws09 10.0.9.1 absent',
  ]);
});

test('two names of one address are one computer, and this server is none', (t) => {
  const made = scene().named(1, 'ws01', PC).named(1, 'alias', PC).named(1, 'nas', NAS);
  t.deepEqual(rows(made, 'ws01\nalias\nnas'), [`ws01 ${PC} seen`]);
  t.is(joined(made, 'ws01\nnas').isServer, 1);
});

test('a name that nobody resolved stays a row by its name', (t) => {
  const [row] = joined(scene(), 'WS99').rows;
  t.is(unresolvedName(row?.key ?? 0), 'WS99');
  t.is(unresolvedName('fd00::1'), '');
});

const RULES = ['ua-9003', 'ua-9004-in'];

test('a name that this server looked up in vain is the reason of what it did not send, and of nothing else', (t) => {
  t.deepEqual(verdicts(scene().notFound(1, 'ws09.example.test'), `${PC}\nws09`, RULES), [
    `${PC} ua-9004-in not_observed nothing_sent`,
    `${PC} ua-9003 working works`,
    'name:ws09 ua-9004-in not_observed nothing_sent',
    'name:ws09 ua-9003 not_observed name_not_resolved',
  ]);
});

test('a look-up of another host, or one that another way answered, is no reason', (t) => {
  const other = scene().udp(PC, DC, 53, true, 50_001).notFound(2, 'ws09');
  t.deepEqual(verdicts(other, 'ws09', ['ua-9003'])[0], 'name:ws09 ua-9003 not_observed nothing_sent');
  const answered = scene().notFound(1, 'ws09').named(1, 'WS09', '10.0.1.9', 'nbns');
  t.deepEqual(verdicts(answered, 'ws09', ['ua-9003'])[0], '10.0.1.9 ua-9003 not_observed nothing_sent');
});

test('an address that nobody answers for on the local network is the reason', (t) => {
  const neighbors = new Neighbors();
  for (let i = 0; i < 4; i++)
    neighbors.add(arpPacket(NAS, OTHER, 1), new Origin().set(START + i, 0, 0, 9 + i));
  t.deepEqual(verdicts(scene(), `${PC}\n${OTHER}`, RULES, { neighbors }), [
    `${PC} ua-9004-in not_observed nothing_sent`,
    `${PC} ua-9003 working works`,
    `${OTHER} ua-9004-in not_observed nothing_sent`,
    `${OTHER} ua-9003 not_observed neighbor_silent`,
  ]);
});

test('a listed host is judged whatever it is, and one that is not listed as before', (t) => {
  const made = new Scene().tcp(NAS, DC, 389).tcp(NAS, DC, 135).tcp(NAS, PC, 9003);
  t.deepEqual(verdicts(made, DC, ['ua-135', 'ua-9003']), [
    `${DC} ua-9003 not_observed nothing_sent`,
    `${DC} ua-135 working works`,
    `${PC} ua-9003 working works`,
    `${PC} ua-135 not_observed nothing_sent`,
  ]);
});

test('what was observed keeps its reason', (t) => {
  const list = joined(scene(), PC);
  const [v] = new Scene()
    .tcp(NAS, PC, 9003, 'silent')
    .judge()
    .verdicts.filter(({ fails }) => fails > 0);
  if (v === undefined) return t.fail('no verdict');
  t.is(withAbsences([v], list, { throughout: () => ({ unanswered: 1, frame: 1 }) })[0], v);
});

test('a name whose flow has left the table still leads to its address, and denies no answer', (t) => {
  const made = scene().named(-1, 'ws01.example.test', PC).notFound(1, 'ws01').notFound(-1, 'ws01');
  t.deepEqual(rows(made, 'ws01'), [`ws01 ${PC} seen`]);
  t.is(joined(made, 'ws01').rows[0]?.failedLookup, null);
});
