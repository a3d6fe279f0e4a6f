/**
 * `npm run bench:page [-- REPORT.html ...]`: what the report page takes in a real browser: its bytes, elements at load,
 * first paint, the time until the whole matrix can be searched, keystrokes in its filter, whether every computer is
 * found by its name, and what three readers do and wait for. Without files it makes an estate of 500 and one of 5,000
 * computers and reports of them.
 */
import '../../src/platform/node/install.js';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { z } from 'zod';
import { writePlanted } from '../../captures/recipes/planted/capture.js';
import { startBrowser } from '../browser/chromium.js';
import {
  Reader,
  WATCH_INPUT,
  doesItWork,
  framesByClick,
  framesByKey,
  whoMustAct,
  type Answered,
} from '../browser/readers.js';

const COMPUTERS = [500, 5000];
const BUNDLE = resolve('build/bundle/portwitness.js');

/** The page of an estate, made when it is not there. */
function estateReport(computers: number): string {
  const folder = join(tmpdir(), 'portwitness-bench-page');
  mkdirSync(folder, { recursive: true });
  const prefix = join(folder, `planted-${computers}`);
  if (!existsSync(`${prefix}.pcap`)) writePlanted(prefix, computers);
  const files = ['--report', `${prefix}.html`, '--json', `${prefix}.json`];
  try {
    execFileSync(process.execPath, [BUNDLE, `${prefix}.pcap`, '--hosts', `${prefix}.csv`, ...files], {
      stdio: 'ignore',
    });
  } catch {
    // A port that fails is exit code 1, and what was planted.
    if (!existsSync(`${prefix}.html`)) throw new Error(`no report of ${prefix}.pcap`);
  }
  return `${prefix}.html`;
}

const Measured = z.object({
  elements: z.number(),
  paint: z.number(),
  ready: z.number(),
  computers: z.number(),
  found: z.number(),
  widest: z.number(),
});

/** Ten keys in the filter: names, all of them again, addresses. */
const KEYS = ['p', 'c', '-', '0', '0', 'Control+A', 'Delete', '1', '0', '.', '2'];

/** Looks for each name. */
const IN_PAGE = `(async () => {
  const elements = window.atLoad;
  const input = document.getElementById('find');
  const type = (text) => {
    input.value = text;
    input.dispatchEvent(new Event('input'));
  };
  const names = await window.names;
  let found = 0;
  for (const name of names) {
    type(name);
    const rows = [...document.querySelectorAll('#grid tr.row th')];
    if (rows.some((row) => row.title.includes(name))) found++;
  }
  type('');
  const [paint] = performance.getEntriesByName('first-contentful-paint');
  return {
    elements,
    paint: paint?.startTime ?? -1,
    ready: window.readyAt,
    computers: names.length,
    found,
    widest: document.documentElement.scrollWidth - document.documentElement.clientWidth,
  };
})()`;

/** Runs before the page: when the matrix is ready, and the names that the result holds. */
const WATCH_LOAD = `
  addEventListener('load', () => { window.atLoad = document.querySelectorAll('*').length; });
  new MutationObserver((_, observer) => {
    if (document.documentElement?.dataset.ready === undefined) return;
    window.readyAt = performance.now();
    observer.disconnect();
    window.names = (async () => {
      const text = atob(document.getElementById('portwitness-result').textContent);
      const bytes = Uint8Array.from(text, (c) => c.charCodeAt(0));
      const json = await new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'))).json();
      return json.hosts.map(({ name, address }) => name ?? address);
    })();
  }).observe(document, { attributes: true, subtree: true, attributeFilter: ['data-ready'] });
`;

/** A computer that fails, as its row calls it, from the middle of all. */
const FAILING = `(async () => {
  const text = atob(document.getElementById('portwitness-result').textContent);
  const bytes = Uint8Array.from(text, (c) => c.charCodeAt(0));
  const json = await new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'))).json();
  const failing = json.verdicts.filter((row) => row[2] === 'blocked' && row[8].length > 0 && typeof row[1] === 'number');
  const host = json.hosts[failing[failing.length >> 1]?.[1] ?? -1];
  return host === undefined ? '' : (host.name ?? host.address).split('.')[0];
})()`;

/** The slowest of some inputs. */
function slowest(times: readonly number[]): string {
  return `${Math.max(...times).toFixed(0)} ms`;
}

async function answer(asked: Promise<Answered>): Promise<string> {
  try {
    const { question, steps, times } = await asked;
    if (steps.length === 0) return `${question} Stands in the first screen`;
    const inputs = times.length === 1 ? '1 input' : `${times.length} inputs, the slowest`;
    return `${question} ${steps.join(', ')}: ${inputs} ${slowest(times)}`;
  } catch (error) {
    return `not answered: ${error instanceof Error ? error.message : String(error)}`;
  }
}

async function asked(page: Page): Promise<readonly string[]> {
  const reader = new Reader(page);
  const answers = [await answer(whoMustAct(reader))];
  const name = z.string().parse(await page.evaluate(FAILING));
  if (name === '') return answers;
  answers.push(await answer(doesItWork(reader, name)), await answer(framesByClick(reader)));
  await page.keyboard.press('Escape');
  await page.locator('#find').click();
  reader.times();
  answers.push(await answer(framesByKey(reader)));
  await page.locator('#find').fill('');
  return answers;
}

async function keystrokes(page: Page): Promise<readonly number[]> {
  const reader = new Reader(page);
  await page.evaluate('window.scrollTo(0, 0)');
  await page.locator('#find').focus();
  for (const key of KEYS) await reader.press(key);
  await page.locator('#find').fill('');
  return reader.times();
}

async function measured(browser: Browser, path: string): Promise<string> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(String(error)));
  await page.addInitScript(WATCH_LOAD);
  await page.addInitScript(WATCH_INPUT);
  await page.goto(pathToFileURL(path).href);
  await page.locator('html[data-ready="yes"]').waitFor({ timeout: 120_000 });
  const keys = await keystrokes(page);
  const answers = await asked(page);
  const one = Measured.parse(await page.evaluate(IN_PAGE));
  await context.close();
  const facts = [
    basename(path),
    `${(statSync(path).size / 1e6).toFixed(1)} MB`,
    `${one.elements} elements`,
    `first paint ${one.paint.toFixed(0)} ms`,
    `searchable ${one.ready.toFixed(0)} ms`,
    `keystroke ${slowest(keys)} at most`,
    `${one.found} of ${one.computers} computers found`,
    `${one.widest} px too wide`,
    `${complaints.length} complaints`,
  ].join(', ');
  return [facts, ...answers].join('\n  ');
}

const given = process.argv.slice(2).map((path) => resolve(path));
const reports = given.length > 0 ? given : COMPUTERS.map(estateReport);
const started = await startBrowser();
if (typeof started === 'string') throw new Error(started);
for (const path of reports) process.stdout.write(`${await measured(started, path)}\n`);
await started.close();
