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
import { writeWhole } from '../../src/report/write/write-file.js';
import type { ReportModel } from '../../src/report/model/model.js';
import { empty, healthy, large, withFindings } from '../report/fixture.js';
import { withList } from '../report/listed.js';
import { hostile } from '../report/hostile.js';
import { RULES, verdict } from '../report/parts.js';
import { AXE, AXE_ALL, AXE_COLOURS, PICTURE_CONTRASTS, Strings, WATCH, axeRun, axeUndecided } from './axe.js';
import { startBrowser } from './chromium.js';
import { Reader, WATCH_INPUT, doesItWork, framesByClick, framesByKey, whoMustAct } from './readers.js';
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
  if (options.javaScriptEnabled !== false) await page.addInitScript(WATCH + WATCH_INPUT);
  await page.goto(pathToFileURL(path).href);
  if (options.javaScriptEnabled !== false)
    await page.locator('html[data-ready="yes"]').waitFor({ timeout: 90_000 });
  return { page, complaints, requests };
}

async function number(page: Page, expression: string): Promise<number> {
  return z.number().parse(await page.evaluate(expression));
}

/** Contrasts in pictures that are too small to read by. */
async function weak(page: Page): Promise<number[]> {
  return z
    .array(z.number())
    .parse(await page.evaluate(PICTURE_CONTRASTS))
    .filter((ratio) => ratio < 4.5);
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
        const border = `getComputedStyle(document.querySelector('.answer')).borderTopWidth`;
        t.is(await page.evaluate(border), '5px');

        await page.evaluate(`document.querySelectorAll('details').forEach((d) => { d.open = true; })`);
        await page.evaluate(AXE);
        t.deepEqual(Strings.parse(await page.evaluate(axeRun('tag', AXE_ALL))), [], 'light');
        // Names of a thousand characters make tables wider than their box, whose end axe cannot see.
        if (name !== 'hostile')
          t.deepEqual(Strings.parse(await page.evaluate(axeUndecided('tag', AXE_ALL))), [], 'undecided');
        t.deepEqual(await weak(page), [], 'light pictures');
        await page.emulateMedia({ colorScheme: 'dark' });
        t.deepEqual(Strings.parse(await page.evaluate(axeRun('rule', AXE_COLOURS))), [], 'dark');
        t.deepEqual(await weak(page), [], 'dark pictures');

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
    'ten columns of the matrix fit a page of 1280 pixels, and nothing is wider than 1920',
    async (t) => {
      const model = withFindings();
      const more = ['138 udp', '139 udp'].map((label) => ({ ...RULES[5]!, id: label, label }));
      const rules = [...model.rules, ...more];
      const verdicts = model.hosts.flatMap((one) =>
        rules.map((rule) => verdict(rule.id, one, rule.oneWay ? 'inconclusive' : 'not_observed')),
      );
      const { page } = await opened(t, { ...model, rules, verdicts, findings: [], causes: [] });
      const box = `document.querySelector('#grid-box')`;
      t.true((await number(page, `${box}.scrollWidth - ${box}.clientWidth`)) <= 0);
      await page.setViewportSize({ width: 1920, height: 1000 });
      t.is(
        await number(
          page,
          `[...document.querySelectorAll('body, .scroll, .grid-box')].filter((e) => e.scrollWidth > e.clientWidth + 1).length`,
        ),
        0,
      );
    },
  );

  test.serial('the page has at most eight sizes of letters', async (t) => {
    const { page } = await opened(t, withFindings());
    const sizes = `[...new Set([...document.querySelectorAll('body *')].filter((e) => e.textContent.trim() !== '').map((e) => getComputedStyle(e).fontSize))]`;
    t.true(Strings.parse(await page.evaluate(sizes)).length <= 8);
  });

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
    t.is(await page.locator('#flow-table tbody tr').count(), 60);
    t.is(await page.locator('#grid tbody tr').count(), 5);
    t.is(await page.locator('button:visible, select:visible').count(), 0);
    t.false(await page.locator('#flow-filter').isVisible());
    await page.locator('#c2 > summary').click();
    await page.locator('#m-0 summary').click();
    t.true(await page.locator('#m-0 code').first().isVisible());
    await page.locator('.ticket summary').click();
    t.true(await page.locator('#ticket-text').isVisible());
  });

  test.serial('the filter shows the rows that hold all words and says how many', async (t) => {
    const { page } = await opened(t, withFindings());
    await page.locator('#flow-filter').fill('no ANSWER 10.20.1.4:');
    t.is(await number(page, VISIBLE_ROWS), 1);
    t.is(await page.locator('#flow-count').textContent(), '1 of 61 flows');
    await page.locator('#flow-filter').fill('');
    t.is(await number(page, VISIBLE_ROWS), 60);
    await page.locator('#flow-more').click();
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

  test.serial(
    'the matrix is filtered by name, group, verdict and cause, and says how many computers fit',
    async (t) => {
      const { page } = await opened(t, withList());
      const rows = page.locator('#grid tbody tr.row');
      const counted = page.locator('#matrix-count');
      await page.locator('#find').fill('paris');
      t.is(await rows.count(), 1);
      t.is(await counted.textContent(), '1 of 6 computers');
      await page.locator('#find').fill('');
      await page.locator('#by-verdict').selectOption('degraded');
      t.is(await rows.locator('.name').first().textContent(), 'WEB-PROD-EU-CENTRAL-01');
      t.is(await counted.textContent(), '1 of 6 computers');
      await page.locator('#by-verdict').selectOption('');
      await page.locator('#by-cause').selectOption('c2');
      t.is(await rows.locator('.name').first().textContent(), 'DC01');
      await page.locator('#by-cause').selectOption('');
      t.is(await counted.textContent(), '6 computers');
    },
  );

  test.serial('rows fold by group with the sums of what fails, and unfold', async (t) => {
    const { page } = await opened(t, withList());
    await page.locator('#fold').selectOption('group');
    t.is(await page.locator('#grid tr.row').count(), 0);
    const others = page.locator('#grid tr.group').filter({ hasText: 'not in the list' });
    t.is(await others.locator('td').nth(1).getAttribute('aria-label'), 'not in the list 9003 out 1/3 fail');
    t.is(await others.locator('td').nth(1).textContent(), '1/3');
    await others.locator('th').click();
    t.is(await page.locator('#grid tr.row').count(), 4);
  });

  test.serial('the folded matrix and an opened cell have no fault for axe', async (t) => {
    const { page } = await opened(t, withList());
    await page.locator('#fold').selectOption('group');
    await page.locator('#find').fill('not in the list');
    await page.locator('#grid tr.row td.blocked').first().click();
    t.true((await page.locator('#grid td.sum').count()) > 0);
    await page.evaluate(AXE);
    t.deepEqual(Strings.parse(await page.evaluate(axeRun('tag', AXE_ALL))), []);
    t.deepEqual(Strings.parse(await page.evaluate(axeUndecided('tag', AXE_ALL))), []);
  });

  test.serial('a heading of the matrix sorts by what it says', async (t) => {
    const { page } = await opened(t, withFindings());
    const first = page.locator('#grid tbody tr .name').first();
    await page.locator('#grid thead th').nth(2).click();
    t.is(await first.textContent(), 'DC01');
    t.is(await page.locator('#grid thead th').nth(2).getAttribute('aria-sort'), 'ascending');
    await page.locator('#order').selectOption('name');
    t.is(await first.textContent(), 'DC01');
  });

  test.serial(
    'the change that would mend a fault is folded, opens by a link, and is copied whole',
    async (t) => {
      const { page } = await opened(t, withFindings());
      await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
      const command = page.locator('#m-0 code').first();
      t.false(await command.isVisible());
      await page.locator('#c3 > summary').click();
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

  test.serial(
    'a cell opens what is known of it, its address leads back, and its cause is one link away',
    async (t) => {
      const { page } = await opened(t, withFindings());
      const cell = page.locator('[id="10.20.1.21/ua-9004"]');
      t.is(await cell.getAttribute('aria-label'), 'FILE01 9004 in no answer');
      await cell.click();
      const card = page.locator('.cell-card');
      t.regex((await card.textContent()) ?? '', /frames 1204, 1219, 1262/);
      t.is(await page.evaluate('location.hash'), '#10.20.1.21/ua-9004');
      await card.locator('a[href="#c1"]').click();
      await page.locator('#c1 .do-this').waitFor({ state: 'visible' });
      await page.goBack();
      await card.waitFor({ state: 'visible' });
      t.is(await page.evaluate('document.activeElement.id'), '10.20.1.21/ua-9004');
      await page.locator('#c1 .cells a').click();
      t.is(await page.evaluate('location.hash'), '#10.20.1.21/ua-9004');
    },
  );

  test.serial(
    'a link to a cell opens it in a page that was not open, also of a computer that is folded away',
    async (t) => {
      const { page } = await opened(t, large(300, 10));
      const url = page.url();
      await page.goto('about:blank');
      await page.goto(`${url}#10.21.1.30/ua-9003`);
      await page.locator('.cell-card').waitFor();
      t.true(await page.locator('[id="10.21.1.30/ua-9003"]').isVisible());
      t.regex((await page.locator('.cell-card h3').textContent()) ?? '', /PC-00286/);
    },
  );

  test.serial('the matrix is one tab stop; arrows walk, Enter opens, Escape leads back', async (t) => {
    const { page } = await opened(t, withFindings());
    t.is(await page.locator('#grid [tabindex="0"]').count(), 1);
    await page.locator('#fold').focus();
    await page.keyboard.press('Tab');
    const label = () =>
      page.evaluate(
        'document.activeElement.getAttribute("aria-label") ?? document.activeElement.textContent.trim()',
      );
    t.regex(String(await label()), /^SQL02/);
    for (const key of ['ArrowRight', 'ArrowDown']) await page.keyboard.press(key);
    t.is(await label(), 'FILE01 9004 in no answer');
    await page.keyboard.press('Enter');
    t.true(await page.locator('.cell-card').isVisible());
    await page.keyboard.press('End');
    t.regex(String(await label()), /^FILE01 ICMP/);
    await page.keyboard.press('Escape');
    t.is(await page.locator('.cell-card').count(), 0);
    t.is(await label(), 'FILE01 9004 in no answer');
    for (const key of ['ArrowUp', 'ArrowUp']) await page.keyboard.press(key);
    t.is(await page.evaluate('document.activeElement.tagName'), 'TH');
    await page.keyboard.press('Tab');
    t.false(Boolean(await page.evaluate(`document.activeElement.closest('#grid') !== null`)));
  });

  test.serial(
    'with the keyboard alone: from the top to the command of a cause, copied, and back',
    async (t) => {
      const { page } = await opened(t, withFindings(), {
        permissions: ['clipboard-read', 'clipboard-write'],
      });
      const press = async (key: string, until: string): Promise<void> => {
        for (let i = 0; i < 60; i++) {
          await page.keyboard.press(key);
          if (await page.evaluate(until)) return;
        }
        t.fail(until);
      };
      await press('Tab', `document.activeElement.matches('.cause-table a[href="#c1"]')`);
      await page.keyboard.press('Enter');
      await page.locator('#c1 .do-this').waitFor({ state: 'visible' });
      await press('Tab', `document.activeElement.matches('#c1 .do-this button.copy')`);
      await page.keyboard.press('Enter');
      await page.locator('#c1 .do-this button', { hasText: 'Copied' }).waitFor();
      t.regex(String(await page.evaluate('navigator.clipboard.readText()')), /^Get-NetFirewallRule/);
      await press('Tab', `document.activeElement.matches('#c1 .back a[href="#first"]')`);
      await page.keyboard.press('Enter');
      t.is(await page.evaluate('location.hash'), '#first');
    },
  );

  test.serial('three readers: which team acts on what, does DC01 work, which frames prove it', async (t) => {
    const { page } = await opened(t, withFindings(), { viewport: { width: 1280, height: 800 } });
    const reader = new Reader(page);
    // One screen: every cause with its owner and action, and the matrix begins.
    t.deepEqual((await whoMustAct(reader)).steps, []);
    // One search, of a click and a key for each letter.
    const works = await doesItWork(reader, 'DC01');
    t.is(works.steps.length, 1);
    t.is(works.times.length, 5);
    const row = page.locator('#grid tr.row');
    t.is(await row.count(), 1);
    t.is(await row.locator('td.blocked').getAttribute('aria-label'), 'DC01 9003 out failing');
    // One click, or one key.
    const click = await framesByClick(reader);
    t.is(click.steps.length, 1);
    t.is(click.times.length, 1);
    const evidence = page.locator('.cell-card .evidence');
    t.regex((await evidence.textContent()) ?? '', /frames 2310, 2311, 2340, 2341/);
    await page.keyboard.press('Escape');
    await evidence.waitFor({ state: 'detached' });
    await page.locator('#find').focus();
    t.is((await framesByKey(reader)).times.length, 1);
    t.regex((await evidence.textContent()) ?? '', /frames 2310, 2311, 2340, 2341/);
    t.regex(String(await page.evaluate('document.activeElement.id')), /ua-9003$/);
  });

  test.serial('each verdict and team says how many computers it leaves', async (t) => {
    const { page } = await opened(t, withFindings());
    const options = await page.locator('#by-verdict option').allTextContents();
    t.true(options.length > 3);
    for (const text of options.slice(1)) {
      const [, label = '', found] = /^(.*) \((\d+)\)$/.exec(text.trim()) ?? [];
      await page.locator('#by-verdict').selectOption({ label: text.trim() });
      t.is(await page.locator('#grid tr.row').count(), Number(found), label);
    }
    t.regex((await page.locator('#by-owner option').nth(1).textContent()) ?? '', / \(\d\)$/);
  });

  test.serial(
    'from a failing cell a button leads to each of the others and round, unfolding groups',
    async (t) => {
      const { page } = await opened(t, withList());
      await page.locator('#fold').selectOption('group');
      await page.locator('#find').fill('not in the list');
      const failing = await page.locator('#grid tr.row td:is(.blocked, .degraded)').count();
      t.true(failing > 1);
      await page.locator('#grid tr.row td.blocked').first().click();
      await page.locator('#find').fill('');
      const first = await page.evaluate('location.hash');
      const met = new Set([first]);
      const next = page.locator('.cell-card').getByRole('button', { name: 'Next failing cell' });
      await next.focus();
      do {
        await page.keyboard.press('Enter');
        const hash = await page.evaluate('location.hash');
        if (hash === first) break;
        met.add(hash);
        t.true(await page.locator('#grid [aria-selected="true"]').isVisible());
      } while (met.size < 50);
      await page.locator('#fold').selectOption('');
      t.is(met.size, await page.locator('#grid tr.row td:is(.blocked, .degraded)').count());
    },
  );

  test.serial('a reader that would have to scroll is noticed', async (t) => {
    const { page } = await opened(t, withFindings(), { viewport: { width: 1280, height: 300 } });
    await t.throwsAsync(whoMustAct(new Reader(page)), { message: /without scrolling/ });
  });

  test.serial('where the card stands below the matrix, a click leads to it', async (t) => {
    const { page } = await opened(t, withFindings(), { viewport: { width: 390, height: 844 } });
    await page.locator('#grid td.blocked').first().click();
    await t.notThrowsAsync(new Reader(page).sees(page.locator('.cell-card h3')));
  });

  test.serial(
    'a narrower search keeps the rows that still fit, and the page below where it is',
    async (t) => {
      const { page } = await opened(t, large());
      const find = page.locator('#find');
      await find.fill('pc-0000');
      const name = await page.locator('#grid tr.row .name').first().textContent();
      await page.evaluate(`document.querySelector('#grid tr.row').dataset.kept = 'yes'`);
      const below = `document.querySelector('#causes').getBoundingClientRect().top`;
      const top = await number(page, below);
      await find.fill(name?.toLowerCase() ?? '');
      t.is(await page.locator('#grid tr.row').count(), 1);
      t.is(await page.locator('#grid tr.row').getAttribute('data-kept'), 'yes');
      t.is(await page.locator('#grid tr.row').getAttribute('aria-rowindex'), '3');
      t.is(await number(page, below), top);
    },
  );

  test.serial('the word of a cell appears where the pointer or the focus is, and on paper', async (t) => {
    const { page } = await opened(t, withFindings());
    const word = `getComputedStyle(document.getElementById('10.20.1.21/ua-9004'), '::after').content`;
    t.is(await page.evaluate(word), 'none');
    await page.locator('[id="10.20.1.21/ua-9004"]').hover();
    t.regex(String(await page.evaluate(word)), /No answer/);
    await page.mouse.move(0, 0);
    t.is(await page.evaluate(word), 'none');
    await page.locator('[id="10.20.1.21/ua-9004"]').click();
    await page.mouse.move(0, 0);
    t.regex(String(await page.evaluate(word)), /No answer/);
    await page.evaluate('document.activeElement.blur()');
    await page.emulateMedia({ media: 'print' });
    t.regex(String(await page.evaluate(word)), /No answer/);
  });

  test.serial('the copy buttons copy the filter and the ticket text', async (t) => {
    const { page } = await opened(t, withFindings(), { permissions: ['clipboard-read', 'clipboard-write'] });
    await page.locator('#c1 > summary').click();
    await page.locator('#c1 .evidence button.copy').first().click();
    await page.getByText('Copied', { exact: true }).first().waitFor();
    t.regex(
      String(await page.evaluate('navigator.clipboard.readText()')),
      /^ip\.addr==10\.20\.1\.21 && .*9004$/,
    );
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
        t.is(await number(page, VISIBLE_ROWS), 12);
        t.true(await page.locator('.print-only').isVisible());
        t.false(await page.locator('nav').isVisible());
        t.true(
          (await number(page, `document.querySelector('#c1 .evidence').getBoundingClientRect().height`)) > 20,
        );
        t.is((await page.pdf({ format: 'A4' })).subarray(0, 5).toString(), '%PDF-');
      },
    );
  }

  test.serial('seven computers take at most six printed pages before the appendix', async (t) => {
    const context = await running.newContext();
    t.teardown(() => context.close());
    const page = await context.newPage();
    await page.goto(new URL('../../../reports/several-computers.html', import.meta.url).href);
    await page.locator('html[data-ready="yes"]').waitFor();
    await page.evaluate(`document.querySelector('.appendix').remove()`);
    const pdf = (await page.pdf({ preferCSSPageSize: true })).toString('latin1');
    const pages = pdf.match(/\/Type \/Page\b/g)?.length ?? 0;
    t.true(pages > 2 && pages <= 6, `${pages} pages`);
  });

  test.serial(
    'of 5,000 computers each is found by its name, and few elements stand in the page',
    async (t) => {
      const { page, complaints } = await opened(t, large());
      t.true((await number(page, `document.querySelectorAll('*').length`)) < 15_000);
      t.is(await page.locator('#matrix-count').textContent(), '5,000 computers');
      for (const name of ['PC-00000', 'PC-02501', 'PC-04999']) {
        await page.locator('#find').fill(name.toLowerCase());
        t.is(await page.locator('#matrix-count').textContent(), '1 of 5,000 computers');
        t.is(await page.locator('#grid tr.row .name').textContent(), name);
      }
      await page.locator('#find').fill('');
      await page.locator('#fold').selectOption('');
      await page.evaluate(`document.getElementById('grid-box').scrollTo(0, 1e9)`);
      await page.locator('#grid tr[aria-rowindex="5001"]').waitFor();
      t.true((await page.locator('#grid tr').count()) < 120);
      t.deepEqual(complaints, []);
    },
  );
}

const started = await startBrowser();
if (typeof started === 'string') leftOut('the report in a browser', started);
else tests(started);
