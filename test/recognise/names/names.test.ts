/** NTLM messages, and which of several names a report calls an address by. */
import test from 'ava';
import { concat, hex, zeros } from '../../../captures/recipes/craft/bytes.js';
import { Facts } from '../../../src/recognise/facts/facts.js';
import { MAX_NAMED, NameBook } from '../../../src/recognise/names/host-names.js';
import type { NamedAddress } from '../../../src/recognise/names/host-names.js';
import { Learner, MAX_NAME_LENGTH } from '../../../src/recognise/facts/learner.js';
import { parseNtlm } from '../../../src/recognise/auth/ntlm.js';
import { mutated, origin, seeded, viewOf } from '../driver/dissecting.js';
import { ntlmAuthenticate, ntlmChallenge, ntlmNegotiate } from '../driver/messages.js';

const parse = (bytes: Uint8Array): unknown => parseNtlm(bytes, viewOf(bytes), 0, bytes.length);

test('a challenge tells the names of the server, wherever it stands in a token', (t) => {
  const wrapped = concat(
    hex('a182 0100 3082 00fc a003 0a0101'),
    ntlmChallenge('FS01', 'fs01.corp.local'),
    zeros(9),
  );
  t.deepEqual(parse(wrapped), {
    type: 'challenge',
    netbiosComputer: 'FS01',
    netbiosDomain: 'CORP',
    dnsComputer: 'fs01.corp.local',
    dnsDomain: '',
    dnsTree: '',
  });
});

test('an authenticate message is read in Unicode and in OEM characters', (t) => {
  const wanted = { type: 'authenticate', domain: 'CORP', user: 'svc-audit', workstation: 'SRV01' };
  t.deepEqual(parse(ntlmAuthenticate('CORP', 'svc-audit', 'SRV01')), wanted);
  t.deepEqual(parse(ntlmAuthenticate('CORP', 'svc-audit', '\\\\SRV01', false)), wanted);
});

test('what is cut or points outside of the message is empty or nothing', (t) => {
  const whole = ntlmAuthenticate('CORP', 'svc-audit', 'SRV01');
  for (let length = 0; length < whole.length; length++) {
    const message = parse(whole.slice(0, length)) as { user?: string } | null;
    t.true(message === null || message.user === '' || message.user === 'svc-audit');
  }
  const far = whole.slice();
  viewOf(far).setUint32(40, 0xffff_fff0, true);
  t.is((parse(far) as { user: string }).user, '');
});

test('changed NTLM messages are messages with texts, or nothing', (t) => {
  const next = seeded(11);
  const all = [ntlmNegotiate(), ntlmChallenge('FS01', 'fs01.corp.local'), ntlmAuthenticate('C', 'u', 'W')];
  const types = new Set<unknown>();
  for (let n = 0; n < 20_000; n++) {
    const message = parse(mutated(all[n % 3] ?? zeros(0), next)) as Record<string, unknown> | null;
    types.add(message?.['type'] ?? null);
    const odd = Object.values(message ?? {}).find((value) => typeof value !== 'string' || value.length > 255);
    if (odd !== undefined) t.fail(JSON.stringify(message));
  }
  t.true(types.has(null) && types.has('challenge') && types.has('authenticate'), [...types].join(' '));
});

const named = (
  name: string,
  source: NamedAddress['source'],
  frame = 1,
  address = '10.0.0.5',
): NamedAddress => ({
  address,
  name,
  source,
  frame,
  fileIndex: 0,
});

test('the best source wins whatever the order, and its place is kept', (t) => {
  const names = [
    named('cdn.example', 'tls_sni', 1),
    named('WS05', 'nbns', 2),
    named('ws05.corp.local', 'ntlm', 3),
    named('ws05.corp.local', 'dns', 4),
    named('ws05.lan', 'dhcp', 5),
  ];
  for (const order of [names, [...names].reverse()]) {
    const book = new NameBook();
    book.add(order);
    t.deepEqual(book.nameOf('10.0.0.5'), { name: 'ws05.corp.local', source: 'dns', frame: 4, fileIndex: 0 });
    t.is(book.conflicts, 1);
  }
});

test('of one source a full name is better than a short one, and the first stays', (t) => {
  const book = new NameBook();
  book.add([named('WS05', 'ntlm', 1), named('ws05.corp.local', 'ntlm', 2), named('ws05.other', 'ntlm', 3)]);
  t.is(book.nameOf('10.0.0.5')?.name, 'ws05.corp.local');
  t.is(book.conflicts, 0);
});

test('names that the capture declares are used when nothing better is known', (t) => {
  const book = new NameBook();
  book.addDeclared(
    [
      { address: '10.0.0.5', name: 'declared' },
      { address: 'FD00::5', name: 'six' },
    ],
    2,
  );
  t.deepEqual(book.nameOf('10.0.0.5'), { name: 'declared', source: 'capture', frame: 0, fileIndex: 2 });
  t.is(book.nameOf('fd00::5')?.name, 'six');
  t.is(book.nameOf('10.0.0.6'), null);
  book.add([named('WS05', 'nbns')]);
  t.is(book.nameOf('10.0.0.5')?.name, 'WS05');
});

test('a name is taught once, and what names nobody is not taught', (t) => {
  const facts = new Facts();
  const learner = new Learner(facts);
  for (let n = 0; n < 3; n++) learner.learn('10.0.0.5', 'ws05', 'dns', origin());
  for (const address of ['0.0.0.0', '::', '255.255.255.255', '224.0.0.251', 'ff02::fb', '']) {
    learner.learn(address, 'x', 'dns', origin());
  }
  for (const name of ['', '10.0.0.5', 'fd00::5', 'a'.repeat(MAX_NAME_LENGTH + 1)]) {
    learner.learn('10.0.0.5', name, 'dns', origin());
  }
  t.deepEqual(
    facts.names.items.map(({ name }) => name),
    ['ws05'],
  );
});

test('addresses beyond the limit have no names and are counted', (t) => {
  const book = new NameBook();
  const of = (i: number): NamedAddress => {
    return { address: `fd00::${i.toString(16)}`, name: `ws${i}`, source: 'dns', frame: i, fileIndex: 0 };
  };
  for (let i = 0; i <= MAX_NAMED; i++) book.add([of(i)]);
  t.is(book.dropped, 1);
  t.is(book.nameOf(of(MAX_NAMED).address), null);
  t.is(book.nameOf(of(MAX_NAMED - 1).address)?.name, `ws${MAX_NAMED - 1}`);
});
