/** Traffic that no rule and no pack explains, and what was looked for and not found. */
import type { ReportModel, UnexpectedModel } from '../../model/model.js';
import { bytes, count, counted } from '../../text/quantities.js';
import { OUTCOME_WORDING, serviceLabel } from '../../text/wording.js';
import { html, when } from '../pieces/markup.js';
import type { Html } from '../pieces/markup.js';
import { breakable, copyable, icon, scrollBox } from '../pieces/pieces.js';
import { framesText } from '../pieces/proof.js';

/**
 * Groups of unexpected traffic in the page.
 * @reached further ones are counted
 */
export const MAX_HTML_UNEXPECTED = 60;

/** Groups of flows that are the same service to the same port. */
interface Service {
  readonly name: string;
  readonly groups: readonly UnexpectedModel[];
}

function serviceName(group: UnexpectedModel): string {
  const known = serviceLabel(group);
  const port = `${group.proto.toUpperCase()} ${group.respPort}`;
  return known === '' ? `${port}, not recognised` : `${known} on ${port}`;
}

function services(groups: readonly UnexpectedModel[]): readonly Service[] {
  const byName = new Map<string, UnexpectedModel[]>();
  for (const group of groups) {
    const name = serviceName(group);
    const known = byName.get(name);
    if (known === undefined) byName.set(name, [group]);
    else known.push(group);
  }
  return [...byName].map(([name, found]) => ({ name, groups: found }));
}

function line(group: UnexpectedModel): Html {
  return html`<tr>
    <th scope="row">${breakable(group.reason)}</th>
    <td class="addr">${group.orig}</td>
    <td class="addr">${group.resp}</td>
    <td>${OUTCOME_WORDING[group.outcome].label}</td>
    <td class="num">${count(group.flows)}<br /><i>${bytes(group.bytes)}</i></td>
    <td>
      ${framesText(group.evidence)} of <span class="path">${group.evidence.file}</span><br />${copyable(
        group.evidence.filter,
      )}
    </td>
  </tr>`;
}

function table(model: ReportModel): Html {
  return html`<table class="unexpected">
    <caption>
      Grouped by service; flows with the same reason and direction are counted together
    </caption>
    <thead>
      <tr>
        <th scope="col">Why it is unexpected</th>
        <th scope="col">From</th>
        <th scope="col">To</th>
        <th scope="col">Outcome</th>
        <th scope="col" class="num">Flows</th>
        <th scope="col">Evidence</th>
      </tr>
    </thead>
    ${services(model.unexpected.slice(0, MAX_HTML_UNEXPECTED)).map(
      ({ name, groups }) =>
        html`<tbody>
          <tr>
            <td colspan="6" class="service">${name}</td>
          </tr>
          ${groups.map(line)}
        </tbody>`,
    )}
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
