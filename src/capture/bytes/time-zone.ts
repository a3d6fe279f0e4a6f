/**
 * The time zone of a Windows machine (TIME_ZONE_INFORMATION, timezoneapi.h): local time = UTC − bias, with another bias while
 * daylight saving time is in force, whose begin and end are told as a month, a weekday and which of them.
 */

/** When one of the two times begins: `month` 0 = never. `year` 0 = every year, `day` then is 1 to 4, or 5 for the last. */
export interface ZoneChange {
  readonly year: number;
  readonly month: number;
  /** 0 = Sunday. */
  readonly weekday: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
}

/** Biases in minutes, to be added to local time for UTC. */
export interface TimeZone {
  readonly bias: number;
  readonly standardBias: number;
  readonly daylightBias: number;
  readonly standard: ZoneChange;
  readonly daylight: ZoneChange;
}

const MINUTE = 60;
const DAY = 86_400;
/** No zone is further from UTC. */
const MAX_BIAS = 26 * 60;

/** Minutes that local time is ahead of UTC at this time, seconds since 1970. */
export function offsetAt(zone: TimeZone, utc: number): number {
  const standard = -(zone.bias + zone.standardBias);
  if (!hasDaylight(zone)) return standard;
  const daylight = -(zone.bias + zone.daylightBias);
  const year = new Date((utc + standard * MINUTE) * 1000).getUTCFullYear();
  // Each change is told in the local time that ends with it.
  const begins = changeIn(zone.daylight, year) - standard * MINUTE;
  const ends = changeIn(zone.standard, year) - daylight * MINUTE;
  const inForce = begins < ends ? utc >= begins && utc < ends : utc >= begins || utc < ends;
  return inForce ? daylight : standard;
}

/**
 * What a local time, seconds since 1970 as if it were UTC, means: one time, two in the hour that comes twice; of the hour
 * that does not come, the time that standard time would make of it.
 */
export function utcOfLocal(zone: TimeZone, local: number): number[] {
  const standard = -(zone.bias + zone.standardBias);
  const offsets = new Set([standard, hasDaylight(zone) ? -(zone.bias + zone.daylightBias) : standard]);
  const found = [...offsets]
    .filter((offset) => offsetAt(zone, local - offset * MINUTE) === offset)
    .map((offset) => local - offset * MINUTE);
  return found.length > 0 ? found : [local - standard * MINUTE];
}

/** Whether the values can be those of a zone: a damaged header tells none. */
export function isTimeZone({ bias, standardBias, daylightBias }: TimeZone): boolean {
  return [bias, bias + standardBias, bias + daylightBias].every((one) => Math.abs(one) <= MAX_BIAS);
}

function hasDaylight({ standard, daylight }: TimeZone): boolean {
  return isChange(standard) && isChange(daylight);
}

function isChange({ month, weekday, day, hour, minute }: ZoneChange): boolean {
  return month >= 1 && month <= 12 && weekday <= 6 && day >= 1 && day <= 31 && hour < 24 && minute < 60;
}

/** Seconds since 1970 of the change, in the local time before it. */
function changeIn(change: ZoneChange, year: number): number {
  const { month, weekday, day, hour, minute } = change;
  const time = hour * 3600 + minute * MINUTE;
  if (change.year !== 0) return Date.UTC(change.year, month - 1, day) / 1000 + time;
  const first = Date.UTC(year, month - 1, 1) / 1000;
  const firstWeekday = new Date(first * 1000).getUTCDay();
  const days = new Date(Date.UTC(year, month, 0)).getUTCDate();
  let date = 1 + ((weekday - firstWeekday + 7) % 7) + (Math.min(day, 5) - 1) * 7;
  while (date > days) date -= 7;
  return first + (date - 1) * DAY + time;
}
