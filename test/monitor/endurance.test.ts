/** A few hours of many computers: what is held stays bounded. The whole day is in test/bench/endurance.ts. */
import test from 'ava';
import { Day } from './day.js';
import { monitored } from './monitored.js';

test('one hour of a hundred computers and a scan: flows, facts and events stay bounded, all is counted', async (t) => {
  const [computers, scanned, maxFlows] = [100, 6000, 800];
  const day = new Day({ computers, hours: 1, step: 120, scanned });
  const { events, model, monitor } = await monitored(day, {
    interval: 3600_000,
    maxFlows,
    knownServer: { keys: new Set([0x0a00000a]), source: 'option', reasons: [] },
    warn: t.fail,
  });
  const { flows, totals } = monitor.watch.pipeline.meter;
  t.true(flows.count <= maxFlows);
  t.true(flows.evicted > 0);
  t.is(model.totals.flows + flows.evicted, 4 * computers * 4 + scanned);
  t.is(totals.frames, 4 * computers * 4 * 8 + scanned);
  const rows = [...model.verdicts].filter(
    ({ rule, verdict }) => rule === 'ua-9004-in' && verdict === 'working',
  );
  t.is(rows.length, computers);
  for (const { outcomes } of rows) t.deepEqual(outcomes, [{ outcome: 'established', flows: 4 }]);
  const changes = events.filter((event) => event.type === 'verdict_changed' && event.to === 'working');
  const cells = changes.map((event) =>
    event.type === 'verdict_changed' ? `${event.rule} ${event.host}` : '',
  );
  t.is(new Set(cells).size, cells.length);
  t.true(cells.length >= computers * 4);
});
