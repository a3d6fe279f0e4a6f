/**
 * The pipeline, read from top to bottom: open the captures, meter every frame into flows, find this server,
 * judge the flows against the rules. Live monitoring is the same on a stream that has not ended.
 */
import { Timeline } from './capture/merge.js';
import type { AddressWords } from './flow/address.js';
import { Meter } from './flow/meter.js';
import { Facts } from './recognise/facts.js';
import type { ReportInput } from './report/assemble/input.js';
import { Recogniser } from './recognise/recogniser.js';
import { RuleMatcher } from './rules/match.js';
import { servedPorts } from './rules/served-ports.js';
import type { RulePack } from './rules/rule.js';
import { Gate } from './verdict/gate.js';
import { givenServer } from './verdict/given-server.js';
import { judge } from './verdict/judge.js';
import { gatherFacts } from './verdict/quality-facts.js';
import { DEFAULT_THRESHOLDS } from './verdict/thresholds.js';
import type { Thresholds } from './verdict/thresholds.js';
import { inferServer } from './verdict/server.js';
import { Flow } from './flow/flow.js';

export interface AnalysisOptions {
  /** Paths in the order given; '-' = standard input. */
  readonly inputs: readonly string[];
  readonly packs: readonly RulePack[];
  /** Addresses of this server; empty = infer. */
  readonly server: readonly AddressWords[];
  readonly agentPort: number;
  readonly serverPort: number;
  /** Seconds that an answer is given before silence counts. */
  readonly answerWait: number;
  readonly maxFlows?: number;
  /** Of the capture-quality gate; absent = the defaults. */
  readonly thresholds?: Thresholds;
  /** Aborted: stop reading and report what was read. */
  readonly signal?: AbortSignal;
  /** Called about once per batch. */
  readonly onProgress?: (progress: Progress) => void;
}

export interface Progress {
  readonly bytesRead: number;
  /** 0 = unknown. */
  readonly bytesTotal: number;
  readonly frames: number;
  readonly flows: number;
}

/**
 * Analyses captures from the first byte to the verdicts.
 * @throws CaptureError when an input is no capture at all; damage inside one is kept in `files`.
 */
export async function analyze(options: AnalysisOptions): Promise<ReportInput> {
  const matcher = new RuleMatcher(options.packs);
  const thresholds = options.thresholds ?? DEFAULT_THRESHOLDS;
  const meter = new Meter({
    servedPorts: servedPorts(options.packs),
    duplicateMilliseconds: thresholds['duplicate-ms'],
    oversizeBytes: thresholds['oversize-bytes'],
    ...(options.maxFlows === undefined ? {} : { maxFlows: options.maxFlows }),
  });
  const facts = new Facts();
  const recogniser = new Recogniser(meter.flows, facts);
  meter.payloadReader = recogniser;
  const timeline = await Timeline.open(
    options.inputs,
    options.signal === undefined ? {} : { signal: options.signal },
  );
  let interrupted = '';
  try {
    for (let run = await timeline.next(); run !== null; run = await timeline.next()) {
      meter.feed(run);
      options.onProgress?.(progressOf(timeline, meter));
      if (options.signal?.aborted === true) break;
    }
    // A reader that waits for more is ended by the signal as well, and hands out no further run.
    if (options.signal?.aborted === true) interrupted = 'Stopped by the user before the end of the input.';
  } finally {
    await timeline.close();
  }
  recogniser.finish(meter.span.lastSec);
  const { server, missing } =
    options.server.length > 0
      ? givenServer(meter.flows, new Flow(meter.flows), options.server)
      : {
          server: inferServer(meter.flows, new Flow(meter.flows), options.agentPort, options.serverPort),
          missing: [],
        };
  const gate = new Gate(gatherFacts(timeline.files, meter, server, thresholds, interrupted), thresholds);
  const judgement = judge(meter.flows, matcher, server, facts, {
    agentPort: options.agentPort,
    serverPort: options.serverPort,
    answerWait: options.answerWait,
    captureEnd: meter.span.lastSec + meter.span.lastNsec / 1e9,
    gate,
  });
  return {
    files: timeline.files,
    meter,
    facts,
    matcher,
    packs: options.packs,
    gate,
    judgement,
    answerWait: options.answerWait,
    productPorts: new Set([options.agentPort, options.serverPort]),
    interrupted,
    serverMissing: missing,
  };
}

function progressOf(timeline: Timeline, meter: Meter): Progress {
  let bytesRead = 0;
  let bytesTotal = 0;
  for (const file of timeline.files) {
    bytesRead += file.bytesRead;
    bytesTotal += file.bytesTotal;
  }
  return { bytesRead, bytesTotal, frames: meter.totals.frames, flows: meter.flows.count };
}
