/**
 * Everything that the dashboard shows in one view, as pieces of finished markup with names. The first page is
 * made of them, and so is each update, which sends only the pieces that have become others.
 */
import { html, when } from '../../report/html/pieces/markup.js';
import type { Html } from '../../report/html/pieces/markup.js';
import { icon, levelBadge } from '../../report/html/pieces/pieces.js';
import { bytes, count, counted, duration } from '../../report/text/quantities.js';
import { VERDICT_WORDING } from '../../report/text/wording.js';
import type { LiveSnapshot } from '../words/model.js';
import { attention, liveRows, liveWording, requiredTally } from '../words/snapshot-matrix.js';
import type { LiveRow } from '../words/snapshot-matrix.js';
import { chartFigure } from './chart.js';
import { RowMaker, attentionRow, causeRow, matrixHead } from './lists.js';
import type { KeyedRow } from './lists.js';
import { COARSE, FINE, RateHistory } from './rate-history.js';
import { longTime, shortTime } from './times.js';
import { PAGE_ROWS, matcher, queryOf } from './view.js';
import type { View } from './view.js';

/**
 * Rows of "Needs attention".
 * @reached further ones are counted
 */
export const MAX_ATTENTION = 50;
/**
 * Changes that the dashboard shows, the latest first, after the filter.
 * @reached older ones are left out
 */
export const MAX_SHOWN_CHANGES = 100;
/**
 * Incidents that the dashboard shows, the latest first.
 * @reached older ones are left out
 */
export const MAX_SHOWN_INCIDENTS = 20;

/**
 * Views of the same snapshot that are made, and kept.
 * @reached all of them are made anew when they are asked for
 */
export const MAX_PICTURES = 32;

const STATUS = {
  working: { label: 'Everything required works', icon: 'working' },
  findings: { label: 'Action needed', icon: 'blocked' },
  inconclusive: { label: 'No safe answer yet', icon: 'inconclusive' },
} as const;
const LEVEL_ORDER = { serious: 0, warning: 1, note: 2, good: 3 } as const;

export type Status = LiveSnapshot['summary']['status'];

export interface Picture {
  readonly status: Status;
  /** For the title of the window; plain text, hostile. */
  readonly title: string;
  /** Markup of each piece, by its name. */
  readonly parts: ReadonlyMap<string, string>;
  /** Rows of each table, by its name. */
  readonly lists: ReadonlyMap<string, readonly KeyedRow[]>;
}

/** Keeps what pictures are made of: the latest snapshot, the rates over time, rows that are made already. */
export class PictureMaker {
  readonly #fine = new RateHistory(FINE);
  readonly #coarse = new RateHistory(COARSE);
  readonly #rows = new RowMaker();
  readonly #pictures = new Map<string, Picture>();
  #snapshot: LiveSnapshot | undefined;
  #sorted: readonly LiveRow[] | undefined;
  #charts: string | undefined;

  take(snapshot: LiveSnapshot): void {
    this.#snapshot = snapshot;
    this.#pictures.clear();
    this.#sorted = undefined;
    this.#charts = undefined;
    this.#fine.add(snapshot.at, snapshot.rates);
    this.#coarse.add(snapshot.at, snapshot.rates);
  }

  /** The picture of the latest snapshot in a view; the same object for all who look at it in the same way. */
  picture(view: View): Picture {
    if (this.#snapshot === undefined) return WAITING;
    const query = queryOf(view);
    let picture = this.#pictures.get(query);
    if (picture === undefined) {
      picture = this.#made(this.#snapshot, view);
      if (this.#pictures.size >= MAX_PICTURES) this.#pictures.clear();
      this.#pictures.set(query, picture);
    }
    return picture;
  }

  #made(snapshot: LiveSnapshot, view: View): Picture {
    this.#sorted ??= liveRows(snapshot);
    this.#charts ??= this.#drawCharts(snapshot.at);
    const matches = matcher(view.filter);
    const matching =
      view.filter === '' ? this.#sorted : this.#sorted.filter((row) => matches(rowText(row, snapshot)));
    const pages = Math.max(1, Math.ceil(matching.length / PAGE_ROWS));
    const page = Math.min(view.page, pages);
    const worries = attention(snapshot).filter(({ host, hostName, ruleLabel, seen, reason }) =>
      matches(`${host} ${hostName} ${ruleLabel} ${seen} ${reason}`),
    );
    const changes = snapshot.recentChanges.filter(({ host, hostName, ruleLabel, from, to, reason, time }) =>
      matches(
        `${time} ${host} ${hostName} ${ruleLabel} ${VERDICT_WORDING[from].label} ${VERDICT_WORDING[to].label} ${reason}`,
      ),
    );
    const shownHosts = matching.slice((page - 1) * PAGE_ROWS, page * PAGE_ROWS);
    return {
      status: snapshot.summary.status,
      title: snapshot.summary.sentence,
      parts: new Map([
        ...stateParts(snapshot),
        ['charts', this.#charts],
        ['matrix-head', matrixHead(snapshot.rules).toString()],
        ['matrix-note', matrixNote(snapshot, matching.length, page, pages, view).toString()],
        ['causes-note', causesNote(snapshot).toString()],
        ['attention-note', attentionNote(worries.length, view.filter).toString()],
        ['changes-note', changesNote(snapshot, changes.length, view.filter).toString()],
      ]),
      lists: new Map([
        ['matrix', shownHosts.map((row) => this.#rows.matrixRow(row, snapshot))],
        ['causes', snapshot.causes.map((one) => causeRow(one, snapshot.at))],
        ['attention', worries.slice(0, MAX_ATTENTION).map((one) => attentionRow(one, snapshot.at))],
        ['changes', changes.slice(0, MAX_SHOWN_CHANGES).map((one) => this.#rows.change(one))],
      ]),
    };
  }

  #drawCharts(at: number): string {
    const rate = (value: number): string =>
      count(value >= 10 ? Math.round(value) : Number(value.toPrecision(2)));
    const kinds = [
      { kind: 'packets', title: 'Packets per second', format: rate, look: 'plain-curve' },
      {
        kind: 'bytes',
        title: 'Bytes per second',
        format: (n: number) => bytes(Math.round(n)),
        look: 'plain-curve',
      },
      { kind: 'dropped', title: 'Dropped per second', format: rate, look: 'bad-curve' },
    ] as const;
    return [this.#fine, this.#coarse]
      .flatMap((history) =>
        kinds.map(({ kind, ...chart }) =>
          chartFigure({ ...chart, span: history.span, values: history.rates(at, kind) }).toString(),
        ),
      )
      .join('');
  }
}

const WAITING: Picture = {
  status: 'inconclusive',
  title: 'Monitoring is starting',
  parts: new Map([
    ['sentence', 'Monitoring is starting; nothing is known yet.'],
    ['spoken', 'Monitoring is starting.'],
  ]),
  lists: new Map(),
};

/** What the filter looks at in a row: the computer, and each rule with its verdict. */
function rowText({ host, cells }: LiveRow, { rules }: LiveSnapshot): string {
  const words = cells.map((one, i) =>
    one === undefined ? '' : `${one.ruleLabel} ${liveWording(one, rules[i]).label}`,
  );
  return [host.name, host.address, ...words].join(' ');
}

function stateParts(snapshot: LiveSnapshot): readonly (readonly [string, string])[] {
  const { summary } = snapshot;
  const status = STATUS[summary.status];
  return (
    [
      ['status', html`${icon(status.icon)}${status.label}`],
      ['sentence', html`${summary.sentence}`],
      ['spoken', html`${status.label}: ${summary.sentence}`],
      ['tally', tally(snapshot)],
      ['facts', facts(snapshot)],
      ['quality', quality(snapshot)],
      ['incidents', incidents(snapshot)],
    ] as const
  ).map(([name, part]) => [name, part.toString()]);
}

function tally(snapshot: LiveSnapshot): Html {
  return html`${requiredTally(snapshot).map(
    ({ verdict, n }) =>
      html`<li class="${verdict}">
        ${icon(verdict)}<strong>${count(n)}</strong> ${VERDICT_WORDING[verdict].label}
      </li>`,
  )}`;
}

function fact(name: string, value: Html | string): Html {
  return html`<div>
    <dt>${name}</dt>
    <dd>${value}</dd>
  </div>`;
}

function drops({ counters: { droppedByKernel: kernel, droppedByInterface: card } }: LiveSnapshot): string {
  if (kernel === null && card === null) return 'the capture does not say';
  return [
    ...(kernel === null ? [] : [`${count(kernel)} by the kernel`]),
    ...(card === null ? [] : [`${count(card)} by the interface`]),
  ].join(', ');
}

function facts(snapshot: LiveSnapshot): Html {
  const { at, startedAt, source, server, totals, lastFrameAt, counters } = snapshot;
  const up = duration(Math.max(0, Math.round((at - startedAt) / 1000)));
  const ago = duration(Math.max(0, Math.round((at - lastFrameAt) / 1000)));
  const evicted =
    totals.flowsEvicted === 0 ? '' : `, ${count(totals.flowsEvicted)} given up for want of room`;
  return html`${fact('State of', html`${longTime(at)}, running for ${up}`)}
  ${fact('Source', `${source.description}${counters.timestamps === 'arrival' ? ' (times are of arrival)' : ''}`)}
  ${fact('Server', server.addresses.length === 0 ? `not known: ${server.reason}` : `${server.addresses.join(', ')}: ${server.reason}`)}
  ${fact('Read', `${counted(totals.frames, 'frame')}, ${counted(totals.packets, 'packet')}, ${bytes(totals.bytes)}`)}
  ${fact('Dropped', drops(snapshot))} ${fact('Last frame', lastFrameAt === 0 ? 'none yet' : `${ago} ago`)}
  ${fact('Flows in memory', `${count(totals.flows)} of at most ${count(totals.maxFlows)}, ${count(totals.flowsRetired)} retired${evicted}`)}
  ${fact('Looked at', `${counted(snapshot.hosts.length, 'computer')} × ${counted(snapshot.rules.length, 'rule')}`)}`;
}

function quality(snapshot: LiveSnapshot): Html {
  const items = [...snapshot.quality].sort((a, b) => LEVEL_ORDER[a.level] - LEVEL_ORDER[b.level]);
  if (items.length === 0) return html`<p>There is no remark about the capture itself.</p>`;
  return html`<ul class="quality">
    ${items.map(
      ({ level, text, consequence }) =>
        html`<li>
          ${levelBadge(level)}
          <div>
            <p>${text}</p>
            ${when(
              consequence !== '',
              () => html`<p class="consequence"><strong>For the verdicts:</strong> ${consequence}</p>`,
            )}
          </div>
        </li>`,
    )}
  </ul>`;
}

function incidents({ incidents: all, at }: LiveSnapshot): Html {
  if (all.length === 0) return html`<p>Nothing has happened to the capture itself.</p>`;
  const latest = [...all].sort((a, b) => b.at - a.at).slice(0, MAX_SHOWN_INCIDENTS);
  return html`<ul class="plain">
    ${latest.map(
      (one) =>
        html`<li>
          ${shortTime(one.at, at)} ${one.text}
          ${one.gap === null ? null : html`<span class="sub">Nothing was captured for ${duration(one.gap)}.</span>`}
        </li>`,
    )}
  </ul>`;
}

function causesNote({ causes, causesOmitted, summary }: LiveSnapshot): Html {
  if (causesOmitted > 0)
    return html`<p class="capped">${counted(causesOmitted, 'more cause')} in the report.</p>`;
  if (causes.length > 0) return html``;
  return summary.status === 'working'
    ? html`<p class="nothing">${icon('working')} Nothing fails.</p>`
    : html`<p>Nothing is seen to fail.</p>`;
}

function attentionNote(n: number, filter: string): Html {
  if (n === 0 && filter !== '') return html`<p>Nothing that needs attention fits the filter.</p>`;
  if (n === 0)
    return html`<p class="nothing">${icon('working')} Nothing is blocked, degraded or undecided.</p>`;
  if (n <= MAX_ATTENTION) return html``;
  return html`<p class="capped">${MAX_ATTENTION} of ${count(n)} shown, the worst first.</p>`;
}

function changesNote({ recentChanges }: LiveSnapshot, n: number, filter: string): Html {
  if (recentChanges.length === 0) return html`<p>No verdict has changed yet.</p>`;
  if (n === 0) return html`<p>No change fits the filter.</p>`;
  const what = filter === '' ? 'changes that are kept' : 'changes that fit the filter';
  if (n <= MAX_SHOWN_CHANGES) return html`<p class="capped">${count(n)} ${what}, the latest first.</p>`;
  return html`<p class="capped">The latest ${MAX_SHOWN_CHANGES} of ${count(n)} ${what}.</p>`;
}

function pageLink(word: string, page: number, view: View, possible: boolean): Html {
  if (!possible) return html`<span>${word}</span>`;
  return html`<a href="?${queryOf({ ...view, page })}" data-page="${page}">${word}</a>`;
}

function matrixNote({ hosts }: LiveSnapshot, n: number, page: number, pages: number, view: View): Html {
  if (hosts.length === 0) return html`<p>No monitored computer was seen yet.</p>`;
  if (n === 0) return html`<p>No computer fits the filter.</p>`;
  const fit = n === hosts.length ? '' : ` that fit the filter, of ${count(hosts.length)}`;
  if (pages === 1) return html`<p class="capped">${counted(n, 'computer')}${fit}, the worst first.</p>`;
  const from = (page - 1) * PAGE_ROWS + 1;
  return html`<p class="capped">
      Computers ${count(from)} to ${count(Math.min(n, from + PAGE_ROWS - 1))} of ${count(n)}${fit}, the worst
      first.
    </p>
    <nav class="pages" aria-label="Pages of the matrix">
      ${pageLink('Previous', page - 1, view, page > 1)} <span>Page ${page} of ${count(pages)}</span>
      ${pageLink('Next', page + 1, view, page < pages)}
    </nav>`;
}
