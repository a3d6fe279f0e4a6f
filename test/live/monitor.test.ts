/** The monitor tells what changes, once and by its evidence, on a stream under a simulated clock. */
import test from 'ava';
import { changesOf, monitored } from './monitored.js';
import { Replay, START } from './traffic.js';
import type { Attempt, Course } from './traffic.js';

const NAS = '10.0.0.10';
const PC = '10.0.1.1';
const RULE_9004 = 'ua-9004-in';

/** An attempt of the computer to the server every `every` seconds. */
function attempts(from: number, to: number, every: number, course: Course, computer = PC): Attempt[] {
  const list: Attempt[] = [];
  for (let at = from; at < to; at += every) list.push({ at, from: computer, to: NAS, port: 9004, course });
  return list;
}

test('healthy, dropped, refused, healthy: each change is told once, soon, with its frames', async (t) => {
  const replay = new Replay(
    [
      ...attempts(1, 100, 10, 'works'),
      ...attempts(101, 200, 10, 'silent'),
      ...attempts(201, 300, 10, 'refused'),
      ...attempts(301, 400, 10, 'works'),
    ],
    400,
  );
  const { events, model, monitor } = await monitored(replay);
  t.deepEqual(changesOf(events, RULE_9004, START), [
    '2 not_observed>working works',
    '105 working>blocked syn_silent',
    '203 blocked>blocked rst_answers_syn',
    '302 blocked>working works',
  ]);
  t.deepEqual(
    events.map(({ sequence }) => sequence),
    events.map((_, i) => i + 1),
  );
  const blocked = events.find((event) => event.type === 'verdict_changed' && event.to === 'blocked');
  t.true(blocked?.type === 'verdict_changed' && (blocked.evidence[0]?.frames.length ?? 0) >= 3);
  t.true(blocked?.type === 'verdict_changed' && blocked.evidence[0]?.filter.includes('tcp.port == 9004'));
  t.is(model.verdicts.at(0) === undefined, false);
  t.true(monitor.watch.pipeline.meter.flows.removed > 20);
  t.is(model.totals.flows, 40);
});
