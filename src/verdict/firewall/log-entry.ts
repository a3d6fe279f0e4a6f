/** What the firewall of Windows wrote of one packet or connection, whichever of its logs it stands in. */
import type { AddressWords } from '../../flow/record/address.js';
import type { BlockLayer } from '../words/log-block.js';

/**
 * `packet_log`: pfirewall.log · `net_events`: netsh wfp show netevents, or netsh wfp capture · `security`: the Security log
 * as XML · `filters`: netsh wfp show filters, which holds names and no events.
 */
export type LogKind = 'packet_log' | 'net_events' | 'security' | 'filters';

export interface LogEnd {
  readonly address: AddressWords;
  /** 0 where the protocol has none. */
  readonly port: number;
}

export interface LogEntry {
  /** Of the line or of the record, from 1. */
  readonly number: number;
  readonly action: 'block' | 'allow';
  /** Seconds since 1970: UTC, or as the machine's own clock showed it where the log tells local time. */
  readonly time: number;
  /** IP protocol. */
  readonly protocol: number;
  /** Seen from the machine whose log it is; null = the line does not tell. */
  readonly direction: 'in' | 'out' | null;
  /** The machine's own end and the other one; `endsUnsure`: Windows writes them both ways round. */
  readonly local: LogEnd;
  readonly remote: LogEnd;
  readonly endsUnsure: boolean;
  readonly layer: BlockLayer;
  /** Run-time id of the filter that decided, '' = not told. */
  readonly filterId: string;
  /** Name of the rule as the log itself tells it, '' = it does not. */
  readonly ruleName: string;
  /** For evidence: the line, or the record's values in one line. */
  readonly text: string;
}

/** What was counted while a log was read. */
export interface LogCounts {
  /** Lines or records. */
  records: number;
  blocked: number;
  allowed: number;
  /** Of other kinds, and blocked packets that begin no connection. */
  other: number;
  /** Cut or not understood. */
  malformed: number;
  /** Bytes 0 that a crash left. */
  nulBytes: number;
  /** Events that the firewall says it could not write. */
  lost: number;
  /** Entries that a limit left out. */
  omitted: number;
}

export function noCounts(): LogCounts {
  return {
    records: 0,
    blocked: 0,
    allowed: 0,
    other: 0,
    malformed: 0,
    nulBytes: 0,
    lost: 0,
    omitted: 0,
  };
}

/** One log, as far as it was read. */
export interface FirewallLog {
  readonly path: string;
  readonly kind: LogKind;
  readonly sha256: string;
  readonly bytes: number;
  /** Whose time the entries have. */
  readonly clock: 'utc' | 'local';
  readonly unit: 'line' | 'record';
  readonly entries: readonly LogEntry[];
  readonly counts: Readonly<LogCounts>;
  /** By run-time id of the filter. */
  readonly filterNames: ReadonlyMap<string, string>;
  /** Why reading ended before the file did: a sentence, '' = it did not. */
  readonly damage: string;
}
