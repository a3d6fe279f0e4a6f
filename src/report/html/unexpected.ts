/** Traffic that no rule and no pack explains, and what was looked for and not found. */
import type { ReportModel } from '../model.js';
import { bytes, count, counted, frameList } from '../quantities.js';
import { OUTCOME_WORDING, serviceLabel } from '../wording.js';
import { html, when } from './markup.js';
import type { Html } from './markup.js';
import { copyable, icon, scrollBox } from './pieces.js';

/**
 * Groups of unexpected traffic in the page.
 * @reached further ones are counted
 */
export const MAX_HTML_UNEXPECTED = 200;

function table(model: ReportModel): Html {
  return html`<table class="unexpected">
    <caption>
      Flows with the same reason, port and direction are counted together
    </caption>
    <thead>
      <tr>
        <th scope="col">Why it is unexpected</th>
        <th scope="col">From</th>
        <th scope="col">To</th>
        <th scope="col">Port</th>
        <th scope="col">Recognised as</th>
        <th scope="col">Outcome</th>
        <th scope="col" class="num">Flows</th>
        <th scope="col" class="num">Bytes</th>
        <th scope="col">Evidence</th>
      </tr>
    </thead>
    <tbody>
      ${model.unexpected.slice(0, MAX_HTML_UNEXPECTED).map(
        (group) =>
          html`<tr>
            <th scope="row">${group.reason}</th>
            <td class="addr">${group.orig}</td>
            <td class="addr">${group.resp}</td>
            <td>${group.proto.toUpperCase()} ${group.respPort}</td>
            <td>${serviceLabel(group) || 'not recognised'}</td>
            <td>${OUTCOME_WORDING[group.outcome].label}</td>
            <td class="num">${count(group.flows)}</td>
            <td class="num">${bytes(group.bytes)}</td>
            <td>
              <span class="path">${group.evidence.file}</span>, frames ${frameList(group.evidence.frames)}<br />${copyable(
                group.evidence.filter,
              )}
            </td>
          </tr>`,
      )}
    </tbody>
  </table>`;
}

/** The section "Unexpected traffic". */
export function unexpectedSection(model: ReportModel): Html {
  const omitted = model.unexpectedOmitted + Math.max(0, model.unexpected.length - MAX_HTML_UNEXPECTED);
  return html`<section id="unexpected" aria-labelledby="unexpected-title">
    <h2 id="unexpected-title">Unexpected traffic</h2>
    ${
      model.unexpected.length === 0
        ? html`<p class="nothing">
            ${icon('note')}${
              model.flows.count === 0
                ? 'There was no flow to judge.'
                : model.server.source === 'unknown'
                  ? 'This server is not known, so no flow can be called expected or unexpected.'
                  : 'Every flow in the capture is explained by a rule or a pack.'
            }
          </p>`
        : scrollBox('Unexpected traffic', table(model))
    }
    ${when(
      omitted > 0,
      () =>
        html`<p class="capped">
          ${counted(omitted, 'more group')} left out; the flows are in the JSON and CSV.
        </p>`,
    )}
  </section>`;
}

/** The section "What was not found". */
export function notFoundSection(model: ReportModel): Html {
  return html`<section id="not-found" aria-labelledby="not-found-title">
    <h2 id="not-found-title">What was not found</h2>
    ${
      model.notFound.length === 0
        ? html`<p>Nothing to list.</p>`
        : html`<ul class="plain">
            ${model.notFound.map((sentence) => html`<li>${sentence}</li>`)}
          </ul>`
    }
  </section>`;
}
