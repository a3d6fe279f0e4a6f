/** Sample captures with bytes changed at random go through the whole pipeline: nothing throws, flows stay bounded. */
import { createHash } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { Random } from '../../../captures/recipes/craft/random.js';
import type { FrameRun } from '../../../src/capture/frame.js';
import { Timeline } from '../../../src/capture/merge.js';
import { Flow } from '../../../src/flow/flow.js';
import { Meter } from '../../../src/flow/meter.js';
import { Facts } from '../../../src/recognise/facts.js';
import { assembleReport } from '../../../src/report/assemble/assemble.js';
import type { ReportModel } from '../../../src/report/model.js';
import { servedPorts } from '../../../src/rules/served-ports.js';
import { judge } from '../../../src/verdict/judge.js';
import { inferServer } from '../../../src/verdict/server.js';
import { CONN_STATES } from '../../../src/flow/conn-state.js';
import { OUTCOMES } from '../../../src/verdict/words.js';
import { rounds } from '../../fuzz.js';
import { matcher, packs } from '../../verdict/scene.js';

const SEEDS = rounds(2, 10);
const MAX_FLOWS = 60;

/** Changes bytes, lengths and times of some frames of a run. */
function mutate(run: FrameRun, random: Random): void {
  const { batch } = run;
  for (let i = run.from; i < run.to; i++) {
    const at = batch.at[i] ?? 0;
    const len = batch.capLen[i] ?? 0;
    if (len === 0) continue;
    const kind = random.between(0, 9);
    if (kind < 6) {
      const changes = random.between(1, 6);
      for (let n = 0; n < changes; n++) {
        batch.bytes[at + random.between(0, Math.min(len, 80) - 1)] = random.uint32() & 255;
      }
    } else if (kind === 6) {
      batch.capLen[i] = random.between(0, len);
    } else if (kind === 7) {
      batch.sec[i] = random.uint32();
      batch.nsec[i] = random.between(0, 999_999_999);
    } else if (kind === 8) {
      batch.origLen[i] = random.between(0, 0x7fffffff);
    }
  }
}

async function run(
  path: string,
  seed: number,
  maxFlows: number | undefined,
): Promise<{ meter: Meter; model: ReportModel }> {
  const random = new Random(seed);
  const meter = new Meter({
    servedPorts: servedPorts(packs),
    ...(maxFlows === undefined ? {} : { maxFlows }),
  });
  const timeline = await Timeline.open([path]);
  for (let one = await timeline.next(); one !== null; one = await timeline.next()) {
    mutate(one, random);
    meter.feed(one);
  }
  await timeline.close();
  const facts = new Facts();
  const server = inferServer(meter.flows, new Flow(meter.flows), 9003, 9004);
  const captureEnd = meter.span.lastSec;
  const judgement = judge(meter.flows, matcher, server, facts, {
    agentPort: 9003,
    serverPort: 9004,
    answerWait: 3,
    captureEnd,
  });
  const input = {
    files: timeline.files,
    meter,
    facts,
    matcher,
    packs,
    judgement,
    answerWait: 3,
    productPorts: new Set([9003, 9004]),
    interrupted: '',
  };
  return { meter, model: assembleReport(input, { version: '0', commandLine: '', now: 0 }) };
}

const samples = readdirSync('captures').filter((name) => /\.pcap(ng)?(\.gz)?$/.test(name));

for (const name of samples) {
  test(`${name}, changed at random, is analysed to the end`, async (t) => {
    for (let seed = 1; seed <= SEEDS; seed++) {
      const maxFlows = seed % 2 === 0 ? MAX_FLOWS : undefined;
      const { meter, model } = await run(join('captures', name), seed, maxFlows);
      t.true(meter.flows.count <= (maxFlows ?? 2 * meter.totals.packets));
      const digest = createHash('sha256');
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
          JSON.stringify(flow),
        );
        t.true(CONN_STATES.includes(flow.connState as (typeof CONN_STATES)[number]));
        t.true(OUTCOMES.indexOf(flow.outcome) > 0);
        digest.update(JSON.stringify(flow));
      }
      t.is(flows, meter.flows.count);
      t.is(model.verdicts.length, model.hosts.length * model.rules.length);
      t.true([0, 1, 3].includes(model.summary.exitCode));
      if (seed === 1) {
        const again = createHash('sha256');
        for (const flow of (await run(join('captures', name), seed, maxFlows)).model.flows)
          again.update(JSON.stringify(flow));
        t.is(again.digest('hex'), digest.digest('hex'));
      }
    }
  });
}
