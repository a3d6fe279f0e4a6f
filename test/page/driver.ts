/** The page in a real browser, opened from a file as its users do, and what a user does with it. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { z } from 'zod';
import { PROGRAM } from '../shipped.js';

/** What a browser offers, whatever drives it. */
export interface OpenedPage {
  /** Gives the field for files these, as if the user had chosen them. */
  readonly choose: (files: readonly string[]) => Promise<void>;
  /** The value of an expression in the page. */
  readonly evaluate: (expression: string) => Promise<unknown>;
  /** Errors of the console, of scripts, and violations of the policy. */
  readonly complaints: readonly string[];
  /** Addresses that were asked for, without those of the page's own making. */
  readonly requests: readonly string[];
  readonly close: () => Promise<void>;
}

/** Saved files are kept in the page instead of on the disk. */
const KEEP_SAVED = `(() => {
  const blobs = new Map();
  const made = URL.createObjectURL;
  globalThis.saved = new Map();
  URL.createObjectURL = (blob) => { const url = made.call(URL, blob); blobs.set(url, blob); return url; };
  HTMLAnchorElement.prototype.click = function () { saved.set(this.download, blobs.get(this.href)); };
})()`;

const STATE = `(() => {
  const error = document.getElementById('error');
  return { part: document.documentElement.dataset.part ?? 'start', error: error.hidden ? '' : error.textContent,
    told: document.getElementById('told').textContent };
})()`;
const State = z.object({ part: z.string(), error: z.string(), told: z.string() });
const PAUSE_MS = 25;

/** Writes the page by the program that users get. @returns its address */
export function writtenPage(): string {
  const path = join(mkdtempSync(join(tmpdir(), 'portwitness page ')), 'portwitness.html');
  execFileSync(process.execPath, [PROGRAM, 'page', path]);
  return pathToFileURL(path).href;
}

/** A request that leaves the page: Blobs and data are of its own making. */
export function isForeign(url: string): boolean {
  return !/^(blob|data|about):/.test(url);
}

export class UserOfPage {
  readonly page: OpenedPage;

  private constructor(page: OpenedPage) {
    this.page = page;
  }

  static async of(page: OpenedPage): Promise<UserOfPage> {
    await page.evaluate(KEEP_SAVED);
    return new UserOfPage(page);
  }

  /** Removes what was chosen before, chooses files, fills in options by name, and starts. */
  async start(files: readonly string[], options: Readonly<Record<string, string>> = {}): Promise<void> {
    const { page } = this;
    await page.evaluate(`(() => {
      if (document.documentElement.dataset.part === 'result') document.getElementById('again').click();
      for (const button of document.querySelectorAll('#files button')) button.click();
      for (const input of document.querySelectorAll('input[name]')) input.value = ${JSON.stringify(options)}[input.name] ?? '';
    })()`);
    await page.choose(files);
    await this.until(`document.querySelectorAll('#files li').length >= ${files.length}`);
    await this.click('analyse');
  }

  /** Waits for the report, or for what is said instead of it. @returns the error, '' = the report is there */
  async outcome(): Promise<string> {
    for (;;) {
      const { part, error } = State.parse(await this.page.evaluate(STATE));
      if (part === 'result') return '';
      if (part === 'start' && error !== '') return error;
      await pause();
    }
  }

  async analyse(files: readonly string[], options: Readonly<Record<string, string>> = {}): Promise<string> {
    await this.start(files, options);
    return this.outcome();
  }

  /** The text of what a button of "Save" saves, with the digests in it. */
  async save(option: string): Promise<string> {
    const [[, text] = ['', '']] = await this.#saved(`[data-option="${option}"][data-shared="no"]`);
    return text;
  }

  /** What a button of "To hand on" saves: texts by the names of their files. */
  async saveShared(option: string): Promise<ReadonlyMap<string, string>> {
    return new Map(await this.#saved(`[data-option="${option}"][data-shared="yes"]`));
  }

  async #saved(button: string): Promise<[string, string][]> {
    await this.page.evaluate(`saved.clear(); document.querySelector('${button}').click()`);
    await this.until('saved.size > 0');
    const texts = `Promise.all([...saved].map(async ([name, blob]) => [name, await blob.text()]))`;
    return z.array(z.tuple([z.string(), z.string()])).parse(await this.page.evaluate(texts));
  }

  /** An expression inside the shown report, which is called `shown`. */
  inReport(expression: string): Promise<unknown> {
    const shown = `document.getElementById('report').contentDocument`;
    return this.page.evaluate(`((shown) => ${expression})(${shown})`);
  }

  async click(id: string): Promise<void> {
    await this.page.evaluate(`document.getElementById('${id}').click()`);
  }

  /** Waits until an expression holds. */
  async until(expression: string): Promise<void> {
    while ((await this.page.evaluate(`Boolean(${expression})`)) !== true) await pause();
  }
}

function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
}
