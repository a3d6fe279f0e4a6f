/** What a dashboard does when it cannot: no address, no room, a report that cannot be read, a monitor that is late. */
import { once } from 'node:events';
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { connect, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import test from 'ava';
import type { ExecutionContext } from 'ava';
import { Pace } from '../../src/monitor/dashboard/pace.js';
import { MAX_CONNECTIONS, MAX_IN_FLIGHT_BYTES, Peers } from '../../src/monitor/dashboard/peers.js';
import { PictureMaker } from '../../src/monitor/dashboard/picture.js';
import { startDashboard } from '../../src/monitor/dashboard/server.js';
import { Streams } from '../../src/monitor/dashboard/streams.js';
import { createMetrics } from '../../src/monitor/outputs/metrics.js';
import { snapshot } from './snapshots.js';

function folder(t: ExecutionContext): string {
  const path = mkdtempSync(join(tmpdir(), 'portwitness dashboard '));
  t.teardown(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

function asked(url: string): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    request(url, { agent: false }, (answer) => resolve(answer.resume()))
      .on('error', reject)
      .end();
  });
}

test('an address that this machine does not have is refused in words', async (t) => {
  await t.throwsAsync(startDashboard({ port: 0, listen: '203.0.113.9', allowRemote: true }), {
    name: 'UsageError',
    message: /cannot listen on port 0: this machine does not have that address/,
  });
});

test('a report that cannot be read closes its connection and is told as trouble', async (t) => {
  const { url, output } = await startDashboard({ port: 0, report: folder(t) });
  t.teardown(() => output.close());
  const answer = await asked(`${url}report`).catch(() => null);
  if (answer !== null) await once(answer, 'close');
  while (output.trouble === '') await new Promise(setImmediate);
  t.regex(output.trouble, /the dashboard could not answer: .*EISDIR/);
});

test('while readers take nothing further answers are refused, and there is room when they have gone', async (t) => {
  const report = join(folder(t), 'live.html');
  writeFileSync(report, '');
  truncateSync(report, 64 << 20);
  const metrics = await createMetrics();
  const { url, output, load } = await startDashboard({ port: 0, metrics, report });
  t.teardown(() => output.close());
  metrics.snapshot?.(snapshot());
  output.snapshot?.(snapshot());
  const { port, pathname } = new URL(url);
  const readers: Socket[] = [];
  t.teardown(() => readers.forEach((socket) => socket.destroy()));
  for (let held = -1; load().inFlight > held;) {
    held = load().inFlight;
    const socket = connect(Number(port), '127.0.0.1');
    readers.push(socket);
    socket.on('error', () => undefined).pause();
    socket.write(`GET ${pathname}report HTTP/1.1\r\nHost: localhost\r\n\r\n`);
    // Its head has come: its room is taken, or refused.
    await once(socket, 'readable');
  }
  t.true(readers.length > 10);
  t.true(load().inFlight <= MAX_IN_FLIGHT_BYTES);
  const refused = await asked(`${url}report`);
  t.is(refused.statusCode, 503);
  t.is(refused.headers['retry-after'], '1');
  for (const socket of readers) socket.destroy();
  while (load().inFlight > 0) await new Promise(setImmediate);
  t.is((await asked(url)).statusCode, 200);
});

test('beyond all connections a stranger gives way, and one more of those who are known is closed', (t) => {
  const peers = new Peers(1e6);
  t.teardown(() => peers.close());
  const sockets = Array.from({ length: MAX_CONNECTIONS }, () => new Socket());
  for (const socket of sockets) peers.came(socket);
  const [first, second, ...others] = sockets;
  for (const socket of others) peers.asked({ socket } as IncomingMessage, true);
  if (second !== undefined) peers.asked({ socket: second } as IncomingMessage, false);
  peers.came(new Socket());
  t.deepEqual([first?.destroyed, second?.destroyed], [false, true], 'who asked without the token goes first');
  peers.came(new Socket());
  t.is(first?.destroyed, true, 'then who has not asked');
  t.is(peers.size, MAX_CONNECTIONS);
  t.false(others.some(({ destroyed }) => destroyed));
  const full = new Peers(1e6);
  t.teardown(() => full.close());
  for (let i = 0; i < MAX_CONNECTIONS; i++) {
    const socket = new Socket();
    full.came(socket);
    full.asked({ socket } as IncomingMessage, true);
  }
  const late = new Socket();
  full.came(late);
  t.is(late.destroyed, true);
  t.is(full.size, MAX_CONNECTIONS);
});

test('open pages are told that the monitor is late', async (t) => {
  let now = 1000;
  const pace = new Pace(() => now);
  pace.tick(1000);
  const maker = new PictureMaker();
  maker.take(snapshot());
  const streams = new Streams(maker, pace, { heartbeat: 1e6, stalled: 1e6, check: 5 });
  t.teardown(() => streams.close(''));
  const page = new PassThrough();
  let text = '';
  page.on('data', (chunk) => (text += String(chunk)));
  t.true(streams.add(page, { filter: '', page: 1 }));
  now += 60_000;
  while (!text.includes('event: late')) await new Promise((done) => setTimeout(done, 5));
  t.regex(text, /does not keep its pace: this is the state of (60 s|1 min) ago/);
});
