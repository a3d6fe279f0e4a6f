/** Services by their first bytes: each is told as soon as it can be, and nothing else is taken for one. */
import test from 'ava';
import { be16, be32, concat, hex, le16, text, u8, zeros } from '../../../captures/recipes/craft/bytes.js';
import { bind, bindAck, SVCCTL } from '../../../captures/recipes/payload/dce-rpc.js';
import { remotingCall, remotingReturn } from '../../../captures/recipes/payload/dotnet-remoting.js';
import {
  dnsAnswer,
  dnsQuery,
  privateProtocol,
  rdpConfirm,
  rdpRequest,
} from '../../../captures/recipes/payload/small.js';
import { smbVisit } from '../../../captures/recipes/payload/smb2.js';
import type { Side } from '../../../src/recognise/facts/dissector.js';
import type { ServiceName } from '../../../src/recognise/facts/services.js';
import { firstBytes } from '../../../src/recognise/signature/signature.js';
import { MAX_SIGNATURE_BYTES } from '../../../src/recognise/signature/signature-match.js';
import { SERVICES } from '../../../src/recognise/facts/services.js';
import { mutated, seeded, viewOf } from '../driver/dissecting.js';
import {
  clientHello,
  handshake,
  kerberosAsReq,
  kerberosError,
  ldapBind,
  ldapBindAnswer,
} from '../driver/messages.js';
import {
  ntlmNegotiate,
  overTcp,
  serverHello,
  tdsPacket,
  tdsPrelogin,
  tlsRecord,
} from '../driver/messages.js';

const SMB = smbVisit({ client: 'A', server: 'B', domain: 'D', user: 'u', pipe: 'svcctl' })[0] ?? [
  zeros(0),
  zeros(0),
];
const dnsTcp = (message: Uint8Array): Uint8Array => concat(be16(message.length), message);
const mysqlGreeting = concat(u8(0x4a, 0, 0, 0, 10), text('8.0.36\0'), zeros(67));
const netbiosNames = concat(u8(32), text('CACACACACACACACACACACACACACACACA'), u8(0));
const sslv2 = concat(hex('802e 01 0300 0015 0000 0010'), zeros(21 + 16));

const KNOWN: readonly (readonly [service: ServiceName, side: Side, bytes: Uint8Array])[] = [
  ['dce_rpc', 0, bind(1, SVCCTL)],
  ['dce_rpc', 1, bindAck(1, 49667)],
  ['dce_rpc', 0, hex('0500 0b03 00000000 0048 0000 00000001')],
  ['smb', 0, SMB[0]],
  ['smb', 1, SMB[1]],
  ['smb', 0, concat(hex('00000054 ff534d42 72'), zeros(32))],
  ['nbss', 0, concat(be16(0x8100, 68), netbiosNames, netbiosNames)],
  ['nbss', 1, hex('82000000')],
  ['nbss', 1, hex('8300000182')],
  ['dotnet_remoting', 0, remotingCall('tcp://nas01:9004/UAVRServer', 'Ping', 'T')],
  ['dotnet_remoting', 1, remotingReturn()],
  ['negotiate_stream', 0, handshake(0x16, ntlmNegotiate())],
  ['negotiate_stream', 1, handshake(0x15, hex('00000000 8009030c'))],
  ['ssl', 0, tlsRecord(22, clientHello('srv01.corp.local'))],
  ['ssl', 1, tlsRecord(22, serverHello(0x0303))],
  ['ssl', 1, tlsRecord(21, u8(2, 70))],
  ['ssl', 0, sslv2],
  ['http', 0, text('GET / HTTP/1.1\r\nHost: a\r\n\r\n')],
  ['http', 0, text(`GET /${'a'.repeat(300)} HTTP/1.1\r\n`)],
  ['http', 0, text('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n')],
  ['http', 1, text('HTTP/1.1 401 Unauthorized\r\n')],
  ['http', 1, hex('000006 04 00 00000000 0003 00000064')],
  ['winrm', 0, text('POST /wsman?PSVersion=5.1 HTTP/1.1\r\n')],
  ['rdp', 0, rdpRequest('operator')],
  ['rdp', 0, hex('0300000b 06e00000000000')],
  ['rdp', 1, rdpConfirm()],
  ['ssh', 0, text('SSH-2.0-OpenSSH_9.6\r\n')],
  ['ssh', 1, text('SSH-2.0-OpenSSH_for_Windows_8.1\r\n')],
  ['ldap', 0, ldapBind(zeros(40))],
  ['ldap', 1, ldapBindAnswer(49)],
  ['ldap', 0, hex('3084 0000 002d 02 01 03 63 84 0000 0024 04 00 0a 01 00')],
  ['krb', 0, overTcp(kerberosAsReq('WS01'))],
  ['krb', 1, overTcp(kerberosError(25, 'a', 'CORP.LOCAL'))],
  ['mssql', 0, tdsPacket(0x12, tdsPrelogin())],
  ['mssql', 1, tdsPacket(4, tdsPrelogin())],
  ['dns', 0, dnsTcp(dnsQuery(5, 'srv01.corp.local'))],
  ['dns', 1, dnsTcp(dnsAnswer(5, 'srv01.corp.local', '10.0.0.9'))],
  ['ftp', 1, text('220 Microsoft FTP Service\r\n')],
  ['smtp', 1, text('220 mail.corp.local Microsoft ESMTP MAIL Service ready\r\n')],
  ['smtp', 0, text('EHLO srv01\r\n')],
  ['imap', 1, text('* OK The Microsoft Exchange IMAP4 service is ready.\r\n')],
  ['imap', 0, text('a001 LOGIN user pass\r\n')],
  ['pop3', 1, text('+OK POP3 server ready\r\n')],
  ['telnet', 1, hex('fffd25 fffb01 fffb03')],
  ['mysql', 1, mysqlGreeting],
  ['mysql', 0, concat(hex('b4000001 85a6ff19 00000001 2d'), zeros(23), text('root\0'))],
  ['postgresql', 0, hex('00000008 04d2162f')],
  ['postgresql', 0, concat(be32(40, 0x30000), text('user\0postgres\0database\0x\0\0'))],
  ['postgresql', 1, hex('52 0000000c 00000005 11223344')],
  ['vnc', 1, text('RFB 003.008\n')],
  ['sip', 0, text('REGISTER sip:corp.local SIP/2.0\r\n')],
  ['sip', 1, text('SIP/2.0 200 OK\r\n')],
  ['syslog', 0, text('<34>1 2026-03-02T07:00:00Z srv01 app - - - hello')],
  ['syslog', 0, text('52 <13>Mar  2 07:00:00 srv01 app: hello')],
];

const ask = (side: Side, bytes: Uint8Array): string =>
  firstBytes(side, bytes, viewOf(bytes), 0, bytes.length);

for (const [service, side, bytes] of KNOWN) {
  const begin = Buffer.from(bytes.slice(0, 12)).toString('hex');
  test(`${service} of side ${side} is told from ${begin}, and from no prefix is another`, (t) => {
    t.is(ask(side, bytes), service);
    for (let length = 0; length < bytes.length; length++) {
      const result = ask(side, bytes.slice(0, length));
      t.true(
        result === service || (result === 'need_more' && length < MAX_SIGNATURE_BYTES),
        `${length}: ${result}`,
      );
    }
  });
}

test('where the bytes stand in a larger buffer does not matter', (t) => {
  for (const [service, side, bytes] of KNOWN) {
    const framed = concat(hex('ffeeddcc'), bytes, hex('0011'));
    t.is(firstBytes(side, framed, viewOf(framed), 4, 4 + bytes.length), service);
  }
});

const NONE: readonly (readonly [what: string, side: Side, bytes: Uint8Array])[] = [
  ['a private protocol', 0, privateProtocol(1, 'hello')],
  ['a request without a version', 0, text('GET /index.html\r\n')],
  ['RTSP', 0, text('OPTIONS rtsp://10.0.0.1/a RTSP/1.0\r\n')],
  ['S7 over X.224', 0, hex('03000016 11e00000000100 c0010ac1020100c2020102')],
  ['SNMP', 0, hex('302602010104067075626c6963a019020101020100020100300e300c06082b060102010101000500')],
  ['a DER certificate', 1, hex('3082030a308201f2a003020102020900')],
  ['a greeting that says nothing', 1, text('220 ready\r\n')],
  ['IRC', 0, text('USER a b c :real name\r\n')],
  ['a Redis answer', 1, text('+OK\r\n')],
  ['TLS application data', 0, concat(hex('170303 0020'), zeros(32))],
  ['an HTTP response from the originator', 0, text('HTTP/1.1 200 OK\r\n')],
  ['zeros', 0, zeros(256)],
  ['a DCE/RPC request from the responder', 1, bind(1, SVCCTL)],
  ['a TDS packet of a foreign type', 0, concat(hex('1301'), le16(8), zeros(40))],
  ['gzip', 1, hex('1f8b0800000000000003')],
];

for (const [what, side, bytes] of NONE) {
  test(`${what} is none of the services`, (t) => {
    t.is(ask(side, concat(bytes, zeros(MAX_SIGNATURE_BYTES))), 'none');
  });
}

test('no service is seen in 100 000 seeded random beginnings, even with a first byte that fits', (t) => {
  const next = seeded(20260302);
  const bytes = new Uint8Array(MAX_SIGNATURE_BYTES);
  const words = new Uint32Array(bytes.buffer);
  const firsts = KNOWN.map(([, , known]) => known[0] ?? 0);
  const seen = new Set<string>();
  for (let n = 0; n < 100_000; n++) {
    for (let i = 0; i < words.length; i++) words[i] = next();
    if (n % 2 === 1) bytes[0] = firsts[n % firsts.length] ?? 0;
    for (const side of [0, 1] as const) seen.add(ask(side, bytes));
  }
  t.deepEqual([...seen], ['none']);
});

test('changed and cut beginnings are a service that was changed little, another, or none', (t) => {
  const next = seeded(77);
  const seen = new Map<string, number>();
  for (let n = 0; n < 20_000; n++) {
    const [, side, bytes] = KNOWN[n % KNOWN.length] ?? ['http', 0, zeros(0)];
    const result = ask(side, mutated(bytes, next));
    seen.set(result, (seen.get(result) ?? 0) + 1);
  }
  const services: ReadonlySet<string> = new Set([...SERVICES, 'none', 'need_more']);
  t.deepEqual(
    [...seen.keys()].filter((result) => !services.has(result)),
    [],
  );
  t.true((seen.get('none') ?? 0) > 1000);
});
