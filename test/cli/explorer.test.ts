/** What Windows Explorer gives to portwitness.exe. */
import test from 'ava';
import { addressOf, dropped } from '../../src/cli/explorer.js';

test('dropped captures are one analysis, whose report lies beside the first', (t) => {
  t.deepEqual(dropped(['C:\\Fänger, heute\\ua 1.pcapng.gz', '\\\\nas\\share\\ua2.etl']), {
    args: [
      'analyze',
      'C:\\Fänger, heute\\ua 1.pcapng.gz',
      '\\\\nas\\share\\ua2.etl',
      '--report',
      'C:\\Fänger, heute\\ua 1.html',
    ],
    report: 'C:\\Fänger, heute\\ua 1.html',
  });
});

test('a list of computers and rule packs that are dropped along are options', (t) => {
  t.deepEqual(dropped(['C:\\x\\computers.csv', 'C:\\x\\ua.etl', 'C:\\x\\ours.yml'])?.args, [
    'analyze',
    'C:\\x\\ua.etl',
    '--hosts',
    'C:\\x\\computers.csv',
    '--rules',
    'C:\\x\\ours.yml',
    '--report',
    'C:\\x\\ua.html',
  ]);
});

for (const typed of [[], ['ua.etl'], ['C:\\x\\ua.etl', '--quiet'], ['live'], ['C:\\x\\computers.csv']]) {
  test(`"${typed.join(' ')}" was typed`, (t) => t.is(dropped(typed), null));
}

test('an address has nothing in it that needs quotes, and keeps what is beyond ASCII', (t) => {
  t.is(addressOf('C:\\Fänger, 100%\\a #1.html'), 'file:///C:/Fänger%2C%20100%25/a%20%231.html');
  t.is(addressOf('\\\\nas\\share\\r.html'), 'file://nas/share/r.html');
});
