/** A trace that was surveyed and is about to be read. */
import type { BufferIndex } from './trace/buffers.js';
import type { TraceClock } from './trace/clock.js';
import type { ComponentTable } from './events/components.js';
import type { StreamCounts } from './trace/cpu-stream.js';
import type { LogFileHeader } from './trace/header.js';
import type { NdisInterfaces } from './events/ndis-capture.js';
import type { RandomAccess } from './trace/random-access.js';

/** What is known of a trace before its first frame. */
export interface OpenedTrace {
  readonly input: RandomAccess;
  readonly header: LogFileHeader;
  readonly index: BufferIndex;
  /** Buffers by processor, in order. */
  readonly lists: readonly Uint32Array[];
  readonly clock: TraceClock;
  readonly table: ComponentTable;
  readonly adapters: NdisInterfaces;
  readonly counts: StreamCounts;
  /** What the capture leaves out, '' = nothing that is known. */
  readonly filter: string;
}
