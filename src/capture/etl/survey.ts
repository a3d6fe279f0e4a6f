/**
 * The first look at a trace: what its rundown says of the network stack, and whether there are packets. pktmon
 * writes the rundown when it is stopped, from one thread that may change its processor: the last buffers of all
 * processors are read, and those before them as far as the rundown reaches back. Where that tells nothing, all are.
 */
import type { BufferIndex } from './trace/buffers.js';
import type { TraceClock } from './trace/clock.js';
import type { ComponentTable } from './events/components.js';
import type { CpuStream, RecordFilter } from './trace/cpu-stream.js';
import { CpuStream as Stream, StreamState, sizesFor } from './trace/cpu-stream.js';
import type { StreamCounts } from './trace/cpu-stream.js';
import { At, Provider, payloadAt } from './trace/layout.js';
import { FragmentAt, NdisEvent } from './events/ndis-capture.js';
import type { NdisInterfaces } from './events/ndis-capture.js';
import { PacketAt, PktMonEvent, isRundown } from './events/pktmon-layout.js';
import { takeRundown } from './events/pktmon.js';
import type { RandomAccess } from './trace/random-access.js';

/** Before the first event of the rundown that was found, in seconds: further ones may lie there. */
const REACH_SECONDS = 10;

/** What was found. Counts are of what was read, which is not all. */
export class Findings implements RecordFilter {
  packets = 0;
  drops = 0;
  ndisPackets = 0;
  switchPackets = 0;
  captureRules = 0;
  /** Earliest event of the rundown, in counts of the clock. */
  rundownFrom = Infinity;
  /** Earliest event of the buffer that is being read. */
  earliest = Infinity;

  readonly table: ComponentTable;
  readonly interfaces: NdisInterfaces;
  readonly clock: TraceClock;

  constructor(table: ComponentTable, interfaces: NdisInterfaces, clock: TraceClock) {
    this.table = table;
    this.interfaces = interfaces;
    this.clock = clock;
  }

  wants(view: DataView, at: number, size: number, provider: number): boolean {
    const end = at + size;
    if (provider === Provider.Metadata) return false;
    const since = this.clock.since(view.getUint32(at + At.Time, true), view.getInt32(at + At.Time + 4, true));
    if (since < this.earliest) this.earliest = since;
    const from = payloadAt(view, at, end);
    if (from < 0) return false;
    const id = view.getUint16(at + At.Id, true);
    if (provider === Provider.PktMon) this.#takePktMon(view, id, from, end, since);
    else this.#takeNdis(view, id, from, end);
    return false;
  }

  #takePktMon(view: DataView, id: number, from: number, end: number, since: number): void {
    if (id === PktMonEvent.Packet || id === PktMonEvent.Drop) {
      if (end - from < PacketAt.Bytes) return;
      if (id === PktMonEvent.Drop) {
        this.drops++;
        return;
      }
      this.packets++;
      this.table.countPacket(
        view.getUint16(from + PacketAt.Component, true),
        view.getUint16(from + PacketAt.Edge, true),
        view.getUint16(from + PacketAt.Type, true),
      );
    } else if (isRundown(id)) {
      if (since < this.rundownFrom) this.rundownFrom = since;
      takeRundown(this.table, view, id, from, end);
    }
  }

  #takeNdis(view: DataView, id: number, from: number, end: number): void {
    if (id === NdisEvent.Packet && end - from >= FragmentAt.Bytes) {
      this.ndisPackets++;
      this.interfaces.meet(view.getUint32(from, true), view.getUint32(from + FragmentAt.Interface, true));
    } else if (id === NdisEvent.SwitchPacket) this.switchPackets++;
    else if (id === NdisEvent.Interface) this.interfaces.takeName(view, from, end);
    else if (id === NdisEvent.Rule || id === NdisEvent.RuleOfPort) this.captureRules++;
  }
}

/** Reads a trace's buffers into `Findings`. */
export class TraceSurvey {
  readonly #index: BufferIndex;
  readonly #found: Findings;
  readonly #stream: CpuStream;
  readonly #one = new Uint32Array(1);
  /** Of each processor: its buffers, how many of them are unread, and the earliest event of those that were read. */
  readonly #lists: readonly { readonly order: Uint32Array; unread: number; earliest: number }[];

  constructor(
    input: RandomAccess,
    index: BufferIndex,
    found: Findings,
    lists: readonly Uint32Array[],
    counts: StreamCounts,
  ) {
    this.#index = index;
    this.#found = found;
    const options = { sizes: sizesFor(1), counts, order: new Uint32Array(0) };
    this.#stream = new Stream(input, index, found.clock, found, options);
    this.#lists = lists.map((order) => ({ order, unread: order.length, earliest: Infinity }));
  }

  /** Reads the ends of all processors' buffers, as far back as the rundown reaches. */
  async readEnds(): Promise<void> {
    for (const list of this.#lists) await this.#readOne(list);
    const found = this.#found;
    for (let again = found.rundownFrom < Infinity; again;) {
      again = false;
      const from = found.rundownFrom - REACH_SECONDS * found.clock.frequency;
      for (const list of this.#lists) {
        if (list.unread === 0 || list.earliest < from) continue;
        await this.#readOne(list);
        again = true;
      }
    }
  }

  /** Reads all that was not read yet. */
  async readAll(): Promise<void> {
    for (const list of this.#lists) while (list.unread > 0) await this.#readOne(list);
  }

  /** Reads a processor's last unread buffer. */
  async #readOne(list: { readonly order: Uint32Array; unread: number; earliest: number }): Promise<void> {
    this.#one[0] = list.order[--list.unread]!;
    if (this.#index.count === 0) return;
    this.#found.earliest = Infinity;
    this.#stream.restart(this.#one);
    for (
      let standing = this.#stream.advance();
      standing !== StreamState.Ended;
      standing = this.#stream.advance()
    ) {
      if (standing === StreamState.Starved) await this.#stream.fill();
    }
    // A buffer without any event of interest says nothing of its time: what lies before it is read as well.
    list.earliest = this.#found.earliest;
  }
}
