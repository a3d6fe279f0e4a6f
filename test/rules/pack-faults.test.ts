import test from 'ava';
import { MAX_PACK_BYTES, loadPacks } from '../../src/rules/load.js';
import { RulePackError } from '../../src/rules/words/pack-error.js';
import { parsePack } from '../../src/rules/reading/parse-pack.js';
import { packFile } from './packs.js';

const VALID = `id: mine
title: Mine
kind: known
version: '1'
parameters:
  web_port: 8080
rules:
  - id: web
    label: web
    purpose: Web
    proto: tcp
    ports: [80, $web_port]
    from: computer
    to: server
`;

function faults(text: string | Uint8Array): string[] {
  const bytes = typeof text === 'string' ? Buffer.from(text) : text;
  return parsePack('my.yaml', bytes).issues.map(
    ({ line, column, value, message }) => `${line}:${column} [${value}] ${message}`,
  );
}

test('the pack that the faults are made from is valid', (t) => {
  t.deepEqual(faults(VALID), []);
  t.deepEqual(faults(VALID.replaceAll('\n', '\r\n')), []);
  t.deepEqual(faults(`\uFEFF${VALID}`), []);
});

const PORTS = '    ports: [80, $web_port]';
const ONE_FAULT: readonly (readonly [string, string, string, string])[] = [
  [
    'a firewall group by the name of one language',
    PORTS,
    `${PORTS}\n    remedy:\n      firewall_groups: [Dateifreigabe]`,
    '14:25 [Dateifreigabe] remedy.firewall_groups: "Dateifreigabe" must be the id of a group as Get-NetFirewallRule shows it under Group, like @FirewallAPI.dll,-28502',
  ],
  [
    'a service by its title',
    PORTS,
    `${PORTS}\n    remedy:\n      service: My service`,
    '14:16 [My service] remedy.service: "My service" must be the short name of a service, as Get-Service shows it',
  ],
  [
    'a port above 65535',
    PORTS,
    '    ports: [80, 70000]',
    '12:17 [70000] ports: "70000" is not a port (0-65535)',
  ],
  ['a port in quotes', PORTS, '    ports: "70000"', '12:12 [70000] ports: "70000" is not a port (0-65535)'],
  ['a negative port', PORTS, '    ports: [-1]', '12:13 [-1] ports: "-1" is not a port (0-65535)'],
  ['a fraction', PORTS, '    ports: [1.5]', '12:13 [1.5] ports: "1.5" is not a port (0-65535)'],
  [
    'a reversed range',
    PORTS,
    '    ports: [90-80]',
    '12:13 [90-80] ports: "90-80" is not a port range: it ends before it begins',
  ],
  [
    'a range above 65535',
    PORTS,
    '    ports: [80-70000]',
    '12:13 [80-70000] ports: "80-70000" is not a port range (0-65535)',
  ],
  [
    'a word as port',
    PORTS,
    '    ports: [http]',
    '12:13 [http] ports: "http" is not a port (0-65535), a range such as 1024-65535, or $parameter',
  ],
  ['no ports', `${PORTS}\n`, '', '8:5 [] ports: is missing'],
  ['an empty list of ports', PORTS, '    ports: []', '12:12 [[]] ports: is empty'],
  [
    'an unknown parameter',
    '$web_port',
    '$webport',
    '12:17 [$webport] ports: "$webport" is not among the pack\'s parameters - did you mean "web_port"?',
  ],
  [
    'a misspelt key',
    'to: server',
    'to: server\n    symptom: []',
    '15:5 [symptom] symptom: unknown key - did you mean "symptoms"?',
  ],
  ['an unknown key', "version: '1'", "version: '1'\nzzz: 1", '5:1 [zzz] zzz: unknown key'],
  [
    'a key in the wrong case',
    'kind: known',
    'kind: known\nRules: 1',
    '4:1 [Rules] Rules: unknown key - did you mean "rules"?',
  ],
  ['a missing key', '    label: web\n', '', '8:5 [] label: is missing'],
  ['a missing key of the pack', 'title: Mine\n', '', '1:1 [] title: is missing'],
  [
    'a misspelt kind',
    'kind: known',
    'kind: knwon',
    '3:7 [knwon] kind: "knwon" is not one of required, known, background - did you mean "known"?',
  ],
  [
    'a misspelt role',
    'from: computer',
    'from: Computer',
    '13:11 [Computer] from: "Computer" is not one of server, computer, any - did you mean "computer"?',
  ],
  [
    'a broadcast originator',
    'from: computer',
    'from: broadcast',
    '13:11 [broadcast] from: "broadcast" is not one of server, computer, any',
  ],
  [
    'an id with blanks',
    'id: web',
    'id: my web',
    '8:9 [my web] id: "my web" must be lower-case letters, digits and hyphens',
  ],
  [
    'a version without quotes',
    "'1'",
    '10.8',
    '4:10 [10.8] version: expected text (put it in quotes), found "10.8"',
  ],
  ['a rule that is no map', '  - id: web', '  - 5\n  - id: web', '8:5 [5] rules: expected a map, found "5"'],
  ['a parameter out of range', '8080', '0', '6:13 [0] parameters.web_port: "0" is below 1'],
  [
    'a parameter that is no port',
    '8080',
    '"a"',
    '6:13 [a] parameters.web_port: expected a number, found "a"',
  ],
  [
    'the same end twice',
    'to: server',
    'to: computer',
    '14:9 [computer] to: "computer" is also the originator; one end must be another host or any',
  ],
  ['a TCP broadcast', 'to: server', 'to: broadcast', '14:9 [broadcast] to: tcp has no broadcast'],
  ['ICMP with ports', 'proto: tcp', 'proto: icmp', '12:12 [] ports: icmp has no ports'],
];

for (const [what, from, to, expected] of ONE_FAULT) {
  test(`${what} is named with its line, column and value`, (t) => {
    t.true(VALID.includes(from));
    t.deepEqual(faults(VALID.replace(from, to)), [expected]);
  });
}

test('a required rule must be between server and computer', (t) => {
  const text = VALID.replace('kind: known', 'kind: required').replace('from: computer', 'from: any');
  t.deepEqual(faults(text), [
    '14:9 [server] to: a required rule is between server and computer; use a known or background pack for others',
  ]);
});

test('evidence rpc needs TCP and a pack that is not background', (t) => {
  const rpc = VALID.replace('proto: tcp', 'proto: tcp\n    evidence: rpc');
  t.deepEqual(faults(rpc), []);
  t.deepEqual(faults(rpc.replace('proto: tcp', 'proto: udp')), ['12:15 [rpc] evidence: rpc needs proto tcp']);
  t.deepEqual(faults(rpc.replace('kind: known', 'kind: background')), [
    '12:15 [rpc] evidence: rpc makes no sense in a background pack',
  ]);
});

test('a rule id that is used twice in a file is named where it comes back', (t) => {
  const rule = VALID.slice(VALID.indexOf('  - id'));
  t.deepEqual(faults(VALID + rule), ['15:9 [web] id: "web" is already used above']);
});

test('all faults of a file are named, those between fields too, in the order of the file', (t) => {
  const text = VALID.replace('kind: known', 'kind: x')
    .replace('80,', '"70000",')
    .concat('  - { id: b, label: b, purpose: b, proto: tcp, from: server, to: server }\n');
  t.deepEqual(
    faults(text).map((fault) => fault.split(' ')[0]),
    ['3:7', '12:13', '15:5', '15:66'],
  );
});

test('a repeated key, a wrong indent and a tab are YAML faults with their place', (t) => {
  for (const [text, line] of [
    [VALID.replace('title: Mine', 'title: Mine\ntitle: Again'), 3],
    [VALID.replace('    label: web', '   label: web'), 9],
    [VALID.replace('    label: web', '\tlabel: web'), 9],
    ['id: "open', 1],
    [`${VALID}---\nid: other\n`, 15],
    ['id: !!js/function x', 1],
  ] as const) {
    const [first] = parsePack('my.yaml', Buffer.from(text)).issues;
    t.is(first?.line, line, text);
    t.true(first?.message.startsWith('YAML: '), text);
  }
});

test('what is no rule pack at all is said in one line', (t) => {
  t.deepEqual(faults(''), ['0:0 [] is empty: there is no rule pack in it']);
  t.deepEqual(faults('# nothing\n'), ['0:0 [] is empty: there is no rule pack in it']);
  t.deepEqual(faults('just words'), ['1:1 [just words] expected a map, found "just words"']);
  t.deepEqual(faults('- a\n- b\n').length, 1);
  t.deepEqual(faults(Buffer.from([0x7f, 0x45, 0x4c, 0x46, 0, 1])), [
    '0:0 [] is not a text file: there is a zero byte at offset 4',
  ]);
  t.deepEqual(faults(Buffer.from([0x69, 0x64, 0xff])), ['0:0 [] is not UTF-8 text']);
  t.deepEqual(faults(Buffer.from(`\uFEFF${VALID}`, 'utf16le')), ['0:0 [] is UTF-16 text; save it as UTF-8']);
});

test('an alias bomb is refused', (t) => {
  let text = 'a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n';
  for (let level = 1; level < 10; level++) {
    text += `a${level}: &a${level} [${Array(10)
      .fill(`*a${level - 1}`)
      .join(', ')}]\n`;
  }
  const found = faults(text);
  t.is(found.length, 1);
  t.regex(found[0] ?? '', /alias/i);
});

test('an anchor used a few times is fine, and a fault behind it is placed at the alias', (t) => {
  const text = VALID.replace('ports: [80, $web_port]', 'ports: &p [80]\n    source_ports: *p');
  t.deepEqual(faults(text), []);
  t.deepEqual(
    faults(text.replace('[80]', '[x]')).map((fault) => fault.split(' ')[0]),
    ['12:16', '13:19'],
  );
});

test('deep nesting is refused in every notation before it can exhaust the stack', (t) => {
  const block = Array.from({ length: 3000 }, (_, depth) => `${' '.repeat(depth)}a:`).join('\n');
  for (const text of [
    '['.repeat(100_000),
    '{a: '.repeat(100_000),
    '- '.repeat(100_000),
    '? '.repeat(100_000),
    block,
  ]) {
    t.deepEqual(faults(text), ['0:0 [] is nested deeper than 200 levels']);
  }
});

test('keys of the prototype are unknown keys and change nothing', (t) => {
  const text = VALID.replace('title: Mine', 'title: Mine\n__proto__: { polluted: 1 }\nconstructor: 2');
  t.deepEqual(
    faults(text).map((fault) => fault.split(']')[0]),
    ['3:1 [__proto__', '4:1 [constructor'],
  );
  t.false('polluted' in {});
});

test('control characters of a file are escapes in the message', (t) => {
  const found = faults(VALID.replace('kind: known', 'kind: "\\e[31mred\\u202e"'));
  t.true(found[0]?.includes('"\\u{1b}[31mred\\u{202e}" is not one of'));
});

test('a file over the limit is refused unread, and a message lists at most fifty faults', async (t) => {
  const large = packFile(t, Buffer.alloc(MAX_PACK_BYTES + 1, '#'));
  await t.throwsAsync(loadPacks({ files: [large] }), {
    instanceOf: RulePackError,
    message: `${large}: is larger than ${MAX_PACK_BYTES} bytes (${MAX_PACK_BYTES + 1})`,
  });
  const many = packFile(t, VALID + Array.from({ length: 60 }, (_, index) => `key${index}: 1\n`).join(''));
  const error = await t.throwsAsync(loadPacks({ files: [many] }), { instanceOf: RulePackError });
  t.is(error?.message.split('\n').length, 51);
  t.true(error?.message.endsWith('... and 10 more'));
});
