/** The mapping comes back as it was, whatever the names are, and turns an answer back. */
import test from 'ava';
import { Names } from '../../src/share/names/names.js';
import { draw, newSecret, pseudonymsOf } from '../../src/share/draw.js';
import { readMapping, unshared, writeMapping } from '../../src/share/mapping.js';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PRIVATE, writeWhole } from '../../src/report/write/write-file.js';

const HOSTILE = [
  '=cmd|calc!A1',
  '<script>alert(1)</script>',
  'a"b,c\r\nd',
  '\u202egnp.exe',
  '\u001b[31mred',
  "'quoted",
  '@SUM(1)',
  'C:\\u{41}\\x',
  'x'.repeat(65_536),
];

const MET = {
  names: [
    { text: 'srv.corp.example', is: 'server' as const },
    { text: 'ws01.corp.example', is: 'computer' as const },
    ...HOSTILE.map((text) => ({ text, is: 'user' as const })),
  ],
  addresses: new Set(['10.20.1.21', '10.20.1.255', 'fd00::1', '255.255.255.255']),
  ruleWords: new Set<string>(),
};

test('hostile names are inert in it and come back as they were; others may not read it', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'pw-mapping-'));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, 'mapping.csv');
  const { pseudonyms, secret } = draw(MET, newSecret());
  await writeWhole(path, (sink) => writeMapping(sink, pseudonyms, secret), PRIVATE);
  if (process.platform !== 'win32') t.is(statSync(path).mode & 0o777, 0o600);
  const text = readFileSync(path, 'utf8');
  t.false(text.includes('\u001b') || text.includes('\u202e'));
  for (const line of text.split('\r\n')) t.notRegex(line, /(^|,)"?[=@+-]/);

  const read = await readMapping(path);
  t.deepEqual(read.key, secret.key);
  t.deepEqual([...read.names], [...pseudonyms.names.pairs]);
  t.deepEqual([...read.addresses], [...pseudonyms.addressPairs]);
  t.is(pseudonymsOf(read).address('10.20.1.22'), pseudonyms.address('10.20.1.22'));
  t.is(pseudonymsOf(read).host('WS01'), 'WS-001');
});

test('an answer is turned back: addresses, names with their domain, ports and signs beside them', (t) => {
  const { pseudonyms, secret } = draw(MET, newSecret());
  const mapping = { ...secret, names: [...pseudonyms.names.pairs], addresses: [...pseudonyms.addressPairs] };
  const address = pseudonyms.address('10.20.1.21');
  t.is(
    unshared(
      `Is WS-001.dom-1.dom-2 (${address}) up? ${address}:9003, [${pseudonyms.address('fd00::1')}].`,
      mapping,
    ),
    'Is ws01.corp.example (10.20.1.21) up? 10.20.1.21:9003, [fd00::1].',
  );
  t.is(unshared('nothing of it; 49152-65535', mapping), 'nothing of it; 49152-65535');
});

test('a key is drawn until no pseudonym is an address of the capture; with the same secret all stays', (t) => {
  const addresses = new Set(Array.from({ length: 12 }, (_, i) => `192.0.2.${i * 7 + 1}`));
  for (let i = 0; i < 20; i++) {
    const drawn = draw({ ...MET, addresses }, newSecret());
    t.is(drawn.ambiguous, 0);
    for (const one of addresses) t.false(addresses.has(drawn.pseudonyms.address(one)));
    const again = draw({ ...MET, addresses }, { ...drawn.secret, names: [...drawn.pseudonyms.names.pairs] });
    t.is(again.secret.counter, drawn.secret.counter);
    for (const one of addresses) t.is(again.pseudonyms.address(one), drawn.pseudonyms.address(one));
  }
});

test('names that a key file knows stay, and new ones go on behind them', (t) => {
  const first = draw(MET, newSecret());
  const names = [...first.pseudonyms.names.pairs];
  const met = { ...MET, names: [{ text: 'ws02', is: 'computer' as const }, ...MET.names] };
  const { pseudonyms } = draw(met, { ...first.secret, names });
  t.is(pseudonyms.host('ws02'), 'WS-002');
  t.is(pseudonyms.host('ws01'), 'WS-001');
  t.is(new Names(names).known('srv'), 'AUDITOR');
});
