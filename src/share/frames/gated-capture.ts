/**
 * A pcapng file on its way through the gate: it is read again as it was written. Texts of its blocks are looked at like
 * any text; frames are searched for names and long addresses, and every address that their headers hold is compared.
 *
 *   | type | length | fixed | packet data | options: code, length, text ... | length |      draft-ietf-opsawg-pcapng §3-4
 */
import { concatBytes } from '../../capture/bytes/concat-bytes.js';
import type { FrameColumns } from '../../capture/frames/frame.js';
import {
  BlockType,
  MIN_FRAME_BYTES,
  MIN_INTERFACE_BYTES,
  MIN_SECTION_BYTES,
  SECTION,
} from '../../capture/pcap/pcapng-layout.js';
import { Next } from '../../decode/packet/cursor.js';
import { FrameHeaders } from '../../decode/frame-headers.js';
import { Layer } from '../../decode/packet/packet.js';
import type { Packet } from '../../decode/packet/packet.js';
import { addressBytes } from '../addresses/address-text.js';
import { MAC_BYTES } from '../addresses/addresses.js';
import type { Sink } from '../../report/write/sink.js';
import type { Gate, GateScan, Leak } from '../gate/gate.js';

/** Bytes of a block before what differs by its type, and behind it. */
const HEAD = 8;
const TAIL = 4;
/** Bytes of the fixed fields. */
const FIXED: Readonly<Record<number, number>> = {
  [SECTION]: MIN_SECTION_BYTES - HEAD - TAIL,
  [BlockType.Interface]: MIN_INTERFACE_BYTES - HEAD - TAIL,
  [BlockType.Enhanced]: MIN_FRAME_BYTES - HEAD - TAIL,
};
const V4 = 4;
const V6 = 16;

export class GatedCapture implements Sink {
  readonly #gate: Gate;
  readonly #place: string;
  readonly #to: Sink | null;
  readonly #parts: Uint8Array[] = [];

  /** @param to null = it is only looked at */
  constructor(gate: Gate, place: string, to: Sink | null) {
    this.#gate = gate;
    this.#place = place;
    this.#to = to;
  }

  async write(text: string): Promise<void> {
    await this.writeBytes(new TextEncoder().encode(text));
  }

  async writeBytes(bytes: Uint8Array): Promise<void> {
    this.#parts.push(bytes.slice());
    await this.#to?.writeBytes(bytes);
  }

  /** What was found; once, after all is written: originals are learned while frames are made. */
  end(): Leak[] {
    const bytes = concatBytes(this.#parts);
    const texts = this.#gate.open(this.#place);
    const frames = this.#gate.open(this.#place, 'binary');
    new CaptureScan(bytes, texts, frames).run();
    return [...texts.end(), ...frames.end()];
  }
}

/** Goes through the blocks; both scans count all bytes of the file, so that places are places in it. */
class CaptureScan {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #texts: GateScan;
  readonly #frames: GateScan;
  readonly #headers = new FrameHeaders();
  readonly #linkTypes: number[] = [];
  #textsAt = 0;
  #framesAt = 0;

  constructor(bytes: Uint8Array, texts: GateScan, frames: GateScan) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#texts = texts;
    this.#frames = frames;
  }

  run(): void {
    const { length } = this.#bytes;
    for (let at = 0; at < length;) {
      const size = at + HEAD + TAIL <= length ? this.#view.getUint32(at + 4, true) : 0;
      if (size < HEAD + TAIL || at + size > length)
        throw new Error('a capture that was written cannot be read back');
      this.#block(this.#view.getUint32(at, true), at + HEAD, at + size - TAIL);
      at += size;
    }
  }

  #block(type: number, at: number, end: number): void {
    const fixed = FIXED[type];
    // Of a kind that is not written for strangers: names of addresses, for one.
    if (fixed === undefined) return this.#text(at, end);
    let options = at + fixed;
    if (type === BlockType.Interface) this.#linkTypes.push(this.#view.getUint16(at, true));
    if (type === BlockType.Enhanced) {
      const length = this.#view.getUint32(at + 12, true);
      const linkType = this.#linkTypes[this.#view.getUint32(at, true)] ?? -1;
      this.#frame(options, length, linkType);
      options += (length + 3) & ~3;
    }
    while (options + 4 <= end) {
      const length = this.#view.getUint16(options + 2, true);
      this.#text(options + 4, Math.min(options + 4 + length, end));
      options += 4 + ((length + 3) & ~3);
    }
  }

  #text(from: number, to: number): void {
    this.#texts.skip(from - this.#textsAt);
    this.#texts.push(this.#bytes.subarray(from, to));
    this.#textsAt = to;
  }

  #frame(at: number, length: number, linkType: number): void {
    this.#frames.skip(at - this.#framesAt);
    this.#frames.push(this.#bytes.subarray(at, at + length));
    this.#framesAt = at + length;
    const rows = oneRow(this.#bytes, this.#view, at, length, linkType);
    this.#headers.length(rows, 0, (packet) => this.#packet(packet, at));
    for (const { next, at: header } of this.#headers.places) this.#header(next, header, at + length);
  }

  #header(next: Next, at: number, end: number): void {
    const view = this.#view;
    const field = (offset: number, length: number): void => {
      const from = at + offset;
      if (from + length <= end) this.#frames.field(this.#bytes.subarray(from, from + length), from);
    };
    switch (next) {
      case Next.Ethernet:
        field(0, MAC_BYTES);
        return field(MAC_BYTES, MAC_BYTES);
      case Next.LinuxSll:
        return field(6, MAC_BYTES);
      case Next.LinuxSll2:
        return field(12, MAC_BYTES);
      case Next.Arp: {
        const length = at + 8 <= end ? view.getUint8(at + 4) : 0;
        field(8, length);
        field(8 + length, V4);
        field(12 + length, length);
        return field(12 + 2 * length, V4);
      }
      case Next.Ip:
      case Next.Ipv4:
      case Next.Ipv6:
      case Next.IpInIp: {
        const is4 = at < end && view.getUint8(at) >> 4 === 4;
        field(is4 ? 12 : 8, is4 ? V4 : V6);
        return field(is4 ? 16 : 24, is4 ? V4 : V6);
      }
    }
  }

  /** What only the messages themselves tell of. */
  #packet(p: Packet, at: number): void {
    const field = (version: number, ...words: readonly [number, number, number, number]): void =>
      this.#frames.field(addressBytes({ version: version === 4 ? 4 : 6, words }), at);
    if (p.layers & Layer.Quoted) {
      field(p.quotedVersion, p.quotedSrc0, p.quotedSrc1, p.quotedSrc2, p.quotedSrc3);
      field(p.quotedVersion, p.quotedDst0, p.quotedDst1, p.quotedDst2, p.quotedDst3);
    }
    const redirects =
      (p.layers & Layer.Icmp && p.icmpType === 5) || (p.layers & Layer.Icmpv6 && p.icmpType === 137);
    if (p.layers & Layer.Neighbor || redirects)
      field(p.ipVersion, p.target0, p.target1, p.target2, p.target3);
  }
}

function oneRow(
  bytes: Uint8Array,
  view: DataView,
  at: number,
  length: number,
  linkType: number,
): FrameColumns {
  const one = [length];
  return { bytes, view, at: [at], capLen: one, origLen: one, linkType: [linkType], sec: [0] };
}
