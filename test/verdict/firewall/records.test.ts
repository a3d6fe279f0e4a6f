/** Single records of the firewall's logs: what Windows writes and what it may leave out, each with what follows. */
import test from 'ava';
import { attemptsOf, protoOf } from '../../../src/verdict/firewall/attempt.js';
import { addressOf, portOf, quote, secondsOf } from '../../../src/verdict/firewall/entry-text.js';
import { filterOf, netEventOf, securityEventOf } from '../../../src/verdict/firewall/event-records.js';
import { MAX_QUOTE_CHARS } from '../../../src/verdict/firewall/limits.js';
import { noCounts } from '../../../src/verdict/firewall/log-entry.js';
import type { LogEntry } from '../../../src/verdict/firewall/log-entry.js';
import { PacketLogReader } from '../../../src/verdict/firewall/packet-log.js';
import { LineSplitter } from '../../../src/verdict/firewall/text-lines.js';
import { hostKeyOf } from '../../../src/verdict/words/host-key.js';
import type { HostKey } from '../../../src/verdict/words/host-key.js';

const NET_EVENT = {
  type: 'FWPM_NET_EVENT_TYPE_CLASSIFY_DROP',
  'header/timeStamp': '2026-05-28T20:26:40.250Z',
  'header/ipProtocol': '6',
  'header/localAddrV4': '10.0.0.10',
  'header/localPort': '51000',
  'header/remoteAddrV4': '10.0.1.1',
  'header/remotePort': '9003',
  'classifyDrop/filterId': '68893',
  'classifyDrop/layerId': '48',
  'classifyDrop/msFwpDirection': 'MS_FWP_DIRECTION_OUT',
};

function netEvent(changes: Readonly<Record<string, string>>): ReturnType<typeof netEventOf> {
  return netEventOf(
    new Map(Object.entries({ ...NET_EVENT, ...changes }).filter(([, value]) => value !== '')),
    1,
  );
}

function like(read: ReturnType<typeof netEventOf>): Partial<LogEntry> {
  return typeof read === 'string' ? {} : read;
}

test('network events: what is neither blocked nor allowed, or stays in the machine, is another record', (t) => {
  t.is(netEvent({ type: 'FWPM_NET_EVENT_TYPE_IKEEXT_MM_FAILURE' }), 'other');
  t.is(netEvent({ type: '' }), 'malformed');
  for (const value of ['true', '1', 'TRUE']) t.is(netEvent({ 'classifyDrop/isLoopback': value }), 'other');
  t.like(netEvent({ 'classifyDrop/isLoopback': 'false' }), { action: 'block' });
  const allowed = netEvent({
    type: 'FWPM_NET_EVENT_TYPE_CLASSIFY_ALLOW',
    'classifyAllow/layerId': '44',
    'classifyAllow/filterId': '7',
  });
  t.like(allowed, { action: 'allow', layer: 'accept', direction: 'in', filterId: '7', text: '' });
});

test('network events: the layer tells a direction where none is written, stealth mode that nobody listened', (t) => {
  const told = (layerId: string, direction: string, origin = ''): readonly unknown[] => {
    const read = netEvent({
      'classifyDrop/layerId': layerId,
      'classifyDrop/msFwpDirection': direction,
      'classifyDrop/filterOrigin': origin,
    });
    const { layer, direction: way } = like(read);
    return [layer, way];
  };
  t.deepEqual(told('48', ''), ['connect', 'out']);
  t.deepEqual(told('44', ''), ['accept', 'in']);
  t.deepEqual(told('13', ''), ['no_listener', 'in']);
  t.deepEqual(told('99', ''), ['other', null]);
  t.deepEqual(told('', ''), ['not_told', null]);
  t.deepEqual(told('12345', ''), ['not_told', null]);
  t.deepEqual(told('', '', 'Stealth'), ['no_listener', 'in']);
  t.deepEqual(told('99', '14592'), ['other', 'in']);
  t.deepEqual(told('99', '0x00003901'), ['other', 'out']);
  t.deepEqual(told('99', 'MS_FWP_DIRECTION_IN'), ['other', 'in']);
});

test('network events: without an end, a time or a protocol that makes sense they say nothing', (t) => {
  for (const changes of [
    { 'header/localAddrV4': '' },
    { 'header/localAddrV4': '10.0.0.999' },
    { 'header/remotePort': '70000' },
    { 'header/timeStamp': '' },
    { 'header/timeStamp': '2026-13-01T00:00:00' },
    { 'header/ipProtocol': '' },
    { 'header/ipProtocol': '256' },
  ]) {
    t.is(netEvent(changes), 'malformed', JSON.stringify(changes));
  }
  t.like(netEvent({ 'header/ipProtocol': '255', 'header/localPort': '' }), { protocol: 255 });
});

test('network events: names of rules are those for people, programs are readable, ends may be IPv6', (t) => {
  const ruleName = (origin: string): string | undefined =>
    like(netEvent({ 'internalFields/filterOrigin': origin })).ruleName;
  t.is(ruleName('Quarantine Default'), 'Quarantine Default');
  t.is(ruleName('{01234567-89ab-cdef-0123-456789abcdef}'), '');
  t.is(ruleName('Unknown'), '');
  t.is(ruleName('x'.repeat(5000))?.length, 200);
  t.regex(like(netEvent({ 'header/appId/asString': 'C.:.\\.a.' })).text ?? '', /program=C:\\a$/);
  t.regex(like(netEvent({ 'header/appId/asString': 'C:\\a.exe' })).text ?? '', /program=C:\\a\.exe$/);
  const wide = netEvent({
    'header/localAddrV4': '',
    'header/remoteAddrV4': '',
    'header/localAddrV6.byteArray16': 'fd000000000000000000000000000010',
    'header/remoteAddrV6': 'fd00::1%4',
  });
  t.deepEqual([like(wide).local?.address.version, like(wide).remote?.address.words[3]], [6, 1]);
});

const SECURITY = {
  'System/EventID': '5152',
  'System/TimeCreated@SystemTime': '2026-05-28T20:26:40.250Z',
  'EventData/Direction': '%%14592',
  'EventData/SourceAddress': '10.0.1.1',
  'EventData/SourcePort': '51000',
  'EventData/DestAddress': '10.0.0.10',
  'EventData/DestPort': '9003',
  'EventData/Protocol': '6',
  'EventData/LayerRTID': '13',
};

function security(changes: Readonly<Record<string, string>>): ReturnType<typeof securityEventOf> {
  return securityEventOf(
    new Map(Object.entries({ ...SECURITY, ...changes }).filter(([, value]) => value !== '')),
    1,
  );
}

test('Security log: of a packet that came in, the source is the remote end; of a connection the local one', (t) => {
  const port = (changes: Readonly<Record<string, string>>): number | undefined =>
    like(security(changes)).local?.port;
  t.is(port({}), 9003);
  t.is(port({ 'EventData/Direction': '%%14593' }), 51_000);
  t.is(port({ 'System/EventID': '5157' }), 51_000);
  t.is(port({ 'EventData/Direction': 'Inbound' }), 9003);
  t.is(like(security({ 'EventData/Direction': 'Outbound', 'EventData/LayerRTID': '' })).direction, 'out');
  t.is(like(security({ 'EventData/Direction': '' })).direction, 'in', 'by its layer');
});

test('Security log: allowed connections quote nothing, other events and broken ones are told apart', (t) => {
  t.like(security({ 'System/EventID': '5156' }), { action: 'allow', text: '' });
  t.regex(
    like(security({})).text ?? '',
    /^2026-.* EventID=5152 Source=10\.0\.1\.1 51000 Dest=10\.0\.0\.10 9003 Direction=%%14592/,
  );
  t.is(security({ 'System/EventID': '4624' }), 'other');
  for (const changes of [
    { 'System/EventID': '' },
    { 'EventData/SourceAddress': '-' },
    { 'EventData/DestPort': '99999' },
    { 'System/TimeCreated@SystemTime': 'yesterday' },
    { 'EventData/Protocol': '' },
    { 'EventData/Protocol': '300' },
  ]) {
    t.is(security(changes), 'malformed', JSON.stringify(changes));
  }
});

test('a filter has a number and a name', (t) => {
  const filter = (id: string, name: string): unknown =>
    filterOf(
      new Map([
        ['filterId', id],
        ['displayData/name', name],
      ]),
    );
  t.deepEqual(filter('7', ' Block \n  all '), { id: '7', name: 'Block all' });
  t.is(filter('7', ' '), null);
  t.is(filter('seven', 'Block'), null);
});

test('times, addresses, ports and quotations are taken where they make sense', (t) => {
  t.is(secondsOf('2026-05-28 20:26:40'), Date.UTC(2026, 4, 28, 20, 26, 40) / 1000);
  for (const text of [
    '',
    'now',
    '2026-00-28 20:26:40',
    '2026-05-32 20:26:40',
    '2026-05-28 24:26:40',
    '2026-05-28 20:60:40',
    '2026-05-28 20:26:61',
  ])
    t.true(Number.isNaN(secondsOf(text)), text);
  t.deepEqual(addressOf('::ffff:10.0.0.1'), addressOf('10.0.0.1'));
  t.deepEqual(addressOf('fe80::1%4'), addressOf('fe80::1'));
  t.is(addressOf('fd00'), null);
  t.deepEqual(['', '-', '0', '65535', '65536', 'x'].map(portOf), [0, 0, 0, 65_535, null, null]);
  t.is(quote(' a\n b '), 'a b');
  t.is(quote('x'.repeat(MAX_QUOTE_CHARS)).length, MAX_QUOTE_CHARS);
  t.is(quote('x'.repeat(MAX_QUOTE_CHARS + 1)), `${'x'.repeat(MAX_QUOTE_CHARS - 1)}…`);
});

/** What becomes of one line of pfirewall.log: its entry, or what it was counted as. */
function line(text: string, cut = false): LogEntry | string {
  const counts = noCounts();
  let kept: LogEntry | null = null;
  const reader = new PacketLogReader(counts, (entry) => (kept = entry));
  reader.take(text, cut);
  if (kept !== null) return kept;
  const told = (['other', 'malformed', 'lost'] as const).filter((name) => counts[name] > 0);
  return told.map((name) => `${name} ${counts[name]}`).join();
}

const AT = '2026-05-28 20:26:45';

test('pfirewall.log: lines of every action, protocol and path', (t) => {
  const tcp = '10.0.0.10 10.0.1.1 51000 9003';
  t.like(line(`${AT} DROP TCP ${tcp} 0 S 1 0 8192 - - - SEND`), {
    direction: 'out',
    protocol: 6,
    action: 'block',
  });
  t.like(line(`${AT} DROP TCP ${tcp} 0 S 1 0 8192 - - - RECEIVE`), { direction: 'in' });
  t.like(line(`${AT} OPEN TCP ${tcp} - - - - - - - - -`), { direction: 'out', action: 'allow', text: '' });
  t.like(line(`${AT} OPEN-INBOUND TCP ${tcp} - - - - - - - - -`), { direction: 'in', action: 'allow' });
  t.like(line(`${AT} DROP UDP ${tcp} 0 - - - - - - - -`), { direction: null, protocol: 17 });
  t.like(line(`${AT} DROP 47 10.0.0.10 10.0.1.1 - - 0 - - - - - - - SEND`), { protocol: 47 });
  t.like(line(`${AT} DROP ICMP 10.0.0.10 10.0.1.1 - - 0 - - - - 8 0 - SEND`), { protocol: 1 });
  t.is(line(`${AT} DROP ICMP 10.0.0.10 10.0.1.1 - - 0 - - - - 3 1 - SEND`), 'other 1', 'no question');
  t.is(line(`${AT} DROP TCP ${tcp} 0 SA 1 0 8192 - - - SEND`), 'other 1', 'an answer');
  t.is(line(`${AT} DROP TCP ${tcp} 0 E 1 0 8192 - - - RECEIVE`), 'other 1', 'nothing that begins');
  t.like(line(`${AT} DROP TCP ${tcp} 0 E 1 0 8192 - - - SEND`), { direction: 'out' });
  t.is(line(`${AT} CLOSE TCP ${tcp} - - - - - - - - -`), 'other 1');
  t.is(line(`${AT} EXPLODE TCP ${tcp} - - - - - - - - -`), 'malformed 1');
  t.is(line(`${AT} INFO-EVENTS-LOST - - - - - - - - - - - - 12 -`), 'lost 12');
  t.is(line(`${AT} INFO-EVENTS-LOST - - - - - - - - - - - - - -`), 'lost 1', 'how many is not told');
  for (const broken of [
    `${AT} DROP TCP 10.0.0.10 fd00::1 51000 9003 0 S 1 0 8192 - - - SEND`,
    `${AT} DROP TCP 10.0.0.10 10.0.1.1 51000 90030 0 S 1 0 8192 - - - SEND`,
    `${AT} DROP 256 ${tcp} 0 S 1 0 8192 - - - SEND`,
    `${AT} DROP XYZ ${tcp} 0 S 1 0 8192 - - - SEND`,
    `2026-05-28 DROP TCP ${tcp} 0 S 1 0 8192 - - - SEND`,
  ]) {
    t.is(line(broken), 'malformed 1', broken);
  }
  t.is(line(`${AT} DROP TCP ${tcp} 0 S 1 0 8192 - -`, true), 'malformed 1', 'its end is missing');
});

test('pfirewall.log: a header may say that times are UTC, and take it back', (t) => {
  const reader = new PacketLogReader(noCounts(), () => undefined);
  t.false(reader.utc);
  reader.take('#Time Format: UTC');
  t.true(reader.utc);
  reader.take('#Version: 1.5');
  t.true(reader.utc);
  reader.take('#Time Format: Local');
  t.false(reader.utc);
});

test('lines end with CR, LF or both, wherever a chunk ends', (t) => {
  const text = 'one\r\ntwo\rthree\nfour\r\r\nfive';
  const wanted = ['one', 'two', 'three', 'four', '', 'five'];
  for (let size = 1; size <= text.length; size++) {
    const splitter = new LineSplitter();
    const lines: string[] = [];
    for (let at = 0; at < text.length; at += size) lines.push(...splitter.push(text.slice(at, at + size)));
    lines.push(splitter.end());
    t.deepEqual(lines, wanted, `${size}`);
  }
});

const HERE = { address: { version: 4, words: [0x0a00000a, 0, 0, 0] }, port: 51_000 } as const;
const THERE = { address: { version: 4, words: [0x0a000101, 0, 0, 0] }, port: 9003 } as const;

test('a line tells who asked whom by its direction, or by which end is this server', (t) => {
  const entry = (changes: Partial<LogEntry>): LogEntry => ({
    number: 1,
    action: 'block',
    time: 0,
    protocol: 6,
    direction: null,
    local: HERE,
    remote: THERE,
    endsUnsure: false,
    layer: 'not_told',
    filterId: '',
    ruleName: '',
    text: '',
    ...changes,
  });
  const [here, there] = [hostKeyOf(HERE.address), hostKeyOf(THERE.address)];
  const told = (changes: Partial<LogEntry>, ...server: readonly HostKey[]): readonly string[] =>
    attemptsOf(entry(changes), new Set(server)).map(({ orig, origPort, resp, respPort, at }) =>
      [orig === here ? 'here' : 'there', origPort, resp === here ? 'here' : 'there', respPort, at].join(' '),
    );
  const out = 'here 51000 there 9003 originator';
  const into = 'there 9003 here 51000 responder';
  t.deepEqual(told({ direction: 'out' }), [out]);
  t.deepEqual(told({ direction: 'in' }), [into]);
  t.deepEqual(told({ direction: 'out', endsUnsure: true }), [out, 'there 9003 here 51000 originator']);
  t.deepEqual(told({}, here), [out]);
  t.deepEqual(told({}, there), ['here 51000 there 9003 responder']);
  t.deepEqual([told({}), told({}, here, there)], [[], []], 'neither or both');
  t.deepEqual([6, 17, 1, 58, 47].map(protoOf), ['tcp', 'udp', 'icmp', 'icmp', null]);
});
