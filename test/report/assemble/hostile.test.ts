/** Sample captures with bytes changed at random go through the whole pipeline: nothing throws, everything stays bounded. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { CONN_STATES } from '../../../src/flow/record/conn-state.js';
import { writeJson } from '../../../src/report/json/write.js';
import { OUTCOMES } from '../../../src/verdict/words/words.js';
import { rounds } from '../../fuzz.js';
import { collected } from '../collect.js';
import { HEADERS, hostileRun, unboundIn } from './hostile-run.js';
import type { HostileRun } from './hostile-run.js';

const SEEDS = rounds(2, 10);
const MAX_FLOWS = 60;

/** Every other round has a small flow table and changes headers only, so that payload is still understood. */
function round(path: string, seed: number): Promise<HostileRun> {
  return hostileRun(path, seed, seed % 2 === 0 ? MAX_FLOWS : undefined, seed % 2 === 0 ? HEADERS : Infinity);
}

const samples = readdirSync('captures').filter((name) => /\.pcap(ng)?(\.gz)?$/.test(name));

for (const name of samples) {
  test(`${name}, changed at random, is analysed to the end`, async (t) => {
    for (let seed = 1; seed <= SEEDS; seed++) {
      const maxFlows = seed % 2 === 0 ? MAX_FLOWS : undefined;
      const played = await round(join('captures', name), seed);
      const { meter, model } = played;
      t.is(unboundIn(played), '');
      t.true(meter.flows.count <= (maxFlows ?? 2 * meter.totals.packets));
      let flows = 0;
      for (const flow of model.flows) {
        flows++;
        const finite = [
          flow.duration,
          flow.orig.bytes,
          flow.resp.bytes,
          flow.origSeqBytes,
          flow.respSeqBytes,
        ];
        t.true(
          finite.every((value) => Number.isFinite(value) && value >= -1),
          `flow ${flow.id}: ${finite.join(' ')}`,
        );
        t.true(CONN_STATES.includes(flow.connState as (typeof CONN_STATES)[number]));
        t.true(OUTCOMES.indexOf(flow.outcome) > 0);
      }
      t.is(flows, meter.flows.count);
      t.is(model.verdicts.length, model.hosts.length * model.rules.length);
      t.true([0, 1, 3].includes(model.summary.exitCode));
      if (seed === 1) {
        const again = await round(join('captures', name), seed);
        t.true((await collected(writeJson, again.model)) === (await collected(writeJson, model)));
      }
    }
  });
}
