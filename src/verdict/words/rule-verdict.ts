/** The answer for one rule and one computer, as the later steps and the report get it. */
import type { FailedLookup } from '../../recognise/facts/facts.js';
import type { Rule } from '../../rules/words/rule.js';
import type { AssumptionCode } from './assumptions.js';
import type { HostKey } from './host-key.js';
import type { LogBlock } from './log-block.js';
import type { Degradation, OutcomeReason, VerdictReason } from './reasons.js';
import type { Confidence, Location, Outcome, Verdict } from './words.js';

export interface RuleVerdict {
  readonly rule: Rule;
  readonly host: HostKey;
  readonly verdict: Verdict;
  readonly reason: VerdictReason;
  /** Outcome reason of the most telling flow; 'none' when there is no flow. */
  readonly detail: OutcomeReason | 'none';
  /** Flow ids that show it, the most telling first. */
  readonly flows: readonly number[];
  /** Flows of each outcome that occurred. */
  readonly outcomes: Iterable<readonly [Outcome, number]>;
  readonly works: number;
  readonly fails: number;
  readonly unclear: number;
  /** Failures after the last success. */
  readonly failsSince: number;
  /** Counts only because a 135 exchange came before, not because of its payload. */
  readonly presumed: boolean;
  /** The responder of a flow that works sent payload. */
  readonly spoken?: boolean;
  /** A flow that works showed the service that the rule is for. */
  readonly serviceConfirmed?: boolean;
  /** Another service, confirmed on a flow that therefore counts as failed, or suspected on one that works; '' = none. */
  readonly otherService?: string;
  /** What the capture's quality makes it rest on. */
  readonly cautions?: readonly AssumptionCode[];
  /** The look-up of its name; only with `name_not_resolved`. */
  readonly failedLookup?: FailedLookup;
  /** What was asked for its link address; only with `neighbor_silent`. */
  readonly askedInVain?: { readonly unanswered: number; readonly frame: number };
  /** Addresses from which answers came to what was asked of another one, as text. */
  readonly answerers?: readonly string[];
  /** What ails what works; only where the reason is an `Ailment`. */
  readonly health?: HealthFinding;
  /** What worked instead; only with `scm_fallback`. */
  readonly detour?: Detour;
  /** What firewall logs say was blocked of it; only where such a log tells of it. */
  readonly logged?: readonly LogBlock[];
  /** While monitoring: it stands from before the start, and nothing was seen of it since. */
  readonly recalled?: RecalledText;
}

/** The words of a verdict that stands from before the program was started. */
export interface RecalledText {
  readonly reason: string;
  readonly location: Location;
  readonly confidence: Confidence;
}

/** How the service control manager was reached although RPC over TCP failed. */
export interface Detour {
  /** Port of the pipe's connection. */
  readonly port: number;
  /** Seconds from the failed attempt to the pipe. */
  readonly delay: number;
}

export interface HealthFinding {
  readonly degradation: Degradation;
  /** Flows that have it, of those that were measured. */
  readonly flows: number;
  readonly measured: number;
  /**
   * slow_handshake, and what is refused at first: seconds to the slowest SYN-ACK · many_retransmissions: their share · zero_window: seconds of the
   * longest · sessions: whole seconds of silence before, 0 = less than two.
   */
  readonly value: number;
  /** A flow that shows it. */
  readonly example: number;
}
