/** A few cases of each kind hold, the same in every run; what `npm run fuzz` does for longer. */
import test from 'ava';
import { rounds } from '../fuzz.js';
import { Cases, likeness } from './cases.js';
import { Choice } from './choice.js';
import { Corpus } from './corpus.js';
import { MemoryFiles } from './memory-files.js';
import { shrink } from './shrink.js';
import { TARGETS, targetOf } from './targets/list.js';

const SEEDS = rounds(2, 40);

for (const { name } of TARGETS) {
  test.serial(`cases of ${name} hold`, async (t) => {
    const cases = new Cases([], name);
    for (let seed = 1; seed <= SEEDS; seed++) {
      const failure = await cases.run(seed);
      t.is(failure?.stack ?? '', '', `--target ${name} --seed ${seed}`);
    }
  });
}

test('a seed makes the same case again, and its kind is the same', async (t) => {
  const corpus = new Corpus();
  const stage = { corpus, files: new MemoryFiles(), folder: '' };
  const kinds = new Set<string>();
  for (let seed = 1; seed < 40; seed++) {
    const target = targetOf(seed);
    kinds.add(target.name);
    if (target.name === 'live' || seed > 12) continue;
    const [a, b] = [await target.make(new Choice(seed), stage), await target.make(new Choice(seed), stage)];
    t.deepEqual([...a.files], [...b.files], `${target.name} ${seed}`);
  }
  t.is(kinds.size, TARGETS.length);
});

test('fewer bytes show what many did', async (t) => {
  const bytes = new Uint8Array(1000);
  bytes[500] = 7;
  const few = await shrink(bytes, (fewer) => Promise.resolve(fewer.includes(7)));
  t.true(few.includes(7));
  t.true(few.length < 40, `${few.length} bytes`);
});

test('failures of one cause are alike, whatever numbers they name', (t) => {
  const at = (message: string, line: number) => ({
    message,
    stack: `Error: x\n    at read (a.js:${line}:1)\n`,
  });
  t.is(likeness(at('byte 5 of "a"', 1)), likeness(at('byte 77 of "b"', 2)));
  t.not(likeness(at('byte 5', 1)), likeness(at('word 5', 1)));
  t.is(likeness(null), '');
});
