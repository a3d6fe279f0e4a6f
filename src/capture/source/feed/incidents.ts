/** What happened to the capture itself, kept until somebody asks, and the watch on this machine's clock. */
import type { IncidentCode, LiveIncident } from './source.js';

/**
 * Incidents kept between two calls of `take`.
 * @reached the oldest is forgotten
 */
export const MAX_INCIDENTS = 1000;
/** The wall clock may run apart from the steady one by so much between two looks, in milliseconds. */
export const CLOCK_TOLERANCE_MILLISECONDS = 2000;

export class IncidentLog {
  #kept: LiveIncident[] = [];

  /** `gap` in seconds. */
  add(code: IncidentCode, text: string, gap: number | null = null): void {
    if (this.#kept.length >= MAX_INCIDENTS) this.#kept.shift();
    this.#kept.push({ code, at: Date.now(), gap, text });
  }

  /** The incidents since the last call, oldest first. */
  take(): readonly LiveIncident[] {
    const taken = this.#kept;
    this.#kept = [];
    return taken;
  }
}

/** Compares the wall clock with the steady one: they part when the clock is set, or the machine slept. */
export class ClockWatch {
  #offset: number | null = null;

  /**
   * Looks at both clocks, in milliseconds.
   * @returns how far the wall clock jumped since the last look, in seconds; 0 = it did not.
   */
  look(wall: number, steady: number): number {
    const offset = wall - steady;
    const jumped = this.#offset === null ? 0 : offset - this.#offset;
    // The steady clock is not slewed: a slow drift is no jump.
    this.#offset = offset;
    return Math.abs(jumped) < CLOCK_TOLERANCE_MILLISECONDS ? 0 : jumped / 1000;
  }
}
