/** What a scenario is: who tries what, and what stands in the way. Its truth follows from these and nothing else. */
import type { Location, Verdict } from '../../src/verdict/words/words.js';
import type { Computer } from './network.js';
import type { Setting } from './settings.js';
import type { CauseOverride } from './truth-causes.js';

/**
 * What a program tries once; all but `server` and `wrong_way` start on the server.
 *   icmp ping · netbios nmblookup · 139, 445 smbclient on that port · smb both · rpc rpcclient over 135 and the
 *   mapped port · service_control the same for svcctl with the detour over 445 · agent 9003 · server 9004 from the
 *   computer · wrong_way 9003 from the computer · test_* connects to 9003, 9004 (from the computer), 135 or 445, says
 *   nothing and closes, as port tests do
 */
export type Attempt =
  | 'icmp'
  | 'netbios'
  | '139'
  | '445'
  | 'smb'
  | 'rpc'
  | 'service_control'
  | 'agent'
  | 'server'
  | 'wrong_way'
  | 'test_agent'
  | 'test_server'
  | 'test_mapper'
  | 'test_smb';

export interface Try {
  readonly attempt: Attempt;
  readonly computer: Computer;
  /** IP version; default 4. */
  readonly version?: 4 | 6;
  /** Seconds after the start of the scenario. */
  readonly after?: number;
  /** Further arguments of tcp_peer.py, for `agent`, `server` and port tests. */
  readonly how?: readonly string[];
  /** The address that is called, where it is not the one of the computer or the server. */
  readonly to?: string;
  /** Must the client get what it wants? Default: what the faults imply; undefined beside a `setting`. */
  readonly succeeds?: boolean;
}

export const PORTS = [
  'tcp/9003',
  'tcp/9004',
  'tcp/135',
  'tcp/dynamic',
  'tcp/139',
  'tcp/445',
  'udp/137',
  'icmp',
] as const;
/** What a firewall rule speaks of. 9004 is called by the computer, all others by the server. */
export type Port = (typeof PORTS)[number];

/** A firewall that stands between the two; `answers` stops what comes back instead of what is asked. */
export interface FirewallFault {
  readonly where: 'router' | 'computer' | 'server';
  readonly action: 'drop' | 'drop_answers' | 'reset' | 'icmp_prohibited' | 'icmp_port';
  /** 'all' = every packet between the two. */
  readonly ports: readonly Port[] | 'all';
  readonly computers: readonly Computer[];
  /** Seconds after the start at which the rule comes into force; 0 = before the first packet. */
  readonly after?: number;
  /** A further nftables condition, such as 'numgen random mod 3 == 0'. */
  readonly when?: string;
}

/** Nothing listens: the daemon is really stopped. `server` = the program behind 9004. */
export interface StoppedService {
  readonly where: 'service';
  readonly service: 'agent' | 'rpc' | 'smb' | 'netbios' | 'server';
  /** Empty for `server`. */
  readonly computers: readonly Computer[];
  /** Seconds after the start at which an agent is started after all. */
  readonly until?: number;
}

/** The computer's network adapter is down. */
export interface HostDown {
  readonly where: 'link';
  readonly computers: readonly Computer[];
  /** Seconds after the start at which it goes down, while the server still believes to know its link address. */
  readonly after?: number;
}

/**
 * Another program listens on 9003, or the right one that reads nothing for a while after each message (`stall`),
 * answers every FIN with a RST (`abort`), refuses TLS (`tls_alert`), or names its computer (`named`).
 */
export interface OtherProgram {
  readonly where: 'agent_program';
  readonly speaks: 'http' | 'ssh' | 'stall' | 'abort' | 'tls_alert' | 'named';
  readonly computers: readonly Computer[];
}

/** The network itself is another one: commands in namespaces, in settings.ts. Says nothing of truth: overrides do. */
export interface OtherNetwork {
  readonly where: 'setting';
  readonly setting: Setting;
  readonly computers: readonly Computer[];
  /** Seconds after the start at which it becomes so; absent = before the first packet. */
  readonly after?: number;
}

export type Fault = FirewallFault | StoppedService | HostDown | OtherProgram | OtherNetwork;

export const RULES = [
  'ua-9004-in',
  'ua-9003',
  'ua-smb-rpc',
  'ua-wmi-dynamic',
  'ua-135',
  'ua-udp-137',
  'ua-udp-138',
  'ua-udp-139',
  'ua-smb-video',
  'ua-icmp',
] as const;
export type RuleId = (typeof RULES)[number];

/** What must be said of one rule and one computer. */
export interface Expected {
  /** Any of these is right. */
  readonly verdicts: readonly Verdict[];
  /** True as well, but less than the packets show; inconclusive and not_observed are always weaker. */
  readonly weaker: readonly Verdict[];
  /** Where the fault really is; empty = there is none to place. */
  readonly locations: readonly Location[];
  /** The packets alone cannot tell where it is. */
  readonly mayBeUnknown: boolean;
  /** The reasoning, in one line. */
  readonly why: string;
}

/** An expectation that does not follow from the firewall alone. */
export interface Override extends Partial<Omit<Expected, 'why'>> {
  /** Default: every computer. */
  readonly computer?: Computer;
  /** Default: every rule that would not be not_observed. */
  readonly rule?: RuleId;
  readonly why: string;
}

/** What a firewall of Windows writes: `netsh wfp show netevents`, events 5157 of the Security log, pfirewall.log. */
export type WindowsLog = 'netevents' | 'security' | 'pfirewall';

/** A drop as Windows reports it: MS-ETL pktmon event 170. */
export interface WindowsDrop {
  readonly reason: number;
  readonly location: number;
}

/** A change made to the capture after it was taken. */
export type Edit =
  /** Only frames that the server sent, or only those that it received. */
  | { readonly edit: 'one_direction'; readonly keep: 'sent' | 'received' }
  /** Ends so many seconds after the first SYN to that port, or right after its first `syns` SYNs. */
  | { readonly edit: 'cut'; readonly port: number; readonly secondsAfterSyn: number }
  /** Every frame a second time, as a second capture component or the other side of a router shows it. */
  | { readonly edit: 'duplicate'; readonly as: 'same' | 'routed' | 'tagged' }
  /** As if captured with a filter, which the file names. */
  | { readonly edit: 'filter'; readonly expression: string }
  /** An 802.1Q tag in every frame. */
  | { readonly edit: 'tag'; readonly vlan: number }
  /** What this server and the computer say to each other lies in ESP (IPv4), which this kernel cannot do. */
  | { readonly edit: 'esp'; readonly computer: Computer }
  /** As two cards deliver: what was received stands so many seconds later in the file than its time says. */
  | { readonly edit: 'two_cards'; readonly seconds: number };

export interface Scenario {
  readonly name: string;
  /** What happens, in one line. */
  readonly title: string;
  readonly tries: readonly Try[];
  readonly faults: readonly Fault[];
  readonly overrides?: readonly Override[];
  /** Kind and owner of its cause, where they do not follow from the fault. */
  readonly cause?: CauseOverride;
  /** Nothing is run: the capture of this scenario is edited; `tries` and `faults` are those of it. */
  readonly from?: string;
  readonly edits?: readonly Edit[];
  /** The log of this server's firewall is given beside the capture. */
  readonly log?: WindowsLog;
  /** The capture is a trace of pktmon that reports this of every SYN to 9004. */
  readonly reported?: WindowsDrop;
  /** Addresses of the server beside its usual ones. */
  readonly serverAlso?: readonly string[];
  /** The program is not told which host the server is. */
  readonly serverUnnamed?: boolean;
  /** The one address by which all computers of the scenario appear: one of two, or that of a NAT. */
  readonly seenAs?: string;
  /** Rows of computers that there may be at most; absent = it is not counted. */
  readonly computers?: number;
  /** Addresses that are no computer: nothing may be said of them but that nothing is known. */
  readonly strangers?: readonly string[];
}

/** One of everything that the product does with a computer. */
export function round(computer: Computer, version: 4 | 6 = 4): Try[] {
  const attempts: readonly Attempt[] =
    version === 4 ? ['icmp', 'netbios', 'smb', 'rpc', 'agent', 'server'] : ['icmp', '445', 'agent', 'server'];
  return attempts.map((attempt) => ({ attempt, computer, version }));
}

/** `round` without some attempts. */
export function roundWithout(computer: Computer, ...left: readonly Attempt[]): Try[] {
  return round(computer).filter(({ attempt }) => !left.includes(attempt));
}

/** A scenario made from the capture of another one. */
export function edited(
  base: Scenario,
  name: string,
  title: string,
  edits: readonly Edit[],
  overrides: readonly Override[] = [],
): Scenario {
  return {
    name,
    title,
    tries: base.tries,
    faults: base.faults,
    from: base.name,
    edits,
    overrides: [...(base.overrides ?? []), ...overrides],
    ...(base.cause === undefined ? {} : { cause: base.cause }),
  };
}
