/**
 * The conversations being read. Each has a slot, whose number stands in its flow's record, so that a packet finds
 * its conversation without hashing; the objects of a slot are used again, since most connections are short. Slots
 * are chained as they were opened, in flat lists that the garbage collector need not follow; those used since then
 * are let past when one must give way (second chance), since to move one at every use would miss the cache each time.
 *
 *   older[0] = newest ... oldest = newer[0]          slot 0 closes the ring and stands for "none"
 */
import type { FlowTable } from '../../flow/table.js';
import { Conversation } from './conversation.js';
import type { ProtocolSwitch } from './protocol-switch.js';

/**
 * Connections whose payload is read at the same time.
 * @reached the least recently used gives way and is counted: `conversations`
 */
export const MAX_CONVERSATIONS = 16_384;
/**
 * Bytes that they hold together.
 * @reached the least recently used gives way and is counted: `conversations`
 */
export const MAX_CONVERSATION_BYTES = 64 << 20;

export class ConversationStore {
  /** Number of conversations. */
  size = 0;
  private readonly table: FlowTable;
  private readonly slots: Conversation[] = [];
  private readonly newer = new Int32Array(MAX_CONVERSATIONS + 1);
  private readonly older = new Int32Array(MAX_CONVERSATIONS + 1);
  /** Slots that are free, chained by `older`; 0 = none. */
  private free = 0;
  private bytes = 0;

  constructor(table: FlowTable) {
    this.table = table;
  }

  /** The conversation of a flow, or null. */
  of(flow: number): Conversation | null {
    const slot = this.table.readerOf(flow);
    return slot === 0 ? null : (this.slots[slot - 1] ?? null);
  }

  /** Begins one for a flow that has none, as the newest. Make room first. */
  open(flow: number, choice: ProtocolSwitch): Conversation {
    const slot = this.takeSlot();
    const conversation = (this.slots[slot - 1] ??= new Conversation(slot));
    conversation.open(flow, choice, choice);
    this.table.setReader(flow, slot);
    this.link(slot);
    this.size++;
    this.bytes += conversation.toldSize = conversation.size;
    return conversation;
  }

  /** Takes note of its present size in bytes. */
  resize(conversation: Conversation): void {
    const { size } = conversation;
    this.bytes += size - conversation.toldSize;
    conversation.toldSize = size;
  }

  /** The one to give way so that one more is within the limits; null when there is room. */
  get surplus(): Conversation | null {
    return this.size >= MAX_CONVERSATIONS ? this.oldest : null;
  }

  /** The one to give way because all together hold too much; never the last. */
  get tooLarge(): Conversation | null {
    return this.bytes > MAX_CONVERSATION_BYTES && this.size > 1 ? this.oldest : null;
  }

  /** Forgets a conversation: its slot goes to another. What it has read must have been handed on before. */
  close(conversation: Conversation): void {
    const { slot } = conversation;
    this.table.setReader(conversation.flow, 0);
    this.unlink(slot);
    this.older[slot] = this.free;
    this.free = slot;
    this.size--;
    this.bytes -= conversation.toldSize;
    conversation.close();
  }

  /** All that are open, the newest first. */
  all(): Conversation[] {
    const open: Conversation[] = [];
    for (let slot = this.older[0]!; slot !== 0; slot = this.older[slot]!) open.push(this.slots[slot - 1]!);
    return open;
  }

  /** Of those that were not used since they were opened, or since they were last let past, the first. */
  private get oldest(): Conversation | null {
    for (;;) {
      const slot = this.newer[0]!;
      const oldest = this.slots[slot - 1];
      if (oldest?.used !== true) return oldest ?? null;
      oldest.used = false;
      this.unlink(slot);
      this.link(slot);
    }
  }

  private takeSlot(): number {
    const slot = this.free;
    if (slot === 0) return this.slots.length + 1;
    this.free = this.older[slot]!;
    return slot;
  }

  private link(slot: number): void {
    const second = this.older[0]!;
    this.older[slot] = second;
    this.newer[slot] = 0;
    this.newer[second] = slot;
    this.older[0] = slot;
  }

  private unlink(slot: number): void {
    const newer = this.newer[slot]!;
    const older = this.older[slot]!;
    this.older[newer] = older;
    this.newer[older] = newer;
  }
}
