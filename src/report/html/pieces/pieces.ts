/** Small pieces of markup that several sections use: icons, verdict badges, times, hosts, notes. */
import type { Owner } from '../../../verdict/causes/cause.js';
import type { Verdict } from '../../../verdict/words/words.js';
import type { HostModel } from '../../model/host-model.js';
import type { TimeStamp } from '../../model/time-model.js';
import type { QualityModel } from '../../model/model.js';
import { visible } from '../../text/visible.js';
import { VERDICT_WORDING } from '../../text/wording.js';
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

/** The exact stamp, as ISO 8601. */
export function stampTag(time: TimeStamp): Html {
  return html`<time datetime="${time.iso}">${time.iso}</time>`;
}

/** A name cut to what a cell can hold. Raw. */
export function shortName(name: string): string {
  return name.length <= MAX_NAME ? name : `${name.slice(0, MAX_NAME)}…`;
}

/** Behind these a name may break. */
const BREAKS = /(?<=[.\\/,;@])(?!\d)/;

/** A name that breaks at its dots, or a list at its commas, and nowhere else while it fits a line. */
export function breakable(text: string): Html {
  const pieces = visible(text).split(BREAKS);
  return html`${pieces.map((piece, i) => (i === 0 ? piece : html`<wbr />${piece}`))}`;
}

/** Name and address, the address in figures that line up. */
export function hostTag(host: Pick<HostModel, 'address' | 'name'>): Html {
  if (host.name === '') return html`<span class="addr">${host.address}</span>`;
  if (host.address === '') {
    return html`<span class="name">${breakable(shortName(host.name))}</span>
      <span class="sub">no address known</span>`;
  }
  return html`<span class="name">${breakable(shortName(host.name))}</span>
    <span class="addr">${host.address}</span>`;
}

/** 'ws02' of 'ws02.example.test', and the address: what a narrow row says of a computer. */
export function shortHostTag(host: Pick<HostModel, 'address' | 'name'>): Html {
  if (host.name === '') return hostTag(host);
  const [first = ''] = host.name.split('.');
  const name = first === '' ? host.name : first;
  return html`<span class="name">${shortName(name)}</span> <span class="addr">${host.address}</span>`;
}

/** As much of a text as is escaped at once; longer ones would be cut. */
const PIECE = /.{1,500}/gsu;
/** A word with one of these would break inside; one that is longer than a narrow line must break at its commas. */
const BREAKS_INSIDE = /[-/?|!]/;
const LONGEST_WORD = 44;

function commandWord(word: string): Html {
  if (word.length > LONGEST_WORD) {
    const pieces = word.split(/(?<=,)/).flatMap((part) => part.match(PIECE) ?? []);
    return html`${pieces.map((piece, i) => (i === 0 ? piece : html`<wbr />${piece}`))}`;
  }
  return BREAKS_INSIDE.test(word) ? html`<span class="w">${word}</span>` : html`${word}`;
}

/** A command or a filter of any length whose lines break between its words. */
function wholeCommand(text: string): Html {
  return html`<code>${text.split(/( +)/).map((word) => commandWord(word))}</code>`;
}

/** The same, cut when it is longer than anybody reads. */
export function command(text: string): Html {
  return wholeCommand(visible(text));
}

function withButton(code: Html): Html {
  return html`<span class="copyable">${code}<button type="button" class="copy" hidden>Copy</button></span>`;
}

/** A command with a button that copies it; the button needs the script and is hidden without it. */
export function copyable(text: string): Html {
  return withButton(command(text));
}

/** A command of any length, never cut. */
export function copyableWhole(text: string): Html {
  return withButton(wholeCommand(text));
}

/** Stands behind a box that may be wider than the page; the script shows it where that is so. */
export const SCROLL_HINT: Html = html`<p class="scroll-hint" hidden>
  This is wider than the page: scroll it sideways.
</p>`;

/** A wide table in a box of its own that scrolls; reachable by keyboard. The script says in words where it is wider. */
export function scrollBox(label: string, content: Html): Html {
  return html`<div class="scroll" role="group" aria-label="${label}" tabindex="0">${content}</div>
    ${SCROLL_HINT}`;
}

/** Behind the end of a sentence: a full stop, a space, and what begins another one. */
const SENTENCE_END = /(?<=[.!?]["')]?)\s+(?=["'(]?[A-Z0-9])/;
/** Sentences that are read before "more". */
const BRIEF = 3;

/** A text of which the first three sentences show, and the rest opens. */
export function brief(text: string): Html {
  const said = text.split(SENTENCE_END);
  if (said.length <= BRIEF) return html`${text}`;
  return html`${said.slice(0, BRIEF).join(' ')}
    <details class="more">
      <summary>more</summary>
      ${said.slice(BRIEF).join(' ')}
    </details>`;
}

/** Who has to act, short enough for a column; a cause says it in full. */
export const OWNER_WORDING: Readonly<Record<Owner, string>> = {
  server_admin: 'Admin of this server',
  computer_admin: 'Admin of the computer',
  network_team: 'Firewall or network team',
  dns_admin: 'DNS admin',
  account_owner: 'Owner of the account',
};

/** Longest name in a link, UTF-16 units: some hosts have no address. */
const MAX_ID = 200;

/** The name of a cell in links, stable from report to report: '10.20.1.22/ua-9003'. */
export function cellId({ address, name }: Pick<HostModel, 'address' | 'name'>, rule: string): string {
  const part = (text: string): string =>
    encodeURIComponent(text.slice(0, MAX_ID).replaceAll(/[\ud800-\udfff]/gu, '\ufffd')).replaceAll(
      '%3A',
      ':',
    );
  return `${part(address === '' ? name : address)}/${part(rule)}`;
}
