/** What a firewall team is asked for: who may reach whom on which port, and what shows that it is needed. */
import type { TimeStamp } from './time-model.js';

export interface ChangeModel {
  /** The cause that it would mend, e.g. 'c1', and the rule that needs it. */
  readonly cause: string;
  readonly rule: string;
  /** Addresses and networks (CIDR), sorted; never wider than the computers, except for a network that fails whole. */
  readonly sources: readonly string[];
  readonly destinations: readonly string[];
  readonly protocol: 'tcp' | 'udp' | 'icmp';
  /** '9003', '139, 445', '49152-65535', 'echo request'. */
  readonly ports: string;
  /** First and last packet of the failed attempts. */
  readonly firstTime: TimeStamp;
  readonly lastTime: TimeStamp;
  /** Failed attempts in the capture. */
  readonly attempts: number;
  /** What the product needs it for, in the words of the rule. */
  readonly reason: string;
}
