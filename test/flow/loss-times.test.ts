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

test('signs of loss within a tenth of a second are one stretch, in whatever order they come', (t) => {
  const stretches = (...at: readonly number[]): unknown => {
    const times = new LossTimes();
    for (const one of at) times.note(one);
    return times.stretches.map(({ from, to, signs }) => [from, to, signs]);
  };
  t.deepEqual(stretches(10, 10.1), [[10, 10.1, 2]]);
  t.deepEqual(stretches(10, 9.9), [[9.9, 10, 2]]);
  t.deepEqual(stretches(10, 10.2), [
    [10, 10, 1],
    [10.2, 10.2, 1],
  ]);
  t.deepEqual(stretches(10, 20, 10.1), [
    [10, 10.1, 2],
    [20, 20, 1],
  ]);
});

test('so many stretches of loss as the limit says are kept, then near ones become one', (t) => {
  const times = new LossTimes();
  for (let i = 0; i < MAX_LOSS_STRETCHES; i++) times.note(100 + i);
  t.is(times.stretches.length, MAX_LOSS_STRETCHES);
  times.note(1000);
  t.deepEqual(
    times.stretches.map(({ from, to, signs }) => [from, to, signs]),
    [
      [100, 99 + MAX_LOSS_STRETCHES, MAX_LOSS_STRETCHES],
      [1000, 1000, 1],
    ],
  );
});
