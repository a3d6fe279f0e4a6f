/** Whether the monitor keeps its pace: a page or a value that is no longer made must say so. */
import { duration } from '../../report/text/quantities.js';

/** Ticks that may be missed before it is said. */
const MISSED = 3;
/** Least time between two ticks, milliseconds. */
const SHORTEST = 1000;

export class Pace {
  readonly #now: () => number;
  #last = 0;
  #within = 0;

  /** @param now milliseconds of a clock that never goes back */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /** A tick came; the next is expected within so many milliseconds. */
  tick(within: number): void {
    this.#last = this.#now();
    this.#within = Math.max(SHORTEST, within);
  }

  /** A sentence when the last tick is too old; '' = all is well, or none came yet. */
  get late(): string {
    const age = this.#now() - this.#last;
    if (this.#within === 0 || age <= MISSED * this.#within) return '';
    return `The monitor does not keep its pace: this is the state of ${duration(Math.round(age / 1000))} ago.`;
  }
}
