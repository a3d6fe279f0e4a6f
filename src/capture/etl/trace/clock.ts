/**
 * Time of a trace's events. A record has the count of the session's clock, the log file's header says when the
 * clock began to count and how fast it runs:
 *
 *   FILETIME = StartTime + (count − first count) × 10^7 / frequency        1601 UTC, 100 ns
 *
 * Only the difference is computed with, which a double holds exactly for 28 years of a 10 MHz clock.
 */
import type { LogFileHeader } from './header.js';

/** ClockType of the log file's header. */
const ClockType = { Performance: 1, System: 2, Cycles: 3 } as const;
const TICKS = 1e7;
/** 1970 in FILETIME. */
const UNIX_EPOCH = 116_444_736_000_000_000n;
const WORD = 0x1_0000_0000;
/** 1990: no trace is older. Seconds since 1970. */
const EARLIEST = 631_152_000;
const LATEST = 0xffff_ffff;

/** Turns counts into seconds and nanoseconds; the result lies in the fields until the next `set`. */
export class TraceClock {
  sec = 0;
  nsec = 0;
  /** The time was outside 1990..2106; the fields hold the time before it. */
  strange = false;
  /** Counts a second. */
  readonly frequency: number;
  /** The header names no frequency: times from the first event on are guessed. */
  readonly guessed: boolean;
  readonly #firstLow: number;
  readonly #firstHigh: number;
  readonly #baseSec: number;
  /** Ticks of 100 ns within the second. */
  readonly #baseTicks: number;

  constructor(header: LogFileHeader) {
    const first = header.firstCount;
    this.#firstLow = Number(first & 0xffff_ffffn);
    this.#firstHigh = Number(first >> 32n);
    let frequency = TICKS;
    let start = header.startTime;
    if (header.clockType === ClockType.System) start = first;
    else if (header.clockType === ClockType.Cycles) frequency = header.processorMHz * 1e6;
    else frequency = header.frequency;
    this.guessed = !(frequency > 0);
    this.frequency = this.guessed ? TICKS : frequency;
    const since = start - UNIX_EPOCH;
    this.#baseSec = Number(since / 10_000_000n);
    this.#baseTicks = Number(since % 10_000_000n);
  }

  /** Counts since the first event of the trace: what orders its records. */
  since(low: number, high: number): number {
    return (high - this.#firstHigh) * WORD + (low - this.#firstLow);
  }

  /** Takes the counts since the first event. */
  set(since: number): void {
    const whole = Math.floor(since / this.frequency);
    const rest = since - whole * this.frequency;
    let ticks = this.#baseTicks + Math.floor((rest * TICKS) / this.frequency);
    const carry = Math.floor(ticks / TICKS);
    ticks -= carry * TICKS;
    const sec = this.#baseSec + whole + carry;
    this.strange = !(sec >= EARLIEST && sec <= LATEST);
    if (this.strange) return;
    this.sec = sec;
    this.nsec = ticks * 100;
  }
}
