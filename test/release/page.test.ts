/** The page in Chromium and Firefox beside the command line, on every capture that the repository and its neighbour hold. */
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { startBrowser } from '../browser/chromium.js';
import { openInChromium } from '../page/chromium-page.js';
import { UserOfPage, writtenPage } from '../page/driver.js';
import type { OpenedPage } from '../page/driver.js';
import { FIREFOX, launchFirefox, openInFirefox } from '../page/firefox-page.js';
import { byCommandLine, comparable } from '../page/same-result.js';
import { CAPTURES } from '../programs.js';
import { ROOT } from '../shipped.js';
import { leftOut } from '../test-with.js';

const FOLDERS = [join(ROOT, 'captures'), join(ROOT, 'captures', 'lab'), join(ROOT, CAPTURES)];

function captures(): string[] {
  return FOLDERS.filter((folder) => existsSync(folder)).flatMap((folder) =>
    readdirSync(folder)
      .filter((name) => /\.(pcap|pcapng|cap|etl)(\.gz)?$/.test(name))
      .map((name) => join(folder, name)),
  );
}

/** Of the command line, taken once for both browsers; '' and the error where it refuses. */
const references = new Map<string, Promise<{ readonly json: string; readonly err: string }>>();

function reference(capture: string): Promise<{ readonly json: string; readonly err: string }> {
  let known = references.get(capture);
  if (known === undefined) {
    const folder = mkdtempSync(join(tmpdir(), 'portwitness release '));
    known = byCommandLine(folder, [capture]).finally(() => rmSync(folder, { recursive: true }));
    references.set(capture, known);
  }
  return known;
}

// Before the first declaration: tests are declared in one go.
const chromium = await startBrowser();
const url = writtenPage();
test.after.always(() => rmSync(dirname(fileURLToPath(url)), { recursive: true }));

/** @param open a fresh page, and how to end its browser */
function tests(
  name: string,
  open: () => Promise<{ readonly page: OpenedPage; readonly end: () => Promise<void> }>,
): void {
  test.serial(
    `${name}: every capture gives the JSON of the command line; nothing is asked for`,
    async (t) => {
      t.timeout(900_000);
      const { page, end } = await open();
      t.teardown(end);
      const user = await UserOfPage.of(page);
      const paths = captures();
      t.true(paths.length > 100);
      for (const path of paths) {
        const { json, err } = await reference(path);
        t.is(await user.analyse([path]), err, path);
        if (err !== '') continue;
        const ours = { ...comparable(await user.save('json')), command_line: '' };
        t.deepEqual(ours, { ...comparable(json), command_line: '' }, path);
      }
      t.deepEqual(page.complaints, []);
      t.true(page.requests.every((one) => one === url));
    },
  );

  test.serial(`${name}: the shown report keeps style and script, and its links stay in it`, async (t) => {
    const { page, end } = await open();
    t.teardown(end);
    const user = await UserOfPage.of(page);
    t.is(await user.analyse([join(ROOT, 'captures', 'several-computers.pcapng')]), '');
    await user.until(
      `!document.getElementById('report').contentDocument.body.textContent.includes('being computed')`,
    );
    t.true(await user.inReport(`shown.querySelector('button[data-copies]').checkVisibility()`));
    await user.inReport(`shown.querySelector('a[href="#provenance"]').click()`);
    await user.until(`document.getElementById('report').contentWindow.scrollY > 0`);
    t.regex(String(await user.inReport('shown.title')), /6 of 7 computers/);
    t.deepEqual(page.complaints, []);
  });
}

if (typeof chromium === 'string') leftOut('the page in Chromium', chromium);
else {
  test.after.always(() => chromium.close());
  tests('Chromium', async () => {
    const page = await openInChromium(chromium, url);
    return { page, end: page.close };
  });
}

const place = FIREFOX;
if (place === undefined) leftOut('the page in Firefox', 'it needs firefox-esr');
else {
  tests('Firefox', async () => {
    const browser = await launchFirefox(place);
    return { page: await openInFirefox(browser, url), end: () => browser.close() };
  });
}
