/** Runs a capture through the whole pipeline, with bytes, lengths and times of some frames changed at random. */
import { Random } from '../../../captures/recipes/craft/random.js';
import type { FrameRun } from '../../../src/capture/frames/frame.js';
import { Timeline } from '../../../src/capture/merge.js';
import { Meter } from '../../../src/flow/meter.js';
import { Facts, MAX_FACTS } from '../../../src/recognise/facts/facts.js';
import type { SeenIn } from '../../../src/recognise/facts/facts.js';
import { MAX_CONVERSATIONS } from '../../../src/recognise/driver/conversation-store.js';
import { Recogniser } from '../../../src/recognise/driver/recogniser.js';
import { assembleReport } from '../../../src/report/assemble/assemble.js';
import type { ReportModel } from '../../../src/report/model/model.js';
import { servedPorts } from '../../../src/rules/words/served-ports.js';
import { judge } from '../../../src/verdict/judge/judge.js';
import { inferServer } from '../../../src/verdict/hosts/server.js';
import { FlowScan } from '../../../src/verdict/hosts/flow-scan.js';
import { matcher, packs } from '../../verdict/scene.js';
import { gateOf } from '../../verdict/judge/gated.js';

/** Bytes of a frame's headers, as far as changes reach in the rounds that leave payload alone. */
export const HEADERS = 80;

/** Changes bytes (the first `reach` of a frame), lengths and times of some frames of a run. */
function mutate(run: FrameRun, random: Random, reach: number): void {
  const { batch } = run;
  for (let i = run.from; i < run.to; i++) {
    const at = batch.at[i] ?? 0;
    const len = batch.capLen[i] ?? 0;
    if (len === 0) continue;
    const kind = random.between(0, 9);
    if (kind < 6) {
      const changes = random.between(1, 6);
      for (let n = 0; n < changes; n++) {
        batch.bytes[at + random.between(0, Math.min(len, reach) - 1)] = random.uint32() & 255;
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

export interface HostileRun {
  readonly meter: Meter;
  readonly facts: Facts;
  readonly model: ReportModel;
  /** Conversations that were open after a run, at the most. */
  readonly conversations: number;
}

export async function hostileRun(
  path: string,
  seed: number,
  maxFlows: number | undefined,
  reach: number,
): Promise<HostileRun> {
  const random = new Random(seed);
  const meter = new Meter({
    servedPorts: servedPorts(packs),
    ...(maxFlows === undefined ? {} : { maxFlows }),
  });
  const facts = new Facts();
  const recogniser = new Recogniser(meter.flows, facts);
  meter.payloadReader = recogniser;
  let conversations = 0;
  const timeline = await Timeline.open([path]);
  for (let one = await timeline.next(); one !== null; one = await timeline.next()) {
    mutate(one, random, reach);
    meter.feed(one);
    conversations = Math.max(conversations, recogniser.open);
  }
  await timeline.close();
  recogniser.finish(meter.span.lastSec);
  const server = inferServer(new FlowScan(meter.flows, 9003, 9004));
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
    gate: gateOf(meter, judgement, timeline.files),
    judgement,
    answerWait: 3,
    productPorts: new Set([9003, 9004]),
    interrupted: '',
  };
  const model = assembleReport(input, { version: '0', commandLine: '', now: 0 });
  return { meter, facts, model, conversations };
}

/** What is wrong with the bounds of a run, '' = nothing. */
export function unboundIn({ meter, facts, model, conversations }: HostileRun): string {
  if (conversations > MAX_CONVERSATIONS) return `${conversations} conversations`;
  const { binds, calls, mappings, smb, trees, opens, ntlm, tls, details, failedLookups, denied } = facts;
  const lists = { binds, calls, mappings, smb, trees, opens, ntlm, tls, details, failedLookups, denied };
  for (const [name, { items }] of Object.entries(lists)) {
    if (items.length > MAX_FACTS) return `${items.length} ${name}`;
    const stray = (items as readonly SeenIn[]).find(({ flow }) => !(flow >= 0 && flow < meter.flows.count));
    if (stray !== undefined) return `${name} of flow ${stray.flow}`;
  }
  const rows = model.payload;
  for (const list of [rows.rpcCalls, rows.smbFiles, rows.smbMappings, rows.ntlm, rows.weirds]) {
    let count = 0;
    for (const row of list) count += row.frame > 0 ? 1 : 0;
    if (count > MAX_FACTS) return `${count} rows`;
  }
  return '';
}
