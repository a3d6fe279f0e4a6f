/** The lab's committed captures: nothing that the program says of them may be wrong. */
import test from 'ava';
import { committedCaptures, readBaseline, weakerOf } from './committed.js';
import { LEFT_OUT, logLeftOut } from './left-out.js';
import { score, wrongLines } from './score.js';
import type { Score } from './score.js';
import { SCENARIOS } from './scenarios/list.js';
import { scoreTable, weakerLines } from './table.js';
import { truthOf } from './truth.js';

const captures = committedCaptures();
const scores: Score[] = [];

test('every scenario has its capture, and its truth is what the scenario implies', (t) => {
  t.deepEqual(captures.map(({ name }) => name).sort(), SCENARIOS.map(({ name }) => name).sort());
  t.true(captures.length >= 30);
  const committed = new Map(captures.map(({ name, truth }) => [name, truth]));
  for (const scenario of SCENARIOS) {
    t.deepEqual(committed.get(scenario.name), JSON.parse(JSON.stringify(truthOf(scenario))), scenario.name);
  }
});

logLeftOut('lab capture', LEFT_OUT);

for (const { name, path, truth } of captures) {
  if (name in LEFT_OUT) continue;
  test(`${name}: no false verdict, no finger at the wrong party`, async (t) => {
    const result = await score(path, truth);
    scores.push(result);
    t.deepEqual(wrongLines(result), []);
    const allowed = readBaseline()[name] ?? { verdicts: 0, places: 0 };
    const weaker = weakerOf(result);
    t.true(
      weaker.verdicts <= allowed.verdicts && weaker.places <= allowed.places,
      `weaker than before:\n${weakerLines(result).join('\n')}`,
    );
  });
}

test.after.always('the score table', (t) => {
  t.log(`\n${scoreTable(scores)}`);
});
