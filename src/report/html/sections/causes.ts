/** The causes as lines that open: each tells its evidence, reasoning, pictures and commands once. */
import type { CauseModel } from '../../model/cause-model.js';
import { notRequired } from '../../text/cause-ticket.js';
import { FACT_WORDING } from '../../text/fact-wording.js';
import type { ReportModel, RuleModel, VerdictModel } from '../../model/model.js';
import { count, counted, utcSpan } from '../../text/quantities.js';
import { CONFIDENCE_WORDING, LOCATION_WORDING, hostLabel } from '../../text/wording.js';
import { causeLook, computersOf } from '../pieces/cause-table.js';
import { html, when } from '../pieces/markup.js';
import type { Html } from '../pieces/markup.js';
import { attemptsOverTime } from '../pictures/attempts.js';
import { packetsFigure } from '../pictures/packets.js';
import { OWNER_WORDING, badge, breakable, brief, cellId, copyable } from '../pieces/pieces.js';
import { evidenceList, framesText, reasoning } from '../pieces/proof.js';
import { ShownRemedies, symptoms } from './remedies.js';

/**
 * Causes in the page, as lines.
 * @reached further ones are counted
 */
export const MAX_HTML_CAUSES = 100;
/**
 * Elements that the open parts of the page's causes may have together.
 * @reached later causes are told without pictures and evidence
 */
export const MAX_CAUSE_ELEMENTS = 3500;
/** Cells of a cause that are named. */
const MAX_NAMED_CELLS = 30;

function elements(markup: Html): number {
  return markup.toString().match(/<[a-z]/g)?.length ?? 0;
}

interface Shown {
  readonly model: ReportModel;
  readonly remedies: ShownRemedies;
  /** Names of the cells that stand in the page without a script. */
  readonly linked: ReadonlySet<string>;
  readonly labelOf: (rule: string) => string;
}

/** 'ws02 9003' that leads to its cell; the script makes links of those that it draws itself. */
function cellName({ host, rule }: VerdictModel, { linked, labelOf }: Shown): Html {
  const id = cellId(host, rule);
  const name = `${host.name === '' ? host.address : host.name} ${labelOf(rule)}`;
  return linked.has(id)
    ? html`<li><a href="#${id}">${breakable(name)}</a></li>`
    : html`<li data-cell="${id}">${breakable(name)}</li>`;
}

function cellNames(cause: CauseModel, shown: Shown): Html | null {
  const named = cause.cells.slice(0, MAX_NAMED_CELLS).flatMap((cell) => shown.model.verdicts.at(cell) ?? []);
  if (named.length === 0) return null;
  const more = cause.cells.length - named.length;
  return html`<h3>In the matrix</h3>
    <ul class="cells">
      ${named.map((verdict) => cellName(verdict, shown))}
      ${when(more > 0, () => html`<li>and ${counted(more, 'more cell')}</li>`)}
    </ul>
    ${showButton(cause)}`;
}

/** Needs the script. */
function showButton({ id, cells }: CauseModel): Html | null {
  if (cells.length === 0) return null;
  return html`<p>
    <button type="button" class="show-cause" data-cause="${id}" hidden>Show its cells in the matrix</button>
  </p>`;
}

/** Who, when and what to do; always there. */
function todo(cause: CauseModel): Html {
  return html`<div class="do-this">
    <strong>Do this:</strong> ${breakable(cause.action)} <span class="sub">For ${cause.who}.</span>
    ${when(cause.confirm !== '', () => html`<br />Confirm ${cause.confirmWhere} with ${copyable(cause.confirm)}`)}
  </div>`;
}

function ruleOf(model: ReportModel, id: string | undefined): RuleModel | undefined {
  return model.rules.find((rule) => rule.id === id);
}

/** What the first cell of a cause shows stands for all of them; the others are listed with their frames. */
function otherEvidence(cause: CauseModel, { model, labelOf }: Shown): Html | null {
  const others = cause.cells.slice(1, 6).flatMap((cell) => model.verdicts.at(cell) ?? []);
  const lines = others.flatMap((verdict) => {
    const [first] = verdict.evidence;
    if (first === undefined) return [];
    return html`<li>
      <p>
        ${hostLabel(verdict.host)}, ${labelOf(verdict.rule)}: <strong>${framesText(first)}</strong>
        ${copyable(first.filter)}
      </p>
    </li>`;
  });
  if (lines.length === 0) return null;
  return html`<div class="others">
    <h3>The same for others</h3>
    <ul class="evidence">
      ${lines}
    </ul>
  </div>`;
}

function proof(cause: CauseModel, shown: Shown): Html | null {
  const { model } = shown;
  const [cell = -1] = cause.cells;
  const first = model.verdicts.at(cell);
  if (first === undefined) return observed(cause, model);
  const rule = ruleOf(model, first.rule);
  return html`<p>${brief(first.reason)}</p>
    ${symptoms(rule)} ${attemptsOverTime(cause, model)} ${packetsFigure(first, rule, cause.id)}
    <div class="columns">
      <div>
        <h3>Evidence${cause.cells.length > 1 ? `: ${hostLabel(first.host)}` : ''}</h3>
        ${evidenceList(first)} ${otherEvidence(cause, shown)}
      </div>
      <div>
        <h3>Reasoning</h3>
        ${reasoning(first)}
      </div>
    </div>
    ${shown.remedies.of(cause.remedy)}`;
}

/** A cause without cells is a finding of the payload, which is told in its own section. */
function observed(cause: CauseModel, { observations }: ReportModel): Html | null {
  if (observations.length === 0) return null;
  return html`<p>
    ${LOCATION_WORDING[cause.location]}. ${brief(cause.locationReason)} It was
    <a href="#observations">seen in the payload</a>.
  </p>`;
}

function cause(one: CauseModel, shown: Shown, whole: boolean): Html {
  const look = causeLook(one);
  const { firstTime, lastTime } = one;
  const inside = html`${todo(one)}
    <p class="sub">
      ${when(firstTime !== null, () => html`Seen ${utcSpan(firstTime, lastTime)}. `)}${
        one.worksFor > 0 ? `The same works for ${counted(one.worksFor, 'other computer')}. ` : ''
      }${LOCATION_WORDING[one.location]};
      confidence:
      ${CONFIDENCE_WORDING[one.confidence].label.toLowerCase()}${notRequired(one) === '' ? '.' : '. Not required.'}
    </p>
    ${whole ? html`${proof(one, shown)} ${cellNames(one, shown)}` : showButton(one)}
    <p class="back"><a href="#first">Back to the answer</a> · <a href="#matrix">To the matrix</a></p>`;
  return html`<details class="cause ${look}" id="${one.id}">
    <summary>
      ${badge(look, FACT_WORDING[one.fact].label)}
      <span class="cause-title">${breakable(one.title)}</span>
      <span class="sub">${computersOf(one)} · ${OWNER_WORDING[one.owner]}</span>
    </summary>
    <div class="cause-body">${inside}</div>
  </details> `;
}

/**
 * The section "Causes"; null = nothing fails.
 *
 * @param linked names of the cells that stand in the page without a script
 */
export function causesSection(
  model: ReportModel,
  linked: ReadonlySet<string>,
  labelOf: (rule: string) => string,
): Html | null {
  const listed = model.causes.slice(0, MAX_HTML_CAUSES);
  if (listed.length === 0) return null;
  const shown: Shown = { model, remedies: new ShownRemedies(model), linked, labelOf };
  let left = MAX_CAUSE_ELEMENTS;
  const lines = listed.map((one) => {
    const line = left > 0 ? cause(one, shown, true) : cause(one, shown, false);
    left -= elements(line);
    return line;
  });
  const more = model.causes.length - listed.length;
  return html`<section id="causes" aria-labelledby="causes-title">
    <h2 id="causes-title">Causes, with their evidence</h2>
    ${lines}
    ${when(
      more > 0,
      () => html`<p class="capped">${count(more)} more ${more === 1 ? 'is' : 'are'} in the JSON output.</p>`,
    )}
  </section>`;
}
