/** The causes as the first table: what fails for how many, who must act, and the one thing to do. */
import type { CauseModel } from '../cause-model.js';
import { ownerTicketText } from '../cause-ticket.js';
import { FACT_WORDING } from '../fact-wording.js';
import type { ReportModel } from '../model.js';
import { counted } from '../quantities.js';
import { LOCATION_WORDING } from '../wording.js';
import { html, textLines, when } from './markup.js';
import type { Html } from './markup.js';
import { icon, scrollBox, timeTag } from './pieces.js';

/**
 * Causes in the page.
 * @reached further ones are counted
 */
export const MAX_HTML_CAUSES = 200;

function timesOf(cause: CauseModel): Html | null {
  const { firstTime, lastTime } = cause;
  if (firstTime === null || lastTime === null) return null;
  return html`<span class="sub">${timeTag(firstTime)} to ${timeTag(lastTime)}</span>`;
}

function computersOf({ computers, tried, worksFor }: CauseModel): string {
  const of = tried > computers ? `${computers} of ${tried}` : String(computers);
  return worksFor === 0 ? of : `${of}; works for ${worksFor}`;
}

function row(cause: CauseModel, model: ReportModel, linked: ReadonlySet<number>): Html {
  const look = cause.onlyDegraded ? 'degraded' : 'blocked';
  const id = `cause-${cause.id}`;
  return html`<tr id="${id}">
    <th scope="row">
      <span class="badge ${look}">${icon(look)}${FACT_WORDING[cause.fact].label}</span>
      <span class="cause-title">${cause.title}</span>
      ${when(!cause.required, () => html`<span class="sub">not required</span>`)} ${timesOf(cause)}
    </th>
    <td>${computersOf(cause)}</td>
    <td>${cause.who}</td>
    <td>
      ${cause.action}
      <span class="sub">${LOCATION_WORDING[cause.location]}, confidence ${cause.confidence}.</span>
      ${cellLink(cause, linked)}
    </td>
    <td>
      <button type="button" class="copy-block" data-copies="${id}-text" hidden>Copy</button>
      <pre class="copied" id="${id}-text" hidden>${textLines(ownerTicketText(cause, model))}</pre>
    </td>
  </tr>`;
}

/** The first of its findings, where the evidence stands. */
function cellLink({ cells }: CauseModel, linked: ReadonlySet<number>): Html | null {
  const first = cells[0];
  if (first === undefined || !linked.has(first)) return null;
  return html`<a href="#v-${first}">Evidence</a>`;
}

/**
 * Null = nothing fails.
 *
 * @param linked indices of verdicts that have an anchor in the page
 */
export function causesSection(model: ReportModel, linked: ReadonlySet<number>): Html | null {
  const shown = model.causes.slice(0, MAX_HTML_CAUSES);
  if (shown.length === 0) return null;
  const more = model.causes.length - shown.length;
  return html`<section id="causes" aria-labelledby="causes-title">
    <h2 id="causes-title">Causes</h2>
    <p>Each line is one thing to mend, the most serious first.</p>
    ${scrollBox(
      'Causes',
      html`<table class="causes">
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
          ${shown.map((cause) => row(cause, model, linked))}
        </tbody>
      </table>`,
    )}
    ${when(more > 0, () => html`<p>${counted(more, 'more cause')} in the JSON result.</p>`)}
  </section>`;
}
