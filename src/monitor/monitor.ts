/**
 * Live monitoring: reads until it is told to stop, judges again and again, tells what changed, and keeps the report
 * and the state file current. Time is taken from a clock that a test can turn.
 */
import { FrameBatch } from '../capture/frames/frame.js';
import type { CaptureInterface, FrameRun } from '../capture/frames/frame.js';
import type { LiveReader } from '../capture/source/feed/source.js';
import { assembleReport } from '../report/assemble/assemble.js';
import type { FailOn } from '../report/assemble/verdicts/exit-code.js';
import { qualityModel } from '../report/assemble/words/quality-text.js';
import type { ReportModel } from '../report/model/model.js';
import type { Secret } from '../share/draw.js';
import type { QualityFinding } from '../verdict/quality/quality.js';
import { CaptureLog } from './tracking/capture-log.js';
import type { CaptureNews } from './tracking/capture-log.js';
import { Diagnosis } from './tracking/diagnosis.js';
import { EventLog } from './tracking/event-log.js';
import { MonitorTime } from './tracking/monitor-time.js';
import type { Clock } from './tracking/monitor-time.js';
import { OutputFanOut } from './outputs/output-fan-out.js';
import type { LiveOutput } from './words/model.js';
import { isAllProven, lostFrames, Rates, snapshotOf } from './snapshot.js';
import { stateText, writeState } from './state-file.js';
import { Watch } from './tracking/watch.js';
import type { WatchOptions } from './tracking/watch.js';

/** Judgements are at least so far apart, and so many times as long as the last one took. Milliseconds. */
export const SHORTEST_TICK = 1000;
export const TICK_REST = 4;

/** What the first troubles are about: report, then state. */
const WRITTEN = ['the report', 'the history'] as const;

/** Where whole reports go. It does not throw; what it cannot write is in `trouble`. */
export interface ReportOutput {
  write(model: ReportModel): Promise<void>;
  readonly trouble: string;
}

export interface MonitorOptions extends WatchOptions {
  readonly version: string;
  readonly commandLine: string;
  /** Milliseconds between reports. */
  readonly interval: number;
  /** Milliseconds until it ends by itself; Infinity = never. */
  readonly duration: number;
  /** Ends when every required rule of every computer works. */
  readonly untilProven: boolean;
  /** '' = none. */
  readonly statePath: string;
  /** Of a monitor that shares, for the state file. */
  readonly secret?: () => Secret;
  /** Number of the event told last by an earlier run. */
  readonly sequence: number;
  readonly clock: Clock;
  /** What the exit code tells of; without it the default. */
  readonly failOn?: FailOn;
  readonly signal?: AbortSignal;
  readonly reports: ReportOutput;
  readonly outputs: readonly LiveOutput[];
  /** Each run of frames, before it is metered; it holds until this returns. */
  readonly onRun?: (run: FrameRun, interfaces: readonly CaptureInterface[]) => void;
  /** A judgement was made: the monitor is alive. */
  readonly onTick?: () => void;
  /** A sentence for the user, told once. */
  readonly warn: (text: string) => void;
}

/** Why it ended. */
export type MonitorEnd = 'stopped' | 'time_is_up' | 'proven' | 'input_ended';

export class Monitor {
  readonly watch: Watch;
  private readonly reader: LiveReader;
  private readonly options: MonitorOptions;
  private readonly hub: OutputFanOut;
  private readonly log = new CaptureLog();
  private readonly chronicle: EventLog;
  private readonly diagnosis = new Diagnosis();
  private readonly rates: Rates;
  private readonly time: MonitorTime;
  private readonly run: FrameRun;
  /** By the steady clock, as `nextReport`. */
  private nextTick = 0;
  private nextReport: number;
  private model: ReportModel | null = null;
  private stateTrouble = '';
  /** For each output its trouble that was told last, without numbers. */
  private readonly told: string[] = [];
  private isStateStale = false;

  /** The reader is closed by `watchOver`. */
  constructor(reader: LiveReader, options: MonitorOptions) {
    this.reader = reader;
    this.options = options;
    this.watch = new Watch(options);
    this.hub = new OutputFanOut(options.outputs);
    // The state file may be older than the last event.
    this.chronicle = new EventLog(Math.max(options.sequence, this.hub.lastSequence));
    this.time = new MonitorTime(options.clock);
    this.rates = new Rates(this.time.began);
    this.nextReport = this.time.began + options.interval;
    this.run = { batch: new FrameBatch(), from: 0, to: 0, fileIndex: 0 };
  }

  /**
   * Runs to the end; resolves to why it ended and the last report. Whatever throws, every output is closed and what
   * can still be written is written before the error goes on to the caller: a dashboard that answers would look alive.
   */
  async watchOver(): Promise<{ readonly end: MonitorEnd; readonly model: ReportModel }> {
    try {
      return await this.toTheEnd();
    } catch (error) {
      await this.giveUp(error);
      throw error;
    }
  }

  private async toTheEnd(): Promise<{ readonly end: MonitorEnd; readonly model: ReportModel }> {
    this.tell({
      type: 'started',
      code: 'started',
      text: `monitoring begins: ${this.reader.description}`,
    });
    let end: MonitorEnd;
    try {
      end = await this.readOn();
    } finally {
      await this.reader.close();
    }
    this.takeIncidents();
    this.watch.pipeline.finish();
    const model = await this.tick(true);
    const why: Readonly<Record<MonitorEnd, string>> = {
      stopped: 'monitoring was stopped',
      time_is_up: 'monitoring ends: its time is up',
      proven: 'monitoring ends: every required port is proven',
      input_ended: 'monitoring ends: the input has ended',
    };
    this.tell({ type: 'stopped', code: end, text: why[end] });
    await this.saveState();
    await this.hub.close();
    this.warnOfTrouble();
    return { end, model };
  }

  /** After an error that nobody foresaw; each step is tried, whatever became of those before it. */
  private async giveUp(error: unknown): Promise<void> {
    const reason = error instanceof Error ? error.message : String(error);
    const text = `monitoring ends by an error: ${reason}`;
    const steps: readonly (() => unknown)[] = [
      () => this.reader.close(),
      () => this.tick(true),
      () => this.tell({ type: 'stopped', code: 'error', text }),
      () => this.saveState(),
      () => this.hub.close(),
    ];
    for (const step of steps) {
      try {
        await step();
      } catch {
        // The first error is the one to be told; the files that were written last stay as they are.
      }
    }
  }

  private async readOn(): Promise<MonitorEnd> {
    const { time } = this;
    const { signal, duration, untilProven } = this.options;
    const isStopped = (): boolean => signal?.aborted === true;
    for (;;) {
      const batch = await this.reader.nextBatch();
      if (isStopped()) return 'stopped';
      if (batch === null) return 'input_ended';
      if (batch.count > 0) this.feed(batch);
      this.takeIncidents();
      const now = time.steady;
      if (now >= this.nextTick) {
        await this.tick(now >= this.nextReport);
        if (untilProven && this.isProven()) return 'proven';
        if (isStopped()) return 'stopped';
      }
      if (now - time.began >= duration) return 'time_is_up';
    }
  }

  private feed(batch: FrameBatch): void {
    const { run } = this;
    run.batch = batch;
    run.to = batch.count;
    this.time.frameCame();
    this.options.onRun?.(run, this.reader.file.interfaces);
    this.watch.feed(run);
  }

  private isProven(): boolean {
    const { board, pipeline } = this.watch;
    return isAllProven(board.standings, pipeline.matcher.requiredRules);
  }

  /** Judges, tells, lets flows leave; with a report when one is due. */
  private async tick(withReport: true): Promise<ReportModel>;
  private async tick(withReport: boolean): Promise<ReportModel | null>;
  private async tick(withReport: boolean): Promise<ReportModel | null> {
    const { interval } = this.options;
    const { watch, reader, chronicle, hub, time } = this;
    const began = performance.now();
    const { now, steady } = time;
    const packetNow = time.packetNow(watch.pipeline.meter);
    const lost = lostFrames(reader);
    const capture = { lost: lost === null ? null : BigInt(lost), findings: this.findings() };
    const changed = watch.judge(packetNow, [reader.file], capture);
    const input = watch.reportInput([reader.file]);
    chronicle.learnNames(input.files, input, steady);
    for (const event of chronicle.changes(changed, input, now)) hub.event(event);
    if (changed.length > 0 || withReport) this.diagnosis.update(input, watch.board.standings);
    if (changed.length > 0) this.isStateStale = true;
    this.tellLimits(steady);
    let model: ReportModel | null = null;
    if (withReport) {
      model = await this.report(input, now);
      // A report that takes long is made less often.
      const took = performance.now() - began;
      this.nextReport = Math.max(steady + interval, time.steady + TICK_REST * took);
    }
    if (this.isStateStale) await this.saveState();
    this.snapshot(performance.now() - began);
    watch.sweep(packetNow);
    this.options.onTick?.();
    this.nextTick = time.steady + Math.max(SHORTEST_TICK, TICK_REST * (performance.now() - began));
    return model;
  }

  private async report(input: Parameters<typeof assembleReport>[0], now: number): Promise<ReportModel> {
    const { version, commandLine, reports, failOn } = this.options;
    const fails = failOn === undefined ? {} : { failOn };
    const model = assembleReport(input, { version, commandLine, now, ...fails });
    await reports.write(model);
    this.model = model;
    for (const [i, standing] of this.watch.board.standings.entries()) {
      const verdict = standing.changes > 0 ? model.verdicts.at(i) : undefined;
      if (verdict === undefined || standing.verdict.recalled !== undefined) continue;
      const { reason, location, confidence } = verdict;
      standing.text = { reason, location, confidence };
    }
    this.isStateStale = true;
    this.warnOfTrouble();
    return model;
  }

  /** @param took milliseconds that this tick took so far */
  private snapshot(took: number): void {
    const { watch, reader, log, chronicle, diagnosis, time } = this;
    const parts = {
      watch,
      reader,
      log,
      nameOf: chronicle.nameOf,
      recentChanges: chronicle.recent,
      diagnosis,
      quality: this.model?.quality ?? this.findings().map((finding) => qualityModel(finding)),
      version: this.options.version,
      at: time.now,
      steadyAt: time.steady,
      startedAt: time.startedAt,
      lastFrameAt: time.lastFrameAt,
      // The next may take as long.
      nextWithin: Math.max(SHORTEST_TICK, TICK_REST * took) + took,
    };
    this.hub.snapshot(() => snapshotOf(parts, this.rates));
  }

  /** @param steady milliseconds of the steady clock */
  private tellLimits(steady: number): void {
    const { flows } = this.watch.pipeline.meter;
    const silence = this.log.silence(this.time.quietSince, steady);
    if (silence !== null) this.tell(silence);
    const evictions = this.log.evictions(flows.evicted, flows.maxFlows, steady);
    if (evictions !== null) this.tell(evictions);
  }

  private takeIncidents(): void {
    for (const incident of this.reader.takeIncidents()) this.tell(this.log.incident(incident));
  }

  private tell(news: CaptureNews): void {
    this.isStateStale = true;
    this.hub.event(this.chronicle.news(news, this.time.now));
  }

  private get troubles(): readonly string[] {
    const { reports } = this.options;
    return [reports.trouble, this.stateTrouble, ...this.hub.troubles];
  }

  private findings(): QualityFinding[] {
    return this.log.findings(this.troubles.filter((text) => text !== ''));
  }

  private async saveState(): Promise<void> {
    const { statePath } = this.options;
    this.isStateStale = false;
    if (statePath === '') return;
    try {
      const { standings } = this.watch.board;
      const now = new Date(this.time.now);
      const secret = this.options.secret?.();
      await writeState(statePath, stateText(this.chronicle.sequence, standings, now, secret));
      this.stateTrouble = '';
    } catch (error) {
      if (!(error instanceof Error) || error.name !== 'OutputError') throw error;
      this.stateTrouble = `${error.message}.`;
    }
  }

  /** The trouble of each output is told once, whatever it counts on, and that it is over. */
  private warnOfTrouble(): void {
    for (const [i, text] of this.troubles.entries()) {
      const trouble = text.replace(/\d+/g, '');
      const told = this.told[i] ?? '';
      if (trouble === told) continue;
      this.told[i] = trouble;
      if (trouble === '') this.options.warn(`written again: ${WRITTEN[i] ?? 'what had to wait'}.`);
      else this.options.warn(`${text} Monitoring goes on.`);
    }
  }
}
