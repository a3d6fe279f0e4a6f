/** Packets of pktmon as rows of a batch. */
import type { FileFacts } from '../../frames/file-facts.js';
import type { BatchFiller, Incoming } from './batch-filler.js';
import { nameOf } from './capture-points.js';
import type { AdapterPoint } from './capture-points.js';
import type { ComponentTable } from './components.js';
import { DropTally } from './drop-tally.js';
import { At, payloadAt } from '../trace/layout.js';
import { EtlLimit } from '../../bytes/limits.js';
import { PacketAt, PktMonEvent, directionOf, linkTypeOf } from './pktmon-layout.js';
import type { TraceInterfaces } from './trace-interfaces.js';

/** A record that a stream stands at. */
export interface Source {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  readonly at: number;
  readonly size: number;
  readonly since: number;
  readonly provider: number;
}

export class PktMonRecords {
  readonly drops: DropTally;
  readonly #facts: FileFacts;
  readonly #filler: BatchFiller;
  readonly #interfaces: TraceInterfaces;
  readonly #table: ComponentTable;
  /** Index of the interface by component; of the others on demand where every packet is taken. */
  readonly #indices = new Map<number, number>();
  readonly #row: Incoming;

  constructor(
    facts: FileFacts,
    filler: BatchFiller,
    interfaces: TraceInterfaces,
    table: ComponentTable,
    points: readonly AdapterPoint[] | null,
  ) {
    this.#facts = facts;
    this.#filler = filler;
    this.#interfaces = interfaces;
    this.#table = table;
    this.drops = new DropTally(facts);
    for (const point of points ?? []) this.#indices.set(point.component, interfaces.addPoint(point));
    const { bytes, view } = filler.batch;
    this.#row = { bytes, view, at: 0, capLen: 0, origLen: 0, linkType: 0, iface: 0, direction: 0 };
  }

  /** Takes the packet or dropped packet that the stream stands at. */
  take(stream: Source): void {
    const { view, at } = stream;
    const end = at + stream.size;
    const from = payloadAt(view, at, end);
    const linkType = linkTypeOf(view.getUint16(from + PacketAt.Type, true));
    const component = view.getUint16(from + PacketAt.Component, true);
    const original = view.getUint16(from + PacketAt.Original, true);
    const row = this.#row;
    row.bytes = stream.bytes;
    row.view = view;
    row.at = from + PacketAt.Bytes;
    row.capLen = Math.min(view.getUint16(from + PacketAt.Logged, true), end - row.at);
    row.origLen = Math.max(original, row.capLen);
    row.linkType = linkType;
    row.direction = directionOf(view.getUint16(from + PacketAt.Direction, true));
    if (view.getUint16(at + At.Id, true) === PktMonEvent.Drop) {
      const reason = view.getUint32(from + PacketAt.DropReason, true);
      const location = view.getUint32(from + PacketAt.DropLocation, true);
      this.drops.add(reason, location);
      if (linkType < 0) return;
      if (!this.#filler.addDrop(row, stream.since, reason, location, component)) this.loseDrops();
      return;
    }
    if (linkType < 0) {
      this.#facts.skippedBlocks++;
      return;
    }
    row.iface = this.#indexOf(component, linkType);
    if (row.origLen > row.capLen) this.#interfaces.cut(row.iface, row.capLen);
    this.#filler.addFrame(row, stream.since);
  }

  /** Dropped packets cannot be handed out. */
  loseDrops(): void {
    this.#facts.reached(EtlLimit.Drops);
  }

  #indexOf(component: number, linkType: number): number {
    const known = this.#indices.get(component);
    if (known !== undefined) return known;
    const told = this.#table.components.get(component);
    const name = told === undefined ? `component ${component}` : nameOf(told);
    const index = this.#interfaces.of(`component ${component}`, linkType, name);
    this.#indices.set(component, index);
    return index;
  }
}
