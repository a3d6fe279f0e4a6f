/** All kinds of cases, and which one a seed takes. */
import { Choice } from '../choice.js';
import type { Target } from '../target.js';
import { CAPTURE, TRACE } from './capture.js';
import { DAMAGE } from './damage.js';
import { DIFFERENTIAL } from './differential.js';
import { LIVE } from './live.js';
import { TEXTS } from './texts.js';

export const TARGETS: readonly Target[] = [CAPTURE, TRACE, DAMAGE, DIFFERENTIAL, LIVE, TEXTS];

/** Of another stream of numbers than the case itself, so that a case is the same when its kind is asked for. */
const OTHER = 0x5eed;

export function targetOf(seed: number): Target {
  const all = TARGETS.reduce((sum, { weight }) => sum + weight, 0);
  let at = new Choice(seed ^ OTHER).below(all);
  for (const target of TARGETS) {
    at -= target.weight;
    if (at < 0) return target;
  }
  throw new Error('no target has a weight');
}
