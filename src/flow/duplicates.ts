/**
 * Finds packets that a capture holds more than once: a packet monitor writes a packet once for every component
 * it passes (one epb_packetid, draft-ietf-opsawg-pcapng §4.3.1), a mirror port or a bridge once on each side. The
 * copies differ in link addresses, VLAN tag, TTL and IP checksum at the most; a packet that was really sent again
 * has another IP identification, or comes later.
 *
 *   slot:  | signature | time, us | frame | file | from | length |      direct-mapped by the signature
 *
 * The signature is of the header fields alone and costs a few nanoseconds; the bytes are compared only when it is
 * that of a packet a moment ago.
 */
import { FrameMark } from '../capture/frame.js';
import type { FrameBatch } from '../capture/frame.js';
import { Layer, TcpFlag } from '../decode/packet.js';
import type { Packet } from '../decode/packet.js';

/** Copies without a packet id come within this time, milliseconds. No system sends anything again so soon. */
export const DUPLICATE_MILLISECONDS = 1;
/** Copies with the same packet id come within this time, microseconds. */
export const SAME_ID_MICROSECONDS = 1_000_000;
/** Packets remembered. */
const SLOTS = 1024;
const WORDS = 8;
/** Bytes before the payload that are compared as well: the TCP header (or its options), or the UDP or ICMP header. */
const TCP_BYTES = 20;
const DATAGRAM_BYTES = 8;
const TRANSPORT = Layer.Tcp | Layer.Udp | Layer.Icmp | Layer.Icmpv6;

const Slot = { Signature: 0, Micros: 1, Frame: 2, File: 3, From: 4, Length: 5 } as const;

export class Duplicates {
  /** Copies found so far, and how many of them by their packet id. */
  found = 0;
  foundById = 0;
  private readonly maxMicros: number;
  private readonly slots = new Int32Array(SLOTS * WORDS).fill(-1);
  /** The batch that each file handed out last: where the bytes of a remembered frame are looked for. */
  private readonly batches: (FrameBatch | undefined)[] = [];

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
    if (this.maxMicros === 0) return false;
    if ((p.layers & TRANSPORT) === 0 || batch.marks[row]! & FrameMark.NoTime) return false;
    const signature = signatureOf(p);
    const slots = this.slots;
    const at = (signature & (SLOTS - 1)) * WORDS;
    const micros = (Math.imul(batch.sec[row]!, 1_000_000) + Math.floor(batch.nsec[row]! / 1000)) | 0;
    const from = p.payloadAt - (p.layers & Layer.Tcp ? TCP_BYTES : DATAGRAM_BYTES);
    if (slots[at] === signature && slots[at + Slot.File]! >= 0) {
      if (this.matches(at, p, batch, row, fileIndex, micros, from)) return true;
    }
    slots[at] = signature;
    slots[at + Slot.Micros] = micros;
    slots[at + Slot.Frame] = (batch.firstFrame + row) | 0;
    slots[at + Slot.File] = fileIndex;
    slots[at + Slot.From] = p.bytes === batch.bytes ? from : -1;
    slots[at + Slot.Length] = p.payloadEnd - from;
    return false;
  }

  private matches(
    at: number,
    p: Packet,
    batch: FrameBatch,
    row: number,
    fileIndex: number,
    micros: number,
    from: number,
  ): boolean {
    const slots = this.slots;
    const apart = Math.abs((micros - slots[at + Slot.Micros]!) | 0);
    if (apart > Math.max(SAME_ID_MICROSECONDS, this.maxMicros)) return false;
    const earlier = this.batches[slots[at + Slot.File]!];
    const earlierRow = earlier === undefined ? -1 : rowOf(earlier, slots[at + Slot.Frame]! >>> 0);
    if (earlier !== undefined && earlierRow >= 0 && slots[at + Slot.File] === fileIndex) {
      const ids = compareIds(batch, row, earlier, earlierRow);
      if (ids !== null) {
        if (!ids) return false;
        this.foundById++;
        this.found++;
        return true;
      }
    }
    if (apart > this.maxMicros) return false;
    const earlierFrom = slots[at + Slot.From]!;
    const same =
      earlier !== undefined && earlierRow >= 0 && earlierFrom >= 0
        ? slots[at + Slot.Length] === p.payloadEnd - from &&
          sameBytes(p.bytes, from, earlier.bytes, earlierFrom, p.payloadEnd - from)
        : tellsPacketsApart(p);
    if (same) this.found++;
    return same;
  }
}

/** Row of a frame in the batch, -1 when the batch holds other frames by now. */
function rowOf(batch: FrameBatch, frame: number): number {
  const row = frame - batch.firstFrame;
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
  if (aAt < 0) return false;
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
