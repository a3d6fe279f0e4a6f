/** What the pictures over the time of a capture share: the scale, and ticks with clock times. */
import type { ScaleLinear } from 'd3-scale';
import type { TimeStamp } from '../../model/time-model.js';
import { html } from '../pieces/markup.js';
import type { Html } from '../pieces/markup.js';

/** Pixels that a label of a tick needs. */
const TICK_WIDTH = 90;
const MINUTE = 60;
/** Distances of ticks that people count in, seconds. */
const STEPS = [
  0.001, 0.01, 0.1, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 21_600, 43_200,
  86_400, 172_800, 604_800, 2_592_000, 31_536_000,
];

/** From seconds after the capture's first packet to pixels. */
export type TimeScale = ScaleLinear<number, number>;

/** '08:00:03', with the date where days pass, with milliseconds where less than a second does. */
function clock(first: TimeStamp, seconds: number, step: number): string {
  const at = new Date((first.sec + seconds) * 1000 + first.nsec / 1e6);
  if (!Number.isFinite(at.getTime())) return '';
  const iso = at.toISOString();
  if (step >= 86_400) return iso.slice(0, 10);
  if (step >= MINUTE) return iso.slice(11, 16);
  return step >= 1 ? iso.slice(11, 19) : iso.slice(17, 23);
}

/** The axis with its ticks, at the height `y`. */
export function timeTicks(scale: TimeScale, first: TimeStamp, y: number): Html {
  const [from = 0, to = 0] = scale.range();
  const [, seconds = 0] = scale.domain();
  const most = Math.max(1, Math.floor((to - from) / TICK_WIDTH));
  const step = STEPS.find((one) => seconds / one <= most) ?? seconds;
  // Ticks stand on round clock times.
  const origin = (first.sec + first.nsec / 1e9) % step;
  const ticks: number[] = [];
  for (let at = origin === 0 ? 0 : step - origin; at <= seconds && ticks.length <= most; at += step)
    ticks.push(at);
  return html`<g class="axis"
    ><path class="axis-line" d="M${from} ${y}H${to}" />${ticks.map((at) => {
      const x = scale(at).toFixed(1);
      return html`<path d="M${x} ${y}v5" /><text class="middle" x="${x}" y="${y + 17}"
          >${clock(first, at, step)}</text
        >`;
    })}</g
  >`;
}
