/**
 * What a live source hands on: the same batches as a file's reader, from a stream that has not ended, and what
 * it knows of its own losses. The loop that reads it must keep turning while nothing arrives, so a batch may be
 * empty.
 */
import type { CaptureReader } from '../../frames/frame.js';

/** Where the packets come from. */
export type SourceKind = 'dumpcap' | 'tcpdump' | 'cap' | 'stdin' | 'files';

/** A read returns after so many milliseconds at the latest, with an empty batch when nothing came. */
export const IDLE_MILLISECONDS = 250;

/** Counted since the source was opened, restarts of its child included; null = the source does not say. */
export interface LiveCounters {
  readonly received: number | null;
  readonly droppedByKernel: number | null;
  readonly droppedByInterface: number | null;
  /** 'arrival': taken when the program got the packet, so that times are later and less even than on the wire. */
  readonly timestamps: 'kernel' | 'arrival';
}

export type IncidentCode =
  | 'capture_died'
  | 'capture_restarted'
  | 'interface_down'
  | 'interface_up'
  | 'interface_gone'
  | 'clock_jump'
  | 'damaged_stream'
  | 'rotated'
  | 'input_ended';

/** Something happened to the capture itself, by the clock of this machine. */
export interface LiveIncident {
  readonly code: IncidentCode;
  /** Milliseconds since 1970. */
  readonly at: number;
  /** Seconds in which nothing was captured; null = not known or none. */
  readonly gap: number | null;
  /** One sentence for people. */
  readonly text: string;
}

/** Why one way to capture was taken or passed over. */
export interface SourceChoice {
  readonly kind: SourceKind;
  readonly taken: boolean;
  /** For people: a clause such as 'not installed', 'kernel timestamps and drop counters'. */
  readonly reason: string;
}

/** A capture that goes on. `nextBatch` resolves to null only when it has ended for good. */
export interface LiveReader extends CaptureReader {
  readonly kind: SourceKind;
  /** For people and the report, e.g. 'dumpcap on eth0 (10.0.0.5)'. */
  readonly description: string;
  /** The ways that were considered, in order, up to the one that was taken. */
  readonly choice?: readonly SourceChoice[];
  /** The capture filter in use, '' = none; absent = the source does not know. */
  readonly filter?: string;
  counters(): LiveCounters;
  /** Incidents since the last call, oldest first. */
  takeIncidents(): readonly LiveIncident[];
}
