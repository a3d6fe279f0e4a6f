/**
 * The classic capture file of libpcap: draft-ietf-opsawg-pcap §4-5, pcap-savefile(5), and Alexey Kuznetsov's
 * modification (magic a1b2cd34) with 8 more bytes a record. Byte order is the writer's.
 *
 *   file:   magic 4 | major 2 | minor 2 | zone 4 | sigfigs 4 | snap length 4 | FCS, class, link type 4
 *   record: seconds 4 | micro- or nanoseconds 4 | captured 4 | original 4 | (modified: ifindex 4 proto 2
 *           type 1 pad 1) | frame
 */
import { BATCH_FRAMES, CaptureError, FrameBatch, FrameMark } from '../frames/frame.js';
import type { CaptureFile, CaptureReader } from '../frames/frame.js';
import type { CaptureInput } from '../frames/input.js';
import { MAX_FRAME_BYTES, TOLERATED_SNAP_BYTES } from '../bytes/limits.js';

const FILE_HEADER_BYTES = 24;
const RECORD_HEADER_BYTES = 16;
const MODIFIED_HEADER_BYTES = 24;
const Magic = { Micro: 0xa1b2c3d4, Nano: 0xa1b23c4d, Modified: 0xa1b2cd34 } as const;
const MAX_SECOND = 0xffff_ffff;
/** What a crash leaves of a file whose end was never written. */
const ZERO_TAIL = 'a record expected, zeros found: this part of the file was never written';
/** Digital Unix's tcpdump wrote this major version, with the two lengths swapped (libpcap, sf-pcap.c). */
const DIGITAL_MAJOR = 543;

/** Whether the four bytes at `at` are one of pcap's magics, in one of the two byte orders. */
export function isPcap(view: DataView, at: number): boolean {
  return isMagic(view.getUint32(at, true)) || isMagic(view.getUint32(at, false));
}

function isMagic(value: number): boolean {
  return value === Magic.Micro || value === Magic.Nano || value === Magic.Modified;
}

/**
 * Opens an input whose first four bytes are a pcap magic.
 * @throws CaptureError when the file header is cut or of an unknown version.
 */
export async function openPcap(input: CaptureInput): Promise<PcapReader> {
  const { window, facts } = input;
  if (!(await window.need(FILE_HEADER_BYTES))) {
    const because = window.source.failure === null ? '' : ` (${window.source.failure.message})`;
    throw new CaptureError(
      facts.path,
      window.length,
      `${facts.path}: the pcap file header is cut: 24 bytes expected, ${window.length} found${because}; capture or copy it again`,
    );
  }
  return new PcapReader(input);
}

/** Whether a record has neither a time nor a length, and the next one, as far as it is there, is like it. */
function isZeroTail(view: DataView, at: number, end: number): boolean {
  const until = Math.min(end, at + 2 * RECORD_HEADER_BYTES);
  for (let i = at; i < until; i++) if (view.getUint8(i) !== 0) return false;
  return true;
}

/** Reads records straight from the window; the batch points into it. */
export class PcapReader implements CaptureReader {
  readonly #input: CaptureInput;
  readonly #batch = new FrameBatch();
  readonly #little: boolean;
  readonly #headerBytes: number;
  /** Subsecond ticks a second, and nanoseconds a tick. */
  readonly #ticks: number;
  readonly #tickNanos: number;
  /** Where in the record header the captured and the original length are. */
  readonly #capAt: number;
  readonly #origAt: number;
  /** Version 2.3 was written both ways: the smaller length is the captured one. */
  readonly #maybeSwapped: boolean;
  readonly #maxCapLen: number;
  /** Bytes that must be there for the next record to be whole. */
  #wanted = RECORD_HEADER_BYTES;

  /** The window holds a whole file header. */
  constructor(input: CaptureInput) {
    const { window, facts } = input;
    const view = window.view;
    const at = window.start;
    this.#input = input;
    this.#little = isMagic(view.getUint32(at, true));
    const magic = view.getUint32(at, this.#little);
    const major = view.getUint16(at + 4, this.#little);
    const minor = view.getUint16(at + 6, this.#little);
    if (major !== 2 && major !== DIGITAL_MAJOR) {
      throw new CaptureError(
        facts.path,
        4,
        `${facts.path}: pcap version ${major}.${minor} is not known (2.x expected); convert it with: editcap -F pcapng in.pcap out.pcapng`,
      );
    }
    const nano = magic === Magic.Nano;
    const modified = magic === Magic.Modified;
    this.#headerBytes = modified ? MODIFIED_HEADER_BYTES : RECORD_HEADER_BYTES;
    this.#ticks = nano ? 1e9 : 1e6;
    this.#tickNanos = nano ? 1 : 1000;
    const swapped = major === DIGITAL_MAJOR || minor < 3;
    this.#capAt = swapped ? 12 : 8;
    this.#origAt = swapped ? 8 : 12;
    this.#maybeSwapped = minor === 3;
    const snapLength = view.getUint32(at + 16, this.#little);
    this.#maxCapLen = Math.min(MAX_FRAME_BYTES, Math.max(snapLength, TOLERATED_SNAP_BYTES));
    // The upper half holds the FCS length and class bits, not the link type.
    const linkType = view.getUint32(at + 20, this.#little) & 0xffff;
    const traits: string[] = [];
    if (modified) traits.push('modified');
    if (nano) traits.push('nanosecond');
    if (!this.#little) traits.push('big-endian');
    facts.format = `pcap${traits.length > 0 ? ` (${traits.join(', ')})` : ''}${facts.format}`;
    facts.interfaces.push({ linkType, snapLength, resolution: this.#ticks });
    this.#batch.linkType.fill(linkType);
    window.start += FILE_HEADER_BYTES;
  }

  get file(): CaptureFile {
    return this.#input.facts;
  }

  async nextBatch(): Promise<FrameBatch | null> {
    const input = this.#input;
    while (!input.done) {
      const count = this.#scan();
      if (count > 0) return this.#batch;
      if (input.done) break;
      if (!(await input.window.need(this.#wanted))) input.ended('record', this.#wanted);
    }
    return null;
  }

  /** Fills the batch with the records that are whole in the window. */
  #scan(): number {
    const { window, facts } = this.#input;
    const batch = this.#batch;
    const { at, capLen, origLen, sec, nsec, marks } = batch;
    const view = window.view;
    const little = this.#little;
    const headerBytes = this.#headerBytes;
    const { end } = window;
    const ticks = this.#ticks;
    const tickNanos = this.#tickNanos;
    const maxCapLen = this.#maxCapLen;
    let p = window.start;
    let row = 0;
    this.#wanted = headerBytes;
    while (row < BATCH_FRAMES && end - p >= headerBytes) {
      let cap = view.getInt32(p + this.#capAt, little);
      let orig = view.getInt32(p + this.#origAt, little);
      if (this.#maybeSwapped && cap > orig) [cap, orig] = [orig, cap];
      if (cap === 0 && orig === 0 && isZeroTail(view, p, end)) {
        if (row === 0) this.#input.corrupt(window.base + p, ZERO_TAIL);
        break;
      }
      if (cap < 0 || cap > maxCapLen) {
        if (row === 0) this.#implausible(window.base + p, cap >>> 0);
        break;
      }
      if (end - p - headerBytes < cap) {
        this.#wanted = headerBytes + cap;
        break;
      }
      let second = view.getUint32(p, little);
      let tick = view.getUint32(p + 4, little);
      let mark = 0;
      if (tick >= ticks) {
        second += Math.floor(tick / ticks);
        tick %= ticks;
        if (second > MAX_SECOND) {
          second = MAX_SECOND;
          mark = FrameMark.NoTime;
        }
      }
      at[row] = p + headerBytes;
      capLen[row] = cap;
      origLen[row] = orig < 0 ? 0x7fff_ffff : orig;
      sec[row] = second;
      nsec[row] = tick * tickNanos;
      marks[row] = mark;
      row++;
      p += headerBytes + cap;
    }
    window.start = p;
    batch.bytes = window.bytes;
    batch.view = view;
    batch.count = row;
    batch.firstFrame = facts.frames + 1;
    facts.frames += row;
    return row;
  }

  #implausible(offset: number, found: number): void {
    this.#input.corrupt(
      offset,
      `the record's captured length is not plausible: at most ${this.#maxCapLen} bytes expected, ${found} found`,
    );
  }

  close(): Promise<void> {
    return this.#input.close();
  }
}
