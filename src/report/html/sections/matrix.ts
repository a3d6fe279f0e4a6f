/**
 * The matrix computers × rules, worst computers first. The first rows stand in the page; the script draws all of them
 * from the embedded result (client/). Cells show an icon; their word is always there to be read out.
 */
import { VERDICTS } from '../../../verdict/words/words.js';
import type { Owner } from '../../../verdict/causes/cause.js';
import { OWNERS } from '../../../verdict/causes/cause.js';
import type { MatrixRow } from '../../text/matrix.js';
import type { ReportModel, RuleModel } from '../../model/model.js';
import { count, counted } from '../../text/quantities.js';
import { ONE_WAY_WORDING, VERDICT_WORDING, WHEN_WORDING, cellLook, hostLabel } from '../../text/wording.js';
import { MAX_EMBEDDED_VERDICTS } from '../pieces/embedded.js';
import { hasGroups } from '../pieces/groups.js';
import { html, when } from '../pieces/markup.js';
import type { Html } from '../pieces/markup.js';
import { OWNER_WORDING, breakable, cellId, scrollBox, shortHostTag } from '../pieces/pieces.js';

/**
 * Computers that stand in the page without a script, worst first, as long as they have no more cells than the second.
 * @reached the script draws the others from the embedded result
 */
export const MAX_STATIC_HOSTS = 200;
const MAX_STATIC_CELLS = 2400;

const NO_CELL = html`<td>–</td>`;

/** The rows that the page holds as text. */
export function staticRows(model: ReportModel, rows: readonly MatrixRow[]): readonly MatrixRow[] {
  const most = Math.floor(MAX_STATIC_CELLS / Math.max(1, model.rules.length));
  return rows.slice(0, Math.max(1, Math.min(MAX_STATIC_HOSTS, most)));
}

/** The names of the cells in these rows: what links may lead to. */
export function cellNamesOf(model: ReportModel, rows: readonly MatrixRow[]): ReadonlySet<string> {
  const names = new Set<string>();
  for (const { host, cells } of rows)
    cells.forEach((index, i) => {
      const rule = model.rules[i];
      if (index >= 0 && rule !== undefined) names.add(cellId(host, rule.id));
    });
  return names;
}

/** Of each failing cell, the id of its cause. */
function causesByCell({ causes }: ReportModel): ReadonlyMap<number, string> {
  const found = new Map<number, string>();
  for (const { id, cells } of causes) for (const cell of cells) found.set(cell, id);
  return found;
}

function row(model: ReportModel, { host, cells }: MatrixRow, causeOf: ReadonlyMap<number, string>): Html {
  return html`<tr class="row">
    <th scope="row" title="${hostLabel(host)}">${shortHostTag(host)}</th>
    ${cells.map((index, i) => {
      const rule = model.rules[i];
      const verdict = index < 0 ? undefined : model.verdicts.at(index);
      if (verdict === undefined || rule === undefined) return NO_CELL;
      const cause = causeOf.get(index);
      const look = cellLook(verdict.verdict, rule);
      return html`<td class="cell ${look}" id="${cellId(host, rule.id)}">
        ${cause === undefined ? html`<span>${verdict.seen}</span>` : html`<a href="#${cause}">${verdict.seen}</a>`}
      </td>`;
    })}
  </tr> `;
}

function heading(rule: RuleModel): Html {
  return html`<th scope="col" title="${rule.ports}, ${rule.direction}: ${rule.purpose}">
    ${breakable(rule.label)}${rule.required ? null : html`<span class="sub">optional</span>`}
  </th>`;
}

function table(model: ReportModel, rows: readonly MatrixRow[]): Html {
  const causeOf = causesByCell(model);
  return html`<table class="grid" id="grid">
    <caption>
      One verdict for each computer and rule, worst computers first
    </caption>
    <colgroup>
      <col class="col-host" />
      ${model.rules.map(() => html`<col class="col-rule" />`)}
    </colgroup>
    <thead>
      <tr>
        <th scope="col">Computer</th>
        ${model.rules.map(heading)}
      </tr>
    </thead>
    <tbody>
      ${rows.map((one) => row(model, one, causeOf))}
    </tbody>
  </table>`;
}

function options(pairs: readonly (readonly [string, string])[]): readonly Html[] {
  return pairs.map(([value, label]) => html`<option value="${value}">${label}</option>`);
}

/** Filter, folding and order; shown by the script. */
function tools(model: ReportModel): Html {
  const owners = OWNERS.filter((one: Owner) =>
    model.causes.some(({ owner, cells }) => owner === one && cells.length > 0),
  );
  const causes = model.causes.filter(({ cells }) => cells.length > 0).slice(0, 200);
  return html`<p class="matrix-tools" id="matrix-tools" hidden>
    <label
      >Find a computer
      <input
        id="find"
        type="search"
        autocomplete="off"
        spellcheck="false"
        placeholder="name, address or group"
      />
    </label>
    <label
      >Verdict
      <select id="by-verdict">
        ${options([['', 'any'], ...VERDICTS.filter((one) => one !== 'unknown').map((one) => [one, VERDICT_WORDING[one].label] as const)])}
      </select>
    </label>
    ${when(
      owners.length > 0,
      () =>
        html`<label
            >Who must act
            <select id="by-owner">
              ${options([['', 'anybody'], ...owners.map((one) => [one, OWNER_WORDING[one]] as const)])}
            </select>
          </label>
          <label
            >Cause
            <select id="by-cause">
              ${options([['', 'any'], ...causes.map(({ id, title }) => [id, title] as const)])}
            </select>
          </label>`,
    )}
    <label
      >Order
      <select id="order">
        ${options([
          ['worst', 'worst first'],
          ['name', 'name'],
          ['address', 'address'],
        ])}
      </select>
    </label>
    <label
      >Fold by
      <select id="fold">
        ${options([
          ['', 'nothing'],
          ['group', hasGroups(model) ? 'group of the list' : 'network'],
        ])}
      </select>
    </label>
  </p>`;
}

function icons(model: ReportModel): Html {
  const used = VERDICTS.filter((verdict) => verdict !== 'unknown');
  return html`<ul class="icons" aria-label="What the icons mean">
    ${used.map(
      (verdict) =>
        html`<li>
          <span class="mark ${verdict}"></span><strong>${VERDICT_WORDING[verdict].label}.</strong>
          ${VERDICT_WORDING[verdict].means}
        </li>`,
    )}
    ${when(
      model.rules.some(({ oneWay }) => oneWay),
      () =>
        html`<li>
          <span class="mark not_observed"></span><strong>${ONE_WAY_WORDING.label}.</strong>
          ${ONE_WAY_WORDING.means}
        </li>`,
    )}
  </ul>`;
}

function rulesTable({ rules }: ReportModel): Html {
  const names = ['Rule', 'Ports', 'Direction', 'Needed', 'Purpose'];
  const line = (rule: RuleModel): Html =>
    html`<tr>
      <th scope="row">${rule.label}</th>
      <td>${rule.ports}</td>
      <td>${rule.direction}</td>
      <td>${rule.required ? 'required' : `${WHEN_WORDING[rule.when]}; not required: ${rule.caveat}`}</td>
      <td>${rule.purpose}</td>
    </tr>`;
  return html`<details class="rules">
    <summary>What each rule is for</summary>
    ${scrollBox(
      'The rules',
      html`<table>
        <thead>
          <tr>
            ${names.map((name) => html`<th scope="col">${name}</th>`)}
          </tr>
        </thead>
        <tbody>
          ${rules.map(line)}
        </tbody>
      </table>`,
    )}
  </details>`;
}

function leftOut(model: ReportModel, rows: readonly MatrixRow[]): Html | null {
  const all = model.hosts.length;
  if (rows.length === all) return null;
  const drawn = model.verdicts.length <= MAX_EMBEDDED_VERDICTS;
  return html`<p class="capped" id="matrix-cut">
    ${count(rows.length)} of ${counted(all, 'computer')} stand here without JavaScript, the worst first.
    ${drawn ? 'With it, all of them can be found.' : 'All of them are in the JSON output.'}
  </p>`;
}

/** The section "Matrix". @param rows those that stand in the page */
export function matrixSection(model: ReportModel, rows: readonly MatrixRow[]): Html {
  return html`<section id="matrix" aria-labelledby="matrix-title">
    <div class="matrix-head">
      <h2 id="matrix-title">Computers and rules</h2>
      <span id="matrix-count" role="status"></span>
    </div>
    ${
      rows.length === 0
        ? html`<p>No monitored computer was seen in the capture, so there is nothing to judge.</p>`
        : html`${tools(model)}
            <div class="matrix-layout">
              <div class="grid-box" id="grid-box" role="group" aria-label="Computers and rules" tabindex="0">
                ${table(model, rows)}
              </div>
              <div class="matrix-side">
                <div id="cell-card"></div>
                ${icons(model)}
              </div>
            </div>
            ${leftOut(model, rows)}`
    }
    ${rulesTable(model)}
  </section>`;
}
