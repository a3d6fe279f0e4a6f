/** What the quality checks look at, gathered from the files, the meter and the scan of the flows. */
import { ipv4Text, ipv6Text } from '../../flow/record/address.js';
import type { AddressWords } from '../../flow/record/address.js';
import { IpProto } from '../../decode/packet/packet.js';
import { TUNNEL_PORTS } from '../hosts/quality-counts.js';
import type { CaptureFile } from '../../capture/frames/frame.js';
import { LinkType } from '../../capture/frames/frame.js';
import type { Meter } from '../../flow/meter.js';
import { placeOfCapture } from './capture-point.js';
import type { LinkTypeCount, UnreadProtocol } from './quality.js';
import type { CapturePlace } from '../words/capture-place.js';
import type { ServerIdentity } from '../hosts/server.js';
import type { FlowScan } from '../hosts/flow-scan.js';
import type { Thresholds } from './thresholds.js';

/** Link types on which ARP is seen. */
const WITH_ARP: ReadonlySet<number> = new Set([LinkType.Ethernet, LinkType.LinuxSll, LinkType.LinuxSll2]);

/** Link types of firewall logs. */
const LOGS: ReadonlySet<number> = new Set([LinkType.Pflog, LinkType.Nflog]);

/** Counts unless a unit is named. */
export interface QualityFacts {
  readonly frames: number;
  /** Packets on flows, copies left out; and the copies, and how many of them by their packet id. */
  readonly packets: number;
  readonly copies: number;
  readonly copiesById: number;
  /** Copies that another interface or file holds a constant time apart, and those seconds. */
  readonly copiesApart: number;
  readonly copiesApartSeconds: number;
  readonly seconds: number;
  readonly tcpFlows: number;
  readonly oneSidedFlows: number;
  readonly midstreamFlows: number;
  /** TCP connections captured from their beginning, both ways; and those with acknowledged data never captured. */
  readonly wholeFlows: number;
  readonly unseenFlows: number;
  /** TCP flows: see QualityCounts. */
  readonly synAckFlows: number;
  readonly endedFlows: number;
  readonly spokenFlows: number;
  readonly repeatedFlows: number;
  readonly tornFlows: number;
  readonly tunnels: readonly number[];
  readonly snappedFrames: number;
  /** Of those, frames whose original length the file does not give. */
  readonly lengthLostFrames: number;
  /** The smallest snap length that the capture declares, bytes; 0 = none. */
  readonly snapLength: number;
  readonly offloadedFrames: number;
  readonly oversizeFrames: number;
  /** Bytes. */
  readonly longestPacket: number;
  readonly malformedFrames: number;
  readonly noTimeFrames: number;
  readonly backwardsFrames: number;
  /** Seconds. */
  readonly longestBackwards: number;
  readonly longestGap: number;
  /** Frames that were put in order of time, and how late the latest came, seconds. */
  readonly reorderedFrames: number;
  readonly longestReorder: number;
  /** Lone frames with a time far from their neighbours', and the first ones: file, frame and what they said. */
  readonly outlierFrames: number;
  readonly outliers: readonly { readonly path: string; readonly frame: number; readonly sec: number }[];
  /** Frames by link types that cannot be read; packets by protocols that are not looked into. */
  readonly unreadLinkTypes: readonly LinkTypeCount[];
  readonly unreadProtocols: readonly UnreadProtocol[];
  /** Packets of IPsec ESP, and pairs of hosts that speak it: their addresses in text. */
  readonly ipsecPackets: number;
  readonly ipsecPairs: readonly (readonly [string, string])[];
  /** Link types of the capture that are logs of a firewall. */
  readonly firewallLogs: readonly number[];
  readonly droppedMarks: number;
  readonly icmpFlows: number;
  readonly mapperFlows: number;
  /** ARP frames and flows of ICMPv6, by which neighbours are found; -1 = the link type has none. */
  readonly neighbourFrames: number;
  /** Frames that the capturing system says it lost; null = it does not say. */
  readonly lost: bigint | null;
  readonly filters: readonly string[];
  readonly damaged: readonly { readonly path: string; readonly offset: number; readonly message: string }[];
  readonly evictedFlows: number;
  readonly interrupted: string;
  readonly place: CapturePlace;
}

/** @param interrupted why reading ended before the input did; '' = it did not */
export function gatherFacts(
  files: readonly CaptureFile[],
  meter: Meter,
  server: ServerIdentity,
  thresholds: Thresholds,
  interrupted: string,
  scan: FlowScan,
): QualityFacts {
  const { totals, span, senders, duplicates } = meter;
  const interfaces = files.flatMap((file) => file.interfaces);
  const withArp = interfaces.some((one) => WITH_ARP.has(one.linkType));
  const snapLengths = interfaces.map((one) => one.snapLength).filter((length) => length > 0);
  const { counts } = scan;
  return {
    ...counts,
    frames: totals.frames,
    packets: totals.packets,
    copies: duplicates.found,
    copiesById: duplicates.foundById,
    copiesApart: duplicates.sides.found,
    copiesApartSeconds: Math.abs(duplicates.sides.seconds),
    seconds: span.lastSec - span.firstSec + (span.lastNsec - span.firstNsec) / 1e9,
    snappedFrames: totals.snapped,
    lengthLostFrames: totals.lengthLost,
    snapLength: snapLengths.length === 0 ? 0 : Math.min(...snapLengths),
    offloadedFrames: totals.offloaded,
    oversizeFrames: senders.oversize,
    longestPacket: senders.longest,
    malformedFrames: totals.malformed,
    noTimeFrames: totals.noTime,
    backwardsFrames: totals.backwards,
    longestBackwards: totals.longestBackwards,
    longestGap: totals.longestGap,
    reorderedFrames: files.reduce((sum, { disorder }) => sum + disorder.frames, 0),
    longestReorder: files.reduce((most, { disorder }) => Math.max(most, disorder.seconds), 0),
    outlierFrames: files.reduce((sum, { disorder }) => sum + disorder.outlierFrames, 0),
    outliers: files.flatMap(({ path, disorder }) => disorder.outliers.map((one) => ({ path, ...one }))),
    ...unreadOf(meter, counts),
    firewallLogs: [...new Set(interfaces.map((one) => one.linkType).filter((type) => LOGS.has(type)))],
    droppedMarks: totals.dropped,
    neighbourFrames: withArp ? totals.arp + counts.icmp6Flows : -1,
    lost: lostOf(files),
    filters: [...new Set(interfaces.map((one) => one.filter ?? '').filter((text) => text !== ''))],
    damaged: files.flatMap(({ path, damage }) =>
      damage === null ? [] : [{ path, offset: damage.offset, message: damage.message }],
    ),
    evictedFlows: meter.flows.evicted,
    interrupted,
    place: placeOfCapture(scan, server.keys, senders.senders, thresholds['bad-checksum-share']),
  };
}

/** Sum of all drop counters, null when no file has any. */
function lostOf(files: readonly CaptureFile[]): bigint | null {
  let lost: bigint | null = null;
  for (const file of files) {
    if (file.dropCount > 0n) lost = (lost ?? 0n) + file.dropCount;
    for (const one of file.interfaces) {
      for (const dropped of [one.interfaceDropped, one.osDropped]) {
        if (dropped !== undefined) lost = (lost ?? 0n) + dropped;
      }
    }
  }
  return lost;
}

/** What is counted and not looked into, by IP protocol (IANA): AH, L2TP, SCTP. */
const UNREAD_PROTOCOLS: readonly number[] = [51, 115, 132];

function unreadOf(
  { unread }: Meter,
  counts: FlowScan['counts'],
): Pick<QualityFacts, 'unreadLinkTypes' | 'unreadProtocols' | 'ipsecPackets' | 'ipsecPairs'> {
  const found: readonly UnreadProtocol[] = [
    ...UNREAD_PROTOCOLS.map((protocol) => ({ protocol, packets: unread.protocols[protocol]! })),
    ...[...unread.greTypes].map(([greType, packets]) => ({ greType, packets })),
    ...TUNNEL_PORTS.map((udpPort, i) => ({ udpPort, packets: counts.tunnels[i]! })),
  ];
  return {
    unreadLinkTypes: [...unread.linkTypes].map(([linkType, frames]) => ({ linkType, frames })),
    unreadProtocols: found.filter(({ packets }) => packets > 0),
    ipsecPackets: unread.protocols[IpProto.Esp]!,
    ipsecPairs: unread.ipsecPairs.map(({ a, b }) => [addressText(a), addressText(b)]),
  };
}

function addressText({ version, words }: AddressWords): string {
  return version === 4 ? ipv4Text(words[0]) : ipv6Text(...words);
}
