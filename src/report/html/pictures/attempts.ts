/**
 * The attempts of a cause over the whole capture: a lane for each of its cells, a bar for each connection that proves
 * it; when nothing was captured, or packets are missing, is shaded. The zoom on one attempt is packets.ts.
 */
import { scaleLinear } from 'd3-scale';
import type { CauseModel } from '../../model/cause-model.js';
import type { EvidenceModel, ReportModel, VerdictModel } from '../../model/model.js';
import { counted, elapsed, utc } from '../../text/quantities.js';
import { ruleLabels } from '../../text/wording.js';
import { framesText } from '../pieces/proof.js';
import { html, when } from '../pieces/markup.js';
import type { Html } from '../pieces/markup.js';
import { scrollBox } from '../pieces/pieces.js';
import { shadesLegend, shadesTable, shadesText, timeShades } from './shades.js';
import { timeTicks } from './time-axis.js';

const WIDTH = 760;
const LEFT = 190;
const RIGHT = 10;
const TOP = 6;
const LANE = 18;
/** Lanes drawn; the rest is counted. */
const MAX_LANES = 8;
/** A bar is at least so wide that it is seen. */
const MIN_BAR = 3;
/** Letters of a lane's name that fit before it. */
const MAX_NAME = 28;

interface Lane {
  readonly name: string;
  readonly verdict: VerdictModel;
}

function lanesOf({ cells }: CauseModel, model: ReportModel): readonly Lane[] {
  const labelOf = ruleLabels(model.rules);
  return cells.slice(0, MAX_LANES).flatMap((cell) => {
    const verdict = model.verdicts.at(cell);
    if (verdict === undefined || verdict.evidence.length === 0) return [];
    const { name, address } = verdict.host;
    const host = name === '' ? address : (name.split('.')[0] ?? name);
    return { name: `${host} ${labelOf(verdict.rule)}`, verdict };
  });
}

function short(name: string): string {
  return name.length <= MAX_NAME ? name : `${name.slice(0, MAX_NAME - 1)}…`;
}

function bar(evidence: EvidenceModel, x: (at: EvidenceModel['firstTime']) => number, y: number): Html {
  const from = x(evidence.firstTime);
  const width = Math.max(MIN_BAR, x(evidence.lastTime) - from);
  return html`<rect class="span" x="${from.toFixed(1)}" y="${y - 5}" width="${width.toFixed(1)}" height="10"
    ><title>${framesText(evidence)}: ${evidence.shows}</title></rect
  >`;
}

function table(lanes: readonly Lane[], model: ReportModel): Html {
  return html`<details>
    <summary>The attempts as a table</summary>
    ${scrollBox(
      'The attempts as a table',
      html`<table>
        <thead>
          <tr>
            <th scope="col">Cell</th>
            <th scope="col">From</th>
            <th scope="col">To</th>
            <th scope="col">Frames</th>
          </tr>
        </thead>
        <tbody>
          ${lanes.flatMap(({ name, verdict }) =>
            verdict.evidence.map(
              (one) =>
                html`<tr>
                  <th scope="row">${name}</th>
                  <td>${utc(one.firstTime)}</td>
                  <td>${utc(one.lastTime)}</td>
                  <td>${framesText(one)}</td>
                </tr>`,
            ),
          )}
        </tbody>
      </table>`,
    )}
    ${shadesTable(model)}
  </details>`;
}

/** Null when there is nothing to draw. */
export function attemptsOverTime(cause: CauseModel, model: ReportModel): Html | null {
  const { firstTime, lastTime } = model;
  const lanes = lanesOf(cause, model);
  if (lanes.length === 0 || firstTime === null || lastTime === null) return null;
  const seconds = Math.max(elapsed(firstTime, lastTime), 1e-3);
  const scale = scaleLinear([0, seconds], [LEFT, WIDTH - RIGHT]).clamp(true);
  const x = (at: EvidenceModel['firstTime']): number => scale(elapsed(firstTime, at));
  const bottom = TOP + lanes.length * LANE + 4;
  const more = cause.cells.length - lanes.length;
  const id = `over-${cause.id}`;
  const label = 'Attempts over the whole capture';
  const shaded = shadesText(model);
  // On paper, where the evidence stands beside it, a single lane says nothing more.
  return html`<figure class="${lanes.length === 1 ? 'one-lane' : 'lanes'}">
    <figcaption>
      ${label}${when(more > 0, () => html` <span class="sub">${counted(more, 'cell')} more</span>`)}
    </figcaption>
    ${scrollBox(
      label,
      html`<svg
        class="picture"
        width="${WIDTH}"
        height="${bottom + 22}"
        viewBox="0 0 ${WIDTH} ${bottom + 22}"
        role="img"
        aria-labelledby="${id}"
      >
        <title id="${id}">
          ${label}: ${counted(lanes.length, 'lane')}, from ${utc(firstTime)} to
          ${utc(lastTime)}${shaded === '' ? '' : `; ${shaded}`}
        </title>
        ${timeShades(model, scale, TOP, bottom)}
        ${lanes.map(({ name, verdict }, i) => {
          const y = TOP + i * LANE + LANE / 2;
          return html`<text class="strong ending" x="${LEFT - 8}" y="${y + 4}">${short(name)}</text>
            <path class="lane" d="M${LEFT} ${y}H${WIDTH - RIGHT}" />${verdict.evidence.map((one) =>
              bar(one, x, y),
            )}`;
        })}
        ${timeTicks(scale, firstTime, bottom)}
      </svg>`,
    )}
    ${shadesLegend(model)} ${table(lanes, model)}
  </figure>`;
}
