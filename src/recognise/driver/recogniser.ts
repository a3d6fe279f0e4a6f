/**
 * Payload in, facts out: the driver of recognition. It looks at a flow until it knows, then never again.
 * State is bounded: a conversation that was long unused gives way, counted in `evicted`.
 */
import { Layer, TcpFlag } from '../../decode/packet/packet.js';
import type { Packet } from '../../decode/packet/packet.js';
import { Flow } from '../../flow/flow.js';
import type { PayloadReader } from '../../flow/meter.js';
import { FlowFlag } from '../../flow/record/record.js';
import type { FlowTable } from '../../flow/table.js';
import type { Conversation } from './conversation.js';
import { ConversationStore } from './conversation-store.js';
import { DatagramRecogniser } from './datagram.js';
import { Origin } from '../../flow/record/origin.js';
import type { Side } from '../facts/dissector.js';
import { Dissectors } from './dissectors.js';
import type { Facts } from '../facts/facts.js';
import { FlowEnds } from '../facts/flow-ends.js';
import { Learner } from '../facts/learner.js';
import { ProtocolSwitch } from './protocol-switch.js';
import { ReusedDatagram, ReusedSegment } from './reused.js';
import { isOtherSides } from '../signature/signature.js';

/** A conversation's size is told to the store again when it has grown by this much. */
const SIZE_STEP = 4096;
/** As much is passed over at once, so that sequence numbers can be compared. */
const MAX_PASSED = 1 << 30;

export class Recogniser implements PayloadReader {
  private readonly table: FlowTable;
  private readonly facts: Facts;
  private readonly learner: Learner;
  private readonly datagrams: DatagramRecogniser;
  private readonly from = new Origin();
  private readonly flow: Flow;
  private readonly conversations: ConversationStore;
  private readonly dissectors: Dissectors;
  /** Those that no connection needs. */
  private readonly spareSwitches: ProtocolSwitch[] = [];
  private readonly segment = new ReusedSegment();
  private readonly datagram: ReusedDatagram;

  constructor(table: FlowTable, facts: Facts) {
    this.table = table;
    this.facts = facts;
    facts.reading = this.from;
    this.learner = new Learner(facts);
    this.datagrams = new DatagramRecogniser(this.learner);
    this.flow = new Flow(table);
    this.conversations = new ConversationStore(table);
    const ends = new FlowEnds(table);
    this.datagram = new ReusedDatagram(ends, this.from);
    this.dissectors = new Dissectors(this.learner, ends);
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

  /** Looks at the payload of a packet that was counted on the flow of `origin`. */
  read(side: Side, p: Packet, origin: Origin): void {
    this.from.copyFrom(origin);
    const id = origin.flow;
    if (p.layers & Layer.Tcp) this.readSegment(id, side, p);
    else if (p.layers & Layer.Udp) this.readDatagram(id, side, p);
    else this.table.settle(id);
  }

  /** A connection that is over gives its memory back at once; most flows of a long capture are. */
  ended(id: number, side: Side, p: Packet): void {
    const conversation = this.conversations.of(id);
    if (conversation === null) return;
    this.resume(conversation);
    if (p.tcpFlags & TcpFlag.Rst || conversation.ended(side, p.seq)) this.close(conversation);
  }

  /** The capture is over at `sec` (seconds since 1970): what is held is read as far as it goes. */
  finish(sec: number): void {
    for (const conversation of this.conversations.all()) this.close(conversation);
    this.facts.reading = null;
    this.facts.discardStale(this.table);
    this.learner.lookups.finish(sec);
  }

  private readSegment(id: number, side: Side, p: Packet): void {
    // A RST's payload is not part of the stream.
    if (p.tcpFlags & TcpFlag.Rst) {
      this.ended(id, side, p);
      return;
    }
    let conversation = this.conversationOf(id);
    this.resume(conversation);
    if (
      conversation.choice?.mayTurn === true &&
      isOtherSides(side, p.bytes, p.view, p.payloadAt, p.payloadEnd)
    ) {
      conversation = this.turn(conversation);
      side = side === 0 ? 1 : 0;
    }
    if (!conversation.hasStart(side)) this.startSide(conversation, side);
    // Data beside a SYN begins one behind the SYN's own number.
    const seq = p.tcpFlags & TcpFlag.Syn ? (p.seq + 1) | 0 : p.seq;
    conversation.segment(side, this.segment.of(p, seq), p.ack, this.from);
    if (conversation.done) {
      this.release(conversation);
      this.table.settle(id);
    } else if (p.tcpFlags & TcpFlag.Fin && conversation.ended(side, (seq + p.payloadLen) | 0)) {
      this.close(conversation);
    } else {
      if (conversation.choice !== null) this.hand(conversation, conversation.choice);
      if (conversation.skips) this.pass(conversation);
      if (conversation.size > conversation.toldSize + SIZE_STEP) {
        this.conversations.resize(conversation);
        this.giveWay();
      }
    }
  }

  private conversationOf(id: number): Conversation {
    const known = this.conversations.of(id);
    if (known !== null) {
      known.used = true;
      return known;
    }
    const { surplus } = this.conversations;
    if (surplus !== null) this.drop(surplus);
    // The new one is none of those that give way: it was not used yet.
    this.giveWay();
    const choice = this.spareSwitches.pop() ?? new ProtocolSwitch(this.facts, this.dissectors);
    choice.begin(id, this.flow.move(id).has(FlowFlag.Midstream));
    return this.conversations.open(id, choice);
  }

  /** Whoever was taken for the responder asks: nothing was learned so far, and reading begins again. */
  private turn(conversation: Conversation): Conversation {
    const { flow } = conversation;
    this.release(conversation);
    this.table.turn(flow, this.from.fileIndex, this.from.frame);
    return this.conversationOf(flow);
  }

  /** Once it is sure what the connection speaks nothing need stand between. */
  private hand(conversation: Conversation, choice: ProtocolSwitch): void {
    const { chosen } = choice;
    if (chosen === null) return;
    conversation.hand(chosen);
    this.spareSwitches.push(choice);
  }

  /** Bytes that only pass by are left to the table, which has the flow at hand: a large message is mostly these. */
  private pass(conversation: Conversation): void {
    for (let side: Side = 0; ; side = 1) {
      const length = conversation.passable(side);
      if (length > 0 && length <= MAX_PASSED) {
        conversation.passing |= 1 << side;
        this.table.passOver(conversation.flow, side, conversation.next(side), length);
      }
      if (side === 1) return;
    }
  }

  /** Takes back what was left to the table. */
  private resume(conversation: Conversation): void {
    const { passing, flow } = conversation;
    if (passing === 0) return;
    conversation.passing = 0;
    if (passing & 1) conversation.passed(0, this.table.stopPassing(flow, 0));
    if (passing & 2) conversation.passed(1, this.table.stopPassing(flow, 1));
  }

  /** Those unused for long give way while all together hold too much. */
  private giveWay(): void {
    for (let one = this.conversations.tooLarge; one !== null; one = this.conversations.tooLarge)
      this.drop(one);
  }

  private drop(conversation: Conversation): void {
    this.facts.conversationsDropped++;
    this.close(conversation);
  }

  /** A side whose SYN was captured begins behind it, even when its first segments were not captured or come late. */
  private startSide(conversation: Conversation, side: Side): void {
    const flow = this.flow.move(conversation.flow);
    if (flow.sawSyn(side)) conversation.start(side, flow.firstDataSeq(side));
  }

  private readDatagram(id: number, side: Side, p: Packet): void {
    if (!this.datagrams.recognise(this.datagram.of(p, side), this.from, side)) this.table.settle(id);
  }

  /** The flow is dropped from the table and its id given to another: nothing of it may reach that one. */
  private forget(id: number): void {
    const conversation = this.conversations.of(id);
    if (conversation !== null) this.close(conversation);
    this.facts.forgetFlow(id);
  }

  private close(conversation: Conversation): void {
    // What is closed is not what is being read.
    const { reading } = this.facts;
    this.facts.reading = null;
    this.resume(conversation);
    conversation.finish();
    this.facts.reading = reading;
    this.table.settle(conversation.flow);
    this.release(conversation);
  }

  /** Everything that the conversation needed may serve another. */
  private release(conversation: Conversation): void {
    const { choice, dissector } = conversation;
    if (choice === null) this.dissectors.giveBack(dissector);
    else {
      choice.release();
      this.spareSwitches.push(choice);
    }
    this.conversations.close(conversation);
  }
}
