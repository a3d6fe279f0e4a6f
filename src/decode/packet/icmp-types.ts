/**
 * Types of ICMP (RFC 792) and ICMPv6 (RFC 4443, RFC 4861) messages that the decoder tells apart.
 */

/** ICMP types used by name. */
export const IcmpType = {
  EchoReply: 0,
  DestinationUnreachable: 3,
  SourceQuench: 4,
  Redirect: 5,
  Echo: 8,
  TimeExceeded: 11,
  ParameterProblem: 12,
} as const;

/** ICMPv6 types used by name. */
export const Icmpv6Type = {
  DestinationUnreachable: 1,
  ParameterProblem: 4,
  EchoRequest: 128,
  EchoReply: 129,
  NeighborSolicitation: 135,
  NeighborAdvertisement: 136,
  Redirect: 137,
} as const;
