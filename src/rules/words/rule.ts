/** Rule packs as plain readonly data: what a rule is once a pack has been read and checked. */

/** Half-open would surprise readers of firewall tables: both ends belong to the range. */
export interface PortRange {
  readonly from: number;
  readonly to: number;
}

/**
 * Who may stand at an end of a flow. `server` = this server; `computer` = any other unicast host (which peers
 * count as monitored computers follows from the flows); `any` = either; the casts are destinations only.
 */
export type RuleParty = 'server' | 'computer' | 'any' | 'broadcast' | 'multicast';

/** `required` rules get a verdict per computer; `known` and `background` only explain flows. */
export type PackKind = 'required' | 'known' | 'background';

/** What is known of the responder's end of a rule, for whoever has to open it. */
export interface RuleRemedy {
  /** For people: rules by the names that an English Windows shows, or what to open by hand. */
  readonly firewallRules: readonly string[];
  /** Built-in rule groups of Windows Firewall by their ids, the same in every language: '@FirewallAPI.dll,-28502'. */
  readonly firewallGroups: readonly string[];
  /** Path of the program that listens; '' = not known. */
  readonly program: string;
  /** Short name of the Windows service that listens, and the name that people see; '' = not known. */
  readonly service: string;
  readonly serviceTitle: string;
}

export interface Rule {
  /** Unique over all packs, e.g. 'ua-9004'. */
  readonly id: string;
  readonly pack: string;
  readonly kind: PackKind;
  /** Short title for a matrix column. */
  readonly label: string;
  /** The words of the vendor's document. */
  readonly purpose: string;
  readonly proto: 'tcp' | 'udp' | 'icmp';
  /** Responder ports; empty = any (ICMP). */
  readonly ports: readonly PortRange[];
  readonly from: RuleParty;
  readonly to: RuleParty;
  /** Allowed originator ports; empty = any. */
  readonly sourcePorts: readonly PortRange[];
  /** Services (recogniser names) that prove the rule. */
  readonly services: readonly string[];
  /** 'rpc': a flow counts only with payload evidence, because the port range is the whole dynamic range. */
  readonly evidence: 'none' | 'rpc';
  readonly when: 'always' | 'install' | 'recording';
  /** An answer cannot be expected (138/udp datagrams). */
  readonly oneWay: boolean;
  /** The vendor lists it but nothing in practice uses it: no traffic is normal and never a finding. */
  readonly documentedOnly?: boolean;
  /** What a reader should know besides; '' or absent = nothing. */
  readonly note?: string;
  /** Symptom strings that admins see and search for. */
  readonly symptoms: readonly string[];
  /** What to change where. */
  readonly remedy: RuleRemedy;
}

export interface RulePack {
  readonly id: string;
  readonly title: string;
  readonly kind: PackKind;
  readonly version: string;
  /** 'built in' or the path as given. */
  readonly source: string;
  /** Hex SHA-256 of the file's bytes. */
  readonly sha256: string;
  readonly rules: readonly Rule[];
}

/** What the matcher needs to know of a flow. */
export interface FlowFacts {
  readonly proto: 'tcp' | 'udp' | 'icmp';
  readonly origIsServer: boolean;
  readonly respIsServer: boolean;
  readonly origPort: number;
  readonly respPort: number;
  readonly respCast: 'unicast' | 'broadcast' | 'multicast';
}

/**
 * The best match: `exact` = ports and direction fit; `source_port` = all fits but the originator's port is
 * outside the rule; `wrong_direction` = a required rule names this port the other way round;
 * `needs_evidence` = only a rule with `evidence: 'rpc'` fits, which the port alone cannot prove.
 */
export interface Match {
  readonly kind: 'exact' | 'source_port' | 'wrong_direction' | 'needs_evidence' | 'none';
  readonly rule: Rule | null;
  /** Of a known rule: others that fit the port as well, so that the port alone does not tell them apart. */
  readonly others?: readonly Rule[];
  /** Of a known rule: the required one with `evidence: 'rpc'` whose range holds the port, too. */
  readonly withEvidence?: Match;
}
