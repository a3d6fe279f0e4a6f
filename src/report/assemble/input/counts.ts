/** What is counted over flows, also over those that have left memory. */

export interface FlowCounts {
  readonly byOutcome: Record<string, number>;
  readonly byClass: Record<string, number>;
  readonly byConnState: Record<string, number>;
  hosts: number;
  tcp: number;
  resets: number;
  icmpErrors: number;
  retransmissions: number;
  wrongDirection: number;
}

/** Unexpected flows that have reason, ends, port and service in common. */
export interface UnexpectedGroup {
  /** Stays in the table. */
  readonly firstFlow: number;
  flows: number;
  bytes: number;
}
