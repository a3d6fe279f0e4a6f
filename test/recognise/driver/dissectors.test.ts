/** Connections of the smaller protocols: what they teach, whole, cut at every position, and with bytes missing. */
import test from 'ava';
import { rounds } from '../../fuzz.js';
import { be16, concat, hex, le16, le32, text, u8, zeros } from '../../../captures/recipes/craft/bytes.js';
import { remotingCall, remotingReturn } from '../../../captures/recipes/payload/dotnet-remoting.js';
import { dnsAnswer, dnsQuery, rdpConfirm, rdpRequest } from '../../../captures/recipes/payload/small.js';
import { MAX_FACT_TEXT } from '../../../src/recognise/facts/facts.js';
import type { ServiceName } from '../../../src/recognise/facts/services.js';
import { CLIENT, dissect, everySplit, mutated, seeded, SERVER, taught, withGap } from './dissecting.js';
import type { Message } from './dissecting.js';
import {
  clientHello,
  handshake,
  kerberosApReq,
  kerberosError,
  ldapBind,
  ldapBindAnswer,
} from './messages.js';
import { ntlmAuthenticate, ntlmChallenge, ntlmNegotiate, overTcp, serverHello } from './messages.js';
import { tdsLoginFailed, tdsPacket, tdsPrelogin, tlsRecord } from './messages.js';

const dnsTcp = (message: Uint8Array): Uint8Array => concat(be16(message.length), message);
const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');
const URI = 'tcp://nas01:9004/UAVRServer';

const counted = (value: string): Uint8Array => concat(u8(1), le32(value.length), text(value));
const chunkedCall = concat(
  hex('2e4e4554 0100 0000 0100'),
  concat(le16(1), counted('__RequestUri'), counted('x')),
  concat(le16(4), u8(1), counted(URI)),
  le16(0),
  concat(le32(3), text('abc\r\n')),
  concat(le32(0), text('\r\n')),
);
const failedReply = concat(
  hex('2e4e4554 0100 0200 0000 00000000'),
  concat(le16(2), u8(3), le16(1)),
  concat(le16(3), u8(1), counted('not found')),
  le16(0),
);

const CHALLENGE = ntlmChallenge('FS01', 'fs01.corp.local');
const LOGON = ntlmAuthenticate('CORP', 'svc-audit', 'SRV01');
const NTLM_NAMES = [`ntlm ${SERVER} fs01.corp.local`, `ntlm ${SERVER} FS01`, `ntlm ${CLIENT} SRV01`];
const ntlmFact = (success: boolean | null): unknown[] => [
  ['CORP', 'svc-audit', 'SRV01', 'FS01', 'fs01.corp.local', success],
];

interface Case {
  readonly what: string;
  readonly service: ServiceName;
  readonly messages: readonly Message[];
  readonly expected: Record<string, unknown>;
}

/** What follows once TLS was agreed on. */
const HELLO = tlsRecord(22, clientHello('mx.example.test'));
const NOTHING = { names: [], failed: [], details: [], ntlm: [], tls: [], denied: [] };

const http = (line: string, ...fields: readonly string[]): Uint8Array =>
  text([line, ...fields, '', ''].join('\r\n'));

const CASES: readonly Case[] = [
  {
    what: 'a Remoting call names its object',
    service: 'dotnet_remoting',
    messages: [
      [0, remotingCall(URI, 'Ping', 'T')],
      [1, remotingReturn()],
      [0, remotingCall(URI, 'Pong', 'T')],
    ],
    expected: { details: [`dotnet_remoting: ${URI}`] },
  },
  {
    what: 'a chunked Remoting call is followed by the next, and a failed reply is quoted',
    service: 'dotnet_remoting',
    messages: [
      [0, concat(chunkedCall, remotingCall('/Other', 'Ping', 'T'))],
      [1, failedReply],
    ],
    expected: {
      details: [
        `dotnet_remoting: ${URI}`,
        'dotnet_remoting: /Other',
        'dotnet_remoting: reply with status 1: not found',
      ],
    },
  },
  {
    what: 'NegotiateStream ends with success',
    service: 'negotiate_stream',
    messages: [
      [0, handshake(0x16, ntlmNegotiate())],
      [1, handshake(0x16, CHALLENGE)],
      [0, handshake(0x14, LOGON)],
      [1, handshake(0x14, zeros(0))],
    ],
    expected: { names: NTLM_NAMES, ntlm: ntlmFact(true), details: ['negotiate_stream: authenticated'] },
  },
  {
    what: 'NegotiateStream ends with a refusal',
    service: 'negotiate_stream',
    messages: [
      [0, handshake(0x16, ntlmNegotiate())],
      [1, handshake(0x16, CHALLENGE)],
      [0, handshake(0x16, LOGON)],
      [1, handshake(0x15, hex('00000000 8009030c'))],
    ],
    expected: {
      names: NTLM_NAMES,
      ntlm: ntlmFact(false),
      details: ['negotiate_stream: the server ended the handshake with SEC_E_LOGON_DENIED (0x8009030c)'],
      denied: [`NegotiateStream handshake: SEC_E_LOGON_DENIED (${0x8009030c})`],
    },
  },
  {
    what: 'the Kerberos ticket in a handshake names the server',
    service: 'negotiate_stream',
    messages: [
      [
        0,
        handshake(0x16, concat(hex('60820200 06062b0601050502'), kerberosApReq('HOST', 'fs01.corp.local'))),
      ],
      [1, handshake(0x14, zeros(0))],
    ],
    expected: { names: [`kerberos ${SERVER} fs01.corp.local`], details: ['negotiate_stream: authenticated'] },
  },
  {
    what: 'TLS 1.2 with a server name',
    service: 'ssl',
    messages: [
      [0, tlsRecord(22, clientHello('srv01.corp.local'))],
      [
        1,
        concat(
          tlsRecord(22, concat(serverHello(0x0303), hex('0b000003000000'))),
          tlsRecord(22, hex('0e000000')),
        ),
      ],
      [0, concat(tlsRecord(22, hex('10000000')), tlsRecord(20, u8(1)))],
      [1, tlsRecord(20, u8(1))],
    ],
    expected: {
      names: [`tls_sni ${SERVER} srv01.corp.local`],
      details: ['ssl: offers TLSv12 for srv01.corp.local'],
      tls: [['TLSv12', 'srv01.corp.local', -1]],
    },
  },
  {
    what: 'TLS 1.3 is told by supported_versions',
    service: 'ssl',
    messages: [
      [0, tlsRecord(22, clientHello('', [0x2a2a, 0x0304, 0x0303]))],
      [1, tlsRecord(22, serverHello(0x0304))],
    ],
    expected: { details: ['ssl: offers TLSv13'], tls: [['TLSv13', '', -1]] },
  },
  {
    what: 'a hello that is split over records is read, and so is the alert that answers it',
    service: 'ssl',
    messages: [
      [0, tlsRecord(22, clientHello('srv01').slice(0, 3))],
      [0, tlsRecord(22, clientHello('srv01').slice(3, 60))],
      [0, tlsRecord(22, clientHello('srv01').slice(60))],
      [1, tlsRecord(21, u8(2, 70))],
    ],
    expected: {
      names: [`tls_sni ${SERVER} srv01`],
      details: ['ssl: offers TLSv12 for srv01', 'ssl: fatal alert of the server: protocol_version'],
      tls: [['', 'srv01', 70]],
    },
  },
  {
    what: 'WinRM is HTTP to /wsman, and its NTLM logon is read',
    service: 'http',
    messages: [
      [
        0,
        http(
          'POST /wsman HTTP/1.1',
          'Host: fs01:5985',
          'Content-Length: 0',
          `Authorization: Negotiate ${base64(ntlmNegotiate())}`,
        ),
      ],
      [1, http('HTTP/1.1 100 Continue')],
      [
        1,
        http(
          'HTTP/1.1 401 Unauthorized',
          'Content-Length: 0',
          `WWW-Authenticate: Negotiate ${base64(CHALLENGE)}`,
        ),
      ],
      [
        0,
        http(
          'POST /wsman HTTP/1.1',
          'Host: fs01:5985',
          'Content-Length: 3',
          `Authorization: Negotiate ${base64(LOGON)}`,
        ),
      ],
      [0, text('xml')],
      [1, http('HTTP/1.1 200 OK', 'Content-Length: 0')],
    ],
    expected: {
      names: NTLM_NAMES,
      ntlm: ntlmFact(true),
      details: ['winrm: POST /wsman HTTP/1.1 host fs01:5985', 'winrm: HTTP/1.1 401 Unauthorized'],
      service: { name: 'winrm', certainty: 'confirmed' },
    },
  },
  {
    what: 'a refused LDAP bind',
    service: 'ldap',
    messages: [
      [0, ldapBind(ntlmNegotiate())],
      [1, ldapBindAnswer(14, 'x')],
      [0, ldapBind(LOGON)],
      [1, ldapBindAnswer(49, '80090308: LdapErr')],
    ],
    expected: {
      names: [`ntlm ${CLIENT} SRV01`],
      ntlm: [['CORP', 'svc-audit', 'SRV01', '', '', false]],
      details: ['ldap: bind: invalidCredentials (80090308: LdapErr)'],
      denied: ['LDAP bind: invalidCredentials (49)'],
    },
  },
  {
    what: 'a Kerberos error over TCP',
    service: 'krb',
    messages: [[1, overTcp(kerberosError(24, 'svc-audit', 'CORP.LOCAL'))]],
    expected: {
      details: ['krb: KDC_ERR_PREAUTH_FAILED svc-audit for krbtgt/CORP.LOCAL in CORP.LOCAL'],
      denied: ['Kerberos svc-audit for krbtgt/CORP.LOCAL: KDC_ERR_PREAUTH_FAILED (24)'],
    },
  },
  {
    what: 'DNS over TCP',
    service: 'dns',
    messages: [
      [0, dnsTcp(dnsQuery(5, 'srv01.corp.local'))],
      [1, dnsTcp(dnsAnswer(5, 'srv01.corp.local', '10.0.0.9'))],
    ],
    expected: { names: ['dns 10.0.0.9 srv01.corp.local'] },
  },
  {
    what: 'SQL Server tells its version, and refuses a login',
    service: 'mssql',
    messages: [
      [0, tdsPacket(0x12, tdsPrelogin())],
      [1, tdsPacket(4, tdsPrelogin())],
      [1, tdsPacket(4, tdsLoginFailed('no'))],
    ],
    expected: {
      details: ['mssql: SQL Server 15.0.2000, encryption required', 'mssql: error 18456: no'],
      denied: ['SQL Server login: login failed (18456)'],
    },
  },
  {
    what: 'Remote Desktop',
    service: 'rdp',
    messages: [
      [0, rdpRequest('operator')],
      [1, rdpConfirm()],
    ],
    expected: { details: ['rdp: request of operator', 'rdp: confirmed with CredSSP'] },
  },
  {
    what: 'the greeting of SSH',
    service: 'ssh',
    messages: [
      [0, text('SSH-2.0-PuTTY\r\n')],
      [1, text('SSH-2.0-OpenSSH_9.6\r\n')],
    ],
    expected: { details: ['ssh: SSH-2.0-OpenSSH_9.6'] },
  },
  {
    what: 'mail that goes on encrypted',
    service: 'smtp',
    messages: [
      [1, text('220 mx.example.test ESMTP\r\n')],
      [0, text('EHLO nas01\r\n')],
      [1, text('250-mx.example.test\r\n250 STARTTLS\r\n')],
      [0, text('STARTTLS\r\n')],
      [1, text('220 go ahead\r\n')],
      [0, HELLO],
    ],
    expected: { details: ['smtp: 220 mx.example.test ESMTP', 'smtp: STARTTLS: encrypted from here on'] },
  },
  {
    what: 'a mailbox whose server refuses STARTTLS',
    service: 'imap',
    messages: [
      [1, text('* OK IMAP4rev1 ready\r\n')],
      [0, text('a1 STARTTLS\r\n')],
      [1, text('a1 NO not here\r\n')],
    ],
    expected: { details: ['imap: * OK IMAP4rev1 ready'] },
  },
  {
    what: 'a mailbox by STLS',
    service: 'pop3',
    messages: [
      [1, text('+OK POP3 ready\r\n')],
      [0, text('STLS\r\n')],
      [1, text('+OK begin\r\n')],
    ],
    expected: { details: ['pop3: +OK POP3 ready', 'pop3: STARTTLS: encrypted from here on'] },
  },
  {
    what: 'PostgreSQL that agrees to TLS with one byte',
    service: 'postgresql',
    messages: [
      [0, hex('00000008 04d2162f')],
      [1, text('S')],
      [0, HELLO],
    ],
    expected: { details: ['postgresql: TLS: encrypted from here on'] },
  },
  {
    what: 'LDAP that begins TLS',
    service: 'ldap',
    messages: [
      [0, concat(hex('301d 020101 7718 8016'), text('1.3.6.1.4.1.1466.20037'))],
      [1, hex('300c 020101 7807 0a0100 0400 0400')],
      [0, HELLO],
    ],
    expected: { details: ['ldap: StartTLS: encrypted from here on'] },
  },
];

for (const { what, service, messages, expected } of CASES) {
  const wanted = { service: { name: service, certainty: 'confirmed' }, ...NOTHING, ...expected };
  test(`${what}: whole, and cut at every position`, (t) => {
    t.deepEqual(taught(dissect(service, messages)), wanted);
    for (const facts of everySplit(service, messages)) t.deepEqual(taught(facts), wanted);
  });

  test(`${what}: bytes that are missing teach nothing that was not sent`, (t) => {
    // Without its request an answer of WinRM is one of HTTP.
    const texts = ({ names, details, denied }: Record<string, unknown>): string[] =>
      [names, details, denied]
        .flatMap((list) => list as string[])
        .map((fact) => fact.replace('winrm:', 'http:'));
    const all = new Set(texts(wanted));
    const invented = new Set<string>();
    for (const [index, [, bytes]] of messages.entries()) {
      for (let at = 0; at < bytes.length; at++) {
        for (const lost of [1, 5]) {
          for (const fact of texts(taught(withGap(service, messages, index, at, lost)))) {
            if (!all.has(fact)) invented.add(fact);
          }
        }
      }
    }
    t.deepEqual([...invented], []);
  });
}

test('changed bytes never throw, and no text outgrows its limit', (t) => {
  const next = seeded(3003);
  for (let n = 0; n < rounds(3000, 15_000); n++) {
    const { service, messages } = CASES[n % CASES.length] ?? CASES[0]!;
    const changed = messages.map(([side, bytes]): Message => [side, mutated(bytes, next)]);
    const facts = dissect(service, changed);
    t.true(facts.details.items.every(({ text: words }) => words.length <= MAX_FACT_TEXT));
    t.true(facts.names.items.every(({ name }) => name.length <= MAX_FACT_TEXT));
  }
});

test('HTTP is read no further than its first answer unless that asks for a logon', (t) => {
  const facts = dissect('http', [
    [0, http('GET / HTTP/1.1', 'Host: a')],
    [1, http('HTTP/1.1 200 OK', 'Content-Length: 0')],
    [0, http('POST /wsman HTTP/1.1', `Authorization: Negotiate ${base64(LOGON)}`)],
  ]);
  t.deepEqual(taught(facts)['ntlm'], []);
  t.is(facts.serviceOf(7)?.name, 'http');
});

test('bytes of another protocol take the suspicion back', (t) => {
  const other = concat(text('\x7fsomething else entirely, with no line end '), zeros(40));
  for (const service of ['dotnet_remoting', 'negotiate_stream', 'ssl', 'ldap'] as const) {
    t.is(dissect(service, [[0, other]]).serviceOf(7), undefined, service);
  }
});
