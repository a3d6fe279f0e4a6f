/** What pktmon tells of the network stack when it is stopped: events 20 to 110 (pktmon-layout.ts). */
import type { ComponentTable } from './components.js';
import { filterText } from './filter-text.js';
import { macText } from '../trace/address-text.js';
import { PktMonEvent } from './pktmon-layout.js';
import { readText } from '../trace/text.js';

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
