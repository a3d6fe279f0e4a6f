/** The page in Chromium, by playwright-core. */
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { WATCH } from '../browser/axe.js';
import { isForeign } from './driver.js';
import type { OpenedPage } from './driver.js';

export interface ChromiumPage extends OpenedPage {
  readonly page: Page;
}

export async function openInChromium(
  browser: Browser,
  url: string,
  options: BrowserContextOptions = {},
): Promise<ChromiumPage> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  const page = await context.newPage();
  const complaints: string[] = [];
  const requests: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(String(error)));
  context.on('request', (request) => {
    if (isForeign(request.url())) requests.push(request.url());
  });
  if (options.javaScriptEnabled !== false) await context.addInitScript(WATCH);
  await page.goto(url);
  return {
    page,
    complaints,
    requests,
    choose: (files) => page.setInputFiles('#pick', [...files]),
    evaluate: (expression) => page.evaluate(expression),
    close: () => context.close(),
  };
}
