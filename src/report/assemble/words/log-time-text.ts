/** Times and zones of firewall logs in words. */

/** 'an hour', '2 hours', '45 minutes', '1 hour 30 minutes' */
export function hoursText(minutes: number): string {
  const [hours, rest] = [Math.floor(minutes / 60), minutes % 60];
  if (rest === 0) return hours === 1 ? 'an hour' : `${hours} hours`;
  const short = `${rest} minutes`;
  return hours === 0 ? short : `${hours === 1 ? '1 hour' : `${hours} hours`} ${short}`;
}

/** 'UTC+01:00' */
export function zoneText(minutes: number): string {
  if (minutes === 0) return 'UTC';
  const hours = String(Math.floor(Math.abs(minutes) / 60)).padStart(2, '0');
  return `UTC${minutes < 0 ? '−' : '+'}${hours}:${String(Math.abs(minutes) % 60).padStart(2, '0')}`;
}

/** '2026-11-29 10:15:02 to 10:17:00 UTC' @param from seconds since 1970 */
export function spanText(from: number, to: number): string {
  const text = (at: number): string => new Date(at * 1000).toISOString().slice(0, 19).replace('T', ' ');
  const [first, last] = [text(from), text(to)];
  if (first === last) return `${first} UTC`;
  return `${first} to ${first.slice(0, 10) === last.slice(0, 10) ? last.slice(11) : last} UTC`;
}
