/**
 * What live monitoring tells its outputs: verdicts with their history, changes, and the state of the capture.
 * Strings that come from the network are raw and hostile: an output must escape them.
 */
import type { LiveCounters, LiveIncident, SourceKind } from '../../capture/source/feed/source.js';
import type { Confidence, Location, Verdict } from '../../verdict/words/words.js';

/**
 * Changes that a snapshot and the state file carry for one rule and computer.
 * @reached the oldest is forgotten
 */
export const MAX_HISTORY = 20;
/**
 * Changes of all rules and computers that a snapshot carries, the latest ones.
 * @reached the oldest is left out
 */
export const MAX_RECENT_CHANGES = 500;
/**
 * Causes that a snapshot carries, the most serious ones.
 * @reached further ones are counted
 */
export const MAX_LIVE_CAUSES = 50;

/** Frames that made a verdict change. */
export interface LiveEvidence {
  /** '' when the frame is in no file. */
  readonly file: string;
  readonly frames: readonly number[];
  /** Wireshark display filter of the conversation. */
  readonly filter: string;
  /** What these frames show, in a few words. */
  readonly shows: string;
}

/** One line of the event stream, schema 'portwitness-event/1'; times are ISO 8601 UTC. */
export interface VerdictChange {
  readonly schema: 'portwitness-event/1';
  readonly type: 'verdict_changed';
  /** Goes up by one from event to event, across restarts. */
  readonly sequence: number;
  /** Packet time of the evidence that decided it. */
  readonly time: string;
  /** When the program noticed, by the clock of this machine. */
  readonly noticed: string;
  readonly rule: string;
  readonly ruleLabel: string;
  readonly host: string;
  readonly hostName: string;
  readonly from: Verdict;
  readonly to: Verdict;
  readonly reasonCode: string;
  readonly reason: string;
  readonly location: Location;
  readonly confidence: Confidence;
  readonly required: boolean;
  readonly evidence: readonly LiveEvidence[];
}

/** An event that is not about a verdict. */
export interface CaptureEvent {
  readonly schema: 'portwitness-event/1';
  readonly type: 'capture' | 'started' | 'stopped' | 'silence' | 'limit';
  readonly sequence: number;
  readonly time: string;
  readonly noticed: string;
  readonly code: string;
  readonly text: string;
}

export type LiveEvent = VerdictChange | CaptureEvent;

/** One rule x computer as it stands now. */
export interface LiveVerdict {
  readonly rule: string;
  readonly ruleLabel: string;
  readonly host: string;
  readonly hostName: string;
  readonly verdict: Verdict;
  /** What was seen, in a word or three. */
  readonly seen: string;
  readonly reasonCode: string;
  readonly reason: string;
  readonly location: Location;
  readonly confidence: Confidence;
  readonly required: boolean;
  /** Milliseconds since 1970, packet time: since when it stands, and the last evidence for it. 0 = never observed. */
  readonly since: number;
  readonly lastEvidence: number;
  /** Changes so far, kept ones oldest first. */
  readonly changes: number;
}

/** One thing that explains failing verdicts, in words. */
export interface LiveCause {
  /** The same as long as it is the same cause. */
  readonly key: string;
  /** What was seen, in a word or three. */
  readonly seen: string;
  /** What fails, where and for how many. */
  readonly title: string;
  readonly who: string;
  /** What they are to do. */
  readonly action: string;
  readonly computers: number;
  /** False is said beside the title: its ports need not work (`notRequired`). */
  readonly required: boolean;
  readonly onlyDegraded: boolean;
  /** Milliseconds since 1970, packet time, of the first packet that shows it; 0 = not known any more. */
  readonly since: number;
}

/** Rates over the time since the last snapshot. */
export interface LiveRates {
  readonly seconds: number;
  readonly packets: number;
  readonly bytes: number;
  readonly dropped: number;
}

export interface LiveRule {
  readonly id: string;
  readonly label: string;
  readonly required: boolean;
  /** 'TCP 9004' and 'computer → server', as in the report; '' or absent = not said. */
  readonly ports?: string;
  readonly direction?: string;
  /** No answer can be expected, so that `inconclusive` is no open question. */
  readonly oneWay?: boolean;
}

/** The whole state, made once a tick at the most and shared by all outputs. */
export interface LiveSnapshot {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly startedAt: number;
  /** Milliseconds within which the next is made, if all is well; absent = not told. */
  readonly nextWithin?: number;
  readonly version: string;
  readonly source: { readonly kind: SourceKind; readonly description: string };
  readonly server: { readonly addresses: readonly string[]; readonly reason: string };
  readonly counters: LiveCounters;
  readonly totals: {
    readonly frames: number;
    readonly packets: number;
    readonly bytes: number;
    /** In memory now. */
    readonly flows: number;
    readonly maxFlows: number;
    /** Left after their verdict was taken. */
    readonly flowsRetired: number;
    /** Given up for want of room before their end. */
    readonly flowsEvicted: number;
  };
  readonly rates: LiveRates;
  /** Milliseconds since 1970 of the last frame, 0 = none yet. */
  readonly lastFrameAt: number;
  readonly rules: readonly LiveRule[];
  readonly hosts: readonly { readonly address: string; readonly name: string }[];
  readonly verdicts: readonly LiveVerdict[];
  /** The most serious first, at most MAX_LIVE_CAUSES, and how many more there are. */
  readonly causes: readonly LiveCause[];
  readonly causesOmitted: number;
  readonly quality: readonly {
    readonly code: string;
    readonly level: 'good' | 'note' | 'warning' | 'serious';
    readonly text: string;
    readonly consequence: string;
  }[];
  /** The latest first, at most MAX_RECENT_CHANGES. */
  readonly recentChanges: readonly VerdictChange[];
  readonly incidents: readonly LiveIncident[];
  readonly summary: { readonly status: 'working' | 'findings' | 'inconclusive'; readonly sentence: string };
}

/** An output of live monitoring. None may throw; what it cannot write it counts and tells in `trouble`. */
export interface LiveOutput {
  /** Each event once, in order. */
  event?(event: LiveEvent): void;
  /** At most once a second. */
  snapshot?(snapshot: LiveSnapshot): void;
  /** Writes what is outstanding and lets go of files, sockets and the terminal. */
  close(): Promise<void>;
  /** '' = all is well; else one sentence, e.g. that the disk is full. */
  readonly trouble: string;
  /** Number of the last event that an earlier run gave to it, as far as it can tell. */
  readonly lastSequence?: number;
}
