/** The findings, worst first: one card each; and in short what is known about the other verdicts. */
import type { EvidenceModel, ReportModel, VerdictModel } from '../model.js';
import type { MatrixRow } from '../matrix.js';
import { count, counted, frameList } from '../quantities.js';
import { assumptionText } from '../assumption-text.js';
import { CONFIDENCE_WORDING, LOCATION_WORDING, OUTCOME_WORDING, ruleLabels } from '../wording.js';
import { attemptsFigure } from './attempts.js';
import { html, when } from './markup.js';
import type { Html } from './markup.js';
import { ShownRemedies, symptoms } from './remedies.js';
import { badge, copyable, hostTag, icon, scrollBox, stampTag } from './pieces.js';

/**
 * Findings of the page that get a card.
 * @reached further ones are counted
 */
export const MAX_HTML_FINDINGS = 120;
/**
 * Other verdicts of the page that get a row of detail.
 * @reached further ones are counted
 */
export const MAX_HTML_DETAILS = 500;
/** Pieces of evidence that a card shows. */
const MAX_CARD_EVIDENCE = 5;

function evidenceItem(evidence: EvidenceModel): Html {
  return html`<li>
    <p>${evidence.shows}</p>
    <p class="where">
      <span class="path">${evidence.file}</span>, ${evidence.frames.length === 1 ? 'frame' : 'frames'}
      <strong>${frameList(evidence.frames)}</strong>,
      ${stampTag(evidence.firstTime)}${
        evidence.firstTime.iso === evidence.lastTime.iso ? null : html` to ${stampTag(evidence.lastTime)}`
      }
    </p>
    <p><span class="sr">Wireshark display filter: </span>${copyable(evidence.filter)}</p>
  </li>`;
}

function reasoning(verdict: VerdictModel): Html {
  const confidence = CONFIDENCE_WORDING[verdict.confidence];
  return html`<dl class="reasoning">
    <div>
      <dt>Where</dt>
      <dd><strong>${LOCATION_WORDING[verdict.location]}.</strong> ${verdict.locationReason}</dd>
    </div>
    <div>
      <dt>Confidence</dt>
      <dd>
        <strong>${confidence.label}:</strong> ${confidence.means}.
        ${when(
          verdict.assumptions.length > 0,
          () =>
            html`<ul>
              ${verdict.assumptions.map((code) => html`<li>${assumptionText(code)}</li>`)}
            </ul>`,
        )}
      </dd>
    </div>
    ${when(
      verdict.outcomes.length > 0,
      () =>
        html`<div>
          <dt>Connections</dt>
          <dd>
            ${verdict.outcomes
              .map(({ outcome, flows }) => `${count(flows)} × ${OUTCOME_WORDING[outcome].label}`)
              .join(', ')}
          </dd>
        </div>`,
    )}
  </dl>`;
}

function nextStep({ nextStep: { who, confirmWhere, confirm, wouldChange } }: VerdictModel): Html {
  return html`<div class="next">
    <h4>Next step</h4>
    <dl>
      <div>
        <dt>Who must act</dt>
        <dd><strong>${who}</strong></dd>
      </div>
      ${when(
        confirm !== '',
        () =>
          html`<div>
            <dt>Confirm ${confirmWhere} with</dt>
            <dd>${copyable(confirm)}</dd>
          </div>`,
      )}
      <div>
        <dt>This would change the verdict</dt>
        <dd>${wouldChange}</dd>
      </div>
    </dl>
  </div>`;
}

function evidenceList(verdict: VerdictModel): Html | null {
  if (verdict.evidence.length === 0) return null;
  const shown = verdict.evidence.slice(0, MAX_CARD_EVIDENCE);
  return html`<div class="evidence">
    <h4>Evidence</h4>
    <ul>
      ${shown.map(evidenceItem)}
    </ul>
    ${when(
      shown.length < verdict.evidence.length,
      () => html`<p class="capped">${shown.length} of ${verdict.evidence.length} shown.</p>`,
    )}
  </div>`;
}

function card(
  model: ReportModel,
  index: number,
  label: (id: string) => string,
  remedies: ShownRemedies,
): Html | null {
  const verdict = model.verdicts.at(index);
  if (verdict === undefined) return null;
  const rule = model.rules.find(({ id }) => id === verdict.rule);
  return html`<article
    class="card ${verdict.verdict}"
    id="v-${index}"
    aria-labelledby="t-${index}"
    tabindex="-1"
  >
    <header>
      ${badge(verdict.verdict, verdict.seen)}
      <h3 id="t-${index}"><span class="rule">${label(verdict.rule)}</span> ${hostTag(verdict.host)}</h3>
      <p class="sub">
        ${rule === undefined ? null : html`${rule.ports}, ${rule.direction}. ${rule.purpose}. `}${
          verdict.required ? 'Required.' : 'Not required.'
        }
      </p>
    </header>
    <p class="reason">${verdict.reason}</p>
    ${symptoms(rule)}
    <div class="columns">${reasoning(verdict)}${nextStep(verdict)}</div>
    ${remedies.of(verdict)} ${attemptsFigure(verdict, rule, index)} ${evidenceList(verdict)}
  </article> `;
}

/** The cards, one by one, so that they can be written one by one. */
export function* findingCards(model: ReportModel): Generator<Html> {
  const label = ruleLabels(model.rules);
  const shown = model.findings.slice(0, MAX_HTML_FINDINGS);
  if (shown.length === 0) {
    const text =
      model.verdicts.length === 0
        ? 'No computer could be judged, so an empty list here does not mean that all is well.'
        : 'There is no finding to act on.';
    yield html`<p class="nothing">${icon('note')}${text}</p>`;
  }
  const remedies = new ShownRemedies(model);
  for (const index of shown) {
    const one = card(model, index, label, remedies);
    if (one !== null) yield one;
  }
  if (shown.length < model.findings.length) {
    yield html`<p class="capped">
      ${count(shown.length)} of ${counted(model.findings.length, 'finding')} shown, the worst first; all are
      in the JSON output.
    </p>`;
  }
}

/** Verdicts of the shown computers that have no card, at most `MAX_HTML_DETAILS`. */
export function detailIndices(model: ReportModel, rows: readonly MatrixRow[]): readonly number[] {
  const carded = new Set(model.findings.slice(0, MAX_HTML_FINDINGS));
  return rows
    .flatMap(({ cells }) => cells)
    .filter((index) => index >= 0 && !carded.has(index))
    .slice(0, MAX_HTML_DETAILS);
}

function detailRow(model: ReportModel, index: number, label: (id: string) => string): Html | null {
  const verdict = model.verdicts.at(index);
  if (verdict === undefined) return null;
  const evidence = verdict.evidence[0];
  return html`<tr id="v-${index}" tabindex="-1">
    <th scope="row">${hostTag(verdict.host)}</th>
    <td>${label(verdict.rule)}</td>
    <td>${badge(verdict.verdict, verdict.seen)}</td>
    <td>${verdict.reason}</td>
    <td>
      ${
        evidence === undefined
          ? 'none'
          : html`${evidence.frames.length === 1 ? 'frame' : 'frames'} ${frameList(evidence.frames)}<br /><code
                >${evidence.filter}</code
              >`
      }
    </td>
  </tr> `;
}

/** The other verdicts as a table that opens on demand; null when each verdict has its card. */
export function detailsTable(model: ReportModel, indices: readonly number[]): Html | null {
  if (indices.length === 0) return null;
  const label = ruleLabels(model.rules);
  const rest = model.verdicts.length - indices.length - Math.min(model.findings.length, MAX_HTML_FINDINGS);
  const table = html`<table class="details">
    <caption>
      Reason and first evidence of each
    </caption>
    <thead>
      <tr>
        <th scope="col">Computer</th>
        <th scope="col">Rule</th>
        <th scope="col">Verdict</th>
        <th scope="col">Reason</th>
        <th scope="col">Evidence</th>
      </tr>
    </thead>
    <tbody>
      ${indices.map((index) => detailRow(model, index, label))}
    </tbody>
  </table>`;
  return html`<details class="others">
    <summary>The other ${counted(indices.length, 'verdict')}, with reason and evidence</summary>
    ${scrollBox('Other verdicts', table)}
    ${when(rest > 0, () => html`<p class="capped">${counted(rest, 'verdict')} more in the JSON output.</p>`)}
  </details>`;
}
