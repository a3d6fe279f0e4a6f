/** Names, paths and sentences: one label, one pseudonym; what the program says itself stays. */
import test from 'ava';
import { Names } from '../../src/share/names/names.js';
import { Pseudonyms } from '../../src/share/names/pseudonyms.js';

const KEY = Uint8Array.from({ length: 32 }, (_, i) => (i * 53 + 7) & 255);

function pseudonyms(met: readonly string[] = []): Pseudonyms {
  const made = new Pseudonyms(KEY, new Names([], met));
  made.host('srv-ua.corp.example', 'server');
  made.host('ws01.corp.example', 'computer');
  return made;
}

test('a computer has one name however it is written, and a domain keeps its depth', (t) => {
  const p = pseudonyms();
  t.is(p.host('ws01.corp.example'), 'WS-001.dom-1.dom-2');
  t.is(p.host('WS01'), 'WS-001');
  t.is(p.user('CORP\\WS01$'), 'dom-1\\WS-001$');
  t.is(p.host('dc.sub.corp.example.'), 'dc.dom-3.dom-1.dom-2.');
  t.is(p.host('SRV-UA'), 'AUDITOR');
  t.is(p.principal('cifs/ws01.corp.example@CORP.EXAMPLE'), 'cifs/WS-001.dom-1.dom-2@dom-1.dom-2');
  t.is(p.user('alice@corp.example'), 'user-1@dom-1.dom-2');
});

test('NetBIOS cuts a name after 15 characters, and it is the same computer', (t) => {
  const p = pseudonyms();
  t.is(p.host('accounting-laptop-07', 'computer'), 'WS-002');
  t.is(p.host('ACCOUNTING-LAPT'), 'WS-002');
});

test('paths keep their separators, shares of Windows and pipes their names', (t) => {
  const p = pseudonyms();
  t.is(p.path('\\\\WS01\\C$\\Payroll\\Q3 2026.xlsx'), '\\\\WS-001\\C$\\path-1\\path-2');
  t.is(p.path('\\\\10.20.1.21\\IPC$'), `\\\\${p.address('10.20.1.21')}\\IPC$`);
  t.is(p.path('\\PIPE\\svcctl'), '\\PIPE\\svcctl');
  t.is(p.path('\\\\ws01\\Netwrix_UAVR$'), '\\\\WS-001\\Netwrix_UAVR$');
  t.is(p.file('/home/eve/secret project/ws01.pcapng'), 'file-1.pcapng');
});

test('names that hold addresses hold their pseudonyms', (t) => {
  const p = pseudonyms();
  const address = p.address('10.20.1.21');
  t.is(p.host('21.1.20.10.in-addr.arpa'), `${address.split('.').reverse().join('.')}.in-addr.arpa`);
  t.is(p.address('FD00:0:0::1'), p.address('fd00::1'));
  t.is(p.network('10.20.1.0/24'), `${address.split('.').slice(0, 3).join('.')}.0/24`);
  t.regex(p.address('00-1B-21-3C-4D-5E'), /^[\da-f]{2}(:[\da-f]{2}){5}$/);
});

test("a sentence keeps the program's words and numbers; addresses and every other word are replaced", (t) => {
  const p = pseudonyms();
  const [address, gateway] = [p.address('10.20.1.21'), p.address('10.20.0.1')];
  t.is(
    p.prose('No answer to 3 SYNs for TCP 9003 from ws01.corp.example (10.20.1.21) to this server.'),
    `No answer to 3 SYNs for TCP 9003 from WS-001.dom-1.dom-2 (${address}) to this server.`,
  );
  t.is(p.prose('Rejected by 10.20.0.1.'), `Rejected by ${gateway}.`);
  t.is(p.prose('ip.addr == 10.20.1.21 && tcp.port == 9003'), `ip.addr == ${address} && tcp.port == 9003`);
  t.is(p.prose('Find what drops it for Bartholomew.'), 'Find what drops it for name-1.');
  const network = p.network('10.20.1.0/24');
  t.is(
    p.prose('10.20.1.0/24: 3 of 4 computers of this network'),
    `${network}: 3 of 4 computers of this network`,
  );
});

test('an address stays nowhere: with a port, as the value of an option, in a list', (t) => {
  const p = pseudonyms();
  const address = p.address('10.20.1.21');
  t.is(p.prose('10.20.1.21:445'), `${address}:445`);
  t.is(
    p.commandLine('portwitness analyze x.pcap --server 10.20.1.21 --for 30s --threshold loss=0.5'),
    `portwitness analyze file-1.pcap --server ${address} --for 30s --threshold loss=0.5`,
  );
});

test('a computer that is called by a word of the program is still replaced in front of its address', (t) => {
  const p = pseudonyms();
  p.host('server', 'computer');
  t.is(
    p.prose('Nothing of server (10.20.1.21) answers this server.'),
    `Nothing of WS-002 (${p.address('10.20.1.21')}) answers this server.`,
  );
});

test('no pseudonym equals a name of the capture, and none begins with one', (t) => {
  const p = new Pseudonyms(KEY, new Names([], ['user', 'DOM-1', 'WS-001']));
  t.is(p.user('alice'), 'account-1');
  t.is(p.host('x.corp', 'computer'), 'WS-002.dom-2');
});

test('what an earlier run called something keeps its pseudonym, and numbers go on', (t) => {
  const first = pseudonyms();
  const second = new Pseudonyms(KEY, new Names(first.names.pairs));
  t.is(second.host('ws02', 'computer'), 'WS-002');
  t.is(second.host('WS01'), 'WS-001');
  t.deepEqual(
    [...first.names.pairs].map(({ original }) => original),
    ['srv-ua', 'corp', 'example', 'ws01'],
  );
});
