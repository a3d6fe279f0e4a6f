/**
 * One TCP connection while its payload is read: two ordered sides that feed one dissector. Used again and again, and
 * kept to few objects: hundreds of connections take turns, so each segment finds its own out of the cache.
 */
import { RpcDissector } from '../dcerpc/dce-rpc.js';
import type { Dissector, Side } from '../facts/dissector.js';
import type { Origin } from '../../flow/record/origin.js';
import { StreamBuffer } from '../stream/stream-buffer.js';
import type { ProtocolSwitch } from './protocol-switch.js';
import { SmbDissector } from '../smb/smb.js';
import { StreamOrder } from '../stream/stream-order.js';
import type { Segment } from '../stream/stream-order.js';

/** Memory that a conversation takes beside its buffers, bytes. */
const FIXED_SIZE = 1024;

/** Takes everything and says nothing. */
const NO_DISSECTOR: Dissector = {
  data: (_side, _bytes, _view, at, end) => end - at,
  gap: () => undefined,
  end: () => undefined,
  done: true,
};

export class Conversation implements Dissector {
  /** Its number in the store, from 1. */
  readonly slot: number;
  flow = -1;
  /** What the store was last told of `size`. */
  toldSize = 0;
  /** Sides whose payload is passed over without being asked for, as bits: the table counts on. */
  passing = 0;
  /** There was a segment since its turn to give way came last. */
  used = false;
  /** Nothing more can be learned of the connection. */
  done = true;
  /** Is asked what the connection speaks; null = not needed any more. */
  choice: ProtocolSwitch | null = null;
  /** Sides that have sent all and whose bytes were all handed on, as bits. */
  private endedSides = 0;
  private readonly order0 = new StreamOrder();
  private readonly order1 = new StreamOrder();
  private readonly feeder0 = new StreamBuffer(this, 0);
  private readonly feeder1 = new StreamBuffer(this, 1);
  /**
   * What reads the connection. The kinds that most segments belong to have fields of their own beside it, so that V8
   * calls them directly: through one field for all it would look up every use in a table.
   */
  private reader: Dissector = NO_DISSECTOR;
  private rpc: RpcDissector | null = null;
  private smb: SmbDissector | null = null;

  constructor(slot: number) {
    this.slot = slot;
  }

  /** Begins with another connection; with `choice` it is asked first what the connection speaks. */
  open(flow: number, dissector: Dissector, choice: ProtocolSwitch | null = null): void {
    this.flow = flow;
    this.use(dissector);
    this.choice = choice;
    this.passing = 0;
    this.used = false;
    this.endedSides = 0;
    this.order0.reset();
    this.order1.reset();
    this.feeder0.reset();
    this.feeder1.reset();
  }

  /** Lets go of what the connection needed. */
  close(): void {
    this.open(-1, NO_DISSECTOR);
  }

  /** The choice is made: this one is fed from here on. */
  hand(dissector: Dissector): void {
    this.use(dissector);
    this.choice = null;
  }

  /** What reads the connection at present. */
  get dissector(): Dissector {
    return this.reader;
  }

  private use(dissector: Dissector): void {
    this.rpc = dissector instanceof RpcDissector ? dissector : null;
    this.smb = dissector instanceof SmbDissector ? dissector : null;
    this.reader = dissector;
    this.done = dissector.done;
  }

  /** Bytes in order, which the feeders hand on. */
  data(side: Side, bytes: Uint8Array, view: DataView, at: number, end: number, from: Origin): number {
    const { rpc, smb } = this;
    let taken: number;
    if (rpc !== null) {
      taken = rpc.data(side, bytes, view, at, end, from);
      this.done = rpc.done;
    } else if (smb !== null) {
      taken = smb.data(side, bytes, view, at, end, from);
      this.done = smb.done;
    } else {
      taken = this.reader.data(side, bytes, view, at, end, from);
      this.done = this.reader.done;
    }
    return taken;
  }

  gap(side: Side, length: number, from: Origin): void {
    const { dissector } = this;
    dissector.gap(side, length, from);
    this.done = dissector.done;
  }

  end(): void {
    this.dissector.end();
    this.done = true;
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

  /** A segment of `side` that acknowledges everything before `ack`. */
  segment(side: Side, segment: Segment, ack: number, from: Origin): void {
    const other = this.order(side === 0 ? 1 : 0);
    if (!other.isEmpty) {
      other.acknowledged(ack, this.feeder(side === 0 ? 1 : 0));
      if (this.done) return;
    }
    this.order(side).segment(segment, from, this.feeder(side));
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
    this.end();
  }

  private order(side: Side): StreamOrder {
    return side === 0 ? this.order0 : this.order1;
  }

  private feeder(side: Side): StreamBuffer {
    return side === 0 ? this.feeder0 : this.feeder1;
  }
}
