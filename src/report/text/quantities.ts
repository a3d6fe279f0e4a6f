/** Numbers, sizes, durations and times as people read them; English, SI units, UTC. */
import type { TimeStamp } from '../model/time-model.js';

/** 1234567 → '1,234,567'; a whole number. Intl.NumberFormat says the same and takes 11 ms to be made. */
export function count(n: number): string {
  return String(n).replace(/\B(?=(\d{3})+$)/g, ',');
}

/** The same with a tenth where there is one, for what is not negative: 1234.56 → '1,234.6'. */
export function decimal(n: number): string {
  const tenths = Math.round(n * 10);
  const whole = count(Math.floor(tenths / 10));
  return tenths % 10 === 0 ? whole : `${whole}.${tenths % 10}`;
}

/** (1, 'flow') → '1 flow', (2, 'flow') → '2 flows'. */
export function counted(n: number, noun: string, plural = `${noun}s`): string {
  return `${count(n)} ${n === 1 ? noun : plural}`;
}

/** SI bytes: 1234567 → '1.2 MB'. */
export function bytes(n: number): string {
  if (n < 1000) return `${n} B`;
  const units = ['kB', 'MB', 'GB', 'TB'];
  let value = n / 1000;
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${value < 10 ? value.toFixed(1) : value.toFixed(0)} ${units[unit] ?? ''}`;
}

/** Seconds: 0.00031 → '0.3 ms', 3.21 → '3.2 s', 591 → '9 min 51 s', 90000 → '1 d 1 h'. */
export function duration(seconds: number): string {
  if (!(seconds > 0)) return '0 s';
  if (seconds < 0.0095) return `${(seconds * 1000).toFixed(1)} ms`;
  if (seconds < 0.9995) return `${(seconds * 1000).toFixed(0)} ms`;
  if (seconds < 59.95) return `${String(Number(seconds.toFixed(1)))} s`;
  const whole = Math.round(seconds);
  if (whole < 3600) return joined(whole, 60, 'min', 1, 's');
  return whole < 86400 ? joined(whole, 3600, 'h', 60, 'min') : joined(whole, 86400, 'd', 3600, 'h');
}

function joined(whole: number, big: number, bigName: string, small: number, smallName: string): string {
  const rest = Math.floor((whole % big) / small);
  const first = `${Math.floor(whole / big)} ${bigName}`;
  return rest === 0 ? first : `${first} ${rest} ${smallName}`;
}

/** '2026-05-01 09:30:00.123 UTC'. */
export function utc(time: TimeStamp): string {
  return `${time.iso.slice(0, 10)} ${time.iso.slice(11, 23)} UTC`;
}

/** Seconds from `first` to `last`. */
export function elapsed(first: TimeStamp, last: TimeStamp): number {
  return last.sec - first.sec + (last.nsec - first.nsec) / 1e9;
}

/** '2026-05-01 09:30:00 to 09:45:12 UTC (15 min 12 s)'; the second date only when it is another. */
export function utcSpan(first: TimeStamp | null, last: TimeStamp | null): string {
  if (first === null || last === null) return 'no packets, so no time span';
  const from = `${first.iso.slice(0, 10)} ${first.iso.slice(11, 19)}`;
  const sameDay = first.iso.slice(0, 10) === last.iso.slice(0, 10);
  const to = sameDay ? last.iso.slice(11, 19) : `${last.iso.slice(0, 10)} ${last.iso.slice(11, 19)}`;
  return `${from} to ${to} UTC (${duration(elapsed(first, last))})`;
}

/** Frame numbers in short: [1,2,3,7] → '1–3, 7'. */
export function frameList(frames: readonly number[]): string {
  const parts: string[] = [];
  for (let i = 0; i < frames.length; i++) {
    const from = frames[i] ?? 0;
    let to = from;
    while (frames[i + 1] === to + 1) {
      to++;
      i++;
    }
    parts.push(to === from ? `${from}` : to === from + 1 ? `${from}, ${to}` : `${from}–${to}`);
  }
  return parts.join(', ');
}
