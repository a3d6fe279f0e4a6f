/** Finds a Chromium or Chrome on this machine; the tests download none. */
import { existsSync } from 'node:fs';
import { chromium } from 'playwright-core';
import type { Browser } from 'playwright-core';

const PLACES: readonly string[] = [
  process.env['CHROMIUM_PATH'] ?? '',
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe',
];

/** The path of a browser, undefined when there is none. */
export const CHROMIUM: string | undefined = PLACES.find((path) => path !== '' && existsSync(path));

export function launch(executablePath: string): Promise<Browser> {
  return chromium.launch({
    executablePath,
    args: [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--no-first-run',
    ],
  });
}

/** A running browser, or why there is none. */
export async function startBrowser(): Promise<Browser | string> {
  if (CHROMIUM === undefined) return 'it needs a Chromium; CHROMIUM_PATH names one';
  try {
    return await launch(CHROMIUM);
  } catch (error) {
    const [first = ''] = String(error).split('\n');
    return `it needs a Chromium that starts; ${CHROMIUM} does not: ${first}`;
  }
}

/** '' when a browser starts. */
export async function whyNoBrowser(): Promise<string> {
  const started = await startBrowser();
  if (typeof started === 'string') return started;
  await started.close();
  return '';
}
