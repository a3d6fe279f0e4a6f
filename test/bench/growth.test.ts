import test from 'ava';
import { steps } from './growth.js';

test('what a packet and a flow add is told without what every start costs', (t) => {
  const size = (n: number) => ({
    packets: 1000 * n,
    flows: 10 * n,
    seconds: 0.25 + 0.002 * n,
    peak: 5e7 + 4000 * n,
  });
  const [first, second] = steps([size(1), size(4), size(16)]);
  for (const step of [first, second]) {
    t.true(Math.abs((step?.perPacket ?? 0) - 2) < 1e-9);
    t.true(Math.abs((step?.perFlow ?? 0) - 400) < 1e-9);
  }
});

test('growth faster than the size shows as a larger step', (t) => {
  const size = (n: number) => ({ packets: n, flows: n, seconds: n * n, peak: n * n });
  const [first, second] = steps([size(1), size(4), size(16)]);
  t.is((second?.perPacket ?? 0) / (first?.perPacket ?? 1), 4);
  t.is((second?.perFlow ?? 0) / (first?.perFlow ?? 1), 4);
});
