/**
 * Frames with pseudonyms, for the evidence of a shared report: headers only, addresses replaced, checksums updated.
 *
 *   captured   | link | tags | IP | tunnel | IP | TCP | payload
 *   shared     | link | tags | IP | tunnel | IP | TCP |              headers that a capturing program put before
 *                                                                    the frame (radiotap, pflog ...) are left out
 */
import { LinkType } from '../../capture/frames/frame.js';
import type { FrameColumns } from '../../capture/frames/frame.js';
import { Next } from '../../decode/packet/cursor.js';
import { FrameHeaders } from '../../decode/frame-headers.js';
import type { HeaderPlace } from '../../decode/frame-headers.js';
import { IpProto } from '../../decode/packet/packet.js';
import type { CleanedFrame, FrameCleaner } from '../../report/write/evidence-source.js';
import type { Pseudonyms } from '../names/pseudonyms.js';
import { CleanFrame } from './clean-frame.js';
import { cleanIp, cleanTransport } from './ip-clean.js';
import { cleanLink, cleanTunnel } from './link-clean.js';

/** Of these names of interfaces, marks and addresses of their own are no header of the packet. */
const LEFT_OUT: readonly Next[] = [
  Next.Ieee80211,
  Next.Radiotap,
  Next.Ppi,
  Next.Prism,
  Next.Pflog,
  Next.Nflog,
  Next.Pktap,
  Next.JuniperEthernet,
];
const IP: readonly Next[] = [Next.Ip, Next.Ipv4, Next.Ipv6];

/** Where a frame begins that is shared, and what it is then. */
interface Begin {
  readonly place: number;
  readonly linkType: number;
}

export class SharedFrames implements FrameCleaner {
  readonly #pseudonyms: Pseudonyms;
  readonly #headers = new FrameHeaders();

  constructor(pseudonyms: Pseudonyms) {
    this.#pseudonyms = pseudonyms;
  }

  /** A frame of a row; null = nothing of it is known to be clean. */
  frame(batch: FrameColumns, row: number): CleanedFrame | null {
    const length = this.#headers.length(batch, row);
    const { places } = this.#headers;
    const begin = beginOf(places, batch.linkType[row]!);
    if (begin === null) return null;
    const start = places[begin.place]!.at;
    const before = start - batch.at[row]!;
    if (length <= before) return null;
    const frame = new CleanFrame(batch.bytes.slice(start, start + length - before), this.#pseudonyms);
    this.#clean(
      frame,
      places.slice(begin.place).map(({ next, at }) => ({ next, at: at - start })),
    );
    return { bytes: frame.finished(), linkType: begin.linkType, before };
  }

  #clean(frame: CleanFrame, places: readonly HeaderPlace[]): void {
    let behindIp = 0;
    for (const [i, { next, at }] of places.entries()) {
      // Of a transport header its IP header knows.
      if (at < behindIp) continue;
      const following = places.find((one, k) => k > i && one.at > at)?.at ?? frame.end;
      if (LEFT_OUT.includes(next)) return frame.cut(at);
      if (next === Next.IpInIp || IP.includes(next)) {
        const ip = cleanIp(frame, at);
        if (ip === null) return frame.cut(at);
        cleanTransport(frame, ip);
        behindIp = ip.next + (isTransport(places, ip.next) ? 1 : 0);
        const inner = places.find((one) => one.at > ip.next)?.at;
        if (ip.proto === IpProto.Udp && inner !== undefined) cleanTunnel(frame, ip.next, inner);
      } else cleanLink(frame, next, at, following);
    }
  }
}

function isTransport(places: readonly HeaderPlace[], at: number): boolean {
  const found = places.find((one) => one.at === at)?.next;
  return found === Next.Tcp || found === Next.Udp || found === Next.Icmp || found === Next.Icmpv6;
}

function beginOf(places: readonly HeaderPlace[], linkType: number): Begin | null {
  const last = places.findLastIndex(({ next }) => LEFT_OUT.includes(next));
  if (last < 0) return places.length === 0 ? null : { place: 0, linkType };
  const place = places.findIndex(({ next }, i) => i > last && (next === Next.Ethernet || IP.includes(next)));
  if (place < 0) return null;
  return {
    place,
    linkType: places[place]!.next === Next.Ethernet ? LinkType.Ethernet : LinkType.Raw,
  };
}
