/** Times as the model carries them. */
import type { TimeStamp } from '../model.js';

/** @param sec seconds since 1970 UTC @param nsec nanoseconds within the second */
export function timeStamp(sec: number, nsec: number): TimeStamp {
  const iso = new Date(sec * 1000).toISOString().slice(0, 19);
  return { iso: `${iso}.${String(nsec).padStart(9, '0')}Z`, sec, nsec };
}

/** Milliseconds since 1970, as Date counts. */
export function timeStampOfDate(ms: number): TimeStamp {
  return timeStamp(Math.floor(ms / 1000), Math.round((ms % 1000) * 1e6));
}
