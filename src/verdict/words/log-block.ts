/** What a machine's own firewall log says it blocked, joined to a connection or to an attempt that became no packet. */
import type { HostKey } from './host-key.js';

/**
 * Why something was blocked: `connect`, `accept`: a filter where connections begin and are accepted; `no_listener`: the
 * layer that takes packets for which no socket is there (stealth mode); `not_told`: the log names no layer.
 */
export type BlockLayer = 'connect' | 'accept' | 'no_listener' | 'other' | 'not_told';

/**
 * How the log's times were held against the capture: it told them in UTC or in a zone that is known, the zone was inferred
 * from packets that it tells of, or its times were wrong by a whole number of quarters of an hour.
 */
export type LogTime = 'told' | 'inferred' | 'moved';

export interface LogBlock {
  /** The log, and the line or record in it, from 1. */
  readonly path: string;
  readonly unit: 'line' | 'record';
  readonly number: number;
  /** What stands there, in one line; raw. */
  readonly text: string;
  /** Seconds since 1970. */
  readonly time: number;
  readonly timeBy: LogTime;
  readonly layer: BlockLayer;
  /** The rule's name, and the run-time id of its filter; '' = not told. Raw. */
  readonly ruleName: string;
  readonly filterId: string;
  /** Whose firewall it was, and which end of the attempt that is. */
  readonly machine: HostKey;
  readonly at: 'originator' | 'responder';
  /** IP protocol. */
  readonly protocol: number;
  /** Port of the responder, 0 where the protocol has none. */
  readonly port: number;
}
