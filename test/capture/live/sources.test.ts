/** Real sources on a real wire between two network namespaces. */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import test from 'ava';
import type { ExecutionContext } from 'ava';
import { until } from '../../lab/machine.js';
import { Veth, whyNoNamespaces } from './veth.js';
import type { Line } from './veth.js';

const CAPTURE = resolve('captures', 'several-computers.pcapng');
const PROGRAMS = ['tcpdump', 'dumpcap', 'cap'] as const;

const reason = whyNoNamespaces('tcpdump', 'dumpcap', 'tcpreplay');
const live = reason === '' ? test.serial : test.skip;
if (reason !== '')
  test.serial('live sources on a wire are not tested here', (t) => {
    t.log(`live sources are not tested here: ${reason}`);
    t.pass();
  });

function digests(lines: readonly Line[]): readonly string[] {
  return lines.flatMap((line) => (line['digests'] as string[] | undefined) ?? []);
}

function countersOf(lines: readonly Line[]): Line {
  return lines.find((line) => line['ended'] === true)?.['counters'] as Line;
}

live('every program hands out the same frames of the same traffic, in order, and counts them', async (t) => {
  t.true(existsSync(CAPTURE));
  const seen: Record<string, readonly string[]> = {};
  for (const source of PROGRAMS) {
    const veth = new Veth(t);
    const watching = veth.watch({ source, interfaces: ['v0'], frameDigests: true });
    t.is((await watching.line('opened'))['description'], `${source} on v0 (10.78.0.1)`);
    veth.replay(CAPTURE, '--pps', '2000');
    await until(`frames of ${source}`, () => digests(watching.lines).length > 0);
    await new Promise((wait) => setTimeout(wait, 1500));
    const lines = await watching.stop();
    seen[source] = digests(lines);
    const counters = countersOf(lines);
    t.is(counters['timestamps'], source === 'cap' ? 'arrival' : 'kernel');
    t.is(counters['received'], source === 'cap' ? null : seen[source].length, source);
    t.is(counters['droppedByKernel'], source === 'cap' ? null : 0, source);
    t.is(counters['droppedByInterface'], 0);
  }
  t.true((seen['tcpdump']?.length ?? 0) > 1000);
  t.deepEqual(seen['dumpcap'], seen['tcpdump']);
  t.deepEqual(seen['cap'], seen['tcpdump']);
});
