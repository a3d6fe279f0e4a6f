/** Times on the dashboard: UTC, exact for machines, short for people. */
import { html } from '../../report/html/pieces/markup.js';
import type { Html } from '../../report/html/pieces/markup.js';
import { isoTime } from '../words/iso-time.js';

/** 'YYYY-MM-DD' of the UTC day; '' when it is no time. */
export function day(milliseconds: number): string {
  return isoTime(milliseconds).slice(0, 10);
}

/** '09:30:05' on the day of `now`, else '2026-05-01 09:30'. */
export function shortTime(milliseconds: number, now: number): Html {
  const exact = isoTime(milliseconds);
  const short = day(milliseconds) === day(now) ? exact.slice(11, 19) : exact.slice(0, 16).replace('T', ' ');
  return html`<time datetime="${exact}">${short}</time>`;
}

/** '2026-05-01 09:30:05 UTC'. */
export function longTime(milliseconds: number): Html {
  const exact = isoTime(milliseconds);
  return html`<time datetime="${exact}">${exact.slice(0, 19).replace('T', ' ')} UTC</time>`;
}
