/** What the payload showed beside the ports: rights refused, names that did not resolve, clear text. */
import type { ObservationModel, ReportModel } from '../../model/model.js';
import { count, counted, frameList } from '../../text/quantities.js';
import { html, when } from '../pieces/markup.js';
import type { Html } from '../pieces/markup.js';
import { brief, copyable, icon, levelBadge, stampTag } from '../pieces/pieces.js';

/**
 * Observations in the page.
 * @reached further ones are counted
 */
export const MAX_HTML_OBSERVATIONS = 60;

function item(one: ObservationModel): Html {
  return html`<li class="observation">
    <p>
      ${levelBadge(one.level)}
      <strong>${one.title}</strong>${when(one.count > 1, () => html` (seen ${count(one.count)} times)`)}
    </p>
    <p>${brief(one.text)}</p>
    <p><strong>Who must act:</strong> ${one.who}</p>
    <p class="sub">
      <span class="path">${one.evidence.file}</span>, frame ${frameList(one.evidence.frames)},
      ${stampTag(one.evidence.firstTime)} ${copyable(one.evidence.filter)}
    </p>
  </li> `;
}

/** The section "Seen in the payload". */
export function observationsSection(model: ReportModel): Html {
  const shown = model.observations.slice(0, MAX_HTML_OBSERVATIONS);
  const omitted = model.observationsOmitted + model.observations.length - shown.length;
  return html`<section id="observations" aria-labelledby="observations-title">
    <h2 id="observations-title">Seen in the payload</h2>
    ${
      shown.length === 0
        ? html`<p class="nothing">
            ${icon('note')}No refused right, failed look-up of a host of this report, or unprotected remoting
            was seen.
          </p>`
        : html`<ul class="observations">
            ${shown.map(item)}
          </ul>`
    }
    ${when(omitted > 0, () => html`<p class="capped">${counted(omitted, 'more observation')} left out.</p>`)}
  </section> `;
}
