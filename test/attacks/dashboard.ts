/**
 * Measures a dashboard under attack: how late ticks are, and memory. `node build/test/attacks/dashboard.js [NAME ...] [--build FOLDER]`;
 * the folder is another build's modules, for the figures before a change. The attacker is a process of its own.
 */
import { fork } from 'node:child_process';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { join } from 'node:path';
import { request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import type { startDashboard as startDashboardType } from '../../src/monitor/dashboard/server.js';
import type { createMetrics as createMetricsType } from '../../src/monitor/outputs/metrics.js';
import { snapshot } from '../monitor/snapshots.js';

const TICK = 1000;
const SECONDS = 20;
const CONNECTIONS = 60;
const PIPELINED = 4000;

interface Target {
  readonly port: number;
  readonly path: string;
}

/** Connections that ask and never read; each that is closed is made again. */
function flood({ port }: Target, path: string): void {
  const text = `GET ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`.repeat(PIPELINED);
  const again = (): void => {
    const socket = connect(port, '127.0.0.1', () => socket.pause().write(text));
    socket.on('error', () => undefined).on('close', () => setTimeout(again, 10));
  };
  for (let i = 0; i < CONNECTIONS; i++) again();
}

/** Connections that say nothing, or half a head. */
function halfOpen({ port }: Target): void {
  const again = (): Socket => {
    const socket = connect(port, '127.0.0.1', () => socket.write('GET / HTTP/1.1\r\nHos'));
    return socket.on('error', () => undefined).on('close', () => setTimeout(again, 1000));
  };
  for (let i = 0; i < 200; i++) again();
}

const ATTACKS: Readonly<Record<string, (target: Target) => void>> = {
  none: () => undefined,
  metrics: (target) => flood(target, '/metrics'),
  'not-found': (target) => flood(target, '/nothing/here'),
  page: (target) => flood(target, target.path),
  views: (target) => flood(target, `${target.path}?q=${'a'.repeat(50)}`),
  'half-open': halfOpen,
};

/** Milliseconds until a viewer has the page; -1 = not within five seconds. */
function viewer({ port, path }: Target): Promise<number> {
  const began = performance.now();
  return new Promise((resolve) => {
    const out = request({ host: '127.0.0.1', port, path, agent: false, timeout: 5000 }, (answer) => {
      answer.resume().on('end', () => resolve(answer.statusCode === 200 ? performance.now() - began : -1));
    });
    out.on('error', () => resolve(-1)).on('timeout', () => out.destroy());
    out.end();
  });
}

async function measure(name: string, build: string): Promise<void> {
  const load = async <T>(path: string): Promise<T> =>
    (await import(pathToFileURL(join(build, path)).href)) as T;
  await load('src/platform/node/install.js');
  const { startDashboard } = await load<{ readonly startDashboard: typeof startDashboardType }>(
    'src/monitor/dashboard/server.js',
  );
  const { createMetrics } = await load<{ readonly createMetrics: typeof createMetricsType }>(
    'src/monitor/outputs/metrics.js',
  );
  const metrics = await createMetrics();
  const { url, output } = await startDashboard({ port: 0, metrics });
  const { port, pathname } = new URL(url);
  const target = { port: Number(port), path: pathname };
  const attacker = fork(fileURLToPath(import.meta.url), [
    '--attack',
    name,
    '--target',
    JSON.stringify(target),
  ]);
  let late = 0;
  let memory = 0;
  const views: number[] = [];
  for (let i = 1; i <= SECONDS; i++) {
    const due = performance.now() + TICK;
    await sleep(TICK);
    late = Math.max(late, performance.now() - due);
    memory = Math.max(memory, process.memoryUsage.rss());
    const state = snapshot({ hosts: 1000, after: i });
    metrics.snapshot?.(state);
    output.snapshot?.(state);
    void viewer(target).then((took) => views.push(took));
  }
  attacker.kill();
  await sleep(TICK);
  const seen = views.filter((took) => took >= 0).sort((a, b) => a - b);
  const figures = [late, memory / 1e6, views.length - seen.length, seen[seen.length >> 1] ?? NaN];
  process.stdout.write(`${name.padEnd(12)}${figures.map((n) => n.toFixed(0).padStart(14)).join('')}\n`);
  await output.close();
}

const { values, positionals } = parseArgs({
  options: {
    attack: { type: 'string' },
    target: { type: 'string', default: '{}' },
    build: { type: 'string', default: fileURLToPath(new URL('../../', import.meta.url)) },
    one: { type: 'boolean', default: false },
  },
  allowPositionals: true,
});

if (values.attack !== undefined) {
  ATTACKS[values.attack]?.(JSON.parse(values.target) as Target);
} else if (values.one) {
  await measure(positionals[0] ?? 'none', values.build);
  process.exit();
} else {
  const head = ['tick late ms', 'memory MB', 'not seen', 'page ms'];
  process.stdout.write(`${'attack'.padEnd(12)}${head.map((word) => word.padStart(14)).join('')}\n`);
  const names = positionals.length > 0 ? positionals : Object.keys(ATTACKS);
  for (const name of names) {
    // A process of its own for each, so that memory is that of this attack.
    const child = fork(fileURLToPath(import.meta.url), [name, '--one', '--build', values.build]);
    await new Promise((resolve) => child.on('close', resolve));
  }
}
