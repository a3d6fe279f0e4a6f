/**
 * Whose time a log tells. UTC, or local time in a zone that the option or an event trace names, is believed as long as
 * packets that the log tells of do not speak against it; where nothing names the zone, these packets tell it: a five-tuple
 * occurs at one time, and zones differ by quarters of an hour.
 */
import { utcOfLocal } from '../../capture/bytes/time-zone.js';
import type { TimeZone } from '../../capture/bytes/time-zone.js';
import type { Flow } from '../../flow/flow.js';
import type { LogTime } from '../words/log-block.js';
import type { LogEntry } from './log-entry.js';

/** How far an entry may be from its packet: pfirewall.log tells whole seconds. */
export const TOLERANCE_SECONDS = 2;
/** A SYN is sent again within so many seconds (Windows: 1, 2, 4, 8, 16); each may be logged. */
const ATTEMPT_SECONDS = 32;
const QUARTER = 900;
/** No zone, and no mistake of one, is further from UTC than from the other side of the date line. */
const MAX_QUARTERS = 26 * 4;
/** The told time loses only against so many times as many packets. */
const FAR_MORE = 4;

/** What is known of the zone of logs in local time. */
export interface KnownZone {
  /** Minutes that local time is ahead of UTC, by the user; null = he did not say. */
  readonly option: number | null;
  /** Of the machine that captured; null = the captures do not tell. */
  readonly trace: TimeZone | null;
}

/** Where a log's zone is known from; `none`: its entries have no place in time. */
export type ZoneSource = 'utc' | 'option' | 'trace' | 'packets' | 'none';

export interface LogClock {
  readonly source: ZoneSource;
  readonly timeBy: LogTime;
  /** Entries that meet packets of theirs. */
  readonly met: number;
  /** Quarters of an hour that are added to what the log or its zone tells. */
  readonly quarters: number;
  /** Times that an entry may mean, seconds since 1970; none = not known, two in the hour that comes twice. */
  timesOf(entry: LogEntry): readonly number[];
}

/** Entries with the flows that have their five-tuple. */
export type Meetings = Iterable<readonly [LogEntry, readonly number[]]>;

export function clockOf(clock: 'utc' | 'local', zone: KnownZone, meetings: Meetings, flow: Flow): LogClock {
  const source = sourceOf(clock, zone);
  const told = (entry: LogEntry): readonly number[] => toldTimes(entry.time, source, zone);
  const votes = new Map<number, number>();
  for (const [entry, flows] of meetings) {
    const fits = new Set<number>();
    for (const id of flows) {
      flow.move(id);
      for (const time of told(entry)) for (const quarters of shifts(flow, time)) fits.add(quarters);
    }
    for (const quarters of fits) votes.set(quarters, (votes.get(quarters) ?? 0) + 1);
  }
  const ranked = [...votes].sort((a, b) => b[1] - a[1] || Math.abs(a[0]) - Math.abs(b[0]));
  const [best = 0, most = 0] = ranked[0] ?? [];
  const asTold = votes.get(0) ?? 0;
  const moved = (quarters: number) => (entry: LogEntry) =>
    told(entry).map((time) => time + quarters * QUARTER);
  if (source === 'none') {
    const second = ranked[1]?.[1] ?? 0;
    // Two zones that explain as much explain nothing.
    if (most === 0 || second === most) {
      return { source, timeBy: 'inferred', met: 0, quarters: 0, timesOf: () => [] };
    }
    return { source: 'packets', timeBy: 'inferred', met: most, quarters: best, timesOf: moved(best) };
  }
  const lies = best !== 0 && (asTold === 0 || most > FAR_MORE * asTold);
  if (!lies) return { source, timeBy: 'told', met: asTold, quarters: 0, timesOf: told };
  return { source, timeBy: 'moved', met: most, quarters: best, timesOf: moved(best) };
}

function sourceOf(clock: 'utc' | 'local', { option, trace }: KnownZone): ZoneSource {
  if (clock === 'utc') return 'utc';
  if (option !== null) return 'option';
  return trace === null ? 'none' : 'trace';
}

function toldTimes(time: number, source: ZoneSource, { option, trace }: KnownZone): readonly number[] {
  if (source === 'option') return [time - (option ?? 0) * 60];
  if (source === 'trace' && trace !== null) return utcOfLocal(trace, time);
  return [time];
}

/** The quarters of an hour by which a time must be moved to fall onto the attempt. */
function* shifts(flow: Flow, time: number): Generator<number> {
  const [from, to] = attemptSpan(flow);
  const last = Math.floor((to - time) / QUARTER);
  for (let quarters = Math.ceil((from - time) / QUARTER); quarters <= last; quarters++) {
    if (Math.abs(quarters) <= MAX_QUARTERS) yield quarters;
  }
}

/** When a log may tell of a flow's attempt, seconds since 1970. */
export function attemptSpan(flow: Flow): readonly [number, number] {
  const first = flow.firstSec + flow.firstNsec / 1e9;
  const last = flow.lastSec + flow.lastNsec / 1e9;
  return [first - TOLERANCE_SECONDS, Math.min(last, first + ATTEMPT_SECONDS) + TOLERANCE_SECONDS];
}
