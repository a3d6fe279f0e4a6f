/**
 * `npm run bench:page [-- REPORT.html ...]`: what the report page takes in a real browser: its bytes, elements at load,
 * first paint, the time until the whole matrix can be searched, a keystroke in its filter, and whether every computer is
 * found by its name. Without files it makes an estate of 500 and one of 5,000 computers and reports of them.
 */
import '../../src/platform/node/install.js';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser } from 'playwright-core';
import { z } from 'zod';
import { writePlanted } from '../../captures/recipes/planted/capture.js';
import { startBrowser } from '../browser/chromium.js';

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
  keys: z.array(z.number()),
  computers: z.number(),
  found: z.number(),
  widest: z.number(),
});

/** Types each name, and waits for the frame after each of the first hundred. */
const IN_PAGE = `(async () => {
  const elements = window.atLoad;
  const input = document.getElementById('find');
  const status = document.getElementById('matrix-count');
  const frame = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
  const type = (text) => {
    input.value = text;
    input.dispatchEvent(new Event('input'));
  };
  const names = await window.names;
  const keys = [];
  for (const text of ['p', 'pc', 'pc-', 'pc-0', 'pc-00', '', '10', '10.', '10.2', '']) {
    const start = performance.now();
    type(text);
    document.body.getBoundingClientRect();
    await frame();
    keys.push(performance.now() - start);
  }
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
    keys,
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

async function measured(browser: Browser, path: string): Promise<string> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(String(error)));
  await page.addInitScript(WATCH_LOAD);
  await page.goto(pathToFileURL(path).href);
  await page.locator('html[data-ready="yes"]').waitFor({ timeout: 120_000 });
  const one = Measured.parse(await page.evaluate(IN_PAGE));
  await context.close();
  const worst = Math.max(...one.keys);
  return [
    basename(path),
    `${(statSync(path).size / 1e6).toFixed(1)} MB`,
    `${one.elements} elements`,
    `first paint ${one.paint.toFixed(0)} ms`,
    `searchable ${one.ready.toFixed(0)} ms`,
    `keystroke ${worst.toFixed(0)} ms at most`,
    `${one.found} of ${one.computers} computers found`,
    `${one.widest} px too wide`,
    `${complaints.length} complaints`,
  ].join(', ');
}

const given = process.argv.slice(2).map((path) => resolve(path));
const reports = given.length > 0 ? given : COMPUTERS.map(estateReport);
const started = await startBrowser();
if (typeof started === 'string') throw new Error(started);
for (const path of reports) process.stdout.write(`${await measured(started, path)}\n`);
await started.close();
