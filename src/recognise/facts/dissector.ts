/**
 * How a protocol is read from a connection: bytes in order, side by side, or the word that some are missing.
 *
 *   segments ─ put in order ─> feeder (what was not consumed yet) ─> Dissector.data ─> facts
 */
import type { Origin } from '../../flow/record/origin.js';

/** 0 = originator's bytes, 1 = responder's. */
export type Side = 0 | 1;

/** Reads one connection (or one named pipe). */
export interface Dissector {
  /**
   * `bytes[at .. end)` is everything of this side that was not consumed yet, in order; `view` looks at the same
   * bytes. Returns how many were consumed: 0 = more are needed; more than `end - at` = the rest is skipped as
   * it comes (the tail of a large message whose content does not matter). Called again until it returns 0.
   * Never throws on any bytes.
   */
  data(side: Side, bytes: Uint8Array, view: DataView, at: number, end: number, from: Origin): number;
  /** `length` bytes of this side are missing here (lost, or not captured); 0 = an unknown number. */
  gap(side: Side, length: number, from: Origin): void;
  /** The connection is over, or what is left of it will not be read. */
  end(): void;
  /** Nothing more can be learned: bytes need not be delivered any more. */
  readonly done: boolean;
}
