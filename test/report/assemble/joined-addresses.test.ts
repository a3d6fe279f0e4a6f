/** Addresses joined to networks: exactly the given ones, in as few pieces as can be. */
import test from 'ava';
import { joinedAddresses } from '../../../src/report/assemble/remedies/joined-addresses.js';
import { addressLiteral } from '../../../src/report/assemble/remedies/remedy-literal.js';

function joined(...texts: readonly string[]): string[] {
  const literals = texts.map(addressLiteral).filter((one) => one !== null);
  return joinedAddresses(literals).map(({ text }) => text);
}

test('they are sorted by number, and each is told once', (t) => {
  t.deepEqual(joined('10.0.10.1', '10.0.9.1', '10.0.9.1'), ['10.0.9.1', '10.0.10.1']);
});

test('blocks are joined only where they begin at their own boundary', (t) => {
  t.deepEqual(joined('10.0.0.1', '10.0.0.2', '10.0.0.3', '10.0.0.4'), [
    '10.0.0.1',
    '10.0.0.2/31',
    '10.0.0.4',
  ]);
  t.deepEqual(joined(...Array.from({ length: 256 }, (_, i) => `192.168.4.${i}`)), ['192.168.4.0/24']);
});

test('the last address and IPv6 are joined as well', (t) => {
  t.deepEqual(joined('255.255.255.255', '255.255.255.254'), ['255.255.255.254/31']);
  t.deepEqual(joined('fd00::3', 'fd00::2', 'fd00::10'), ['fd00::2/127', 'fd00::10']);
});

test('no address is added and none is lost', (t) => {
  const given = Array.from({ length: 400 }, (_, i) => (i * i * 7 + i) % 1021);
  const text = (n: number): string => `10.0.${n >> 8}.${n & 255}`;
  const covered = joined(...given.map(text)).flatMap((piece) => {
    const [base = '', length = '32'] = piece.split('/');
    const [, , c, d] = base.split('.').map(Number);
    return Array.from({ length: 2 ** (32 - Number(length)) }, (_, i) => c! * 256 + d! + i);
  });
  t.deepEqual(
    covered,
    [...new Set(given)].sort((a, b) => a - b),
  );
});
