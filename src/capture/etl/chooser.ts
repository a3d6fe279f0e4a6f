/** Which records of a trace become frames, and what is counted of the others. */
import type { ComponentTable } from './events/components.js';
import type { RecordFilter } from './trace/cpu-stream.js';
import type { AdapterPoint } from './events/capture-points.js';
import { takeEventMap } from './events/event-map.js';
import { At, CLASSIC_HEADER_BYTES, Provider, payloadAt } from './trace/layout.js';
import { FragmentAt, NdisEvent } from './events/ndis-capture.js';
import type { NdisInterfaces } from './events/ndis-capture.js';
import { PacketAt, PktMonEvent } from './events/pktmon-layout.js';

const EVENT_MAP_OPCODE = 33;

/** How often a component logged a packet and a drop. */
interface Logged {
  packets: number;
  drops: number;
}

export class RecordChooser implements RecordFilter {
  packetsElsewhere = 0;
  switchPackets = 0;
  /** By component. */
  readonly logged = new Map<number, Logged>();
  readonly #table: ComponentTable;
  readonly #interfaces: NdisInterfaces;
  /** By component; null = every packet is taken. */
  readonly #points: ReadonlyMap<number, AdapterPoint> | null;

  constructor(table: ComponentTable, interfaces: NdisInterfaces, points: readonly AdapterPoint[] | null) {
    this.#table = table;
    this.#interfaces = interfaces;
    this.#points = points === null ? null : new Map(points.map((point) => [point.component, point]));
  }

  wants(view: DataView, at: number, size: number, provider: number): boolean {
    if (provider === Provider.Metadata) {
      if (view.getUint8(at + At.Opcode) === EVENT_MAP_OPCODE) {
        takeEventMap(this.#table, view, at + CLASSIC_HEADER_BYTES, at + size);
      }
      return false;
    }
    const id = view.getUint16(at + At.Id, true);
    const end = at + size;
    if (provider === Provider.PktMon) {
      if (id !== PktMonEvent.Packet && id !== PktMonEvent.Drop) return false;
      const from = payloadAt(view, at, end);
      if (from < 0 || end - from < PacketAt.Bytes) return false;
      return this.#wantsPacket(view, from, id === PktMonEvent.Drop);
    }
    if (id === NdisEvent.SwitchPacket) this.switchPackets++;
    if (id !== NdisEvent.Packet) return false;
    const from = payloadAt(view, at, end);
    if (from < 0 || end - from < FragmentAt.Bytes) return false;
    const taken = this.#interfaces.takes(
      view.getUint32(from, true),
      view.getUint32(from + FragmentAt.Interface, true),
    );
    if (!taken) this.packetsElsewhere++;
    return taken;
  }

  /** Whether packets of this component become frames. */
  takes(component: number): boolean {
    return this.#points === null || this.#points.has(component);
  }

  #wantsPacket(view: DataView, from: number, drop: boolean): boolean {
    const component = view.getUint16(from + PacketAt.Component, true);
    let logged = this.logged.get(component);
    if (logged === undefined) this.logged.set(component, (logged = { packets: 0, drops: 0 }));
    if (drop) {
      logged.drops++;
      return true;
    }
    logged.packets++;
    if (this.#points === null) return true;
    const point = this.#points.get(component);
    const taken =
      point !== undefined &&
      point.type === view.getUint16(from + PacketAt.Type, true) &&
      (point.edge < 0 || point.edge === view.getUint16(from + PacketAt.Edge, true));
    if (!taken) this.packetsElsewhere++;
    return taken;
  }
}
