/** What only a Windows event trace (.etl) tells of the machine it was captured on and of the capture itself. */

import type { TimeZone } from '../bytes/time-zone.js';

/** One component of the network stack. */
export interface TraceComponent {
  readonly id: number;
  readonly name: string;
  /** The driver's file, '' = not told. */
  readonly driver: string;
  readonly mac: string;
  readonly addresses: readonly string[];
  /** Packets and drops that were logged at it. */
  readonly packets: number;
  readonly drops: number;
  /** Its packets are the capture's frames. */
  readonly taken: boolean;
}

/** Drops of one reason at one place. */
export interface TraceDrop {
  readonly reason: number;
  readonly location: number;
  /** The machine's own text of the reason; '' = the trace has none. */
  readonly text: string;
  readonly count: number;
}

export interface TraceFacts {
  /** '10.0.20348' */
  readonly windows: string;
  /** Minutes that the server's standard time is ahead of UTC, and its name. */
  readonly utcOffsetMinutes: number;
  readonly zone: string;
  /** The whole of it; absent = not told. */
  readonly timeZone?: TimeZone;
  /** As the capturing session counted them. */
  readonly eventsLost: number;
  readonly buffersLost: number;
  /** The newest data replaced the oldest when the file was full. */
  readonly circular: boolean;
  /** The session was stopped before the file was read. */
  readonly stopped: boolean;
  /** Packet filters that were set, as capture filters. */
  readonly filters: readonly string[];
  /** Those at which packets or drops were logged, the most first. */
  readonly components: readonly TraceComponent[];
  readonly drops: readonly TraceDrop[];
  /** Frames of which less was logged than was on the wire, and the longest of them, in bytes. */
  readonly cutFrames: number;
  readonly cutBytes: number;
  /** Packets at components that were not taken, packets of virtual switches (not read), events of other providers. */
  readonly packetsElsewhere: number;
  readonly switchPackets: number;
  readonly otherEvents: number;
  /** Times are guessed: the trace's header names no clock. */
  readonly clockGuessed: boolean;
}
