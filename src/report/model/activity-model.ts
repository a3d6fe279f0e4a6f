/** When what happened: the connections of a capture by the time at which they began. */

/** Seconds after the first packet of the capture. */
export interface CaptureGap {
  readonly from: number;
  readonly to: number;
}

/** When packets that were on the wire are missing, as stretches between the first and the last sign. */
export interface CaptureLoss extends CaptureGap {
  /** Acknowledged but not captured, or counted as lost by the program that captured. */
  readonly sign: 'unseen' | 'counted';
  /** Acknowledgements, or frames that say that others before them were lost. */
  readonly signs: number;
}

export interface ActivityModel {
  /** Seconds that one part lasts; all parts together are the capture. */
  readonly step: number;
  /** Flows that began in each part. */
  readonly begun: readonly number[];
  /** Those of them that failed: no answer, refused, rejected, not completed. */
  readonly failed: readonly number[];
  /** When nothing was captured, in the order of time; at most MAX_SHOWN_GAPS. */
  readonly gaps: readonly CaptureGap[];
  /** In the order of time; at most MAX_SHOWN_LOSSES. A loss of which only the sum is known has no time. */
  readonly losses: readonly CaptureLoss[];
}
