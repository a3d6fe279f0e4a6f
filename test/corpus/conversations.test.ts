/** TCP and UDP conversations against tshark's: endpoints, packets and payload bytes in both directions. */
import test from 'ava';
import { CaptureError } from '../../src/capture/frames/frame.js';
import { flowsOf } from './measured.js';
import type { MeasuredFlow } from './measured.js';
import { grouped, HAS_CORPUS, NO_CORPUS, pathOf, truth } from './truth.js';
import { leftOut } from '../test-with.js';

/** Packets and payload from the first-named end and from the other. */
type Sums = [number, number, number, number];

/** tshark's streams and our flows cut a five-tuple differently in time, so both are summed per five-tuple. */
function keyOf(proto: string, a: string, aPort: number, b: string, bPort: number): [string, boolean] {
  const left = `${a} ${aPort}`;
  const right = `${b} ${bPort}`;
  return left < right ? [`${proto} ${left} ${right}`, false] : [`${proto} ${right} ${left}`, true];
}

function addTo(sums: Map<string, Sums>, [key, swapped]: [string, boolean], add: Sums): void {
  const [ap, bp, ab, bb] = add;
  const into = sums.get(key) ?? [0, 0, 0, 0];
  const ordered = swapped ? [bp, ap, bb, ab] : [ap, bp, ab, bb];
  sums.set(key, into.map((value, i) => value + (ordered[i] ?? 0)) as Sums);
}

function measured(flows: readonly MeasuredFlow[]): Map<string, Sums> {
  const sums = new Map<string, Sums>();
  for (const flow of flows) {
    if (flow.proto !== 'tcp' && flow.proto !== 'udp') continue;
    addTo(sums, keyOf(flow.proto, flow.orig, flow.origPort, flow.resp, flow.respPort), [
      ...flow.packets,
      ...flow.payload,
    ]);
  }
  return sums;
}

if (HAS_CORPUS) {
  for (const [file, rows] of grouped(truth('conv.tsv'), 'file')) {
    test(`conversations of ${file} equal tshark's`, async (t) => {
      const expected = new Map<string, Sums>();
      for (const row of rows) {
        const n = (column: string): number => Number(row[column]);
        const key = keyOf(row['proto'] ?? '', row['a_ip'] ?? '', n('a_port'), row['b_ip'] ?? '', n('b_port'));
        addTo(expected, key, [n('a_pkts'), n('b_pkts'), n('a_payload'), n('b_payload')]);
      }
      const actual = measured(await flowsOf(pathOf(file)));
      t.deepEqual(Object.fromEntries([...actual].sort()), Object.fromEntries([...expected].sort()));
    });
  }

  for (const row of truth('files.tsv')) {
    // tshark reads no event trace.
    if (row['frames'] !== '0' || row['file']?.endsWith('.etl') === true) continue;
    test(`${row['file']} is refused with a clear message`, async (t) => {
      const error = await t.throwsAsync(flowsOf(pathOf(row['file'] ?? '')), { instanceOf: CaptureError });
      t.regex(error?.message ?? '', /\S+/);
    });
  }
} else {
  leftOut('the public captures', NO_CORPUS);
}
