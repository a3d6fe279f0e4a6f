/** Small pieces of markup that several sections use: icons, verdict badges, times, hosts, notes. */
import type { Verdict } from '../../verdict/words/words.js';
import type { HostModel } from '../host-model.js';
import type { TimeStamp } from '../time-model.js';
import type { QualityModel } from '../model.js';
import { utc } from '../quantities.js';
import { VERDICT_WORDING } from '../wording.js';
import { html } from './markup.js';
import type { Html } from './markup.js';

/** Longest name that is shown in a table cell, UTF-16 units. */
const MAX_NAME = 80;

/** Symbols that `icon` refers to; printed once at the top of the page. Their shapes differ, not only colours. */
export const ICON_SYMBOLS: Html = html`<svg class="symbols" width="0" height="0" aria-hidden="true">
  <symbol id="i-blocked" viewBox="0 0 16 16">
    <circle cx="8" cy="8" r="7" fill="currentColor" />
    <path class="cut" d="M5.2 5.2l5.6 5.6M10.8 5.2l-5.6 5.6" />
  </symbol>
  <symbol id="i-degraded" viewBox="0 0 16 16">
    <path fill="currentColor" d="M8 1.2L15.4 14.4H.6z" />
    <path class="cut" d="M8 5.8v4M8 11.6v1" />
  </symbol>
  <symbol id="i-inconclusive" viewBox="0 0 16 16">
    <rect x="1" y="1" width="14" height="14" rx="2.5" fill="currentColor" />
    <path class="cut" d="M5.7 6.1a2.3 2.3 0 1 1 3.3 2.1c-.7.35-1 .8-1 1.5M8 12.1v.2" />
  </symbol>
  <symbol id="i-not_observed" viewBox="0 0 16 16">
    <circle class="line" cx="8" cy="8" r="6" stroke-dasharray="2.6 2.1" />
  </symbol>
  <symbol id="i-working" viewBox="0 0 16 16">
    <circle cx="8" cy="8" r="7" fill="currentColor" />
    <path class="cut" d="M4.6 8.3l2.3 2.3 4.5-4.8" />
  </symbol>
  <symbol id="i-unknown" viewBox="0 0 16 16">
    <circle class="line" cx="8" cy="8" r="6" />
    <path class="line" d="M5 8h6" />
  </symbol>
  <symbol id="i-note" viewBox="0 0 16 16">
    <circle cx="8" cy="8" r="7" fill="currentColor" />
    <path class="cut" d="M8 7.2v4.2M8 4.4v1" />
  </symbol>
</svg>`;

/** A picture beside a word that says the same, so it is hidden from screen readers. */
export function icon(name: string): Html {
  return html`<svg class="icon" aria-hidden="true"><use href="#i-${name}"></use></svg>`;
}

/** Icon and word; the verdict's own without a label. */
export function badge(verdict: Verdict, label = VERDICT_WORDING[verdict].label): Html {
  return html`<span class="badge ${verdict}">${icon(verdict)}${label}</span>`;
}

export const LEVEL_WORDING: Readonly<Record<QualityModel['level'], { label: string; icon: string }>> = {
  good: { label: 'Good', icon: 'working' },
  note: { label: 'Note', icon: 'note' },
  warning: { label: 'Warning', icon: 'degraded' },
  serious: { label: 'Serious', icon: 'blocked' },
};

export function levelBadge(level: QualityModel['level']): Html {
  const wording = LEVEL_WORDING[level];
  return html`<span class="badge level-${level}">${icon(wording.icon)}${wording.label}</span>`;
}

/** UTC to the millisecond, with the exact stamp for machines. */
export function timeTag(time: TimeStamp): Html {
  return html`<time datetime="${time.iso}">${utc(time)}</time>`;
}

/** The exact stamp, as ISO 8601. */
export function stampTag(time: TimeStamp): Html {
  return html`<time datetime="${time.iso}">${time.iso}</time>`;
}

/** A name cut to what a cell can hold. Raw. */
export function shortName(name: string): string {
  return name.length <= MAX_NAME ? name : `${name.slice(0, MAX_NAME)}…`;
}

/** Name and address, the address in figures that line up. */
export function hostTag(host: Pick<HostModel, 'address' | 'name'>): Html {
  if (host.name === '') return html`<span class="addr">${host.address}</span>`;
  if (host.address === '') {
    return html`<span class="name">${shortName(host.name)}</span> <span class="sub">no address known</span>`;
  }
  return html`<span class="name">${shortName(host.name)}</span> <span class="addr">${host.address}</span>`;
}

/** Text in a `<code>` with a button that copies it; the button needs the script and is hidden without it. */
export function copyable(text: string): Html {
  return html`<span class="copyable"
    ><code>${text}</code><button type="button" class="copy" hidden>Copy</button></span
  >`;
}

/** Longest piece of a text that is escaped at once; longer ones would be cut. UTF-16 units. */
const PIECE = 500;

/** A command of any length: `copyable`, which never leaves out the rest. */
export function copyableWhole(text: string): Html {
  const pieces = Array.from({ length: Math.ceil(text.length / PIECE) }, (_, i) =>
    text.slice(i * PIECE, (i + 1) * PIECE),
  );
  return html`<span class="copyable"
    ><code>${pieces}</code><button type="button" class="copy" hidden>Copy</button></span
  >`;
}

/** Stands behind a box that may be wider than the page; the script shows it where that is so. */
export const SCROLL_HINT: Html = html`<p class="scroll-hint" hidden>
  This is wider than the page: scroll it sideways.
</p>`;

/**
 * A wide table in a box of its own that scrolls; reachable by keyboard. Shadows at its ends show that there is
 * more; the script says so in words as well.
 */
export function scrollBox(label: string, content: Html): Html {
  return html`<div class="scroll" role="group" aria-label="${label}" tabindex="0">${content}</div>
    ${SCROLL_HINT}`;
}
