/** A trace that was surveyed and is about to be read. */
import type { BufferIndex } from './buffers.js';
import type { TraceClock } from './clock.js';
import type { ComponentTable } from './components.js';
import type { StreamCounts } from './cpu-stream.js';
import type { LogFileHeader } from './header.js';
import type { NdisInterfaces } from './ndis-capture.js';
import type { RandomAccess } from './random-access.js';

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
