/** Codes of the judgement in the words of the report. */
import type { NamedService } from '../../../recognise/facts/services.js';
import type { Rule } from '../../../rules/words/rule.js';
import type { Attribution } from '../../../verdict/flows/rpc-evidence.js';
import type { ClassReason } from '../../../verdict/flows/classify.js';
import type { OutcomeReason } from '../../../verdict/words/reasons.js';

const OUTCOME_TEXT: Readonly<Record<OutcomeReason, string>> = {
  data_both_ways: 'connected, data in both directions',
  data_one_way: 'connected, data of the responder only',
  data_not_answered: 'connected, and what was sent was not answered',
  unknown_request_not_answered:
    'accepted; a request that is not known to be of this service was not answered',
  handshake_only: 'connected, no data',
  seen_from_the_middle: 'in use; began before the capture',
  rst_answers_syn: 'refused: a RST answered the SYN',
  icmp_unreachable: 'rejected: ICMP destination unreachable',
  icmp_time_exceeded: 'stopped on the way: ICMP time exceeded (the TTL ran out, as in a routing loop)',
  icmp_admin_prohibited: 'rejected: ICMP administratively prohibited',
  icmp_port_unreachable: 'rejected: ICMP port unreachable',
  syn_silent: 'no answer to the SYN',
  syn_silent_client_gave_up: 'no answer to the SYN; the sender gave up with a RST',
  syn_too_late: 'the capture ends too soon after the SYN',
  handshake_not_completed: 'SYN-ACK seen, but the connection was never completed',
  synack_unfit: 'the SYN-ACK acknowledges a number that was never sent, so no connection can come about',
  synack_too_late: 'the SYN-ACK came late, and the originator had given up and reset it',
  client_reset_the_handshake: 'the originator answered the SYN-ACK with a RST',
  challenge_ack: 'the SYN was answered with an ACK of an older connection on the same ports',
  reset_before_data: 'reset by the responder after the handshake, before any data',
  closed_without_answer:
    'accepted; the request was taken, and the connection closed without a single byte of answer',
  request_never_answered: 'accepted; the request was acknowledged and never answered',
  never_acknowledged:
    'accepted, but no byte sent on it was ever acknowledged: something completes handshakes and passes nothing on',
  tls_refused: 'the TLS handshake failed: it ended in a fatal alert, so no session came about',
  reset_while_idle: 'connected, and reset by the responder later, without any data',
  reset_by_originator: 'connected, then reset by the originator before any data (a port test does this)',
  reset_from_the_middle: 'a connection from before the capture was reset',
  reset_instead_of_answer: 'the responder reset the connection instead of answering',
  closed_by_responder: 'accepted and closed at once by the responder',
  closed_by_originator: 'connected and closed at once by the originator (a port test does this)',
  only_originator_captured: 'only the originator was captured',
  only_responder_captured: 'only the responder was captured',
  answered: 'answered',
  request_silent: 'no answer',
  request_too_late: 'the capture ends too soon after the request',
  wrong_service: 'another service answers on this port',
  dropped_by_capturing_host: 'dropped by the capturing host itself, as the capture says',
  syn_answered_elsewhere: 'the SYN was answered from another address',
  ping_answered_elsewhere: 'the echo request was answered from another address',
  answer_without_request: 'an answer to which no request was captured',
  reported_no_listener: 'dropped because nothing listens on the port, as Windows reports',
  reported_firewall: 'dropped by the firewall of Windows, as it reports',
  reported_drop: 'dropped by Windows, as it reports',
  logged_firewall: 'dropped by the firewall of the computer that was asked, as its log says',
  logged_no_listener: 'dropped because nothing listens on the port, as the firewall log says',
  logged_before_wire: 'blocked by the firewall of the computer that asked, before it became a packet',
  no_answer_by_design: 'no answer is expected',
};

const CLASS_TEXT: Readonly<Record<ClassReason, string>> = {
  none: '',
  rule: 'required by a rule',
  known_rule: 'known traffic',
  background_rule: 'background traffic',
  rpc_bind: 'RPC: bound on this very connection',
  rpc_calls: 'RPC: spoken on this very connection, whose bind was not captured',
  rpc_port_named: 'RPC: the port was named by the endpoint mapper or an activation',
  dynamic_port_after_135: 'dynamic port soon after an exchange on 135: presumed RPC',
  no_rule: 'no rule names this port',
  wrong_direction: 'wrong direction',
  source_port: 'source port outside the rule',
  dynamic_not_rpc: 'dynamic range, not RPC',
  not_monitored: 'a required port, but of a host that is no monitored computer',
  other_hosts: 'unknown peer: neither end is this server',
  envelope: 'an envelope: what it carries is counted by itself',
  tunnel_not_opened: 'a tunnel whose inside is not looked into',
  loopback: 'a host with itself, on its loopback',
  this_server_itself: 'this server with itself',
  server_unknown: 'this server is not known',
  wrong_service: 'wrong service on a required port',
  stray_answer: 'an answer to which no request was captured, of a host that is no monitored computer',
  other_service: 'another service than what this port is known for',
  icmp_about_flow: 'ICMP message about another packet',
};

/** A few words, lower case, without a full stop. */
export function outcomeReasonText(reason: OutcomeReason): string {
  return OUTCOME_TEXT[reason];
}

/** Where a dynamic port came from, in a few words; '' when nothing proves it. */
export function attributionText(attribution: Attribution | null): string {
  if (attribution === null) return '';
  const { proof, interfaceName, fact, after } = attribution;
  const name = interfaceName === '' ? '' : ` for ${interfaceName}`;
  if (proof === 'bind') return `RPC bind${name} on this connection`;
  if (proof === 'calls') return 'RPC spoken on this connection, whose bind was not captured';
  if (proof === 'presumed' || fact === null) return 'presumed RPC: an exchange on 135 came shortly before';
  const source = 'source' in fact && fact.source === 'dcom' ? 'a DCOM activation' : 'the endpoint mapper';
  return `port named by ${source}${name} in frame ${fact.frame}${after ? ', after this flow began' : ''}`;
}

/** Products named for one port; the rest is counted. */
const MAX_PRODUCTS = 4;

/**
 * What a known port is for, named as far as it is proven: what the payload confirms without a doubt by its purpose,
 * all that the port could as well be as 'one of', and without payload as what the port stands for.
 */
function knownText(rule: Rule, beside: readonly Rule[], service: NamedService | undefined): string {
  const all = [rule, ...beside];
  const confirmed = service?.certainty === 'confirmed' ? service.name : '';
  const names = confirmed === 'winrm' ? ['winrm', 'http'] : [confirmed];
  const fitting = all.filter((one) => names.some((name) => one.services.includes(name)));
  const purposes = [...new Set((fitting.length > 0 ? fitting : all).map(({ purpose }) => purpose))];
  const shown = purposes.slice(0, MAX_PRODUCTS);
  const rest = purposes.length - shown.length;
  const text = shown.join('; ') + (rest > 0 ? `; and ${rest} more` : '');
  if (purposes.length > 1) return `one of: ${text}`;
  return fitting.length > 0 ? text : `by its port: ${text}`;
}

/** A few words; names the rule where one is violated or fits, and of a known one the others that fit its port. */
export function classReasonText(
  reason: ClassReason,
  rule: Rule | null,
  beside: readonly Rule[] = [],
  service?: NamedService,
): string {
  const text = CLASS_TEXT[reason];
  if (rule === null || reason === 'dynamic_not_rpc') return text;
  if (reason === 'known_rule') return knownText(rule, beside, service);
  if (reason === 'background_rule') return rule.purpose;
  if (reason === 'other_service') return `${text}: ${rule.purpose}`;
  if (reason === 'wrong_direction' || reason === 'source_port') return `${text}: ${rule.label}`;
  return text;
}
