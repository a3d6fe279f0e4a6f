/** When what happened: the connections of a capture by the time at which they began. */

/** Seconds after the first packet of the capture. */
export interface CaptureGap {
  readonly from: number;
  readonly to: number;
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
}
