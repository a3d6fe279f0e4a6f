/** Rates over time and their drawing. */
import test from 'ava';
import { chartFigure } from '../../src/monitor/dashboard/chart.js';
import { FINE, RateHistory } from '../../src/monitor/dashboard/rate-history.js';

const SPAN = { width: 1000, points: 4, label: '4 seconds' };
const rates = (seconds: number, packets: number) => ({ seconds, packets, bytes: packets * 100, dropped: 0 });

test('a bucket holds the rate of all that fell into it', (t) => {
  const history = new RateHistory(SPAN);
  history.add(5000, rates(0.5, 10));
  history.add(5900, rates(0.5, 30));
  history.add(6100, rates(1, 7));
  t.deepEqual(history.rates(6100, 'packets'), [null, null, 40, 7]);
  t.deepEqual(history.rates(6100, 'bytes'), [null, null, 4000, 700]);
});

test('silence of the monitor is a gap and not a zero', (t) => {
  const history = new RateHistory(SPAN);
  history.add(5000, rates(1, 1));
  history.add(7000, rates(1, 3));
  t.deepEqual(history.rates(8000, 'packets'), [1, null, 3, null]);
});

test('only so many buckets are kept, however long it runs', (t) => {
  const history = new RateHistory(SPAN);
  for (let at = 0; at < 1_000_000; at += 1000) history.add(at, rates(1, at / 1000));
  t.deepEqual(history.rates(999_000, 'packets'), [996, 997, 998, 999]);
  t.deepEqual(history.rates(995_000, 'packets'), [null, null, null, null]);
});

test('when the clock goes back, what lies in its future is forgotten', (t) => {
  const history = new RateHistory(SPAN);
  for (const at of [5000, 6000, 7000, 8000]) history.add(at, rates(1, at));
  history.add(6000, rates(1, 2000));
  t.deepEqual(history.rates(6000, 'packets'), [null, null, 5000, 4000]);
});

test('a chart draws each stretch, and says in words what it shows', (t) => {
  const values = FINE.points === 180 ? Array.from({ length: 180 }, (_, i) => (i === 90 ? null : i)) : [];
  const text = chartFigure({
    title: 'Packets per second',
    span: FINE,
    values,
    format: (n) => `${n}`,
    look: 'plain-curve',
  }).toString();
  t.regex(text, /aria-label="Packets per second, last 15 minutes: now 179, highest 179"/);
  const curve = /class="curve" d="([^"]*)"/.exec(text)?.[1] ?? '';
  t.is(curve.match(/M/g)?.length, 2);
  t.is(curve.match(/[ML]/g)?.length, 179);
  t.regex(curve, /^[ML\d.,-]+$/);
});

test('a chart of nothing is a chart', (t) => {
  const nothing = { title: 'T', span: FINE, format: String, look: 'x' };
  t.regex(chartFigure({ ...nothing, values: [] }).toString(), /nothing known yet/);
  t.notRegex(chartFigure({ ...nothing, values: [0, 0, null] }).toString(), /NaN|Infinity/);
});
