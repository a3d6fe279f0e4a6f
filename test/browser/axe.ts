/** axe-core in the page under test: no fault of WCAG 2.2 AA, told with the elements that have it. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { z } from 'zod';

/** The text of axe, to be run in the page first. */
export const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
/** Rules by tag: all that the product promises. */
export const AXE_ALL = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
/** Rules for all that another colour scheme can change. */
export const AXE_COLOURS = ['color-contrast', 'link-in-text-block'];

/** An expression whose value is one string for each violation. */
export function axeRun(type: 'tag' | 'rule', values: readonly string[]): string {
  return `axe.run(document, { runOnly: ${JSON.stringify({ type, values })} })
    .then(({ violations }) => violations.map(({ id, nodes }) => id + ': ' + nodes.slice(0, 3).map((n) => n.html.slice(0, 160) + ' ' + n.failureSummary).join(' | ')))`;
}

/**
 * The same for what axe could not decide: nothing may be left to a human's eye. What lies on an SVG is always undecided
 * for it, so pictures are left out here and `PICTURE_CONTRASTS` measures them.
 */
export function axeUndecided(type: 'tag' | 'rule', values: readonly string[]): string {
  return axeRun(type, values)
    .replace('axe.run(document,', "axe.run({ exclude: ['svg'] },")
    .replace('({ violations }) => violations', '({ incomplete }) => incomplete');
}

/** An expression: of each colour of letters in a picture the contrast to each ground they may stand on (WCAG 2.2). */
export const PICTURE_CONTRASTS = `(() => {
  const light = (colour) => {
    const [r, g, b] = colour.match(/[\\d.]+/g).slice(0, 3).map((n) => n / 255).map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ratio = (a, b) => (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
  const sheet = getComputedStyle(document.querySelector('section')).backgroundColor;
  const grounds = [sheet, ...[...document.querySelectorAll('.picture .box, .picture .gap, .picture .loss, .picture .stop')].map((e) => getComputedStyle(e).fill)];
  const letters = [...document.querySelectorAll('.picture text, .picture tspan')].map((e) => getComputedStyle(e).fill);
  return [...new Set(letters)].flatMap((letter) => [...new Set(grounds)].map((ground) => ratio(light(letter), light(ground))));
})()`;

/** Tells violations of the page's policy as console errors. */
export const WATCH = `addEventListener('securitypolicyviolation', (e) => console.error('CSP: ' + e.violatedDirective + ' ' + e.blockedURI));`;

export const Strings = z.array(z.string());
