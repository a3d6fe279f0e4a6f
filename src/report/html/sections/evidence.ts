/** The appendix: every verdict of the first computers with its reason and first evidence, for readers on paper. */
import type { MatrixRow } from '../../text/matrix.js';
import type { ReportModel } from '../../model/model.js';
import { counted } from '../../text/quantities.js';
import { html, when } from '../pieces/markup.js';
import type { Html } from '../pieces/markup.js';
import { badge, breakable, command, hostTag, scrollBox } from '../pieces/pieces.js';
import { framesText } from '../pieces/proof.js';

/**
 * Verdicts in the appendix of the page.
 * @reached further ones are counted; they open from the matrix
 */
export const MAX_APPENDIX_VERDICTS = 120;

function line(model: ReportModel, index: number, label: (id: string) => string): Html | null {
  const verdict = model.verdicts.at(index);
  if (verdict === undefined) return null;
  const [evidence] = verdict.evidence;
  return html`<tr>
    <th scope="row">${hostTag(verdict.host)}</th>
    <td>${label(verdict.rule)}</td>
    <td>${badge(verdict.verdict, verdict.seen)}</td>
    <td>${breakable(verdict.reason)}</td>
    <td>
      ${evidence === undefined ? 'none' : html`${framesText(evidence)}<br />${evidence.log === undefined ? command(evidence.filter) : null}`}
    </td>
  </tr> `;
}

/** The section "Evidence"; null = there is no verdict. */
export function evidenceSection(
  model: ReportModel,
  rows: readonly MatrixRow[],
  label: (id: string) => string,
): Html | null {
  const indices = rows
    .flatMap(({ cells }) => cells.filter((index) => index >= 0))
    .slice(0, MAX_APPENDIX_VERDICTS);
  if (indices.length === 0) return null;
  const rest = model.verdicts.length - indices.length;
  const names = ['Computer', 'Rule', 'Seen', 'Reason', 'First evidence'];
  return html`<section id="evidence" class="appendix" aria-labelledby="evidence-title">
    <h2 id="evidence-title">Appendix: evidence of every verdict</h2>
    <details>
      <summary>${counted(indices.length, 'verdict')}, with reason, frames and display filter</summary>
      ${scrollBox(
        'Evidence of every verdict',
        html`<table class="details">
          <thead>
            <tr>
              ${names.map((name) => html`<th scope="col">${name}</th>`)}
            </tr>
          </thead>
          <tbody>
            ${indices.map((index) => line(model, index, label))}
          </tbody>
        </table>`,
      )}
      ${when(
        rest > 0,
        () =>
          html`<p class="capped">${counted(rest, 'more verdict')} in the matrix and in the JSON output.</p>`,
      )}
    </details>
  </section>`;
}
