/** Which addresses are one computer, by proof and never by a short name. */
import test from 'ava';
import { parseAddress } from '../../../src/flow/address.js';
import { Identities } from '../../../src/verdict/hosts/identities.js';
import { hostKeyOf, hostKeyText } from '../../../src/verdict/words/host-key.js';
import { NAS, PC, Scene } from '../scene.js';

const PC6 = '2001:db8:1::1';
const OTHER = '10.0.1.2';

const SEEN = { sec: 0, nsec: 0, fileIndex: 0, frame: 7 };

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
  t.regex(join?.proof ?? '', /10\.0\.7\.7 .*10\.0\.1\.1 .*NTLM, frame 7/);
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
