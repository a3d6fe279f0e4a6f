/**
 * Events of Microsoft-Windows-NDIS-PacketCapture (netsh trace capture=yes, New-NetEventSession), by the schemas in
 * traces and Microsoft's etl2pcapng.
 *
 *   1001 packet: miniport's interface 4 | interface 4 | 8 fragment size 4 | bytes | (newer: 16 more)
 *   keyword: bit 0 Ethernet, 9 raw IP, 16 native Wi-Fi, 30 first part of a packet, 31 last, 32 sent, 33 received
 *   1003 the same of a virtual switch; 5101 interface: 1 | name | number 4; 1011, 1016 capture rules
 */
import { Direction, LinkType } from '../../frames/frame.js';
import { At } from '../trace/layout.js';
import { readText } from '../trace/text.js';

export const NdisEvent = {
  Packet: 1001,
  SwitchPacket: 1003,
  Rule: 1011,
  RuleOfPort: 1016,
  Interface: 5101,
} as const;
/** Offsets in the payload of a packet. */
export const FragmentAt = { Miniport: 0, Interface: 4, Size: 8, Bytes: 12 } as const;
const Keyword = { RawIp: 0x200, WiFi: 0x1_0000, First: 0x4000_0000, Last: 0x8000_0000 } as const;
const KeywordHigh = { Sent: 1, Received: 2 } as const;
const MAX_INTERFACES = 4096;

/** Link type of the packet whose event is at `at`. */
export function linkTypeAt(view: DataView, at: number): number {
  const low = view.getUint32(at + At.KeywordLow, true);
  if (low & Keyword.WiFi) return LinkType.Ieee80211;
  return low & Keyword.RawIp ? LinkType.Raw : LinkType.Ethernet;
}

export function sentOrReceived(view: DataView, at: number): number {
  const high = view.getUint32(at + At.KeywordHigh, true);
  if (high & KeywordHigh.Received) return Direction.Inbound;
  return high & KeywordHigh.Sent ? Direction.Outbound : Direction.Unknown;
}

export function isFirstPart(view: DataView, at: number): boolean {
  return (view.getUint32(at + At.KeywordLow, true) & Keyword.First) !== 0;
}

export function isLastPart(view: DataView, at: number): boolean {
  return view.getUint32(at + At.KeywordLow, true) >= Keyword.Last;
}

/** What was met of the interfaces, and which of those of one adapter its packets are taken from. */
export class NdisInterfaces {
  readonly names = new Map<number, string>();
  /** By miniport: the interface taken. */
  readonly #taken = new Map<number, number>();

  /** An interface of a miniport was met: the miniport's own is taken, else the lowest. */
  meet(miniport: number, lower: number): void {
    const taken = this.#taken.get(miniport);
    if (taken === miniport) return;
    if (taken === undefined && this.#taken.size >= MAX_INTERFACES) return;
    if (taken === undefined || lower === miniport || lower < taken) this.#taken.set(miniport, lower);
  }

  /** Whether the packets of this interface are taken; the first that is met of an unknown miniport is. */
  takes(miniport: number, lower: number): boolean {
    const taken = this.#taken.get(miniport);
    if (taken === undefined) this.meet(miniport, lower);
    return (taken ?? lower) === lower;
  }

  /** Takes a 5101: `view[at..end)`. */
  takeName(view: DataView, at: number, end: number): void {
    const name = readText(view, at + 1, end);
    if (name.next < 0 || name.next + 4 > end || this.names.size >= MAX_INTERFACES) return;
    this.names.set(view.getUint32(name.next, true), name.text);
  }
}
