/** The thresholds of the capture-quality gate: named, with their defaults, overridable on the command line. */
import { DUPLICATE_MILLISECONDS } from '../../flow/vantage/duplicates.js';
import { ETHERNET_MTU } from '../../flow/vantage/sender-signs.js';

export interface ThresholdHelp {
  readonly name: string;
  readonly byDefault: number;
  readonly unit: 'share' | 'frames' | 'flows' | 'seconds' | 'bytes' | 'milliseconds';
  /** What is told from it on, or above it; a phrase. */
  readonly means: string;
}

/** Computers talk to the server at least every 15 minutes; a shorter capture may miss a whole rule. */
const CADENCE_SECONDS = 900;

export const THRESHOLDS = [
  {
    name: 'one-sided-share',
    byDefault: 0.2,
    unit: 'share',
    means: 'TCP flows of one direction only, from which on no silence is believed',
  },
  {
    name: 'midstream-share',
    byDefault: 0.5,
    unit: 'share',
    means: 'TCP flows that began before the capture, from which on it is a warning',
  },
  {
    name: 'lost-frames',
    byDefault: 1,
    unit: 'frames',
    means: 'frames lost by its own count, from which on a capture loses packets',
  },
  {
    name: 'unseen-share',
    byDefault: 0.01,
    unit: 'share',
    means: 'TCP connections with acknowledged data that was never captured, likewise',
  },
  {
    name: 'duplicate-ms',
    byDefault: DUPLICATE_MILLISECONDS,
    unit: 'milliseconds',
    means: 'how far apart copies of one packet are; 0 = take them for packets of their own',
  },
  {
    name: 'duplicate-share',
    byDefault: 0.05,
    unit: 'share',
    means: 'packets that are copies, from which on it is told',
  },
  {
    name: 'snapped-share',
    byDefault: 0.01,
    unit: 'share',
    means: 'frames cut short by the snap length, from which on it is told',
  },
  {
    name: 'malformed-share',
    byDefault: 0,
    unit: 'share',
    means: 'malformed frames, above which it is told',
  },
  {
    name: 'oversize-bytes',
    byDefault: ETHERNET_MTU,
    unit: 'bytes',
    means: 'IP packets longer than this are segments still to be cut by the adapter',
  },
  {
    name: 'bad-checksum-share',
    byDefault: 0.9,
    unit: 'share',
    means: "a sender's wrong transmit checksums, from which on it is the capturing host",
  },
  {
    name: 'cadence-seconds',
    byDefault: CADENCE_SECONDS,
    unit: 'seconds',
    means: 'shorter captures may miss a rule; longer ones without ICMP or 135 look filtered',
  },
  {
    name: 'gap-seconds',
    byDefault: CADENCE_SECONDS,
    unit: 'seconds',
    means: 'time without any frame, from which on it is told',
  },
  {
    name: 'clock-back-seconds',
    byDefault: 1,
    unit: 'seconds',
    means: 'a step back of the time, from which on it is told',
  },
] as const satisfies readonly ThresholdHelp[];

export type ThresholdName = (typeof THRESHOLDS)[number]['name'];
export type Thresholds = Readonly<Record<ThresholdName, number>>;

export const DEFAULT_THRESHOLDS = Object.fromEntries(
  THRESHOLDS.map(({ name, byDefault }) => [name, byDefault]),
) as Thresholds;

/** The defaults with some replaced. */
export function thresholdsWith(changed: Readonly<Partial<Record<ThresholdName, number>>>): Thresholds {
  return { ...DEFAULT_THRESHOLDS, ...changed };
}
