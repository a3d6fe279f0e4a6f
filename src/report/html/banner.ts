/** The top of the report: the verdict in one sentence, what to do, and the numbers that frame it. */
import { VERDICTS } from '../../verdict/words/words.js';
import type { ReportModel } from '../model.js';
import { count, counted, utcSpan } from '../quantities.js';
import { serverLine, ticketLines } from '../ticket.js';
import { VERDICT_WORDING } from '../wording.js';
import { html, textLines, when } from './markup.js';
import type { Html } from './markup.js';
import { copyable, icon, timeTag } from './pieces.js';

const STATUS = {
  working: { label: 'Everything required works', icon: 'working' },
  findings: { label: 'Action needed', icon: 'blocked' },
  inconclusive: { label: 'No safe answer yet', icon: 'inconclusive' },
} as const;

/** Required rules decide the result; the others stand apart, or a healthy report would seem to have open ends. */
function tally(model: ReportModel): Html {
  const { byVerdict, byRequiredVerdict } = model.totals;
  const required = new Map(Object.entries(byRequiredVerdict));
  const others = VERDICTS.map((verdict) => ({
    verdict,
    n: (byVerdict[verdict] ?? 0) - (byRequiredVerdict[verdict] ?? 0),
  })).filter(({ n }) => n > 0);
  return html`<ul class="tally" aria-label="Verdicts of the required rules in numbers">
      ${VERDICTS.filter((verdict) => required.has(verdict)).map(
        (verdict) =>
          html`<li class="${verdict}">
            ${icon(verdict)}<strong>${count(required.get(verdict) ?? 0)}</strong>
            ${VERDICT_WORDING[verdict].label}
          </li>`,
      )}
    </ul>
    ${when(
      others.length > 0,
      () =>
        html`<p class="others">
          Rules that are not required:
          ${others.map(({ verdict, n }) => `${count(n)} ${VERDICT_WORDING[verdict].label.toLowerCase()}`).join(', ')}.
        </p>`,
    )}`;
}

function ticket(model: ReportModel): Html {
  return html`<details class="ticket">
    <summary>Text for a support ticket</summary>
    <p><button type="button" class="copy-block" data-copies="ticket-text" hidden>Copy ticket text</button></p>
    <pre id="ticket-text" tabindex="0" role="group" aria-label="Text for a support ticket">
${textLines(ticketLines(model))}</pre>
  </details>`;
}

function facts(model: ReportModel): Html {
  const span = utcSpan(model.firstTime, model.lastTime);
  return html`<dl class="facts">
    <div>
      <dt>Server</dt>
      <dd>${serverLine(model)}</dd>
    </div>
    <div>
      <dt>Captured</dt>
      <dd>${span}</dd>
    </div>
    <div>
      <dt>Looked at</dt>
      <dd>
        ${counted(model.hosts.length, 'computer')} × ${counted(model.rules.length, 'rule')},
        ${counted(model.totals.flows, 'flow')}, ${counted(model.totals.packets, 'packet')}
      </dd>
    </div>
    <div>
      <dt>Report made</dt>
      <dd>${timeTag(model.generatedAt)}</dd>
    </div>
  </dl>`;
}

/** The most serious fault of the capture that weakens verdicts. */
function captureFault({ quality, interrupted }: ReportModel): Html | null {
  const weakening = quality.filter(({ text, consequence }) => consequence !== '' && text !== interrupted);
  const worst =
    weakening.find(({ level }) => level === 'serious') ?? weakening.find(({ level }) => level === 'warning');
  if (worst === undefined) return null;
  return html`<p class="interrupted">
    ${icon('degraded')}<strong>The capture itself:</strong> ${worst.text} ${worst.consequence}
  </p>`;
}

/** What stands for what in a report that leaves the building. */
function sharedNote({ shared }: ReportModel): Html | null {
  if (shared === undefined) return null;
  return html`<p class="interrupted shared">
    ${icon('working')}<strong>Shared report:</strong> ${shared.replaced} ${shared.kept}
  </p>`;
}

/** Header, verdict, first action, facts and the ticket text. */
export function banner(model: ReportModel): Html {
  const status = STATUS[model.summary.status];
  return html`<section class="banner ${model.summary.status}" id="verdict" aria-labelledby="sentence">
    <p class="status">${icon(status.icon)}${status.label}</p>
    <h1 id="sentence">${model.summary.sentence}</h1>
    <div class="action">
      <p><strong>What to do first:</strong> ${model.summary.action}</p>
      ${when(
        model.summary.confirm !== '',
        () => html`<p>Confirm ${model.summary.confirmWhere} with ${copyable(model.summary.confirm)}</p>`,
      )}
    </div>
    ${when(
      model.interrupted !== '',
      () =>
        html`<p class="interrupted">
          ${icon('degraded')}<strong>Not complete:</strong> ${model.interrupted}
        </p>`,
    )}
    ${sharedNote(model)}${captureFault(model)}${tally(model)}${facts(model)}${ticket(model)}
  </section>`;
}
