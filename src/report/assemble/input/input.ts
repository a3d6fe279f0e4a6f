/** What a report is made from: the result of an analysis, as the report sees it. */
import type { CaptureFile } from '../../../capture/frames/frame.js';
import type { Meter } from '../../../flow/meter.js';
import type { Facts } from '../../../recognise/facts/facts.js';
import type { RuleMatcher } from '../../../rules/match.js';
import type { RulePack } from '../../../rules/words/rule.js';
import type { Gate } from '../../../verdict/judge/gate.js';
import type { JoinedLogs } from '../../../verdict/firewall/join-logs.js';
import type { JoinedInventory } from '../../../verdict/inventory/inventory.js';
import type { Judgement } from '../../../verdict/judge/judge.js';
import type { QualityFinding } from '../../../verdict/quality/quality.js';
import type { FlowCounts } from './counts.js';
import type { UnexpectedGroup } from './counts.js';

/** What a monitored capture knows beside its flows. */
export interface MonitorFacts {
  /** Flows that have left memory after they were judged. */
  readonly leftFlows: number;
  readonly leftCounts: FlowCounts;
  /** Unexpected ones of them, by the key of their group. */
  readonly leftUnexpected: ReadonlyMap<string, UnexpectedGroup>;
  /** ... that are in no group because of a limit. */
  readonly leftUngrouped: number;
  /** Frames that kernel and interface lost; null = not known. */
  readonly lost: bigint | null;
  /** What happened to the capture itself. */
  readonly findings: readonly QualityFinding[];
}

export interface ReportInput {
  readonly files: readonly CaptureFile[];
  readonly meter: Meter;
  /** What the payload showed. */
  readonly facts: Facts;
  readonly matcher: RuleMatcher;
  readonly packs: readonly RulePack[];
  /** What the capture is worth, judged before the traffic. */
  readonly gate: Gate;
  readonly judgement: Judgement;
  /** Seconds that an answer was given before silence counted. */
  readonly answerWait: number;
  /** Ports of the product's own protocol: the agents' and the server's. */
  readonly productPorts: ReadonlySet<number>;
  /** '' = everything was read. */
  readonly interrupted: string;
  /** The computers that should appear, null or absent = no list was given. */
  readonly inventory?: JoinedInventory | null;
  /** Logs of the Windows firewall, null or absent = none was given. */
  readonly logs?: JoinedLogs | null;
  /** Addresses given for this server that occur in no flow; absent = none. */
  readonly serverMissing?: readonly string[];
  /** Absent: a saved capture. */
  readonly monitor?: MonitorFacts;
}
