/** What the commands of a remedy are made from. */
import type { PortRange, Rule } from '../../../rules/words/rule.js';
import type { Literal } from './remedy-literal.js';

/** What is to be let through. All lists hold addresses of one version, at least one. */
export interface Repair {
  readonly rule: Rule;
  readonly version: 4 | 6;
  /** Addresses and networks, sorted. */
  readonly originators: readonly Literal[];
  readonly responders: readonly Literal[];
  /** The monitored computers one by one. */
  readonly computers: readonly Literal[];
  /** Some other port of these computers answers, or they themselves ask: they are up. */
  readonly alive: boolean;
  /** Responder ports; empty for ICMP. */
  readonly ports: readonly PortRange[];
}
