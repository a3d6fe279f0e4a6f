/**
 * What Windows' drop reasons say of why a packet was dropped: PktMonDropReason and PktMonDropLocation
 * (PacketMonitorCreateRealtimeStream on learn.microsoft.com; "Diagnose packet loss" there says what 1204 means, and
 * that 909 is the Windows Filtering Platform). Not every drop is a fault: most are how a healthy stack works.
 */

/** `harmless` is never evidence; `other` is told and explains nothing. */
export type DropClass =
  'no_listener' | 'firewall' | 'ipsec' | 'no_neighbor' | 'no_route' | 'other' | 'harmless';

/** TCP_MATCH, UDP_RECEIVE1, and the three places of a neighbour that is looked for. */
const Place = {
  TcpMatch: 0xe000_4500,
  UdpReceive: 0xe000_460a,
  Neighbor: 0xe000_413a,
  NeighborEnd: 0xe000_413c,
} as const;

interface Known {
  readonly drop: DropClass;
  /** Microsoft's own words. */
  readonly text: string;
}

const reasons: ReadonlyMap<number, Known> = new Map([
  [15, { drop: 'ipsec', text: 'IPSec drop' }],
  [902, { drop: 'harmless', text: 'Not locally destined' }],
  [903, { drop: 'no_listener', text: 'Protocol unreachable' }],
  [904, { drop: 'no_listener', text: 'Port unreachable' }],
  [907, { drop: 'no_route', text: 'No route available' }],
  [909, { drop: 'firewall', text: 'Inspection drop' }],
  [911, { drop: 'firewall', text: 'Administratively prohibited' }],
  [918, { drop: 'harmless', text: 'Arbitration unhandled' }],
  [919, { drop: 'firewall', text: 'Inspection absorb' }],
  [922, { drop: 'no_neighbor', text: 'Address resolution timeout' }],
  [923, { drop: 'no_neighbor', text: 'Address resolution failure' }],
  [924, { drop: 'ipsec', text: 'IPsec failure' }],
  [928, { drop: 'no_route', text: 'Routing failure' }],
  [954, { drop: 'firewall', text: 'ICMP: inspection drop' }],
  [1206, { drop: 'harmless', text: 'INET: session state' }],
  [1207, { drop: 'firewall', text: 'INET: receive inspection' }],
  [1210, { drop: 'harmless', text: 'INET: received RST' }],
  [1231, { drop: 'firewall', text: 'INET: accept inspection' }],
]);
const NOT_FOUND = 1204;
const ADDRESS_UNREACHABLE = 915;
const IPSEC_FIRST = 1401;
const IPSEC_LAST = 1418;
/** TCP: segments out of their place in a connection, all of them everyday. */
const everyday: ReadonlySet<number> = new Set([1216, 1217, 1219, 1220, 1221, 1222, 1225, 1226, 1227]);

export function dropClass(reason: number, location: number): DropClass {
  if (reason === NOT_FOUND) {
    // At a raw socket it only says that there is none.
    return location === Place.TcpMatch || location === Place.UdpReceive ? 'no_listener' : 'harmless';
  }
  if (reason === ADDRESS_UNREACHABLE) {
    return location >= Place.Neighbor && location <= Place.NeighborEnd ? 'no_neighbor' : 'other';
  }
  if (everyday.has(reason)) return 'harmless';
  if (reason >= IPSEC_FIRST && reason <= IPSEC_LAST) return 'ipsec';
  return reasons.get(reason)?.drop ?? 'other';
}

/** 'reason 1204 (INET: transport endpoint was not found)' */
export function dropReasonText(reason: number): string {
  if (reason === NOT_FOUND) return `reason ${reason} (INET: transport endpoint was not found)`;
  if (reason === ADDRESS_UNREACHABLE) return `reason ${reason} (Address unreachable)`;
  const known = reasons.get(reason);
  return known === undefined ? `reason ${reason}` : `reason ${reason} (${known.text})`;
}
