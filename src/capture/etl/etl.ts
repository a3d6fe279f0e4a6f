/**
 * Windows' own captures (.etl): of pktmon, and of netsh trace and New-NetEventSession. Opening surveys the trace,
 * reading merges the records of all processors by time; what it is made of is told in layout.ts.
 */
import type { CaptureFile, CaptureReader, FrameBatch } from '../frames/frame.js';
import type { FileFacts } from '../frames/file-facts.js';
import { BatchFiller } from './events/batch-filler.js';
import type { AdapterPoint } from './events/capture-points.js';
import { CpuStream, sizesFor } from './trace/cpu-stream.js';
import type { StreamCounts } from './trace/cpu-stream.js';
import { Provider } from './trace/layout.js';
import { EtlLimit } from '../bytes/limits.js';
import type { EtlLimitCode } from '../bytes/limits.js';
import { NdisRecords } from './events/ndis-records.js';
import type { OpenedTrace } from './opened-trace.js';
import { EventOrder } from './trace/order.js';
import { PktMonRecords } from './events/pktmon-records.js';
import type { Source } from './events/pktmon-records.js';
import { RecordChooser } from './chooser.js';
import { traceFacts } from './told.js';
import { TraceInterfaces } from './events/trace-interfaces.js';

/** Reads one trace; the batch holds copies of the frames. */
export class EtlReader implements CaptureReader {
  readonly isOrdered = true;
  readonly #facts: FileFacts;
  readonly #trace: OpenedTrace;
  readonly #settle: () => Promise<void>;
  readonly #filler: BatchFiller;
  readonly #chooser: RecordChooser;
  readonly #interfaces: TraceInterfaces;
  readonly #pktmon: PktMonRecords;
  readonly #ndis: NdisRecords;
  readonly #counts: StreamCounts;
  #order: EventOrder | null = null;
  #done = false;
  #closing: Promise<void> | null = null;

  /** @param points where pktmon's packets are taken from; null = everywhere */
  constructor(
    facts: FileFacts,
    trace: OpenedTrace,
    points: readonly AdapterPoint[] | null,
    settle: () => Promise<void>,
  ) {
    this.#facts = facts;
    this.#trace = trace;
    this.#settle = settle;
    this.#counts = trace.counts;
    const { table, clock, adapters } = trace;
    this.#filler = new BatchFiller(clock);
    this.#chooser = new RecordChooser(table, adapters, points);
    this.#interfaces = new TraceInterfaces(facts, clock.frequency, trace.filter);
    this.#pktmon = new PktMonRecords(facts, this.#filler, this.#interfaces, table, points);
    this.#ndis = new NdisRecords(facts, this.#filler, this.#interfaces, adapters);
    this.#tell();
  }

  get file(): CaptureFile {
    return this.#facts;
  }

  async nextBatch(): Promise<FrameBatch | null> {
    const facts = this.#facts;
    const { batch } = this.#filler;
    const order = (this.#order ??= await this.#start());
    this.#filler.begin(facts.frames + 1);
    while (!this.#done) {
      const stream = order.top;
      if (stream === undefined) {
        this.#end();
        break;
      }
      const length = this.#lengthOf(stream);
      if (!this.#filler.hasRoom(length)) {
        if (batch.count > 0) break;
        // Dropped packets alone fill the batch: there is no frame to hand them out with.
        this.#pktmon.loseDrops();
        this.#filler.begin(facts.frames + 1);
      }
      if (stream.provider === Provider.PktMon) this.#pktmon.take(stream);
      else this.#ndis.take(stream);
      if (!order.advance()) await order.refill();
    }
    facts.frames += batch.count;
    return batch.count > 0 ? batch : null;
  }

  /** The most bytes that a record can add. */
  #lengthOf(stream: Source): number {
    return stream.provider === Provider.NdisCapture ? this.#ndis.longest(stream) : stream.size;
  }

  async #start(): Promise<EventOrder> {
    const { input, index, lists, clock } = this.#trace;
    const sizes = sizesFor(lists.length);
    const options = { sizes, counts: this.#counts };
    this.#counts.read = 0;
    const order = new EventOrder(
      lists.map((list) => new CpuStream(input, index, clock, this.#chooser, { ...options, order: list })),
    );
    await order.start();
    return order;
  }

  /** Everything was read, or the input failed. */
  #end(): void {
    this.#done = true;
    const { input, index } = this.#trace;
    if (input.stopped) return;
    const { failure } = input;
    this.#facts.damage =
      index.damage ??
      (failure === null ? null : { offset: this.#counts.read, kind: failure.kind, message: failure.message });
    const limits: readonly (readonly [EtlLimitCode, number])[] = [
      [EtlLimit.Records, this.#counts.badRecords],
      [EtlLimit.Compressed, this.#counts.badCompressed],
      [EtlLimit.Partial, this.#ndis.unfinished],
    ];
    for (const [name, count] of limits) if (count > 0) this.#facts.limits.set(name, count);
    this.#tell();
  }

  #tell(): void {
    this.#facts.trace = traceFacts(
      this.#trace,
      this.#chooser,
      this.#pktmon,
      this.#interfaces,
      this.#counts.others,
    );
  }

  close(): Promise<void> {
    if (!this.#done && this.#order !== null) this.#tell();
    this.#done = true;
    this.#closing ??= this.#settle();
    return this.#closing;
  }
}
