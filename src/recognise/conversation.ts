/**
 * One TCP connection while its payload is read: two ordered sides that feed one dissector. Used again and again, and
 * kept to few objects: hundreds of connections take turns, so each segment finds its own out of the cache.
 */
import type { Dissector, Origin, Side } from './dissector.js';
import { Feeder, NO_DISSECTOR } from './feeder.js';
import type { ProtocolSwitch } from './protocol-switch.js';
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
  /** What reads the connection at present. */
  dissector: Dissector = NO_DISSECTOR;
  /** Is asked what the connection speaks; null = not needed any more. */
  choice: ProtocolSwitch | null = null;
  /** Sides that have sent all and whose bytes were all handed on, as bits. */
  private endedSides = 0;
  private readonly order0 = new StreamOrder();
  private readonly order1 = new StreamOrder();
  private readonly feeder0 = new Feeder(NO_DISSECTOR, 0);
  private readonly feeder1 = new Feeder(NO_DISSECTOR, 1);

  constructor(slot: number) {
    this.slot = slot;
  }

  /** Begins with another connection; with `choice` it is asked first what the connection speaks. */
  open(flow: number, dissector: Dissector, choice: ProtocolSwitch | null = null): void {
    this.flow = flow;
    this.dissector = dissector;
    this.choice = choice;
    this.passing = 0;
    this.endedSides = 0;
    this.order0.reset();
    this.order1.reset();
    this.feeder0.reset(dissector);
    this.feeder1.reset(dissector);
  }

  /** Lets go of what the connection needed. */
  close(): void {
    this.open(-1, NO_DISSECTOR);
  }

  /** The choice is made: this one is fed from here on. */
  hand(dissector: Dissector): void {
    this.dissector = dissector;
    this.choice = null;
    this.feeder0.dissector = dissector;
    this.feeder1.dissector = dissector;
  }

  get done(): boolean {
    return this.dissector.done;
  }

  /** Bytes of memory. */
  get size(): number {
    return FIXED_SIZE + this.order0.size + this.order1.size + this.feeder0.size + this.feeder1.size;
  }

  /** It is known where the side's bytes go on. */
  hasStart(side: Side): boolean {
    return this.order(side).hasStart;
  }

  /** Where a side's bytes begin, known from its SYN. */
  start(side: Side, seq: number): void {
    this.order(side).start(seq);
  }

  /** Sequence number of the side's next byte. */
  next(side: Side): number {
    return this.order(side).next;
  }

  /** Some bytes are to be passed over. */
  get skips(): boolean {
    return this.feeder0.toSkip + this.feeder1.toSkip > 0;
  }

  /**
   * Bytes from `next` on that need not be handed on when they come in order (the inner segments of a large
   * message); 0 while something is held, which every segment may set free.
   */
  passable(side: Side): number {
    const { toSkip } = this.feeder(side);
    if (toSkip === 0) return 0;
    const isCalm = this.order(side).isCalm && this.order(side === 0 ? 1 : 0).size === 0;
    return isCalm ? toSkip : 0;
  }

  /** Of the `passable` bytes all but `left` have come. */
  passed(side: Side, left: number): void {
    this.order(side).skip(this.feeder(side).skipTo(left));
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
    const other = this.order(side === 0 ? 1 : 0);
    if (!other.isEmpty) {
      other.acknowledged(ack, this.feeder(side === 0 ? 1 : 0));
      if (this.done) return;
    }
    this.order(side).segment(seq, bytes, view, at, end, length, from, this.feeder(side));
  }

  /** A FIN behind the byte before `seq`; true when both sides have said all, and all of it was read. */
  ended(side: Side, seq: number): boolean {
    if (this.order(side).isAt(seq)) this.endedSides |= 1 << side;
    return this.endedSides === 3;
  }

  /** Hands on what is still held and tells the dissector that this is all. */
  finish(): void {
    if (!this.done) this.order0.finish(this.feeder0);
    if (!this.done) this.order1.finish(this.feeder1);
    this.dissector.end();
  }

  private order(side: Side): StreamOrder {
    return side === 0 ? this.order0 : this.order1;
  }

  private feeder(side: Side): Feeder {
    return side === 0 ? this.feeder0 : this.feeder1;
  }
}
