/** A cause as every format gets it: one thing that explains failing cells, or a finding of the payload. */
import type { CauseKind, Fact, Owner } from '../../verdict/causes/cause.js';
import type { Confidence, Location } from '../../verdict/words/words.js';
import type { HostModel } from './host-model.js';
import type { TimeStamp } from './time-model.js';

export interface CauseModel {
  /** Stable within one result: 'c1', 'c2' … in the order of importance. */
  readonly id: string;
  readonly kind: CauseKind;
  readonly fact: Fact;
  /** What fails, where and for how many, in one line. Raw: it may hold names of the capture. */
  readonly title: string;
  /** The same with its required rules alone, for the first sentence of the report. Raw. */
  readonly headline: string;
  /** Rule ids. */
  readonly rules: readonly string[];
  /** Computers that have it; the first MAX_CAUSE_HOSTS of them are listed. */
  readonly computers: number;
  readonly hosts: readonly HostModel[];
  /** Computers within its reach on which one of the rules was tried, and others on which they work. */
  readonly tried: number;
  readonly worksFor: number;
  /** Indices into the report's `verdicts`; empty for findings of the payload. */
  readonly cells: readonly number[];
  /** A network, a group, an address or a name; '' = none. */
  readonly reach: string;
  readonly location: Location;
  readonly locationReason: string;
  readonly confidence: Confidence;
  readonly assumptions: readonly string[];
  readonly owner: Owner;
  /** Who that is here, e.g. 'the administrator of ws02 (10.20.1.22)'. */
  readonly who: string;
  /** What they are to do: one sentence in the imperative. */
  readonly action: string;
  /** The command that confirms it, and where to run it; '' = none. */
  readonly confirmWhere: string;
  readonly confirm: string;
  /** Index into the report's `remedies`, -1 = none. */
  readonly remedy: number;
  /** First and last packet of the flows that show it; null = nothing was sent. */
  readonly firstTime: TimeStamp | null;
  readonly lastTime: TimeStamp | null;
  readonly required: boolean;
  readonly onlyDegraded: boolean;
}
