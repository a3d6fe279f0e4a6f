/** The dashboard's server over real sockets: who may see it, what it says, what slow readers cost. */
import test from 'ava';
import type { ExecutionContext } from 'ava';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import type { IncomingHttpHeaders, IncomingMessage, OutgoingHttpHeaders } from 'node:http';
import { connect } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Writable } from 'node:stream';
import { z } from 'zod';
import { Names, listening, nameInHost, tokenOf } from '../../src/monitor/dashboard/access.js';
import { Pace } from '../../src/monitor/dashboard/pace.js';
import { PictureMaker } from '../../src/monitor/dashboard/picture.js';
import { startDashboard } from '../../src/monitor/dashboard/server.js';
import type { Dashboard, DashboardOptions } from '../../src/monitor/dashboard/server.js';
import { MAX_STREAMS, Streams } from '../../src/monitor/dashboard/streams.js';
import { update } from '../../src/monitor/dashboard/update.js';
import { createMetrics } from '../../src/monitor/outputs/metrics.js';
import { change, snapshot } from './snapshots.js';

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

const Message = z.object({
  status: z.string(),
  title: z.string(),
  parts: z.record(z.string(), z.string()),
  lists: z.record(
    z.string(),
    z.object({ keys: z.array(z.string()).optional(), rows: z.array(z.tuple([z.string(), z.string()])) }),
  ),
});
type Told = z.infer<typeof Message>;

function ask(url: string, headers: OutgoingHttpHeaders = {}, method = 'GET'): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const out = request(url, { headers, method, agent: false }, (answer) => {
      let body = '';
      answer.setEncoding('utf8');
      answer.on('data', (chunk: string) => (body += chunk));
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body }));
    });
    out.on('error', reject);
    out.end();
  });
}

async function started(t: ExecutionContext, options: DashboardOptions = {}): Promise<Dashboard> {
  const dashboard = await startDashboard({ port: 0, ...options });
  t.teardown(() => dashboard.output.close());
  return dashboard;
}

/** A page's stream: messages one after the other. */
async function listen(t: ExecutionContext, url: string): Promise<() => Promise<Told>> {
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    request(url, { agent: false }, resolve).on('error', reject).end();
  });
  t.teardown(() => answer.destroy());
  answer.setEncoding('utf8');
  t.is(answer.headers['content-type'], 'text/event-stream; charset=utf-8');
  const events = answer[Symbol.asyncIterator]();
  let text = '';
  return async () => {
    for (;;) {
      const end = text.indexOf('\n\n');
      if (end < 0) {
        const next: IteratorResult<string> = await events.next();
        if (next.done === true) throw new Error('the stream ended');
        text += next.value;
        continue;
      }
      const event = text.slice(0, end);
      text = text.slice(end + 2);
      if (event.startsWith('data: ')) return Message.parse(JSON.parse(event.slice(6)));
    }
  };
}

test('the page is whole, and nothing of it may be kept, framed or told to others', async (t) => {
  const { url, output } = await started(t);
  output.snapshot?.(snapshot({ hosts: 6, changes: [change(7)] }));
  const { status, headers, body } = await ask(url);
  t.is(status, 200);
  t.is(headers['cache-control'], 'no-store');
  t.is(headers['referrer-policy'], 'no-referrer');
  t.is(headers['set-cookie'], undefined);
  const policy = headers['content-security-policy'] as string;
  t.regex(policy, /^default-src 'none'; style-src 'sha256-[^;' ]+'; script-src 'sha256-[^;' ]+';/);
  t.regex(policy, /frame-ancestors 'none'/);
  t.notRegex(policy, /unsafe/);
  t.regex(body, /<h1 id="sentence"[^>]*>Computers cannot reach port 9004 of this server\.<\/h1>/);
  t.is(body.match(/<tr data-key="10\.20\.0\.\d+">/g)?.length, 6);
  t.regex(body, /<tr data-key="7">/);
  t.regex(body, /aria-label="Packets per second, last 15 minutes: now 1,500, highest 1,500"/);
  t.regex(body, /The kernel dropped 7 packets/);
  t.regex(body, /dumpcap ended and was started again/);
});

test('before the first snapshot the page says so', async (t) => {
  const { url } = await started(t);
  const { status, body } = await ask(url);
  t.is(status, 200);
  t.regex(body, /nothing is known yet/);
});

test('without the token there is nothing, whatever is asked', async (t) => {
  const { url } = await started(t, { metrics: await createMetrics({ addressLabels: true }) });
  const { origin, pathname } = new URL(url);
  t.regex(pathname, /^\/[\w-]{22}\/$/);
  const wrong = `/${'A'.repeat(22)}/`;
  for (const path of [
    '/',
    wrong,
    `${wrong}events`,
    '/events',
    '/metrics',
    '/report',
    '//',
    `${pathname.slice(0, -2)}/`,
  ]) {
    const { status, body } = await ask(`${origin}${path}`);
    t.is(status, 404, path);
    t.notRegex(body, /[\w-]{22}/);
  }
  t.is((await ask(`${url}nothing`)).status, 404);
  const bare = await ask(url.slice(0, -1));
  t.deepEqual([bare.status, bare.headers.location], [308, pathname]);
  const second = await started(t);
  t.not(new URL(second.url).pathname, pathname);
});

test('a name that was made to point here is refused, and so is the page of another site', async (t) => {
  const { url, metricsUrl } = await started(t, { metrics: await createMetrics() });
  const { port } = new URL(url);
  for (const Host of [
    'evil.example',
    `evil.example:${port}`,
    '127.0.0.1.evil.example',
    'localhost.evil',
    '10.0.0.1',
    '[::1',
  ]) {
    t.is((await ask(url, { Host })).status, 403, Host);
    t.is((await ask(metricsUrl, { Host })).status, 403, Host);
  }
  for (const Host of [`127.0.0.1:${port}`, `LOCALHOST:${port}`, 'localhost:9', '[::1]:80']) {
    t.is((await ask(url, { Host })).status, 200, Host);
  }
  for (const Origin of [
    'https://evil.example',
    'null',
    'http://evil.example:80',
    `http://127.0.0.1.evil:${port}`,
  ]) {
    t.is((await ask(`${url}events`, { Origin })).status, 403, Origin);
  }
  t.is((await ask(url, { Origin: `http://localhost:${port}` })).status, 200);
  t.is((await ask(url, { 'Sec-Fetch-Site': 'cross-site', 'Sec-Fetch-Mode': 'no-cors' })).status, 403);
  t.is((await ask(url, { 'Sec-Fetch-Site': 'cross-site', 'Sec-Fetch-Mode': 'navigate' })).status, 200);
  t.is((await ask(url, {}, 'POST')).status, 405);
});

test('only this machine can connect unless the flag is given', (t) => {
  t.deepEqual(listening(undefined), { address: '127.0.0.1', loopback: true });
  t.deepEqual(listening('::1'), { address: '::1', loopback: true });
  t.deepEqual(listening('localhost'), { address: '127.0.0.1', loopback: true });
  for (const text of ['0.0.0.0', '::', '10.0.0.5', '10.0.0.5, I know what this shows']) {
    t.throws(() => listening(text), { name: 'UsageError', message: /--dashboard-allow-remote/ }, text);
  }
  for (const text of ['', 'server.example', 'all interfaces', '1270.0.1']) {
    t.throws(() => listening(text), { name: 'UsageError', message: /cannot listen on/ }, text);
  }
  t.deepEqual(listening('0.0.0.0', true), { address: '', loopback: false });
  t.deepEqual(listening('10.0.0.5', true), { address: '10.0.0.5', loopback: false });
});

test('on all interfaces only own addresses and given names are answered', (t) => {
  const names = new Names(listening('::', true), ['Monitor.Example']);
  t.true(names.has('127.0.0.1'));
  t.true(names.has('monitor.example'));
  t.false(names.has('evil.example'));
  t.false(names.has('192.0.2.77'));
  t.is(nameInHost('[FE80::1]:80'), 'fe80::1');
  t.is(nameInHost('a b'), '');
});

test('a token that could be guessed is refused', (t) => {
  t.throws(() => tokenOf('short'), { name: 'UsageError' });
  t.throws(() => tokenOf('../'.repeat(10)), { name: 'UsageError' });
  t.is(tokenOf('a'.repeat(22)), 'a'.repeat(22));
});

test('a port in use is told with what to do', async (t) => {
  const { url } = await started(t);
  await t.throwsAsync(() => startDashboard({ port: Number(new URL(url).port) }), {
    name: 'UsageError',
    message: /port \d+: another program uses it/,
  });
});

test('metrics without addresses need no token, those with addresses do', async (t) => {
  const plain = await createMetrics();
  const { metricsUrl, output, url } = await started(t, { metrics: plain });
  plain.snapshot?.(snapshot());
  output.snapshot?.(snapshot());
  const answer = await ask(metricsUrl);
  t.is(answer.headers['content-type'], 'text/plain; version=0.0.4; charset=utf-8');
  t.regex(answer.body, /^portwitness_computers 6$/m);
  t.is((await ask(`${url}metrics`)).body.split('\n').length, answer.body.split('\n').length);

  const told = await started(t, { metrics: await createMetrics({ addressLabels: true }) });
  t.is(told.metricsUrl, '');
  t.is((await ask(`${told.url}metrics`)).status, 200);
});

test('the last report is shown as it is, and its absence is told', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'portwitness dashboard '));
  t.teardown(() => rm(folder, { recursive: true, force: true }));
  const report = join(folder, 'report.html');
  const { url, output } = await started(t, { report });
  t.is((await ask(`${url}report`)).status, 404);
  const text = `<!DOCTYPE html><title>r</title>${'x'.repeat(200_000)}`;
  await writeFile(report, text);
  const answer = await ask(`${url}report`);
  t.is(answer.body, text);
  t.is(answer.headers['content-type'], 'text/html; charset=utf-8');
  t.is((await ask(`${url}report`, {}, 'HEAD')).status, 200);
  t.is((await ask(`${(await started(t)).url}report`)).status, 404);
  t.is(output.trouble, '');
});

test('a stream begins with everything and then tells only what has changed', async (t) => {
  const { url, output } = await started(t);
  output.snapshot?.(snapshot({ hosts: 40 }));
  const next = await listen(t, `${url}events`);
  const whole = await next();
  t.is(whole.lists['matrix']?.rows.length, 40);
  t.is(whole.lists['matrix']?.keys?.[0], '10.20.0.4');
  t.true('facts' in whole.parts);

  const verdict = (h: number, r: number) => (h === 7 && r === 0 ? 'blocked' : undefined);
  const before = snapshot({ hosts: 40 });
  const verdicts = before.verdicts.map((one, i) => ({
    ...one,
    verdict: verdict(Math.floor(i / before.rules.length), i % before.rules.length) ?? one.verdict,
  }));
  output.snapshot?.({ ...before, at: before.at + 1000, verdicts, recentChanges: [change(1)] });
  const news = await next();
  t.deepEqual(
    news.lists['matrix']?.rows.map(([key]) => key),
    ['10.20.0.8'],
  );
  t.is(news.lists['matrix']?.keys?.[1], '10.20.0.8');
  t.deepEqual(news.lists['changes']?.keys, ['1']);
  t.false('sentence' in news.parts);
  t.false('quality' in news.parts);
  t.true('facts' in news.parts);

  output.snapshot?.({ ...before, at: before.at + 2000, verdicts, recentChanges: [change(1)] });
  t.deepEqual(Object.keys((await next()).lists), []);
});

test('the filter and the page of a thousand computers choose what is told', async (t) => {
  const { url, output } = await started(t);
  output.snapshot?.(
    snapshot({ hosts: 1000, changes: [change(1), change(2, { hostName: 'OTHER', host: '192.0.2.1' })] }),
  );
  const first = await (await listen(t, `${url}events`))();
  t.is(first.lists['matrix']?.keys?.length, 100);
  t.deepEqual(first.lists['matrix']?.keys?.slice(0, 2), ['10.20.0.4', '10.20.0.6']);
  t.true(JSON.stringify(first).length < 400_000);
  const last = await (await listen(t, `${url}events?page=10`))();
  t.is(last.lists['matrix']?.keys?.length, 100);
  const beyond = await (await listen(t, `${url}events?page=77`))();
  t.deepEqual(beyond.lists['matrix']?.keys, last.lists['matrix']?.keys);
  const some = await (await listen(t, `${url}events?q=${encodeURIComponent('ws0003 FAILING')}`))();
  t.deepEqual(some.lists['matrix']?.keys, ['10.20.0.4']);
  t.deepEqual(some.lists['changes']?.keys, ['1']);
  t.is(some.lists['attention']?.keys?.length, 1);
  const none = await (await listen(t, `${url}events?q=nothing+has+this`))();
  t.deepEqual(none.lists['matrix']?.keys, []);
  t.regex(none.parts['matrix-note'] ?? '', /No computer fits the filter/);
  t.regex(
    (await ask(`${url}?q=%22%3E%3Cscript%3Ealert(1)&page=x`)).body,
    /value="&quot;&gt;&lt;script&gt;alert\(1\)"/,
  );
});

test('a page that never reads costs one message, however much happens', async (t) => {
  const { url, output, load } = await started(t);
  const { hostname, port, pathname } = new URL(url);
  const socket = connect(Number(port), hostname);
  t.teardown(() => socket.destroy());
  socket.pause();
  await new Promise<void>((done) => socket.once('connect', done));
  socket.write(`GET ${pathname}events HTTP/1.1\r\nHost: localhost\r\n\r\n`);
  while (load().streams === 0) await new Promise((done) => setTimeout(done, 5));
  let message = 0;
  let most = 0;
  for (let i = 0; i < 100; i++) {
    // Everything changes each time.
    const one = snapshot({
      hosts: 1000,
      after: 60 + i,
      since: (h, r) => (i * 7 + h + r) % 50,
      name: (h) => `W${i}-${h}`,
    });
    if (message === 0) {
      const maker = new PictureMaker();
      maker.take(one);
      message = JSON.stringify(update(null, maker.picture({ filter: '', page: 1 }))).length;
    }
    output.snapshot?.(one);
    await new Promise((done) => setImmediate(done));
    most = Math.max(most, load().waitingBytes);
  }
  t.true(most > message / 2, `${most} bytes: the reader was slow enough to matter`);
  t.true(most < 2 * message, `${most} bytes wait, one message has about ${message}`);
});

test('a slow page gets the latest state when it reads again, not what it missed', async (t) => {
  const { url, output } = await started(t);
  const next = await listen(t, `${url}events`);
  await next();
  for (let i = 0; i < 300; i++) {
    output.snapshot?.(snapshot({ hosts: 200, after: 60 + i, name: (h) => `W${i}-${h}` }));
  }
  const rows = new Map<string, string>();
  for (;;) {
    const told = await next();
    for (const [key, row] of told.lists['matrix']?.rows ?? []) rows.set(key, row);
    if (told.parts['facts']?.includes('09:35:59 UTC') === true) break;
  }
  t.true([...rows.values()].every((row) => row.includes('W299-')));
});

test('a page that takes nothing for long is let go, one that is silent gets a heartbeat', async (t) => {
  const maker = new PictureMaker();
  maker.take(snapshot({ hosts: 100 }));
  const streams = new Streams(maker, new Pace(), { heartbeat: 20, stalled: 60, check: 5 });
  t.teardown(() => streams.close(''));
  const stuck = new Writable({ write: () => undefined });
  const heard = new PassThrough();
  let text = '';
  const beat = new Promise<void>((resolve) => {
    heard.on('data', (chunk) => {
      text += String(chunk);
      if (text.endsWith('\n\n:\n\n')) resolve();
    });
  });
  t.true(streams.add(stuck, { filter: '', page: 1 }));
  t.true(streams.add(heard, { filter: '', page: 1 }));
  await once(stuck, 'close');
  await beat;
  t.regex(text, /^retry: 3000\n\ndata: \{/);
  t.is(streams.size, 1);
});

test('a time that no calendar has leaves the page whole', async (t) => {
  const { url, output } = await started(t);
  output.snapshot?.(snapshot({ since: () => 1e300, over: { lastFrameAt: Number.NaN } }));
  t.is((await ask(url)).body.match(/<tr data-key="10/g)?.length, 6);
});

test('pages beyond the limit are refused, and a closed one makes room', async (t) => {
  const { url, load } = await started(t);
  const open: IncomingMessage[] = [];
  for (let i = 0; i < MAX_STREAMS; i++) {
    open.push(
      await new Promise<IncomingMessage>((resolve, reject) => {
        request(`${url}events`, { agent: false }, resolve).on('error', reject).end();
      }),
    );
  }
  t.is(load().streams, MAX_STREAMS);
  const refused = await ask(`${url}events`);
  t.is(refused.status, 503);
  t.is(refused.headers['retry-after'], '30');
  open[0]?.destroy();
  while (load().streams === MAX_STREAMS) await new Promise((done) => setTimeout(done, 5));
  const next = await listen(t, `${url}events`);
  t.is((await next()).status, 'inconclusive');
  for (const one of open) one.destroy();
});

test('the end is told to open pages, and closing does not wait for those that read nothing', async (t) => {
  const dashboard = await startDashboard({ port: 0 });
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    request(`${dashboard.url}events`, { agent: false }, resolve).on('error', reject).end();
  });
  const { hostname, port } = new URL(dashboard.url);
  const idle = connect(Number(port), hostname);
  await new Promise<void>((done) => idle.once('connect', done));
  const all = (async () => {
    let text = '';
    for await (const chunk of answer) text += String(chunk);
    return text;
  })();
  await dashboard.output.close();
  t.regex(await all, /event: end\ndata: "Monitoring has ended; this is the last state\."/);
  await dashboard.output.close();
  idle.destroy();
});
