/**
 * Where the decoding of one frame stands. A protocol function reads its header at `at`, moves the cursor behind
 * it, and returns which protocol comes next; the decoder's loop calls that one. So nothing recurses, whatever is
 * nested in what.
 *
 *   | header | header | payload ........... | not captured | padding |
 *            ^ at                           ^ end          ^ wire
 */
import type { DecodeLimit } from './limits.js';
import type { Packet } from './packet.js';
import { WEIRD_COUNT } from './weird.js';

/** Which header stands at the cursor. */
export const Next = {
  /** Nothing more to decode. */
  Done: 0,
  Ethernet: 1,
  Vlan: 2,
  Llc: 3,
  Mpls: 4,
  Pppoe: 5,
  Ppp: 6,
  PppHdlc: 7,
  LinuxSll: 8,
  LinuxSll2: 9,
  Null: 10,
  /** IPv4 or IPv6, as the version nibble says. */
  Ip: 11,
  Ipv4: 12,
  Ipv6: 13,
  Arp: 14,
  Tcp: 15,
  Udp: 16,
  Icmp: 17,
  Icmpv6: 18,
  Gre: 19,
  Ieee80211: 20,
  Radiotap: 21,
  Ppi: 22,
  Prism: 23,
  /** An IP packet directly in an IP packet. */
  IpInIp: 24,
  Ah: 25,
  Pbb: 26,
  VnTag: 27,
  Pflog: 37,
  Nflog: 38,
  Pktap: 39,
  JuniperEthernet: 40,
  EtherIp: 28,
} as const;
/** A value of `Next`. */
export type Next = (typeof Next)[keyof typeof Next];

/** The fragment at the cursor. */
export interface Fragment {
  /** Of its datagram. */
  id: number;
  /** Of its first byte in the payload of the datagram. */
  offset: number;
  /** Others follow it. */
  more: boolean;
  /** It says that it has more bytes than the frame. */
  beyondFrame: boolean;
  /** Length of the headers that stand before the payload. */
  before: number;
}

/** What puts fragments together (fragments.ts). */
export interface Reassembly {
  /** Seconds since 1970 of the frame. */
  time: number;
  /**
   * Takes the fragment at the cursor. True when there is something to decode there: the whole payload in a buffer of
   * its own, or a first fragment whose rest can never be put to it because it was captured short.
   */
  take(c: Cursor, p: Packet): boolean;
}

/** Programs cut frames behind the transport header: what is left of an IP packet, bytes. */
const MIN_CUT_BYTES = 40;

/** Position in the frame and the counts that the protocol functions share. One per decoder, reused. */
export class Cursor {
  /** The next byte to read, the end of the captured bytes, and the end of what was sent (`wire >= end`). */
  at = 0;
  end = 0;
  wire = 0;
  /**
   * The file gives the frame's captured length as its length on the wire, and no frame was longer so far: where IP
   * says that it was longer, the file lost the original length of a frame that was cut.
   */
  mayBeCut = false;
  /** Tunnels entered within this frame. */
  tunnels = 0;
  /** The IP payload is only the first fragment of its datagram: lengths within may point beyond it. */
  firstFragmentOnly = false;
  /** The body of an 802.11 frame is padded to start at a multiple of 4 (radiotap says so). */
  dataPad = false;
  readonly fragments: Reassembly;
  /** Reused: what stands there belongs to the call of `fragments.take` that follows. */
  readonly fragment: Fragment = { id: 0, offset: 0, more: false, beyondFrame: false, before: 0 };
  /** How often each Weird number was met. */
  readonly weirds = new Uint32Array(WEIRD_COUNT);
  /** How often each named limit was reached. */
  readonly limits: Map<DecodeLimit, number>;

  constructor(fragments: Reassembly, limits: Map<DecodeLimit, number>) {
    this.fragments = fragments;
    this.limits = limits;
  }

  /** Says of the fragment at the cursor what `fragments.take` asks for. */
  describeFragment(id: number, offset: number, more: boolean, beyondFrame: boolean, before: number): void {
    const { fragment } = this;
    fragment.id = id;
    fragment.offset = offset;
    fragment.more = more;
    fragment.beyondFrame = beyondFrame;
    fragment.before = before;
  }

  /**
   * True when fewer than `need` bytes stand at the cursor. The packet then is snapped if they had been sent,
   * and weird if not.
   */
  lacks(packet: Packet, need: number, weird: number): boolean {
    if (this.end - this.at >= need) return false;
    if (this.wire - this.at >= need) packet.snapped = true;
    else this.weird(packet, weird);
    return true;
  }

  /** Takes the word of IP, whose packet of `len` bytes begins at the cursor, that the frame was cut; false if it cannot be. */
  wasCut(packet: Packet, len: number): boolean {
    if (!this.mayBeCut || this.tunnels > 0 || this.end - this.at < MIN_CUT_BYTES) return false;
    this.wire = this.at + len;
    packet.snapped = true;
    packet.lengthLost = true;
    return true;
  }

  /** The current layer says that it has `len` bytes from the cursor on: what follows is padding or a trailer. */
  narrow(len: number): void {
    this.wire = Math.min(this.wire, this.at + len);
    this.end = Math.min(this.end, this.wire);
  }

  weird(packet: Packet, weird: number): void {
    this.weirds[weird] = (this.weirds[weird] ?? 0) + 1;
    if (packet.weird === 0) packet.weird = weird;
  }

  limit(code: DecodeLimit): void {
    this.limits.set(code, (this.limits.get(code) ?? 0) + 1);
  }
}
