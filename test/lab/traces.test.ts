/** Captures of the lab written as Windows would have written them (.etl) get the verdicts of the captures themselves. */
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { VARIANTS, packetsOf, traceOf } from '../../captures/recipes/etl/convert.js';
import { FULL_FUZZ } from '../fuzz.js';
import { reportOf } from './score.js';

const LAB = join(process.cwd(), 'captures', 'lab');
/** Of each kind of fault one; all with PORTWITNESS_FUZZ=full. */
const FEW = [
  'agent-port-prohibited-ipv6',
  'dynamic-silent',
  'inbound-refused-here',
  'vlan-agent-prohibited',
  'random-loss',
];
/** A trace of this recipe does not say that a filter was set. */
const FILTERED = /^filter-/;

const captures = readdirSync(LAB)
  .filter((name) => /\.pcap(ng)?\.gz$/.test(name) && !FILTERED.test(name))
  .filter((name) => FULL_FUZZ || FEW.includes(name.slice(0, name.indexOf('.'))));

async function verdictsOf(path: string): Promise<string[]> {
  const model = await reportOf(path, []);
  return [...model.verdicts].map((one) => {
    const { rule, host, verdict, confidence, location, reasonCode, outcomes } = one;
    const flows = outcomes.map(({ outcome, flows: n }) => `${n} ${outcome}`).join(', ');
    return `${rule} ${host.address} ${verdict} ${reasonCode} ${confidence} ${location}: ${flows}`;
  });
}

for (const name of captures) {
  test(`${name} as a trace`, async (t) => {
    const folder = mkdtempSync(join(tmpdir(), 'portwitness-traces-'));
    t.teardown(() => rmSync(folder, { recursive: true, force: true }));
    const path = join(LAB, name);
    const wanted = await verdictsOf(path);
    const packets = await packetsOf(path);
    t.true(wanted.length > 0);
    for (const variant of VARIANTS) {
      const trace = join(folder, `${variant.name}.etl`);
      writeFileSync(trace, traceOf(packets, variant));
      t.deepEqual(await verdictsOf(trace), wanted, variant.name);
    }
  });
}
