/** The matrix computers × rules; each cell leads to what is known about it. */
import { VERDICTS } from '../../verdict/words.js';
import { matrixRows } from '../matrix.js';
import type { MatrixRow } from '../matrix.js';
import type { ReportModel } from '../model.js';
import { count, counted } from '../quantities.js';
import { VERDICT_WORDING, WHEN_WORDING } from '../wording.js';
import { html, when } from './markup.js';
import type { Html } from './markup.js';
import { badge, hostTag, icon, scrollBox } from './pieces.js';

/** Computers shown, worst first; the rest is in the JSON. */
export const MAX_HTML_HOSTS = 500;

function cell(model: ReportModel, index: number, linked: ReadonlySet<number>): Html {
  const verdict = index < 0 ? undefined : model.verdicts.at(index)?.verdict;
  if (verdict === undefined) return html`<td class="none">–</td>`;
  const word = html`${icon(verdict)}<span>${VERDICT_WORDING[verdict].label}</span>`;
  return linked.has(index)
    ? html`<td class="${verdict}"><a href="#v-${index}">${word}</a></td>`
    : html`<td class="${verdict}"><span class="cell">${word}</span></td>`;
}

function row(model: ReportModel, { host, cells }: MatrixRow, linked: ReadonlySet<number>): Html {
  return html`<tr>
    <th scope="row">${hostTag(host)}</th>
    ${cells.map((index) => cell(model, index, linked))}
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
            <td>${WHEN_WORDING[rule.when]}</td>
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
  return html`<table class="matrix">
    <caption>
      One verdict for each computer and rule, worst computers first
    </caption>
    <thead>
      <tr>
        <th scope="col">Computer</th>
        ${model.rules.map(
          (rule) =>
            html`<th scope="col">
              ${rule.label}<span class="sub">${rule.ports}<br />${rule.direction}</span>
            </th>`,
        )}
      </tr>
    </thead>
    <tbody>
      ${rows.map((one) => row(model, one, linked))}
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
    </ul>
    ${rulesTable(model)}
  </section>`;
}

/** The rows that the page shows. */
export function shownRows(model: ReportModel): readonly MatrixRow[] {
  return matrixRows(model, MAX_HTML_HOSTS);
}
