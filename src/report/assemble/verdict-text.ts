/** One verdict in sentences: the reason, what it rests on, and the next step. */
import { firstRejection } from '../../verdict/flows/outcome.js';
import type { Flow } from '../../flow/flow.js';
import { ipv4Text, ipv6Text } from '../../flow/address.js';
import type { Rule } from '../../rules/rule.js';
import { portsText } from '../../rules/rule-text.js';
import type { RuleVerdict } from '../../verdict/words/rule-verdict.js';
import { assumptionsOf, confidenceOf } from '../../verdict/judge/confidence.js';
import type { Grounds } from '../../verdict/judge/confidence.js';
import type { Confidence } from '../../verdict/words/words.js';
import type { NextStep } from '../model.js';
import { outcomeReasonText } from './phrases.js';
import { healthActor, healthChange, healthSentence } from './health-text.js';
import { quotedLiteral } from './remedy-literal.js';
import { detourSentence, wrongServiceSentence } from './service-text.js';

/** Who is who in a verdict, ready for a sentence. */
export interface Parties {
  /** Label of the computer, and its bare address. */
  readonly computer: string;
  readonly computerAddress: string;
  readonly serverAddress: string;
  /** The computer starts this traffic. */
  readonly inbound: boolean;
  /** Where the dynamic port of the most telling flow came from, in a few words; '' or absent = not known. */
  readonly portSource?: string;
  /** Its name in the user's list of computers; '' or absent = none. */
  readonly listedName?: string;
  /** What the computer sends arrives at this server and is stopped here. */
  readonly stopsHere?: boolean;
  /** Nobody answers for the address of the computer. */
  readonly hostDown?: boolean;
}

export interface VerdictText {
  readonly reason: string;
  readonly confidence: Confidence;
  readonly assumptions: readonly string[];
  readonly nextStep: NextStep;
}

/** @param flow the most telling flow, or null when nothing was observed */
export function verdictText(
  v: RuleVerdict,
  flow: Flow | null,
  parties: Parties,
  grounds: Grounds,
): VerdictText {
  const assumptions = assumptionsOf(v, flow?.packets(0) ?? 0, grounds);
  return {
    reason: withSource(reasonSentence(v, flow, parties), parties.portSource ?? ''),
    confidence: confidenceOf(v.verdict, assumptions),
    assumptions,
    nextStep: nextStepOf(v, flow, parties),
  };
}

function withSource(sentence: string, source: string): string {
  return source === '' ? sentence : `${sentence} ${source.charAt(0).toUpperCase()}${source.slice(1)}.`;
}

function portText(v: RuleVerdict, flow: Flow | null): string {
  if (v.rule.proto === 'icmp') return 'ICMP echo';
  return flow === null ? portsText(v.rule) : `${v.rule.proto.toUpperCase()} ${flow.port(1)}`;
}

/** Why a rule need not be proven, in a few words; '' for a required one. */
export function caveatOf(rule: Rule): string {
  if (rule.documentedOnly === true) return 'listed by the vendor, used by nothing in practice';
  if (rule.oneWay) return 'one way by design: it has no answer to prove it';
  if (rule.when === 'install') return 'used only during installation';
  return rule.when === 'recording' ? 'used only while recording' : '';
}

/** Why silence is no sign of a fault, '' when the traffic is always needed. */
function whyOptional(rule: Rule): string {
  if (rule.documentedOnly === true) return 'the vendor lists it, but nothing in practice uses it';
  if (rule.when === 'install') return 'it is used only while the agent is installed or checked';
  return rule.when === 'recording' ? 'it is used only while screen recording is on' : '';
}

function route(parties: Parties): string {
  return parties.inbound
    ? `from ${parties.computer} to this server`
    : `from this server to ${parties.computer}`;
}

function count(n: number, one: string, many: string): string {
  return n === 1 ? `one ${one}` : `${n} ${many}`;
}

/** What was asked in vain, in a few words. */
function neighborText({ askedInVain }: RuleVerdict): string {
  const { unanswered = 0, frame = 0 } = askedInVain ?? {};
  return `${count(unanswered, 'question', 'questions')} from frame ${frame} on`;
}

/** The look-up that failed, in a few words. */
function lookupText({ failedLookup }: RuleVerdict): string {
  if (failedLookup === undefined) return 'the look-up failed';
  const { source, error, frame } = failedLookup;
  return `${source.toUpperCase()}: ${error}, asked in frame ${frame}`;
}

function reasonSentence(v: RuleVerdict, flow: Flow | null, parties: Parties): string {
  const port = portText(v, flow);
  const way = route(parties);
  const total = v.works + v.fails + v.unclear;
  const flows = count(total, 'flow', 'flows');
  switch (v.reason) {
    case 'nothing_sent':
      if (whyOptional(v.rule) !== '')
        return `No packet for ${port} ${way} was seen, which is normal: ${whyOptional(v.rule)}.`;
      return parties.inbound
        ? `No packet for ${port} ${way} was seen: it was not attempted, or stopped on the way or by the computer's own outbound firewall.`
        : `No packet for ${port} ${way} was seen: it was not attempted, or this server's own outbound firewall stopped it, which leaves no packet.${parties.computerAddress === '' ? ' The capture does not tell its address either.' : ''}`;
    case 'name_not_resolved':
      return `No packet for ${port} ${way} was seen, and none could be sent: its name did not resolve (${lookupText(v)}).`;
    case 'neighbor_silent':
      return `No packet for ${port} ${way} was seen, and none could be sent: nobody answers for its address on the local network (${neighborText(v)}), so it is down or not connected.`;
    case 'works':
      return `${port} ${way} works: ${outcomeReasonText(v.detail === 'none' ? 'answered' : v.detail)} (${flows}).`;
    case 'alternative_works':
      return `${port} ${way} works; only the alternative port failed, which Windows tries at the same time and drops.`;
    case 'works_after_failures':
      return `${port} ${way} works now: ${count(v.fails, 'earlier attempt', 'earlier attempts')} failed, ${count(v.works, 'later one', 'later ones')} succeeded.`;
    case 'stopped_working':
      return `${port} ${way} worked ${count(v.works, 'time', 'times')}, but the latest ${v.failsSince === 1 ? 'attempt' : `${v.failsSince} attempts`} failed.`;
    case 'some_attempts_fail':
      return `${port} ${way} works only sometimes: ${v.fails} of ${total} flows failed.`;
    case 'alternative_not_tried':
      return `${port} ${way} fails (${outcomeReasonText(v.detail === 'none' ? 'request_silent' : v.detail)}), but the alternative port was not tried, which would do as well.`;
    case 'lone_silence':
      return `One attempt for ${port} ${way} stayed without an answer and was not repeated; the capture itself loses packets, and the answer may be among them.`;
    case 'works_lone_silence':
      return `${port} ${way} works: ${count(v.works, 'flow', 'flows')}. One attempt without an answer is not counted, because the capture itself loses packets.`;
    case 'scm_fallback':
      return detourSentence(v, port, way);
    case 'wrong_service':
      return wrongServiceSentence(v, port, way);
    default:
      return healthSentence(v, port, way) || failureSentence(v, flow, parties, port, way);
  }
}

function failureSentence(
  v: RuleVerdict,
  flow: Flow | null,
  parties: Parties,
  port: string,
  way: string,
): string {
  const attempts = flow === null ? 0 : flow.packets(0);
  const sent = v.rule.proto === 'tcp' ? count(attempts, 'SYN', 'SYNs') : count(attempts, 'packet', 'packets');
  const answerer = parties.inbound ? 'this server' : 'the computer';
  switch (v.reason) {
    case 'syn_silent':
    case 'syn_silent_client_gave_up':
      if (parties.stopsHere === true) {
        return `${sent} for ${port} ${way} arrived at this server, and no answer left it: its own firewall drops them, or nothing listens behind its stealth mode.`;
      }
      return (
        `No answer to ${sent} for ${port} ${way}. Possible: a firewall on the way or on ${answerer} drops them, ` +
        `nothing listens there behind Windows stealth mode, or the host or the path is down.`
      );
    case 'request_silent':
      return `No answer to ${sent} for ${port} ${way}: dropped on the way, not served, or the host is down.`;
    case 'rst_answers_syn':
      return `${port} ${way} is refused: every SYN was answered with a RST. Nothing listens on the port, or a firewall rejects it actively.`;
    case 'icmp_admin_prohibited':
    case 'icmp_unreachable':
    case 'icmp_port_unreachable':
      return `${port} ${way} is ${outcomeReasonText(v.reason)}, sent by ${(flow === null ? '' : icmpSender(flow)) || 'an unknown host'}.`;
    case 'dropped_by_capturing_host':
      return `${port} ${way} is dropped by the capturing host${parties.stopsHere === true ? ', which is this server' : ''}: the capture marks its packets (${sent}) as dropped there, and nothing got through.`;
    case 'syn_too_late':
    case 'request_too_late':
      return `${port} ${way} was tried just before the capture ended: too soon to tell.`;
    case 'only_originator_captured':
    case 'only_responder_captured':
      return `${port} ${way}: ${outcomeReasonText(v.reason)}; the other direction is missing from the capture.`;
    case 'no_answer_by_design':
      return `${port} ${way} was sent; this protocol has no answer, so arrival cannot be proven from here.`;
    default:
      return `${port} ${way}: ${v.detail === 'none' ? 'nothing was seen' : outcomeReasonText(v.detail)}.`;
  }
}

/** Address that sent the ICMP error, '' when it is not known. */
function icmpSender(flow: Flow): string {
  const rejection = firstRejection(flow);
  if (rejection === null) return '';
  const words = rejection.note.sender;
  return flow.version === 4 ? ipv4Text(words[0]) : ipv6Text(...words);
}

/** The command that repeats the attempt from the side that makes it. */
function confirmCommand(v: RuleVerdict, flow: Flow | null, parties: Parties): string {
  const target = parties.inbound ? parties.serverAddress : parties.computerAddress;
  if (v.reason === 'name_not_resolved') {
    const name = quotedLiteral(parties.listedName ?? '');
    return name === null ? '' : `Resolve-DnsName -Name ${name.text}`;
  }
  if (target === '') return '';
  if (v.rule.proto === 'icmp') return `Test-NetConnection -ComputerName ${target}`;
  const port = flow?.port(1) ?? v.rule.ports[0]?.from ?? 0;
  if (v.rule.proto === 'udp') return `portqry -n ${target} -p udp -e ${port}`;
  if (v.reason === 'wrong_service') return `Get-NetTCPConnection -State Listen -LocalPort ${port}`;
  if (parties.stopsHere === true) return `Get-NetTCPConnection -State Listen -LocalPort ${port}`;
  if (v.rule.evidence === 'rpc' && flow === null) return `portqry -n ${target} -e 135`;
  return `Test-NetConnection -ComputerName ${target} -Port ${port}`;
}

function nextStepOf(v: RuleVerdict, flow: Flow | null, parties: Parties): NextStep {
  const who = whoActs(v, flow, parties);
  const confirm = who === '' ? '' : confirmCommand(v, flow, parties);
  // Which program listens is asked where it should, everything else where the attempt is made.
  const atResponder = v.reason === 'wrong_service' || parties.stopsHere === true;
  const atComputer = parties.inbound !== atResponder;
  const where = atComputer ? `on ${parties.computer}` : 'on this server';
  return {
    who: who === '' ? '' : `${who.charAt(0).toUpperCase()}${who.slice(1)}.`,
    confirmWhere: confirm === '' ? '' : where,
    confirm,
    wouldChange: wouldChange(v, parties.inbound ? 'this server' : parties.computer),
  };
}

function whoActs(v: RuleVerdict, flow: Flow | null, parties: Parties): string {
  const target = parties.inbound ? 'this server' : parties.computer;
  if (v.verdict === 'working') return '';
  if (parties.hostDown === true) {
    return `the administrator of ${parties.computer} (is it running, and connected to its network?)`;
  }
  if (v.health !== undefined) return healthActor(v, parties.computer);
  if (v.reason === 'name_not_resolved') {
    return 'whoever administers DNS and name resolution, or keeps the list of computers (is the name right?)';
  }
  if (v.reason === 'neighbor_silent') return `the administrator of ${target} (is it up and connected?)`;
  if (v.verdict === 'not_observed') {
    if (whyOptional(v.rule) !== '') return '';
    return 'whoever takes the capture (15 minutes, with "retry" pressed in the product); if still nothing is sent, the administrator of the sending machine, whose own outbound firewall leaves no packet';
  }
  if (v.reason === 'client_reset_the_handshake') {
    return 'the administrator of the machine that opens the connection: it, or a device in its name, resets it';
  }
  if (v.verdict === 'inconclusive' && v.rule.oneWay) return '';
  if (v.verdict === 'inconclusive') return 'whoever takes the capture, to capture longer and both directions';
  switch (v.reason) {
    case 'rst_answers_syn':
      return `the administrator of ${target} (is the service running and listening?), then whoever manages firewalls that reject actively`;
    case 'icmp_admin_prohibited':
    case 'icmp_unreachable': {
      const sender = flow === null ? '' : icmpSender(flow);
      return sender === ''
        ? 'whoever manages the device that sent the ICMP message'
        : `whoever manages ${sender}, which sent the ICMP message`;
    }
    case 'icmp_port_unreachable':
      return `the administrator of ${target}`;
    case 'dropped_by_capturing_host':
      return `the administrator of ${parties.stopsHere === true ? 'this server' : 'the machine that took the capture'}: its own firewall or a filter driver drops the packets`;
    case 'wrong_service':
      return `the administrator of ${target} (which program listens on the port?)`;
    default:
      if (parties.stopsHere === true) {
        return 'the administrator of this server (is the service listening, does the firewall of this server let the port in?)';
      }
      return parties.inbound
        ? `the administrator of this server (its firewall, is the service listening?), together with whoever manages the firewalls between ${parties.computer} and this server`
        : `whoever manages the firewalls between this server and ${target}, together with the administrator of ${target} (firewall, service, host up?)`;
  }
}

function wouldChange(v: RuleVerdict, target: string): string {
  const answer = v.rule.proto === 'tcp' ? 'a SYN-ACK' : 'an answer';
  switch (v.verdict) {
    case 'working':
      return 'Later attempts that fail.';
    case 'not_observed':
      return 'Any attempt in a longer capture.';
    default:
      if (v.health !== undefined) return healthChange(v);
      if (v.reason === 'wrong_service') return `Seeing the right service answer on the port of ${target}.`;
      return `Seeing ${answer} from ${target} in a later capture.`;
  }
}
