/**
 * Where the capture was taken, from what only the sending host's own stack leaves in a frame: a TTL that no
 * router has lowered, an IP length that segmentation offload has not filled in yet, a checksum that the adapter
 * has still to fill in, segments longer than the link carries.
 */
import { Flow } from '../../flow/flow.js';
import type { SenderSign } from '../../flow/vantage/sender-signs.js';
import { isInitialTtl } from '../../flow/hops.js';
import { hostKeyOf, hostKeyText } from '../words/host-key.js';
import type { CapturePlace } from '../words/capture-place.js';
import type { HostKey } from '../words/host-key.js';
import type { FlowScan } from '../hosts/flow-scan.js';
import { DEFAULT_THRESHOLDS } from './thresholds.js';

/** Share of this server's flows that must agree before its TTL is believed. */
const AGREEING_SHARE = 0.9;

/** Packets of a host that must be verified before its checksums say anything. */
const MIN_VERIFIED = 3;

/** @param badShare share of wrong checksums from which on a sender's adapter had not filled them in */
export function placeOfCapture(
  scan: FlowScan,
  server: ReadonlySet<HostKey>,
  senders: readonly SenderSign[] = [],
  badShare = DEFAULT_THRESHOLDS['bad-checksum-share'],
): CapturePlace {
  return placeByChecksums(senders, server, badShare) ?? placeByFlows(scan, server, senders);
}

function keyOf(version: number, words: SenderSign['words']): HostKey {
  return hostKeyOf({ version: version === 6 ? 6 : 4, words });
}

/** One host whose transmit checksums are wrong, beside others whose are right, is the one that captured. */
function placeByChecksums(
  senders: readonly SenderSign[],
  server: ReadonlySet<HostKey>,
  badShare: number,
): CapturePlace | null {
  const verified = senders.filter(({ right, wrong }) => right + wrong >= MIN_VERIFIED);
  const capturing = verified.filter(({ right, wrong }) => wrong / (right + wrong) >= badShare);
  const keys = capturing.map(({ version, words }) => keyOf(version, words));
  const others = verified.filter(({ right, wrong }) => wrong / (right + wrong) < badShare);
  const [first] = keys;
  if (first === undefined || others.length === 0) return null;
  if (keys.every((key) => server.has(key))) {
    return { point: 'this_server', shownBy: { code: 'own_checksums_not_filled_in' } };
  }
  if (keys.length > 1 || server.size === 0) return null;
  return {
    point: 'elsewhere',
    shownBy: { code: 'other_checksums_not_filled_in', address: hostKeyText(first) },
    host: first,
  };
}

/** Whom each of this server's addresses sent a segment that only its own adapter can have had before it. */
function oversizePeers(senders: readonly SenderSign[], server: ReadonlySet<HostKey>): ReadonlySet<HostKey> {
  const peers = new Set<HostKey>();
  for (const { version, words, oversize, oversizeTo } of senders) {
    if (oversize > 0 && server.has(keyOf(version, words))) peers.add(keyOf(version, oversizeTo));
  }
  return peers;
}

/** This server's packets to one of these hosts have an untouched TTL, and those that come back do not. */
function isFarFromAny(scan: FlowScan, server: ReadonlySet<HostKey>, peers: ReadonlySet<HostKey>): boolean {
  if (peers.size === 0) return false;
  const { table, hostTable: ends } = scan;
  const isServer = ends.mark(server);
  const isPeer = ends.mark(peers);
  const flow = new Flow(table);
  for (let id = 0; id < table.count; id++) {
    const [orig, resp] = [ends.orig[id]!, ends.resp[id]!];
    if (isServer[orig] === 1 && isPeer[resp] === 1 && isFarFrom(flow.move(id), 0)) return true;
    if (isServer[resp] === 1 && isPeer[orig] === 1 && isFarFrom(flow.move(id), 1)) return true;
  }
  return false;
}

function placeByFlows(
  scan: FlowScan,
  server: ReadonlySet<HostKey>,
  senders: readonly SenderSign[],
): CapturePlace {
  const seen = [...server].map((key) => scan.hosts.seen(key)).filter((traits) => traits !== null);
  if (seen.some(({ offloads }) => offloads)) {
    return { point: 'this_server', shownBy: { code: 'own_ip_length_not_filled_in' } };
  }
  if (isFarFromAny(scan, server, oversizePeers(senders, server))) {
    return { point: 'this_server', shownBy: { code: 'own_segments_oversize' } };
  }
  let initial = 0;
  let lowered = 0;
  let last = seen[0];
  for (const traits of seen) {
    initial += traits.initialTtls;
    lowered += traits.loweredTtls;
    if (last === undefined || traits.lastFlow > last.lastFlow) last = traits;
  }
  if (last === undefined) {
    const code = scan.hosts.isFull ? 'server_not_looked_at' : 'server_not_in_capture';
    return { point: 'unknown', shownBy: { code } };
  }
  if (initial / (initial + lowered) >= AGREEING_SHARE) {
    return { point: 'its_segment', shownBy: { code: 'own_ttl_untouched', ttl: last.lastTtl } };
  }
  return { point: 'elsewhere', shownBy: { code: 'own_ttl_lowered' } };
}

/** The side's TTL is untouched and its peer's is not: the capture lies on the side's end of the way. */
function isFarFrom(flow: Flow, side: 0 | 1): boolean {
  if (!flow.inUse || flow.packets(side) === 0) return false;
  const peer = flow.ttl(1 - side);
  return isInitialTtl(flow.ttl(side)) && peer > 0 && !isInitialTtl(peer);
}
