/** Whoever reaches the dashboard's port: what they cost, and that viewers are let in meanwhile. */
import test from 'ava';
import type { ExecutionContext } from 'ava';
import { once } from 'node:events';
import { request } from 'node:http';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { Pace } from '../../src/monitor/dashboard/pace.js';
import { MAX_IN_FLIGHT_BYTES, MAX_REQUESTS, MAX_STRANGERS } from '../../src/monitor/dashboard/peers.js';
import { startDashboard } from '../../src/monitor/dashboard/server.js';
import type { Dashboard } from '../../src/monitor/dashboard/server.js';
import { createMetrics } from '../../src/monitor/outputs/metrics.js';
import type { LiveMetrics } from '../../src/monitor/outputs/metrics.js';
import { snapshot } from './snapshots.js';

interface Started extends Dashboard {
  readonly port: number;
  readonly path: string;
  readonly metrics: LiveMetrics;
}

async function started(t: ExecutionContext, hosts = 6): Promise<Started> {
  const metrics = await createMetrics();
  const dashboard = await startDashboard({ port: 0, metrics });
  t.teardown(() => dashboard.output.close());
  const state = snapshot({ hosts });
  metrics.snapshot?.(state);
  dashboard.output.snapshot?.(state);
  const { port, pathname } = new URL(dashboard.url);
  return { ...dashboard, port: Number(port), path: pathname, metrics };
}

async function connected(t: ExecutionContext, port: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1');
  t.teardown(() => socket.destroy());
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  return socket;
}

function status(port: number, path: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const out = request({ host: '127.0.0.1', port, path, agent: false }, (answer) => {
      answer.resume().on('end', () => resolve(answer.statusCode ?? 0));
    });
    out.on('error', reject).end();
  });
}

const GET = (path: string): string => `GET ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`;

async function until(is: () => boolean): Promise<void> {
  while (!is()) await new Promise((done) => setTimeout(done, 10));
}

test('connections that never ask give way to viewers, and all but a few are closed', async (t) => {
  const { port, path, load } = await started(t);
  const idle: Socket[] = [];
  for (let i = 0; i < 300; i++) {
    const socket = await connected(t, port);
    socket.write('GET / HTTP/1.1\r\nHos');
    idle.push(socket);
  }
  t.is(await status(port, path), 200);
  await until(() => load().connections <= MAX_STRANGERS);
  await until(() => idle.filter(({ destroyed }) => destroyed).length >= 300 - MAX_STRANGERS);
  t.pass();
});

test('a peer without the token has a few connections, one with it keeps its own', async (t) => {
  const { port, path, load } = await started(t);
  const viewer = await connected(t, port);
  viewer.write(GET(path));
  await once(viewer, 'data');
  viewer.resume();
  for (let i = 0; i < 20; i++) {
    const socket = await connected(t, port);
    socket.write(GET('/nothing'));
    await once(socket, 'data').catch(() => undefined);
    socket.resume();
  }
  await until(() => load().connections <= MAX_STRANGERS + 1);
  t.false(viewer.destroyed);
});

for (const [what, pathOf] of [
  ['the metrics', () => '/metrics'],
  ['what does not exist', () => '/nothing'],
  ['the page', ({ path }: Started) => path],
] as const) {
  test(`thousands of requests for ${what} that nobody reads answers of cost no memory`, async (t) => {
    const dashboard = await started(t, 1000);
    const text = GET(pathOf(dashboard)).repeat(4000);
    for (let i = 0; i < 60; i++) {
      const socket = connect(dashboard.port, '127.0.0.1', () => socket.pause().write(text));
      socket.on('error', () => undefined);
      t.teardown(() => socket.destroy());
    }
    let most = 0;
    for (let i = 0; i < 50; i++) {
      await new Promise((done) => setImmediate(done));
      most = Math.max(most, dashboard.load().inFlight);
    }
    t.true(most <= MAX_IN_FLIGHT_BYTES, `${most} bytes`);
  });
}

/** An open page, which counts the states that it was told. */
async function watching(t: ExecutionContext, { port, path }: Started): Promise<{ states: number }> {
  const seen = { states: 0 };
  const out = request({ host: '127.0.0.1', port, path: `${path}events`, agent: false }, (answer) => {
    answer.setEncoding('utf8').on('data', (text: string) => {
      seen.states += text.match(/^data: /gm)?.length ?? 0;
    });
  });
  t.teardown(() => out.destroy());
  out.on('error', () => undefined).end();
  await until(() => seen.states > 0);
  return seen;
}

for (const [what, pathOf] of [
  ['without the token', () => '/metrics'],
  ['with the token', ({ path }: Started) => `${path}metrics`],
] as const) {
  test(`while metrics are asked for ${what} and never read, every open page is told of every tick`, async (t) => {
    const dashboard = await started(t, 100);
    const viewers = [await watching(t, dashboard), await watching(t, dashboard)];
    const text = GET(pathOf(dashboard)).repeat(4000);
    const again = (): void => {
      const socket = connect(dashboard.port, '127.0.0.1', () => socket.pause().write(text));
      const timer = setTimeout(() => socket.destroy(), 200);
      socket
        .on('error', () => undefined)
        .on('close', () => {
          clearTimeout(timer);
          if (!isOver) again();
        });
    };
    let isOver = false;
    t.teardown(() => (isOver = true));
    for (let i = 0; i < 60; i++) again();
    let most = 0;
    for (let tick = 1; tick <= 20; tick++) {
      const before = viewers.map(({ states }) => states);
      const state = snapshot({ hosts: 100, after: tick });
      dashboard.metrics.snapshot?.(state);
      dashboard.output.snapshot?.(state);
      await until(() => viewers.every(({ states }, i) => states > (before[i] ?? 0)));
      most = Math.max(most, dashboard.load().inFlight);
    }
    t.is(dashboard.load().streams, 2);
    t.true(most <= MAX_IN_FLIGHT_BYTES, `${most} bytes`);
    t.is(dashboard.output.trouble, '');
    isOver = true;
  });
}

test('a connection has so many requests and is closed then', async (t) => {
  const { port } = await started(t);
  const socket = await connected(t, port);
  let text = '';
  socket.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
    if (text.endsWith('printed at its start.\n')) socket.write(GET('/nothing'));
  });
  socket.write(GET('/nothing'));
  await once(socket, 'close');
  t.is(text.match(/^HTTP\/1\.1 404/gm)?.length, MAX_REQUESTS);
});

test('the metrics of a state are made once', async (t) => {
  const { port, metrics, output } = await started(t);
  let made = 0;
  const text = metrics.text.bind(metrics);
  Object.assign(metrics, { text: () => (made++, text()) });
  for (let i = 0; i < 5; i++) t.is(await status(port, '/metrics'), 200);
  t.is(made, 1);
  output.snapshot?.(snapshot());
  t.is(await status(port, '/metrics'), 200);
  t.is(made, 2);
});

test('after three missed ticks it is said, and not before', (t) => {
  let now = 5000;
  const pace = new Pace(() => now);
  now = 1e6;
  t.is(pace.late, '');
  pace.tick(2000);
  now += 6000;
  t.is(pace.late, '');
  now += 500;
  t.regex(pace.late, /does not keep its pace: this is the state of 7 s ago/);
  pace.tick(0);
  t.is(pace.late, '');
});

test.serial('metrics of a monitor that stands still are no metrics, and the page says so', async (t) => {
  const now = performance.now.bind(performance);
  const { port, path, output } = await started(t);
  t.teardown(() => {
    performance.now = now;
  });
  output.snapshot?.(snapshot({ over: { nextWithin: 1000 } }));
  performance.now = () => now.call(performance) + 60_000;
  t.is(await status(port, '/metrics'), 503);
  const page = await (await fetch(`http://127.0.0.1:${port}${path}`)).text();
  t.regex(page, /class="connection lost"[^>]*>\s*The monitor does not keep its pace/);
});
