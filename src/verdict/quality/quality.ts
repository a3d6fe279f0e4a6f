/**
 * What the capture itself can and cannot show, judged before the traffic. Each finding has a code with its values, a
 * measure, a threshold with a name, and effects that the gate applies to the verdicts. The report says it in words.
 */
import type { PlaceSign } from '../words/capture-place.js';
import type { ThresholdName } from './thresholds.js';

export type QualityLevel = 'good' | 'note' | 'warning' | 'serious';
export type QualityUnit = '' | 'share' | 'frames' | 'flows' | 'seconds' | 'bytes';

/**
 * What a finding does to verdicts: silence after a single attempt is no answer at all (`withholds_lone_silence`),
 * silence is believed less (`lowers_silence`), an ICMP rejection may be hidden (`hides_icmp`), what was not observed
 * may be hidden or not have been due (`hides_attempts`, `misses_cadence`), flows are missing (`misses_flows`);
 * answers were left out, so that no silence counts (`withholds_silence`), or no missing ACK (`withholds_half_open`).
 */
export type QualityEffect =
  | 'withholds_silence'
  | 'withholds_half_open'
  | 'withholds_lone_silence'
  | 'lowers_silence'
  | 'hides_icmp'
  | 'hides_attempts'
  | 'misses_cadence'
  | 'misses_flows';

/** By code: the values that the finding's sentences need. Addresses are texts, times and lengths of time seconds. */
export interface QualityValues {
  no_defect_found: NoValues;
  no_frames: NoValues;
  /** Byte offsets at which files stop, and what the reader says of them. */
  damaged_file: {
    readonly files: readonly { readonly path: string; readonly offset: number; readonly message: string }[];
  };
  /** `why`: what ended the run, a sentence of whoever ended it. */
  interrupted: { readonly why: string };
  loss_unknown: NoValues;
  frames_lost: { readonly frames: bigint };
  acked_unseen_segments: { readonly flows: number; readonly of: number };
  flows_evicted: { readonly flows: number };
  link_type_not_read: {
    readonly frames: number;
    readonly of: number;
    readonly linkTypes: readonly LinkTypeCount[];
  };
  firewall_log: { readonly linkTypes: readonly number[] };

  /** Of firewall logs: times that were moved by so many minutes, by which so many entries meet their packets. */
  log_times_wrong: { readonly path: string; readonly minutes: number; readonly met: number };
  /** Minutes ahead of UTC. */
  log_zone_inferred: { readonly path: string; readonly minutes: number; readonly met: number };
  /** Entries on required ports, in a local time whose zone nothing tells. */
  log_zone_unknown: { readonly path: string; readonly entries: number };
  /** Entries on required ports, from and to (seconds since 1970), none of them within the capture. */
  log_of_other_time: {
    readonly path: string;
    readonly entries: number;
    readonly from: number;
    readonly to: number;
  };

  /** Windows event traces: read while they were written, or with their beginning overwritten. */
  trace_not_stopped: { readonly path: string };
  trace_circular: { readonly path: string };

  one_direction_only: { readonly flows: number; readonly of: number };
  midstream_flows: { readonly flows: number; readonly of: number };
  captured_at_server: { readonly shownBy: PlaceSign };
  captured_elsewhere: { readonly shownBy: PlaceSign };

  /** Filters as the capture declares them, and which of the needed packets they hide. */
  capture_filter: {
    readonly filters: readonly string[];
    readonly hidesIcmp: boolean;
    readonly hidesMapper: boolean;
  };
  only_syns: NoValues;
  only_syns_and_syn_acks: NoValues;
  only_control_segments: NoValues;
  sampled: NoValues;
  /** Pairs of hosts, the first ones and how many more. */
  hidden_by_ipsec: {
    readonly packets: number;
    readonly pairs: readonly (readonly [string, string])[];
    readonly more: number;
  };
  tunnels_not_opened: { readonly packets: number; readonly protocols: readonly UnreadProtocol[] };
  no_icmp: NoValues;
  no_arp: NoValues;
  no_port_135: NoValues;

  short_capture: { readonly seconds: number };
  frames_without_time: { readonly frames: number };
  time_goes_backwards: { readonly seconds: number; readonly frames: number };
  frames_reordered: { readonly frames: number; readonly seconds: number };
  /** The first of them, its date (seconds since 1970), and how many more. */
  clock_outliers: { readonly frame: number; readonly sec: number; readonly more: number };
  time_gap: { readonly seconds: number };

  /** `snapLength` 0 = not declared; `lengthLost`: the file lost the original length of some. */
  snapped_frames: {
    readonly frames: number;
    readonly of: number;
    readonly snapLength: number;
    readonly lengthLost: boolean;
  };
  /** `apart`: those that another interface or file holds a constant time before or after, and those seconds. */
  duplicate_packets: {
    readonly copies: number;
    readonly of: number;
    readonly byId: number;
    readonly apart: number;
    readonly seconds: number;
  };
  segmentation_offload: { readonly frames: number };
  oversize_segments: { readonly segments: number; readonly bytes: number };
  malformed_frames: { readonly frames: number; readonly of: number };
  only_dropped_frames: NoValues;
  drop_verdicts: { readonly frames: number };

  /** What a monitored capture met while it went on. */
  capture_gaps: { readonly times: number; readonly seconds: number };
  clock_jumps: { readonly times: number };
  /** `seconds`: a silence lasted so long at least; `still`: one lasts yet. */
  capture_silent: { readonly times: number; readonly seconds: number; readonly still: boolean };
  /** What an output says of its trouble, a sentence. */
  output_trouble: { readonly trouble: string };
}

export interface LinkTypeCount {
  readonly linkType: number;
  readonly frames: number;
}

/** Packets that are counted and not looked into: by IP protocol, by what GRE carries, or by the UDP port of a tunnel. */
export type UnreadProtocol = { readonly packets: number } & (
  { readonly protocol: number } | { readonly greType: number } | { readonly udpPort: number }
);

type NoValues = Readonly<Record<never, never>>;

export type QualityCode = keyof QualityValues;

export type QualityFinding<C extends QualityCode = QualityCode> = {
  readonly [K in C]: {
    readonly code: K;
    readonly level: QualityLevel;
    readonly values: QualityValues[K];
    /** In `unit`; null = the check has no number. */
    readonly measured: number | null;
    readonly unit: QualityUnit;
    /** Null = any at all is told. */
    readonly threshold: { readonly name: ThresholdName; readonly value: number } | null;
    readonly effects: readonly QualityEffect[];
  };
}[C];
