/** The dashboard in a real browser: it updates by itself and leaves the reader where they are. */
import test from 'ava';
import type { ExecutionContext } from 'ava';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { z } from 'zod';
import { startDashboard } from '../../src/monitor/dashboard/server.js';
import type { Dashboard } from '../../src/monitor/dashboard/server.js';
import type { LiveSnapshot } from '../../src/monitor/words/model.js';
import { createMetrics } from '../../src/monitor/outputs/metrics.js';
import { captureEvent, change, snapshot } from '../monitor/snapshots.js';
import { ATTACKS, EVERYTHING } from '../report/hostile.js';
import { AXE, AXE_ALL, AXE_COLOURS, Strings, WATCH, axeRun } from './axe.js';
import { startBrowser } from './chromium.js';
import { leftOut } from '../test-with.js';

let browser: Browser | undefined;

interface Opened {
  readonly page: Page;
  readonly dashboard: Dashboard;
  /** Console errors, page errors and policy violations. */
  readonly complaints: string[];
  /** Hosts that were asked for anything. */
  readonly asked: Set<string>;
}

const CONNECTED = 'Updating by itself';

async function opened(
  t: ExecutionContext,
  first: LiveSnapshot,
  options: BrowserContextOptions = {},
): Promise<Opened> {
  if (browser === undefined) throw new Error('the browser was not started');
  const dashboard = await startDashboard({ port: 0, metrics: await createMetrics(), report: 'none.html' });
  t.teardown(() => dashboard.output.close());
  dashboard.output.snapshot?.(first);
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  t.teardown(() => context.close());
  const page = await context.newPage();
  const complaints: string[] = [];
  const asked = new Set<string>();
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('request', (request) => asked.add(new URL(request.url()).host));
  if (options.javaScriptEnabled !== false) await page.addInitScript(WATCH);
  await page.goto(dashboard.url);
  if (options.javaScriptEnabled !== false) await page.getByText(CONNECTED).waitFor();
  return { page, dashboard, complaints, asked };
}

/** Waits until the page shows the state of this second of the minute. */
async function shows(page: Page, clock: string): Promise<void> {
  await page.locator('.facts', { hasText: `${clock} UTC` }).waitFor();
}

async function number(page: Page, expression: string): Promise<number> {
  return z.number().parse(await page.evaluate(expression));
}

const MATRIX_ROWS = '[data-list="matrix"] tr';
const top = (selector: string): string => `document.querySelector('${selector}').getBoundingClientRect().top`;

/** A snapshot in which everything that may come from the network attacks the page. */
function hostileSnapshot(): LiveSnapshot {
  const names = [...ATTACKS, EVERYTHING];
  const state = snapshot({ hosts: names.length, name: (h) => names[h] ?? '' });
  return {
    ...state,
    verdicts: state.verdicts.map((one) => ({ ...one, reason: one.hostName, ruleLabel: EVERYTHING })),
    rules: state.rules.map((rule) => ({ ...rule, label: ATTACKS[0] ?? '', ports: ATTACKS[1] ?? '' })),
    source: { kind: 'stdin', description: EVERYTHING },
    server: { addresses: ATTACKS, reason: EVERYTHING },
    quality: ATTACKS.map((text) => ({ code: text, level: 'serious', text, consequence: text })),
    causes: names.map((name, i) => ({
      ...state.causes[0]!,
      key: `${i} ${name}`,
      title: name,
      who: name,
      action: name,
    })),
    incidents: ATTACKS.map((text) => ({ code: 'rotated', at: state.at, gap: null, text })),
    recentChanges: names.map((name, i) =>
      change(i, {
        hostName: name,
        host: name,
        reason: name,
        ruleLabel: name,
        time: name,
        evidence: [{ file: name, frames: [1], filter: name, shows: name }],
      }),
    ),
    summary: { status: 'findings', sentence: ATTACKS.join(' ') },
  };
}

const CHANGES = Array.from({ length: 60 }, (_, i) => change(60 - i));
const MODELS: Readonly<Record<string, () => LiveSnapshot>> = {
  'forty computers': () => snapshot({ hosts: 40, changes: CHANGES }),
  'no computer yet': () => snapshot({ hosts: 0, over: { quality: [], incidents: [], lastFrameAt: 0 } }),
  'hostile names': hostileSnapshot,
};

function tests(running: Browser): void {
  browser = running;

  test.after.always(() => browser?.close());

  for (const [name, make] of Object.entries(MODELS)) {
    test.serial(
      `${name}: the page keeps its policy, asks nobody else, has no fault for axe and reflows to 320 pixels`,
      async (t) => {
        const { page, dashboard, complaints, asked } = await opened(t, make(), { colorScheme: 'light' });
        // Both ways into the page: with the document and by an update.
        dashboard.output.snapshot?.({ ...make(), at: make().at + 5000 });
        await shows(page, '09:31:05');
        t.is(await page.evaluate('typeof globalThis.attacked'), 'undefined');
        t.is(await number(page, `document.querySelectorAll('main img, main script, main style').length`), 0);
        await page.evaluate(AXE);
        t.deepEqual(Strings.parse(await page.evaluate(axeRun('tag', AXE_ALL))), [], 'light');
        await page.emulateMedia({ colorScheme: 'dark' });
        t.deepEqual(Strings.parse(await page.evaluate(axeRun('rule', AXE_COLOURS))), [], 'dark');
        await page.setViewportSize({ width: 320, height: 700 });
        t.true((await number(page, 'document.documentElement.scrollWidth')) <= 320);
        t.deepEqual(complaints, []);
        t.deepEqual([...asked], [new URL(dashboard.url).host]);
      },
    );
  }

  test.serial('an update arrives without loading the page again', async (t) => {
    const { page, dashboard } = await opened(t, snapshot({ hosts: 40 }));
    await page.evaluate('globalThis.same = true');
    const cell = page.locator('[data-list="matrix"] tr[data-key="10.20.0.4"] td').first();
    t.regex((await cell.textContent()) ?? '', /Failing\s*since 09:30:13/);
    dashboard.output.event?.(captureEvent('clock_jump'));
    dashboard.output.snapshot?.(
      snapshot({
        hosts: 41,
        after: 70,
        verdict: () => 'working',
        since: () => 65,
        changes: [change(65, { from: 'blocked', to: 'working' })],
        over: { summary: { status: 'working', sentence: 'Every required rule is proven.' } },
      }),
    );
    await page.getByRole('heading', { level: 1, name: 'Every required rule is proven.' }).waitFor();
    t.regex((await cell.textContent()) ?? '', /Working\s*since 09:31:05/);
    t.is(await page.locator(MATRIX_ROWS).count(), 41);
    t.is(await page.locator('[data-list="changes"] tr').count(), 1);
    t.is(await page.title(), 'Every required rule is proven. – portwitness live');
    t.is(await page.locator('#verdict').getAttribute('class'), 'banner working');
    t.true(await page.getByText('Nothing is blocked, degraded or undecided.').isVisible());
    t.is(await page.evaluate('globalThis.same'), true);
  });

  test.serial('the filter, the focus and what is half typed stay through updates and a reload', async (t) => {
    const { page, dashboard } = await opened(t, snapshot({ hosts: 1000, changes: CHANGES }));
    t.is(await page.locator(MATRIX_ROWS).count(), 100);
    const filter = page.getByRole('searchbox');
    await filter.fill('ws0012');
    await page.locator(`${MATRIX_ROWS}:only-child`).waitFor();
    t.true(await page.getByText('No change fits the filter.').isVisible());
    await filter.press('Home');
    for (let after = 61; after < 66; after++) {
      dashboard.output.snapshot?.(snapshot({ hosts: 1000, after, changes: CHANGES }));
      await shows(page, `09:31:0${after - 60}`);
    }
    t.is(await page.locator(MATRIX_ROWS).count(), 1);
    t.is(await page.evaluate('document.activeElement.id'), 'filter');
    t.is(await number(page, 'document.activeElement.selectionStart'), 0);
    t.is(await filter.inputValue(), 'ws0012');
    t.is(new URL(page.url()).search, '?q=ws0012');
    await page.reload();
    await page.getByText(CONNECTED).waitFor();
    t.is(await page.getByRole('searchbox').inputValue(), 'ws0012');
    t.is(await page.locator(MATRIX_ROWS).count(), 1);
  });

  test.serial('the pages of a thousand computers are turned without loading the page again', async (t) => {
    const { page, dashboard } = await opened(t, snapshot({ hosts: 1000 }));
    await page.evaluate('globalThis.same = true');
    const first = await page.locator(MATRIX_ROWS).first().getAttribute('data-key');
    await page.getByRole('link', { name: 'Next' }).focus();
    await page.keyboard.press('Enter');
    await page.getByText('Page 2 of 10').waitFor();
    t.not(await page.locator(MATRIX_ROWS).first().getAttribute('data-key'), first);
    dashboard.output.snapshot?.(snapshot({ hosts: 990, after: 61 }));
    await page.getByText('101 to 200 of 990').waitFor();
    t.is(await page.locator(MATRIX_ROWS).count(), 100);
    t.is(await page.evaluate('globalThis.same'), true);
  });

  test.serial('what is being read stays where it is while things come above it', async (t) => {
    const { page, dashboard } = await opened(t, snapshot({ hosts: 40, changes: CHANGES }));
    const box = '#matrix .scroll';
    await page.evaluate(
      `document.querySelector('#matrix').scrollIntoView(); document.querySelector('${box}').scrollTop = 333;`,
    );
    const before = await number(page, top('#matrix'));
    const scrolled = await number(page, 'scrollY');
    dashboard.output.snapshot?.(
      snapshot({ hosts: 40, after: 61, changes: CHANGES, verdict: (h) => (h < 9 ? 'blocked' : 'working') }),
    );
    await shows(page, '09:31:01');
    t.true(Math.abs((await number(page, top('#matrix'))) - before) < 2);
    t.true((await number(page, 'scrollY')) > scrolled + 100);
    t.is(await number(page, `document.querySelector('${box}').scrollTop`), 333);

    const row = '[data-list="changes"] tr[data-key="40"]';
    await page.evaluate(
      `document.querySelector('#changes').scrollIntoView(); document.querySelector('${row}').scrollIntoView({ block: 'center' });`,
    );
    const place = await number(page, top(row));
    dashboard.output.snapshot?.(
      snapshot({ hosts: 40, after: 62, changes: [change(63), change(62), change(61), ...CHANGES] }),
    );
    await shows(page, '09:31:02');
    t.is(await page.locator('[data-list="changes"] tr').count(), 63);
    t.true(Math.abs((await number(page, top(row))) - place) < 2);
  });

  test.serial('a second page has its own filter, and both are told', async (t) => {
    const { page, dashboard } = await opened(t, snapshot({ hosts: 40 }));
    const other = await page.context().newPage();
    await other.goto(`${dashboard.url}?q=ws0003`);
    await other.getByText(CONNECTED).waitFor();
    dashboard.output.snapshot?.(snapshot({ hosts: 40, after: 61 }));
    await shows(other, '09:31:01');
    t.is(await other.locator(MATRIX_ROWS).count(), 1);
    await page.bringToFront();
    await shows(page, '09:31:01');
    t.is(await page.locator(MATRIX_ROWS).count(), 40);
  });

  test.serial('the end of monitoring is told and the last state stays', async (t) => {
    const { page, dashboard } = await opened(t, snapshot({ hosts: 6 }));
    await dashboard.output.close();
    await page.getByText('Monitoring has ended; this is the last state.').waitFor();
    t.is(await page.locator(MATRIX_ROWS).count(), 6);
  });

  test.serial('a page that is refused says that it is old and tries again', async (t) => {
    const { page, dashboard } = await opened(t, snapshot({ hosts: 6 }));
    await page.route('**/events*', (route) => route.fulfill({ status: 503, body: 'too many' }));
    await page.getByRole('searchbox').fill('ws');
    await page.getByText('No connection to portwitness: this is an old state').waitFor();
    await page.unroute('**/events*');
    await page.getByText(CONNECTED).waitFor();
    dashboard.output.snapshot?.(snapshot({ hosts: 6, after: 61 }));
    await shows(page, '09:31:01');
    t.is(await page.locator(MATRIX_ROWS).count(), 6);
  });

  test.serial('without a script the page is whole, and filter and pages work by loading', async (t) => {
    const { page, complaints } = await opened(t, snapshot({ hosts: 250, changes: CHANGES }), {
      javaScriptEnabled: false,
    });
    t.is(await page.locator(MATRIX_ROWS).count(), 100);
    t.true(await page.locator('noscript a').isVisible());
    await page.getByRole('link', { name: 'Next' }).click();
    await page.getByText('Page 2 of 3').waitFor({ state: 'visible' });
    await page.getByRole('searchbox').fill('ws0003');
    await page.getByRole('button', { name: 'Filter' }).click();
    t.is(await page.locator(MATRIX_ROWS).count(), 1);
    t.is(await page.getByRole('searchbox').inputValue(), 'ws0003');
    t.deepEqual(complaints, []);
  });
}

const started = await startBrowser();
if (typeof started === 'string') leftOut('the dashboard in a browser', started);
else tests(started);
