/**
 * What a capture on this server's adapter sees: hosts that send, frames in time order, the file they are written to.
 * A peer behind routers arrives with the gateway's MAC address and a TTL that is smaller by its hops.
 */
import { Direction } from '../../../src/capture/frames/frame.js';
import { PcapngWriter, type AnnotatedFrame } from '../../../src/capture/pcap/pcapng-writer.js';
import { concat, hex } from './bytes.js';
import {
  addressBytes,
  arp,
  icmp,
  ip,
  ipFrame,
  tcp,
  udp,
  type Link,
  type Network,
  type TcpHeader,
} from './frame.js';
import { pcapHeader, pcapRecord, type PcapVariant } from './pcap.js';
import { Random } from './random.js';

/** A machine on the network. Counters move on as it sends. */
export interface Host {
  readonly name: string;
  readonly ip: string;
  readonly mac: Uint8Array;
  /** TTL that it sends with: 128 Windows, 64 Linux, 255 routers. */
  readonly ttl: number;
  /** Routers between it and the capture. */
  readonly hops: number;
  /** Round trip as seen at the capture, in seconds. */
  readonly rtt: number;
  /** Next dynamic port. */
  nextPort: number;
  /** Next IPv4 identification. */
  nextId: number;
}

/** Nanoseconds after the start of the capture. */
export type Instant = number;
export const SECOND: Instant = 1_000_000_000;

/** 2026-03-02T08:00:00Z, a Monday morning. */
const START = 1772438400;
const BROADCAST_MAC = hex('ffffffffffff');
const PROTOCOL = { icmp: 1, tcp: 6, udp: 17, icmpv6: 58 } as const;

interface Sent {
  readonly time: Instant;
  readonly from: Host;
  readonly make: (id: number) => Uint8Array;
}

/** What an ICMP error needs to know of the segment that it answers. */
export interface SentSegment {
  readonly from: Host;
  readonly to: Host;
  readonly header: TcpHeader;
  id: number;
}

export interface IcmpMessage {
  readonly type: number;
  readonly code: number;
  /** The four bytes after the checksum. */
  readonly rest: Uint8Array;
  /** Asked when the file is written, after all that was sent before. */
  readonly body: () => Uint8Array;
}

export interface WireOptions {
  readonly seed: number;
  readonly vlan?: number;
}

/** Collects what is sent; frames are made when the file is written, so that IP identifications follow time. */
export class Wire {
  readonly random: Random;
  /** The machine whose adapter is captured. */
  readonly vantage: Host;
  readonly gateway: Uint8Array = hex('00005e000101');
  readonly #vlan: number | undefined;
  readonly #sent: Sent[] = [];

  constructor(vantage: Host, options: WireOptions) {
    this.random = new Random(options.seed);
    this.vantage = vantage;
    this.#vlan = options.vlan;
  }

  /** The packet's identification is known when the file is written; see `quotation`. */
  tcp(time: Instant, from: Host, to: Host, header: TcpHeader, payload: Uint8Array): SentSegment {
    const segment: SentSegment = { from, to, header, id: 0 };
    this.#ip(time, from, to.ip, to, PROTOCOL.tcp, (network) => {
      segment.id = network.id;
      return tcp(network, header, payload);
    });
    return segment;
  }

  udp(time: Instant, from: Host, srcPort: number, to: Host, dstPort: number, payload: Uint8Array): void {
    this.#ip(time, from, to.ip, to, PROTOCOL.udp, (network) => udp(network, srcPort, dstPort, payload));
  }

  /** A datagram to a broadcast or multicast address from a host of the server's own subnet. */
  udpCast(
    time: Instant,
    from: Host,
    srcPort: number,
    address: string,
    dstPort: number,
    payload: Uint8Array,
  ): void {
    this.#ip(time, from, address, null, PROTOCOL.udp, (network) => udp(network, srcPort, dstPort, payload));
  }

  icmp(time: Instant, from: Host, to: Host, message: IcmpMessage): void {
    const protocol = from.ip.includes(':') ? PROTOCOL.icmpv6 : PROTOCOL.icmp;
    const { type, code, rest, body } = message;
    this.#ip(time, from, to.ip, to, protocol, (network) => icmp(network, type, code, rest, body()));
  }

  /** A question for a host of the server's own subnet, and its answer when there is one. */
  arp(time: Instant, from: Host, target: Host, answered: boolean): void {
    const unknown = { mac: hex('000000000000'), ip: target.ip };
    const ask: Link = this.#link(from, BROADCAST_MAC);
    this.#sent.push({ time, from, make: () => arp(ask, 1, from, unknown) });
    if (!answered) return;
    const answer: Link = this.#link(target, from.mac);
    const back = time + target.rtt * SECOND;
    this.#sent.push({ time: back, from: target, make: () => arp(answer, 2, target, from) });
  }

  /** Removes what a capture could not have seen. */
  keepOnly(keep: (time: Instant, from: Host) => boolean): void {
    const kept = this.#sent.filter((sent) => keep(sent.time, sent.from));
    this.#sent.splice(0, this.#sent.length, ...kept);
  }

  /** The frames in time order; identifications are given out here, so call it once. */
  frames(): AnnotatedFrame[] {
    const inOrder = this.#sent.map((sent, index) => ({ sent, index }));
    inOrder.sort((a, b) => a.sent.time - b.sent.time || a.index - b.index);
    return inOrder.map(({ sent }) => {
      const id = sent.from.nextId;
      sent.from.nextId = (id + 1) & 0xffff;
      const time = Math.round(sent.time);
      return {
        sec: START + Math.floor(time / SECOND),
        nsec: time % SECOND,
        bytes: sent.make(id),
        direction: sent.from === this.vantage ? Direction.Outbound : Direction.Inbound,
      };
    });
  }

  #ip(
    time: Instant,
    from: Host,
    address: string,
    to: Host | null,
    protocol: number,
    payload: (network: Network) => Uint8Array,
  ): void {
    const dst = to === null ? castMac(address) : to.hops > 0 ? this.gateway : to.mac;
    const link = this.#link(from, dst);
    const network = { src: from.ip, dst: address, ttl: from.ttl - from.hops };
    const make = (id: number): Uint8Array => {
      const full = { ...network, id };
      return ipFrame(link, full, protocol, payload(full));
    };
    this.#sent.push({ time, from, make });
  }

  #link(from: Host, dst: Uint8Array): Link {
    return {
      src: from.hops > 0 ? this.gateway : from.mac,
      dst,
      // What the server sends is captured before the adapter pads it.
      pad: from !== this.vantage,
      ...(this.#vlan === undefined ? {} : { vlan: this.#vlan }),
    };
  }
}

/** Ethernet address of an IPv4 or IPv6 group (RFC 1112 §6.4, RFC 2464 §7), or of a broadcast. */
function castMac(address: string): Uint8Array {
  const bytes = addressBytes(address);
  if (bytes.length === 16) return concat(hex('3333'), bytes.subarray(12));
  if ((bytes[0] ?? 0) >= 224 && (bytes[0] ?? 0) < 240) {
    return concat(hex('01005e'), Uint8Array.of((bytes[1] ?? 0) & 0x7f), bytes.subarray(2));
  }
  return BROADCAST_MAC;
}

/**
 * The start of a packet as an ICMP error quotes it: the IP header as the router received it and eight bytes
 * (RFC 792), or as much as fits for IPv6 (RFC 4443 §2.4c).
 */
export function quotation(segment: SentSegment): Uint8Array {
  const { from, to, id, header } = segment;
  const network = { src: from.ip, dst: to.ip, ttl: from.ttl - 1, id };
  const packet = ip(network, PROTOCOL.tcp, tcp(network, header, new Uint8Array(0)));
  return from.ip.includes(':') ? packet : packet.subarray(0, 28);
}

/** What a pcapng file says of its capture beside the frames. */
export interface CaptureNotes {
  readonly comment: string;
  /** Capture filter, '' = none. */
  readonly filter?: string;
  /** Seconds after the start when the capture ended; default: with the last frame. */
  readonly end?: number;
  /** Frames that the system lost; default 0. */
  readonly osDropped?: bigint;
}

/** One interface, one section, nanoseconds, counters at the end. */
export function asPcapng(frames: readonly AnnotatedFrame[], notes: CaptureNotes): Uint8Array {
  const writer = new PcapngWriter();
  const last = frames.at(-1);
  const end =
    notes.end === undefined
      ? { sec: last?.sec ?? START, nsec: last?.nsec ?? 0 }
      : { sec: START + notes.end, nsec: 0 };
  return concat(
    writer.section({ comment: notes.comment, os: 'Windows Server 2022', application: 'portwitness recipe' }),
    writer.interfaceDescription({ name: 'Ethernet0', ...(notes.filter ? { filter: notes.filter } : {}) }),
    ...frames.map((frame) => writer.packet(frame)),
    writer.statistics({
      ...end,
      received: BigInt(frames.length),
      interfaceDropped: 0n,
      osDropped: notes.osDropped ?? 0n,
    }),
  );
}

export function asPcap(frames: readonly AnnotatedFrame[], variant: PcapVariant = {}): Uint8Array {
  return concat(pcapHeader(variant), ...frames.map((frame) => pcapRecord(frame, variant)));
}
