/** Times as the model holds them. */

/** A time for people and machines: ISO 8601 UTC with nanoseconds, and seconds since 1970 (rounded to ns/1e9). */
export interface TimeStamp {
  /** '2026-05-01T09:30:00.123456789Z' */
  readonly iso: string;
  /** Seconds and nanoseconds, exact. */
  readonly sec: number;
  readonly nsec: number;
}
