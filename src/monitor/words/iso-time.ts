/** ISO 8601 UTC for a time that may be any number: packet times are hostile, and a Date has an end. */

/** '2026-05-01T09:30:00.000Z'; '' when no calendar has such a time. */
export function isoTime(milliseconds: number): string {
  const date = new Date(milliseconds);
  return Number.isNaN(date.getTime()) ? '' : date.toISOString();
}
