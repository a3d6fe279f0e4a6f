/**
 * One frame → the one reused Packet. The loop here is the only place that knows all protocols: each of them
 * reads its header and says what comes next.
 *
 *   link header → tags, labels → IP → (tunnel → IP ...) → TCP | UDP | ICMP
 */
import { LinkType } from '../capture/frames/frame.js';
import type { FrameColumns } from '../capture/frames/frame.js';
import { arp } from './link/arp.js';
import { Cursor, Next } from './packet/cursor.js';
import { ethernet } from './link/ethernet.js';
import { fastPath } from './fast-path.js';
import { FRAGMENT_BYTES, FragmentStore } from './ip/fragments.js';
import { LoneFragments } from './ip/lone-fragments.js';
import { gre } from './transport/gre.js';
import { icmp, icmpv6 } from './ip/icmp.js';
import { ieee80211 } from './link/ieee80211.js';
import { ah, enterTunnel, etherIp, ip, ipInIp } from './ip/ip.js';
import { ipv4 } from './ip/ipv4.js';
import { ipv6 } from './ip/ipv6.js';
import { linkTypeNext } from './link/link-type.js';
import { linuxSll, linuxSll2 } from './link/linux-sll.js';
import { llc } from './link/llc.js';
import { juniperEthernet, nflog, pflog, pktap } from './link/log-header.js';
import type { DecodeLimit } from './packet/limits.js';
import { mpls } from './link/mpls.js';
import { nullLoopback } from './link/null.js';
import { Layer, type Packet } from './packet/packet.js';
import { ppp, pppHdlc } from './link/ppp.js';
import { pppoe } from './link/pppoe.js';
import { tcp } from './transport/tcp.js';
import { udp } from './transport/udp.js';
import { pbb, vlan, vnTag } from './link/vlan.js';
import { Weird } from './packet/weird.js';
import { ppi, prism, radiotap } from './link/wireless-header.js';

/**
 * Headers of one frame that are followed.
 * @reached the frame is not read further and counted: `layers`
 */
export const MAX_LAYERS = 40;

/** One frame alone does not show where frames were cut. */
const FRAMES_BEFORE_CUT = 2;
/** Lengths on the wire are believed up to here, so that offsets stay small integers. */
const MAX_WIRE_LEN = 0x3fff_ffff;

export interface DecoderOptions {
  /** Bytes that fragments of incomplete datagrams may take. */
  readonly fragmentBytes?: number;
  /** False decodes every frame the general way, which must come to the same result. */
  readonly fastPath?: boolean;
  /** Learns of every header where it begins; decodes the general way, and each fragment for itself. */
  readonly headers?: HeaderPlaces;
}

/** Who wants to know where the headers of a frame lie. */
export interface HeaderPlaces {
  /** A header stands at `at`, counted in the buffer of the frame. */
  header(next: Next, at: number): void;
  /** The last header that is known ends, or could not be read, at `at`. */
  stop(at: number): void;
}

/** Decodes frames one after the other; keeps incomplete datagrams and counts between them. */
export class Decoder {
  readonly #cursor: Cursor;
  readonly #fast: boolean;
  readonly #headers: HeaderPlaces | null;
  /** Frames so far, and the longest of them, bytes. */
  #frames = 0;
  #longest = 0;
  /** How often each Weird number was met, by number. */
  readonly weirds: Uint32Array;
  /** How often each limit was reached, by name; for fragments these are datagrams given up. */
  readonly limits: ReadonlyMap<DecodeLimit, number>;
  /** Bytes of incomplete datagrams that are kept. */
  readonly fragmentBytes: number;

  constructor(options: DecoderOptions = {}) {
    const limits = new Map<DecodeLimit, number>();
    this.fragmentBytes = options.fragmentBytes ?? FRAGMENT_BYTES;
    this.#headers = options.headers ?? null;
    const fragments =
      this.#headers === null ? new FragmentStore(this.fragmentBytes, limits) : new LoneFragments();
    this.#cursor = new Cursor(fragments, limits);
    this.#fast = this.#headers === null && (options.fastPath ?? true);
    this.weirds = this.#cursor.weirds;
    this.limits = limits;
  }

  /**
   * Decodes row `i` into `packet`. Never throws, whatever the bytes are. The packet refers to the row's bytes (or
   * to this decoder's own buffer) until the next call.
   */
  decode(rows: FrameColumns, i: number, packet: Packet): void {
    const { view } = rows;
    const at = rows.at[i]!;
    const capLen = rows.capLen[i]!;
    const origLen = rows.origLen[i]!;
    const linkType = rows.linkType[i]!;
    if (packet.view !== view) {
      packet.bytes = rows.bytes;
      packet.view = view;
    }
    const end = Math.min(at + capLen, view.byteLength);
    const wire = at + Math.max(capLen, Math.min(origLen, MAX_WIRE_LEN));
    packet.weird = 0;
    packet.snapped = wire > end;
    packet.lengthLost = false;
    packet.vlan = -1;
    packet.innerAt = -1;
    const c = this.#cursor;
    c.tunnels = 0;
    this.#frames++;
    this.#longest = Math.max(this.#longest, capLen);
    if (this.#fast && linkType === LinkType.Ethernet && fastPath(c, packet, view, at, end, wire)) return;
    c.mayBeCut = origLen === capLen && capLen === this.#longest && this.#frames > FRAMES_BEFORE_CUT;
    packet.layers = 0;
    packet.srcMacAt = -1;
    packet.dstMacAt = -1;
    c.at = at;
    c.end = end;
    c.wire = wire;
    this.#general(linkTypeNext(linkType), packet, rows.sec[i]!);
  }

  /**
   * Opens the tunnel that the last decoded packet offers (`packet.innerAt`) into the same packet, which then
   * is the inner one, with `Layer.Tunnel`. False when it offers none or it lies too deep.
   */
  inner(packet: Packet, sec: number): boolean {
    if (packet.innerAt < 0) return false;
    const c = this.#cursor;
    c.at = packet.innerAt;
    c.end = packet.innerEnd;
    c.wire = packet.innerAt + packet.innerLen;
    packet.innerAt = -1;
    packet.weird = 0;
    if (!enterTunnel(c, packet)) return false;
    packet.layers &= Layer.Vlan | Layer.Reassembled;
    this.#general(linkTypeNext(packet.innerLinkType), packet, sec);
    return true;
  }

  #general(first: Next, p: Packet, sec: number): void {
    const c = this.#cursor;
    c.fragments.time = sec;
    c.firstFragmentOnly = false;
    c.dataPad = false;
    p.ipVersion = 0;
    p.offloaded = false;
    let next = first;
    for (let layers = 0; next !== Next.Done; layers++) {
      if (layers === MAX_LAYERS) {
        c.weird(p, Weird.ExceededLayerMax);
        c.limit('layers');
        return;
      }
      this.#headers?.header(next, c.at);
      next = layer(next, c, p);
    }
    this.#headers?.stop(c.at);
  }
}

function layer(next: Next, c: Cursor, p: Packet): Next {
  switch (next) {
    case Next.Ipv4:
      return ipv4(c, p);
    case Next.Tcp:
      return tcp(c, p);
    case Next.Udp:
      return udp(c, p);
    case Next.Ipv6:
      return ipv6(c, p);
    case Next.Ethernet:
      return ethernet(c, p);
    case Next.Vlan:
      return vlan(c, p);
    case Next.Icmp:
      return icmp(c, p);
    case Next.Icmpv6:
      return icmpv6(c, p);
    case Next.Arp:
      return arp(c, p);
    case Next.Ip:
      return ip(c, p);
    case Next.IpInIp:
      return ipInIp(c, p);
    case Next.Gre:
      return gre(c, p);
    case Next.Ah:
      return ah(c, p);
    case Next.EtherIp:
      return etherIp(c, p);
    default:
      return linkLayer(next, c, p);
  }
}

function linkLayer(next: Next, c: Cursor, p: Packet): Next {
  switch (next) {
    case Next.Llc:
      return llc(c, p);
    case Next.Mpls:
      return mpls(c, p);
    case Next.Pppoe:
      return pppoe(c, p);
    case Next.Ppp:
      return ppp(c, p);
    case Next.PppHdlc:
      return pppHdlc(c, p);
    case Next.LinuxSll:
      return linuxSll(c, p);
    case Next.LinuxSll2:
      return linuxSll2(c, p);
    case Next.Null:
      return nullLoopback(c, p);
    case Next.Ieee80211:
      return ieee80211(c, p);
    case Next.Radiotap:
      return radiotap(c, p);
    case Next.Ppi:
      return ppi(c, p);
    case Next.Prism:
      return prism(c, p);
    case Next.Pbb:
      return pbb(c, p);
    case Next.VnTag:
      return vnTag(c, p);
    case Next.Pflog:
      return pflog(c, p);
    case Next.Nflog:
      return nflog(c, p);
    case Next.Pktap:
      return pktap(c, p);
    case Next.JuniperEthernet:
      return juniperEthernet(c, p);
    default:
      return Next.Done;
  }
}
