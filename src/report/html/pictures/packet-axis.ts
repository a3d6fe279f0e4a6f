/**
 * The geometry of an attempts drawing: marks on a time axis whose long pauses are cut out, so that three SYNs
 * within nine seconds stay apart although the next try comes ten minutes later. Pure numbers, no markup.
 */
import { scaleLinear } from 'd3-scale';
import type { AttemptMark } from '../../model/model.js';

/** Seconds without a mark that are cut out of the axis. */
const PAUSE = 30;
/** Stretches of time that are drawn; what comes later is only listed. */
const MAX_STRETCHES = 5;
/** Marks that are drawn and listed. */
export const MAX_MARKS = 40;

/** Pixels. */
const BREAK_WIDTH = 46;
const MIN_STRETCH_WIDTH = 70;
const STRETCH_MARGIN = 22;
const TICK_WIDTH = 75;

export interface Placed {
  readonly mark: AttemptMark;
  readonly x: number;
}

export interface Tick {
  readonly x: number;
  /** Seconds since the first mark. */
  readonly at: number;
}

export interface Break {
  readonly x: number;
  /** Seconds that are cut out. */
  readonly seconds: number;
}

export interface AttemptAxis {
  readonly placed: readonly Placed[];
  readonly ticks: readonly Tick[];
  readonly breaks: readonly Break[];
  /** Marks that are not drawn. */
  readonly omitted: number;
}

function stretches(marks: readonly AttemptMark[]): AttemptMark[][] {
  const found: AttemptMark[][] = [];
  let last = -Infinity;
  for (const mark of marks) {
    if (mark.at - last > PAUSE) found.push([]);
    found.at(-1)?.push(mark);
    last = mark.at;
  }
  return found;
}

function startOf(stretch: readonly AttemptMark[]): number {
  return stretch[0]?.at ?? 0;
}

function endOf(stretch: readonly AttemptMark[]): number {
  return stretch.at(-1)?.at ?? 0;
}

/** Places the marks between the pixels `left` and `right`. */
export function timeline(attempts: readonly AttemptMark[], left: number, right: number): AttemptAxis {
  const sorted = attempts.filter(({ at }) => Number.isFinite(at)).sort((a, b) => a.at - b.at);
  const drawn = stretches(sorted.slice(0, MAX_MARKS)).slice(0, MAX_STRETCHES);
  const placed: Placed[] = [];
  const ticks: Tick[] = [];
  const breaks: Break[] = [];
  const whole = drawn.reduce((sum, stretch) => sum + endOf(stretch) - startOf(stretch), 0);
  const free = right - left - (drawn.length - 1) * BREAK_WIDTH - drawn.length * MIN_STRETCH_WIDTH;
  let x = left;
  drawn.forEach((stretch, i) => {
    const [start, end] = [startOf(stretch), endOf(stretch)];
    if (i > 0) {
      breaks.push({ x: x + BREAK_WIDTH / 2, seconds: start - endOf(drawn[i - 1] ?? []) });
      x += BREAK_WIDTH;
    }
    const share = whole > 0 ? (end - start) / whole : 1 / drawn.length;
    const width = MIN_STRETCH_WIDTH + free * share;
    const scale = scaleLinear([start, end], [x + STRETCH_MARGIN, x + width - STRETCH_MARGIN]);
    for (const mark of stretch) placed.push({ mark, x: scale(mark.at) });
    // Later stretches begin at an odd time: only their start is labelled.
    const labelled =
      i === 0 && end > start ? scale.ticks(Math.max(1, Math.floor(width / TICK_WIDTH))) : [start];
    for (const at of labelled) ticks.push({ at, x: scale(at) });
    x += width;
  });
  return { placed, ticks, breaks, omitted: attempts.length - placed.length };
}
