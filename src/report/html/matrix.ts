/** The matrix computers × rules; each cell leads to what is known about it. */
import { VERDICTS } from '../../verdict/words/words.js';
import { matrixRows } from '../matrix.js';
import type { MatrixRow } from '../matrix.js';
import { inventoryText } from '../inventory-text.js';
import type { HostModel } from '../host-model.js';
import type { ReportModel, RuleModel } from '../model.js';
import { count, counted } from '../quantities.js';
import { ONE_WAY_WORDING, VERDICT_WORDING, WHEN_WORDING, cellWording } from '../wording.js';
import { html, when } from './markup.js';
import type { Html } from './markup.js';
import { badge, hostTag, icon, scrollBox } from './pieces.js';

/**
 * Computers in the matrix of the page, worst first, as long as they have no more cells than the second.
 * @reached further ones are counted
 */
export const MAX_HTML_HOSTS = 500;
const MAX_HTML_CELLS = 6000;

/** The cells of one table: few differ, and there are thousands. */
class Cells {
  private readonly model: ReportModel;
  private readonly linked: ReadonlySet<number>;
  private readonly words = new Map<string, Html>();
  private readonly plain = new Map<string, Html>();

  constructor(model: ReportModel, linked: ReadonlySet<number>) {
    this.model = model;
    this.linked = linked;
  }

  of(index: number, rule: RuleModel | undefined): Html {
    const verdict = index < 0 ? undefined : this.model.verdicts.at(index);
    if (verdict === undefined) return NO_CELL;
    const { label, look } = cellWording(verdict, rule);
    const wording = `${look} ${label}`;
    const word = once(this.words, wording, () => html`${icon(look)}<span>${label}</span>`);
    return this.linked.has(index)
      ? html`<td class="${look}"><a href="#v-${index}">${word}</a></td>`
      : once(this.plain, wording, () => html`<td class="${look}"><span class="cell">${word}</span></td>`);
  }
}

const NO_CELL = html`<td class="none">–</td>`;

function once(known: Map<string, Html>, wording: string, make: () => Html): Html {
  let markup = known.get(wording);
  if (markup === undefined) known.set(wording, (markup = make()));
  return markup;
}

/** Ports and which way, short enough for a narrow column; the table of the rules says it in full. */
function heading(rule: RuleModel): Html {
  return html`<th scope="col" class="${rule.required ? 'required' : 'optional'}">
    ${rule.label}<span class="sub"
      >${rule.ports}<br />${rule.direction.replace(/^.*→\s*/, 'to ')}<br />${
        rule.required ? html`<b>required</b>` : 'optional'
      }</span
    >
  </th>`;
}

/** Groups and absence from the list get a column of their own. */
function hasGroups({ inventory }: ReportModel): boolean {
  return inventory !== null && (inventory.grouped || inventory.unlisted > 0);
}

/** The group in the list, or that the computer is not in it. */
function groupCell({ group, listed }: HostModel): Html {
  return html`<td class="group">${listed === false ? html`<i>not in the list</i>` : group}</td>`;
}

function row(model: ReportModel, { host, cells }: MatrixRow, made: Cells): Html {
  return html`<tr>
    <th scope="row">${hostTag(host)}</th>
    ${when(hasGroups(model), () => groupCell(host))}
    ${cells.map((index, i) => made.of(index, model.rules[i]))}
  </tr> `;
}

function rulesTable(model: ReportModel): Html {
  const table = html`<table>
    <caption>
      The rules: what each port is for
    </caption>
    <thead>
      <tr>
        <th scope="col">Rule</th>
        <th scope="col">Ports</th>
        <th scope="col">Direction</th>
        <th scope="col">Needed</th>
        <th scope="col">Purpose</th>
        <th scope="col">Pack</th>
      </tr>
    </thead>
    <tbody>
      ${model.rules.map(
        (rule) =>
          html`<tr>
            <th scope="row">${rule.label}</th>
            <td>${rule.ports}</td>
            <td>${rule.direction}</td>
            <td>
              ${rule.required ? 'required' : `${WHEN_WORDING[rule.when]}; not required: ${rule.caveat}`}
            </td>
            <td>${rule.purpose}</td>
            <td>${rule.pack}</td>
          </tr>`,
      )}
    </tbody>
  </table>`;
  return html`<details>
    <summary>What each rule is for</summary>
    ${scrollBox('The rules', table)}
  </details>`;
}

function table(model: ReportModel, rows: readonly MatrixRow[], linked: ReadonlySet<number>): Html {
  const cells = new Cells(model, linked);
  return html`<table class="matrix" id="matrix-table">
    <caption>
      One verdict for each computer and rule, worst computers first
    </caption>
    <thead>
      <tr>
        <th scope="col">Computer</th>
        ${when(hasGroups(model), () => html`<th scope="col">Group</th>`)} ${model.rules.map(heading)}
      </tr>
    </thead>
    <tbody>
      ${rows.map((one) => row(model, one, cells))}
    </tbody>
  </table>`;
}

/** The section "Computers and rules"; `linked` are the verdicts that the page tells more about. */
export function matrixSection(
  model: ReportModel,
  rows: readonly MatrixRow[],
  linked: ReadonlySet<number>,
): Html {
  return html`<section id="matrix" aria-labelledby="matrix-title">
    <h2 id="matrix-title">Computers and rules</h2>
    ${when(model.inventory !== null, () => html`<p>${inventoryText(model)}</p>`)}
    ${when(
      rows.length > 1,
      () =>
        html`<p class="filter" hidden>
          <label for="matrix-filter"
            >Show only computers${hasGroups(model) ? ' or groups' : ''} that contain</label
          >
          <input id="matrix-filter" type="search" autocomplete="off" spellcheck="false" />
          <span id="matrix-count" role="status"></span>
        </p>`,
    )}
    ${
      rows.length === 0
        ? html`<p>No monitored computer was seen in the capture, so there is nothing to judge.</p>`
        : scrollBox('Computers and rules', table(model, rows, linked))
    }
    ${when(
      rows.length < model.hosts.length,
      () =>
        html`<p class="capped">
          ${count(rows.length)} of ${counted(model.hosts.length, 'computer')} shown, the worst first; all are
          in the JSON output.
        </p>`,
    )}
    <ul class="legend" aria-label="What the verdicts mean">
      ${VERDICTS.filter((verdict) => verdict !== 'unknown').map(
        (verdict) => html`<li>${badge(verdict)} ${VERDICT_WORDING[verdict].means}</li>`,
      )}
      ${when(
        model.rules.some(({ oneWay }) => oneWay),
        () =>
          html`<li>
            <span class="badge not_observed">${icon('not_observed')}${ONE_WAY_WORDING.label}</span>
            ${ONE_WAY_WORDING.means}
          </li>`,
      )}
      ${when(
        model.rules.some(({ required }) => !required),
        () =>
          html`<li class="wide">
            <strong>Required</strong> rules must be proven before the result is “works”. The others need not
            be:
            ${model.rules
              .filter(({ required }) => !required)
              .map(({ label, caveat }) => `${label} (${caveat})`)
              .join(', ')}.
          </li>`,
      )}
    </ul>
    ${rulesTable(model)}
  </section>`;
}

/** The rows that the page shows. */
export function shownRows(model: ReportModel): readonly MatrixRow[] {
  const rows = Math.floor(MAX_HTML_CELLS / Math.max(1, model.rules.length));
  return matrixRows(model, Math.max(1, Math.min(MAX_HTML_HOSTS, rows)));
}
