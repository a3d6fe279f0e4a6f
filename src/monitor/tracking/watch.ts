/**
 * The heart of monitoring, without any input or output: frames in, verdicts that stand and their changes out. It
 * runs the pipeline of `analyze` on a stream that has not ended, and lets flows leave when they are judged.
 */
import { Pipeline } from '../../analysis.js';
import type { PipelineOptions } from '../../analysis.js';
import type { CaptureFile, FrameRun } from '../../capture/frames/frame.js';
import type { MonitorFacts, ReportInput } from '../../report/assemble/input/input.js';
import type { Gate } from '../../verdict/judge/gate.js';
import { Computers } from '../../verdict/hosts/hosts.js';
import type { JoinedInventory } from '../../verdict/inventory/inventory.js';
import type { Judgement } from '../../verdict/judge/judge.js';
import { RetiredEvidence } from '../../verdict/judge/retired-evidence.js';
import type { HostKey } from '../../verdict/words/host-key.js';
import type { ServerIdentity } from '../../verdict/hosts/server.js';
import type { FlowScan } from '../../verdict/hosts/flow-scan.js';
import { VerdictTracker } from './verdict-tracker.js';
import type { Changed, RestoredVerdict } from './verdict-tracker.js';
import { FlowExpiry } from './flow-expiry.js';

/**
 * Flows kept in memory by `live`: sized for 512 MB in all.
 * @reached the least recently used of a few gives way, unanswered ones first; counted, and told as an event
 * @option --max-flows
 */
export const LIVE_MAX_FLOWS = 600_000;
/**
 * Hosts that may have a row of verdicts without ever having been heard: a scan must not fill them all.
 * @reached further ones get none until they are heard
 */
export const MAX_UNPROVEN_COMPUTERS = 2000;
/** Another host is taken for this server only when so many judgements one after the other infer it. */
export const SERVER_CHANGE_JUDGEMENTS = 3;

export interface WatchOptions extends PipelineOptions {
  /** This server when it is known beforehand (the machine that captures); it need not occur yet. */
  readonly knownServer?: ServerIdentity;
  /** Computers that get a row although nothing was seen of them. */
  readonly expected?: readonly HostKey[];
  readonly restored?: readonly RestoredVerdict[];
}

const NO_SERVER: ServerIdentity = { keys: new Set(), source: 'unknown', reasons: [] };

export class Watch {
  readonly pipeline: Pipeline;
  readonly board: VerdictTracker;
  readonly retirement: FlowExpiry;
  private readonly options: WatchOptions;
  private past: RetiredEvidence | null = null;
  private identity = NO_SERVER;
  private missing: readonly string[] = [];
  private otherServer = 0;
  private gate: Gate | null = null;
  private capture: Pick<MonitorFacts, 'lost' | 'findings'> = { lost: null, findings: [] };
  private inventory: JoinedInventory | null = null;
  private evicted = 0;
  private judged: Judgement | null = null;

  constructor(options: WatchOptions) {
    this.options = options;
    this.pipeline = new Pipeline(options);
    const { flows } = this.pipeline.meter;
    this.board = new VerdictTracker(options.restored);
    this.retirement = new FlowExpiry(flows, this.pipeline.facts);
  }

  /** This server as it is known now. */
  get server(): ServerIdentity {
    return this.identity;
  }

  /** Computers that have a row of verdicts, those too that were only expected. */
  get computers(): readonly HostKey[] {
    return this.judged?.computers ?? [];
  }

  /** The judgement made last, with the verdicts that stand. Holds until the next frame is fed. */
  get judgement(): Judgement | null {
    return this.judged;
  }

  feed(run: FrameRun): void {
    this.pipeline.feed(run);
  }

  /** Judges all flows; returns the verdicts that have changed. `now` in packet time, seconds since 1970. */
  judge(
    now: number,
    files: readonly CaptureFile[],
    capture: Pick<MonitorFacts, 'lost' | 'findings'>,
  ): readonly Changed[] {
    const { meter, facts } = this.pipeline;
    if (meter.flows.evicted !== this.evicted) facts.discardStale(meter.flows, true);
    this.evicted = meter.flows.evicted;
    const scan = this.pipeline.scan();
    const past = this.findServer(scan);
    this.pipeline.learnIdentities(this.identity);
    this.inventory = this.pipeline.joinInventory(scan, files, this.identity);
    const gate = this.pipeline.gate(scan, files, this.identity, '', capture);
    this.capture = capture;
    this.gate = gate;
    const judgement = this.pipeline.judge(scan, this.identity, now, gate, this.inventory, past);
    const changed = this.board.update(judgement, past, now, this.options.answerWait);
    const refused = this.retirement.pin(this.cited(judgement));
    if (refused.size > 0) this.citeLess(refused);
    this.judged = judgement.withVerdicts(this.board.standings.map(({ verdict }) => verdict));
    return changed;
  }

  /** Lets flows leave that are over; right after `judge`, and what the judgement is asked for must be asked before. */
  sweep(now: number): void {
    if (this.judged !== null && this.past !== null) this.retirement.sweep(this.judged, this.past, now);
  }

  /** What a report of this moment is made from; right after `judge`. */
  reportInput(files: readonly CaptureFile[]): ReportInput {
    const { judged, gate, missing, inventory } = this;
    if (judged === null || gate === null) throw new Error('nothing was judged yet');
    const { meter } = this.pipeline;
    const monitor: MonitorFacts = {
      leftFlows: meter.flows.removed,
      leftCounts: this.retirement.counts,
      leftUnexpected: this.retirement.unexpected,
      leftUngrouped: this.retirement.ungrouped,
      ...this.capture,
    };
    return this.pipeline.reportInput({
      files,
      gate,
      judgement: judged,
      serverMissing: missing,
      interrupted: '',
      inventory,
      monitor,
    });
  }

  /** This server, and what is remembered for it; begins anew when it turns out to be another. */
  private findServer(scan: FlowScan): RetiredEvidence {
    const { knownServer } = this.options;
    let found = knownServer ?? NO_SERVER;
    if (knownServer === undefined) {
      const { server, missing } = this.pipeline.findServer(scan);
      found = server;
      this.missing = missing;
    }
    if (this.past !== null && !this.isAnotherServer(found)) return this.past;
    this.identity = found;
    this.otherServer = 0;
    const { expected, restored } = this.options;
    const computers = new Computers(found.keys, { maxUnproven: MAX_UNPROVEN_COMPUTERS });
    for (const host of expected ?? []) computers.expect(host);
    for (const { host } of restored ?? []) computers.expect(host);
    this.past = new RetiredEvidence(computers);
    return this.past;
  }

  private isAnotherServer(found: ServerIdentity): boolean {
    const known = this.identity.keys;
    if (known.size > 0 && [...found.keys].every((key) => known.has(key))) {
      this.otherServer = 0;
      return false;
    }
    if (known.size === 0) return found.keys.size > 0;
    return ++this.otherServer >= SERVER_CHANGE_JUDGEMENTS;
  }

  /** Flows that a verdict refers to, the one that stands and the one that may follow. */
  private *cited(judgement: Judgement): Generator<number> {
    for (const [i, { verdict }] of this.board.standings.entries()) {
      yield* verdict.flows;
      const raw = judgement.verdicts[i];
      if (raw !== undefined && raw !== verdict) yield* raw.flows;
    }
  }

  private citeLess(refused: ReadonlySet<number>): void {
    for (const standing of this.board.standings) {
      const { verdict } = standing;
      if (!verdict.flows.some((id) => refused.has(id))) continue;
      standing.verdict = { ...verdict, flows: verdict.flows.filter((id) => !refused.has(id)) };
    }
  }
}
