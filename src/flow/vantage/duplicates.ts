/**
 * Finds packets that a capture holds more than once: a packet monitor writes a packet once for every component
 * it passes (one epb_packetid, draft-ietf-opsawg-pcapng §4.3.1), a mirror port or a bridge once on each side. The
 * copies differ in link addresses, VLAN tag, TTL and IP checksum at the most; a packet that was really sent again
 * has another IP identification, or comes later.
 *
 *   set:  | signature | time, us | frame | file 16, offset in it 16 | the same of an older packet |
 *
 * The signature is of the header fields alone and costs a few nanoseconds; the bytes are compared only when it is
 * that of a packet a moment ago.
 */
import { FrameMark, frameNumber } from '../../capture/frames/frame.js';
import type { FrameBatch } from '../../capture/frames/frame.js';
import { Layer, TcpFlag } from '../../decode/packet/packet.js';
import type { Packet } from '../../decode/packet/packet.js';
import { CaptureSides } from './capture-sides.js';

/** Copies without a packet id come within this time, milliseconds. No system sends anything again so soon. */
export const DUPLICATE_MILLISECONDS = 1;
/** Copies with the same packet id come within this time, microseconds. */
export const SAME_ID_MICROSECONDS = 1_000_000;
/** Sets of two packets that are remembered. */
const SETS = 1024;
const SET_WORDS = 8;
const WAY_WORDS = 4;
/** After so many packets without a copy, data segments and bare ACKs are looked at only once a copy is found again. */
export const UNDOUBTED_PACKETS = 65_536;
/** Bytes before the payload that are compared as well: the TCP header (or its options), or the UDP or ICMP header. */
const TCP_BYTES = 20;
const DATAGRAM_BYTES = 8;
const TRANSPORT = Layer.Tcp | Layer.Udp | Layer.Icmp | Layer.Icmpv6;
const CONTROL = TcpFlag.Syn | TcpFlag.Fin | TcpFlag.Rst;
/** Offset in the frame of a packet whose bytes are not those of the frame. */
const ELSEWHERE = 0xffff;

const Slot = { Signature: 0, Micros: 1, Frame: 2, FileAndFrom: 3 } as const;

export class Duplicates {
  /** Copies found so far, and how many of them by their packet id. */
  found = 0;
  foundById = 0;
  /** Those of them that another place captured, a constant time apart. */
  readonly sides = new CaptureSides();
  private readonly maxMicros: number;
  private readonly slots = new Int32Array(SETS * SET_WORDS).fill(-1);
  /** The batch that each file handed out last: where the bytes of a remembered frame are looked for. */
  private readonly batches: (FrameBatch | undefined)[] = [];
  /** Packets since the last copy. */
  private sinceCopy = 0;

  /** @param milliseconds how far apart copies may be; 0 = copies are taken for packets of their own */
  constructor(milliseconds: number) {
    this.maxMicros = milliseconds * 1000;
  }

  /** Remembers where the bytes of a file's frames lie; once for every run. */
  begin(batch: FrameBatch, fileIndex: number): void {
    this.batches[fileIndex] = batch;
  }

  /** Is this packet, the frame in `row` of its file's batch, a copy of one that came a moment ago? Remembers it if not. */
  isCopy(p: Packet, batch: FrameBatch, row: number, fileIndex: number): boolean {
    if (this.sinceCopy++ > UNDOUBTED_PACKETS && p.layers & Layer.Tcp && (p.tcpFlags & CONTROL) === 0)
      return false;
    if ((p.layers & TRANSPORT) === 0 || this.maxMicros === 0 || batch.marks[row]! & FrameMark.NoTime)
      return false;
    const slots = this.slots;
    const signature = signatureOf(p);
    const at = (signature & (SETS - 1)) * SET_WORDS;
    const older = at + WAY_WORDS;
    const micros = (Math.imul(batch.sec[row]!, 1_000_000) + Math.floor(batch.nsec[row]! / 1000)) | 0;
    if (
      (slots[at] === signature && this.matches(at, p, batch, row, fileIndex, micros)) ||
      (slots[older] === signature && this.matches(older, p, batch, row, fileIndex, micros))
    ) {
      this.sinceCopy = 0;
      this.found++;
      return true;
    }
    if (
      tellsPacketsApart(p) &&
      this.sides.isCopy(signature, micros, p.ipId > 0, batch.iface[row]!, fileIndex)
    ) {
      this.sinceCopy = 0;
      this.found++;
      return true;
    }
    slots[older] = slots[at]!;
    slots[older + Slot.Micros] = slots[at + Slot.Micros]!;
    slots[older + Slot.Frame] = slots[at + Slot.Frame]!;
    slots[older + Slot.FileAndFrom] = slots[at + Slot.FileAndFrom]!;
    const from = p.bytes === batch.bytes ? comparedFrom(p) - batch.at[row]! : ELSEWHERE;
    slots[at] = signature;
    slots[at + Slot.Micros] = micros;
    slots[at + Slot.Frame] = frameNumber(batch, row) | 0;
    slots[at + Slot.FileAndFrom] = (fileIndex << 16) | Math.min(from, ELSEWHERE);
    return false;
  }

  private matches(
    slot: number,
    p: Packet,
    batch: FrameBatch,
    row: number,
    fileIndex: number,
    micros: number,
  ): boolean {
    const slots = this.slots;
    const apart = Math.abs((micros - slots[slot + Slot.Micros]!) | 0);
    if (apart > Math.max(SAME_ID_MICROSECONDS, this.maxMicros)) return false;
    const earlierFile = slots[slot + Slot.FileAndFrom]! >>> 16;
    const earlier = this.batches[earlierFile];
    const earlierRow = earlier === undefined ? -1 : rowOf(earlier, slots[slot + Slot.Frame]! >>> 0);
    if (earlier === undefined || earlierRow < 0) return apart <= this.maxMicros && tellsPacketsApart(p);
    if (earlierFile === fileIndex) {
      const sameId = compareIds(batch, row, earlier, earlierRow);
      if (sameId !== null) {
        if (sameId) this.foundById++;
        return sameId;
      }
    }
    if (apart > this.maxMicros) return false;
    const from = slots[slot + Slot.FileAndFrom]! & ELSEWHERE;
    if (from === ELSEWHERE || p.bytes !== batch.bytes) return tellsPacketsApart(p);
    const at = comparedFrom(p);
    return sameBytes(p.bytes, at, earlier.bytes, earlier.at[earlierRow]! + from, p.payloadEnd - at);
  }
}

/** Offset of the first byte that copies must share. */
function comparedFrom(p: Packet): number {
  return p.payloadAt - (p.layers & Layer.Tcp ? TCP_BYTES : DATAGRAM_BYTES);
}

/** Row of a frame in the batch, -1 when the batch holds other frames by now. */
function rowOf(batch: FrameBatch, frame: number): number {
  const row = batch.numbers === null ? frame - batch.firstFrame : batch.numbers.indexOf(frame);
  return row >= 0 && row < batch.count ? row : -1;
}

/** Same packet id, another one, or (null) one of the frames has none. */
function compareIds(a: FrameBatch, i: number, b: FrameBatch, j: number): boolean | null {
  if ((a.marks[i]! & b.marks[j]! & FrameMark.PacketId) === 0) return null;
  return a.packetIdLo[i] === b.packetIdLo[j] && a.packetIdHi[i] === b.packetIdHi[j];
}

/** The signature alone suffices: an IP identification, or a segment that nobody sends twice at once. */
function tellsPacketsApart(p: Packet): boolean {
  if (p.ipId > 0) return true;
  return (
    (p.layers & Layer.Tcp) !== 0 && (p.payloadLen > 0 || (p.tcpFlags & (TcpFlag.Syn | TcpFlag.Fin)) !== 0)
  );
}

function sameBytes(a: Uint8Array, aAt: number, b: Uint8Array, bAt: number, length: number): boolean {
  for (let i = 0; i < length; i++) if (a[aAt + i] !== b[bAt + i]) return false;
  return true;
}

/** 32 bits of what copies of a packet share; fields of other layers hold what an earlier packet left there. */
function signatureOf(p: Packet): number {
  let h = (p.src0 + Math.imul(p.dst0, 31)) ^ ((p.srcPort << 16) | p.dstPort);
  if (p.ipVersion === 6) h ^= p.src3 + Math.imul(p.dst3, 31);
  h = Math.imul(h, 0x9e3779b1);
  h ^= (p.ipId << 12) ^ p.payloadLen;
  if (p.layers & Layer.Tcp) {
    h = Math.imul(h ^ (h >>> 15) ^ p.seq, 0x85ebca6b);
    h ^= p.ack ^ (p.tcpFlags << 16) ^ p.window;
  }
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}
