/**
 * The one reused Packet that every decoder fills: named int fields, no allocation per packet.
 * A field holds only while the layer bit beside it is set in `layers`.
 */

/** Bits of `Packet.layers`: what was decoded, innermost last. */
export const Layer = {
  Arp: 1,
  Ipv4: 2,
  Ipv6: 4,
  Tcp: 8,
  Udp: 16,
  Icmp: 32,
  Icmpv6: 64,
  /** An ICMP error quotes a packet: the `quoted*` fields hold. */
  Quoted: 128,
  /** IP came out of a tunnel (GRE, VXLAN, Geneve, IP-in-IP ...). */
  Tunnel: 256,
  Vlan: 512,
  /** The IP packet was put together from fragments; `bytes` is then the decoder's own buffer. */
  Reassembled: 1024,
  /** A fragment that has not completed its packet: there is no transport layer to count. */
  FragmentPending: 2048,
  /** Neighbor discovery: the `target*` fields hold. */
  Neighbor: 4096,
} as const;

/** IANA protocol numbers used by name. */
export const IpProto = {
  Icmp: 1,
  IpIp: 4,
  Tcp: 6,
  Udp: 17,
  Ipv6: 41,
  Gre: 47,
  Esp: 50,
  Icmpv6: 58,
  Sctp: 132,
} as const;

/** TCP flag bits, RFC 9293 §3.1. */
export const TcpFlag = { Fin: 1, Syn: 2, Rst: 4, Psh: 8, Ack: 16, Urg: 32, Ece: 64, Cwr: 128 } as const;

/** What is reused for every frame. All ints; 32-bit values are signed, print with `>>> 0`. */
export class Packet {
  /** The buffer that all `...At` offsets refer to (the batch's, or the decoder's for a reassembled packet). */
  bytes: Uint8Array = new Uint8Array(0);
  view: DataView = new DataView(new ArrayBuffer(0));

  layers = 0;
  /** A `Weird` number; 0 = nothing. The first one met in the frame (all are counted by the decoder). */
  weird = 0;
  /** We captured less of this packet than was sent. */
  snapped = false;
  /** It was, and the file gives no original length. */
  lengthLost = false;

  /** Outermost 802.1Q VLAN id, -1 = none. */
  vlan = -1;
  /** Offsets of the 6-byte link addresses, -1 = none. */
  srcMacAt = -1;
  dstMacAt = -1;

  /** 4 or 6; 0 = no IP. */
  ipVersion = 0;
  /** Addresses as big-endian words; IPv4 in word 0, the others 0. */
  src0 = 0;
  src1 = 0;
  src2 = 0;
  src3 = 0;
  dst0 = 0;
  dst1 = 0;
  dst2 = 0;
  dst3 = 0;
  /** IP protocol of the layer after IP and its extension headers. */
  ipProto = 0;
  /** Protocol type of the last GRE header, version 0; holds where `ipProto` is GRE. */
  greType = 0;
  /** TTL or hop limit. */
  ttl = 0;
  /** IPv4 identification, -1 for IPv6. */
  ipId = -1;
  /** DSCP+ECN byte. */
  tos = 0;
  /** Length of the whole IP packet in bytes as sent (captured/original length when the header says 0). */
  ipLen = 0;
  /** The IP total length was 0: segmentation offload. */
  offloaded = false;

  /** TCP/UDP ports; for ICMP the type (src) and code (dst), as Zeek does. */
  srcPort = 0;
  dstPort = 0;

  seq = 0;
  ack = 0;
  tcpFlags = 0;
  window = 0;
  /** Window scale shift of a SYN, -1 = absent. MSS of a SYN, 0 = absent. SACK permitted. */
  windowScale = -1;
  mss = 0;
  sackPermitted = false;

  /** Transport payload: half-open range of captured bytes, and its length on the wire. */
  payloadAt = 0;
  payloadEnd = 0;
  payloadLen = 0;

  icmpType = 0;
  icmpCode = 0;
  /** Echo identifier and sequence number (types echo/echo reply), else 0. */
  icmpId = 0;
  icmpSeq = 0;

  /** The packet quoted in an ICMP error, in the direction it was sent. */
  quotedVersion = 0;
  quotedProto = 0;
  quotedSrc0 = 0;
  quotedSrc1 = 0;
  quotedSrc2 = 0;
  quotedSrc3 = 0;
  quotedDst0 = 0;
  quotedDst1 = 0;
  quotedDst2 = 0;
  quotedDst3 = 0;
  /** Where its headers end. */
  quotedEnd = 0;
  /** Ports, or ICMP type/code; -1 when the quotation is too short. */
  quotedSrcPort = -1;
  quotedDstPort = -1;
  /** ICMP echo id of a quoted echo, else -1. */
  quotedIcmpId = -1;

  /** Neighbor solicitation or advertisement: the address asked for, or told of. */
  target0 = 0;
  target1 = 0;
  target2 = 0;
  target3 = 0;

  /** ARP: operation (1 request, 2 reply); src0 is the sender's and dst0 the target's IPv4 address. */
  arpOp = 0;

  /** Set when the UDP payload is a tunnel that `Decoder.inner` can open. */
  innerAt = -1;
  innerEnd = 0;
  innerLen = 0;
  /** How to read it: a LinkType number. */
  innerLinkType = 0;
}
