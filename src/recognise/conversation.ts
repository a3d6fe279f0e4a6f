/** One TCP connection while its payload is read: two ordered sides that feed one dissector. */
import type { Dissector, Origin, Side } from './dissector.js';
import { Feeder } from './feeder.js';
import { StreamOrder } from './stream-order.js';

/** Memory that a conversation takes beside its buffers, bytes. */
const FIXED_SIZE = 1024;

export class Conversation {
  readonly flow: number;
  readonly dissector: Dissector;
  /** What the owner was last told of `size`. */
  toldSize = 0;
  /** Sides that have sent all and whose bytes were all handed on, as bits. */
  private endedSides = 0;
  private readonly orders: readonly [StreamOrder, StreamOrder] = [new StreamOrder(), new StreamOrder()];
  private readonly feeders: readonly [Feeder, Feeder];

  constructor(flow: number, dissector: Dissector) {
    this.flow = flow;
    this.dissector = dissector;
    this.feeders = [new Feeder(dissector, 0), new Feeder(dissector, 1)];
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

  /** The short way for the inner segments of large messages: true when it is in order and its bytes are skipped. */
  skip(side: Side, seq: number, length: number): boolean {
    const order = this.orders[side];
    if (!order.expects(seq) || this.orders[side === 0 ? 1 : 0].size > 0) return false;
    if (!this.feeders[side].skip(length)) return false;
    order.skip(length);
    return true;
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
