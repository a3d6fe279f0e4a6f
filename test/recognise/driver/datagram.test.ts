/** Datagrams by content, the names that answers teach, and look-ups that failed. */
import test from 'ava';
import { rounds } from '../../fuzz.js';
import { be16, be32, concat, hex, text, u8, zeros } from '../../../captures/recipes/craft/bytes.js';
import { nameQuery, nodeStatusQuery, nodeStatusReply } from '../../../captures/recipes/payload/netbios.js';
import { dnsAnswer, dnsQuery, llmnrQuery } from '../../../captures/recipes/payload/small.js';
import { MAX_TRIES } from '../../../src/recognise/driver/datagram.js';
import { pointedAddress } from '../../../src/recognise/names/dns.js';
import { readDnsName } from '../../../src/recognise/names/dns-message.js';
import { MAX_LOOKUPS } from '../../../src/recognise/facts/lookups.js';
import { LookupTracker } from '../../../src/recognise/facts/lookups.js';
import { Facts } from '../../../src/recognise/facts/facts.js';
import { CLIENT, mutated, origin, recogniseAll, seeded, SERVER, servicesOf, taught } from './dissecting.js';
import type { Sent } from './dissecting.js';
import { der, dhcp, kerberosAsReq, kerberosError } from './messages.js';

const NAME = 'srv01.corp.local';
const up = (bytes: Uint8Array, dstPort = 53, sec = 100): Sent => ({
  src: CLIENT,
  dst: SERVER,
  srcPort: 50_000,
  dstPort,
  bytes,
  sec,
});
const down = (bytes: Uint8Array, srcPort = 53, sec = 100): Sent => ({
  src: SERVER,
  dst: CLIENT,
  srcPort,
  dstPort: 50_000,
  bytes,
  sec,
});

const labels = (name: string): Uint8Array =>
  concat(...name.split('.').map((label) => concat(u8(label.length), text(label))), u8(0));

/** A message with one question and records that name their owner in full. */
function dnsMessage(
  flags: number,
  name: string,
  type: number,
  ...records: readonly Uint8Array[]
): Uint8Array {
  return concat(be16(5, flags, 1, records.length, 0, 0), labels(name), be16(type, 1), ...records);
}

const record = (owner: Uint8Array, type: number, data: Uint8Array): Uint8Array =>
  concat(owner, be16(type, 1), be32(60), be16(data.length), data);

function encodedName(name: string, suffix: number): Uint8Array {
  const raw = concat(text(name.padEnd(15)), u8(suffix));
  return concat(u8(32, ...[...raw].flatMap((b) => [0x41 + (b >> 4), 0x41 + (b & 15)])), u8(0));
}

/** An NBNS message with one record, its data given. */
const nbns = (flags: number, name: string, suffix: number, data: Uint8Array): Uint8Array =>
  concat(
    be16(5, flags, 0, 1, 0, 0),
    encodedName(name, suffix),
    be16(0x20, 1),
    be32(0),
    be16(data.length),
    data,
  );

const nbEntry = (flags: number, ...address: readonly number[]): Uint8Array =>
  concat(be16(flags), u8(...address));

test('an answer teaches the name of its address, and its question nothing', (t) => {
  const asked = recogniseAll([up(dnsQuery(5, NAME))]);
  t.deepEqual(taught(asked.facts)['names'], []);
  t.deepEqual(asked.goesOn, [true]);
  const { facts } = recogniseAll([up(dnsQuery(5, NAME)), down(dnsAnswer(5, NAME, '10.0.0.9'))]);
  t.deepEqual(taught(facts), {
    service: { name: 'dns', certainty: 'confirmed' },
    names: [`dns 10.0.0.9 ${NAME}`],
    failed: [],
    details: [],
    ntlm: [],
    tls: [],
    denied: [],
  });
});

test('an IPv6 answer and a reverse answer teach as well', (t) => {
  const reverse = '9.0.0.10.in-addr.arpa';
  const { facts } = recogniseAll([
    down(dnsAnswer(5, NAME, 'fd00::9')),
    down(dnsMessage(0x8180, reverse, 12, record(hex('c00c'), 12, labels('ws09.corp.local')))),
  ]);
  t.deepEqual(taught(facts)['names'], [`dns fd00::9 ${NAME}`, 'dns 10.0.0.9 ws09.corp.local']);
});

test('through an alias the address gets the name of its own record', (t) => {
  const alias = record(hex('c00c'), 5, labels('srv01.corp.local'));
  const address = record(labels('srv01.corp.local'), 1, u8(10, 0, 0, 9));
  const { facts } = recogniseAll([
    up(dnsQuery(5, 'audit.corp.local')),
    down(dnsMessage(0x8180, 'audit.corp.local', 1, alias, address)),
  ]);
  t.deepEqual(taught(facts)['names'], ['dns 10.0.0.9 srv01.corp.local']);
});

test('reverse names are addresses only when they are whole', (t) => {
  t.is(pointedAddress('4.3.2.1.IN-ADDR.ARPA'), '1.2.3.4');
  t.is(pointedAddress('3.2.1.in-addr.arpa'), '');
  t.is(pointedAddress('256.3.2.1.in-addr.arpa'), '');
  t.is(pointedAddress(`${'1.'.padEnd(64, '0.')}ip6.arpa`), '::1');
  t.is(pointedAddress('_ldap._tcp.corp.local'), '');
});

test('an error, and silence, make a failed look-up; a later answer makes it good', (t) => {
  const nxdomain = dnsMessage(0x8183, NAME, 1);
  const servfail = dnsMessage(0x8182, NAME, 1);
  const good = dnsAnswer(6, NAME, '10.0.0.9');
  const failed = (...sent: readonly Sent[]): unknown => taught(recogniseAll(sent).facts)['failed'];
  t.deepEqual(failed(up(dnsQuery(5, NAME)), down(nxdomain)), [`dns ${NAME}: NXDOMAIN`]);
  t.deepEqual(failed(up(dnsQuery(5, NAME))), [`dns ${NAME}: no answer`]);
  t.deepEqual(failed(up(dnsQuery(5, NAME)), down(servfail), up(dnsQuery(6, NAME)), down(good)), []);
  t.deepEqual(failed(up(dnsQuery(5, NAME)), up(dnsQuery(6, NAME), 53, 101), down(good, 53, 101)), []);
  t.deepEqual(failed(up(dnsQuery(9, NAME)), down(dnsAnswer(5, NAME, '10.0.0.9'))), [
    `dns ${NAME}: no answer`,
  ]);
  t.deepEqual(failed(up(llmnrQuery(5, 'ws07'), 5355)), ['llmnr ws07: no answer']);
});

test('an answer that a snap length cut anywhere is an answer', (t) => {
  const answer = dnsAnswer(5, NAME, '10.0.0.9');
  for (let length = 12; length < answer.length; length++) {
    const { facts } = recogniseAll([up(dnsQuery(5, NAME)), down(answer.slice(0, length))]);
    t.deepEqual(taught(facts)['failed'], [], `${length} bytes`);
  }
});

test('a client that asks for the same name again and again is one failed look-up', (t) => {
  const sent = Array.from({ length: 20 }, (_, n) => up(dnsQuery(n, NAME), 53, 100 + 40 * n));
  t.deepEqual(taught(recogniseAll(sent, 5_000).facts)['failed'], [`dns ${NAME}: no answer`]);
});

test('a question shortly before the end of the capture is not called unanswered', (t) => {
  t.deepEqual(taught(recogniseAll([up(dnsQuery(5, NAME), 53, 100)], 101).facts)['failed'], []);
});

test('open look-ups are bounded', (t) => {
  const facts = new Facts();
  const lookups = new LookupTracker(facts);
  for (let n = 0; n < MAX_LOOKUPS + 10; n++) lookups.asked(CLIENT, `n${n}`, 'dns', 1, origin());
  t.is(lookups.size, MAX_LOOKUPS);
  t.is(facts.weirds.get('limit: open name look-ups'), 10);
});

test('a compression pointer that leads forward, to itself or out of the message ends the name', (t) => {
  for (const bytes of [hex('c000'), hex('c002 00'), hex('01 61 c0ff'), hex('c0'), hex('3f61')]) {
    t.is(readDnsName(bytes, 0, 0, bytes.length), null);
  }
  const two = concat(labels('a.b'), hex('01 63 c000'));
  t.deepEqual(readDnsName(two, 0, 5, two.length), { text: 'c.a.b', end: 9 });
  const long = concat(...Array.from({ length: 5 }, () => concat(u8(63), zeros(63))), u8(0));
  t.is(readDnsName(long, 0, 0, long.length), null);
});

test('LLMNR and mDNS are told from DNS by their ports', (t) => {
  const answer = dnsAnswer(5, 'ws07', '10.0.0.7');
  t.deepEqual(taught(recogniseAll([down(answer, 5355)]).facts)['names'], ['llmnr 10.0.0.7 ws07']);
  const announcement = concat(
    be16(0, 0x8400, 0, 1, 0, 0),
    labels('ws07.local'),
    be16(1, 0x8001),
    be32(120),
    be16(4),
    u8(10, 0, 0, 7),
  );
  const mdns = recogniseAll([{ ...down(announcement, 5353), dst: '224.0.0.251', dstPort: 5353 }]);
  t.deepEqual(taught(mdns.facts)['names'], ['mdns 10.0.0.7 ws07.local']);
  t.is(mdns.facts.serviceOf(7)?.name, 'mdns');
});

test('a positive NetBIOS answer teaches a computer, not a group or a user', (t) => {
  const good = nbns(0x8500, 'WS05', 0x20, nbEntry(0x6000, 10, 0, 0, 5));
  const group = nbns(0x8500, 'CORP', 0, nbEntry(0xe000, 10, 0, 0, 5));
  const user = nbns(0x8500, 'OPERATOR', 3, nbEntry(0x6000, 10, 0, 0, 5));
  const { facts } = recogniseAll([down(good, 137), down(group, 137), down(user, 137)]);
  t.deepEqual(taught(facts)['names'], ['nbns 10.0.0.5 WS05']);
});

test('a registration teaches what the sender claims for its own address only', (t) => {
  const claim = (last: number): Uint8Array =>
    concat(
      be16(5, 0x2910, 1, 0, 0, 1),
      encodedName('WS01', 0),
      be16(0x20, 1),
      concat(hex('c00c'), be16(0x20, 1), be32(0), be16(6), nbEntry(0, 10, 0, 0, last)),
    );
  t.deepEqual(taught(recogniseAll([up(claim(1), 137)]).facts)['names'], [`nbns ${CLIENT} WS01`]);
  t.deepEqual(taught(recogniseAll([up(claim(3), 137)]).facts)['names'], []);
});

test('a negative NetBIOS answer is a failed look-up', (t) => {
  const negative = nbns(0x8583, 'WS05', 0x20, nbEntry(0, 0, 0, 0, 0));
  const { facts } = recogniseAll([up(nameQuery(5, 'WS05'), 137), down(negative, 137)]);
  t.deepEqual(taught(facts)['failed'], ['nbns WS05: NAM_ERR']);
});

test('a node status answer teaches the name of who answers, and is quoted', (t) => {
  const reply = nodeStatusReply(5, 'WS05', 'CORP', hex('001122334455'));
  const { facts, goesOn } = recogniseAll([up(nodeStatusQuery(5), 137), down(reply, 137)]);
  t.deepEqual(taught(facts)['names'], [`nbns ${SERVER} WS05`]);
  t.deepEqual(taught(facts)['details'], [
    'netbios_ns: 00:11:22:33:44:55, WS05<00>, WS05<20>, CORP<00> group',
  ]);
  t.deepEqual(goesOn, [true, true]);
});

test('a datagram of the NetBIOS datagram service teaches its source name', (t) => {
  const names = concat(encodedName('WS01', 0x20), encodedName('CORP', 0x1d));
  const datagram = concat(hex('110a 0001 0a000001 008a'), be16(names.length + 4, 0), names, hex('ff534d42'));
  const { facts } = recogniseAll([up(datagram, 138)]);
  t.deepEqual(taught(facts)['names'], [`netbios_dgm ${CLIENT} WS01`]);
});

test('a granted lease teaches the name that the client asked with', (t) => {
  const request = dhcp(1, 7, zeros(4), zeros(4), concat(hex('350103 0c04'), text('ws01')));
  const ack = dhcp(2, 7, zeros(4), u8(10, 0, 0, 33), hex('350105'));
  const nak = dhcp(2, 7, zeros(4), u8(10, 0, 0, 33), hex('350106'));
  const other = dhcp(2, 8, zeros(4), u8(10, 0, 0, 34), hex('350105'));
  t.deepEqual(taught(recogniseAll([up(request, 67), down(ack, 67)]).facts)['names'], ['dhcp 10.0.0.33 ws01']);
  t.deepEqual(taught(recogniseAll([up(request, 67), down(nak, 67), down(other, 67)]).facts)['names'], []);
});

test('the client FQDN is better than the host name, in both of its forms', (t) => {
  const fqdn = (flags: number, name: Uint8Array): Uint8Array =>
    concat(u8(81, 3 + name.length, flags, 0, 0), name);
  for (const option of [fqdn(0, text('ws01.corp.local')), fqdn(4, labels('ws01.corp.local'))]) {
    const renewal = dhcp(1, 7, u8(10, 0, 0, 1), zeros(4), concat(hex('350103 0c04'), text('ws01'), option));
    t.deepEqual(taught(recogniseAll([up(renewal, 67)]).facts)['names'], [`dhcp ${CLIENT} ws01.corp.local`]);
  }
});

test('Kerberos over UDP teaches the NetBIOS name in a request and quotes errors', (t) => {
  const asked = taught(recogniseAll([up(kerberosAsReq('WS01'), 88)]).facts);
  t.deepEqual(asked['names'], [`kerberos ${CLIENT} WS01`]);
  const revoked = taught(recogniseAll([down(kerberosError(18, 'svc-audit', 'CORP.LOCAL'), 88)]).facts);
  t.deepEqual(revoked['details'], [
    'krb: KDC_ERR_CLIENT_REVOKED svc-audit for krbtgt/CORP.LOCAL in CORP.LOCAL',
  ]);
  t.deepEqual(revoked['denied'], ['Kerberos svc-audit for krbtgt/CORP.LOCAL: KDC_ERR_CLIENT_REVOKED (18)']);
  t.deepEqual(taught(recogniseAll([down(kerberosError(25, 'a', 'B'), 88)]).facts)['denied'], []);
});

const ntp = concat(hex('230306e9 00000123 00000456 0a000001'), zeros(24), hex('e9b1c2d3 00000000'));
const OTHERS: readonly (readonly [service: string, bytes: Uint8Array])[] = [
  ['ntp', ntp],
  ['snmp', hex('302602010104067075626c6963a019020101020100020100300e300c06082b060102010101000500')],
  ['ldap', concat(hex('3084 0000 0025 02 01 01 63 84 0000 001c 04 00 0a 01 00'), zeros(0x19))],
  ['syslog', text('<134>Mar  2 07:00:00 fw01 drop')],
  ['syslog', text('<134>fw01: drop of a packet from 10.0.0.1')],
  ['ssdp', text('M-SEARCH * HTTP/1.1\r\nHOST: 239.255.255.250:1900\r\n\r\n')],
  [
    'wsd',
    text('<?xml version="1.0"?><soap:Envelope xmlns:d="http://schemas.xmlsoap.org/ws/2005/04/discovery">'),
  ],
  ['quic', concat(hex('c3 00000001 08 1122334455667788 00'), zeros(1180))],
  ['sip', text('OPTIONS sip:10.0.0.1 SIP/2.0\r\n\r\n')],
];

for (const [service, bytes] of OTHERS) {
  test(`${service} is told from ${Buffer.from(bytes.slice(0, 8)).toString('hex')} on any port`, (t) => {
    const { facts, goesOn } = recogniseAll([up(bytes, 4_711)]);
    t.deepEqual(facts.serviceOf(7), { name: service, certainty: 'confirmed' } as never);
    t.deepEqual(goesOn, [false]);
  });
}

test('a flow is looked at again until its first datagrams were not recognised', (t) => {
  const strange = up(text('nothing that is known'), 9);
  const { goesOn } = recogniseAll(Array.from({ length: MAX_TRIES }, () => strange));
  t.deepEqual(goesOn, [true, true, true, false]);
  t.is(recogniseAll([strange, up(ntp, 9)]).facts.serviceOf(7)?.name, 'ntp');
});

const VALID: readonly Uint8Array[] = [
  dnsQuery(5, NAME),
  dnsAnswer(5, NAME, '10.0.0.9'),
  dnsMessage(0x8180, '9.0.0.10.in-addr.arpa', 12, record(hex('c00c'), 12, labels('ws09.corp.local'))),
  nbns(0x8500, 'WS05', 0x20, nbEntry(0x6000, 10, 0, 0, 5)),
  nodeStatusReply(5, 'WS05', 'CORP', hex('001122334455')),
  dhcp(1, 7, u8(10, 0, 0, 1), zeros(4), concat(hex('350103 0c04'), text('ws01'))),
  kerberosError(18, 'svc-audit', 'CORP.LOCAL'),
  kerberosAsReq('WS01'),
  der(0x30, hex('020101')),
  ...OTHERS.map(([, bytes]) => bytes),
];

test('no prefix of a datagram teaches a name that the whole one does not', (t) => {
  for (const bytes of VALID) {
    const all = new Set(taught(recogniseAll([up(bytes, 137)]).facts)['names'] as string[]);
    const prefixes = Array.from(bytes, (_, length) => ({ ...up(bytes.slice(0, length), 137), flow: length }));
    const names = taught(recogniseAll(prefixes).facts)['names'] as string[];
    t.deepEqual(
      names.filter((name) => !all.has(name)),
      [],
    );
  }
});

test('changed and cut datagrams never throw, on any port', (t) => {
  const next = seeded(4711);
  for (const port of [53, 137, 5353, 67]) {
    const changed = Array.from({ length: rounds(1000, 5000) }, (_, n) =>
      mutated(VALID[n % VALID.length] ?? zeros(0), next),
    );
    t.true(servicesOf(changed, port).size > 1);
  }
});

function* randomDatagrams(count: number): Generator<Uint8Array> {
  const next = seeded(99);
  const bytes = new Uint8Array(512);
  const words = new Uint32Array(bytes.buffer);
  for (let n = 0; n < count; n++) {
    for (let i = 0; i < words.length; i++) words[i] = next();
    yield bytes.subarray(0, 8 + (next() % 500));
  }
}

test('no service is seen in 50 000 seeded random datagrams', (t) => {
  t.deepEqual([...servicesOf(randomDatagrams(50_000))], []);
});

test('a name in UTF-8 is read as it is meant, composed, and one of other bytes stays readable', (t) => {
  const read = (...parts: readonly Uint8Array[]): string | undefined => {
    const bytes = concat(...parts.flatMap((label) => [u8(label.length), label]), u8(0));
    return readDnsName(bytes, 0, 0, bytes.length)?.text;
  };
  const utf8 = (label: string): Uint8Array => new TextEncoder().encode(label);
  t.is(read(utf8('büro-pc'), utf8('corp')), 'büro-pc.corp');
  t.is(read(utf8('bu\u0308ro-pc'), utf8('corp')), 'büro-pc.corp');
  t.is(read(u8(0x62, 0xfc), utf8('corp')), 'bü.corp');
  t.is(read(utf8('pc\u202egnp')), 'pc\\u202egnp');
});

test('what is damaged on the ports of NetBIOS is not DNS, whose format it has', (t) => {
  const { facts } = recogniseAll([{ ...up(dnsQuery(7, 'ws01'), 137), srcPort: 137, flow: 0 }]);
  t.is(facts.serviceOf(0), undefined);
  t.is(recogniseAll([{ ...up(dnsQuery(7, 'ws01')), flow: 0 }]).facts.serviceOf(0)?.name, 'dns');
});

test('a length that the snap length made speaks for no protocol', (t) => {
  const bytes = Uint8Array.from(Buffer.from(`240103e9${'00'.repeat(36)}0000000100000000`, 'hex'));
  const seen = (cut: boolean) =>
    recogniseAll([{ ...down(bytes, 50_000), cut, flow: 1 }]).facts.serviceOf(1)?.name;
  t.is(seen(false), 'ntp');
  t.is(seen(true), undefined);
});
