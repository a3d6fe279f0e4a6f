/** The rows of the dashboard's tables: matrix, what needs attention, changes. A row is made once while it is true. */
import { html, when } from '../../report/html/pieces/markup.js';
import type { Html } from '../../report/html/pieces/markup.js';
import { badge, hostTag, icon } from '../../report/html/pieces/pieces.js';
import { count } from '../../report/text/quantities.js';
import { CONFIDENCE_WORDING, LOCATION_WORDING, VERDICT_WORDING } from '../../report/text/wording.js';
import type { LiveCause, LiveRule, LiveSnapshot, LiveVerdict, VerdictChange } from '../words/model.js';
import { liveWording } from '../words/snapshot-matrix.js';
import type { LiveRow } from '../words/snapshot-matrix.js';
import { day, shortTime } from './times.js';

/** Rows kept made; when they are more, all are made anew. */
const MAX_MADE_ROWS = 3000;

/** A row of a table and the name by which it is found again. */
export interface KeyedRow {
  readonly key: string;
  readonly html: string;
}

function hostOf(address: string, name: string): Html {
  return hostTag({ address, name });
}

function cell(verdict: LiveVerdict | undefined, rule: LiveRule | undefined, now: number): Html {
  if (verdict === undefined) return html`<td class="none">–</td>`;
  const { label, look } = liveWording(verdict, rule);
  return html`<td class="${look}">
    <span class="cell"
      >${icon(look)}<span
        >${label}${when(
          verdict.since > 0,
          () =>
            html`<span class="since"><span class="sr">since </span>${shortTime(verdict.since, now)}</span>`,
        )}</span
      ></span
    >
  </td>`;
}

/** The heading of the matrix. */
export function matrixHead(rules: readonly LiveRule[]): Html {
  return html`<tr>
    <th scope="col">Computer</th>
    ${rules.map(
      ({ label, required, ports = '', direction = '' }) =>
        html`<th scope="col" class="${required ? 'required' : 'optional'}">
          ${label}<span class="sub"
            >${ports === '' ? null : html`${ports}<br />`}${
              direction === '' ? null : html`${direction.replace(/^.*→\s*/, 'to ')}<br />`
            }${required ? html`<b>required</b>` : 'optional'}</span
          >
        </th>`,
    )}
  </tr>`;
}

/** Makes rows and keeps those that will be asked for again. */
export class RowMaker {
  readonly #matrix = new Map<string, { readonly made: string; readonly of: string }>();
  readonly #changes = new WeakMap<VerdictChange, KeyedRow>();

  matrixRow({ host, cells }: LiveRow, { rules, at }: LiveSnapshot): KeyedRow {
    const of = [
      day(at),
      host.name,
      ...cells.map((one) => (one === undefined ? '' : `${one.verdict} ${one.seen} ${one.since}`)),
    ].join('\n');
    const known = this.#matrix.get(host.address);
    if (known?.of === of) return { key: host.address, html: known.made };
    const made = html`<tr data-key="${host.address}">
      <th scope="row">${hostOf(host.address, host.name)}</th>
      ${cells.map((one, i) => cell(one, rules[i], at))}
    </tr>`.toString();
    if (this.#matrix.size >= MAX_MADE_ROWS) this.#matrix.clear();
    this.#matrix.set(host.address, { of, made });
    return { key: host.address, html: made };
  }

  change(change: VerdictChange): KeyedRow {
    const known = this.#changes.get(change);
    if (known !== undefined) return known;
    const key = String(change.sequence);
    const row = {
      key,
      html: html`<tr data-key="${key}">
        <td class="num">${changeTime(change.time)}</td>
        <td>${hostOf(change.host, change.hostName)}</td>
        <td>${change.ruleLabel}</td>
        <td>
          <span class="was"
            >${change.from === change.to ? 'Still' : `${VERDICT_WORDING[change.from].label} →`}</span
          >
          ${badge(change.to)}
        </td>
        <td>${change.reason}${framesOf(change)}</td>
      </tr>`.toString(),
    };
    this.#changes.set(change, row);
    return row;
  }
}

/** The day is always said: a row is made once and read for days. */
function changeTime(text: string): Html {
  return html`<time datetime="${text}">${text.slice(0, 19).replace('T', ' ')}</time>`;
}

function framesOf({ evidence }: VerdictChange): Html | null {
  const [first] = evidence;
  if (first === undefined) return null;
  return html`<span class="sub">
    ${first.shows}${first.filter === '' ? null : html`: <code>${first.filter}</code>`}</span
  >`;
}

/** One line of "Causes". */
export function causeRow(cause: LiveCause, now: number): KeyedRow {
  const { key, seen, title, who, action, computers, required, onlyDegraded, since } = cause;
  const look = onlyDegraded ? 'degraded' : 'blocked';
  return {
    key,
    html: html`<tr data-key="${key}">
      <th scope="row">
        <span class="badge ${look}">${icon(look)}${seen}</span>
        <span class="cause-title">${title}</span>
        ${when(!required, () => html`<span class="sub">not required</span>`)}
        ${when(since > 0, () => html`<span class="sub">since ${shortTime(since, now)}</span>`)}
      </th>
      <td data-label="Computers">${count(computers)}</td>
      <td data-label="Who">${who}</td>
      <td data-label="Do this">${action}</td>
    </tr>`.toString(),
  };
}

/** One line of "Needs attention". */
export function attentionRow(verdict: LiveVerdict, now: number): KeyedRow {
  const key = `${verdict.rule} ${verdict.host}`;
  return {
    key,
    html: html`<tr data-key="${key}">
      <td>${badge(verdict.verdict, verdict.seen)}</td>
      <td>${hostOf(verdict.host, verdict.hostName)}</td>
      <td>${verdict.ruleLabel}<span class="sub">${verdict.required ? ' required' : ' optional'}</span></td>
      <td class="num">${verdict.since === 0 ? '–' : shortTime(verdict.since, now)}</td>
      <td>
        ${verdict.reason}
        <span class="sub"
          >${verdict.location === 'unknown' ? null : `${LOCATION_WORDING[verdict.location]}. `}Confidence:
          ${CONFIDENCE_WORDING[verdict.confidence].label.toLowerCase()}.</span
        >
      </td>
    </tr>`.toString(),
  };
}
