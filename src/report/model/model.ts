/**
 * Everything a report format may print. Strings are born here and not before; a format adds only its own
 * escaping and layout. Any string that comes from a capture (names, comments, filters) is raw and hostile:
 * the format must escape it.
 */
import type { LogUse } from '../../verdict/firewall/join-logs.js';
import type { ZoneSource } from '../../verdict/firewall/log-clock.js';
import type { LogKind } from '../../verdict/firewall/log-entry.js';
import type { TraceFacts } from '../../capture/frames/trace-facts.js';
import type { ActivityModel } from './activity-model.js';
import type { CauseModel } from './cause-model.js';
import type { ChangeModel } from './change-model.js';
import type { FlowList, ServiceCertainty } from './flow-model.js';
import type { HostModel } from './host-model.js';
import type { PayloadModel } from './payload-model.js';
import type { TimeStamp } from './time-model.js';
import type { Confidence, Location, Outcome, Verdict } from '../../verdict/words/words.js';

export interface CaptureModel {
  readonly path: string;
  readonly sha256: string;
  readonly sizeBytes: number;
  readonly format: string;
  readonly packets: number;
  readonly firstTime: TimeStamp | null;
  readonly lastTime: TimeStamp | null;
  /** null = read to its end without damage. */
  readonly damage: { readonly offset: number; readonly kind: string; readonly message: string } | null;
  readonly interfaces: readonly {
    readonly name: string;
    readonly linkType: string;
    readonly snapLength: number;
    readonly filter: string;
    /** -1 = the capture does not say. */
    readonly received: number;
    readonly dropped: number;
  }[];
  /** Further ones, of which frames may come as well. */
  readonly interfacesOmitted: number;
  readonly application: string;
  readonly os: string;
  readonly comments: readonly string[];
  /** What only a Windows event trace tells; null = the capture is none. */
  readonly trace: TraceModel | null;
}

/** What an .etl tells of its machine and of the capture. */
export interface TraceModel extends Omit<TraceFacts, 'timeZone'> {
  /** The same for people, where it matters: sentences. */
  readonly notes: readonly string[];
}

export interface ServerModel {
  /** Empty when it is not known. */
  readonly addresses: readonly string[];
  readonly source: 'option' | 'inferred' | 'unknown';
  /** One sentence: from what it was inferred. */
  readonly reason: string;
}

export interface RuleModel {
  readonly id: string;
  readonly pack: string;
  /** Short column title, e.g. '9004 in'. */
  readonly label: string;
  /** The document's words. */
  readonly purpose: string;
  /** 'TCP 9004', 'TCP 139 or 445', 'ICMP' ... */
  readonly ports: string;
  /** 'computer → server' or 'server → computer'. */
  readonly direction: string;
  readonly when: 'always' | 'install' | 'recording';
  /** It must be proven before the result is 'working'; the other rules inform. */
  readonly required: boolean;
  /** Why it is not required, in a few words; '' for a required rule. */
  readonly caveat: string;
  /** No answer can be expected, so arrival is never proven. */
  readonly oneWay: boolean;
  /** Messages of the product that admins see when it fails. */
  readonly symptoms: readonly string[];
}

export interface PackModel {
  readonly id: string;
  readonly title: string;
  /** 'built in' or the path given. */
  readonly source: string;
  readonly sha256: string;
  readonly rules: number;
}

/** The list of computers that should appear, and how it compares with the capture. */
export interface InventoryModel {
  readonly path: string;
  readonly sha256: string;
  /** Rows of the list that are judged. */
  readonly computers: number;
  /** Those of which no packet was seen. */
  readonly notSeen: number;
  /** Monitored computers of the capture that are not in the list. */
  readonly unlisted: number;
  /** Rows that mean this server itself. */
  readonly isServer: number;
  /** Some computer has a group. */
  readonly grouped: boolean;
}

/** A log of the Windows firewall, and what came of it. */
export interface FirewallLogModel {
  readonly path: string;
  readonly sha256: string;
  readonly sizeBytes: number;
  readonly kind: LogKind;
  /** Lines or records with events, and those of them that tell of something blocked. */
  readonly entries: number;
  readonly blocked: number;
  /** Where the zone of its times is known from, and by how much they were moved. */
  readonly zone: ZoneSource;
  readonly movedMinutes: number;
  /** Entries that meet packets of theirs at their time. */
  readonly met: number;
  readonly use: Readonly<LogUse>;
  /** Cut or not understood; beyond a limit. */
  readonly malformed: number;
  readonly leftOut: number;
  /** All that matters of it, for people: sentences. */
  readonly notes: readonly string[];
}

export interface EvidenceModel {
  readonly file: string;
  /** Frame numbers in that file, ascending, at most 20; none of a log. */
  readonly frames: readonly number[];
  readonly firstTime: TimeStamp;
  readonly lastTime: TimeStamp;
  /** Wireshark display filter that shows exactly this conversation; '' of a log. */
  readonly filter: string;
  /** What these frames show, in a few words. */
  readonly shows: string;
  /** Instead of frames: what stands in a firewall log, `file`. Absent = frames of a capture. */
  readonly log?: LogQuote;
}

/** A line of a text, or a record of an XML, from 1; its words are raw. */
export interface LogQuote {
  readonly unit: 'line' | 'record';
  readonly number: number;
  readonly text: string;
  /** Name of the firewall rule, '' = not told; raw. */
  readonly rule: string;
}

/** One mark on the time axis of an attempt. */
export interface AttemptMark {
  /** Seconds since the first mark of the finding. */
  readonly at: number;
  readonly frame: number;
  readonly file: string;
  readonly kind:
    'syn' | 'syn_ack' | 'rst' | 'icmp' | 'dropped' | 'request' | 'answer' | 'fin' | 'capture_end';
  /** 'orig' | 'resp' | 'other' (a router's ICMP): who sent it. */
  readonly from: 'orig' | 'resp' | 'other';
  /** For people, e.g. 'SYN, attempt 2'. */
  readonly label: string;
}

/** What to do about a verdict. */
export interface NextStep {
  /** Who should act, a phrase with a capital and a full stop; '' = nobody has to. */
  readonly who: string;
  /** Where the command is to be run, e.g. 'on this server'; '' when there is none. */
  readonly confirmWhere: string;
  /** The command that repeats the attempt, and nothing else; '' = none. */
  readonly confirm: string;
  /** What observation would change the verdict. */
  readonly wouldChange: string;
}

/** A change that could mend a fault, to be reviewed before it is used. */
export interface RemedyModel {
  readonly kind:
    'exclude' | 'service' | 'windows_group' | 'windows_rule' | 'nftables' | 'azure_nsg' | 'change_request';
  readonly title: string;
  /** Where it is to be run or handed in, e.g. 'on this server, in PowerShell as administrator'. */
  readonly where: string;
  /** One line and nothing else: a command, or the words of the request. Holds no name from a capture. */
  readonly text: string;
  /** What to know before; '' = nothing. */
  readonly note: string;
}

/** What would mend a cause on all computers that have it. */
export interface RemedyGroupModel {
  /** Id of its first rule. */
  readonly rule: string;
  readonly location: Location;
  /** Computers with this fault, and how many of them the texts leave out because of a limit. */
  readonly computers: number;
  readonly addressesOmitted: number;
  /** In the order in which they are to be tried. */
  readonly remedies: readonly RemedyModel[];
}

export interface VerdictModel {
  /** Rule id. */
  readonly rule: string;
  readonly host: HostModel;
  readonly verdict: Verdict;
  /** What was seen, in a word or three: 'No answer', 'Rejected by 10.20.0.1', 'Not tried'; it may hold an address. */
  readonly seen: string;
  /** Machine-readable reason, e.g. 'no_answer', 'refused', 'icmp_admin_prohibited', 'established'. */
  readonly reasonCode: string;
  /** The reason in one sentence. */
  readonly reason: string;
  readonly location: Location;
  readonly locationReason: string;
  readonly confidence: Confidence;
  /** Machine-readable assumption codes. */
  readonly assumptions: readonly string[];
  readonly evidence: readonly EvidenceModel[];
  readonly attempts: readonly AttemptMark[];
  readonly nextStep: NextStep;
  /** Index into the report's `remedies`, -1 = none. */
  readonly remedy: number;
  /** Flows of this rule and computer, by outcome. */
  readonly outcomes: readonly { readonly outcome: Outcome; readonly flows: number }[];
  /** Required rules decide the exit code; the others inform. */
  readonly required: boolean;
}

/** All verdicts, each made when it is asked for, so that many thousands never exist at once. */
export interface VerdictList extends Iterable<VerdictModel> {
  readonly length: number;
  /** Undefined outside 0 .. length-1. */
  at(index: number): VerdictModel | undefined;
}

/** What a measure of the capture's quality counts. */
export type QualityUnit = '' | 'share' | 'frames' | 'flows' | 'seconds' | 'bytes';

export interface QualityModel {
  readonly code: string;
  readonly level: 'good' | 'note' | 'warning' | 'serious';
  readonly text: string;
  /** What was measured; null = the check has no number. Shares are 0 .. 1. */
  readonly measured: number | null;
  /** '' with `measured` null. */
  readonly unit: QualityUnit;
  /** The threshold it was held against, by its name on the command line; null = any at all is told. */
  readonly threshold: { readonly name: string; readonly value: number } | null;
  /** What it does to the verdicts; '' = nothing. */
  readonly consequence: string;
  /** The same for programs, e.g. 'withholds_lone_silence'. */
  readonly effects: readonly string[];
}

/** What the payload showed beside the ports. */
export interface ObservationModel {
  /** 'clear_remoting', 'access_denied', 'lookup_failed', 'port_named_not_tried'. */
  readonly code: string;
  /** A warning is to be acted on. */
  readonly level: 'warning' | 'note';
  readonly title: string;
  /** One or two sentences. */
  readonly text: string;
  readonly who: string;
  readonly count: number;
  readonly evidence: EvidenceModel;
}

/** Unexpected flows with the same reason, responder port and direction, counted together. */
export interface UnexpectedModel {
  readonly reason: string;
  readonly proto: string;
  readonly orig: string;
  readonly resp: string;
  readonly respPort: number;
  readonly service: string;
  readonly serviceCertainty: ServiceCertainty;
  readonly outcome: Outcome;
  readonly flows: number;
  readonly bytes: number;
  readonly evidence: EvidenceModel;
}

export interface TotalsModel {
  readonly frames: number;
  readonly packets: number;
  readonly bytes: number;
  readonly flows: number;
  readonly hosts: number;
  readonly byOutcome: Readonly<Record<string, number>>;
  readonly byClass: Readonly<Record<string, number>>;
  readonly byVerdict: Readonly<Record<string, number>>;
  /** The same for the required rules alone. */
  readonly byRequiredVerdict: Readonly<Record<string, number>>;
  readonly byConnState: Readonly<Record<string, number>>;
  /** Frames that hold no IP packet, by kind. */
  readonly nonIp: number;
}

/** A limit that was reached. */
export interface LimitModel {
  readonly code: string;
  /** For people. */
  readonly name: string;
  /** How far it goes; 0 = it has no number, and all that occurs is counted. */
  readonly limit: number;
  /** What was beyond it. */
  readonly count: number;
  /** What that means for the report: sentences. */
  readonly means: string;
}

/** What a report that leaves the building says of itself: what stands for what in it, in sentences. */
export interface SharedModel {
  readonly replaced: string;
  readonly kept: string;
}

export interface ReportModel {
  readonly generator: { readonly version: string; readonly node: string; readonly platform: string };
  readonly generatedAt: TimeStamp;
  readonly commandLine: string;
  readonly timeZone: string;
  readonly captures: readonly CaptureModel[];
  readonly firstTime: TimeStamp | null;
  readonly lastTime: TimeStamp | null;
  readonly server: ServerModel;
  readonly packs: readonly PackModel[];
  readonly rules: readonly RuleModel[];
  readonly hosts: readonly HostModel[];
  /** null = no list was given. */
  readonly inventory: InventoryModel | null;
  /** Logs of the Windows firewall; absent = none was given. */
  readonly firewallLogs?: readonly FirewallLogModel[];
  readonly summary: {
    readonly status: 'working' | 'findings' | 'inconclusive';
    /** The verdict in one sentence. */
    readonly sentence: string;
    /** What to do first: one sentence in the imperative. */
    readonly action: string;
    /** The command that belongs to it and where to run it; '' = none. */
    readonly confirmWhere: string;
    readonly confirm: string;
    readonly exitCode: 0 | 1 | 3;
  };
  readonly quality: readonly QualityModel[];
  /** Every rule x computer, hosts in `hosts` order, rules in `rules` order within a host. */
  readonly verdicts: VerdictList;
  /** What explains the failing verdicts, those that matter most first; see `verdict/causes`. */
  readonly causes: readonly CauseModel[];
  /** What would mend the faults; verdicts refer to it. */
  readonly remedies: readonly RemedyGroupModel[];
  /** What firewall teams are asked for, by cause. */
  readonly changes: readonly ChangeModel[];
  /** Indices into `verdicts` of what a reader must look at, worst first. */
  readonly findings: readonly number[];
  /** What the payload showed beside the ports, to be acted on first. */
  readonly observations: readonly ObservationModel[];
  readonly observationsOmitted: number;
  readonly unexpected: readonly UnexpectedModel[];
  /** Groups that were left out of `unexpected` because of its limit. */
  readonly unexpectedOmitted: number;
  /** What was looked for and not found, each a sentence with its number. */
  readonly notFound: readonly string[];
  readonly flows: FlowList;
  /** When flows began, for pictures; null = the capture has no length, or a saved result, which does not hold it. */
  readonly activity: ActivityModel | null;
  readonly payload: PayloadModel;
  readonly totals: TotalsModel;
  readonly weirds: readonly { readonly name: string; readonly count: number }[];
  /** Named limits that were reached. */
  readonly limits: readonly LimitModel[];
  /** Ctrl-C or another reason ended the run before the end of the input; '' = complete. */
  readonly interrupted: string;
  /** Names and addresses are pseudonyms; absent = they are what was captured. */
  readonly shared?: SharedModel;
}
