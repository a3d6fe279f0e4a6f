/**
 * Makes Ethernet frames with correct lengths and checksums.
 *
 * Normative: IEEE 802.3/802.1Q, RFC 826 (ARP), RFC 791, RFC 8200, RFC 1071 (checksum), RFC 9293 §3.1, RFC 768.
 *
 *   | dst MAC 6 | src MAC 6 | (8100 vid) | type 2 | IP header 20/40 | TCP 20+options, UDP 8, ICMP 8 | payload |
 */
import ipaddr from 'ipaddr.js';
import { be16, be32, concat, u8, zeros } from './bytes.js';

const ETHER_TYPE = { ipv4: 0x0800, arp: 0x0806, vlan: 0x8100, ipv6: 0x86dd } as const;

/** Frames are padded to this length without the frame check sequence. */
const ETHERNET_MIN = 60;

/** The link layer of a frame; `vlan` is an 802.1Q id. */
export interface Link {
  readonly src: Uint8Array;
  readonly dst: Uint8Array;
  readonly vlan?: number;
  /** Default true: short frames get padding, as they have when received from a wire. */
  readonly pad?: boolean;
}

/** The network layer of a packet; both addresses are of one family, as text. */
export interface Network {
  readonly src: string;
  readonly dst: string;
  readonly ttl: number;
  /** IPv4 identification; not used by IPv6. */
  readonly id: number;
}

export interface TcpHeader {
  readonly srcPort: number;
  readonly dstPort: number;
  readonly seq: number;
  readonly ack: number;
  readonly flags: number;
  readonly window: number;
  /** Already padded to a multiple of four bytes. */
  readonly options?: Uint8Array;
}

/** 4 or 16 bytes. */
export const addressBytes = (address: string): Uint8Array =>
  Uint8Array.from(ipaddr.parse(address).toByteArray());

/** The internet checksum of all parts in a row; every part but the last has an even length. */
export function checksum(...parts: readonly Uint8Array[]): number {
  let sum = 0;
  for (const part of parts) {
    for (let at = 0; at < part.length; at += 2) sum += ((part[at] ?? 0) << 8) | (part[at + 1] ?? 0);
  }
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return ~sum & 0xffff;
}

export function ethernet(link: Link, etherType: number, payload: Uint8Array): Uint8Array {
  const tag = link.vlan === undefined ? zeros(0) : be16(ETHER_TYPE.vlan, link.vlan);
  const frame = concat(link.dst, link.src, tag, be16(etherType), payload);
  return frame.length >= ETHERNET_MIN || link.pad === false
    ? frame
    : concat(frame, zeros(ETHERNET_MIN - frame.length));
}

/** An IP packet without its link layer, as an ICMP error quotes it. */
export function ip(network: Network, protocol: number, payload: Uint8Array): Uint8Array {
  const src = addressBytes(network.src);
  const dst = addressBytes(network.dst);
  if (src.length === 16) {
    const fixed = concat(be32(0x60000000), be16(payload.length), u8(protocol, network.ttl));
    return concat(fixed, src, dst, payload);
  }
  // Identification, then "don't fragment", which Windows sets on TCP and clears on ICMP and UDP.
  const fragment = protocol === 6 ? 0x4000 : 0;
  const start = concat(
    u8(0x45, 0),
    be16(20 + payload.length, network.id, fragment),
    u8(network.ttl, protocol),
  );
  const sum = checksum(start, src, dst);
  return concat(start, be16(sum), src, dst, payload);
}

export function ipFrame(link: Link, network: Network, protocol: number, payload: Uint8Array): Uint8Array {
  const type = network.src.includes(':') ? ETHER_TYPE.ipv6 : ETHER_TYPE.ipv4;
  return ethernet(link, type, ip(network, protocol, payload));
}

/** Source, destination, protocol and length, as the transport checksums cover them. */
function pseudoHeader(network: Network, protocol: number, len: number): Uint8Array {
  return concat(addressBytes(network.src), addressBytes(network.dst), be32(len), be32(protocol));
}

export function tcp(network: Network, header: TcpHeader, payload: Uint8Array): Uint8Array {
  const options = header.options ?? zeros(0);
  const segment = concat(
    be16(header.srcPort, header.dstPort),
    be32(header.seq, header.ack),
    u8((5 + options.length / 4) << 4, header.flags),
    be16(header.window, 0, 0),
    options,
    payload,
  );
  segment.set(be16(checksum(pseudoHeader(network, 6, segment.length), segment)), 16);
  return segment;
}

export function udp(network: Network, srcPort: number, dstPort: number, payload: Uint8Array): Uint8Array {
  const datagram = concat(be16(srcPort, dstPort, 8 + payload.length, 0), payload);
  const sum = checksum(pseudoHeader(network, 17, datagram.length), datagram);
  datagram.set(be16(sum === 0 ? 0xffff : sum), 6);
  return datagram;
}

/** An ICMP or ICMPv6 message: type, code, checksum, four bytes of its own (`rest`), body. */
export function icmp(
  network: Network,
  type: number,
  code: number,
  rest: Uint8Array,
  body: Uint8Array,
): Uint8Array {
  const message = concat(u8(type, code, 0, 0), rest, body);
  const covered = network.src.includes(':') ? pseudoHeader(network, 58, message.length) : zeros(0);
  message.set(be16(checksum(covered, message)), 2);
  return message;
}

export function arp(
  link: Link,
  operation: 1 | 2,
  sender: { readonly mac: Uint8Array; readonly ip: string },
  target: { readonly mac: Uint8Array; readonly ip: string },
): Uint8Array {
  return ethernet(
    link,
    ETHER_TYPE.arp,
    concat(
      be16(1, ETHER_TYPE.ipv4),
      u8(6, 4),
      be16(operation),
      sender.mac,
      addressBytes(sender.ip),
      target.mac,
      addressBytes(target.ip),
    ),
  );
}
