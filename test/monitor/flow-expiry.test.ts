/** Unexpected flows that leave are still told: the first of each kind stays as its proof, the others in counts. */
import test from 'ava';
import { MAX_LEFT_GROUPS } from '../../src/monitor/tracking/flow-expiry.js';
import { MAX_SHOWN_GROUPS } from '../../src/report/assemble/flows/unexpected.js';
import { monitored } from './monitored.js';
import { Replay } from './traffic.js';
import type { Attempt } from './traffic.js';

const NAS = '10.0.0.10';
const PC = '10.0.1.1';

/** Enough of the product's own traffic that the server is known. */
function agent(to: number): Attempt[] {
  const at = (i: number): Attempt => ({ at: 1 + 20 * i, from: PC, to: NAS, port: 9004, course: 'works' });
  return Array.from({ length: Math.floor(to / 20) }, (_, i) => at(i));
}

test('connections that no rule names stay counted after they left, with a proof of one of them', async (t) => {
  const strange = Array.from({ length: 20 }, (_, i): Attempt => {
    return { at: 5 + 10 * i, from: PC, to: NAS, port: i % 2 === 0 ? 7788 : 7799, course: 'works' };
  });
  const { model, monitor } = await monitored(new Replay([...agent(400), ...strange], 400));
  const { flows } = monitor.watch.pipeline.meter;
  t.true(flows.removed >= 30, `${flows.removed} left`);
  t.deepEqual(
    model.unexpected.map(({ respPort, flows: count, evidence }) => [
      respPort,
      count,
      evidence.frames.length > 0,
    ]),
    [
      [7788, 10, true],
      [7799, 10, true],
    ],
  );
  t.is(monitor.watch.retirement.unexpected.size, 2);
  t.is(monitor.watch.retirement.ungrouped, 0);
  t.is(model.totals.byClass['unexpected'], 20);
});

test('of more kinds than are remembered the flows are still counted', async (t) => {
  const ports = MAX_LEFT_GROUPS + 30;
  const scan = Array.from({ length: ports }, (_, i): Attempt => {
    return { at: 5 + i / 10, from: PC, to: NAS, port: 10_000 + i, course: 'works' };
  });
  const { model, monitor } = await monitored(new Replay([...agent(300), ...scan], 300));
  const { retirement } = monitor.watch;
  // A few of these ports are of services that rules name.
  const unexpected = model.totals.byClass['unexpected'] ?? 0;
  t.true(unexpected > ports - 10);
  t.is(retirement.unexpected.size, MAX_LEFT_GROUPS);
  t.is(retirement.ungrouped, unexpected - MAX_LEFT_GROUPS);
  t.is(model.unexpected.length, MAX_SHOWN_GROUPS);
  t.is(model.unexpectedOmitted, unexpected - MAX_SHOWN_GROUPS);
});

test('in a small table each group that is shown has a frame that proves it', async (t) => {
  const scan = Array.from({ length: 40 }, (_, i): Attempt => {
    return { at: 5 + 4 * i, from: PC, to: NAS, port: 10_000 + i, course: 'works' };
  });
  const { model } = await monitored(new Replay([...agent(300), ...scan], 300), { maxFlows: 6 });
  t.true(model.unexpected.length > 0);
  for (const { respPort, evidence } of model.unexpected) {
    t.true(respPort >= 10_000 && (evidence.frames[0] ?? 0) > 0, `port ${respPort}`);
  }
});
