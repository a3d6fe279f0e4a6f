/** Times as the model carries them. */
import type { TimeStamp } from '../../model/time-model.js';

/** Flows come in order of time: most stamps share their second with the one before. */
let lastSec = -1;
let lastText = '';

/** @param sec seconds since 1970 UTC @param nsec nanoseconds within the second */
export function timeStamp(sec: number, nsec: number): TimeStamp {
  if (sec !== lastSec) {
    lastSec = sec;
    lastText = new Date(sec * 1000).toISOString().slice(0, 19);
  }
  // A tenth digit in front keeps the leading zeros.
  return { iso: `${lastText}.${String(1e9 + nsec).slice(1)}Z`, sec, nsec };
}

/** Its text is made when it is asked for. */
export class LazyTimeStamp implements TimeStamp {
  readonly sec: number;
  readonly nsec: number;

  /** @param sec seconds since 1970 UTC @param nsec nanoseconds within the second */
  constructor(sec: number, nsec: number) {
    this.sec = sec;
    this.nsec = nsec;
  }

  get iso(): string {
    return timeStamp(this.sec, this.nsec).iso;
  }
}

/** Milliseconds since 1970, as Date counts. */
export function timeStampOfDate(ms: number): TimeStamp {
  return timeStamp(Math.floor(ms / 1000), Math.round((ms % 1000) * 1e6));
}
