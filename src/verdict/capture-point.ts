/**
 * Where the capture was taken, from what only the sending host's own stack leaves in a frame: a TTL that no
 * router has lowered, an IP length that segmentation offload has not filled in yet.
 */
import { Flow } from '../flow/flow.js';
import { FlowFlag } from '../flow/record.js';
import type { FlowTable } from '../flow/table.js';
import { hostKey } from './server.js';
import type { HostKey } from './server.js';

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
}

export function placeOfCapture(table: FlowTable, server: ReadonlySet<HostKey>): CapturePlace {
  const flow = new Flow(table);
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

/** Routers that a packet has passed, from the nearest TTL that systems begin with. */
export function hopsOf(ttl: number): number {
  for (const initial of [32, 64, 128, 255]) if (ttl <= initial) return initial - ttl;
  return 0;
}
