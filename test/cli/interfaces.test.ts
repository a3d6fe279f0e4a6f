/** `portwitness interfaces` as a user sees it. */
import os from 'node:os';
import test from 'ava';
import { interfacesText } from '../../src/cli/commands/interfaces.js';
import type { InterfaceRow } from '../../src/cli/commands/interfaces.js';
import { nobody } from '../programs.js';
import { testWith } from '../test-with.js';
import { portwitness, scratch } from './spawned.js';

const WORKS = { program: 'tcpdump', works: true, reason: '', remedy: '' } as const;
const REFUSED = {
  program: 'dumpcap',
  works: false,
  reason: 'You do not have permission to capture on device "eth1"',
  remedy: 'run with sudo',
} as const;

function row(index: number, name: string, more: Partial<InterfaceRow>): InterfaceRow {
  return {
    ...{ index, name, friendlyName: name, description: '', addresses: [], state: 'up' },
    ...{ loopback: false, pseudo: false, programs: [] },
    ...more,
  };
}

test('the list is a table, and what cannot be captured is explained once for all alike', (t) => {
  const eth0 = row(1, 'eth0', { addresses: ['10.0.0.1', 'fe80::1', 'a', 'b'], programs: [WORKS] });
  const rows = [
    eth0,
    row(2, 'eth1', { programs: [REFUSED], description: 'second' }),
    row(3, 'eth2', {
      programs: [{ ...REFUSED, reason: REFUSED.reason.replace('eth1', 'eth2') }],
      state: 'down',
    }),
    row(4, 'nflog', { pseudo: true, state: 'unknown' }),
  ];
  t.is(
    interfacesText(rows, eth0),
    [
      'no.  interface  state  addresses                        captured by          description',
      '  1  eth0       up     10.0.0.1, fe80::1, a and 1 more  tcpdump',
      '  2  eth1       up     -                                nothing (see below)  second',
      '  3  eth2       down   -                                nothing (see below)',
      '',
      'eth1, eth2:',
      '  dumpcap: You do not have permission to capture on it',
      '      run with sudo',
      '',
      'Left out, being no network interfaces: nflog.',
      '"portwitness live" captures eth0 unless -i names another (by name, number or address).',
      '',
    ].join('\n'),
  );
});

test('when nothing can be captured the list says so', (t) => {
  const text = interfacesText([row(1, 'eth1', { programs: [REFUSED] })], null);
  t.regex(text, /Nothing can be captured here as things stand\.\n$/);
});

test('the list for scripts has every interface of the system with its addresses', async (t) => {
  const run = await portwitness(['interfaces', '--json'], { cwd: scratch(t) });
  t.is(run.err, '');
  const list = JSON.parse(run.out) as {
    schema: string;
    interfaces: { friendly_name: string; addresses: string[]; capturable: boolean; programs: object[] }[];
  };
  t.is(list.schema, 'portwitness-interfaces/1');
  t.is(run.code, list.interfaces.some(({ capturable }) => capturable) ? 0 : 2);
  for (const [name, addresses] of Object.entries(os.networkInterfaces())) {
    const listed = list.interfaces.find((one) => one.friendly_name === name);
    t.deepEqual(
      listed?.addresses,
      addresses?.map(({ address }) => address),
      name,
    );
    t.true((listed?.programs.length ?? 0) >= 2);
  }
});

testWith(nobody)(
  'a user without rights is told for each program what to do, without a stack trace',
  async (t) => {
    const run = await portwitness(['interfaces'], { cwd: scratch(t), powerless: true });
    t.is(run.code, 2);
    t.is(run.err, '');
    t.regex(run.out, /Nothing can be captured here as things stand\.\n$/);
    t.regex(run.out, /cap: .*(not permitted|permission|cannot be loaded)/i);
    t.notRegex(run.out, /\n\s+at |Error:/);
  },
);
