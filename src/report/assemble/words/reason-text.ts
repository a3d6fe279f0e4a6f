/** Why a verdict is what it is, in one sentence for each reason. */
import { ipv4Text, ipv6Text } from '../../../flow/record/address.js';
import type { Flow } from '../../../flow/flow.js';
import type { Rule } from '../../../rules/words/rule.js';
import { portsText } from '../../../rules/words/rule-text.js';
import { firstRejection } from '../../../verdict/flows/outcome.js';
import type { OutcomeReason, VerdictReason } from '../../../verdict/words/reasons.js';
import type { RuleVerdict } from '../../../verdict/words/rule-verdict.js';
import { healthSentence } from './health-text.js';
import type { Parties } from './parties.js';
import { outcomeReasonText } from './phrases.js';
import { detourSentence, wrongServiceSentence } from './service-text.js';

/** What the sentences are made of. */
interface SentenceParts {
  readonly v: RuleVerdict;
  /** The most telling flow; null = nothing was observed. */
  readonly flow: Flow | null;
  readonly parties: Parties;
  /** 'TCP 9003', or the ports of the rule. */
  readonly port: string;
  /** 'from this server to …'. */
  readonly way: string;
}

/** One sentence. */
export function reasonText(v: RuleVerdict, flow: Flow | null, parties: Parties): string {
  return SENTENCES[v.reason]({ v, flow, parties, port: portText(v, flow), way: route(parties) });
}

function portText(v: RuleVerdict, flow: Flow | null): string {
  if (v.rule.proto === 'icmp') return 'ICMP echo';
  return flow === null ? portsText(v.rule) : `${v.rule.proto.toUpperCase()} ${flow.port(1)}`;
}

function route(parties: Parties): string {
  return parties.inbound
    ? `from ${parties.computer} to this server`
    : `from this server to ${parties.computer}`;
}

function count(n: number, one: string, many: string): string {
  return n === 1 ? `one ${one}` : `${n} ${many}`;
}

/** Why silence is no sign of a fault, '' when the traffic is always needed. */
export function whyOptional(rule: Rule): string {
  if (rule.documentedOnly === true) return 'the vendor lists it, but nothing in practice uses it';
  if (rule.when === 'install') return 'it is used only while the agent is installed or checked';
  return rule.when === 'recording' ? 'it is used only while screen recording is on' : '';
}

/** Address that sent the ICMP error, '' when it is not known. */
export function icmpSender(flow: Flow | null): string {
  const rejection = flow === null ? null : firstRejection(flow);
  if (flow === null || rejection === null) return '';
  const words = rejection.note.sender;
  return flow.version === 4 ? ipv4Text(words[0]) : ipv6Text(...words);
}

/** The reason of the flows, in a few words; `otherwise` when there is none. */
function detailText({ detail }: RuleVerdict, otherwise: OutcomeReason): string {
  return outcomeReasonText(detail === 'none' ? otherwise : detail);
}

/** How many flows work, of how many. */
function worksText({ works, fails, unclear }: RuleVerdict): string {
  const total = works + fails + unclear;
  return total === works ? count(total, 'flow', 'flows') : `${works} of ${total} flows`;
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

function sentText({ v, flow }: SentenceParts): string {
  const attempts = flow === null ? 0 : flow.packets(0);
  return v.rule.proto === 'tcp' ? count(attempts, 'SYN', 'SYNs') : count(attempts, 'packet', 'packets');
}

function nothingSent({ v, parties, port, way }: SentenceParts): string {
  const seen = `No packet for ${port} ${way} was seen`;
  const optional = whyOptional(v.rule);
  if (optional !== '') return `${seen}, which is normal: ${optional}.`;
  if (parties.inbound)
    return `${seen}: it was not attempted, or stopped on the way or by the computer's own outbound firewall.`;
  const unknown = parties.computerAddress === '' ? ' The capture does not tell its address either.' : '';
  return `${seen}: it was not attempted, or this server's own outbound firewall stopped it, which leaves no packet.${unknown}`;
}

function synSilent(told: SentenceParts): string {
  const { parties, port, way } = told;
  const sent = sentText(told);
  if (parties.stopsHere === true) {
    return `${sent} for ${port} ${way} arrived at this server, and no answer left it: its own firewall drops them, or nothing listens behind its stealth mode.`;
  }
  const answerer = parties.inbound ? 'this server' : 'the computer';
  const dropped = `No answer to ${sent} for ${port} ${way}. Possible: a firewall on the way or on ${answerer} drops them`;
  return parties.isUp === true
    ? `${dropped}, or nothing listens there behind Windows stealth mode.`
    : `${dropped}, nothing listens there behind Windows stealth mode, or the host or the path is down.`;
}

function byRule({ blockingRule = '' }: Parties): string {
  return blockingRule === '' ? '' : ` by its rule "${blockingRule}"`;
}

/** Whose firewall: of the end that was asked, or that asked. */
function ownFirewall({ inbound, computer }: Parties, ofResponder: boolean): string {
  return inbound === ofResponder ? "this server's own firewall" : `${computer}'s own firewall`;
}

function rejected({ v, flow, port, way }: SentenceParts): string {
  return `${port} ${way} is ${detailText(v, 'icmp_unreachable')}, sent by ${icmpSender(flow) || 'an unknown host'}.`;
}

function tooLate({ port, way }: SentenceParts): string {
  return `${port} ${way} was tried just before the capture ended: too soon to tell.`;
}

function oneSided({ v, port, way }: SentenceParts): string {
  return `${port} ${way}: ${detailText(v, 'only_originator_captured')}; the other direction is missing from the capture.`;
}

/** Who answered instead. */
function from({ answerers = [] }: RuleVerdict): string {
  return answerers.length === 0 ? 'elsewhere' : answerers.join(', ');
}

/** What the flows say, as it is. */
function plain({ v, port, way }: SentenceParts): string {
  return `${port} ${way}: ${v.detail === 'none' ? 'nothing was seen' : outcomeReasonText(v.detail)}.`;
}

function degraded({ v, port, way }: SentenceParts): string {
  return healthSentence(v, port, way) || `${port} ${way} works, but not as it should.`;
}

const SENTENCES: Readonly<Record<VerdictReason, (told: SentenceParts) => string>> = {
  nothing_sent: nothingSent,
  name_not_resolved: ({ v, port, way }) =>
    `No packet for ${port} ${way} was seen, and none could be sent: its name did not resolve (${lookupText(v)}).`,
  neighbor_silent: ({ v, port, way }) =>
    `No packet for ${port} ${way} was seen, and none could be sent: nobody answers for its address on the local network (${neighborText(v)}), so it is down or not connected.`,
  hidden_by_ipsec: ({ port, way }) =>
    `No packet for ${port} ${way} can be read: the two speak IPsec (ESP), and what is in it is hidden.`,
  works: ({ v, port, way }) => `${port} ${way} works: ${detailText(v, 'answered')} (${worksText(v)}).`,
  alternative_works: ({ port, way }) =>
    `${port} ${way} works; only the alternative port failed, which Windows tries at the same time and drops.`,
  works_after_failures: ({ v, port, way }) =>
    `${port} ${way} works now: ${count(v.fails, 'earlier attempt', 'earlier attempts')} failed, ${count(v.works, 'later one', 'later ones')} succeeded.`,
  stopped_working: ({ v, port, way }) =>
    `${port} ${way} worked ${count(v.works, 'time', 'times')}, but the latest ${v.failsSince === 1 ? 'attempt' : `${v.failsSince} attempts`} failed.`,
  some_attempts_fail: ({ v, port, way }) =>
    `${port} ${way} works only sometimes: ${v.fails} of ${v.works + v.fails + v.unclear} flows failed.`,
  alternative_not_tried: ({ v, port, way }) =>
    `${port} ${way} fails (${detailText(v, 'request_silent')}), but the alternative port was not tried, which would do as well.`,
  lone_silence: ({ port, way }) =>
    `One attempt for ${port} ${way} stayed without an answer and was not repeated; the capture itself loses packets, and the answer may be among them.`,
  works_lone_silence: ({ v, port, way }) =>
    `${port} ${way} works: ${count(v.works, 'flow', 'flows')}. One attempt without an answer is not counted, because the capture itself loses packets.`,
  answers_left_out: ({ v, port, way }) =>
    v.works > 0
      ? `${port} ${way} works: ${count(v.works, 'flow', 'flows')}. Attempts without an answer are not counted, because the capture leaves answers out.`
      : `No answer for ${port} ${way} is in the capture, which leaves such packets out: it may have come.`,
  scm_fallback: ({ v, port, way }) => detourSentence(v, port, way),
  wrong_service: ({ v, port, way }) => wrongServiceSentence(v, port, way),

  session_cut_by_reset: degraded,
  session_cut_silently: degraded,
  large_segments_lost: degraded,
  zero_window: degraded,
  many_retransmissions: degraded,
  reset_at_first: degraded,
  rejected_at_first: degraded,
  old_connection_answers: degraded,
  slow_handshake: degraded,

  syn_silent: synSilent,
  syn_silent_client_gave_up: synSilent,
  request_silent: (told) =>
    `No answer to ${sentText(told)} for ${told.port} ${told.way}: dropped on the way${told.parties.isUp === true ? ' or not served' : ', not served, or the host is down'}.`,
  rst_answers_syn: ({ port, way }) =>
    `${port} ${way} is refused: every SYN was answered with a RST. Nothing listens on the port, or a firewall rejects it actively.`,
  icmp_time_exceeded: rejected,
  icmp_admin_prohibited: rejected,
  icmp_unreachable: rejected,
  icmp_port_unreachable: rejected,
  dropped_by_capturing_host: (told) =>
    `${told.port} ${told.way} is dropped by the capturing host${told.parties.stopsHere === true ? ', which is this server' : ''}: the capture marks its packets (${sentText(told)}) as dropped there, and nothing got through.`,
  reported_no_listener: (told) =>
    `Nothing listens on ${told.port} ${told.way}: Windows reported ${sentText(told)} as dropped because no socket was bound to the port. The host is up.`,
  reported_firewall: (told) =>
    `${told.port} ${told.way} is dropped by Windows: it reported ${sentText(told)} as stopped by its filtering platform, and nothing got through.`,
  reported_drop: (told) =>
    `${told.port} ${told.way} is dropped by Windows, as it reported of ${sentText(told)}, and nothing got through.`,
  logged_firewall: (told) =>
    `${told.port} ${told.way} is dropped by ${ownFirewall(told.parties, true)}${byRule(told.parties)}: its log tells of these packets (${sentText(told)}), and nothing got through.`,
  logged_no_listener: (told) =>
    `Nothing listens on ${told.port} ${told.way}: the firewall log of the host says that ${sentText(told)} met no socket there. The host is up.`,
  logged_before_wire: ({ v, parties, port, way }) =>
    `${port} ${way} is blocked before the wire: the log of ${ownFirewall(parties, false)} tells of ${count(v.fails, 'attempt', 'attempts')} that it blocked${byRule(parties)}, and none became a packet.`,
  syn_too_late: tooLate,
  request_too_late: tooLate,
  only_originator_captured: oneSided,
  only_responder_captured: oneSided,
  no_answer_by_design: ({ port, way }) =>
    `${port} ${way} was sent; this protocol has no answer, so arrival cannot be proven from here.`,

  syn_answered_elsewhere: ({ v, port, way }) =>
    `${port} ${way} fails: the SYN was answered from ${from(v)}, another address, with the right numbers; the sender, which never asked there, does not take it.`,
  ping_answered_elsewhere: ({ v, port, way }) =>
    `${port} ${way}: the replies came from ${from(v)}, another address, with the right identifier and sequence number; whether the product takes them the packets do not tell.`,
  answer_without_request: plain,

  data_both_ways: plain,
  data_one_way: plain,
  data_not_answered: plain,
  unknown_request_not_answered: plain,
  synack_unfit: plain,
  reset_while_idle: plain,
  closed_without_answer: plain,
  request_never_answered: plain,
  never_acknowledged: plain,
  tls_refused: plain,
  handshake_only: plain,
  seen_from_the_middle: plain,
  answered: plain,
  handshake_not_completed: plain,
  synack_too_late: ({ flow, port, way }) =>
    `${port} ${way} was answered late, ${flow === null ? 'seconds' : `${flow.synAckDelay.toFixed(1)} s`} after the SYN: the originator had given up, and reset the late SYN-ACK.`,
  client_reset_the_handshake: plain,
  challenge_ack: plain,
  reset_before_data: plain,
  reset_by_originator: plain,
  reset_from_the_middle: plain,
  reset_instead_of_answer: plain,
  closed_by_responder: plain,
  closed_by_originator: plain,
};
