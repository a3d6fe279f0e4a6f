/** What a report cites is held against the capture. */
import { join } from 'node:path';
import test from 'ava';
import { checkCapture, MAX_DIFFERENCES } from '../../../src/report/verify/check.js';
import { ROOT } from '../../shipped.js';

test('of many differences the first are listed and all are counted', async (t) => {
  const n = MAX_DIFFERENCES + 3;
  const claims = new Map(Array.from({ length: n }, (_, i) => [1_000_000 + i, []]));
  claims.set(1, []);
  const checked = await checkCapture(join(ROOT, 'captures', 'ended-too-soon.pcap'), claims);
  t.is(checked.differing, n);
  t.is(checked.agreeing, 1);
  t.is(checked.differences.length, MAX_DIFFERENCES);
  t.regex(checked.differences[0]?.text ?? '', /^it is not there: the capture has \d+ frames$/);
});
