/** The flows table: the flows worth most to a reader, in HTML so that it is there without a script. */
import type { FlowModel } from '../../model/flow-model.js';
import type { ReportModel } from '../../model/model.js';
import { bytes, count, counted, duration } from '../../text/quantities.js';
import { CLASS_WORDING, OUTCOME_WORDING, serviceLabel } from '../../text/wording.js';
import { html, when } from '../pieces/markup.js';
import type { Html } from '../pieces/markup.js';
import { breakable, scrollBox, shortName } from '../pieces/pieces.js';

/**
 * Flows that stand in the page without a script, failed and unexpected first.
 * @reached the script shows the others from the embedded result
 */
export const MAX_STATIC_FLOWS = 60;
/**
 * Flows in the page, failed and unexpected first.
 * @reached further ones are counted; they are in the CSV
 */
export const MAX_HTML_FLOWS = 1500;
/** Rows on paper; print.css hides the others when printing. */
const MAX_PRINTED_FLOWS = 12;

function end({ ip, port, name }: FlowModel['orig'], icmp: boolean): Html {
  return html`<td class="end">
    ${ip.includes(':') && !icmp ? `[${ip}]` : ip}${icmp ? null : `:${port}`}${
      name === '' ? null : html`<br /><i>${breakable(shortName(name))}</i>`
    }
  </td>`;
}

function row(flow: FlowModel, label: (id: string) => string): Html {
  const icmp = flow.proto === 'icmp' || flow.proto === 'icmp6';
  const { orig, resp } = flow;
  const rule = flow.rule === '' ? '' : label(flow.rule);
  return html`<tr>
    <td>${flow.id}</td>
    <td>${flow.firstTime.iso.slice(11, 23)}</td>
    <td>${flow.proto.toUpperCase()}${icmp ? ` ${orig.port}/${resp.port}` : ''}</td>
    ${end(orig, icmp)} ${end(resp, icmp)}
    <td>${OUTCOME_WORDING[flow.outcome].label}<br /><i>${flow.connState} ${flow.history}</i></td>
    <td>${CLASS_WORDING[flow.class].label}<br /><i>${flow.reason}</i></td>
    <td>${rule}${rule === '' || flow.service === '' ? null : html`<br />`}<i>${serviceLabel(flow)}</i></td>
    <td class="num">
      ${count(orig.packets)} / ${count(resp.packets)}<br /><i>${bytes(orig.bytes)} / ${bytes(resp.bytes)}</i>
    </td>
    <td class="num">${duration(flow.duration)}</td>
    <td class="num">${flow.firstFrame}–${flow.lastFrame}</td>
  </tr> `;
}

const HEADINGS = [
  'Flow',
  'Start (UTC)',
  'Protocol',
  'Originator',
  'Responder',
  'Outcome',
  'Class',
  'Rule, recognised as',
  'Packets, bytes out / back',
  'Duration',
  'Frames',
] as const;

function totals(model: ReportModel): Html {
  const listed = (counts: Readonly<Record<string, number>>, label: (key: string) => string) =>
    Object.entries(counts)
      .filter(([, n]) => n > 0)
      .sort(([, a], [, b]) => b - a)
      .map(([key, n]) => `${label(key)} ${count(n)}`)
      .join(', ');
  const outcome = (key: string) => labelOf(OUTCOME_WORDING, key);
  const kind = (key: string) => labelOf(CLASS_WORDING, key);
  const { frames, packets, nonIp, byOutcome, byClass } = model.totals;
  return html`<p>
    ${counted(frames, 'frame')} held ${counted(packets, 'IP packet')} (${bytes(model.totals.bytes)}) in
    ${counted(model.totals.flows, 'flow')}${nonIp > 0 ? `; ${counted(nonIp, 'frame')} held no IP packet` : ''}.
    ${listed(byClass, kind) === '' ? null : html`<strong>By class:</strong> ${listed(byClass, kind)}.`}
    ${listed(byOutcome, outcome) === '' ? null : html`<strong>By outcome:</strong> ${listed(byOutcome, outcome)}.`}
  </p>`;
}

function labelOf(wording: Readonly<Record<string, { readonly label: string }>>, key: string): string {
  return wording[key]?.label ?? key;
}

function table(shown: readonly FlowModel[], label: (id: string) => string): Html {
  return scrollBox(
    'Flows',
    html`<table class="flows" id="flow-table">
      <caption>
        Failed and unexpected first
      </caption>
      <thead>
        <tr>
          ${HEADINGS.map((heading) => html`<th scope="col">${heading}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${shown.map((flow) => row(flow, label))}
      </tbody>
    </table>`,
  );
}

/** The section "Flows" with the flows given, worst first. */
export function flowsSection(
  model: ReportModel,
  embedded: readonly FlowModel[],
  label: (id: string) => string,
): Html {
  const all = model.flows.count;
  const shown = embedded.slice(0, MAX_STATIC_FLOWS);
  return html`<section id="flows" aria-labelledby="flows-title">
    <h2 id="flows-title">Flows</h2>
    ${totals(model)}
    ${when(
      shown.length < all,
      () =>
        html`<p class="capped">
          ${count(shown.length)} of ${counted(all, 'flow')} shown, failed and unexpected
          first${
            embedded.length > shown.length
              ? `; with JavaScript, ${count(embedded.length)} can be searched`
              : ''
          }.
          All are in flows.csv and in the JSON output.
        </p>`,
    )}
    <p class="filter" hidden>
      <label for="flow-filter">Show only flows that contain</label>
      <input id="flow-filter" type="search" autocomplete="off" spellcheck="false" />
      <span id="flow-count" role="status"></span>
    </p>
    ${shown.length === 0 ? html`<p>There is no flow.</p>` : table(shown, label)}
    <p><button type="button" id="flow-more" hidden>Show more flows</button></p>
    ${when(
      shown.length > MAX_PRINTED_FLOWS,
      () => html`<p class="print-only">On paper the table ends after ${MAX_PRINTED_FLOWS} flows.</p>`,
    )}
  </section>`;
}
