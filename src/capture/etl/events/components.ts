/**
 * What a trace tells of the network stack it was captured in. pktmon writes the list of components when it is
 * stopped: drivers, filters and protocols, each with the number of the interface it is bound to.
 */
import type { FileFacts } from '../../frames/file-facts.js';
import { addressText } from '../trace/address-text.js';
import { EtlLimit } from '../../bytes/limits.js';
import { MAX_COMPONENTS, MAX_FILTERS, MAX_MAP_ENTRIES, MAX_POINTS } from '../trace/limits.js';
import { PacketType } from './pktmon-layout.js';

/** PktMon's types of components that matter here. */
export const ComponentType = { Miniport: 2, Filter: 3, Protocol: 4 } as const;
const MAX_ADDRESSES = 64;

/** One component of the stack. */
export class Component {
  type = -1;
  /** The driver's file, 'netvsc.sys'. */
  driver = '';
  /** 'Microsoft Hyper-V Network Adapter' */
  description = '';
  /** Numbers of interfaces: its own, and that of the adapter below it; -1 = not told. */
  ifIndex = -1;
  miniportIfIndex = -1;
  /** NDIS_MEDIUM: 0 Ethernet, 16 native Wi-Fi, 19 mobile broadband; -1 = not told. */
  medium = -1;
  mac = '';
  readonly addresses: string[] = [];
  /** Number of the edge of that name ('Upper', 'Lower'). */
  readonly edges = new Map<string, number>();

  readonly id: number;

  constructor(id: number) {
    this.id = id;
  }

  addAddress(bytes: Uint8Array): void {
    if (this.addresses.length < MAX_ADDRESSES) this.addresses.push(addressText(bytes));
  }

  /** Number of the adapter that it is, or is bound to; -1 = unknown. */
  get adapter(): number {
    return this.type === ComponentType.Miniport || this.miniportIfIndex < 0
      ? this.ifIndex
      : this.miniportIfIndex;
  }
}

/** Packets of one type that were logged at one edge of a component. */
export interface PointCount {
  readonly component: number;
  readonly edge: number;
  ethernet: number;
  wifi: number;
  ip: number;
}

/** Filled while the trace is surveyed. */
export class ComponentTable {
  readonly components = new Map<number, Component>();
  readonly points = new Map<number, PointCount>();
  readonly filters: string[] = [];
  /** The machine's own texts of drop reasons, by number. */
  readonly dropTexts = new Map<number, string>();
  /** Counters of packets were written. */
  counted = false;
  readonly #facts: FileFacts;

  constructor(facts: FileFacts) {
    this.#facts = facts;
  }

  /** The component, which is made when it was not met before; undefined when there are too many. */
  of(id: number): Component | undefined {
    const known = this.components.get(id);
    if (known !== undefined) return known;
    if (this.components.size >= MAX_COMPONENTS) {
      this.#facts.reached(EtlLimit.Components);
      return undefined;
    }
    const component = new Component(id);
    this.components.set(id, component);
    return component;
  }

  declare(id: number, type: number, driver: string, description: string): void {
    const component = this.of(id);
    if (component === undefined) return;
    component.type = type;
    component.driver = driver;
    component.description = description;
  }

  addEdge(id: number, edge: number, name: string): void {
    const component = this.of(id);
    if (component !== undefined && component.edges.size < 8) component.edges.set(name.toLowerCase(), edge);
  }

  addFilter(text: string): void {
    if (text === '' || this.filters.includes(text)) return;
    if (this.filters.length < MAX_FILTERS) this.filters.push(text);
    else this.#facts.reached(EtlLimit.Filters);
  }

  addDropText(reason: number, text: string): void {
    if (text === '') return;
    if (this.dropTexts.size < MAX_MAP_ENTRIES) this.dropTexts.set(reason, text);
    else this.#facts.reached(EtlLimit.MapEntries);
  }

  /** Counts a packet at the place where it was logged. */
  countPacket(component: number, edge: number, type: number): void {
    const key = component * 0x1_0000 + edge;
    let point = this.points.get(key);
    if (point === undefined) {
      if (this.points.size >= MAX_POINTS) {
        this.#facts.reached(EtlLimit.Points);
        return;
      }
      point = { component, edge, ethernet: 0, wifi: 0, ip: 0 };
      this.points.set(key, point);
    }
    if (type === PacketType.Ethernet) point.ethernet++;
    else if (type === PacketType.WiFi) point.wifi++;
    else if (type === PacketType.Ip) point.ip++;
  }
}
