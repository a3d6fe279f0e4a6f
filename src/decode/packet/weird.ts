/**
 * What can be malformed in a packet, by number. The names are those of Zeek's weird.log where Zeek has one
 * (scripts/base/frameworks/notice/weird.zeek and its packet analyzers); the others follow their style.
 * A packet that was merely captured short is `Packet.snapped`, never a weird.
 */

/** Numbers of weirds; 0 = nothing. */
export const Weird = {
  None: 0,
  TruncatedLinkHeader: 1,
  TruncatedEthernetFrame: 2,
  TruncatedVlanHeader: 3,
  TruncatedArp: 4,
  /** The frame ended within the IP header. */
  TruncatedIp: 5,
  /** The IP length claims more than the frame was long on the wire; what was there is used. */
  TruncatedIpLen: 6,
  UnknownIpVersion: 7,
  Ipv4MinHeaderSize: 8,
  /** The IP length is shorter than the header. */
  InvalidIpHeaderSize: 9,
  /** IPv4 options or IPv6 extension headers that do not fit the packet. */
  InternallyTruncatedHeader: 10,
  /** The packet ended within the transport header. */
  TruncatedHeader: 11,
  BadTcpHeaderLen: 12,
  BadTcpOptionLength: 13,
  UdpLengthMismatch: 14,
  FragmentOverlap: 15,
  FragmentInconsistency: 16,
  FragmentSizeInconsistency: 17,
  ExcessivelyLargeFragment: 18,
  ExcessivelySmallFragment: 19,
  /** Captured short, so its datagram cannot be put together. */
  IncompletelyCapturedFragment: 20,
  TruncatedGre: 21,
  UnknownGreVersion: 22,
  GreRouting: 23,
  ExceededTunnelMaxDepth: 24,
  /** More headers nested in one frame than are followed. */
  ExceededLayerMax: 25,
  ExceededIpv6ExtensionHeaderMax: 26,
} as const;

const NAMES: readonly string[] = [
  '',
  'truncated_link_header',
  'truncated_ethernet_frame',
  'truncated_VLAN_header',
  'truncated_ARP',
  'truncated_IP',
  'truncated_IP_len',
  'unknown_ip_version',
  'IPv4_min_header_size',
  'invalid_IP_header_size',
  'internally_truncated_header',
  'truncated_header',
  'bad_TCP_header_len',
  'bad_TCP_option_length',
  'UDP_datagram_length_mismatch',
  'fragment_overlap',
  'fragment_inconsistency',
  'fragment_size_inconsistency',
  'excessively_large_fragment',
  'excessively_small_fragment',
  'incompletely_captured_fragment',
  'truncated_GRE',
  'unknown_gre_version',
  'gre_routing',
  'exceeded_tunnel_max_depth',
  'exceeded_layer_max',
  'exceeded_IPv6_extension_header_max',
];

/** How many numbers there are, 0 included. */
export const WEIRD_COUNT = NAMES.length;

/** Zeek's name of a `Weird` number; '' for 0 and for numbers that are none. */
export function weirdName(weird: number): string {
  return NAMES[weird] ?? '';
}
