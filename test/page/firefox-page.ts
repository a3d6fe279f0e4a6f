/** The page in Firefox, which puppeteer-core drives over WebDriver BiDi. */
import { existsSync } from 'node:fs';
import { launch } from 'puppeteer-core';
import type { Browser } from 'puppeteer-core';
import { WATCH } from '../browser/axe.js';
import { isForeign } from './driver.js';
import type { OpenedPage } from './driver.js';

const PLACES: readonly string[] = [
  process.env['FIREFOX_PATH'] ?? '',
  '/usr/bin/firefox-esr',
  '/usr/bin/firefox',
  '/Applications/Firefox.app/Contents/MacOS/firefox',
  'C:\\Program Files\\Mozilla Firefox\\firefox.exe',
];

/** The path of a Firefox, undefined when there is none. */
export const FIREFOX: string | undefined = PLACES.find((path) => path !== '' && existsSync(path));

/** A large capture may take longer than the usual three minutes. */
const ANSWER_MS = 600_000;

export function launchFirefox(executablePath: string): Promise<Browser> {
  return launch({ browser: 'firefox', executablePath, headless: true, protocolTimeout: ANSWER_MS });
}

export async function openInFirefox(browser: Browser, url: string): Promise<OpenedPage> {
  const page = await browser.newPage();
  const complaints: string[] = [];
  const requests: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warn') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('request', (request) => {
    if (isForeign(request.url())) requests.push(request.url());
  });
  await page.evaluateOnNewDocument(WATCH);
  await page.goto(url);
  const pick = await page.$('#pick');
  if (pick === null) throw new Error('the page has no field for files');
  return {
    complaints,
    requests,
    choose: (files) => pick.uploadFile(...files),
    evaluate: (expression) => page.evaluate(expression),
    close: () => page.close(),
  };
}
