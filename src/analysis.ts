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
import { judge } from './verdict/judge.js';
import { joinInventory } from './verdict/inventory.js';
import type { Inventory } from './verdict/inventory-file.js';
import { givenServer } from './verdict/given-server.js';
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
  /** Computers that should appear; null or absent = whoever does. */
  readonly inventory?: Inventory | null;
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
  const meter = new Meter({
    servedPorts: servedPorts(options.packs),
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
  const inventory =
    options.inventory === undefined || options.inventory === null
      ? null
      : joinInventory(
          options.inventory,
          meter.flows,
          facts,
          timeline.files.flatMap((file) => file.names),
          server.keys,
        );
  const judgement = judge(meter.flows, matcher, server, facts, {
    agentPort: options.agentPort,
    serverPort: options.serverPort,
    answerWait: options.answerWait,
    captureEnd: meter.span.lastSec + meter.span.lastNsec / 1e9,
    inventory,
  });
  return {
    files: timeline.files,
    meter,
    facts,
    matcher,
    packs: options.packs,
    judgement,
    answerWait: options.answerWait,
    productPorts: new Set([options.agentPort, options.serverPort]),
    interrupted,
    serverMissing: missing,
    inventory,
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
