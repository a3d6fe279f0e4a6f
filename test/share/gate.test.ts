/** The gate finds every spelling of what was replaced, and nothing else. */
import test from 'ava';
import { readAssets } from '../../src/report/html/assets.js';
import { Gate } from '../../src/share/gate/gate.js';
import { GatedSink } from '../../src/share/gate/gated-sink.js';
import { Names } from '../../src/share/names/names.js';
import { Pseudonyms } from '../../src/share/names/pseudonyms.js';

const KEY = Uint8Array.from({ length: 32 }, (_, i) => (i * 91 + 3) & 255);

function gate(): { readonly gate: Gate; readonly p: Pseudonyms } {
  const p = new Pseudonyms(KEY, new Names());
  for (const name of ['payroll07.hq.initech.test', 'srv', 'server', 'müller', '12345'])
    p.host(name, 'computer');
  p.user('milton.waddams');
  p.path('\\\\payroll07\\Stapler Inventory$');
  for (const address of ['10.20.1.21', 'fd00:12::a14:115', '00:1b:21:3c:4d:5e', '192.168.7.9'])
    p.address(address);
  return { gate: new Gate(p), p };
}

const bytes = (text: string): number[] => [...new TextEncoder().encode(text)];
const wide = (text: string): number[] => [...text].flatMap((char) => [char.charCodeAt(0), 0]);
const hex = (values: readonly number[]): string =>
  values.map((byte) => byte.toString(16).padStart(2, '0')).join('');

const LEAKS: Readonly<Record<string, string | readonly number[]>> = {
  'as it is': 'asked for payroll07 and got no address',
  'in capitals, inside another word': 'xPAYROLL07y',
  'with its domain': 'https://payroll07.hq.initech.test/',
  'the domain alone': 'realm INITECH',
  'a user': '{"user":"milton.waddams"}',
  'a share with a space': 'share Stapler Inventory$.',
  'not ASCII': 'Müller',
  'UTF-16LE': wide('payroll07'),
  'percent-encoded': '?q=%70%61%79%72%6F%6C%6C%30%37',
  'percent-encoded where it must be': '?q=m%C3%BCller',
  base64: btoa('<payroll07>'),
  'base64, another alignment': btoa('a=payroll07&'),
  'base64 of UTF-16LE, as PowerShell takes commands': btoa(String.fromCharCode(...wide('Resolve payroll07'))),
  hexadecimal: `0x${hex(bytes('payroll07'))}`,
  NetBIOS: 'EAFAEBFJFCEPEMEMDADHCACACACACACA'.slice(2),
  'a DNS label': [9, ...bytes('payroll07'), 2, ...bytes('hq'), 0],
  'an address': 'from 10.20.1.21.',
  'an address behind letters': 'node10.20.1.21:445',
  'an address turned round': '21.1.20.10.in-addr.arpa',
  'an address in hexadecimal': 'addr=0A140115',
  'IPv6 as it is': '[fd00:12::a14:115]:445',
  'IPv6 in full': 'FD00:0012:0000:0000:0000:0000:0A14:0115',
  'IPv6 with a dotted end': 'fd00:12::10.20.1.21',
  'IPv6 without colons': 'fd0000120000000000000000' + '0a140115',
  'IPv6 turned round': `${[...('fd0000120000000000000000' + '0a140115')].reverse().join('.')}.ip6.arpa`,
  'a link address': '00:1b:21:3c:4d:5e',
  'a link address with hyphens': '00-1B-21-3C-4D-5E',
  'a link address with points': '001b.213c.4d5e',
  'a link address as digits': '001B213C4D5E',
};

for (const [what, content] of Object.entries(LEAKS)) {
  test(`is found: ${what}`, (t) => {
    const { gate: one } = gate();
    const text = typeof content === 'string' ? bytes(content) : content;
    const scan = one.open('report.json');
    scan.push(Uint8Array.from(bytes('{"before":"x"} ')));
    scan.push(Uint8Array.from([...text, ...bytes(' and more')]));
    const found = scan.end();
    t.true(found.length > 0);
    t.is(found[0]?.place, 'report.json');
    t.false(JSON.stringify(found).includes('payroll'));
  });
}

test('what stands across two pieces is found once', (t) => {
  const { gate: one } = gate();
  const all = bytes('x'.repeat(5000) + ' payroll07 and 10.20.1.21 '.repeat(2) + 'y'.repeat(5000));
  for (const at of [5003, 5010, 5018, 5024]) {
    const scan = one.open('x');
    scan.push(Uint8Array.from(all.slice(0, at)));
    scan.push(Uint8Array.from(all.slice(at)));
    t.is(scan.end().length, 4);
  }
});

test('what begins or ends behind bytes that are passed over is found', (t) => {
  const { gate: one } = gate();
  const scan = one.open('x');
  for (const text of ['payroll07', ' and more, then payroll07', 'payroll07']) {
    scan.skip(1000);
    scan.push(Uint8Array.from(bytes(text)));
  }
  t.deepEqual(
    scan.end().map(({ offset }) => offset),
    [1000, 2009 + 16, 3034],
  );
});

test('pseudonyms, words of the program and other addresses are no findings', (t) => {
  const { gate: one, p } = gate();
  const text = [
    ...['No answer to this server', 'servers', 'localStorage', p.host('payroll07'), p.address('10.20.1.21')],
    ...['10.20.1.210', '110.20.1.21', '10.20.1.2', '2026-05-01T09:30:00.123456789Z', '21.1.20.10'],
    ...[p.address('fd00:12::a14:115'), '1:hO+sN4H+MG5MY/8hIrXPqc4ZQz0=', 'a'.repeat(64), '12345'],
  ].join('\n');
  t.deepEqual(one.scan(text, 'x'), []);
  t.is(one.notScanned, 3);
});

test('a name of words that the program says is no finding where it says them, also with signs between them', (t) => {
  const p = new Pseudonyms(KEY, new Names());
  for (const name of ['not reachable', '.hidden', 'Windows 10.0.20348', 'no answer at payroll07'])
    p.text(name);
  const one = new Gate(p);
  const said = 'not reachable. button.hidden = true; Captured on Windows 10.0.20348.';
  t.deepEqual(one.scan(said, 'x'), []);
  t.is(one.scan('no answer at payroll07', 'x').length, 1);
});

test('a short name in a digest, an id or a made address is there by chance; a longer one and one beside it are not', (t) => {
  const p = new Pseudonyms(KEY, new Names());
  for (const name of ['cafe', 'ws01', 'payroll07']) p.host(name);
  const [v6, mac] = [p.address('fd00:12::a14:115'), p.address('00:1b:21:3c:4d:5e')];
  const one = new Gate(p);
  const group = v6.split(':').find((part) => part.length === 4)!;
  p.host(group);
  p.host(mac.slice(3, 8));
  const made = [
    ...['1:hO+sN4H+ws01X/8hIrXPqc4ZQz0=', 'C0ws01AbCdEfGhIjKlM', `${'0'.repeat(30)}cafe${'0'.repeat(30)}`],
    ...[v6, `[${v6}]:445`, `${v6}.`, mac, `'sha256-${'x'.repeat(20)}Ws01${'y'.repeat(19)}='`],
  ];
  for (const text of made) t.deepEqual(one.scan(`{"id":"${text}"}`, 'x'), [], text);
  for (const text of [
    'cafe',
    'fd00:ws01::1',
    `C0payroll07cDeFgHIj`,
    '1:hO+ws01',
    `1:${'x'.repeat(27)}=ws01`,
    group,
  ])
    t.is(one.scan(`{"id":"${text}"}`, 'x').length, 1, text);
});

test('the style sheet and the script of a page are passed over, and nothing else of it', async (t) => {
  const { style, script } = readAssets();
  const p = new Pseudonyms(KEY, new Names());
  // Nothing that a network is called.
  p.text(/[^\w\s"'<>&]{4,}/.exec(style)?.[0] ?? '');
  p.text('payroll07');
  const sink = new GatedSink(new Gate(p), 'x', null);
  for (const text of ['<style>', style, '</style><script>', script, '</script> payroll07'])
    await sink.write(text);
  const found = sink.end();
  t.is(found.length, 1);
  const before = `<style>${style}</style><script>${script}</script> `;
  t.is(found[0]?.offset, new TextEncoder().encode(before).length);
  const changed = new GatedSink(new Gate(p), 'x', null);
  await changed.write(`${style} payroll07`);
  t.is(changed.end().length, 1);
});

test('binary outputs are searched for link and IPv6 addresses and for names of six bytes and more', (t) => {
  const { gate: one } = gate();
  const leaks = [
    [0, 0x1b, 0x21, 0x3c, 0x4d, 0x5e],
    [0xfd, 0, 0, 0x12, 0, 0, 0, 0, 0, 0, 0, 0, 0x0a, 0x14, 0x01, 0x15],
    bytes('payroll07'),
    wide('initech'),
  ];
  for (const leak of leaks) t.is(one.scan(Uint8Array.from([1, 2, 3, ...leak, 0, 9]), 'x.pcapng').length, 1);
  // Four bytes are anything.
  t.deepEqual(one.scan(Uint8Array.from([9, 0x0a, 0x14, 0x01, 0x15, 9]), 'x.pcapng'), []);
});

test('what is replaced later is looked for from then on', (t) => {
  const { gate: one, p } = gate();
  t.deepEqual(one.scan('lumbergh', 'x'), []);
  p.user('lumbergh');
  t.is(one.scan('lumbergh', 'x').length, 1);
});
