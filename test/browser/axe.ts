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

/** The same for what axe could not decide: nothing may be left to a human's eye. */
export function axeUndecided(type: 'tag' | 'rule', values: readonly string[]): string {
  return axeRun(type, values).replace('({ violations }) => violations', '({ incomplete }) => incomplete');
}

/** Tells violations of the page's policy as console errors. */
export const WATCH = `addEventListener('securitypolicyviolation', (e) => console.error('CSP: ' + e.violatedDirective + ' ' + e.blockedURI));`;

export const Strings = z.array(z.string());
