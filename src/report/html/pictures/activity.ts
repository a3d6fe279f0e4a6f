/** Traffic over the time of the capture: connections that began, those that failed, and when each cause was seen. */
import { scaleLinear } from 'd3-scale';
import type { ActivityModel } from '../../model/activity-model.js';
import type { CauseModel } from '../../model/cause-model.js';
import type { ReportModel } from '../../model/model.js';
import { count, counted, duration, elapsed, utcSpan } from '../../text/quantities.js';
import { causeLook } from '../pieces/cause-table.js';
import { html } from '../pieces/markup.js';
import type { Html } from '../pieces/markup.js';
import { scrollBox } from '../pieces/pieces.js';
import { shadesLegend, shadesTable, shadesText, timeShades } from './shades.js';
import { timeTicks } from './time-axis.js';

const WIDTH = 1000;
const LEFT = 240;
const RIGHT = 10;
const TOP = 8;
const HEIGHT = 76;
const LANE = 16;
/** Causes drawn below the traffic; the rest is counted. */
const MAX_CAUSES = 10;
const MAX_TITLE = 36;

type Timed = CauseModel & { readonly firstTime: object; readonly lastTime: object };

function timed(causes: readonly CauseModel[]): readonly Timed[] {
  return causes.filter((one): one is Timed => one.firstTime !== null && one.lastTime !== null);
}

function bars(
  values: readonly number[],
  look: string,
  x: (part: number) => number,
  y: (n: number) => number,
): Html {
  return html`${values.map((value, part) =>
    value === 0
      ? null
      : html`<rect
          class="${look}"
          x="${x(part).toFixed(1)}"
          y="${y(value).toFixed(1)}"
          width="${Math.max(1, x(part + 1) - x(part) - 1).toFixed(1)}"
          height="${(y(0) - y(value)).toFixed(1)}"
        />`,
  )}`;
}

function lane(cause: Timed, x: (seconds: number) => number, y: number, model: ReportModel): Html {
  const from = x(elapsed(model.firstTime ?? cause.firstTime, cause.firstTime));
  const to = x(elapsed(model.firstTime ?? cause.firstTime, cause.lastTime));
  const { title } = cause;
  const short = title.length <= MAX_TITLE ? title : `${title.slice(0, MAX_TITLE - 1)}…`;
  return html`<g class="${causeLook(cause)}"
    ><title>${cause.title}: ${utcSpan(cause.firstTime, cause.lastTime)}</title
    ><text class="ending" x="${LEFT - 8}" y="${y + 4}">${short}</text
    ><path class="lane" d="M${LEFT} ${y}H${WIDTH - RIGHT}" /><rect
      class="span"
      x="${from.toFixed(1)}"
      y="${y - 4}"
      width="${Math.max(3, to - from).toFixed(1)}"
      height="8"
  /></g>`;
}

/** Parts of the picture that are one line of its table. */
const TABLE_PARTS = 10;

function sum(values: readonly number[]): number {
  return values.reduce((a, b) => a + b, 0);
}

function partLines({ begun, failed, step }: ActivityModel): readonly Html[] {
  return Array.from({ length: Math.ceil(begun.length / TABLE_PARTS) }, (_, i) => {
    const [from, to] = [i * TABLE_PARTS, (i + 1) * TABLE_PARTS];
    return html`<tr>
      <th scope="row">${duration(from * step)} to ${duration(to * step)}</th>
      <td class="num">${count(sum(begun.slice(from, to)))}</td>
      <td class="num">${count(sum(failed.slice(from, to)))}</td>
    </tr>`;
  });
}

function causeLines(shown: readonly Timed[]): Html | null {
  if (shown.length === 0) return null;
  return html`<ul class="plain">
    ${shown.map(
      (cause) =>
        html`<li><a href="#${cause.id}">${cause.title}</a>: ${utcSpan(cause.firstTime, cause.lastTime)}</li>`,
    )}
  </ul>`;
}

function table(activity: ActivityModel, shown: readonly Timed[], model: ReportModel): Html {
  return html`<details>
    <summary>The same in numbers</summary>
    ${scrollBox(
      'Connections over time, in numbers',
      html`<table>
        <thead>
          <tr>
            <th scope="col">After the first packet</th>
            <th scope="col" class="num">Connections that began</th>
            <th scope="col" class="num">Failed</th>
          </tr>
        </thead>
        <tbody>
          ${partLines(activity)}
        </tbody>
      </table>`,
    )}
    ${causeLines(shown)} ${shadesTable(model)}
  </details>`;
}

/** The figure; null when nothing is known about the time. */
export function activityFigure(model: ReportModel): Html | null {
  const { activity, firstTime, lastTime } = model;
  if (activity === null || firstTime === null || lastTime === null) return null;
  const { begun, failed, step } = activity;
  const seconds = step * begun.length;
  const scale = scaleLinear([0, seconds], [LEFT, WIDTH - RIGHT]).clamp(true);
  const most = Math.max(1, ...begun);
  const y = scaleLinear([0, most], [TOP + HEIGHT, TOP]);
  const shown = timed(model.causes).slice(0, MAX_CAUSES);
  const bottom = TOP + HEIGHT + 8 + shown.length * LANE + 4;
  const part = (i: number): number => scale(i * step);
  const text = `${counted(sum(begun), 'connection')} began, ${count(sum(failed))} of them failed`;
  return html`<figure>
    <figcaption>
      Connections and causes over time <span class="sub">${text}; a bar is ${duration(step)}</span>
    </figcaption>
    ${scrollBox(
      'Connections and causes over time',
      html`<svg
        class="picture"
        width="${WIDTH}"
        height="${bottom + 22}"
        viewBox="0 0 ${WIDTH} ${bottom + 22}"
        role="img"
        aria-labelledby="activity-title"
      >
        <title id="activity-title">
          Connections over time:
          ${[`${text}. ${utcSpan(firstTime, lastTime)}`, shadesText(model)].filter(Boolean).join('; ')}
        </title>
        ${timeShades(model, scale, TOP, bottom)}
        <text class="ending" x="${LEFT - 8}" y="${TOP + 9}">${count(most)} began</text>
        <text class="ending" x="${LEFT - 8}" y="${TOP + HEIGHT}">red: failed</text>
        ${bars(begun, 'begun', part, y)} ${bars(failed, 'failed', part, y)}
        ${shown.map((cause, i) => lane(cause, scale, TOP + HEIGHT + 12 + i * LANE + LANE / 2, model))}
        ${timeTicks(scale, firstTime, bottom)}
      </svg>`,
    )}
    ${shadesLegend(model)} ${table(activity, shown, model)}
  </figure>`;
}
