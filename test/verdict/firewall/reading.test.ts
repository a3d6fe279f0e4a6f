/** Logs of the Windows firewall as they are found: three forms, many encodings, cut and hostile. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { UsageError } from '../../../src/capture/bytes/usage-error.js';
import { checkFirewallLog, readFirewallLog } from '../../../src/verdict/firewall/read-log.js';
import type { FirewallLog, LogEntry } from '../../../src/verdict/firewall/log-entry.js';
import { MAX_LOG_ENTRIES, MAX_NAME_CHARS, MAX_QUOTE_CHARS } from '../../../src/verdict/firewall/limits.js';
import { ipv4Text, ipv6Text } from '../../../src/flow/record/address.js';
import {
  filterNames,
  netEvents,
  packetLog,
  securityEvents,
} from '../../../captures/recipes/firewall/logs.js';
import type { Logged } from '../../../captures/recipes/firewall/logs.js';

const ALWAYS = { from: -Infinity, to: Infinity };
const folder = mkdtempSync(join(tmpdir(), 'portwitness-logs-'));
test.after.always(() => rmSync(folder, { recursive: true, force: true }));
let files = 0;

function fileOf(content: string | Uint8Array): string {
  const path = join(folder, `${files++}.log`);
  writeFileSync(path, content);
  return path;
}

function read(content: string | Uint8Array): Promise<FirewallLog> {
  return readFirewallLog(fileOf(content), ALWAYS);
}

/** 'block out 10.0.0.10:51000 10.0.1.1:9003 connect 68893' */
function short({ action, direction, local, remote, layer, filterId }: LogEntry): string {
  const end = ({ address: { version, words }, port }: LogEntry['local']): string =>
    version === 4 ? `${ipv4Text(words[0])}:${port}` : `[${ipv6Text(...words)}]:${port}`;
  return [action, direction ?? '?', end(local), end(remote), layer, filterId].join(' ').trim();
}

const OUT: Logged = {
  time: 1_780_000_000.25,
  action: 'block',
  direction: 'out',
  local: '10.0.0.10',
  localPort: 51_000,
  remote: '10.0.1.1',
  remotePort: 9003,
};
const IN: Logged = { ...OUT, time: OUT.time + 5, direction: 'in', localPort: 9004, remotePort: 49_877 };
const OUT6: Logged = { ...OUT, local: 'fd00::10', remote: 'fd00::1:1' };

test('pfirewall.log: whose end is whose follows from the path, times are those of the machine', async (t) => {
  const { entries, clock, unit, counts } = await read(
    packetLog([OUT, IN, OUT6, { ...IN, action: 'allow' }], 60),
  );
  t.deepEqual(entries.map(short), [
    'block out 10.0.0.10:51000 10.0.1.1:9003 not_told',
    'block in 10.0.0.10:9004 10.0.1.1:49877 not_told',
    'block out [fd00::10]:51000 [fd00::1:1]:9003 not_told',
    'allow in 10.0.0.10:9004 10.0.1.1:49877 not_told',
  ]);
  t.deepEqual([clock, unit, counts.blocked, counts.allowed, counts.records], ['local', 'line', 3, 1, 4]);
  t.is(entries[0]?.time, 1_780_000_000 + 3600);
  t.is(entries[0]?.number, 6);
  t.regex(entries[0]?.text ?? '', /^2026-.* DROP TCP 10\.0\.0\.10 10\.0\.1\.1 51000 9003 .* SEND 4711$/);
});

test('netevents and the Security log tell UTC, the filter and its layer; both orders of ends are kept open', async (t) => {
  const events = await read(netEvents([OUT, IN, OUT6, { ...IN, layer: 13 }]));
  t.deepEqual(events.entries.map(short), [
    'block out 10.0.0.10:51000 10.0.1.1:9003 connect 68893',
    'block in 10.0.0.10:9004 10.0.1.1:49877 accept 68893',
    'block out [fd00::10]:51000 [fd00::1:1]:9003 connect 68893',
    'block in 10.0.0.10:9004 10.0.1.1:49877 no_listener 68893',
  ]);
  t.deepEqual([events.kind, events.clock, events.unit], ['net_events', 'utc', 'record']);
  t.is(events.entries[0]?.time, 1_780_000_000.25);
  t.regex(
    events.entries[0]?.text ?? '',
    /local=10\.0\.0\.10 51000 .*filterId=68893 layerId=48 program=\\device\\a\.exe/,
  );
  for (const id of [5152, 5157] as const) {
    const { entries, kind } = await read(securityEvents([OUT, IN], id));
    t.deepEqual(entries.map(short), [
      'block out 10.0.0.10:51000 10.0.1.1:9003 connect 68893',
      'block in 10.0.0.10:9004 10.0.1.1:49877 accept 68893',
    ]);
    t.true(entries.every(({ endsUnsure }) => endsUnsure));
    t.is(kind, 'security');
  }
});

test('filters give names to ids, whatever stands between them', async (t) => {
  const { kind, filterNames: names } = await read(filterNames({ 68893: 'Block &amp; more', 7: 'Other' }));
  t.is(kind, 'filters');
  t.deepEqual(
    [...names],
    [
      ['7', 'Other'],
      ['68893', 'Block & more'],
    ],
  );
});

test('UTF-8, UTF-16 of both orders with and without its mark, code pages, CRLF: the entries are the same', async (t) => {
  const utf16be = (text: string): Uint8Array => Buffer.from(text, 'utf16le').swap16();
  for (const text of [packetLog([OUT, IN], 0), netEvents([OUT, IN]), securityEvents([OUT, IN], 5157)]) {
    const wanted = (await read(text)).entries.map(short);
    t.is(wanted.length, 2);
    const crlf = text.replaceAll('\n', '\r\n');
    for (const bytes of [
      Buffer.from(crlf),
      Buffer.from(`\uFEFF${text}`),
      Buffer.from(`\uFEFF${crlf}`, 'utf16le'),
      Buffer.from(text, 'utf16le'),
      utf16be(`\uFEFF${text}`),
      utf16be(crlf),
      Buffer.from(text.replace('agent.exe', 'agént.exe'), 'latin1'),
    ]) {
      t.deepEqual((await read(bytes)).entries.map(short), wanted);
    }
  }
  const names = Buffer.from(
    filterNames({ 5: 'Größe' }).replace('1.0"?', '1.0" encoding="windows-1252"?'),
    'latin1',
  );
  t.deepEqual([...(await read(names)).filterNames.values()], ['Größe']);
});

test('a packet log with new headers, zero bytes, lost events, cut lines and packets of older connections', async (t) => {
  const [header = '', lines = ''] = packetLog([OUT, IN], 0).split('\n\n');
  const [first = '', second = ''] = lines.split('\n');
  const { entries, counts } = await read(
    [
      header,
      `\0\0\0${first}`,
      '2026-05-28 20:26:45 INFO-EVENTS-LOST - - - - - - - - - - - - 12 -',
      second.replace(' S 1234 ', ' A 1234 '),
      second.replace(' S 1234 ', ' SA 1234 '),
      second.replace('10.0.1.1', '10.0.1.999'),
      '#Fields: date time action protocol src-ip dst-ip src-port dst-port path',
      first.split(' ').slice(0, 8).concat('SEND').join(' '),
      `${first.split(' ').slice(0, 7).join(' ')} 90`,
    ].join('\r\n'),
  );
  t.deepEqual(entries.map(short), [
    'block out 10.0.0.10:51000 10.0.1.1:9003 not_told',
    'block out 10.0.0.10:51000 10.0.1.1:9003 not_told',
  ]);
  const { nulBytes, lost, other, malformed } = counts;
  t.deepEqual({ nulBytes, lost, other, malformed }, { nulBytes: 3, lost: 12, other: 2, malformed: 2 });
});

test('XML that was cut or broken gives the records that are whole', async (t) => {
  const text = netEvents([OUT, IN, OUT6]);
  const second = text.indexOf('<item>', text.indexOf('</item>\n', text.indexOf('</internalFields>')));
  const cases: readonly (readonly [string, number])[] = [
    [text.slice(0, text.lastIndexOf('<classifyDrop>')), 2],
    [text.slice(0, second - 400) + text.slice(second), 2],
    [text.replaceAll('</netEvents>', ''), 3],
    [text.replace('51000', '5100\0\0\0\0'), 3],
    [text.replace('10.0.0.10', '10.0.0.<&amp;x'), 2],
  ];
  for (const [broken, whole] of cases) t.is((await read(broken)).entries.length, whole);
  const events = securityEvents([OUT, IN, OUT], 5157);
  t.is((await read(`<Events>${events.replace('</EventData>', '')}</Events>`)).entries.length >= 2, true);
});

test('every prefix of each form is read without a throw', async (t) => {
  for (const text of [packetLog([OUT, IN], 0), netEvents([OUT]), securityEvents([OUT, IN], 5152)]) {
    const { entries } = await read(text);
    const whole = new Set(entries.map(short));
    for (let end = 400; end < text.length; end += 7) {
      const cut = await read(text.slice(0, end));
      t.true(
        cut.entries.every((one) => whole.has(short(one))),
        `${end}`,
      );
    }
  }
});

test('hostile logs end at a limit that is told', async (t) => {
  const open = '<netEvents>';
  const endless = await read(`${open}<item><header>${'x'.repeat(3 << 20)}`);
  t.regex(endless.damage, /text without end/);
  const deep = await read(`${open}<item>${'<a>'.repeat(200_000)}`);
  t.is(deep.entries.length, 0);
  const wide = await read(`${open}<item>${'<b>1</b>'.repeat(100_000)}</item>${netEvents([OUT])}`);
  t.is(wide.entries.length, 1);
  const bomb = `<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "${'b'.repeat(1000)}"><!ENTITY c "&a;&a;&a;">]>${netEvents([OUT]).replace('51000', '&c;51000')}`;
  t.true((await read(bomb)).entries.length <= 1);
  const line = await read(`${packetLog([OUT], 0)}${'2026-01-01 '.repeat(1 << 18)}\n${packetLog([IN], 0)}`);
  t.is(line.entries.length, 2);
});

test('of more entries than are kept the first are, and the others are counted', async (t) => {
  const log = Buffer.from(packetLog([OUT], 0));
  const header = log.subarray(0, log.lastIndexOf('\n', log.length - 2) + 1);
  const line = log.subarray(header.length);
  const { entries, counts } = await read(
    Buffer.concat([header, Buffer.alloc((MAX_LOG_ENTRIES + 2) * line.length, line)]),
  );
  t.deepEqual([entries.length, counts.omitted], [MAX_LOG_ENTRIES, 2]);
  t.is(counts.blocked, MAX_LOG_ENTRIES + 2);
});

test('a log that is longer than is read gives the entries before that, and says so', async (t) => {
  const path = fileOf(
    packetLog(
      Array.from({ length: 2000 }, () => OUT),
      0,
    ),
  );
  const whole = await readFirewallLog(path, ALWAYS);
  t.deepEqual([whole.entries.length, whole.damage], [2000, '']);
  const cut = await readFirewallLog(path, ALWAYS, whole.bytes - 1);
  t.is(cut.damage, 'It is longer than is read.');
  t.true(cut.entries.length > 0 && cut.entries.length < 2000);
  t.true(cut.bytes > 0 && cut.bytes < whole.bytes);
});

test('of a long name and of a long entry the beginning is kept', async (t) => {
  const name = 'n'.repeat(MAX_NAME_CHARS + 1);
  const named = netEvents([OUT]).replace(
    '<internalFields>',
    `<internalFields><filterOrigin>${name}</filterOrigin>`,
  );
  t.is((await read(named)).entries[0]?.ruleName, name.slice(0, MAX_NAME_CHARS));
  const line = packetLog([OUT], 0).trimEnd();
  const { entries } = await read(`${line} ${'x'.repeat(MAX_QUOTE_CHARS)}\n`);
  t.is(entries[0]?.text.length, MAX_QUOTE_CHARS);
  t.regex(entries[0]?.text ?? '', /^2026-.* 9003 .*x…$/);
});

test('what is no such log is refused with what to give instead', async (t) => {
  for (const [content, message] of [
    ['', /no log of the Windows firewall/],
    ['hello\n', /give pfirewall\.log, the XML of "netsh wfp show netevents"/],
    ['<html><body/></html>', /no log of the Windows firewall/],
    ['ElfFile\0\0\0', /wevtutil qe .* \/lf:true \/f:xml/],
  ] as const) {
    await t.throwsAsync(checkFirewallLog(fileOf(content)), { instanceOf: UsageError, message });
  }
  await t.throwsAsync(checkFirewallLog(join(folder, 'none')), { message: /no such file/ });
  await t.throwsAsync(checkFirewallLog(folder), { message: /is a directory/ });
  t.is(await checkFirewallLog(fileOf(netEvents([OUT]))), undefined);
});
