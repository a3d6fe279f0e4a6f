/**
 * Puts the records of a trace into a batch. Their bytes are copied, since what they lie in moves on with every read:
 *
 *   arena  | frame 0 | frame 1 | dropped packet | frame 2 | ...
 */
import { BATCH_DROPS, BATCH_FRAMES, DropEvents, FrameBatch, FrameMark } from '../../frames/frame.js';
import type { TraceClock } from '../trace/clock.js';

const ARENA_BYTES = 1 << 20;
/** A shorter frame is copied in words of its own; a longer one is worth a view. */
const COPIED_BYTES = 2048;

/** One frame or dropped packet: bytes `bytes[at..at + capLen)`. Reused. */
export interface Incoming {
  bytes: Uint8Array;
  view: DataView;
  at: number;
  capLen: number;
  origLen: number;
  linkType: number;
  iface: number;
  direction: number;
}

export class BatchFiller {
  readonly batch = new FrameBatch();
  readonly #clock: TraceClock;
  readonly #drops = new DropEvents();
  readonly #arena: Uint8Array;
  readonly #view: DataView;
  #used = 0;

  constructor(clock: TraceClock) {
    this.#clock = clock;
    this.#arena = new Uint8Array(ARENA_BYTES);
    this.#view = new DataView(this.#arena.buffer);
    this.batch.bytes = this.#arena;
    this.batch.view = this.#view;
    this.batch.drops = this.#drops;
  }

  /** Begins another batch, whose first frame has this number. */
  begin(firstFrame: number): void {
    this.batch.count = 0;
    this.batch.firstFrame = firstFrame;
    this.#drops.count = 0;
    this.#used = 0;
  }

  /** Whether a frame of so many bytes has room; a batch without any frame always has it. */
  hasRoom(length: number): boolean {
    return this.batch.count < BATCH_FRAMES && this.#used + length <= ARENA_BYTES;
  }

  /** Adds a frame logged at `since`; there is room. */
  addFrame(frame: Incoming, since: number): void {
    const { batch } = this;
    const clock = this.#clock;
    const row = batch.count++;
    clock.set(since);
    batch.at[row] = this.#used;
    batch.capLen[row] = frame.capLen;
    batch.origLen[row] = frame.origLen;
    batch.sec[row] = clock.sec;
    batch.nsec[row] = clock.nsec;
    batch.linkType[row] = frame.linkType;
    batch.iface[row] = frame.iface;
    batch.direction[row] = frame.direction;
    batch.marks[row] = clock.strange ? FrameMark.NoTime : 0;
    this.#copy(frame);
  }

  /** Adds a dropped packet; `false` = there is no room, or its time makes no sense. */
  addDrop(packet: Incoming, since: number, reason: number, location: number, component: number): boolean {
    const drops = this.#drops;
    const clock = this.#clock;
    clock.set(since);
    if (drops.count === BATCH_DROPS || this.#used + packet.capLen > ARENA_BYTES || clock.strange)
      return false;
    const row = drops.count++;
    drops.before[row] = this.batch.count;
    drops.at[row] = this.#used;
    drops.capLen[row] = packet.capLen;
    drops.origLen[row] = packet.origLen;
    drops.linkType[row] = packet.linkType;
    drops.sec[row] = clock.sec;
    drops.nsec[row] = clock.nsec;
    drops.direction[row] = packet.direction;
    drops.reason[row] = reason;
    drops.location[row] = location;
    drops.component[row] = component;
    this.#copy(packet);
    return true;
  }

  /** Byte `offset` of the frame that was added last. */
  patchLast(offset: number, and: number): void {
    const row = this.batch.count - 1;
    const at = this.batch.at[row]! + offset;
    if (row >= 0 && offset < this.batch.capLen[row]!) this.#arena[at] = this.#arena[at]! & and;
  }

  #copy(frame: Incoming): void {
    const { at, capLen } = frame;
    const to = this.#used;
    this.#used += capLen;
    if (capLen > COPIED_BYTES) {
      this.#arena.set(frame.bytes.subarray(at, at + capLen), to);
      return;
    }
    const words = capLen & ~3;
    for (let i = 0; i < words; i += 4) this.#view.setInt32(to + i, frame.view.getInt32(at + i, true), true);
    for (let i = words; i < capLen; i++) this.#arena[to + i] = frame.bytes[at + i]!;
  }
}
