/**
 * Puts fragmented IP packets together, RFC 791 §3.2 and RFC 8200 §4.5. Where fragments overlap the bytes that
 * came first win (what a monitor can decide without knowing the receiving system) and a weird is counted.
 * Memory is bounded in bytes and in datagrams; time is the packets' own.
 *
 *   buffer  | destination MAC (6) | source MAC (6) | unused (4) | payload of the reassembled packet ... |
 */
import { LRUCache } from 'lru-cache';
import type { Cursor, Reassembly } from '../packet/cursor.js';
import type { DecodeLimit } from '../packet/limits.js';
import { Layer, type Packet } from '../packet/packet.js';
import { Weird } from '../packet/weird.js';

/** Largest IP packet, RFC 791 §3.1. */
const MAX_IP_LEN = 65_535;
/**
 * Bytes kept for incomplete datagrams unless the decoder is told otherwise.
 * @reached the fragment is dropped and counted: `fragment_memory`
 */
export const FRAGMENT_BYTES = 4 * 1024 * 1024;
/**
 * Incomplete datagrams kept at the same time.
 * @reached the one that waited longest is dropped and counted: `fragment_datagrams`
 */
export const MAX_DATAGRAMS = 4096;
/**
 * Seconds of packet time after its first fragment in which a datagram must be complete (RFC 1122 §3.3.2 gives
 * 60-120).
 * @reached its fragments are dropped and counted: `fragment_timeout`
 */
export const FRAGMENT_TIMEOUT = 30;
/**
 * Separate runs of bytes in one datagram: more means tiny fragments with gaps, sent to cost time.
 * @reached the datagram is given up and counted: `fragment_ranges`
 */
export const MAX_RANGES = 256;
/** A fragment that is not the last and whose packet is shorter than this is weird; Zeek's value. */
const SMALL_FRAGMENT = 64;
/** What a datagram costs beside its bytes. */
const DATAGRAM_OVERHEAD = 512;
const FIRST_BUFFER = 2048;
const PAYLOAD_AT = 16;

/** The received part of one datagram's payload. */
class Datagram {
  bytes: Uint8Array;
  /** Received bytes as sorted, disjoint, half-open ranges: from, to, from, to ... */
  readonly ranges: number[] = [];
  /** Length of the whole payload, -1 until the last fragment came. */
  total = -1;
  /** IP protocol of the first fragment, -1 until it came. */
  proto = -1;
  /** Packet time of the first to arrive, in milliseconds. */
  readonly start: number;

  constructor(length: number, start: number) {
    this.bytes = new Uint8Array(Math.max(length, FIRST_BUFFER));
    this.start = start;
  }
}

/** Incomplete datagrams, and the buffer of the last completed one. */
export class FragmentStore implements Reassembly {
  readonly #datagrams: LRUCache<string, Datagram>;
  readonly #capacity: number;
  readonly #limits: Map<DecodeLimit, number>;
  readonly #bytes = new Uint8Array(PAYLOAD_AT + MAX_IP_LEN);
  readonly #view = new DataView(this.#bytes.buffer);
  /** Packet time in milliseconds. */
  #now = 0;
  /** The next datagram takes the place of another, not only its bytes. */
  #isFull = false;

  constructor(capacity: number, limits: Map<DecodeLimit, number>) {
    this.#capacity = capacity;
    this.#limits = limits;
    this.#datagrams = new LRUCache<string, Datagram>({
      max: MAX_DATAGRAMS,
      maxSize: capacity,
      sizeCalculation: (datagram) => datagram.bytes.length + DATAGRAM_OVERHEAD,
      ttl: FRAGMENT_TIMEOUT * 1000,
      ttlResolution: 0,
      perf: { now: () => this.#now },
      dispose: (datagram, _key, reason) => {
        if (reason !== 'expire' && reason !== 'evict') return;
        const expired = reason === 'expire' || this.#now - datagram.start > FRAGMENT_TIMEOUT * 1000;
        const full = this.#isFull ? 'fragment_datagrams' : 'fragment_memory';
        this.#limit(expired ? 'fragment_timeout' : full);
        this.#isFull = false;
      },
    });
  }

  /** Packet time in seconds. */
  set time(sec: number) {
    this.#now = sec * 1000;
  }

  /** See `Reassembly`. */
  take(c: Cursor, p: Packet): boolean {
    const { offset, more, beyondFrame, before } = c.fragment;
    if (c.end < c.wire) {
      p.snapped = true;
      c.weird(p, Weird.IncompletelyCapturedFragment);
      c.firstFragmentOnly = offset === 0;
      if (offset !== 0) p.layers |= Layer.FragmentPending;
      return offset === 0;
    }
    const to = offset + c.wire - c.at;
    const small = more && p.ipLen < SMALL_FRAGMENT;
    let whole = false;
    if (before + to > MAX_IP_LEN) c.weird(p, Weird.ExcessivelyLargeFragment);
    else if (!beyondFrame) whole = this.#add(c, p, to);
    if (small) c.weird(p, Weird.ExcessivelySmallFragment);
    if (whole) p.ipLen = before + c.wire - c.at;
    else p.layers |= Layer.FragmentPending;
    return whole;
  }

  /** Adds the bytes at the cursor as [from, to) of their datagram; true when that completed it. */
  #add(c: Cursor, p: Packet, to: number): boolean {
    const { id, offset: from, more } = c.fragment;
    const key = datagramKey(p, id);
    let datagram = this.#datagrams.get(key);
    const known = datagram !== undefined;
    datagram ??= new Datagram(to, this.#now);
    if (!agreesOnSize(datagram, to, more)) {
      c.weird(p, Weird.FragmentSizeInconsistency);
      return false;
    }
    if (!more) datagram.total = to;
    if (from === 0 && datagram.proto < 0) datagram.proto = p.ipProto;
    const grown = to > datagram.bytes.length;
    if (grown) grow(datagram, to);
    const weird = insert(datagram, p.bytes, c.at, from, to);
    if (weird !== Weird.None) c.weird(p, weird);

    const { ranges, total } = datagram;
    if (ranges.length === 2 && ranges[0] === 0 && ranges[1] === total) {
      if (known) this.#datagrams.delete(key);
      this.#complete(c, p, datagram);
      return true;
    }
    if (ranges.length > 2 * MAX_RANGES) {
      this.#datagrams.delete(key);
      this.#limit('fragment_ranges');
    } else if (!known || grown) {
      // Deleted first, since setting the same value again would not count its new size.
      this.#datagrams.delete(key);
      if (datagram.bytes.length + DATAGRAM_OVERHEAD > this.#capacity) this.#limit('fragment_memory');
      else {
        this.#isFull = this.#datagrams.size >= MAX_DATAGRAMS;
        this.#datagrams.set(key, datagram, { start: datagram.start });
        this.#isFull = false;
      }
    }
    return false;
  }

  /** Moves packet and cursor to the whole payload. The link addresses come along: `p.bytes` changes. */
  #complete(c: Cursor, p: Packet, datagram: Datagram): void {
    const bytes = this.#bytes;
    if (p.dstMacAt >= 0) {
      bytes.set(p.bytes.subarray(p.dstMacAt, p.dstMacAt + 6), 0);
      p.dstMacAt = 0;
    }
    if (p.srcMacAt >= 0) {
      bytes.set(p.bytes.subarray(p.srcMacAt, p.srcMacAt + 6), 6);
      p.srcMacAt = 6;
    }
    bytes.set(datagram.bytes.subarray(0, datagram.total), PAYLOAD_AT);
    p.bytes = bytes;
    p.view = this.#view;
    p.layers |= Layer.Reassembled;
    p.ipProto = datagram.proto;
    c.at = PAYLOAD_AT;
    c.end = c.wire = PAYLOAD_AT + datagram.total;
  }

  #limit(code: DecodeLimit): void {
    this.#limits.set(code, (this.#limits.get(code) ?? 0) + 1);
  }
}

/** RFC 791 tells datagrams apart by addresses, protocol and id; RFC 8200 leaves the protocol out. */
function datagramKey(p: Packet, id: number): string {
  if (p.ipVersion === 4) return `${p.src0},${p.dst0},${id},${p.ipProto},${p.vlan}`;
  return `${p.src0},${p.src1},${p.src2},${p.src3},${p.dst0},${p.dst1},${p.dst2},${p.dst3},${id},${p.vlan}`;
}

/** Whether a fragment that ends at `to` agrees with what is known of the datagram's length. */
function agreesOnSize(datagram: Datagram, to: number, more: boolean): boolean {
  const { total, ranges } = datagram;
  if (total >= 0) return more ? to <= total : to === total;
  return more || to >= (ranges[ranges.length - 1] ?? 0);
}

function grow(datagram: Datagram, length: number): void {
  const bytes = new Uint8Array(Math.min(MAX_IP_LEN, Math.max(length, datagram.bytes.length * 2)));
  bytes.set(datagram.bytes);
  datagram.bytes = bytes;
}

/** Copies what is new of `source[at ..]` to [from, to); returns the Weird number of an overlap. */
function insert(datagram: Datagram, source: Uint8Array, at: number, from: number, to: number): number {
  const { bytes, ranges } = datagram;
  let weird: number = Weird.None;
  let index = 0;
  while ((ranges[index + 1] ?? to) < from) index += 2;
  const first = index;
  let low = from;
  let high = to;
  let done = from;
  for (; index < ranges.length; index += 2) {
    const a = ranges[index] ?? to;
    const b = ranges[index + 1] ?? to;
    if (a > to) break;
    if (done < a) bytes.set(source.subarray(at + done - from, at + a - from), done);
    const overlapEnd = Math.min(b, to);
    for (let i = Math.max(a, from); i < overlapEnd; i++) {
      if (weird === Weird.None) weird = Weird.FragmentOverlap;
      if (bytes[i] === source[at + i - from]) continue;
      weird = Weird.FragmentInconsistency;
      break;
    }
    low = Math.min(low, a);
    high = Math.max(high, b);
    done = Math.max(done, b);
  }
  if (done < to) bytes.set(source.subarray(at + done - from, at + to - from), done);
  ranges.splice(first, index - first, low, high);
  return weird;
}
