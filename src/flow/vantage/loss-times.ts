/**
 * When packets that were on the wire are missing from the capture, as stretches of time. Signs that lie near each other
 * are one stretch, and the longer the capture, the wider "near" becomes: their number stays bounded.
 */

/** Seconds since 1970. */
export interface LossStretch {
  from: number;
  to: number;
  /** Signs of a loss in it. */
  signs: number;
}

/**
 * Stretches of time with missing packets that are remembered.
 * @reached stretches near each other become one
 */
export const MAX_LOSS_STRETCHES = 256;
/** Seconds between signs that are one stretch at first. */
const NEAR_SECONDS = 0.1;

export class LossTimes {
  #stretches: LossStretch[] = [];
  #near = NEAR_SECONDS;

  /** @param at seconds since 1970 */
  note(at: number): void {
    const last = this.#stretches.at(-1);
    if (last !== undefined && at >= last.from - this.#near && at <= last.to + this.#near) {
      last.from = Math.min(last.from, at);
      last.to = Math.max(last.to, at);
      last.signs++;
      return;
    }
    this.#stretches.push({ from: at, to: at, signs: 1 });
    while (this.#stretches.length > MAX_LOSS_STRETCHES) {
      this.#near *= 2;
      this.#stretches = joined(this.#stretches, this.#near);
    }
  }

  /** In the order of time. */
  get stretches(): readonly LossStretch[] {
    return joined(this.#stretches, this.#near);
  }
}

function joined(stretches: readonly LossStretch[], near: number): LossStretch[] {
  const found: LossStretch[] = [];
  for (const one of [...stretches].sort((a, b) => a.from - b.from)) {
    const last = found.at(-1);
    if (last === undefined || one.from > last.to + near) found.push({ ...one });
    else {
      last.to = Math.max(last.to, one.to);
      last.signs += one.signs;
    }
  }
  return found;
}
