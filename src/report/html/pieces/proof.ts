/** What proves a verdict, and how sure it is: evidence, place, confidence, assumptions. */
import { assumptionText } from '../../text/assumption-text.js';
import type { EvidenceModel, VerdictModel } from '../../model/model.js';
import { count, frameList } from '../../text/quantities.js';
import { CONFIDENCE_WORDING, LOCATION_WORDING, OUTCOME_WORDING } from '../../text/wording.js';
import { html, when } from './markup.js';
import type { Html } from './markup.js';
import { brief, breakable, copyable, stampTag } from './pieces.js';

/** Pieces of evidence shown of one verdict. */
const MAX_EVIDENCE = 5;

/** 'frames 1204, 1219'; of a firewall log 'line 17' */
export function framesText({ frames, log }: EvidenceModel): string {
  if (log !== undefined) return `${log.unit} ${count(log.number)}`;
  return `${frames.length === 1 ? 'frame' : 'frames'} ${frameList(frames)}`;
}

function evidenceItem(evidence: EvidenceModel): Html {
  const { log } = evidence;
  return html`<li>
    <p>
      <strong>${framesText(evidence)}</strong> of <span class="path">${evidence.file}</span>:
      ${evidence.shows}${when(
        log !== undefined && log.rule !== '',
        () => html`, by the rule "${log?.rule ?? ''}"`,
      )}
    </p>
    <p class="where">
      ${stampTag(evidence.firstTime)}${
        evidence.firstTime.iso === evidence.lastTime.iso ? null : html` to ${stampTag(evidence.lastTime)}`
      }
    </p>
    ${
      log === undefined
        ? html`<p><span class="sr">Wireshark display filter: </span>${copyable(evidence.filter)}</p>`
        : html`<p>${copyable(log.text)}</p>`
    }
  </li>`;
}

/** The first pieces of evidence; null = there is none. */
export function evidenceList({ evidence }: VerdictModel): Html | null {
  if (evidence.length === 0) return null;
  const shown = evidence.slice(0, MAX_EVIDENCE);
  return html`<ul class="evidence">
      ${shown.map(evidenceItem)}
    </ul>
    ${when(
      shown.length < evidence.length,
      () =>
        html`<p class="capped">${shown.length} of ${evidence.length} shown; all are in the JSON output.</p>`,
    )}`;
}

/** Where it is, how sure that is, and what was seen of connections. */
export function reasoning(verdict: VerdictModel): Html {
  const confidence = CONFIDENCE_WORDING[verdict.confidence];
  return html`<dl>
    <div>
      <dt>Where</dt>
      <dd><strong>${LOCATION_WORDING[verdict.location]}.</strong> ${brief(verdict.locationReason)}</dd>
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
              .map(
                ({ outcome, flows }) => `${count(flows)} × ${OUTCOME_WORDING[outcome].label.toLowerCase()}`,
              )
              .join(', ')}
          </dd>
        </div>`,
    )}
    <div>
      <dt>This would change the verdict</dt>
      <dd>${breakable(verdict.nextStep.wouldChange)}</dd>
    </div>
  </dl>`;
}
