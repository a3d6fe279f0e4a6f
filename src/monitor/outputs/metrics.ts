/**
 * The state of live monitoring as Prometheus metrics: text format 0.0.4, prefix `portwitness_`, base units,
 * `_total` for counters. Labels are rule ids, verdicts and codes; addresses only when asked for, and then a
 * bounded number of them. Prometheus documentation, "Metric and label naming" and "Exposition formats".
 */
import type * as PromClient from 'prom-client';
import type { Counter, Gauge, Registry } from 'prom-client';
import { VERDICT_RANK } from '../../report/text/matrix.js';
import { VERDICTS } from '../../verdict/words/words.js';
import type { LiveEvent, LiveOutput, LiveSnapshot } from '../words/model.js';

/**
 * Series with an address in them; the worst verdicts have them first.
 * @reached further ones are counted and have no series
 */
export const MAX_ADDRESS_SERIES = 2000;
/**
 * Different codes of capture events in the metrics.
 * @reached further ones count as `other`
 */
export const MAX_EVENT_CODES = 50;
const PREFIX = 'portwitness_';

export interface MetricsOptions {
  /** One more series for each rule × computer, with its address. */
  readonly addressLabels?: boolean;
}

export interface LiveMetrics extends LiveOutput {
  /** The exposition; never rejects. */
  text(): Promise<string>;
  /** For the Content-Type header. */
  readonly contentType: string;
  readonly hasAddresses: boolean;
}

type Prom = Pick<typeof PromClient, 'Counter' | 'Gauge' | 'Registry'>;
type Value = (snapshot: LiveSnapshot) => number | null;

/** Totals that the snapshot counts: their series is set to what it says. */
const TOTALS: readonly (readonly [name: string, help: string, value: Value])[] = [
  ['frames_total', 'Frames read since the start.', ({ totals }) => totals.frames],
  ['packets_total', 'IP packets read since the start.', ({ totals }) => totals.packets],
  ['captured_bytes_total', 'Bytes of the frames read since the start.', ({ totals }) => totals.bytes],
  [
    'packets_received_total',
    'Packets that the capture received, by its own count.',
    ({ counters }) => counters.received,
  ],
  [
    'flows_evicted_total',
    'Flows given up for want of room before their end.',
    ({ totals }) => totals.flowsEvicted,
  ],
  [
    'flows_retired_total',
    'Flows that left memory after their verdict was taken.',
    ({ totals }) => totals.flowsRetired,
  ],
];

const GAUGES: readonly (readonly [name: string, help: string, value: Value])[] = [
  ['flows', 'Flows in memory.', ({ totals }) => totals.flows],
  ['flows_limit', 'Most flows that are kept in memory.', ({ totals }) => totals.maxFlows],
  ['computers', 'Monitored computers.', ({ hosts }) => hosts.length],
  ['start_timestamp_seconds', 'When monitoring started, Unix time.', ({ startedAt }) => startedAt / 1000],
  ['snapshot_timestamp_seconds', 'When these values were taken, Unix time.', ({ at }) => at / 1000],
  [
    'last_frame_timestamp_seconds',
    'Time of the last frame, Unix time; absent before the first.',
    ({ lastFrameAt }) => (lastFrameAt === 0 ? null : lastFrameAt / 1000),
  ],
];

const LEVELS = ['serious', 'warning', 'note', 'good'] as const;
const STATUSES = ['working', 'findings', 'inconclusive'] as const;

/** Makes the metrics. prom-client is loaded here and not before. */
export async function createMetrics(options: MetricsOptions = {}): Promise<LiveMetrics> {
  // CommonJS: loaded late, it has this one name in the bundle.
  const { default: prom } = await import('prom-client');
  return new Metrics(prom, options.addressLabels === true);
}

class Metrics implements LiveMetrics {
  readonly contentType: string;
  readonly trouble = '';
  readonly hasAddresses: boolean;
  readonly #prom: Prom;
  readonly #registry: Registry;
  readonly #changes: Counter<'rule' | 'to'>;
  readonly #incidents: Counter<'code'>;
  readonly #codes = new Set<string>();
  #snapshot: LiveSnapshot | undefined;

  constructor(prom: Prom, hasAddresses: boolean) {
    this.hasAddresses = hasAddresses;
    this.#prom = prom;
    this.#registry = new prom.Registry();
    this.contentType = this.#registry.contentType;
    for (const [name, help, value] of TOTALS) this.#total(name, help, value);
    for (const [name, help, value] of GAUGES) this.#gauge(name, help, value);
    this.#changes = this.#counter('verdict_changes_total', 'Verdicts that changed since the start.', [
      'rule',
      'to',
    ]);
    this.#incidents = this.#counter(
      'capture_incidents_total',
      'What happened to the capture itself since the start, by code.',
      ['code'],
    );
    this.#verdicts();
    this.#dropped();
    this.#capture();
    this.#process();
    if (hasAddresses) this.#byAddress();
  }

  event(event: LiveEvent): void {
    if (event.type === 'verdict_changed') {
      this.#changes.inc({ rule: event.rule, to: event.to });
      return;
    }
    if (event.type === 'started' || event.type === 'stopped') return;
    if (this.#codes.size < MAX_EVENT_CODES) this.#codes.add(event.code);
    this.#incidents.inc({ code: this.#codes.has(event.code) ? event.code : 'other' });
  }

  snapshot(snapshot: LiveSnapshot): void {
    this.#snapshot = snapshot;
  }

  text(): Promise<string> {
    return this.#registry.metrics();
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  #counter<L extends string>(name: string, help: string, labelNames: readonly L[]): Counter<L> {
    return new this.#prom.Counter({
      name: `${PREFIX}${name}`,
      help,
      labelNames: [...labelNames],
      registers: [this.#registry],
    });
  }

  /** A counter that somebody else counts; null = no series. */
  #total(name: string, help: string, value: Value): void {
    this.#filled('counter', name, help, [], (set, snapshot) => {
      const n = value(snapshot);
      if (n !== null) set({}, n);
    });
  }

  #gauge(name: string, help: string, value: Value): void {
    this.#filled('gauge', name, help, [], (set, snapshot) => {
      const n = value(snapshot);
      if (n !== null) set({}, n);
    });
  }

  /** A metric whose series are made anew for each exposition, so that what is no longer true is no longer said. */
  #filled<L extends string>(
    kind: 'counter' | 'gauge',
    name: string,
    help: string,
    labels: readonly L[],
    fill: (set: (labels: Partial<Record<L, string>>, value: number) => void, snapshot: LiveSnapshot) => void,
  ): void {
    const common = {
      name: `${PREFIX}${name}`,
      help,
      labelNames: [...labels],
      registers: [this.#registry],
    };
    const refill = (
      metric: Counter<L> | Gauge<L>,
      add: (of: Partial<Record<L, string>>, n: number) => void,
    ) => {
      metric.reset();
      // A metric without labels starts at 0; one that is not known must be absent.
      if (labels.length === 0) metric.remove();
      const set = (of: Partial<Record<L, string>>, n: number): void => {
        // The library throws at others, and one absurd packet time must not take all metrics away.
        if (Number.isFinite(n) && (n >= 0 || kind === 'gauge')) add(of, n);
      };
      if (this.#snapshot !== undefined) fill(set, this.#snapshot);
    };
    if (kind === 'counter') {
      const counter: Counter<L> = new this.#prom.Counter({
        ...common,
        collect: () => refill(counter, (of, n) => counter.inc(of, n)),
      });
    } else {
      const gauge: Gauge<L> = new this.#prom.Gauge({
        ...common,
        collect: () => refill(gauge, (of, n) => gauge.set(of, n)),
      });
    }
  }

  #verdicts(): void {
    this.#filled(
      'gauge',
      'verdicts',
      'Computers with this verdict for this rule.',
      ['rule', 'verdict'],
      (set, { rules, verdicts }) => {
        const counts = new Map(rules.map(({ id }) => [id, new Map<string, number>()]));
        for (const { rule, verdict } of verdicts) {
          const of = counts.get(rule);
          of?.set(verdict, (of.get(verdict) ?? 0) + 1);
        }
        for (const [rule, of] of counts) {
          for (const verdict of VERDICTS) set({ rule, verdict }, of.get(verdict) ?? 0);
        }
      },
    );
    this.#filled(
      'gauge',
      'rule_info',
      'Always 1: the title of a rule, and whether it must be proven.',
      ['rule', 'label', 'required'],
      (set, { rules }) => {
        for (const { id, label, required } of rules) {
          set({ rule: id, label, required: required ? 'yes' : 'no' }, 1);
        }
      },
    );
    this.#filled(
      'gauge',
      'status',
      'The result as a whole: 1 for what holds, else 0.',
      ['status'],
      (set, { summary }) => {
        for (const status of STATUSES) set({ status }, status === summary.status ? 1 : 0);
      },
    );
  }

  #dropped(): void {
    this.#filled(
      'counter',
      'packets_dropped_total',
      'Packets lost before they could be read; no series where the capture does not say.',
      ['by'],
      (set, { counters }) => {
        if (counters.droppedByKernel !== null) set({ by: 'kernel' }, counters.droppedByKernel);
        if (counters.droppedByInterface !== null) set({ by: 'interface' }, counters.droppedByInterface);
      },
    );
  }

  #capture(): void {
    this.#filled(
      'gauge',
      'quality_remarks',
      'Remarks about the quality of the capture, by level.',
      ['level'],
      (set, { quality }) => {
        for (const level of LEVELS) set({ level }, quality.filter((one) => one.level === level).length);
      },
    );
    this.#filled(
      'gauge',
      'source_info',
      'Always 1: what the packets come from.',
      ['kind', 'timestamps'],
      (set, { source, counters }) => set({ kind: source.kind, timestamps: counters.timestamps }, 1),
    );
    this.#filled('gauge', 'build_info', 'Always 1: the version.', ['version'], (set, { version }) =>
      set({ version }, 1),
    );
  }

  #process(): void {
    this.#filled('gauge', 'process_resident_memory_bytes', 'Memory of this process.', [], (set) =>
      set({}, process.memoryUsage.rss()),
    );
    this.#filled('counter', 'process_cpu_seconds_total', 'Processor time of this process.', [], (set) => {
      const { user, system } = process.cpuUsage();
      set({}, (user + system) / 1e6);
    });
  }

  #byAddress(): void {
    let omitted = 0;
    this.#filled(
      'gauge',
      'computer_verdict',
      'Always 1: the verdict of one rule and computer.',
      ['rule', 'host', 'verdict'],
      (set, { verdicts }) => {
        const worst = [...verdicts].sort((a, b) => VERDICT_RANK[a.verdict] - VERDICT_RANK[b.verdict]);
        for (const { rule, host, verdict } of worst.slice(0, MAX_ADDRESS_SERIES))
          set({ rule, host, verdict }, 1);
        omitted = Math.max(0, verdicts.length - MAX_ADDRESS_SERIES);
      },
    );
    this.#filled(
      'gauge',
      'computer_verdict_omitted',
      'Verdicts that are not among the series with an address because of their limit.',
      [],
      (set) => set({}, omitted),
    );
  }
}
