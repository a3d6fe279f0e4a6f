/** Addresses as text (RFC 5952) and as users write them. */
import test from 'ava';
import { castOf, ipv4Text, ipv6Text, parseAddress } from '../../src/flow/record/address.js';

test('IPv6 is written as RFC 5952 §4 wants it', (t) => {
  for (const [written, text] of [
    ['2001:0DB8:0:0:0:0:2:1', '2001:db8::2:1'],
    ['2001:db8:0:1:1:1:1:1', '2001:db8:0:1:1:1:1:1'],
    ['2001:0:0:1:0:0:0:1', '2001:0:0:1::1'],
    ['2001:db8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
    ['::', '::'],
    ['::1', '::1'],
    ['fe80::', 'fe80::'],
    ['1:2:3:4:5:6:7:8', '1:2:3:4:5:6:7:8'],
    ['0:0:3:4:5:6:7:8', '::3:4:5:6:7:8'],
  ] as const) {
    const parsed = parseAddress(written);
    t.is(parsed?.version, 6);
    if (parsed !== null) t.is(ipv6Text(...parsed.words), text);
  }
});

test('IPv4 survives the way to words and back', (t) => {
  for (const text of ['0.0.0.0', '10.0.0.1', '127.255.0.1', '128.0.0.0', '255.255.255.255']) {
    const parsed = parseAddress(text);
    t.is(parsed?.version, 4);
    t.is(ipv4Text(parsed?.words[0] ?? 0), text);
  }
});

test('what is no plain address is refused', (t) => {
  for (const text of [
    '',
    '10.1',
    '010.0.0.1',
    '0x0a.0.0.1',
    '10.0.0.256',
    'fe80::1%eth0',
    'host',
    '10.0.0.1/8',
    ':::',
    '1::2::3',
  ]) {
    t.is(parseAddress(text), null, text);
  }
});

test('broadcast and multicast are told from unicast', (t) => {
  const cast = (text: string): string => {
    const parsed = parseAddress(text);
    return parsed === null ? '' : castOf(parsed.version, parsed.words[0]);
  };
  t.is(cast('255.255.255.255'), 'broadcast');
  t.is(cast('224.0.0.251'), 'multicast');
  t.is(cast('239.255.255.250'), 'multicast');
  t.is(cast('240.0.0.1'), 'unicast');
  t.is(cast('223.255.255.255'), 'unicast');
  t.is(cast('ff02::fb'), 'multicast');
  t.is(cast('fe80::1'), 'unicast');
});
