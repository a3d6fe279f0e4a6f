/**
 * What three readers ask the report page, as steps of real input: a press of a key or a click where the pointer can reach
 * without scrolling. Each input is timed in the page, from the event's time stamp to the end of the first frame after
 * which nothing changes any more.
 */
import type { Locator, Page } from 'playwright-core';
import { z } from 'zod';

/** Runs before the page: after each input, `settled` is a promise of the milliseconds that it took. */
export const WATCH_INPUT = `
  window.settled = Promise.resolve(0);
  let changed = false;
  const note = () => { changed = true; };
  new MutationObserver(note).observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
  addEventListener('scroll', note, { capture: true, passive: true });
  const frame = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
  const settle = async (from) => {
    let end = 0;
    do {
      changed = false;
      await frame();
      if (changed || end === 0) end = performance.now();
    } while (changed);
    return end - from;
  };
  let pressed = 0;
  const watch = (type, act) => addEventListener(type, act, { capture: true });
  watch('keydown', ({ timeStamp }) => { window.settled = settle(timeStamp); });
  watch('pointerdown', ({ timeStamp }) => { pressed = timeStamp; });
  // A click that a key makes has no detail.
  watch('click', ({ detail }) => { if (detail > 0) window.settled = settle(pressed); });
`;

/** A question answered. */
export interface Answered {
  readonly question: string;
  /** What the reader did beside reading. */
  readonly steps: readonly string[];
  /** Milliseconds of each press of a key or click. */
  readonly times: readonly number[];
}

/** Somebody at a page that `WATCH_INPUT` was added to. */
export class Reader {
  readonly page: Page;
  #times: number[] = [];

  constructor(page: Page) {
    this.page = page;
  }

  async #input(act: Promise<void>): Promise<void> {
    await act;
    this.#times.push(z.number().parse(await this.page.evaluate('window.settled')));
  }

  /** One key: 'a', 'Enter', 'Control+A'. */
  press(key: string): Promise<void> {
    return this.#input(this.page.keyboard.press(key));
  }

  /** A click in the middle of what is seen without scrolling. */
  async click(what: Locator): Promise<void> {
    await this.sees(what);
    const box = await what.boundingBox();
    if (box === null) throw new Error(`${String(what)} has no place`);
    await this.#input(this.page.mouse.click(box.x + box.width / 2, box.y + box.height / 2));
  }

  /** A search for a name. */
  async search(name: string): Promise<void> {
    await this.click(this.page.locator('#find'));
    for (const key of name) await this.press(key);
  }

  /** @throws when not all of it lies in the window */
  async sees(what: Locator): Promise<void> {
    const box = await what.boundingBox();
    const size = this.page.viewportSize();
    if (box === null || size === null) throw new Error(`${String(what)} is not there`);
    const isIn =
      box.y >= 0 && box.y + box.height <= size.height && box.x >= 0 && box.x + box.width <= size.width;
    if (!isIn) throw new Error(`${String(what)} cannot be seen without scrolling`);
  }

  /** The times since they were last asked for. */
  times(): readonly number[] {
    return this.#times.splice(0);
  }
}

/** Each cause of the first screen with who must act and what to do; the search below it. */
export async function whoMustAct(reader: Reader): Promise<Answered> {
  const { page } = reader;
  for (const cell of await page.locator('#first :is(th, td)').all()) await reader.sees(cell);
  await reader.sees(page.locator('#find'));
  return { question: 'Which team must act on what?', steps: [], times: reader.times() };
}

/** @param name a computer as its row calls it */
export async function doesItWork(reader: Reader, name: string): Promise<Answered> {
  await reader.search(name.toLowerCase());
  const row = reader.page.locator('#grid tr.row').filter({ hasText: name });
  await reader.sees(row);
  return {
    question: `Does ${name} work?`,
    steps: [`search for "${name.toLowerCase()}"`],
    times: reader.times(),
  };
}

async function seesFrames(reader: Reader): Promise<void> {
  const frames = reader.page.locator('.cell-card .evidence strong').first();
  await reader.sees(frames);
  if (!/^frames? \d/.test((await frames.textContent()) ?? '')) throw new Error('no frames are named');
}

/** After the search, by the pointer. */
export async function framesByClick(reader: Reader): Promise<Answered> {
  await reader.click(reader.page.locator('#grid tr.row td.blocked').first());
  await seesFrames(reader);
  return { question: 'Which frames prove it?', steps: ['click on the failing cell'], times: reader.times() };
}

/** After the search, by the keyboard: the search still has the focus. */
export async function framesByKey(reader: Reader): Promise<Answered> {
  await reader.press('Enter');
  await seesFrames(reader);
  return { question: 'Which frames prove it?', steps: ['press Enter'], times: reader.times() };
}
