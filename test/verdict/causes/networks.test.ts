/** Prefixes that hold failing computers only, found between the failing and the working addresses. */
import test from 'ava';
import { failingNetworks, prefix64 } from '../../../src/verdict/causes/networks.js';
import { hostKeyText } from '../../../src/verdict/words/host-key.js';
import { key } from './cells.js';

function found(failing: readonly string[], working: readonly string[]): string[] {
  return failingNetworks(failing.map(key), working.map(key)).map(
    ({ prefix, hosts }) => `${prefix}: ${hosts.map(hostKeyText).join(' ')}`,
  );
}

const CASES: readonly (readonly [string, readonly string[], readonly string[], readonly string[]])[] = [
  [
    'the usual /24 where nothing asks for a longer one',
    ['10.0.1.10', '10.0.1.11'],
    ['10.0.2.10'],
    ['10.0.1.0/24: 10.0.1.10 10.0.1.11'],
  ],
  [
    'a shorter prefix where failing computers fill several /24',
    ['10.0.0.10', '10.0.3.10'],
    ['10.0.4.10'],
    ['10.0.0.0/22: 10.0.0.10 10.0.3.10'],
  ],
  [
    'a longer one between working neighbours',
    ['10.0.1.130', '10.0.1.140'],
    ['10.0.1.5'],
    ['10.0.1.128/25: 10.0.1.130 10.0.1.140'],
  ],
  ['down to /30', ['10.0.1.5', '10.0.1.6'], ['10.0.1.3', '10.0.1.8'], ['10.0.1.4/30: 10.0.1.5 10.0.1.6']],
  ['never to /31', ['10.0.1.6', '10.0.1.7'], ['10.0.1.5', '10.0.1.8'], []],
  ['never across a /16', ['10.0.0.1', '10.1.0.1'], ['10.2.0.1'], []],
  ['never one computer alone', ['10.0.1.1', '10.0.2.1'], ['10.0.1.200', '10.0.2.200'], []],
  [
    'two networks between which one works',
    ['10.0.1.1', '10.0.1.2', '10.0.3.1', '10.0.3.2'],
    ['10.0.2.1'],
    ['10.0.1.0/24: 10.0.1.1 10.0.1.2', '10.0.3.0/24: 10.0.3.1 10.0.3.2'],
  ],
  [
    'addresses above 127.0.0.0',
    ['192.168.200.1', '192.168.200.2'],
    ['192.168.1.1'],
    ['192.168.200.0/24: 192.168.200.1 192.168.200.2'],
  ],
  [
    'IPv6 by its /64',
    ['fd00:1::1', 'fd00:1::2', 'fd00:2::1', 'fd00:3::1', 'fd00:3::2'],
    ['fd00:3::9'],
    ['fd00:1::/64: fd00:1::1 fd00:1::2'],
  ],
  [
    'IPv6 with all groups written',
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::9'],
    [],
    ['2001:db8:1:2::/64: 2001:db8:1:2:3:4:5:6 2001:db8:1:2::9'],
  ],
  ['names are in no network', ['name:ws01', 'name:ws02'], [], []],
];

for (const [title, failing, working, expected] of CASES) {
  test(title, (t) => {
    t.deepEqual(found(failing, working), expected);
    t.deepEqual(found([...failing].reverse(), [...working].reverse()).length, expected.length);
  });
}

test('the network of an IPv6 address, however short it is written', (t) => {
  t.is(prefix64('fd77:2::21'), 'fd77:2::/64');
  t.is(prefix64('2001:db8:1:2:3:4:5:6'), '2001:db8:1:2::/64');
  t.is(prefix64('::1'), '::/64');
});
