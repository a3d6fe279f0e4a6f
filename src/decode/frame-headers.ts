/**
 * How much of a frame is headers: link, tags, network, transport, also inside tunnels, and what an ICMP error quotes up
 * to the transport header of the quoted packet. What lies behind is payload.
 *
 *   | Ethernet | IP | TCP | payload ...          | Ethernet | IP | UDP | VXLAN | Ethernet | IP | TCP | payload ...
 *   ^ at             ^ at + end                   ^ at                                        ^ at + end
 *
 * A frame is looked at by itself. What is not understood counts as payload from there on.
 */
import type { FrameColumns } from '../capture/frames/frame.js';
import type { Next } from './packet/cursor.js';
import { Decoder } from './decoder.js';
import type { HeaderPlaces } from './decoder.js';
import { Icmpv6Type } from './packet/icmp-types.js';
import { IpProto, Layer, Packet } from './packet/packet.js';

const SCTP_HEADER_LEN = 12;
const ARP_FIXED_LEN = 8;
/** SPI and sequence number, RFC 4303 §2. */
const ESP_HEADER_LEN = 8;
/** A neighbor solicitation or advertisement names an address and, in its first option, a link address (RFC 4861 §4.3). */
const TARGET_LEN = 16;
const LINK_ADDRESS_OPTION_LEN = 8;

/** A header: which one, and where in the buffer it begins. */
export interface HeaderPlace {
  readonly next: Next;
  readonly at: number;
}

/** Finds the headers of one frame after the other. */
export class FrameHeaders implements HeaderPlaces {
  /** Of the last frame, outermost first. */
  places: HeaderPlace[] = [];
  /** The innermost packet of the last frame. */
  readonly packet = new Packet();
  readonly #decoder: Decoder;
  #stop = 0;

  constructor() {
    this.#decoder = new Decoder({ headers: this });
  }

  header(next: Next, at: number): void {
    this.places.push({ next, at });
  }

  stop(at: number): void {
    this.#stop = at;
  }

  /**
   * Bytes from the beginning of a row's frame to the end of its headers, at most what was captured.
   * @param onPacket is shown the packets of the frame, outermost first
   */
  length(batch: FrameColumns, row: number, onPacket?: (packet: Packet) => void): number {
    const { packet } = this;
    const at = batch.at[row]!;
    const len = batch.capLen[row]!;
    const sec = batch.sec[row]!;
    this.places = [];
    this.#decoder.decode(batch, row, packet);
    onPacket?.(packet);
    while (this.#decoder.inner(packet, sec)) onPacket?.(packet);
    return Math.max(0, Math.min(this.#end() - at, len));
  }

  /** Where the payload of the innermost packet begins. */
  #end(): number {
    const { packet: p } = this;
    const stop = this.#stop;
    const { layers } = p;
    if (layers & Layer.Quoted) return p.quotedEnd;
    if (layers & (Layer.Tcp | Layer.Udp)) return p.payloadAt;
    if (layers & Layer.Neighbor) return neighborEnd(p);
    if (layers & (Layer.Icmp | Layer.Icmpv6)) return p.payloadAt;
    if (layers & Layer.Arp) return stop + ARP_FIXED_LEN + 2 * p.view.getUint8(stop + 4) + 2 * 4;
    if (layers & (Layer.Ipv4 | Layer.Ipv6) && !(layers & Layer.FragmentPending)) {
      if (p.ipProto === IpProto.Sctp) return stop + SCTP_HEADER_LEN;
      if (p.ipProto === IpProto.Esp) return stop + ESP_HEADER_LEN;
    }
    return stop;
  }
}

function neighborEnd(p: Packet): number {
  const at = p.payloadAt + TARGET_LEN;
  const isLinkAddress =
    p.payloadEnd - at >= LINK_ADDRESS_OPTION_LEN &&
    p.view.getUint8(at + 1) * 8 === LINK_ADDRESS_OPTION_LEN &&
    p.view.getUint8(at) === (p.icmpType === Icmpv6Type.NeighborSolicitation ? 1 : 2);
  return isLinkAddress ? at + LINK_ADDRESS_OPTION_LEN : at;
}
