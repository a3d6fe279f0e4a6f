/** One verdict in sentences: the reason, what it rests on, and the next step. */
import type { Flow } from '../../../flow/flow.js';
import type { Rule } from '../../../rules/words/rule.js';
import type { RuleVerdict } from '../../../verdict/words/rule-verdict.js';
import { assumptionsOf, confidenceOf } from '../../../verdict/judge/confidence.js';
import type { Grounds } from '../../../verdict/judge/confidence.js';
import type { Confidence } from '../../../verdict/words/words.js';
import type { NextStep } from '../../model/model.js';
import { healthActor, healthChange } from '../words/health-text.js';
import type { Parties } from '../words/parties.js';
import { icmpSender, reasonText, whyOptional } from '../words/reason-text.js';
import { quotedLiteral } from '../remedies/remedy-literal.js';

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
    reason: withSource(reasonText(v, flow, parties), parties.portSource ?? ''),
    confidence: confidenceOf(v.verdict, assumptions),
    assumptions,
    nextStep: nextStepOf(v, flow, parties),
  };
}

function withSource(sentence: string, source: string): string {
  return source === '' ? sentence : `${sentence} ${source.charAt(0).toUpperCase()}${source.slice(1)}.`;
}

/** Why a rule need not be proven, in a few words; '' for a required one. */
export function caveatOf(rule: Rule): string {
  if (rule.documentedOnly === true) return 'listed by the vendor, used by nothing in practice';
  if (rule.oneWay) return 'one way by design: it has no answer to prove it';
  if (rule.when === 'install') return 'used only during installation';
  return rule.when === 'recording' ? 'used only while recording' : '';
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

function blockingRule({ blockingRule: rule = '' }: Parties): string {
  if (rule !== '') return `the firewall rule "${rule}"`;
  return 'a rule of its firewall ("netsh wfp show netevents" and "netsh wfp show filters" name it)';
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
  if (v.reason === 'hidden_by_ipsec') {
    return `whoever tests it by hand at both ends: no capture of these packets shows what IPsec hides`;
  }
  if (v.reason === 'neighbor_silent') return `the administrator of ${target} (is it up and connected?)`;
  if (v.verdict === 'not_observed') {
    if (whyOptional(v.rule) !== '') return '';
    if (parties.longCapture === true) {
      return 'whoever administers the product ("retry" while capturing); if still nothing is sent, the administrator of the sending machine, whose own outbound firewall leaves no packet';
    }
    return 'whoever takes the capture (15 minutes, with "retry" pressed in the product); if still nothing is sent, the administrator of the sending machine, whose own outbound firewall leaves no packet';
  }
  if (v.reason === 'client_reset_the_handshake') {
    return 'the administrator of the machine that opens the connection: it, or a device in its name, resets it';
  }
  if (v.reason === 'synack_too_late') {
    return `the administrator of ${target} (why does it answer so late?), together with whoever manages the way to it`;
  }
  if (v.reason === 'syn_answered_elsewhere' || v.reason === 'ping_answered_elsewhere') {
    return `the administrator of ${target} (by which of its addresses does it answer, and why?), together with whoever manages NAT and routing on the way`;
  }
  if (v.reason === 'unknown_request_not_answered' || v.reason === 'reset_while_idle') {
    return `the administrator of ${target} (which program listens on the port, and does it serve?)`;
  }
  if (v.verdict === 'inconclusive' && v.rule.oneWay) return '';
  if (v.verdict === 'inconclusive') {
    return `whoever takes the capture, to capture ${parties.longCapture === true ? '' : 'longer and '}both directions`;
  }
  return failedActor(v, flow, parties);
}

/** Who acts where an attempt was made and failed. */
function failedActor(v: RuleVerdict, flow: Flow | null, parties: Parties): string {
  const target = parties.inbound ? 'this server' : parties.computer;
  switch (v.reason) {
    case 'rst_answers_syn':
      return `the administrator of ${target} (is the service running and listening?), then whoever manages firewalls that reject actively`;
    case 'icmp_time_exceeded':
    case 'icmp_admin_prohibited':
    case 'icmp_unreachable': {
      const sender = icmpSender(flow);
      return sender === ''
        ? 'whoever manages the device that sent the ICMP message'
        : `whoever manages ${sender}, which sent the ICMP message`;
    }
    case 'icmp_port_unreachable':
      return `the administrator of ${target}`;
    case 'dropped_by_capturing_host':
      return `the administrator of ${parties.stopsHere === true ? 'this server' : 'the machine that took the capture'}: it drops the packets itself, since nothing listens on the port, or by its firewall or a filter driver`;
    case 'closed_without_answer':
    case 'request_never_answered':
      return `the administrator of ${target} (the service takes connections and does not answer: is it hung, overloaded, or refusing this client?)`;
    case 'never_acknowledged':
      return `whoever manages SYN proxies, load balancers and firewalls before ${target}, then the administrator of ${target}: connections are accepted, and what is sent on them goes nowhere`;
    case 'tls_refused':
      return `the administrators of both ends: they do not agree on a TLS version, cipher or certificate`;
    case 'synack_unfit':
      return `whoever manages SYN proxies, load balancers and firewalls before ${target}, then the administrator of ${target}: the SYN-ACK acknowledges a number that was never sent`;
    case 'reported_no_listener':
      return `the administrator of ${target} (is the service running and listening?)`;
    case 'reported_firewall':
      return `the administrator of ${parties.stopsHere === true ? 'this server' : 'the Windows machine that took the capture'}: which rule of its firewall drops the packets (netsh wfp show netevents)`;
    case 'logged_no_listener':
      return `the administrator of ${target} (is the service running and listening?)`;
    case 'logged_firewall':
      return `the administrator of ${target}: ${blockingRule(parties)} drops the packets`;
    case 'logged_before_wire':
      return `the administrator of ${parties.inbound ? parties.computer : 'this server'}: ${blockingRule(parties)} blocks what it sends`;
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
