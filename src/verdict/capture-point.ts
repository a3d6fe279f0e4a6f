/**
 * Where the capture was taken, from what only the sending host's own stack leaves in a frame: a TTL that no
 * router has lowered, an IP length that segmentation offload has not filled in yet, a checksum that the adapter
 * has still to fill in, segments longer than the link carries.
 */
import { Flow } from '../flow/flow.js';
import { FlowFlag } from '../flow/record.js';
import type { FlowTable } from '../flow/table.js';
import type { SenderSign } from '../flow/sender-signs.js';
import { hostKey, hostKeyOf, hostKeyText } from './server.js';
import type { HostKey } from './server.js';
import { DEFAULT_THRESHOLDS } from './thresholds.js';

/** TTLs that operating systems begin with. */
const INITIAL_TTLS: ReadonlySet<number> = new Set([32, 64, 128, 255]);
/** Share of this server's flows that must agree before its TTL is believed. */
const AGREEING_SHARE = 0.9;

/** `this_server`: on its own network card; `its_segment`: no router between; `elsewhere`: routers between. */
export type CapturePoint = 'this_server' | 'its_segment' | 'elsewhere' | 'unknown';

export interface CapturePlace {
  readonly point: CapturePoint;
  /** One sentence: what shows it. */
  readonly reason: string;
  /** The host that captured, when its own packets show it; absent = not known, or this server. */
  readonly host?: HostKey;
}

/** Packets of a host that must be verified before its checksums say anything. */
const MIN_VERIFIED = 3;

/** @param badShare share of wrong checksums from which on a sender's adapter had not filled them in */
export function placeOfCapture(
  table: FlowTable,
  server: ReadonlySet<HostKey>,
  senders: readonly SenderSign[] = [],
  badShare = DEFAULT_THRESHOLDS['bad-checksum-share'],
): CapturePlace {
  return placeByChecksums(senders, server, badShare) ?? placeByFlows(table, server, senders);
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
    return {
      point: 'this_server',
      reason:
        'The transport checksums of what this server sends are not filled in yet, those of others are right: captured on its own network card.',
    };
  }
  if (keys.length > 1 || server.size === 0) return null;
  return {
    point: 'elsewhere',
    reason: `The transport checksums of what ${hostKeyText(first)} sends are not filled in yet: captured on that computer, not on this server.`,
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

function placeByFlows(
  table: FlowTable,
  server: ReadonlySet<HostKey>,
  senders: readonly SenderSign[],
): CapturePlace {
  const flow = new Flow(table);
  const peers = oversizePeers(senders, server);
  let initial = 0;
  let lowered = 0;
  let ttl = 0;
  for (let id = 0; id < table.count; id++) {
    flow.move(id);
    if (!flow.inUse) continue;
    for (const side of [0, 1] as const) {
      if (flow.packets(side) === 0 || !server.has(hostKey(flow, side))) continue;
      if (flow.has(side === 0 ? FlowFlag.OrigOffload : FlowFlag.RespOffload)) {
        return {
          point: 'this_server',
          reason:
            'Frames sent by this server carry no IP length yet (segmentation offload), so they were captured on its own network card.',
        };
      }
      ttl = flow.ttl(side);
      if (peers.size > 0 && peers.has(hostKey(flow, 1 - side)) && isFarFrom(flow, side)) {
        return {
          point: 'this_server',
          reason:
            'This server sends segments longer than the network carries to a computer behind a router, so they were captured on its own network card.',
        };
      }
      if (INITIAL_TTLS.has(ttl)) initial++;
      else lowered++;
    }
  }
  const seen = initial + lowered;
  if (seen === 0) return { point: 'unknown', reason: 'No packet of this server is in the capture.' };
  if (initial / seen >= AGREEING_SHARE) {
    return {
      point: 'its_segment',
      reason: `Packets of this server have an untouched TTL (${ttl}), so no router lies between it and the capture point.`,
    };
  }
  return {
    point: 'elsewhere',
    reason: 'Packets of this server have a lowered TTL, so they were captured behind a router.',
  };
}

/** The side's TTL is untouched and its peer's is not: the capture lies on the side's end of the way. */
function isFarFrom(flow: Flow, side: 0 | 1): boolean {
  const peer = flow.ttl(1 - side);
  return INITIAL_TTLS.has(flow.ttl(side)) && peer > 0 && !INITIAL_TTLS.has(peer);
}

/** Routers that a packet has passed, from the nearest TTL that systems begin with. */
export function hopsOf(ttl: number): number {
  for (const initial of [32, 64, 128, 255]) if (ttl <= initial) return initial - ttl;
  return 0;
}
