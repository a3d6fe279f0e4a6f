/**
 * Where of a network stack a trace's packets are taken from. pktmon logs a packet at every component it passes;
 * one place for each adapter holds each packet once, as the wire had it:
 *
 *   TCPIP ─ bound to interface i        which is why its packets matter; adapters without it carry another's packets
 *   filters ...                         above nwifi.sys they say Wi-Fi of frames that are Ethernet
 *   nwifi.sys, upper edge               a Wi-Fi adapter's frames as Ethernet
 *   miniport i                          an Ethernet adapter's frames
 */
import { ComponentType } from './components.js';
import type { Component, ComponentTable, PointCount } from './components.js';
import { PacketType } from './pktmon-layout.js';

const Medium = { Ethernet: 0, WiFi: 16, MobileBroadband: 19 } as const;
const ANY_EDGE = -1;
const NWIFI = 'nwifi.sys';

/** One place, and the adapter that it stands for. */
export interface AdapterPoint {
  readonly component: number;
  /** -1 = any. */
  readonly edge: number;
  /** The `PacketType` taken; packets of others are left out. */
  readonly type: number;
  /** For people: the adapter. */
  readonly name: string;
  readonly mac: string;
  readonly addresses: readonly string[];
}

/** Where each adapter's packets are taken from by the list of components; empty when that does not tell. */
export function pointsByRule(table: ComponentTable): AdapterPoint[] {
  const components = [...table.components.values()];
  const points: AdapterPoint[] = [];
  for (const miniport of components) {
    if (miniport.type !== ComponentType.Miniport || miniport.ifIndex < 0) continue;
    const above = components.filter((one) => one.miniportIfIndex === miniport.ifIndex);
    if (!above.some(isIp)) continue;
    const wifi = above.find((one) => one.driver.toLowerCase() === NWIFI);
    if (miniport.medium !== Medium.WiFi) {
      const type = miniport.medium === Medium.MobileBroadband ? PacketType.Ip : PacketType.Ethernet;
      points.push(pointOf(table, miniport, ANY_EDGE, type, miniport));
    }
    if (wifi !== undefined && (miniport.medium === Medium.WiFi || miniport.medium < 0)) {
      const edge = wifi.edges.get('upper') ?? ANY_EDGE;
      points.push(pointOf(table, wifi, edge, PacketType.Ethernet, miniport));
    }
  }
  return points;
}

function isIp(one: Component): boolean {
  return one.type === ComponentType.Protocol && /^tcpip6?$/i.test(one.description);
}

/**
 * Where they are taken from by what was counted, when the list of components is missing or tells nothing: of each
 * adapter (of each component whose adapter is not known) the place with the most Ethernet frames.
 * @param only a component that was asked for; -1 = any
 */
export function pointsByCount(table: ComponentTable, only: number): AdapterPoint[] {
  const best = new Map<string, PointCount>();
  for (const count of table.points.values()) {
    if (only >= 0 && count.component !== only) continue;
    const component = table.components.get(count.component);
    const adapter = component?.adapter ?? -1;
    const key = adapter < 0 ? `component ${count.component}` : `adapter ${adapter}`;
    const known = best.get(key);
    if (known === undefined || isBetter(count, known)) best.set(key, count);
  }
  const points: AdapterPoint[] = [];
  for (const count of best.values()) {
    const type = typeOf(count);
    if (type === PacketType.Unknown) continue;
    const component = table.of(count.component);
    if (component === undefined) continue;
    points.push(pointOf(table, component, count.edge, type, adapterOf(table, component)));
  }
  return points;
}

function isBetter(a: PointCount, b: PointCount): boolean {
  return a.ethernet - b.ethernet || a.wifi - b.wifi || a.ip - b.ip ? rank(a) > rank(b) : a.edge < b.edge;
}

/** Ethernet goes before all others, then Wi-Fi as the adapter has it. */
function rank(one: PointCount): number {
  return one.ethernet > 0 ? 2 ** 40 + one.ethernet : one.wifi > 0 ? 2 ** 36 + one.wifi : one.ip;
}

function typeOf(one: PointCount): number {
  if (one.ethernet > 0) return PacketType.Ethernet;
  if (one.wifi > 0) return PacketType.WiFi;
  return one.ip > 0 ? PacketType.Ip : PacketType.Unknown;
}

/** The miniport below a component, or itself. */
function adapterOf(table: ComponentTable, component: Component): Component {
  if (component.adapter < 0) return component;
  for (const one of table.components.values()) {
    if (one.type === ComponentType.Miniport && one.ifIndex === component.adapter) return one;
  }
  return component;
}

function pointOf(
  table: ComponentTable,
  component: Component,
  edge: number,
  type: number,
  adapter: Component,
): AdapterPoint {
  const addresses = new Set(adapter.addresses);
  for (const one of table.components.values()) {
    if (adapter.ifIndex >= 0 && one.adapter === adapter.ifIndex) {
      for (const address of one.addresses) addresses.add(address);
    }
  }
  return {
    component: component.id,
    edge,
    type,
    name: nameOf(adapter),
    mac: adapter.mac,
    addresses: [...addresses],
  };
}

/** What people call a component. */
export function nameOf(component: Component): string {
  if (component.description !== '') return component.description;
  return component.driver === '' ? `component ${component.id}` : component.driver;
}
