/** What the report says of sessions that are cut and of a computer that goes down, beside its verdict. */
import { join } from 'node:path';
import test from 'ava';
import type { VerdictModel } from '../../src/report/model/model.js';
import { COMMITTED } from './committed.js';
import { addressOf } from './network.js';
import { reportOf } from './score.js';

async function verdictOf(scenario: string, rule: string): Promise<VerdictModel | undefined> {
  const model = await reportOf(join(COMMITTED, `${scenario}.pcap.gz`), [addressOf('server', 4)]);
  return [...model.verdicts].find((v) => v.rule === rule);
}

test('a computer that goes down is not taken for a firewall: its ARP is the reason, its administrator acts', async (t) => {
  const v = await verdictOf('computer-goes-down', 'ua-9003');
  t.regex(v?.locationReason ?? '', /ARP requests .* without an answer/);
  t.regex(v?.nextStep.who ?? '', /is it running, and connected/);
  t.is(v?.remedy ?? -1, -1);
});

test('the first repeat that stays without an answer is among the evidence and on the time axis', async (t) => {
  const v = await verdictOf('idle-killed-silently', 'ua-9003');
  const mark = v?.attempts.find(({ label }) => label.startsWith('asked again'));
  t.regex(mark?.label ?? '', /asked again \d times, no answer/);
  t.true(v?.evidence[0]?.frames.includes(mark?.frame ?? -1));
});

test('a handshake that waits for a repeated SYN says so', async (t) => {
  const v = await verdictOf('first-syn-lost', 'ua-9003');
  t.regex(v?.locationReason ?? '', /only after the SYN was repeated/);
});
