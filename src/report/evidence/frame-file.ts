/**
 * A small pcapng file of chosen frames, cut to their headers: what `--evidence` writes, and the ring of `live` for each
 * change. Blocks as draft-ietf-opsawg-pcapng §3-4 lays them out, in this order:
 *
 *   | section header | interfaces that are used ... | names | frames in the order of time ... |
 */
import type { FrameBatch } from '../../capture/frames/frame.js';
import { FrameMark } from '../../capture/frames/frame.js';
import { PcapngWriter } from '../../capture/pcap/pcapng-writer.js';
import { FrameHeaders } from '../../decode/frame-headers.js';
import { visible } from '../text/visible.js';
import type { FrameCleaner } from '../write/evidence-source.js';

/**
 * Longest comment of a frame, UTF-16 units.
 * @reached the rest is left out
 */
export const MAX_FRAME_COMMENT = 4_000;
/**
 * Longest comment of the section, UTF-16 units.
 * @reached the rest is left out
 */
export const MAX_SECTION_COMMENT = 16_000;

/** Bytes of a name that stands in a name block. */
const MAX_NAME = 255;

/** A frame as it will be written; its bytes are a copy. */
export interface KeptFrame {
  readonly iface: number;
  readonly sec: number;
  readonly nsec: number;
  readonly bytes: Uint8Array;
  readonly origLen: number;
  readonly direction: number;
  readonly dropped: boolean;
}

/** Of which input a frame is. */
export interface FrameOrigin {
  /** Tells the interfaces of several inputs apart. */
  readonly index: number;
  /** Its interfaces, by the index that its frames name. */
  readonly interfaces: readonly { readonly name?: string }[];
}

export interface NamedAddress {
  /** 4 or 16 bytes. */
  readonly address: Uint8Array;
  readonly name: string;
}

/** Gathers interfaces and frames, then makes the blocks. */
export class FrameFile {
  readonly #writer = new PcapngWriter();
  readonly #headers = new FrameHeaders();
  readonly #interfaces: { readonly linkType: number; readonly name?: string | undefined }[] = [];
  /** By file, interface of that file, and link type. */
  readonly #numbers = new Map<string, number>();

  /** A row of a batch with pseudonyms; null = nothing of it can be shown. */
  keepClean(batch: FrameBatch, row: number, origin: FrameOrigin, cleaner: FrameCleaner): KeptFrame | null {
    const made = cleaner.frame(batch, row);
    if (made === null) return null;
    const { bytes, linkType, before } = made;
    return {
      ...marksOf(batch, row),
      iface: this.#interfaceOf(batch.iface[row]!, linkType, origin),
      bytes,
      origLen: Math.max(batch.origLen[row]! - before, bytes.length),
    };
  }

  /** Copies a row of a batch, cut behind its headers or whole. */
  keep(batch: FrameBatch, row: number, origin: FrameOrigin, whole = false): KeptFrame {
    const at = batch.at[row]!;
    const len = whole ? batch.capLen[row]! : this.#headers.length(batch, row);
    return {
      ...marksOf(batch, row),
      iface: this.#interfaceOf(batch.iface[row]!, batch.linkType[row]!, origin),
      bytes: batch.bytes.slice(at, at + len),
      origLen: Math.max(batch.origLen[row]!, len),
    };
  }

  /** Everything before the frames. Texts may be hostile. */
  head(comment: string, names: readonly NamedAddress[]): Uint8Array[] {
    const writer = this.#writer;
    const blocks = [
      writer.section({ application: 'portwitness', comment: inert(comment, MAX_SECTION_COMMENT) }),
    ];
    for (const { linkType, name } of this.#interfaces) {
      const named = !name ? {} : { name: visible(name, MAX_NAME) };
      // Frames are cut behind their headers, wherever these end.
      blocks.push(writer.interfaceDescription({ linkType, snapLength: 0, ...named }));
    }
    const good = names.filter(({ name }) => isHostName(name));
    if (good.length > 0) blocks.push(writer.names(good));
    return blocks;
  }

  /** The block of a frame; after `head`. */
  frame(frame: KeptFrame, comment = ''): Uint8Array {
    const text = comment === '' ? {} : { comment: inert(comment, MAX_FRAME_COMMENT) };
    return this.#writer.packet({ ...frame, ...text });
  }

  #interfaceOf(index: number, linkType: number, origin: FrameOrigin): number {
    const key = `${origin.index} ${index} ${linkType}`;
    const known = this.#numbers.get(key);
    if (known !== undefined) return known;
    const number = this.#interfaces.length;
    this.#numbers.set(key, number);
    this.#interfaces.push({ linkType, name: origin.interfaces[index]?.name });
    return number;
  }
}

function marksOf(batch: FrameBatch, row: number): Pick<KeptFrame, 'sec' | 'nsec' | 'direction' | 'dropped'> {
  return {
    sec: batch.sec[row]!,
    nsec: batch.nsec[row]!,
    direction: batch.direction[row]!,
    dropped: (batch.marks[row]! & FrameMark.Dropped) !== 0,
  };
}

/** Lines stay lines; whatever else acts in them is spelled out. */
function inert(text: string, max: number): string {
  const lines = text.split('\n').map((line) => visible(line));
  const joined = lines.join('\n');
  return joined.length <= max ? joined : `${joined.slice(0, max).replace(/[\uD800-\uDBFF]$/, '')}…`;
}

/** Wireshark shows such names in place of addresses: only what a name of a computer may hold. */
function isHostName(name: string): boolean {
  return /^[a-z0-9_](?:[a-z0-9._-]{0,253}[a-z0-9_])?$/i.test(name);
}
