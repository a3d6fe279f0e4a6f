/** What is known of capture programs without running them: where they are, what they say, what to do about it. */
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { programOrder } from '../../../src/capture/source/choose.js';
import { filterError, oneLine, refusalOf, remedyOf } from '../../../src/capture/source/programs/diagnosis.js';
import { findProgram } from '../../../src/capture/source/programs/find-program.js';
import { dumpcapProgram, tcpdumpProgram } from '../../../src/capture/source/programs/programs.js';
import { posix } from '../../programs.js';
import { testWith } from '../../test-with.js';

const TARGET = { interfaces: ['eth0', 'eth1'], filter: '-x or port 9004', snapLength: 256 };

test('a filter stays one word of the command line, whatever it begins with', (t) => {
  const tcpdump = tcpdumpProgram('/usr/bin/tcpdump', 'linux').args(TARGET);
  t.deepEqual(tcpdump.slice(-2), ['--', '-x or port 9004']);
  const dumpcap = dumpcapProgram('/usr/bin/dumpcap').args(TARGET);
  t.is(dumpcap[dumpcap.indexOf('-f') + 1], '-x or port 9004');
  t.true(dumpcap.indexOf('-f') < dumpcap.indexOf('-i'), 'options before the first interface hold for all');
  t.deepEqual(
    dumpcap.filter((word) => /^eth/.test(word)),
    ['eth0', 'eth1'],
  );
});

test('counts are read from what the programs say', (t) => {
  const tcpdump = tcpdumpProgram('tcpdump', 'linux');
  t.is(tcpdump.asksBy?.signal, 'SIGUSR1');
  t.is(tcpdumpProgram('tcpdump', 'darwin').asksBy, null);
  t.deepEqual(
    tcpdump.countsOf(
      'tcpdump: 13 packets captured, 15 packets received by filter, 2 packets dropped by kernel, 1 packet dropped by interface',
    ),
    { received: 15, droppedByKernel: 2, droppedByInterface: 1 },
  );
  t.deepEqual(tcpdump.countsOf('1 packet received by filter'), { received: 1 });
  t.is(tcpdump.countsOf('tcpdump: listening on v0'), null);
  const dumpcap = dumpcapProgram('dumpcap');
  t.deepEqual(
    dumpcap.countsOf(
      "Packets received/dropped on interface 'v0': 15/6 (pcap:1/dumpcap:2/flushed:3/ps_ifdrop:4) (71.4%)",
    ),
    { received: 21, droppedByKernel: 6, droppedByInterface: 4 },
  );
  t.is(dumpcap.countsOf('Packets captured: 15'), null);
});

for (const [kind, said, cause, words] of [
  [
    'tcpdump',
    "tcpdump: eth0: You don't have permission to perform this capture on that device\n(socket: Operation not permitted)\n",
    'permission',
    "eth0: You don't have permission to perform this capture on that device",
  ],
  [
    'dumpcap',
    'Capturing on \'eth0\'\ndumpcap: You do not have permission to capture on device "eth0".\n(socket: Operation not permitted)\n',
    'permission',
    'You do not have permission to capture on device "eth0"',
  ],
  ['dumpcap', 'spawn /usr/bin/dumpcap EACCES\n', 'permission', 'spawn /usr/bin/dumpcap EACCES'],
  [
    'tcpdump',
    "tcpdump: can't parse filter expression: syntax error\n",
    'filter',
    "can't parse filter expression: syntax error",
  ],
  [
    'dumpcap',
    "Capturing on 'lo'\ndumpcap: Invalid capture filter \"tcp prt 5\" for interface 'lo'.\n\nThat string isn't a valid capture filter (can't parse filter expression: syntax error).\n",
    'filter',
    "can't parse filter expression: syntax error",
  ],
  [
    'dumpcap',
    'dumpcap: There is no device named "nope".\n(No such device exists)\n',
    'no_interface',
    'There is no device named "nope"',
  ],
  [
    'dumpcap',
    'dumpcap: The capabilities of the capture device "ifb0" could not be obtained (pcap_activate() failed: That device is not up).\n',
    'interface_down',
    'That device is not up',
  ],
  [
    'cap',
    'cap: the package cap cannot be loaded (Cannot find module)\n',
    'not_installed',
    'the package cap cannot be loaded (Cannot find module)',
  ],
  ['tcpdump', '', 'other', 'it ended without a word'],
  ['tcpdump', 'tcpdump: \u001b[31mred\u0007\n', 'other', '[31mred'],
] as const) {
  test(`${kind} that says "${oneLine(said).slice(0, 60)}" means ${cause}`, (t) => {
    t.deepEqual(refusalOf(kind, said), { kind, cause, words });
  });
}

test('the remedy for a missing right fits the system and the program', (t) => {
  const refusal = { kind: 'dumpcap', cause: 'permission', words: '' } as const;
  t.regex(
    remedyOf(refusal, '/usr/bin/dumpcap', 'linux'),
    /sudo setcap cap_net_raw,cap_net_admin=eip \/usr\/bin\/dumpcap/,
  );
  t.regex(remedyOf(refusal, 'C:\\x\\dumpcap.exe', 'win32'), /run as administrator/);
  t.regex(remedyOf({ ...refusal, cause: 'not_installed' }, '', 'win32'), /Npcap/);
});

test('the error of a filter quotes it on one line', (t) => {
  const { message } = filterError('tcp\nprt\u001b 5', {
    kind: 'tcpdump',
    cause: 'filter',
    words: 'syntax error',
  });
  t.regex(message, /^the capture filter "tcp prt 5" is not understood; tcpdump says: syntax error;/);
  t.is(oneLine(' a\r\n\u2028b '), 'a b');
});

test('the programs that tell most are tried first', (t) => {
  t.deepEqual(programOrder('auto', 1, 'linux'), ['tcpdump', 'dumpcap', 'cap']);
  t.deepEqual(programOrder('auto', 2, 'linux'), ['dumpcap', 'tcpdump', 'cap']);
  t.deepEqual(programOrder('auto', 1, 'win32'), ['dumpcap', 'cap']);
  t.deepEqual(programOrder('cap', 1, 'linux'), ['cap']);
});

testWith(posix)(
  'a program is found in absolute folders of PATH, one that may be run before one that may not',
  (t) => {
    const here = mkdtempSync(join(tmpdir(), 'portwitness path '));
    t.teardown(() => rmSync(here, { recursive: true, force: true }));
    for (const folder of ['a', 'b', 'c']) mkdirSync(join(here, folder));
    writeFileSync(join(here, 'a', 'capdump'), '');
    chmodSync(join(here, 'a', 'capdump'), 0o644);
    mkdirSync(join(here, 'b', 'capdump'));
    const forbidden = { PATH: `.:relative:${here}/a:${here}/b` };
    t.deepEqual(findProgram('capdump', forbidden, 'linux'), { file: `${here}/a/capdump`, executable: false });
    writeFileSync(join(here, 'c', 'capdump'), '');
    chmodSync(join(here, 'c', 'capdump'), 0o755);
    const allowed = { PATH: `${forbidden.PATH}:${here}/c` };
    t.deepEqual(findProgram('capdump', allowed, 'linux'), { file: `${here}/c/capdump`, executable: true });
    t.is(findProgram('capdump', { PATH: '' }, 'linux'), null);
  },
);
