/**
 * Events of Microsoft-Windows-PktMon, by the schemas that traces of pktmon carry with them.
 *
 *   160 packet, 170 dropped packet:
 *     group 8 | number 2 | appearance 2 | 12 direction 2 | type 2 | 16 component 2 | edge 2 | filter 2 |
 *     22 drop reason 4 | drop location 4 | 30 original size 2 | logged size 2 | 34 bytes
 *   20 component:  id 2 | type 2 | driver text | description text
 *   30, 50 number: component 2 | property 2 | value 4            60: component 2 | 2 | NDIS medium 2 (old builds)
 *   65, 66 address: component 2 | property 2 | 4 or 16           70: component 2 | property 2 | size 4 | bytes
 *   80 counters:   component 2 | direction 2 | packets 8 | bytes 8 | direction 2 | packets 8 | bytes 8
 *   90 of an edge: component 2 | edge text | edge 2 | direction 2 | packets 8 | ...
 *   100, 110 packet filter: id 2 | name | MAC 6, MAC 6 | ether type 2 | VLAN 2 | address, address | protocol 1 |
 *                  port 2 | port 2 | TCP flags 1
 */
import { Direction, LinkType } from '../../frames/frame.js';

export const PktMonEvent = {
  Component: 20,
  Number: 30,
  NumberOfVersion: 50,
  Medium: 60,
  Ipv4: 65,
  Ipv6: 66,
  Binary: 70,
  Counters: 80,
  EdgeCounters: 90,
  Filter4: 100,
  Filter6: 110,
  Packet: 160,
  Drop: 170,
} as const;

/** Offsets in the payload of a packet. */
export const PacketAt = {
  Direction: 12,
  Type: 14,
  Component: 16,
  Edge: 18,
  DropReason: 22,
  DropLocation: 26,
  Original: 30,
  Logged: 32,
  Bytes: 34,
} as const;

export const PacketType = { Unknown: 0, Ethernet: 1, WiFi: 2, Ip: 3 } as const;

/** Link type of a packet's type, -1 = not one of a link. */
export function linkTypeOf(packetType: number): number {
  if (packetType === PacketType.Ethernet) return LinkType.Ethernet;
  if (packetType === PacketType.WiFi) return LinkType.Ieee80211;
  return packetType === PacketType.Ip ? LinkType.Raw : -1;
}

/** In, Rx and Ingress are odd; Out, Tx and Egress are even. */
export function directionOf(tag: number): number {
  if (tag === 0 || tag > 6) return Direction.Unknown;
  return tag & 1 ? Direction.Inbound : Direction.Outbound;
}

/** Whether the event tells of components, counters or filters: written when pktmon is stopped. */
export function isRundown(id: number): boolean {
  return id >= PktMonEvent.Component && id <= PktMonEvent.Filter6;
}
