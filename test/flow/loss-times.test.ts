/** When packets are missing is remembered in few stretches, however many signs there are. */
import test from 'ava';
import { LossTimes, MAX_LOSS_STRETCHES } from '../../src/flow/vantage/loss-times.js';

function noted(times: readonly number[]): LossTimes {
  const losses = new LossTimes();
  for (const at of times) losses.note(at);
  return losses;
}

test('signs near each other are one stretch, others their own, in the order of time', (t) => {
  t.deepEqual(noted([100, 100.05, 100.1, 50, 107]).stretches, [
    { from: 50, to: 50, signs: 1 },
    { from: 100, to: 100.1, signs: 3 },
    { from: 107, to: 107, signs: 1 },
  ]);
});

test('a million signs over a year make few stretches, which hold each of them', (t) => {
  const times = Array.from({ length: 1_000_000 }, (_, i) => 1.7e9 + i * 31.5);
  const { stretches } = noted(times);
  t.true(stretches.length <= MAX_LOSS_STRETCHES);
  t.is(
    stretches.reduce((sum, { signs }) => sum + signs, 0),
    times.length,
  );
  t.is(stretches[0]?.from, times[0]);
  t.is(stretches.at(-1)?.to, times.at(-1));
});

test('a clock that jumps to and fro does not make them many', (t) => {
  const { stretches } = noted(Array.from({ length: 10_000 }, (_, i) => (i % 2 === 0 ? i : 4e9 - i)));
  t.true(stretches.length <= MAX_LOSS_STRETCHES);
});
