/** Public captures of RPC and SMB, changed at random, go through the whole pipeline: no throw, bounded facts. */
import { readdirSync } from 'node:fs';
import test from 'ava';
import { hostileRun, unboundIn } from '../report/assemble/hostile-run.js';
import { rounds } from '../fuzz.js';
import { CORPUS, HAS_CORPUS, NO_CORPUS, pathOf } from './truth.js';
import { leftOut } from '../test-with.js';

const ROUNDS = rounds(4, 20);
const MAX_FLOWS = 40;
const FILES = /smb|dcerpc|mapi|ntlm|netbios|SCRANTON|psremoting|wmi/;

const files = HAS_CORPUS ? readdirSync(CORPUS).filter((name) => FILES.test(name)) : [];
if (!HAS_CORPUS) leftOut('the public captures', NO_CORPUS);

for (const file of files) {
  test(`${file}, changed at random, stays within its bounds`, async (t) => {
    for (let seed = 1; seed <= ROUNDS; seed++) {
      const played = await hostileRun(pathOf(file), seed, seed % 2 === 0 ? MAX_FLOWS : undefined, Infinity);
      t.true(played.meter.totals.frames > 0);
      t.is(unboundIn(played), '');
      t.true([0, 1, 3].includes(played.model.summary.exitCode));
    }
  });
}
