/** Entries of firewall logs in verdicts: all are counted, a few are kept to be quoted. */
import test from 'ava';
import type { JoinedLogs } from '../../../src/verdict/firewall/join-logs.js';
import { tellLogged, withLogged } from '../../../src/verdict/judge/logged.js';
import { MAX_LOGGED, VerdictBuilder } from '../../../src/verdict/judge/verdict-builder.js';
import type { HostKey } from '../../../src/verdict/words/host-key.js';
import type { LogBlock } from '../../../src/verdict/words/log-block.js';
import { matcher, NAS, PC, Scene } from '../scene.js';

const TRIES = MAX_LOGGED + 2;

function block(machine: HostKey, number: number): LogBlock {
  return {
    path: 'pfirewall.log',
    unit: 'line',
    number,
    text: `DROP TCP ${number}`,
    time: 1_780_000_000 + number,
    timeBy: 'told',
    layer: 'connect',
    ruleName: '',
    filterId: '',
    machine,
    at: 'originator',
    protocol: 6,
    port: 9003,
  };
}

function joined(of: Partial<JoinedLogs>): JoinedLogs {
  return { logs: [], byFlow: new Map(), before: [], ...of };
}

test('attempts that a firewall stopped before the wire all count, and the first three are quoted', (t) => {
  const host: HostKey = 0x0a000101;
  const rule = matcher.requiredRules.find(({ id }) => id === 'ua-9003')!;
  const before = Array.from({ length: TRIES }, (_, i) => ({
    host,
    rule,
    block: block(host, i + 1),
    presumed: false,
  }));
  const builder = new VerdictBuilder([host], [rule]);
  tellLogged(joined({ before }), [host], null, builder);
  const [verdict] = builder.verdicts();
  t.is(verdict?.fails, TRIES);
  t.deepEqual(
    verdict?.logged?.map(({ number }) => number),
    [1, 2, 3],
  );
});

test('of the flows that a log tells of three entries are quoted, before those of attempts without a packet', (t) => {
  const scene = new Scene();
  for (let i = 0; i < TRIES; i++) scene.tcp(NAS, PC, 9003, 'silent', i * 60);
  const found = scene.verdict('ua-9003')!;
  const flows = Array.from({ length: TRIES }, (_, i) => i);
  const byFlow = new Map(flows.map((id) => [id, block(found.host, id + 1)]));
  const quoted = (ids: readonly number[]): number[] | undefined =>
    withLogged(
      [{ ...found, flows: ids, logged: [block(found.host, 99)] }],
      joined({ byFlow }),
    )[0]?.logged?.map(({ number }) => number);
  t.deepEqual(quoted(flows), [1, 2, 3]);
  t.deepEqual(quoted([1]), [2, 99]);
  t.is(found.fails, TRIES);
});
