/**
 * Payload in, facts out: the driver of recognition. It looks at a flow until it knows, then never again.
 * State is bounded: the least recently used conversation gives way, counted in `evicted`.
 */
import { LRUCache } from 'lru-cache';
import { Layer, TcpFlag } from '../decode/packet.js';
import type { Packet } from '../decode/packet.js';
import { Flow } from '../flow/flow.js';
import type { PayloadReader } from '../flow/meter.js';
import type { FlowTable } from '../flow/table.js';
import { Conversation } from './conversation.js';
import { DatagramRecogniser } from './datagram.js';
import { Origin } from './dissector.js';
import type { Side } from './dissector.js';
import type { Facts } from './facts.js';
import { Learner } from './learner.js';
import { ProtocolSwitch } from './protocol-switch.js';

/** Conversations read at the same time, and the bytes they may hold together. */
export const MAX_CONVERSATIONS = 16_384;
export const MAX_CONVERSATION_BYTES = 64 << 20;
/** A conversation's size is told to the cache again when it has grown by this much. */
const SIZE_STEP = 4096;

export class Recogniser implements PayloadReader {
  private readonly table: FlowTable;
  private readonly facts: Facts;
  private readonly learner: Learner;
  private readonly datagrams: DatagramRecogniser;
  private readonly from = new Origin();
  private readonly flow: Flow;
  private readonly conversations: LRUCache<number, Conversation>;
  private last: Conversation | null = null;
  /** Which side sent the datagram that is being read. */
  private sender: Side = 0;
  private readonly sourceText = (): string => this.endText(this.sender);
  private readonly destinationText = (): string => this.endText(this.sender === 0 ? 1 : 0);

  constructor(table: FlowTable, facts: Facts) {
    this.table = table;
    this.facts = facts;
    facts.reading = this.from;
    this.learner = new Learner(facts);
    this.datagrams = new DatagramRecogniser(this.learner);
    this.flow = new Flow(table);
    this.conversations = new LRUCache<number, Conversation>({
      max: MAX_CONVERSATIONS,
      maxSize: MAX_CONVERSATION_BYTES,
      sizeCalculation: (conversation) => Math.min(conversation.size, MAX_CONVERSATION_BYTES),
      noDisposeOnSet: true,
      dispose: (conversation, id, reason) => {
        if (reason !== 'evict') return;
        this.facts.conversationsDropped++;
        this.close(id, conversation);
      },
    });
    table.onEvict = (id) => this.forget(id);
  }

  /** Conversations dropped because of a limit. */
  get evicted(): number {
    return this.facts.conversationsDropped;
  }

  /** Conversations in memory. */
  get open(): number {
    return this.conversations.size;
  }

  /** Looks at the payload of a packet that was counted on `id`. */
  read(id: number, side: Side, p: Packet, sec: number, nsec: number, fileIndex: number, frame: number): void {
    const from = this.from;
    from.flow = id;
    from.sec = sec;
    from.nsec = nsec;
    from.fileIndex = fileIndex;
    from.frame = frame;
    if (p.layers & Layer.Tcp) this.readSegment(id, side, p);
    else if (p.layers & Layer.Udp) this.readDatagram(id, side, p);
    else this.table.settle(id);
  }

  /** A connection that is over gives its memory back at once; most flows of a long capture are. */
  ended(id: number, side: Side, p: Packet): void {
    const conversation = this.conversations.get(id);
    if (conversation === undefined) return;
    if (p.tcpFlags & TcpFlag.Rst || conversation.ended(side, p.seq)) this.over(id, conversation);
  }

  /** The capture is over at `sec` (seconds since 1970): what is held is read as far as it goes. */
  finish(sec: number): void {
    for (const [id, conversation] of this.conversations.entries()) this.close(id, conversation);
    this.facts.reading = null;
    this.facts.discardStale(this.table);
    this.conversations.clear();
    this.last = null;
    this.learner.lookups.finish(sec);
  }

  private readSegment(id: number, side: Side, p: Packet): void {
    // A RST's payload is not part of the stream.
    if (p.tcpFlags & TcpFlag.Rst) {
      this.ended(id, side, p);
      return;
    }
    const conversation = this.last?.flow === id ? this.last : this.conversationOf(id);
    this.last = conversation;
    if (!conversation.hasStart(side)) this.startSide(conversation, side);
    // Data beside a SYN begins one behind the SYN's own number.
    const seq = p.tcpFlags & TcpFlag.Syn ? (p.seq + 1) | 0 : p.seq;
    if (!(p.tcpFlags & TcpFlag.Fin) && conversation.skip(side, seq, p.payloadLen)) return;
    conversation.segment(
      side,
      seq,
      p.ack,
      p.bytes,
      p.view,
      p.payloadAt,
      p.payloadEnd,
      p.payloadLen,
      this.from,
    );
    if (conversation.done) {
      this.conversations.delete(id);
      this.table.settle(id);
      this.last = null;
      return;
    }
    if (p.tcpFlags & TcpFlag.Fin && conversation.ended(side, (seq + p.payloadLen) | 0)) {
      this.over(id, conversation);
      return;
    }
    const size = conversation.size;
    if (size > conversation.toldSize + SIZE_STEP) {
      conversation.toldSize = size;
      this.conversations.set(id, conversation);
    }
  }

  private conversationOf(id: number): Conversation {
    const known = this.conversations.get(id);
    if (known !== undefined) return known;
    const flow = this.flow.move(id);
    const ends: readonly [string, string] = [flow.addressText(0), flow.addressText(1)];
    const made = new Conversation(id, new ProtocolSwitch(this.learner, id, { text: (s) => ends[s] }));
    made.toldSize = made.size;
    this.conversations.set(id, made);
    return made;
  }

  /** A side whose SYN was captured begins behind it, even when its first segments were not captured or come late. */
  private startSide(conversation: Conversation, side: Side): void {
    const flow = this.flow.move(conversation.flow);
    if (flow.sawSyn(side)) conversation.start(side, flow.firstDataSeq(side));
  }

  private readDatagram(id: number, side: Side, p: Packet): void {
    this.sender = side;
    const more = this.datagrams.recognise(
      p.srcPort,
      p.dstPort,
      this.sourceText,
      this.destinationText,
      p.bytes,
      p.view,
      p.payloadAt,
      p.payloadEnd,
      this.from,
    );
    if (!more) this.table.settle(id);
  }

  private endText(side: Side): string {
    return this.flow.move(this.from.flow).addressText(side);
  }

  /** The flow is dropped from the table and its id given to another: nothing of it may reach that one. */
  private forget(id: number): void {
    const conversation = this.conversations.peek(id);
    if (conversation !== undefined) {
      this.conversations.delete(id);
      this.close(id, conversation);
    }
    if (this.last?.flow === id) this.last = null;
    this.facts.forgetFlow(id);
  }

  private over(id: number, conversation: Conversation): void {
    this.conversations.delete(id);
    this.last = null;
    this.close(id, conversation);
  }

  private close(id: number, conversation: Conversation): void {
    // What is closed is not what is being read.
    const { reading } = this.facts;
    this.facts.reading = null;
    conversation.finish();
    this.facts.reading = reading;
    this.table.settle(id);
  }
}
