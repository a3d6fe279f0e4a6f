/**
 * pcapng: draft-ietf-opsawg-pcapng (§3.1 blocks, §4.3 Enhanced Packet, §4.4 Simple Packet, §A obsolete Packet
 * Block). Sections may differ in byte order; blocks that are not understood are passed by their length.
 *
 *   EPB: type 4 | length 4 | interface 4 | time high 4 | time low 4 | captured 4 | original 4 | frame, padded |
 *        options | length 4
 *   SPB: type 4 | length 4 | original 4 | frame, padded | length 4
 *   PB:  type 4 | length 4 | interface 2 | drops 2 | time high 4 | time low 4 | captured 4 | original 4 | ...
 */
import { BATCH_FRAMES, CaptureError, FrameBatch, FrameMark } from '../frames/frame.js';
import type { CaptureFile, CaptureReader } from '../frames/frame.js';
import type { CaptureInput } from '../frames/input.js';
import { LimitName, MAX_BLOCK_BYTES, MAX_FRAME_BYTES, MAX_INTERFACES } from '../bytes/limits.js';
import type { Block } from './pcapng-blocks.js';
import { readInterface, readNames, readSection, readStatistics } from './pcapng-blocks.js';
import {
  BlockType,
  FRAME_AT,
  MIN_BLOCK_BYTES,
  MIN_FRAME_BYTES,
  MIN_INTERFACE_BYTES,
  MIN_SECTION_BYTES,
  MIN_SIMPLE_BYTES,
  MIN_STATISTICS_BYTES,
  ORDER_MAGIC,
  SECTION,
  SIMPLE_FRAME_AT,
  UNKNOWN_DROPS,
  numberedTypes,
} from './pcapng-layout.js';
import { FrameOptions } from './pcapng-frame-options.js';
import type { TickClock } from '../bytes/timestamp.js';

/** What to do after one block: go on, or stop the scan because bytes are missing, or because of damage. */
const Step = { On: 0, Stop: 1 } as const;

/**
 * Opens an input that begins with a Section Header Block.
 * @throws CaptureError when that block is cut or makes no sense: nothing can be read of such a file.
 */
export async function openPcapng(input: CaptureInput): Promise<PcapngReader> {
  const { window, facts } = input;
  facts.format = `pcapng${facts.format}`;
  const reader = new PcapngReader(input);
  while (!reader.sectionSeen && !input.done) await reader.step();
  const { damage } = facts;
  if (reader.sectionSeen && damage === null) return reader;
  const offset = damage?.offset ?? window.offset;
  throw new CaptureError(
    facts.path,
    offset,
    `${facts.path}: the pcapng section header at its beginning cannot be used: ${damage?.message ?? 'it is missing'} (byte ${offset}); capture or copy it again`,
  );
}

/** Reads blocks straight from the window; the batch points into it. */
export class PcapngReader implements CaptureReader {
  /** The first section's header was read. */
  sectionSeen = false;
  readonly #input: CaptureInput;
  readonly #batch = new FrameBatch();
  readonly #clocks: TickClock[] = [];
  readonly #linkTypes: number[] = [];
  readonly #frameOptions: FrameOptions;
  #little = true;
  /** Index of the section's first interface. */
  #sectionFirst = 0;
  #row = 0;
  /** Blocks passed that Wireshark numbers. */
  #numbered = 0;
  /** Bytes that must be there for the next block to be whole. */
  #wanted = MIN_BLOCK_BYTES;
  /** Total length of the block that is passed without being held, 0 for none. */
  #passing = 0;

  constructor(input: CaptureInput) {
    this.#input = input;
    this.#frameOptions = new FrameOptions(input.facts, this.#batch);
  }

  get file(): CaptureFile {
    return this.#input.facts;
  }

  async nextBatch(): Promise<FrameBatch | null> {
    while (!this.#input.done) {
      if (await this.step()) return this.#batch;
    }
    return null;
  }

  /** Reads what the window holds, or fetches more; whether the batch has frames. */
  async step(): Promise<boolean> {
    const input = this.#input;
    const { offset } = input.window;
    if (this.#scan() > 0) return true;
    // Blocks without frames were read: there may be more of them before bytes are missing.
    if (input.done || input.window.offset > offset) return false;
    if (this.#passing > 0) await this.#pass(this.#passing);
    else if (!(await input.window.need(this.#wanted))) input.ended('block', this.#wanted);
    return false;
  }

  /** Passes a block that the window does not hold, and checks that its two lengths agree. */
  async #pass(len: number): Promise<void> {
    const input = this.#input;
    const { window } = input;
    const offset = window.offset;
    this.#passing = 0;
    if ((await window.skip(len - 4)) && (await window.need(4))) {
      const trailer = window.view.getUint32(window.start, this.#little);
      if (trailer !== len) this.#disagree(offset, len, trailer);
      window.start += 4;
    } else {
      input.endedInside('block', offset, len, window.base + window.end - offset);
    }
  }

  /** Fills the batch with the frames of the blocks that are whole in the window. */
  #scan(): number {
    const { window, facts } = this.#input;
    const { bytes, view } = window;
    const batch = this.#batch;
    this.#row = 0;
    this.#wanted = MIN_BLOCK_BYTES;
    batch.bytes = bytes;
    batch.view = view;
    for (;;) {
      this.#takeEnhanced();
      const at = window.start;
      if (this.#row === BATCH_FRAMES || window.end - at < MIN_BLOCK_BYTES) break;
      const type = view.getUint32(at, this.#little);
      if (type === SECTION && this.#beginsSection(at) === Step.Stop) break;
      const len = view.getUint32(at + 4, this.#little);
      if (this.#lengthStops(type, at, len)) break;
      if (view.getUint32(at + len - 4, this.#little) !== len) {
        if (this.#row === 0)
          this.#disagree(window.base + at, len, view.getUint32(at + len - 4, this.#little));
        break;
      }
      if (this.#other(type, at, len) === Step.Stop) break;
      window.start = at + len;
      // Opening a file reads no further than its first section header.
      if (type === SECTION) break;
    }
    batch.count = this.#row;
    batch.firstFrame = facts.frames + this.#numbered + 1;
    facts.frames += this.#row;
    return this.#row;
  }

  /** Learns the section's byte order, which its length is written in. */
  #beginsSection(at: number): number {
    const { window } = this.#input;
    const magic = window.view.getUint32(at + 8, true);
    if (magic === ORDER_MAGIC) this.#little = true;
    else if (window.view.getUint32(at + 8, false) === ORDER_MAGIC) this.#little = false;
    else {
      const found = magic.toString(16).padStart(8, '0');
      this.#corrupt(at, `the section's byte-order magic is wrong: 1a2b3c4d expected, ${found} found`);
      return Step.Stop;
    }
    return Step.On;
  }

  /** Whether the scan stops at this block: its length is wrong, or it is not yet whole, or it is passed. */
  #lengthStops(type: number, at: number, len: number): boolean {
    const { window } = this.#input;
    if (len < MIN_BLOCK_BYTES || (len & 3) !== 0) {
      this.#corrupt(at, `the block's length is wrong: a multiple of 4 from 12 on expected, ${len} found`);
      return true;
    }
    if (window.end - at >= len) return false;
    const holdsFrame = type === BlockType.Enhanced || type === BlockType.Simple || type === BlockType.Packet;
    const isRead =
      holdsFrame || type === SECTION || (type >= BlockType.Interface && type <= BlockType.Statistics);
    if (isRead && len <= MAX_BLOCK_BYTES) {
      this.#wanted = len;
    } else if (holdsFrame || type === SECTION || type === BlockType.Interface) {
      const most = MAX_BLOCK_BYTES;
      this.#corrupt(at, `the block's length is not plausible: at most ${most} bytes expected, ${len} found`);
    } else if (this.#row === 0) {
      if (isRead) this.#input.facts.reached(LimitName.BlockSize);
      this.#countSkipped(type);
      this.#passing = len;
    }
    return true;
  }

  /**
   * Takes Enhanced Packet Blocks as long as they follow one another, are whole in the window, and right. What
   * is wrong with the block where it stops is found out by `#enhancedDamage`.
   */
  #takeEnhanced(): void {
    const { window } = this.#input;
    const { view, end } = window;
    const { at, capLen, origLen, sec, nsec, linkType, iface, direction, marks } = this.#batch;
    const little = this.#little;
    let p = window.start;
    let row = this.#row;
    while (row < BATCH_FRAMES && end - p >= MIN_FRAME_BYTES) {
      if (view.getInt32(p, little) !== BlockType.Enhanced) break;
      const len = view.getInt32(p + 4, little);
      if (len < MIN_FRAME_BYTES || len > end - p || (len & 3) !== 0) break;
      if (view.getInt32(p + len - 4, little) !== len) break;
      const cap = view.getInt32(p + 20, little);
      if (cap < 0 || cap > len - MIN_FRAME_BYTES || cap > MAX_FRAME_BYTES) break;
      const index = view.getUint32(p + 8, little) + this.#sectionFirst;
      const clock = this.#clocks[index];
      if (clock === undefined) break;
      clock.set(view.getUint32(p + 12, little), view.getUint32(p + 16, little));
      const orig = view.getInt32(p + 24, little);
      at[row] = p + FRAME_AT;
      capLen[row] = cap;
      origLen[row] = orig < 0 ? 0x7fff_ffff : orig;
      sec[row] = clock.sec;
      nsec[row] = clock.nsec;
      linkType[row] = this.#linkTypes[index]!;
      iface[row] = index;
      direction[row] = 0;
      marks[row] = clock.clamped ? FrameMark.NoTime : 0;
      const optionsAt = FRAME_AT + ((cap + 3) & ~3);
      if (optionsAt < len - 4) this.#frameOptions.read(row, window, p + optionsAt, p + len - 4, little);
      row++;
      p += len;
    }
    this.#row = row;
    window.start = p;
  }

  /** The reason why `#takeEnhanced` stopped at a block whose lengths are right. */
  #enhancedDamage(at: number, len: number): number {
    const { view } = this.#input.window;
    if (len < MIN_FRAME_BYTES) return this.#tooShort(at, 'enhanced packet block', MIN_FRAME_BYTES, len);
    const cap = view.getUint32(at + 20, this.#little);
    if (cap > len - MIN_FRAME_BYTES || cap > MAX_FRAME_BYTES)
      return this.#tooLong(at, len - MIN_FRAME_BYTES, cap);
    return this.#noInterface(at, view.getUint32(at + 8, this.#little) + this.#sectionFirst);
  }

  #addFrame(at: number, cap: number, orig: number, iface: number, clock: TickClock | null): void {
    const batch = this.#batch;
    const row = this.#row++;
    batch.at[row] = at;
    batch.capLen[row] = cap;
    batch.origLen[row] = orig < 0 ? 0x7fff_ffff : orig;
    batch.sec[row] = clock === null ? 0 : clock.sec;
    batch.nsec[row] = clock === null ? 0 : clock.nsec;
    batch.linkType[row] = this.#linkTypes[iface]!;
    batch.iface[row] = iface;
    batch.direction[row] = 0;
    batch.marks[row] = clock === null || clock.clamped ? FrameMark.NoTime : 0;
  }

  /** Any block that `#takeEnhanced` left; whole in the window. */
  #other(type: number, at: number, len: number): number {
    const { facts } = this.#input;
    // Frames read so far go out first, so that a block found damaged is not read twice.
    if (this.#row > 0 && (type === SECTION || type === BlockType.Interface)) return Step.Stop;
    switch (type) {
      case BlockType.Enhanced:
        return this.#enhancedDamage(at, len);
      case BlockType.Simple:
        return this.#simple(at, len);
      case BlockType.Packet:
        return this.#packet(at, len);
      case SECTION:
        return this.#section(at, len);
      case BlockType.Interface:
        return this.#interface(at, len);
      case BlockType.Names:
        readNames(facts, this.#block(at, len));
        return Step.On;
      case BlockType.Statistics:
        if (len < MIN_STATISTICS_BYTES) {
          return this.#tooShort(at, 'interface statistics block', MIN_STATISTICS_BYTES, len);
        }
        readStatistics(facts, this.#block(at, len), this.#sectionFirst);
        return Step.On;
      default:
        // The rows of one batch have consecutive numbers.
        if (this.#row > 0 && numberedTypes.has(type)) return Step.Stop;
        this.#countSkipped(type);
        return Step.On;
    }
  }

  #countSkipped(type: number): void {
    this.#input.facts.skippedBlocks++;
    if (numberedTypes.has(type)) this.#numbered++;
  }

  #simple(at: number, len: number): number {
    const { view } = this.#input.window;
    if (len < MIN_SIMPLE_BYTES) return this.#tooShort(at, 'simple packet block', MIN_SIMPLE_BYTES, len);
    const first = this.#input.facts.interfaces[this.#sectionFirst];
    if (first === undefined) return this.#noInterface(at, this.#sectionFirst);
    const orig = view.getUint32(at + 8, this.#little);
    const snap = first.snapLength === 0 ? orig : first.snapLength;
    const cap = Math.min(orig, snap, len - MIN_SIMPLE_BYTES);
    this.#addFrame(at + SIMPLE_FRAME_AT, cap, orig | 0, this.#sectionFirst, null);
    return Step.On;
  }

  #packet(at: number, len: number): number {
    const { window } = this.#input;
    const { view } = window;
    const little = this.#little;
    if (len < MIN_FRAME_BYTES) return this.#tooShort(at, 'packet block', MIN_FRAME_BYTES, len);
    const cap = view.getUint32(at + 20, little);
    const iface = view.getUint16(at + 8, little) + this.#sectionFirst;
    if (cap > len - MIN_FRAME_BYTES || cap > MAX_FRAME_BYTES)
      return this.#tooLong(at, len - MIN_FRAME_BYTES, cap);
    const clock = this.#clocks[iface];
    if (clock === undefined) return this.#noInterface(at, iface);
    const drops = view.getUint16(at + 10, little);
    clock.set(view.getUint32(at + 12, little), view.getUint32(at + 16, little));
    this.#addFrame(at + FRAME_AT, cap, view.getInt32(at + 24, little), iface, clock);
    if (drops !== UNKNOWN_DROPS) this.#frameOptions.lost(this.#row - 1, drops);
    const optionsAt = at + FRAME_AT + ((cap + 3) & ~3);
    this.#frameOptions.read(this.#row - 1, window, optionsAt, at + len - 4, little);
    return Step.On;
  }

  #section(at: number, len: number): number {
    const { facts, window } = this.#input;
    if (len < MIN_SECTION_BYTES) return this.#tooShort(at, 'section header block', MIN_SECTION_BYTES, len);
    const major = window.view.getUint16(at + 12, this.#little);
    if (major !== 1) return this.#corrupt(at, `pcapng version 1 expected, ${major} found`);
    const broken = readSection(facts, this.#block(at, len));
    if (broken >= 0) return this.#brokenOptions(broken, 'section header block');
    this.#sectionFirst = facts.interfaces.length;
    this.sectionSeen = true;
    return Step.On;
  }

  #interface(at: number, len: number): number {
    const { facts } = this.#input;
    if (len < MIN_INTERFACE_BYTES) {
      return this.#tooShort(at, 'interface description block', MIN_INTERFACE_BYTES, len);
    }
    if (facts.interfaces.length >= MAX_INTERFACES) {
      if (this.#row === 0) facts.reached(LimitName.Interfaces);
      return this.#corrupt(at, `at most ${MAX_INTERFACES} interfaces expected, one more found`);
    }
    const read = readInterface(facts, this.#block(at, len));
    if (typeof read === 'number') return this.#brokenOptions(read, 'interface description block');
    facts.interfaces.push(read.entry);
    this.#clocks.push(read.clock);
    this.#linkTypes.push(read.entry.linkType);
    return Step.On;
  }

  #block(at: number, len: number): Block {
    const { bytes, view } = this.#input.window;
    return { bytes, view, at, end: at + len, little: this.#little };
  }

  #tooShort(at: number, what: string, least: number, len: number): number {
    return this.#corrupt(at, `the ${what} is too short: at least ${least} bytes expected, ${len} found`);
  }

  #tooLong(at: number, room: number, cap: number): number {
    return this.#corrupt(
      at,
      `the frame is longer than its block: at most ${room} bytes expected, ${cap} found`,
    );
  }

  #noInterface(at: number, iface: number): number {
    const index = iface - this.#sectionFirst;
    const declared = this.#clocks.length - this.#sectionFirst;
    return this.#corrupt(
      at,
      `the frame is of interface ${index}, but the section declares ${declared} so far`,
    );
  }

  #brokenOptions(at: number, what: string): number {
    const { window } = this.#input;
    const len = window.view.getUint16(at + 2, this.#little);
    return this.#corrupt(at, `an option of the ${what} runs past its end: its length is ${len}`);
  }

  #disagree(offset: number, len: number, trailer: number): void {
    const message = `the block's two lengths differ: ${len} at its beginning, ${trailer} at its end`;
    this.#input.corrupt(offset, message);
  }

  /** Damage at a place of the window, once the frames before it have been handed out. */
  #corrupt(at: number, message: string): number {
    if (this.#row === 0) this.#input.corrupt(this.#input.window.base + at, message);
    return Step.Stop;
  }

  close(): Promise<void> {
    return this.#input.close();
  }
}
