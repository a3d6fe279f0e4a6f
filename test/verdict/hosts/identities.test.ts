/** Which addresses are one computer, by proof and never by a short name. */
import test from 'ava';
import { parseAddress } from '../../../src/flow/record/address.js';
import { Identities, MAX_IDENTIFIED } from '../../../src/verdict/hosts/identities.js';
import { hostKeyOf, hostKeyText } from '../../../src/verdict/words/host-key.js';
import { tcpPacket } from '../../flow/script.js';
import { NAS, PC, Scene } from '../scene.js';

const PC6 = '2001:db8:1::1';
const OTHER = '10.0.1.2';

const SEEN = { sec: 0, nsec: 0, fileIndex: 0, frame: 7 };

/** A link address. */
const CARD = new DataView(Uint8Array.of(0, 0x15, 0x5d, 1, 2, 3).buffer);

class Known extends Scene {
  /** Flow of an agent that introduces itself. */
  introduces(from: string, workstation: string, domain: string, user = 'svc'): this {
    this.tcp(from, from.includes(':') ? '2001:db8::10' : NAS, 9004);
    return this.ntlm({ user, domain, workstation, serverDns: '' });
  }

  /** This server calls a computer, which tells its name. */
  tells(host: string, serverDns: string): this {
    this.tcp(NAS, host, 445);
    return this.ntlm({ user: 'svc', domain: 'EXAMPLE', workstation: 'NAS01', serverDns });
  }

  named(address: string, name: string): this {
    this.facts.names.add({ address, name, source: 'dns', flow: -1, ...SEEN });
    return this;
  }

  /** This server calls a neighbour on its own segment, whose frames come from one and the same card. */
  onCard(host: string, serverNetbios: string, ttl = 128): this {
    const mine = { ip: host.includes(':') ? '2001:db8::10' : NAS, port: 51_000 + this.trace.frame };
    const theirs = { ip: host, port: 445 };
    this.trace.add(tcpPacket(mine, theirs, 'S', 100), 0);
    const answer = tcpPacket(theirs, mine, 'SA', 300, 101);
    Object.assign(answer, { view: CARD, srcMacAt: 0, ttl });
    this.trace.add(answer, 0.01);
    const flow = this.trace.add(tcpPacket(mine, theirs, 'A', 101, 301), 0.02);
    const fact = { user: 'svc', domain: '', workstation: 'NAS01', serverDns: '', serverNetbios } as const;
    this.facts.ntlm.add({ ...fact, success: true, flow, ...SEEN });
    return this;
  }

  lists(owner: string, host: string): this {
    this.tcp(NAS, owner, 135);
    const flow = this.trace.table.count - 1;
    const fact = { address: host, host, port: 49_680, uuid: '', name: '', source: 'dcom' } as const;
    this.facts.mappings.add({ ...fact, flow, ...SEEN });
    return this;
  }

  private ntlm(of: { user: string; domain: string; workstation: string; serverDns: string }): this {
    const flow = this.trace.table.count - 1;
    this.facts.ntlm.add({ ...of, serverNetbios: '', success: true, flow, ...SEEN });
    return this;
  }

  identities(): Identities {
    const found = new Identities();
    const words = parseAddress(NAS);
    found.learn(this.trace.table, this.facts, new Set(words === null ? [] : [hostKeyOf(words)]));
    return found;
  }

  /** 'address = owner certainty' */
  joins(): string[] {
    return [...this.identities()].map(
      ([key, { owner, certainty }]) => `${hostKeyText(key)} = ${hostKeyText(owner)} ${certainty}`,
    );
  }
}

test('who introduces itself by the name in the domain of a computer that is called is that computer', (t) => {
  const known = new Known().tells(PC, 'ws01.example.test').introduces(PC6, 'WS01', 'EXAMPLE');
  t.deepEqual(known.joins(), [`${PC6} = ${PC} likely`]);
  const sure = new Known().tells(PC, 'ws01.example.test').introduces('10.0.7.7', 'WS01', 'EXAMPLE', 'ws01$');
  t.deepEqual(sure.joins(), [`10.0.7.7 = ${PC} certain`]);
  const [[, join] = [0, null]] = sure.identities();
  t.deepEqual(join?.proof, {
    code: 'own_account',
    name: 'WS01',
    domain: 'EXAMPLE',
    frame: 7,
    otherFrame: 7,
  });
});

test('a short name joins nothing: not of another domain, not of two owners, not beside another name', (t) => {
  const called = (): Known => new Known().tells(PC, 'ws01.example.test');
  t.deepEqual(called().introduces('10.0.7.7', 'WS01', 'OTHER').joins(), []);
  t.deepEqual(called().introduces('10.0.7.7', 'WS01', '').joins(), []);
  t.deepEqual(
    called().tells(OTHER, 'ws01.example.net').introduces('10.0.7.7', 'WS01', 'EXAMPLE').joins(),
    [],
  );
  t.deepEqual(
    called().named('10.0.7.7', 'ws09.example.test').introduces('10.0.7.7', 'WS01', 'EXAMPLE').joins(),
    [],
  );
});

test('several computers behind one address are told, and joined with none', (t) => {
  const known = new Known().tells(PC, 'ws01.example.test');
  known.introduces('10.0.7.7', 'WS01', 'EXAMPLE').introduces('10.0.7.7', 'WS02', 'EXAMPLE');
  t.deepEqual(known.joins(), []);
  const words = parseAddress('10.0.7.7');
  t.deepEqual(words === null ? [] : known.identities().namesBehind(hostKeyOf(words)), ['WS01', 'WS02']);
});

test('an address that a computer lists is its own, unless another lists it as well', (t) => {
  const adapter = '192.168.56.1';
  t.deepEqual(new Known().lists(PC, PC).lists(PC, adapter).joins(), [`${adapter} = ${PC} certain`]);
  t.deepEqual(new Known().lists(PC, adapter).lists(OTHER, adapter).joins(), []);
});

test('one full name joins the addresses of both IP versions, and never two of one version', (t) => {
  const both = new Known().named(PC, 'ws01.example.test').named(PC6, 'WS01.example.test');
  t.deepEqual(both.joins(), [`${PC6} = ${PC} likely`]);
  t.deepEqual(new Known().named(PC, 'app.example.test').named(OTHER, 'app.example.test').joins(), []);
  t.deepEqual(both.named(PC6, 'ws07.example.test').joins(), []);
});

test('one card of the own segment behind which all call themselves alike is one computer', (t) => {
  const on = (...hosts: readonly (readonly [string, string])[]): string[] => {
    const known = new Known();
    for (const [host, name] of hosts) known.onCard(host, name);
    return known.joins();
  };
  t.deepEqual(on([PC, 'WS01'], [PC6, 'WS01']), [`${PC6} = ${PC} likely`]);
  t.deepEqual(on([PC, 'WS01'], [OTHER, 'ws01']), [`${OTHER} = ${PC} likely`]);
  // A router, or whatever stands for several computers.
  t.deepEqual(on([PC, 'WS01'], [OTHER, 'WS01'], ['10.0.1.3', 'WS02']), []);
});

test('the card says nothing of who is behind a router, nor where names say otherwise', (t) => {
  t.deepEqual(new Known().onCard(PC, 'WS01', 127).onCard(OTHER, 'WS01', 127).joins(), []);
  const called = new Known().onCard(PC, 'WS01').onCard(OTHER, 'WS01');
  t.deepEqual(called.named(PC, 'ws01.example.test').named(OTHER, 'db07.example.test').joins(), []);
});

test('what the list has under one name is one computer, and told as the word of the list', (t) => {
  const known = new Known().tcp(NAS, PC, 9003).tcp(NAS, OTHER, 9003);
  const [key, owner] = [OTHER, PC].map((text) => hostKeyOf(parseAddress(text)!));
  const found = known.identities();
  found.takeList([{ key: key!, owner: owner!, name: 'ws01.example.test' }]);
  t.deepEqual([...found][0]?.[1].proof, { code: 'list', name: 'ws01.example.test' });
  found.takeList([]);
  t.deepEqual([...found], []);
});

test('flows of all addresses of a computer are told of one row', (t) => {
  const known = new Known().tells(PC, 'ws01.example.test').tcp(NAS, PC, 9003);
  known.introduces('10.0.7.7', 'WS01', 'EXAMPLE');
  const judgement = known.judge();
  t.deepEqual(judgement.computers.map(hostKeyText), [PC]);
  const working = judgement.verdicts
    .filter(({ verdict }) => verdict === 'working')
    .map(({ rule }) => rule.id);
  t.true(working.includes('ua-9004-in') && working.includes('ua-9003'));
});

test('beyond the limit, where a name that contradicts may be left out, addresses stand for themselves', (t) => {
  const named = (others: number): Known => {
    const known = new Known();
    for (let i = 0; i < others; i++) known.named(`10.8.${i >> 8}.${i & 255}`, 'ws');
    return known.named(PC, 'ws01.example.test').named(PC6, 'ws01.example.test');
  };
  const fits = named(MAX_IDENTIFIED - 2);
  t.deepEqual([fits.joins(), fits.identities().dropped], [[`${PC6} = ${PC} likely`], 0]);
  const full = named(MAX_IDENTIFIED - 1);
  t.deepEqual([full.joins(), full.identities().dropped], [[], 1]);
});
