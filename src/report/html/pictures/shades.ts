/**
 * Times of which the capture does not hold all: nothing was captured, or packets are missing. They are shaded in the
 * pictures over time, named in a legend, and lines of the table beside each picture.
 */
import type { ActivityModel, CaptureLoss } from '../../model/activity-model.js';
import type { ReportModel } from '../../model/model.js';
import { count, counted, duration } from '../../text/quantities.js';
import { html, when } from '../pieces/markup.js';
import type { Html } from '../pieces/markup.js';
import type { TimeScale } from './time-axis.js';

const NOTHING: Pick<ActivityModel, 'gaps' | 'losses'> = { gaps: [], losses: [] };
/** Lines of the table beside a picture; the rest is counted. */
const MAX_LINES = 12;
/** A shade is at least so wide that it is seen, pixels. */
const MIN_SHADE = 3;

const SIGN_WORDING: Readonly<Record<CaptureLoss['sign'], string>> = {
  unseen: 'acknowledged, but not captured',
  counted: 'counted as lost by the capture program',
};

interface Shade {
  readonly look: 'gap' | 'loss';
  readonly from: number;
  readonly to: number;
  readonly text: string;
}

function shadesOf({ activity }: ReportModel): readonly Shade[] {
  const { gaps, losses } = activity ?? NOTHING;
  return [
    ...gaps.map(({ from, to }) => ({
      look: 'gap' as const,
      from,
      to,
      text: `No frame was captured for ${duration(to - from)}`,
    })),
    ...losses.map(({ from, to, sign, signs }) => ({
      look: 'loss' as const,
      from,
      to,
      text: `Packets are missing: ${SIGN_WORDING[sign]}${signs > 1 ? `, ${count(signs)} times` : ''}`,
    })),
  ];
}

/** Shades from `top` to `bottom`; losses lie on the gaps. */
export function timeShades(
  model: ReportModel,
  scale: TimeScale,
  top: number,
  bottom: number,
): readonly Html[] {
  return shadesOf(model).map(({ look, from, to, text }) => {
    const x = scale(from);
    const width = Math.max(look === 'gap' ? 1 : MIN_SHADE, scale(to) - x);
    return html`<rect
      class="${look}"
      x="${x.toFixed(1)}"
      y="${top}"
      width="${width.toFixed(1)}"
      height="${bottom - top}"
      ><title>${text}</title></rect
    >`;
  });
}

/** '1 time without a frame and 2 times with missing packets are shaded'; '' = nothing is. */
export function shadesText({ activity }: ReportModel): string {
  const { gaps, losses } = activity ?? NOTHING;
  const parts = [
    gaps.length > 0 ? `${counted(gaps.length, 'time')} without a frame` : '',
    losses.length > 0 ? `${counted(losses.length, 'time')} with missing packets` : '',
  ].filter((part) => part !== '');
  if (parts.length === 0) return '';
  return `${parts.join(' and ')} ${gaps.length + losses.length === 1 ? 'is' : 'are'} shaded`;
}

function swatch(look: Shade['look'], text: string): Html {
  return html`<span class="entry"
    ><svg class="picture swatch" width="18" height="12" aria-hidden="true">
      <rect class="${look}" x="1" y="1" width="16" height="10" /></svg
    >${text}</span
  >`;
}

/** What the shades mean; null = there are none. */
export function shadesLegend({ activity }: ReportModel): Html | null {
  const { gaps, losses } = activity ?? NOTHING;
  if (gaps.length + losses.length === 0) return null;
  return html`<p class="shades">
    ${when(gaps.length > 0, () => swatch('gap', 'no frame was captured for a minute or longer'))}
    ${when(losses.length > 0, () => swatch('loss', 'packets are missing from the capture'))}
  </p>`;
}

/** A table of the shaded times, in the order of time; null = there are none. */
export function shadesTable(model: ReportModel): Html | null {
  const shades = [...shadesOf(model)].sort((a, b) => a.from - b.from);
  if (shades.length === 0) return null;
  const more = shades.length - MAX_LINES;
  return html`<table>
      <thead>
        <tr>
          <th scope="col">After the first packet</th>
          <th scope="col">Shaded</th>
        </tr>
      </thead>
      <tbody>
        ${shades.slice(0, MAX_LINES).map(
          ({ from, to, text }) =>
            html`<tr>
              <th scope="row">${duration(from)}${to > from ? ` to ${duration(to)}` : ''}</th>
              <td>${text}</td>
            </tr>`,
        )}
      </tbody>
    </table>
    ${when(more > 0, () => html`<p class="capped">${counted(more, 'shaded time')} more.</p>`)}`;
}
