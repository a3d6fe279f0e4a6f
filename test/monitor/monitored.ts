/** A monitor over a replay, and what it told. */
import { loadPacks } from '../../src/rules/load.js';
import type { LiveEvent, LiveSnapshot, VerdictChange } from '../../src/monitor/words/model.js';
import { Monitor } from '../../src/monitor/monitor.js';
import type { MonitorEnd, MonitorOptions } from '../../src/monitor/monitor.js';
import type { ReportModel } from '../../src/report/model/model.js';
import type { LiveReader } from '../../src/capture/source/feed/source.js';
import type { Clock } from '../../src/monitor/tracking/monitor-time.js';

export const packs = await loadPacks({ files: [] });

export interface Monitored {
  readonly monitor: Monitor;
  readonly events: readonly LiveEvent[];
  readonly snapshots: readonly LiveSnapshot[];
  readonly warnings: readonly string[];
  readonly reports: number;
  readonly end: MonitorEnd;
  readonly model: ReportModel;
}

export const MINUTE = 60_000;

export async function monitored(
  replay: LiveReader & Clock,
  options: Partial<MonitorOptions> = {},
): Promise<Monitored> {
  const events: LiveEvent[] = [];
  const snapshots: LiveSnapshot[] = [];
  const warnings: string[] = [];
  let reports = 0;
  const monitor = new Monitor(replay, {
    packs,
    server: [],
    agentPort: 9003,
    serverPort: 9004,
    answerWait: 3,
    version: '0',
    commandLine: '',
    interval: MINUTE,
    duration: Infinity,
    untilProven: false,
    statePath: '',
    sequence: 0,
    clock: replay,
    reports: {
      trouble: '',
      write: () => {
        reports++;
        return Promise.resolve();
      },
    },
    outputs: [
      {
        trouble: '',
        event: (event) => events.push(event),
        snapshot: (snapshot) => snapshots.push(snapshot),
        close: () => Promise.resolve(),
      },
    ],
    warn: (text) => warnings.push(text),
    ...options,
  });
  const { end, model } = await monitor.watchOver();
  return { monitor, events, snapshots, warnings, reports, end, model };
}

/** Changes of one rule as '<second> from>to reason'. */
export function changesOf(events: readonly LiveEvent[], rule: string, start: number): string[] {
  return events
    .filter((event): event is VerdictChange => event.type === 'verdict_changed' && event.rule === rule)
    .map(({ noticed, from, to, reasonCode }) => {
      const second = Math.round(Date.parse(noticed) / 1000 - start);
      return `${second} ${from}>${to} ${reasonCode}`;
    });
}
