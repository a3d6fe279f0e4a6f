/**
 * The page in Chromium and Firefox beside the command line, on the captures of `npm run bench`:
 *
 *   npm run build && node build/test/bench/browsers.js [--scale 1] [--large] [--rounds 3]
 *
 * Prints the seconds from the start of an analysis until its report shows (SHA-256 comes after it), and the peak memory of
 * all processes of the browser beyond that of the page before anything was chosen. `--large`: `bulk` four times as large,
 * once, instead. Linux only: memory is read from /proc.
 */
import '../../src/platform/node/install.js';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { startBrowser } from '../browser/chromium.js';
import { openInChromium } from '../page/chromium-page.js';
import { UserOfPage, writtenPage } from '../page/driver.js';
import type { OpenedPage } from '../page/driver.js';
import { FIREFOX, launchFirefox, openInFirefox } from '../page/firefox-page.js';
import { benchCapture } from './generate.js';
import { measure, median } from './measure.js';
import { portwitness } from './programs.js';
import { BULK, SMALL } from './shapes.js';

const POLL_MS = 50;
/** Four times `bulk`: 3 GB. */
const LARGE_SCALE = 4;

const { values } = parseArgs({
  options: {
    scale: { type: 'string', default: '1' },
    large: { type: 'boolean', default: false },
    rounds: { type: 'string', default: '3' },
  },
});

interface Figures {
  readonly seconds: number;
  /** Bytes. */
  readonly memory: number;
}

/** Bytes of this process's descendants, what several share divided among them. */
function memoryOfChildren(): number {
  const parents = new Map<number, number>();
  for (const name of readdirSync('/proc').filter((one) => /^\d+$/.test(one))) {
    const status = contentOf(`/proc/${name}/stat`);
    parents.set(Number(name), Number(status.slice(status.lastIndexOf(')') + 4).split(' ')[0]));
  }
  const isOurs = (pid: number): boolean => {
    for (let at = parents.get(pid); at !== undefined && at > 1; at = parents.get(at)) {
      if (at === process.pid) return true;
    }
    return false;
  };
  const pss = (pid: number): number =>
    Number(/^Pss:\s+(\d+)/m.exec(contentOf(`/proc/${pid}/smaps_rollup`))?.[1] ?? 0) * 1024;
  return [...parents.keys()].filter(isOurs).reduce((sum, pid) => sum + pss(pid), 0);
}

/** '' = the process has ended. */
function contentOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

async function inPage(page: OpenedPage, capture: string): Promise<Figures> {
  const user = await UserOfPage.of(page);
  const before = memoryOfChildren();
  let peak = before;
  const timer = setInterval(() => (peak = Math.max(peak, memoryOfChildren())), POLL_MS);
  try {
    await user.start([capture]);
    const begun = performance.now();
    const error = await user.outcome();
    if (error !== '') throw new Error(error);
    return { seconds: (performance.now() - begun) / 1000, memory: peak - before };
  } finally {
    clearInterval(timer);
  }
}

async function byCommandLine(capture: string): Promise<Figures> {
  const folder = mkdtempSync(join(tmpdir(), 'portwitness-browsers-'));
  const { seconds, peak } = await measure(portwitness(folder).command(capture));
  rmSync(folder, { recursive: true });
  return { seconds, memory: peak ?? 0 };
}

async function inChromium(capture: string): Promise<Figures> {
  const browser = await startBrowser();
  if (typeof browser === 'string') throw new Error(browser);
  try {
    return await inPage(await openInChromium(browser, url), capture);
  } finally {
    await browser.close();
  }
}

async function inFirefox(capture: string): Promise<Figures> {
  if (FIREFOX === undefined) throw new Error('it needs firefox-esr');
  const browser = await launchFirefox(FIREFOX);
  try {
    return await inPage(await openInFirefox(browser, url), capture);
  } finally {
    await browser.close();
  }
}

const url = writtenPage();
const cache = join(tmpdir(), 'portwitness-bench');
const rounds = values.large ? 1 : Number(values.rounds);
const captures = values.large
  ? [benchCapture(BULK, LARGE_SCALE, cache)]
  : [BULK, SMALL].map((shape) => benchCapture(shape, Number(values.scale), cache));
const ways = { 'command line': byCommandLine, Chromium: inChromium, Firefox: inFirefox };
try {
  for (const { path, shape, bytes } of captures) {
    console.log(`${shape}, ${(bytes / 1e6).toFixed(0)} MB, ${rounds} rounds`);
    const found = new Map<string, Figures[]>(Object.keys(ways).map((name) => [name, []]));
    for (let round = 0; round < rounds; round++) {
      for (const [name, way] of Object.entries(ways)) found.get(name)?.push(await way(path));
    }
    for (const [name, figures] of found) {
      const seconds = median(figures.map((one) => one.seconds)).toFixed(2);
      const memory = (median(figures.map((one) => one.memory)) / 1e6).toFixed(0);
      console.log(`  ${name.padEnd(13)} ${seconds.padStart(6)} s ${memory.padStart(6)} MB`);
    }
  }
} finally {
  rmSync(dirname(fileURLToPath(url)), { recursive: true, force: true });
}
