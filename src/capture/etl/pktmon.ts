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
import { Direction, LinkType } from '../frame.js';
import type { ComponentTable } from './components.js';
import { filterText } from './filter-text.js';
import { readText } from './text.js';

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
/** Properties of a component. */
const Property = {
  IfIndex: 1,
  MiniportIfIndex: 2,
  Medium: 5,
  PhysicalAddress: 6,
  IpAddress: 13,
  IpIfIndex: 14,
} as const;
const MAC_BYTES = 6;

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

/** Takes an event that tells of the network stack; others change nothing. */
export function takeRundown(
  table: ComponentTable,
  view: DataView,
  id: number,
  at: number,
  end: number,
): void {
  if (end - at < 4) return;
  const component = view.getUint16(at, true);
  switch (id) {
    case PktMonEvent.Component: {
      const driver = readText(view, at + 4, end);
      const description = driver.next < 0 ? '' : readText(view, driver.next, end).text;
      table.declare(component, view.getUint16(at + 2, true), driver.text, description);
      return;
    }
    case PktMonEvent.Number:
    case PktMonEvent.NumberOfVersion:
      if (end - at >= 8)
        takeNumber(table, component, view.getUint16(at + 2, true), view.getUint32(at + 4, true));
      return;
    case PktMonEvent.Medium: {
      const one = end - at >= 6 ? table.of(component) : undefined;
      if (one !== undefined) one.medium = view.getUint16(at + 4, true);
      return;
    }
    case PktMonEvent.Ipv4:
    case PktMonEvent.Ipv6:
      takeAddress(table, component, view, at, end, id === PktMonEvent.Ipv4 ? 4 : 16);
      return;
    case PktMonEvent.Binary:
      takeBinary(table, component, view, at, end);
      return;
    case PktMonEvent.Counters:
      table.counted = true;
      return;
    case PktMonEvent.EdgeCounters: {
      table.counted = true;
      const name = readText(view, at + 2, end);
      if (name.next < 0 || name.next + 2 > end) return;
      table.addEdge(component, view.getUint16(name.next, true), name.text);
      return;
    }
    case PktMonEvent.Filter4:
    case PktMonEvent.Filter6:
      table.addFilter(filterText(view, at, end, id === PktMonEvent.Filter4 ? 4 : 16));
      return;
  }
}

function takeNumber(table: ComponentTable, id: number, property: number, value: number): void {
  const component = table.of(id);
  if (component === undefined) return;
  if (property === Property.IfIndex) component.ifIndex = value;
  else if (property === Property.MiniportIfIndex) component.miniportIfIndex = value;
  else if (property === Property.IpIfIndex && component.miniportIfIndex < 0)
    component.miniportIfIndex = value;
  else if (property === Property.Medium) component.medium = value;
}

function takeAddress(
  table: ComponentTable,
  id: number,
  view: DataView,
  at: number,
  end: number,
  length: number,
): void {
  if (view.getUint16(at + 2, true) !== Property.IpAddress || end - at < 4 + length) return;
  table.of(id)?.addAddress(new Uint8Array(view.buffer, view.byteOffset + at + 4, length));
}

function takeBinary(table: ComponentTable, id: number, view: DataView, at: number, end: number): void {
  if (end - at < 8 + MAC_BYTES || view.getUint16(at + 2, true) !== Property.PhysicalAddress) return;
  if (view.getUint32(at + 4, true) !== MAC_BYTES) return;
  const component = table.of(id);
  if (component === undefined) return;
  component.mac = macText(view, at + 8);
}

/** '00:15:5d:01:02:03' */
export function macText(view: DataView, at: number): string {
  let text = '';
  for (let i = 0; i < MAC_BYTES; i++) {
    text +=
      (i === 0 ? '' : ':') +
      view
        .getUint8(at + i)
        .toString(16)
        .padStart(2, '0');
  }
  return text;
}
