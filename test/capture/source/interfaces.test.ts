/** Interfaces as the programs list them, the words that mean them, and what happens to them. */
import { spawnSync } from 'node:child_process';
import test from 'ava';
import { CaptureError } from '../../../src/capture/frames/frame.js';
import { ClockWatch, IncidentLog, MAX_INCIDENTS } from '../../../src/capture/source/feed/incidents.js';
import type { InterfaceState } from '../../../src/capture/source/interfaces/interface-state.js';
import { InterfaceWatch } from '../../../src/capture/source/interfaces/interface-watch.js';
import {
  dumpcapRows,
  resolveInterfaces,
  tcpdumpRows,
  usualInterface,
} from '../../../src/capture/source/interfaces/interfaces.js';
import type { NetworkInterface } from '../../../src/capture/source/interfaces/interfaces.js';
import { ownSessionFilter } from '../../../src/capture/source/feed/own-session.js';
import { linux } from '../../programs.js';
import { testWith } from '../../test-with.js';

const NPF = '\\Device\\NPF_{4FFB0CA0-1B2C-4D3E-8F90-0123456789AB}';

test('the list of dumpcap is read, also that of Windows', (t) => {
  t.deepEqual(
    dumpcapRows(
      `1. ${NPF}\tIntel(R) PRO/1000 MT\tEthernet 2\t0\tfe80::1,10.20.0.10\tnetwork\r\n` +
        '2. \\Device\\NPF_Loopback\t\tAdapter for loopback traffic capture\t0\t\tloopback\r\n' +
        '3. lo\t\tLoopback\t0\t127.0.0.1,::1\tloopback\t\nnonsense\n',
    ),
    [
      {
        name: NPF,
        friendlyName: 'Ethernet 2',
        description: 'Intel(R) PRO/1000 MT',
        addresses: ['fe80::1', '10.20.0.10'],
        loopback: false,
      },
      {
        name: '\\Device\\NPF_Loopback',
        friendlyName: 'Adapter for loopback traffic capture',
        description: 'Adapter for loopback traffic capture',
        addresses: [],
        loopback: true,
      },
      {
        name: 'lo',
        friendlyName: 'lo',
        description: 'Loopback',
        addresses: ['127.0.0.1', '::1'],
        loopback: true,
      },
    ],
  );
});

test('the list of tcpdump is read', (t) => {
  t.deepEqual(
    tcpdumpRows(
      '1.eth0 [Up, Running, Connected]\n2.any (Pseudo-device) [Up]\n3.lo [Up, Running, Loopback]\n4.x\n',
    ).map(({ name, description, loopback }) => [name, description, loopback]),
    [
      ['eth0', '', false],
      ['any', 'Pseudo-device', false],
      ['lo', '', true],
      ['x', '', false],
    ],
  );
});

const known: readonly NetworkInterface[] = [
  one(1, 'docker0', 'down', ['172.17.0.1']),
  one(2, 'lo', 'up', ['127.0.0.1']),
  { ...one(3, NPF, 'up', ['10.20.0.10', 'fe80::1']), friendlyName: 'Ethernet 2' },
  one(4, '9', 'up', []),
  { ...one(5, 'nflog', 'unknown', []), pseudo: true },
];

function one(
  index: number,
  name: string,
  state: InterfaceState,
  addresses: readonly string[],
): NetworkInterface {
  const loopback = name === 'lo';
  return { index, name, friendlyName: name, description: '', addresses, state, loopback, pseudo: false };
}

for (const [word, index] of [
  ['docker0', 1],
  ['1', 1],
  ['127.0.0.1', 2],
  ['Ethernet 2', 3],
  ['ethernet 2', 3],
  ['FE80::1', 3],
  [NPF, 3],
  ['9', 4],
] as const) {
  test(`"${word}" means interface ${index}`, (t) => {
    t.is(resolveInterfaces([word], known)[0]?.index, index);
  });
}

test('an interface that is named twice is captured once', (t) => {
  t.is(resolveInterfaces(['lo', '2', '127.0.0.1'], known).length, 1);
});

test('an unknown interface is refused with those that there are', (t) => {
  const error = t.throws(() => resolveInterfaces(['docker1'], known), { instanceOf: CaptureError });
  t.regex(
    error.message,
    /^there is no interface "docker1" - did you mean "docker0"\?; there are: 1 docker0, 2 lo, /,
  );
  t.notRegex(error.message, /nflog/);
});

test('the usual interface is up, no loopback, and has an address', (t) => {
  t.is(usualInterface(known)?.friendlyName, 'Ethernet 2');
  t.is(usualInterface(known.slice(0, 2)), null);
});

test('an interface that goes down, is gone and comes back is told once for each change', (t) => {
  const incidents = new IncidentLog();
  let state: InterfaceState = 'up';
  const watch = new InterfaceWatch([{ name: 'no0', friendlyName: 'Ethernet' }], incidents, () => state);
  for (const next of ['up', 'down', 'down', 'gone', 'gone', 'up', 'up'] as const) {
    state = next;
    t.is(watch.look(), next);
    t.is(watch.is('gone'), next === 'gone');
  }
  const told = incidents.take();
  t.deepEqual(
    told.map(({ code }) => code),
    ['interface_down', 'interface_gone', 'interface_up'],
  );
  t.is(told[0]?.text, 'the interface Ethernet is down');
  t.is(told[0]?.gap, null);
  t.true((told[2]?.gap ?? -1) >= 0);
});

test('a clock that is set is noticed, one that drifts is not', (t) => {
  const watch = new ClockWatch();
  t.is(watch.look(1_000_000, 0), 0);
  t.is(watch.look(1_000_260, 250), 0);
  t.is(watch.look(4_600_510, 500), 3600);
  t.is(watch.look(4_600_760, 750), 0);
  t.is(watch.look(4_591_010, 1000), -10);
});

test('incidents that nobody takes are bounded, and the latest are kept', (t) => {
  const log = new IncidentLog();
  for (let i = 0; i <= MAX_INCIDENTS; i++) log.add('rotated', String(i));
  const taken = log.take();
  t.is(taken.length, MAX_INCIDENTS);
  t.is(taken.at(-1)?.text, String(MAX_INCIDENTS));
});

const session = (text: string): string => ownSessionFilter({ SSH_CONNECTION: text }, () => '');

test('the own session is named by its four addresses and ports, and by nothing else', (t) => {
  t.is(
    session('10.0.0.5 50022 10.20.0.10 22'),
    'not (tcp and ((src host 10.0.0.5 and src port 50022 and dst host 10.20.0.10 and dst port 22) or ' +
      '(src host 10.20.0.10 and src port 22 and dst host 10.0.0.5 and dst port 50022)))',
  );
  t.regex(session('::ffff:10.0.0.5 50022 ::ffff:10.20.0.10 22'), /src host 10\.0\.0\.5 /);
  t.regex(session('fe80::1%eth0 50022 fe80::2%eth0 22'), /src host fe80::1 and/);
  t.regex(
    ownSessionFilter({}, () => '10.0.0.5 50022 10.20.0.10 22'),
    /^not \(tcp/,
  );
});

for (const text of [
  '',
  'a b c d',
  '10.0.0.5 50022 10.20.0.10',
  '10.0.0.5 0 10.20.0.10 22',
  '10.0.0.5 1) 10.0.0.6 22',
]) {
  test(`"${text}" names no session, so nothing is left out`, (t) => {
    t.is(session(text), '');
  });
}

testWith(linux)('the session is also found when sudo took the variable away', (t) => {
  const module = new URL('../../../src/capture/source/feed/own-session.js', import.meta.url).href;
  const script = `import { ownSessionFilter } from '${module}'; process.stdout.write(ownSessionFilter());`;
  const { stdout } = spawnSync(
    '/bin/sh',
    // What follows keeps the shell as a parent.
    ['-c', 'env -u SSH_CONNECTION "$0" --input-type=module -e "$1"; exit $?', process.execPath, script],
    { encoding: 'utf8', env: { ...process.env, SSH_CONNECTION: '10.9.9.9 50022 10.9.9.8 22' } },
  );
  t.regex(stdout, /src host 10\.9\.9\.9 and src port 50022/);
});
