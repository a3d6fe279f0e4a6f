/** All that `live` writes and serves, in a folder: what endurance.ts leaves on for a day. */
import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startDashboard } from '../../src/monitor/dashboard/server.js';
import type { MonitorOptions } from '../../src/monitor/monitor.js';
import { EventFile } from '../../src/monitor/outputs/events.js';
import { createMetrics } from '../../src/monitor/outputs/metrics.js';
import { metricsFile } from '../../src/monitor/outputs/metrics-file.js';
import { ReportFiles } from '../../src/monitor/outputs/report-files.js';
import { RingEvidence } from '../../src/monitor/ring/evidence.js';
import { Ring } from '../../src/monitor/ring/ring.js';
import { FORMATS } from '../../src/report/formats.js';
import { loadInventory } from '../../src/verdict/inventory/inventory-file.js';
import type { WorkingDay } from '../monitor/working-day.js';
import type { Seen } from './viewers.js';

const RING_BYTES = 64 << 20;

export interface Everything {
  readonly options: Partial<MonitorOptions>;
  /** Ends the viewers and asks what they saw. */
  readonly endViewers: () => Promise<Seen>;
}

/** @param folder an empty one */
export async function everythingOn(day: WorkingDay, folder: string): Promise<Everything> {
  const at = (name: string): string => join(folder, name);
  const formats = [];
  for (const format of FORMATS.filter(({ live }) => live === true)) {
    for (const file of await format.load({ jsonSchema: 2, path: format.option }))
      formats.push({ path: at(format.option), ...file });
  }
  // Five of the list are never seen.
  const listed = [...day.hosts.map(({ name, ip }) => `${name};${ip}`), 'A1;', 'A2;', 'A3;', 'A4;', 'A5;'];
  writeFileSync(at('hosts.csv'), `name;address\n${listed.join('\n')}\n`);
  const metrics = await createMetrics({ addressLabels: true });
  const { url, output } = await startDashboard({ port: 0, metrics, report: at('report') });
  const ring = await Ring.open({ folder: at('ring'), maxBytes: RING_BYTES });
  const outputs = [
    new EventFile(at('events')),
    metrics,
    metricsFile(at('metrics.prom'), metrics),
    output,
    new RingEvidence(ring),
  ];
  const viewers = fork(new URL('viewers.js', import.meta.url), [url]);
  await answer(viewers);
  return {
    options: {
      inventory: await loadInventory(at('hosts.csv')),
      statePath: at('state'),
      reports: new ReportFiles(formats),
      outputs,
      onRun: (run, interfaces) => ring.add(run, interfaces),
    },
    endViewers: async () => {
      viewers.send('end');
      const seen = await answer(viewers);
      viewers.disconnect();
      return seen;
    },
  };
}

function answer(child: ChildProcess): Promise<Seen> {
  return new Promise((resolve, reject) => {
    child.once('message', (seen: Seen) => resolve(seen));
    child.once('exit', () => reject(new Error('the viewers have ended')));
  });
}
