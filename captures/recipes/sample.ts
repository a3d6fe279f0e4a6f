/** What a recipe hands over: a file name and the bytes of the file, the same on every machine. */
import { asPcapng, Wire, type CaptureNotes, type Host } from './craft/wire.js';
import { dc01, nas01, neighbour } from './craft/hosts.js';
import { officeNoise } from './background.js';

export interface Sample {
  /** File name in captures/. */
  readonly file: string;
  /** List of computers beside it that its report is made with; absent = none. */
  readonly hosts?: string;
  /** The uncompressed capture; make.ts compresses it when the name ends in .gz. */
  readonly make: () => Uint8Array;
}

/** The stage of most samples: NAS01 with its domain controller, fifteen minutes and a little more. */
export interface Stage {
  readonly wire: Wire;
  readonly server: Host;
  readonly dc: Host;
}

/** Seconds; longer than the 15 minutes in which every agent is heard of. */
export const CAPTURE_LENGTH = 960;
/** Start of the second, smaller round in which only status is asked for, seconds. */
export const SECOND_ROUND = 905;

export function stage(seed: number): Stage {
  const server = nas01();
  const dc = dc01();
  const wire = new Wire(server, { seed });
  for (const at of [0.5, CAPTURE_LENGTH - 5]) officeNoise(wire, server, neighbour(), dc, at);
  return { wire, server, dc };
}

/** A sample in pcapng that lasts as long as the stage says. */
export function pcapngOf(wire: Wire, notes: CaptureNotes): Uint8Array {
  return asPcapng(wire.frames(), { end: CAPTURE_LENGTH, ...notes });
}
