/** The causes in the first screen: what fails for how many, who must act, and the one thing to do. */
import type { CauseModel } from '../../model/cause-model.js';
import { notRequired, ownerTicketText } from '../../text/cause-ticket.js';
import { FACT_WORDING } from '../../text/fact-wording.js';
import type { ReportModel } from '../../model/model.js';
import { count } from '../../text/quantities.js';
import { html, textLines, when } from './markup.js';
import type { Html } from './markup.js';
import { OWNER_WORDING, breakable, icon } from './pieces.js';

/**
 * Causes in the first screen of the page.
 * @reached further ones are listed below the matrix
 */
export const MAX_FIRST_CAUSES = 6;

export function causeLook({ onlyDegraded }: CauseModel): 'degraded' | 'blocked' {
  return onlyDegraded ? 'degraded' : 'blocked';
}

/** '195 of 195', '1'; empty for findings of the payload. */
export function computersOf({ computers, tried }: CauseModel): string {
  return tried > computers || tried > 1 ? `${count(computers)} of ${count(tried)}` : count(computers);
}

function row(cause: CauseModel, model: ReportModel): Html {
  const look = causeLook(cause);
  const optional = notRequired(cause);
  return html`<tr class="${look}">
    <th scope="row">
      ${icon(look)}<span class="sr">${FACT_WORDING[cause.fact].label}: </span
      ><a href="#${cause.id}">${breakable(cause.title)}</a>${when(
        optional !== '',
        () => html` <span class="sub">${optional}</span>`,
      )}
    </th>
    <td data-name="Computers">${computersOf(cause)}</td>
    <td data-name="Who">${OWNER_WORDING[cause.owner]}</td>
    <td data-name="Do this">${breakable(cause.action)}</td>
    <td>
      <button
        type="button"
        class="copy-block"
        data-copies="${cause.id}-ticket"
        aria-label="Copy the ticket text of ${cause.id}"
        hidden
      >
        Copy
      </button>
      <pre class="copied" id="${cause.id}-ticket" hidden>${textLines(ownerTicketText(cause, model))}</pre>
    </td>
  </tr> `;
}

/** Null = there is no cause. */
export function causeTable(model: ReportModel): Html | null {
  const shown = model.causes.slice(0, MAX_FIRST_CAUSES);
  if (shown.length === 0) return null;
  const more = model.causes.length - shown.length;
  return html`<table class="cause-table" id="first">
      <caption class="sr">
        Each line is one thing to mend, the most serious first
      </caption>
      <thead>
        <tr>
          <th scope="col">Cause</th>
          <th scope="col">Computers</th>
          <th scope="col">Who</th>
          <th scope="col">Do this</th>
          <th scope="col">Ticket</th>
        </tr>
      </thead>
      <tbody>
        ${shown.map((cause) => row(cause, model))}
      </tbody>
    </table>
    ${when(
      more > 0,
      () =>
        html`<p class="cause-more">
          <a href="#causes">${count(more)} more ${more === 1 ? 'cause' : 'causes'}</a>, less serious.
        </p>`,
    )}`;
}
