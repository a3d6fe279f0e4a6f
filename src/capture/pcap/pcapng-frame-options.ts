/**
 * Options of pcapng frames: draft-ietf-opsawg-pcapng §4.3.1 (Enhanced Packet Block), §A.1 (Packet Block).
 *
 *   epb_flags 4: ... | direction 2 bits (0 unknown, 1 inbound, 2 outbound)
 *   epb_verdict: kind 1 (0 hardware, 1 Linux eBPF TC, 2 Linux eBPF XDP) | value
 */
import { Direction, FrameMark } from '../frames/frame.js';
import type { FrameBatch } from '../frames/frame.js';
import type { ByteWindow } from '../bytes/byte-window.js';
import type { FileFacts } from '../frames/file-facts.js';
import { LimitName } from '../bytes/limits.js';
import { OPT_COMMENT, OptionCursor, isCount, readText } from './pcapng-options.js';

const FrameOption = { Flags: 2, DropCount: 4, PacketId: 5, Verdict: 7 } as const;
const VerdictKind = { Tc: 1, Xdp: 2 } as const;
const TC_ACT_SHOT = 2;
const XDP_ABORTED = 0;
const XDP_DROP = 1;

/** Writes what the options of a frame say into its row; allocates only for comments that are kept. */
export class FrameOptions {
  readonly #facts: FileFacts;
  readonly #batch: FrameBatch;
  readonly #options = new OptionCursor();

  constructor(facts: FileFacts, batch: FrameBatch) {
    this.#facts = facts;
    this.#batch = batch;
  }

  /** Reads the list in the window's bytes `at..end`. */
  read(row: number, window: ByteWindow, at: number, end: number, little: boolean): void {
    const options = this.#options;
    const { view } = window;
    options.begin(view, at, end, little);
    while (options.next()) {
      const { code, len } = options;
      if (code === FrameOption.Flags && len === 4) {
        const direction = view.getUint32(options.at, little) & 3;
        this.#batch.direction[row] = direction === 3 ? Direction.Unknown : direction;
      } else if (code === FrameOption.DropCount && len === 8) {
        const dropped = view.getBigUint64(options.at, little);
        if (isCount(dropped)) this.lost(row, dropped);
      } else if (code === FrameOption.PacketId && len === 8) {
        this.#batch.packetIdHi[row] = view.getUint32(options.at + (little ? 4 : 0), little);
        this.#batch.packetIdLo[row] = view.getUint32(options.at + (little ? 0 : 4), little);
        this.#mark(row, FrameMark.PacketId);
      } else if (code === FrameOption.Verdict && len > 0) {
        if (saysDropped(view, options, little)) this.#mark(row, FrameMark.Dropped);
      } else if (code === OPT_COMMENT && this.#facts.takesComment()) {
        this.#facts.comments.push(readText(this.#facts, window.bytes, options.at, len));
      }
    }
    if (options.brokenAt >= 0) this.#facts.reached(LimitName.Options);
  }

  /** So many frames were lost before this row. */
  lost(row: number, dropped: bigint | number): void {
    if (dropped <= 0) return;
    this.#facts.dropCount += BigInt(dropped);
    this.#mark(row, FrameMark.LostBefore);
  }

  #mark(row: number, mark: number): void {
    this.#batch.marks[row] = this.#batch.marks[row]! | mark;
  }
}

function saysDropped(view: DataView, options: OptionCursor, little: boolean): boolean {
  const kind = view.getUint8(options.at);
  if (options.len !== 9) return false;
  const high = view.getUint32(options.at + (little ? 5 : 1), little);
  const low = view.getUint32(options.at + (little ? 1 : 5), little);
  if (high !== 0) return false;
  if (kind === VerdictKind.Tc) return low === TC_ACT_SHOT;
  return kind === VerdictKind.Xdp && (low === XDP_ABORTED || low === XDP_DROP);
}
