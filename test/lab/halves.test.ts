/** Half a capture of the lab makes answers weaker and never contrary to the truth. */
import test from 'ava';
import { committedCaptures } from './committed.js';
import { contradictions } from './halves.js';

for (const { name, path, truth } of committedCaptures()) {
  test(`${name}: half of it contradicts nothing`, async (t) => {
    t.deepEqual(await contradictions(path, truth), []);
  });
}
