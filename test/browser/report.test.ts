/** The HTML report in a real browser, opened from a file as its readers do. */
import test from 'ava';
import type { ExecutionContext } from 'ava';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { z } from 'zod';
import { writeHtml } from '../../src/report/html/write.js';
import { writeWhole } from '../../src/report/write-file.js';
import type { ReportModel } from '../../src/report/model.js';
import { empty, healthy, large, withFindings } from '../report/fixture.js';
import { withList } from '../report/listed.js';
import { hostile } from '../report/hostile.js';
import { RULES, verdict } from '../report/parts.js';
import { AXE, AXE_ALL, AXE_COLOURS, Strings, WATCH, axeRun } from './axe.js';
import { startBrowser } from './chromium.js';
import { leftOut } from '../test-with.js';

let folder = '';
let browser: Browser | undefined;

interface Opened {
  readonly page: Page;
  /** Console errors, page errors and policy violations. */
  readonly complaints: string[];
  readonly requests: string[];
}

async function opened(
  t: ExecutionContext,
  model: ReportModel,
  options: BrowserContextOptions = {},
): Promise<Opened> {
  if (browser === undefined) throw new Error('the browser was not started');
  const path = join(folder, `${t.title.replaceAll(/\W+/g, ' ')}.html`);
  await writeWhole(path, (sink) => writeHtml(model, sink));
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  t.teardown(() => context.close());
  const page = await context.newPage();
  const complaints: string[] = [];
  const requests: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('request', (request) => requests.push(request.url()));
  if (options.javaScriptEnabled !== false) await page.addInitScript(WATCH);
  await page.goto(pathToFileURL(path).href);
  return { page, complaints, requests };
}

async function number(page: Page, expression: string): Promise<number> {
  return z.number().parse(await page.evaluate(expression));
}

const VISIBLE_ROWS = `[...document.querySelectorAll('#flow-table tbody tr')].filter((r) => r.getClientRects().length > 0).length`;

function tests(running: Browser): void {
  browser = running;

  test.before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'portwitness browser '));
  });
  test.after.always(async () => {
    await browser?.close();
    await rm(folder, { recursive: true, force: true });
  });

  const models = { healthy, withFindings, withList, empty, hostile };
  for (const [name, make] of Object.entries(models)) {
    test.serial(
      `${name}: the page keeps its policy, asks for nothing, has no fault for axe and reflows to 320 pixels`,
      async (t) => {
        const { page, complaints, requests } = await opened(t, make(), { colorScheme: 'light' });
        await page.waitForLoadState('networkidle');
        t.deepEqual(complaints, []);
        t.is(requests.length, 1);
        t.is(await page.evaluate('typeof globalThis.attacked'), 'undefined');
        const border = `getComputedStyle(document.querySelector('.banner')).borderTopWidth`;
        t.is(await page.evaluate(border), '6px');

        await page.evaluate(`document.querySelectorAll('details').forEach((d) => { d.open = true; })`);
        await page.evaluate(AXE);
        t.deepEqual(Strings.parse(await page.evaluate(axeRun('tag', AXE_ALL))), [], 'light');
        await page.emulateMedia({ colorScheme: 'dark' });
        t.deepEqual(Strings.parse(await page.evaluate(axeRun('rule', AXE_COLOURS))), [], 'dark');

        await page.setViewportSize({ width: 320, height: 700 });
        t.true((await number(page, 'document.documentElement.scrollWidth')) <= 320);
      },
    );
  }

  test.serial('axe would find a fault of colour in the dark page', async (t) => {
    const { page } = await opened(t, empty(), { colorScheme: 'light' });
    await page.evaluate(AXE);
    await page.emulateMedia({ colorScheme: 'dark' });
    await page.evaluate(`document.querySelector('h1').style.setProperty('color', '#333')`);
    t.regex(Strings.parse(await page.evaluate(axeRun('rule', AXE_COLOURS))).join(), /color-contrast/);
  });

  test.serial(
    'ten columns of the matrix fit a page of 1280 pixels, and a narrow page says what does not',
    async (t) => {
      const model = withFindings();
      const more = ['138 udp', '139 udp'].map((label) => ({ ...RULES[5]!, id: label, label }));
      const rules = [...model.rules, ...more];
      const verdicts = model.hosts.flatMap((one) =>
        rules.map((rule) => verdict(rule.id, one, rule.oneWay ? 'inconclusive' : 'not_observed')),
      );
      const { page } = await opened(t, { ...model, rules, verdicts, findings: [] });
      const box = `document.querySelector('#matrix .scroll')`;
      t.true((await number(page, `${box}.scrollWidth - ${box}.clientWidth`)) <= 0);
      t.false(await page.locator('#matrix > .scroll-hint').isVisible());
      await page.setViewportSize({ width: 420, height: 800 });
      await page.locator('#matrix > .scroll-hint').waitFor({ state: 'visible' });
      t.true((await number(page, `${box}.scrollWidth - ${box}.clientWidth`)) > 0);
    },
  );

  test.serial('a policy violation would be noticed', async (t) => {
    const { page, complaints } = await opened(t, healthy());
    await page.evaluate(
      `document.body.append(Object.assign(document.createElement('img'), { src: 'http://192.0.2.1/x' }))`,
    );
    await page.waitForTimeout(200);
    t.true(complaints.some((text) => text.includes('img-src')));
  });

  test.serial('without a script everything is there and nothing useless is shown', async (t) => {
    const { page, complaints } = await opened(t, withFindings(), { javaScriptEnabled: false });
    t.deepEqual(complaints, []);
    t.true(await page.getByRole('heading', { level: 1 }).isVisible());
    t.is(await page.locator('#flow-table tbody tr').count(), 61);
    t.is(await page.locator('button:visible').count(), 0);
    t.false(await page.locator('#flow-filter').isVisible());
    await page.locator('#m-0 summary').click();
    t.true(await page.locator('#m-0 code').first().isVisible());
    await page.locator('.ticket summary').click();
    t.true(await page.locator('#ticket-text').isVisible());
  });

  test.serial('the filter shows the rows that hold all words and says how many', async (t) => {
    const { page } = await opened(t, withFindings());
    await page.locator('#flow-filter').fill('no ANSWER 10.20.1.4:');
    t.is(await number(page, VISIBLE_ROWS), 1);
    t.is(await page.locator('#flow-count').textContent(), '1 of 61 rows');
    await page.locator('#flow-filter').fill('');
    t.is(await number(page, VISIBLE_ROWS), 61);
  });

  test.serial('a heading sorts by number, then the other way round', async (t) => {
    const { page } = await opened(t, withFindings());
    const first = page.locator('#flow-table tbody tr').first().locator('td').first();
    const heading = page.locator('#flow-table th').filter({ hasText: 'Flow' });
    await heading.locator('button').click();
    t.is(await heading.getAttribute('aria-sort'), 'ascending');
    t.is(await first.textContent(), '1');
    await heading.locator('button').click();
    t.is(await heading.getAttribute('aria-sort'), 'descending');
    t.is(await first.textContent(), '61');
  });

  test.serial('the matrix can be filtered and sorted by group', async (t) => {
    const { page } = await opened(t, withList());
    const rows = `[...document.querySelectorAll('#matrix-table tbody tr')].filter((r) => r.getClientRects().length > 0).length`;
    await page.locator('#matrix-filter').fill('paris');
    t.is(await number(page, rows), 1);
    await page.locator('#matrix-filter').fill('blocked');
    t.is(await number(page, rows), 0);
    await page.locator('#matrix-filter').fill('');
    const heading = page.locator('#matrix-table th').filter({ hasText: 'Group' });
    await heading.locator('button').click();
    await heading.locator('button').click();
    t.is(await page.locator('#matrix-table tbody td.group').first().textContent(), 'Paris');
    t.is(await page.locator('#matrix-table thead button').count(), 2);
  });

  test.serial(
    'the change that would mend a fault is folded, opens by a link, and is copied whole',
    async (t) => {
      const { page } = await opened(t, withFindings());
      await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
      const command = page.locator('#m-0 code').first();
      t.false(await command.isVisible());
      await page.locator('a[href="#m-0"]').click();
      await command.waitFor({ state: 'visible' });
      await page.locator('#m-0 button.copy').first().click();
      await page.locator('#m-0 button.copy').first().filter({ hasText: 'Copied' }).waitFor();
      t.is(
        await page.evaluate('navigator.clipboard.readText()'),
        withFindings().remedies[0]?.remedies[0]?.text,
      );
    },
  );

  test.serial('addresses sort by their numbers', async (t) => {
    const { page } = await opened(t, withFindings());
    await page.locator('#flow-table th').filter({ hasText: 'Responder' }).locator('button').click();
    const cells = page.locator('#flow-table tbody td:nth-child(5)');
    const hosts = (await cells.allTextContents()).map((text) => Number(/10\.20\.1\.(\d+)/.exec(text)?.[1]));
    t.deepEqual(
      hosts,
      [...hosts].sort((a, b) => a - b),
    );
  });

  test.serial('a cell of the matrix opens what it leads to', async (t) => {
    const { page } = await opened(t, withFindings());
    t.false(await page.locator('#v-1').isVisible());
    await page.locator('.matrix a[href="#v-1"]').click();
    await page.locator('#v-1').waitFor({ state: 'visible' });
    await page.locator('.matrix a[href="#v-0"]').click();
    await page.locator('article#v-0').waitFor({ state: 'visible' });
  });

  test.serial('the copy buttons copy the filter and the ticket text', async (t) => {
    const { page } = await opened(t, withFindings(), { permissions: ['clipboard-read', 'clipboard-write'] });
    await page.locator('#v-0 .evidence button.copy').first().click();
    await page.getByText('Copied', { exact: true }).first().waitFor();
    t.regex(
      String(await page.evaluate('navigator.clipboard.readText()')),
      /^ip\.addr==10\.20\.1\.21 && .*9004$/,
    );
    await page.locator('.ticket summary').click();
    await page.getByRole('button', { name: 'Copy ticket text' }).click();
    await page.locator('.copy-block', { hasText: 'Copied' }).waitFor();
    t.regex(
      String(await page.evaluate('navigator.clipboard.readText()')),
      /^portwitness report\nResult: 3 of 5/,
    );
  });

  test.serial('the first Tab reaches the skip link, which leads to the content', async (t) => {
    const { page } = await opened(t, withFindings());
    await page.keyboard.press('Tab');
    t.is(await page.evaluate('document.activeElement.className'), 'skip');
    await page.keyboard.press('Enter');
    t.is(await page.evaluate('document.activeElement.id'), 'main');
  });

  for (const javaScriptEnabled of [true, false]) {
    test.serial(
      `on paper everything is open and flows are few, ${javaScriptEnabled ? 'with' : 'without'} script`,
      async (t) => {
        const { page } = await opened(t, large(30, 500), { colorScheme: 'dark', javaScriptEnabled });
        await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
        t.is(await page.evaluate('getComputedStyle(document.body).color'), 'rgb(0, 0, 0)');
        t.is(await number(page, VISIBLE_ROWS), 60);
        t.true(await page.locator('.print-only').isVisible());
        t.false(await page.locator('nav').isVisible());
        t.true(
          (await number(page, `document.querySelector('.attempt-list').getBoundingClientRect().height`)) > 20,
        );
        t.is((await page.pdf({ format: 'A4' })).subarray(0, 5).toString(), '%PDF-');
      },
    );
  }

  test.serial('the page of 5,000 computers can be filtered', async (t) => {
    const { page, complaints } = await opened(t, large());
    await page.locator('#flow-filter').fill('nothing has this');
    t.is(await number(page, VISIBLE_ROWS), 0);
    t.deepEqual(complaints, []);
  });
}

const started = await startBrowser();
if (typeof started === 'string') leftOut('the report in a browser', started);
else tests(started);
