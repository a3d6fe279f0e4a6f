/** What `portwitness live` writes beside its report: events, terminal, dashboard, metrics, evidence ring. */
import { dirname, join } from 'node:path';
import { EventFile, EventStream } from '../../monitor/outputs/events.js';
import type { LiveMetrics } from '../../monitor/outputs/metrics.js';
import type { LiveOutput } from '../../monitor/words/model.js';
import type { MonitorOptions } from '../../monitor/monitor.js';
import type { LiveShare } from '../../monitor/outputs/shared.js';
import { RingEvidence } from '../../monitor/ring/evidence.js';
import { Ring } from '../../monitor/ring/ring.js';
import { isDrawn, terminalView } from '../../monitor/terminal/terminal-view.js';
import { bytes, port, single } from '../options/arguments.js';
import { say } from '../console/messages.js';
import type { Parsed } from '../options/options.js';
import { UsageError } from '../../capture/bytes/usage-error.js';

/** A token that stays the same across restarts; in the environment it is in nobody's list of processes. */
const TOKEN_VARIABLE = 'PORTWITNESS_DASHBOARD_TOKEN';
/** The least that holds more than a moment. */
const SMALLEST_RING = 4e6;

export interface LiveOutputOptions {
  /** Path of the HTML report. */
  readonly report: string;
  /** '' = none, '-' = standard output. */
  readonly events: string;
  readonly quiet: boolean;
  readonly color: boolean;
  /** null = outputs get what was captured. */
  readonly share: LiveShare | null;
}

export interface LiveOutputs {
  readonly list: readonly LiveOutput[];
  readonly onRun: MonitorOptions['onRun'];
  /** The state is drawn on the terminal: nothing else may be written there until all outputs are closed. */
  readonly drawn: boolean;
}

/** The outputs that the options ask for. @throws UsageError, OutputError */
export async function liveOutputs(
  options: Parsed['options'],
  { report, events, quiet, color, share }: LiveOutputOptions,
): Promise<LiveOutputs> {
  const list: LiveOutput[] = [];
  if (events === '-') list.push(new EventStream(process.stdout));
  else if (events !== '') list.push(new EventFile(events));

  const metricsPath = single('metrics', options['metrics']);
  const withDashboard = options['dashboard'] !== undefined;
  if (withDashboard || metricsPath !== undefined) {
    const { createMetrics } = await import('../../monitor/outputs/metrics.js');
    const made = await createMetrics({ addressLabels: options['metrics-addresses'] === true });
    const metrics = share === null ? made : gatedMetrics(made, share);
    list.push(metrics);
    if (metricsPath !== undefined) {
      const { metricsFile } = await import('../../monitor/outputs/metrics-file.js');
      list.push(metricsFile(metricsPath, metrics));
    }
    if (withDashboard) list.push(await dashboard(options, report, metrics));
  }
  const ring = await ringOf(options, report);
  if (ring !== null) list.push(new RingEvidence(ring));

  const shown = !quiet && events !== '-';
  const drawn = shown && isDrawn(process.stdout);
  if (shown) list.push(terminalView({ stream: process.stdout, color }));
  return {
    list: share === null ? list : await sharedOutputs(list, share),
    onRun: ring === null ? undefined : (run, interfaces) => ring.add(run, interfaces),
    drawn,
  };
}

/** All but the ring, which keeps what was captured on this machine. */
async function sharedOutputs(list: readonly LiveOutput[], share: LiveShare): Promise<LiveOutput[]> {
  const { sharedOutput } = await import('../../monitor/outputs/shared.js');
  return list.map((one) => (one instanceof RingEvidence ? one : sharedOutput(one, share)));
}

/** The exposition as it is served or written; what does not pass is empty. */
function gatedMetrics(metrics: LiveMetrics, share: LiveShare): LiveMetrics {
  return {
    contentType: metrics.contentType,
    hasAddresses: metrics.hasAddresses,
    get trouble() {
      return metrics.trouble;
    },
    event: (event) => metrics.event?.(event),
    snapshot: (snapshot) => metrics.snapshot?.(snapshot),
    close: () => metrics.close(),
    text: async () => {
      const text = await metrics.text();
      return share.passes(text, 'the metrics') ? text : '';
    },
  };
}

async function dashboard(
  options: Parsed['options'],
  report: string,
  metrics: LiveMetrics,
): Promise<LiveOutput> {
  const { DEFAULT_DASHBOARD_PORT, startDashboard } = await import('../../monitor/dashboard/server.js');
  const listen = single('dashboard-listen', options['dashboard-listen']);
  const token = process.env[TOKEN_VARIABLE];
  const given = options['dashboard'];
  const { url, metricsUrl, output } = await startDashboard({
    // Without a value the option stands for the usual port; 0 is any free one.
    port:
      given === ''
        ? DEFAULT_DASHBOARD_PORT
        : given === '0'
          ? 0
          : port('dashboard', given, DEFAULT_DASHBOARD_PORT),
    metrics,
    report,
    ...(listen === undefined ? {} : { listen }),
    allowRemote: options['dashboard-allow-remote'] === true,
    ...(token === undefined || token === '' ? {} : { token }),
  });
  say(`dashboard: ${url}${metricsUrl === '' ? '' : `  metrics: ${metricsUrl}`}`);
  return output;
}

async function ringOf(options: Parsed['options'], report: string): Promise<Ring | null> {
  const maxBytes = bytes('ring', options['ring']);
  const folder = single('ring-folder', options['ring-folder']);
  if (maxBytes === undefined) {
    if (folder !== undefined) throw new UsageError('--ring-folder needs --ring, for example --ring 256MB.');
    return null;
  }
  if (maxBytes < SMALLEST_RING) throw new UsageError('--ring: give 4MB or more, for example 256MB.');
  return Ring.open({ folder: folder ?? join(dirname(report), 'evidence'), maxBytes });
}
