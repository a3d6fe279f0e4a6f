/**
 * The pipeline, read from top to bottom: open the captures, meter every frame into flows, find this server,
 * judge the flows against the rules. Live monitoring is the same on a stream that has not ended.
 */
import type { CaptureFile, FrameRun } from './capture/frames/frame.js';
import { Timeline } from './capture/merge.js';
import type { StreamCopies } from './capture/bytes/stream-copy.js';
import type { AddressWords } from './flow/record/address.js';
import { CaptureRuns } from './flow/vantage/capture-runs.js';
import { Meter } from './flow/meter.js';
import { Facts } from './recognise/facts/facts.js';
import type { MonitorFacts, ReportInput } from './report/assemble/input/input.js';
import { Recogniser } from './recognise/driver/recogniser.js';
import { RuleMatcher } from './rules/match.js';
import { servedPorts } from './rules/words/served-ports.js';
import type { RulePack } from './rules/words/rule.js';
import { Gate } from './verdict/judge/gate.js';
import { givenServer } from './verdict/hosts/given-server.js';
import { judge } from './verdict/judge/judge.js';
import { joinInventory } from './verdict/inventory/inventory.js';
import type { JoinedInventory } from './verdict/inventory/inventory.js';
import type { Inventory } from './verdict/inventory/inventory-file.js';
import type { Judgement } from './verdict/judge/judge.js';
import type { RetiredEvidence } from './verdict/judge/retired-evidence.js';
import { traceFindings } from './verdict/judge/trace-findings.js';
import { logFindings } from './verdict/judge/log-findings.js';
import { joinLogs } from './verdict/firewall/join-logs.js';
import type { JoinedLogs } from './verdict/firewall/join-logs.js';
import type { FirewallLog } from './verdict/firewall/log-entry.js';
import { serverOfLogs } from './verdict/firewall/server-of-logs.js';
import type { TimeSpan } from './flow/record/time-span.js';
import { gatherFacts } from './verdict/quality/quality-facts.js';
import { DEFAULT_THRESHOLDS } from './verdict/quality/thresholds.js';
import type { Thresholds } from './verdict/quality/thresholds.js';
import { inferServer } from './verdict/hosts/server.js';
import type { ServerIdentity } from './verdict/hosts/server.js';
import { Identities } from './verdict/hosts/identities.js';
import { FlowScan } from './verdict/hosts/flow-scan.js';

/** What the pipeline needs to know, wherever its frames come from. */
export interface PipelineOptions {
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
  /** Computers that should appear; null or absent = whoever does. */
  readonly inventory?: Inventory | null;
}

/** Logs of the Windows firewall that are joined to the capture. */
export interface LogOptions {
  /** Paths in the order given. */
  readonly paths: readonly string[];
  /** Minutes that the local time of logs is ahead of UTC; null = as the captures tell, or as their packets do. */
  readonly zoneMinutes: number | null;
}

export interface AnalysisOptions extends PipelineOptions {
  /** Paths in the order given; '-' = standard input. */
  readonly inputs: readonly string[];
  /** Aborted: stop reading and report what was read. */
  readonly signal?: AbortSignal;
  /** Of an .etl of pktmon: the component whose packets are taken; absent = one place for each adapter. */
  readonly etlComponent?: number;
  /** Bytes that a compressed capture may hold; absent = `MAX_DECOMPRESSED_BYTES`, and so many times its size. */
  readonly maxDecompressed?: number;
  /** Keeps inputs that pass only once, so that frames can be read again. */
  readonly copies?: StreamCopies;
  /** Absent = none. */
  readonly firewallLogs?: LogOptions;
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

/** Which host is this server, and which of its given addresses occur in no flow. */
export interface FoundServer {
  readonly server: ServerIdentity;
  readonly missing: readonly string[];
}

/** What a report is made from beside what the pipeline itself holds. */
export type JudgedParts = Pick<
  ReportInput,
  'files' | 'gate' | 'judgement' | 'serverMissing' | 'interrupted' | 'inventory' | 'monitor'
>;

/** Frames in, at any time verdicts out. `analyze` asks once at the end, live monitoring again and again. */
export class Pipeline {
  readonly matcher: RuleMatcher;
  readonly meter: Meter;
  readonly facts = new Facts();
  readonly options: PipelineOptions;
  readonly thresholds: Thresholds;
  /** What firewall logs say of the flows; null = none was given. */
  logs: JoinedLogs | null = null;
  private readonly identities = new Identities();
  private readonly recogniser: Recogniser;

  constructor(options: PipelineOptions) {
    this.options = options;
    this.thresholds = options.thresholds ?? DEFAULT_THRESHOLDS;
    this.matcher = new RuleMatcher(options.packs);
    this.meter = new Meter({
      servedPorts: servedPorts(options.packs),
      duplicateMilliseconds: this.thresholds['duplicate-ms'],
      oversizeBytes: this.thresholds['oversize-bytes'],
      ...(options.maxFlows === undefined ? {} : { maxFlows: options.maxFlows }),
    });
    this.recogniser = new Recogniser(this.meter.flows, this.facts);
    this.meter.payloadReader = this.recogniser;
  }

  /** Takes the rows of a run, whose batch must stay as it is until this returns. */
  feed(run: FrameRun): void {
    this.meter.feed(run);
  }

  /** No frame follows: payload that waits for more is read as far as it goes. */
  finish(): void {
    this.recogniser.finish(this.meter.span.lastSec);
  }

  /** What all flows tell without any rule, for the steps below: as they are now, until the next frame. */
  scan(): FlowScan {
    const { agentPort, serverPort } = this.options;
    return new FlowScan(this.meter.flows, agentPort, serverPort);
  }

  /** @param logs of whose machine they are, where no packet tells which host is this server */
  findServer(scan: FlowScan, logs: readonly FirewallLog[] = []): FoundServer {
    const { server, agentPort, serverPort } = this.options;
    if (server.length > 0) return givenServer(scan, server);
    const inferred = inferServer(scan);
    if (inferred.source !== 'unknown' || logs.length === 0) return { server: inferred, missing: [] };
    return { server: serverOfLogs(logs, agentPort, serverPort) ?? inferred, missing: [] };
  }

  /** What the firewall's own logs say of the flows, and of what never became one. */
  joinLogs(
    scan: FlowScan,
    files: readonly CaptureFile[],
    server: ServerIdentity,
    logs: readonly FirewallLog[],
    options?: LogOptions,
  ): void {
    const { span } = this.meter;
    this.logs = joinLogs({
      logs,
      scan,
      facts: this.facts,
      matcher: this.matcher,
      server: server.keys,
      first: span.firstSec + span.firstNsec / 1e9,
      last: span.lastSec + span.lastNsec / 1e9,
      zone: {
        option: options?.zoneMinutes ?? null,
        trace: files.find(({ trace }) => trace?.timeZone !== undefined)?.trace?.timeZone ?? null,
      },
    });
  }

  /**
   * What the capture is worth so far.
   * @param interrupted why reading ended before the input did; '' = it did not
   * @param monitor while monitoring: losses that the source counts, and what else happened to the capture
   */
  gate(
    scan: FlowScan,
    files: readonly CaptureFile[],
    server: ServerIdentity,
    interrupted: string,
    monitor?: Pick<MonitorFacts, 'lost' | 'findings'>,
  ): Gate {
    const facts = gatherFacts(files, this.meter, server, this.thresholds, interrupted, scan);
    if (monitor === undefined)
      return new Gate(facts, this.thresholds, [...logFindings(this.logs), ...traceFindings(files)]);
    return new Gate({ ...facts, lost: monitor.lost ?? facts.lost }, this.thresholds, monitor.findings);
  }

  /** Takes in which addresses the payload proves to be one computer; before the list is joined, and before `judge`. */
  learnIdentities(server: ServerIdentity): void {
    this.identities.learn(this.meter.flows, this.facts, server.keys);
  }

  /** The listed computers with their addresses, as far as the traffic told them; null = no list was given. */
  joinInventory(
    scan: FlowScan,
    files: readonly CaptureFile[],
    server: ServerIdentity,
  ): JoinedInventory | null {
    const { inventory = null } = this.options;
    if (inventory === null) return null;
    const declared = files.flatMap((file) => file.names);
    return joinInventory(inventory, scan, this.facts, declared, server.keys, this.identities);
  }

  /**
   * @param now end of what was captured, seconds since 1970: how long silence has lasted is measured by it
   * @param past while monitoring: what flows told that have left
   */
  judge(
    scan: FlowScan,
    server: ServerIdentity,
    now: number,
    gate: Gate,
    inventory: JoinedInventory | null = null,
    past: RetiredEvidence | null = null,
  ): Judgement {
    const { agentPort, serverPort, answerWait } = this.options;
    const { flows, neighbors } = this.meter;
    const options = {
      agentPort,
      serverPort,
      answerWait,
      captureEnd: now,
      runs: this.runsUntil(now, past === null),
      gate,
      inventory,
      neighbors,
      scan,
      identities: this.identities,
      logs: this.logs,
      espPairs: this.meter.unread.ipsecPairs,
    };
    return judge(flows, this.matcher, server, this.facts, options, past);
  }

  /** While monitoring, capturing goes on although no frame says so. */
  private runsUntil(now: number, isWhole: boolean): CaptureRuns {
    if (!isWhole) return CaptureRuns.until(now);
    const { files, gaps } = this.meter;
    return CaptureRuns.of(files, gaps, this.options.answerWait, this.thresholds['gap-seconds']);
  }

  /** Everything that a report is made from, as it stands now. */
  reportInput(judged: JudgedParts): ReportInput {
    const { packs, answerWait, agentPort, serverPort } = this.options;
    return {
      ...judged,
      meter: this.meter,
      facts: this.facts,
      matcher: this.matcher,
      packs,
      answerWait,
      productPorts: new Set([agentPort, serverPort]),
      logs: this.logs,
    };
  }
}

/**
 * Analyses captures from the first byte to the verdicts.
 * @throws CaptureError when an input is no capture at all; damage inside one is kept in `files`.
 */
export async function analyze(options: AnalysisOptions): Promise<ReportInput> {
  const pipeline = new Pipeline(options);
  const { meter } = pipeline;
  const { signal, etlComponent, maxDecompressed, copies } = options;
  const timeline = await Timeline.open(options.inputs, {
    ...(signal === undefined ? {} : { signal }),
    ...(etlComponent === undefined ? {} : { etlComponent }),
    ...(maxDecompressed === undefined ? {} : { maxDecompressed }),
    ...(copies === undefined ? {} : { copies }),
  });
  let interrupted = '';
  try {
    for (let run = await timeline.next(); run !== null; run = await timeline.next()) {
      meter.duplicates.sides.isLone = isOnePlace(timeline.files);
      pipeline.feed(run);
      options.onProgress?.(progressOf(timeline, meter));
      if (options.signal?.aborted === true) break;
    }
    // A reader that waits for more is ended by the signal as well, and hands out no further run.
    if (options.signal?.aborted === true) interrupted = 'Stopped by the user before the end of the input.';
  } finally {
    await timeline.close();
  }
  pipeline.finish();
  const scan = pipeline.scan();
  const read = await readLogs(options.firewallLogs, meter.span);
  const { server, missing } = pipeline.findServer(scan, read);
  if (read.length > 0) pipeline.joinLogs(scan, timeline.files, server, read, options.firewallLogs);
  pipeline.learnIdentities(server);
  const inventory = pipeline.joinInventory(scan, timeline.files, server);
  const gate = pipeline.gate(scan, timeline.files, server, interrupted);
  const now = meter.span.lastSec + meter.span.lastNsec / 1e9;
  const judgement = pipeline.judge(scan, server, now, gate, inventory);
  const { files } = timeline;
  return pipeline.reportInput({ files, gate, judgement, serverMissing: missing, interrupted, inventory });
}

/** Entries of two days before and after are kept: a log may tell the time of any zone. */
const LOG_MARGIN_SECONDS = 2 * 86_400;

/** Logs are read after the capture: of what they hold, only its time matters. */
async function readLogs(options: LogOptions | undefined, span: TimeSpan): Promise<FirewallLog[]> {
  if (options === undefined || options.paths.length === 0) return [];
  const { readFirewallLog } = await import('./verdict/firewall/read-log.js');
  const window = { from: span.firstSec - LOG_MARGIN_SECONDS, to: span.lastSec + LOG_MARGIN_SECONDS };
  const logs: FirewallLog[] = [];
  for (const path of options.paths) logs.push(await readFirewallLog(path, window));
  return logs;
}

/** One file of one interface, as far as it is known. */
function isOnePlace(files: readonly CaptureFile[]): boolean {
  const [file] = files;
  return files.length === 1 && file !== undefined && file.interfaces.length <= 1;
}

function progressOf(timeline: Timeline, meter: Meter): Progress {
  let bytesRead = 0;
  let bytesTotal = 0;
  for (const file of timeline.files) {
    bytesRead += file.bytesRead;
    bytesTotal += file.bytesTotal;
  }
  return { bytesRead, bytesTotal, frames: meter.totals.frames, flows: meter.flows.size };
}
