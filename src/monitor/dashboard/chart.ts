/** A small line chart as SVG: one line, three labels on the value axis, two on the time axis. */
import { scaleLinear } from 'd3-scale';
import { area, line } from 'd3-shape';
import { html } from '../../report/html/pieces/markup.js';
import type { Html } from '../../report/html/pieces/markup.js';
import type { Span } from './rate-history.js';

/** Units of the viewBox. */
const WIDTH = 360;
const HEIGHT = 120;
const LEFT = 58;
const RIGHT = 6;
const TOP = 8;
const BOTTOM = 22;

export interface Chart {
  /** 'Packets per second'. */
  readonly title: string;
  readonly span: Span;
  /** Oldest first, null = nothing known. */
  readonly values: readonly (number | null)[];
  readonly format: (value: number) => string;
  /** A class for its colour. */
  readonly look: string;
}

function known(values: readonly (number | null)[]): readonly number[] {
  return values.filter((value) => value !== null);
}

function summary({ title, span, values, format }: Chart): string {
  const numbers = known(values);
  const last = values.at(-1) ?? numbers.at(-1);
  if (last === undefined) return `${title}, last ${span.label}: nothing known yet`;
  return `${title}, last ${span.label}: now ${format(last)}, highest ${format(Math.max(...numbers))}`;
}

/** Path data in pieces that a template does not cut as too long to read. */
function pathData(data: string | null): readonly string[] {
  return data?.match(/.{1,900}/g) ?? [];
}

/** The figure with its caption. */
export function chartFigure(chart: Chart): Html {
  const { values, format, look, span, title } = chart;
  const top = Math.max(0, ...known(values));
  const x = scaleLinear([0, Math.max(1, values.length - 1)], [LEFT, WIDTH - RIGHT]);
  const y = scaleLinear([0, top > 0 ? top : 1], [HEIGHT - BOTTOM, TOP]).nice(2);
  const points = values.map((value, i): [number, number | null] => [i, value]);
  const drawn = line<[number, number | null]>()
    .defined(([, value]) => value !== null)
    .x(([i]) => x(i))
    .y(([, value]) => y(value ?? 0))
    .digits(1);
  const filled = area<[number, number | null]>()
    .defined(([, value]) => value !== null)
    .x(([i]) => x(i))
    .y0(y(0))
    .y1(([, value]) => y(value ?? 0))
    .digits(1);
  return html`<figure class="chart ${look}">
    <figcaption>${title} <span class="sub">last ${span.label}</span></figcaption>
    <svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${summary(chart)}">
      ${y
        .ticks(2)
        .map(
          (tick) =>
            html`<line class="grid" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${y(tick)}" y2="${y(tick)}"></line>
              <text class="value" x="${LEFT - 6}" y="${y(tick) + 3.5}">${format(tick)}</text>`,
        )}
      <path class="fill" d="${pathData(filled(points))}"></path>
      <path class="curve" d="${pathData(drawn(points))}"></path>
      <text x="${LEFT}" y="${HEIGHT - 6}">${span.label} ago</text>
      <text class="value" x="${WIDTH - RIGHT}" y="${HEIGHT - 6}">now</text>
    </svg>
  </figure>`;
}
