/**
 * What only the sending host's own stack leaves in a packet, told by sender: a transport checksum that its
 * adapter has yet to fill in (RFC 9293 §3.1, RFC 768), and segments longer than any link carries. Checksums are
 * verified on a bounded sample of whole packets; they cost nothing on the rest.
 */
import { Layer } from '../../decode/packet/packet.js';
import type { Packet } from '../../decode/packet/packet.js';

/** IP packets longer than this do not fit an Ethernet frame; 802.3 §3.2.7. */
export const ETHERNET_MTU = 1500;
/** Every packet up to this count is a sample, and after it one of so many. */
const FIRST_SAMPLES = 4096;
const SAMPLE_MASK = 1023;
/** Senders that are told apart, and packets verified for each. */
const MAX_SENDERS = 64;
const MAX_VERIFIED = 32;
const MIN_TCP_HEADER = 20;
const MAX_TCP_HEADER = 60;
const UDP_HEADER = 8;
/** Parts of a packet put together from fragments or taken out of a tunnel say nothing of the adapter. */
const NO_WIRE_FORM = Layer.Reassembled | Layer.Tunnel | Layer.FragmentPending;

export interface SenderSign {
  readonly version: number;
  readonly words: readonly [number, number, number, number];
  /** Packets whose transport checksum is right, and not. */
  right: number;
  wrong: number;
  /** TCP segments that do not fit a frame, and the address words of who the first was sent to. */
  oversize: number;
  oversizeTo: readonly [number, number, number, number];
}

export class SenderSigns {
  readonly senders: SenderSign[] = [];
  /** The longest IP packet, bytes, and how many TCP segments were longer than fits. */
  longest = 0;
  oversize = 0;

  private readonly mtu: number;

  /** @param mtu IP packets longer than this, bytes, do not fit a frame */
  constructor(mtu: number) {
    this.mtu = mtu;
  }

  /** Is the packet worth a look? `count` packets were counted before it. */
  wants(p: Packet, count: number): boolean {
    return p.ipLen > this.mtu || count < FIRST_SAMPLES || (count & SAMPLE_MASK) === 0;
  }

  look(p: Packet): void {
    if ((p.layers & (Layer.Tcp | Layer.Udp)) === 0 || p.layers & NO_WIRE_FORM) return;
    const oversize = (p.layers & Layer.Tcp) !== 0 && p.ipLen > this.mtu;
    if (oversize) {
      this.oversize++;
      this.longest = Math.max(this.longest, p.ipLen);
      if (this.oversize > FIRST_SAMPLES) return;
    }
    const sender = this.senderOf(p);
    if (sender === undefined) return;
    if (oversize) {
      if (sender.oversize++ === 0) sender.oversizeTo = [p.dst0, p.dst1, p.dst2, p.dst3];
    } else if (sender.right + sender.wrong < MAX_VERIFIED) {
      const right = hasRightChecksum(p);
      if (right === true) sender.right++;
      else if (right === false) sender.wrong++;
    }
  }

  private senderOf(p: Packet): SenderSign | undefined {
    for (const one of this.senders) {
      const { words } = one;
      if (words[0] !== p.src0 || words[3] !== p.src3 || one.version !== p.ipVersion) continue;
      if (words[1] === p.src1 && words[2] === p.src2) return one;
    }
    if (this.senders.length >= MAX_SENDERS) return undefined;
    const words = [p.src0, p.src1, p.src2, p.src3] as const;
    const oversizeTo = [0, 0, 0, 0] as const;
    const fresh: SenderSign = { version: p.ipVersion, words, right: 0, wrong: 0, oversize: 0, oversizeTo };
    this.senders.push(fresh);
    return fresh;
  }
}

/** Null when it cannot be told: not all of the packet was captured, or it has no checksum. */
function hasRightChecksum(p: Packet): boolean | null {
  if (p.snapped || p.offloaded || p.payloadEnd - p.payloadAt !== p.payloadLen) return null;
  const at = transportAt(p);
  if (at < 0) return null;
  const udp = (p.layers & Layer.Udp) !== 0;
  if (udp && p.view.getUint16(at + 6) === 0) return null;
  const length = p.payloadEnd - at;
  let sum = p.ipProto + length;
  for (const w of [p.src0, p.src1, p.src2, p.src3, p.dst0, p.dst1, p.dst2, p.dst3]) {
    sum += (w >>> 16) + (w & 0xffff);
  }
  const even = at + (length & ~1);
  for (let i = at; i < even; i += 2) sum += p.view.getUint16(i);
  if (length & 1) sum += p.view.getUint8(even) << 8;
  while (sum > 0xffff) sum = (sum & 0xffff) + Math.floor(sum / 0x10000);
  return sum === 0xffff;
}

/** Offset of the TCP or UDP header; -1 when it is not found before the payload. */
function transportAt(p: Packet): number {
  if (p.layers & Layer.Udp) return p.payloadAt - UDP_HEADER;
  for (let length = MIN_TCP_HEADER; length <= MAX_TCP_HEADER; length += 4) {
    const at = p.payloadAt - length;
    if (at < 0) return -1;
    const { view } = p;
    if (view.getUint8(at + 12) >> 4 !== length / 4 || view.getInt32(at + 4) !== p.seq) continue;
    if (view.getUint16(at) === p.srcPort && view.getUint16(at + 2) === p.dstPort) return at;
  }
  return -1;
}
