/** While monitoring, the causes and the words of what fails are those of the report, devices named. */
import { join } from 'node:path';
import test from 'ava';
import { ROOT } from '../../captures/recipes/reports.js';
import { analyze } from '../../src/analysis.js';
import { Diagnosis } from '../../src/monitor/tracking/diagnosis.js';
import type { TrackedVerdict } from '../../src/monitor/tracking/verdict-tracker.js';
import { hostKeyText } from '../../src/verdict/words/host-key.js';
import { monitored, packs } from './monitored.js';
import { Replay } from './traffic.js';

test('a cell says who rejects, and the cause says who runs it', async (t) => {
  const input = await analyze({
    inputs: [join(ROOT, 'captures', 'router-admin-prohibited.pcapng')],
    packs,
    server: [],
    agentPort: 9003,
    serverPort: 9004,
    answerWait: 3,
  });
  const rest = { text: { reason: '', location: 'unknown', confidence: 'low' }, since: 0, lastEvidence: 0 };
  const standings = input.judgement.verdicts.map(
    (verdict) =>
      ({ ...rest, rule: verdict.rule, host: verdict.host, verdict, changes: 0, history: [] }) as never,
  ) as TrackedVerdict[];
  const diagnosis = new Diagnosis();
  const of = (rule: string, host: string) =>
    standings.find((one) => one.rule.id === rule && hostKeyText(one.host) === host)!;

  t.is(diagnosis.seenOf(of('ua-135', '10.20.1.21')), '');
  diagnosis.update(input, standings);
  t.is(diagnosis.seenOf(of('ua-135', '10.20.1.21')), 'Rejected by 10.20.0.1');
  t.is(diagnosis.seenOf(of('ua-9003', '10.20.1.21')), '');
  t.deepEqual(
    diagnosis.causes.map(({ seen, who, computers, required }) => ({ seen, who, computers, required })),
    [
      {
        seen: 'Rejected',
        who: 'the firewall or network team that runs 10.20.0.1',
        computers: 1,
        required: true,
      },
    ],
  );
  // Another failure since then is not told in the words of the one before.
  const changed = of('ua-135', '10.20.1.21');
  changed.verdict = { ...changed.verdict, reason: 'syn_silent', detail: 'syn_silent' };
  t.is(diagnosis.seenOf(changed), '');
});

test('a cause is there as soon as its change is told, and gone when it works again', async (t) => {
  const NAS = '10.0.0.10';
  const attempt = (at: number, course: 'works' | 'silent') =>
    ({ at, from: '10.0.1.1', to: NAS, port: 9004, course }) as const;
  const courses = [1, 11, 21].map((at) => attempt(at, 'works'));
  const silent = [31, 41, 51].map((at) => attempt(at, 'silent'));
  const again = [61, 71].map((at) => attempt(at, 'works'));
  const replay = new Replay([...courses, ...silent, ...again], 80);
  const { snapshots, events } = await monitored(replay, { server: [], interval: 3_600_000 });
  const told = snapshots.map(({ causes }) => causes.map(({ title }) => title).join());
  t.true(told.some((title) => title.includes('9004 from 10.0.1.1: no answer')));
  t.is(told.at(-1), '');
  t.is(events.filter((event) => event.type === 'verdict_changed' && event.to === 'blocked').length, 1);
});
