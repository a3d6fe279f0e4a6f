/**
 * What Windows reports of the packets of a flow that it dropped (.etl of pktmon). One packet can be reported several
 * times a few microseconds apart: that nothing listens goes before all others, since a machine in stealth mode drops
 * the answer to such a packet as its firewall's doing.
 */
import { dropClass } from '../../capture/etl/events/drop-class.js';
import type { DropClass } from '../../capture/etl/events/drop-class.js';
import { Direction } from '../../capture/frames/frame.js';
import { NoteKind } from '../../flow/tcp/attempts.js';
import type { Flow } from '../../flow/flow.js';

/** The most telling first; others explain nothing. */
const TELLING = [
  'no_listener',
  'firewall',
  'ipsec',
  'no_route',
  'no_neighbor',
] as const satisfies readonly DropClass[];
export type TellingClass = (typeof TELLING)[number];

export interface ToldDrop {
  readonly drop: TellingClass;
  /** PktMonDropReason and PktMonDropLocation. */
  readonly reason: number;
  readonly location: number;
  /** The side of the flow that the Windows machine is: 0 originator, 1 responder, -1 not told. */
  readonly at: 0 | 1 | -1;
}

/** The report that explains why a flow got no answer, null = none does. */
export function tellingDrop(flow: Flow): ToldDrop | null {
  let best: ToldDrop | null = null;
  for (const { kind, icmp: reason, side, sender } of flow.notes()) {
    if (kind !== NoteKind.Dropped || sender[3] !== 1) continue;
    const location = sender[0] >>> 0;
    const found = dropClass(reason, location);
    const drop = TELLING.find((one) => one === found);
    // Only who is asked can say that nothing listens.
    if (drop === undefined || (drop === 'no_listener' && side !== 0)) continue;
    if (best !== null && TELLING.indexOf(drop) >= TELLING.indexOf(best.drop)) continue;
    best = { drop, reason, location, at: machineOf(side, sender[2], drop) };
  }
  return best;
}

/** A packet that came in was dropped by who it was for, one that went out by who sent it. */
function machineOf(side: number, direction: number, drop: DropClass): ToldDrop['at'] {
  if (side !== 0 && side !== 1) return -1;
  const other = side === 0 ? 1 : 0;
  if (direction === Direction.Inbound) return other;
  if (direction === Direction.Outbound) return drop === 'no_listener' ? -1 : side;
  return drop === 'no_listener' ? 1 : -1;
}
