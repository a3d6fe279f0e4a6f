/** A cause in words: what fails for whom, who acts, and the one thing to do. */
import type { Cause, Owner } from '../../../verdict/causes/cause.js';
import type { Rule } from '../../../rules/words/rule.js';
import { portsText } from '../../../rules/words/rule-text.js';
import { FACT_WORDING } from '../../text/fact-wording.js';
import { counted } from '../../text/quantities.js';

/** Rules named in a title; the rest is counted. */
const MAX_RULES_NAMED = 4;

/** What the words need beside the cause. Texts of the capture are raw. */
export interface CauseNames {
  /** Short title of a rule. */
  readonly labelOf: (rule: string) => string;
  /** 'ws02 (10.20.1.22)' for the cause's first computer. */
  readonly firstHost: string;
  /** The address that sent the ICMP messages, '' = none. */
  readonly sender: string;
  /** Behind the fact: ' at times', '' = always. */
  readonly how: string;
}

function listText(words: readonly string[]): string {
  const named = words.slice(0, MAX_RULES_NAMED);
  const more = words.length - named.length;
  if (more > 0) return `${named.join(', ')} and ${more} more`;
  return named.length < 2 ? (named[0] ?? '') : `${named.slice(0, -1).join(', ')} and ${named.at(-1)}`;
}

/** '9003', '9003 and 135', '9003, 135, 445, ICMP and 2 more'. @param behindFrom "from" says what "in" would */
function rulesText({ rules }: Cause, { labelOf }: CauseNames, behindFrom = false): string {
  const titleOf = (id: string): string => (behindFrom ? labelOf(id).replace(/ in$/, '') : labelOf(id));
  return listText([...new Set(rules.map(({ id }) => titleOf(id)))]);
}

/** Of the range that RPC may use, what Windows does use: nobody is told to open the whole. */
const DYNAMIC_PORTS = 'the dynamic RPC ports (TCP 49152-65535 unless changed)';

/** 'TCP 9003', 'TCP 139 or 445 and ICMP'; ports that another rule has all of are not told again. */
function portsOf({ rules }: Cause): string {
  const told = rules.filter((rule) => !rules.some((other) => other !== rule && hasMore(other, rule)));
  return listText([
    ...new Set(told.map((rule) => (rule.evidence === 'rpc' ? DYNAMIC_PORTS : portsText(rule)))),
  ]);
}

function hasMore(other: Rule, rule: Rule): boolean {
  if (other.proto !== rule.proto || other.evidence !== rule.evidence) return false;
  if (other.ports.length <= rule.ports.length) return false;
  return rule.ports.every(({ from, to }) => other.ports.some((one) => one.from <= from && to <= one.to));
}

function others(n: number): string {
  return n === 0 ? '' : `; it works for ${counted(n, 'other')}`;
}

function factText({ fact }: Cause, { sender, how }: CauseNames): string {
  const { does } = FACT_WORDING[fact];
  return (fact === 'rejected' && sender !== '' ? `${does} by ${sender}` : does) + how;
}

/** One line without a full stop: what fails, in which direction, for how many. */
export function causeTitle(cause: Cause, names: CauseNames): string {
  const inbound = isInbound(cause);
  const ports = rulesText(cause, names, inbound);
  const fact = factText(cause, names);
  const all = counted(cause.hosts.length, 'computer');
  const to = inbound ? 'from' : 'to';
  const traffic = `${ports} ${to} ${forHosts(cause, names)}`;
  switch (cause.kind) {
    case 'icmp_sender':
      if (cause.fact === 'time_exceeded') return `${traffic}: time exceeded, says ${cause.reach}${names.how}`;
      if (cause.fact === 'unfinished') return `${traffic}: ${cause.reach} turns the answers away${names.how}`;
      return `${traffic}: ${FACT_WORDING[cause.fact].does} by ${cause.reach}${names.how}`;
    case 'reset_sender':
      return `${traffic}: reset by a device on the way`;
    case 'path_mtu':
      return `${traffic}: large packets do not get through`;
    case 'rule':
      return `${ports} ${to} all ${all} ${inbound ? 'that tried it' : 'that were tried'}: ${fact}`;
    case 'subnet':
      return `${ports} ${to} ${cause.reach}: ${fact} for ${cause.hosts.length} of its ${counted(cause.tried, 'computer')}${others(cause.worksFor)}`;
    case 'host':
      return `${names.firstHost}: nothing of it answers (${rulesText(cause, names)})`;
    case 'port':
      return `${traffic}: ${fact}${others(cause.worksFor)}`;
    case 'ports_alike':
      return `${ports} ${to} ${all} that share no network: ${fact}${others(cause.worksFor)}`;
    case 'name':
      return `${cause.reach} does not resolve`;
    case 'right':
      return `A right is refused on ${forHosts(cause, names)}`;
  }
}

function isInbound({ rules }: Cause): boolean {
  return rules.every(({ to }) => to === 'server');
}

function forHosts({ hosts }: Cause, { firstHost }: CauseNames): string {
  return hosts.length === 1 ? firstHost : counted(hosts.length, 'computer');
}

/** Who acts, to stand alone or behind 'ask'. */
export function ownerText(cause: Cause, names: CauseNames): string {
  const computers =
    cause.hosts.length === 1 ? names.firstHost : `these ${counted(cause.hosts.length, 'computer')}`;
  const texts: Readonly<Record<Owner, string>> = {
    server_admin: 'the administrator of this server',
    computer_admin: `the administrator of ${computers}`,
    network_team:
      cause.kind === 'icmp_sender'
        ? `the firewall or network team that runs ${cause.reach}`
        : 'the firewall or network team',
    dns_admin: 'whoever runs DNS',
    account_owner: 'the owner of the account',
  };
  return texts[cause.owner];
}

/** What they are to do: one sentence in the imperative. */
export function causeAction(cause: Cause, names: CauseNames): string {
  const ports = portsOf(cause);
  const inbound = isInbound(cause);
  const way = wayText(cause, names, inbound);
  const where = endText(cause, names);
  if (names.how !== '' && cause.fact === 'silent') {
    // It worked: neither a missing rule nor a service that never ran explains it.
    return `Find out why ${ports} ${way} gets no answer${names.how}: the service and its load, or what changed on the way.`;
  }
  const asked = cause.owner === 'network_team' ? askedOfNetwork(cause, ports, way) : null;
  if (asked !== null) return asked;
  if (cause.kind === 'host')
    return `Check that ${names.firstHost} is running, connected, and has this address.`;
  return actionFor(cause, { ports, way, where, inbound });
}

interface ActionParts {
  readonly ports: string;
  readonly way: string;
  /** The end that the owner looks after. */
  readonly where: string;
  readonly inbound: boolean;
}

/** What mends a fact, where the owner can. */
function actionFor(cause: Cause, { ports, way, where, inbound }: ActionParts): string {
  switch (cause.fact) {
    case 'silent':
    case 'unfinished':
      if (beginsIt(cause, inbound)) return `Let ${ports} ${way} out through the firewall of ${where}.`;
      return letIn(cause, ports, where);
    case 'refused':
      return `Start the service of ${ports} on ${where}, or find what refuses it.`;
    case 'filtered':
      return `Let ${ports} ${way} ${beginsIt(cause, inbound) ? 'out' : 'in'} through the firewall of ${where}.`;
    case 'rejected':
      return `Allow ${ports} ${way}.`;
    case 'dropped':
      return `Find what drops ${ports} on the machine that captured: no service that listens, its firewall or a filter driver.`;
    case 'not_serving':
      return `Find out why the service of ${ports} on ${where} takes connections and does not serve them.`;
    case 'time_exceeded':
      return `Correct the routes ${cause.reach === '' ? way : `on ${cause.reach} and its neighbours, ${way}`}: packets go round until their hops are used up.`;
    case 'answered_elsewhere':
      return `Make ${where} answer ${ports} from the address that is called: find the second network card, NAT or load balancer.`;
    case 'unheard_address':
      return `Check to which address ${where} resolves, and whether the way to it is open: it is called at one from which nothing comes, and heard from another.`;
    case 'unfit_answer':
      return `Find what answers ${ports} for ${where}: its SYN-ACKs do not fit the SYNs, as those of a proxy or a firewall that rewrites numbers.`;
    case 'tls_refused':
      return `Make both ends of ${ports} agree on TLS on ${where}: versions, cipher suites, certificates.`;
    case 'wrong_service':
      return `Find the program that answers on ${ports} of ${where}.`;
    case 'session_cut_by_reset':
    case 'session_cut_silently':
      return `Find the device ${way} that drops open sessions of ${ports}.`;
    case 'reset_at_first':
    case 'rejected_at_first':
      return `Find the device or service that turns away the first attempt for ${ports} ${way}.`;
    case 'old_connection_answers':
      return `Find out why ${where} still holds older connections on the same ports.`;
    case 'large_segments_lost':
      return `Find the link ${way} with the smaller MTU, and let ICMP "fragmentation needed" and "packet too big" through.`;
    case 'zero_window':
      return `Find out why the program that uses ${ports} stops reading.`;
    case 'many_retransmissions':
      return `Find where packets are lost ${way}.`;
    case 'slow_handshake':
      return `Find out why ${where} takes so long to accept ${ports}.`;
    case 'unresolved':
      return `Make ${cause.reach} resolve.`;
    case 'denied':
      return 'Give the account the right that was refused.';
    case 'other':
      return `Look at the evidence of ${ports} ${way}.`;
  }
}

/** Who begins the traffic stops it himself. */
function beginsIt({ owner }: Cause, inbound: boolean): boolean {
  return inbound !== (owner === 'server_admin');
}

/** Nothing listens for pings. */
function letIn({ rules }: Cause, ports: string, where: string): string {
  return rules.every(({ proto }) => proto === 'icmp')
    ? `Allow ping (ICMP echo) in the firewall of ${where}.`
    : `Allow ${ports} in the firewall of ${where} and check that the service listens.`;
}

/** Of what fails on the way; null = the fact says what to do. */
function askedOfNetwork({ kind, fact, reach }: Cause, ports: string, way: string): string | null {
  switch (fact) {
    case 'silent':
    case 'unfinished':
    case 'dropped':
      if (kind === 'icmp_sender') return `Let the answers to ${ports} through on ${reach}, ${way}.`;
      return `Allow ${ports} ${way}.`;
    case 'rejected':
      return kind === 'icmp_sender' ? `Allow ${ports} on ${reach}, ${way}.` : `Allow ${ports} ${way}.`;
    case 'refused':
    case 'not_serving':
      return `Find the device ${way} that ends connections of ${ports}, and allow them there.`;
    default:
      return null;
  }
}

function wayText(cause: Cause, names: CauseNames, inbound: boolean): string {
  const computers = cause.kind === 'subnet' ? cause.reach : forHosts(cause, names);
  return inbound ? `from ${computers} to this server` : `from this server to ${computers}`;
}

/** The end that the owner looks after; of a fault on the way, the one that is called. */
function endText(cause: Cause, names: CauseNames): string {
  const inbound = isInbound(cause);
  if (cause.owner === 'server_admin' || (cause.owner !== 'computer_admin' && inbound)) return 'this server';
  return cause.hosts.length === 1 ? names.firstHost : `these ${counted(cause.hosts.length, 'computer')}`;
}
