/** One TCP connection while its payload is read: two ordered sides that feed one dissector. Used again and again. */
import type { Dissector, Origin, Side } from './dissector.js';
import { Feeder, NO_DISSECTOR } from './feeder.js';
import { StreamOrder } from './stream-order.js';

/** Memory that a conversation takes beside its buffers, bytes. */
const FIXED_SIZE = 1024;

export class Conversation {
  /** Its number in the store, from 1. */
  readonly slot: number;
  flow = -1;
  /** What the store was last told of `size`. */
  toldSize = 0;
  /** Sides whose payload is passed over without being asked for, as bits: the table counts on. */
  passing = 0;
  private dissector: Dissector = NO_DISSECTOR;
  /** Sides that have sent all and whose bytes were all handed on, as bits. */
  private endedSides = 0;
  private readonly orders: readonly [StreamOrder, StreamOrder] = [new StreamOrder(), new StreamOrder()];
  private readonly feeders: readonly [Feeder, Feeder] = [
    new Feeder(NO_DISSECTOR, 0),
    new Feeder(NO_DISSECTOR, 1),
  ];

  constructor(slot: number) {
    this.slot = slot;
  }

  /** Begins with another connection. */
  open(flow: number, dissector: Dissector): void {
    this.flow = flow;
    this.dissector = dissector;
    this.passing = 0;
    this.endedSides = 0;
    for (const side of [0, 1] as const) {
      this.orders[side].reset();
      this.feeders[side].reset(dissector);
    }
  }

  /** Lets go of what the connection needed. */
  close(): void {
    this.open(-1, NO_DISSECTOR);
  }

  get done(): boolean {
    return this.dissector.done;
  }

  /** Bytes of memory. */
  get size(): number {
    const [a, b] = this.orders;
    const [f, g] = this.feeders;
    return FIXED_SIZE + a.size + b.size + f.size + g.size;
  }

  /** It is known where the side's bytes go on. */
  hasStart(side: Side): boolean {
    return this.orders[side].hasStart;
  }

  /** Where a side's bytes begin, known from its SYN. */
  start(side: Side, seq: number): void {
    this.orders[side].start(seq);
  }

  /** Sequence number of the side's next byte. */
  next(side: Side): number {
    return this.orders[side].next;
  }

  /**
   * Bytes from `next` on that need not be handed on when they come in order (the inner segments of a large
   * message); 0 while something is held, which every segment may set free.
   */
  passable(side: Side): number {
    const { toSkip } = this.feeders[side];
    if (toSkip === 0) return 0;
    const isCalm = this.orders[side].isCalm && this.orders[side === 0 ? 1 : 0].size === 0;
    return isCalm ? toSkip : 0;
  }

  /** Of the `passable` bytes all but `left` have come. */
  passed(side: Side, left: number): void {
    this.orders[side].skip(this.feeders[side].skipTo(left));
  }

  segment(
    side: Side,
    seq: number,
    ack: number,
    bytes: Uint8Array,
    view: DataView,
    at: number,
    end: number,
    length: number,
    from: Origin,
  ): void {
    const peer = side === 0 ? 1 : 0;
    this.orders[peer].acknowledged(ack, this.feeders[peer]);
    if (!this.done) this.orders[side].segment(seq, bytes, view, at, end, length, from, this.feeders[side]);
  }

  /** A FIN behind the byte before `seq`; true when both sides have said all, and all of it was read. */
  ended(side: Side, seq: number): boolean {
    if (this.orders[side].isAt(seq)) this.endedSides |= 1 << side;
    return this.endedSides === 3;
  }

  /** Hands on what is still held and tells the dissector that this is all. */
  finish(): void {
    for (const side of [0, 1] as const) {
      if (!this.done) this.orders[side].finish(this.feeders[side]);
    }
    this.dissector.end();
  }
}
