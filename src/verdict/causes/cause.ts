/**
 * A cause: what one thing explains. It joins the failing cells (rule × computer) that share it, so that a reader meets
 * one fault of a network once and not once for each of its computers.
 */
import type { Rule } from '../../rules/words/rule.js';
import type { HostKey } from '../words/host-key.js';
import type { Degradation, Fault } from '../words/reasons.js';
import type { Location } from '../words/words.js';

/**
 * By how far it reaches, the broadest first:
 * `icmp_sender`, `reset_sender`, `path_mtu`: one device that the packets show;
 * `rule`: a rule fails for every computer that tried it, and these work otherwise;
 * `subnet`: a rule fails for every computer of a network, and works elsewhere;
 * `host`: nothing of a computer answers;
 * `port`: some ports of one computer, which answers otherwise;
 * `ports_alike`: the same port of several computers that share nothing else;
 * `name`, `right`: a name that does not resolve, a right that is refused: these have no cells.
 */
export const CAUSE_KINDS = [
  'icmp_sender',
  'reset_sender',
  'path_mtu',
  'rule',
  'subnet',
  'host',
  'port',
  'ports_alike',
  'name',
  'right',
] as const;
export type CauseKind = (typeof CAUSE_KINDS)[number];

/** What was seen, one word for one fact; each needs another person or another action. */
export type Fact =
  | Exclude<Fault, 'none'>
  | 'time_exceeded'
  | 'answered_elsewhere'
  | 'unfit_answer'
  | 'unheard_address'
  | 'tls_refused'
  | 'wrong_service'
  | 'other'
  | 'unresolved'
  | 'denied'
  | Degradation;

/** Who has to act. */
export const OWNERS = [
  'server_admin',
  'computer_admin',
  'network_team',
  'dns_admin',
  'account_owner',
] as const;
export type Owner = (typeof OWNERS)[number];

export interface Cause {
  readonly kind: CauseKind;
  readonly fact: Fact;
  /** In the order of the rules; empty for causes without cells. */
  readonly rules: readonly Rule[];
  /** Computers that have it, in the order of the verdicts. */
  readonly hosts: readonly HostKey[];
  /** Indices into the verdicts, ascending: each failing verdict is in exactly one cause. */
  readonly cells: readonly number[];
  /** Computers on which one of its rules was tried within its reach: `hosts.length` of so many have it. */
  readonly tried: number;
  /** Computers on which one of its rules works, which is the counter-proof; 0 = none. */
  readonly worksFor: number;
  /** 'a.b.c.0/24', the name of a group, an address of a device or a name; '' = the cause has none. */
  readonly reach: string;
  readonly location: Location;
  readonly owner: Owner;
  /** Some cell is of a required rule. */
  readonly required: boolean;
  /** Nothing of it is blocked: it works, but badly. */
  readonly onlyDegraded: boolean;
}
