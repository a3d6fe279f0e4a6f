/** Half a capture of the lab makes answers weaker and never contrary to the truth. */
import test from 'ava';
import { committedCaptures } from './committed.js';
import { contradictions } from './halves.js';
import { HALVES_LEFT_OUT, logLeftOut } from './left-out.js';

logLeftOut('half of lab capture', HALVES_LEFT_OUT);

for (const { name, path, truth } of committedCaptures()) {
  if (name in HALVES_LEFT_OUT) continue;
  test(`${name}: half of it contradicts nothing`, async (t) => {
    t.deepEqual(await contradictions(path, truth), []);
  });
}
