/**
 * What happened to one flow, from its record alone and the time the capture went on after it.
 * Decided when the flow has ended, never on its first packet.
 */
import type { CaptureRuns } from '../../flow/vantage/capture-runs.js';
import { EndpointState } from '../../flow/record/conn-state.js';
import { NoteKind } from '../../flow/tcp/attempts.js';
import type { Note } from '../../flow/tcp/attempts.js';
import type { Flow } from '../../flow/flow.js';
import { tellingDrop } from './drop-report.js';
import type { TellingClass } from './drop-report.js';
import { heardAnAnswer } from '../../flow/heard.js';
import { isBeforeSynAck, unansweredEnd } from '../../flow/interruption.js';
import { FlowFlag } from '../../flow/record/record.js';
import { factsOf } from '../words/reasons.js';
import type { BlockLayer } from '../words/log-block.js';
import type { AskedFor } from './service-fit.js';
import type { OutcomeReason } from '../words/reasons.js';
import type { Outcome, Polarity } from '../words/words.js';

/** Seconds that an answer is given before silence counts, unless the sender itself repeated its SYN before. */
export const DEFAULT_ANSWER_WAIT_SECONDS = 3;
/** A SYN that comes again sooner is a second copy of the same packet; no system's first timeout is shorter. */
export const SHORTEST_SYN_TIMEOUT_SECONDS = 0.25;
/** A SYN-ACK that comes so late may find nobody waiting: programs often give up after so many seconds. */
export const LATE_SYN_ACK_SECONDS = 3;
/** A connection without any payload that is closed this fast was closed immediately, seconds. */
export const CLOSED_IMMEDIATELY_SECONDS = 1;

/** A request without any answer for so long is not served, seconds. */
export const REQUEST_ANSWER_SECONDS = 10;

export interface FlowOutcome {
  readonly outcome: Outcome;
  readonly reason: OutcomeReason;
}

/** An outcome that is made once and shared by all flows that have it. */
export interface CodedOutcome extends FlowOutcome {
  readonly polarity: Polarity;
  /** For `outcomeAt`; below 256. */
  readonly code: number;
}

const CODED: CodedOutcome[] = [];
const BY_REASON = new Map<OutcomeReason, CodedOutcome[]>();

/** Code 0: a record that holds no flow, whose reason nobody asks for. */
told('unknown', 'no_answer_by_design');

function told(outcome: Outcome, reason: OutcomeReason): CodedOutcome {
  let alike = BY_REASON.get(reason);
  if (alike === undefined) BY_REASON.set(reason, (alike = []));
  for (const known of alike) if (known.outcome === outcome) return known;
  const found = { outcome, reason, polarity: factsOf(reason).polarity, code: CODED.length };
  CODED.push(found);
  alike.push(found);
  return found;
}

/** The outcomes whose reason tells them, made once each. */
const FOUND = {
  rst_answers_syn: told('refused', 'rst_answers_syn'),
  challenge_ack: told('half_open', 'challenge_ack'),
  seen_from_the_middle: told('established_midstream', 'seen_from_the_middle'),
  only_originator_captured: told('one_sided', 'only_originator_captured'),
  only_responder_captured: told('one_sided', 'only_responder_captured'),
  reset_from_the_middle: told('reset_after_handshake', 'reset_from_the_middle'),
  handshake_not_completed: told('half_open', 'handshake_not_completed'),
  synack_unfit: told('half_open', 'synack_unfit'),
  synack_too_late: told('half_open', 'synack_too_late'),
  client_reset_the_handshake: told('half_open', 'client_reset_the_handshake'),
  syn_too_late: told('undetermined', 'syn_too_late'),
  reset_instead_of_answer: told('reset_after_handshake', 'reset_instead_of_answer'),
  data_one_way: told('established', 'data_one_way'),
  data_not_answered: told('established', 'data_not_answered'),
  unknown_request_not_answered: told('established', 'unknown_request_not_answered'),
  handshake_only: told('established', 'handshake_only'),
  syn_silent_client_gave_up: told('no_reply', 'syn_silent_client_gave_up'),
  syn_silent: told('no_reply', 'syn_silent'),
  answered: told('answered', 'answered'),
  syn_answered_elsewhere: told('no_reply', 'syn_answered_elsewhere'),
  ping_answered_elsewhere: told('unanswered', 'ping_answered_elsewhere'),
  answer_without_request: told('undetermined', 'answer_without_request'),
  no_answer_by_design: told('one_way_by_design', 'no_answer_by_design'),
  request_too_late: told('undetermined', 'request_too_late'),
  request_silent: told('unanswered', 'request_silent'),
  closed_without_answer: told('closed_immediately', 'closed_without_answer'),
  request_never_answered: told('established', 'request_never_answered'),
  never_acknowledged: told('established', 'never_acknowledged'),
  reset_before_data: told('reset_after_handshake', 'reset_before_data'),
  reset_while_idle: told('reset_after_handshake', 'reset_while_idle'),
  reset_by_originator: told('reset_after_handshake', 'reset_by_originator'),
  data_both_ways: told('established', 'data_both_ways'),
  closed_by_responder: told('closed_immediately', 'closed_by_responder'),
  closed_by_originator: told('closed_immediately', 'closed_by_originator'),
} as const;

/** The outcome that has this code, in this process. */
export function outcomeAt(code: number): FlowOutcome {
  return CODED[code]!;
}

/** Outcomes in which a service spoke, so that it can be the wrong one. */
const SERVED: ReadonlySet<Outcome> = new Set<Outcome>(['established', 'established_midstream', 'answered']);

/** The outcome of a flow on which another service than the rule's answered. */
export function servedWrong(outcome: CodedOutcome): CodedOutcome {
  return SERVED.has(outcome.outcome) ? told(outcome.outcome, 'wrong_service') : outcome;
}

/** The outcome of a flow on which TLS was refused by an alert. */
export function endedByAlert(outcome: CodedOutcome): CodedOutcome {
  return SERVED.has(outcome.outcome) ? told(outcome.outcome, 'tls_refused') : outcome;
}

/**
 * The outcome of a flow whose responder sent no byte: only for the service that a rule is for an answer was due. What
 * refuses another request, a browser's perhaps, may serve its own; of one that nobody can read nothing is known.
 */
export function unserved(flow: Flow, outcome: CodedOutcome, asked: AskedFor): CodedOutcome {
  switch (outcome.reason) {
    case 'closed_without_answer':
    case 'request_never_answered': {
      if (asked === 'this') return outcome;
      // As long as nobody has given up, it may be a language in which one side only listens.
      const isOver = flow.has(FlowFlag.OrigFin) || flow.has(FlowFlag.RespFin) || isReset(flow, 0);
      return asked === 'other' || !isOver ? FOUND.data_not_answered : FOUND.unknown_request_not_answered;
    }
    case 'reset_instead_of_answer':
      if (asked === 'unlike') return FOUND.unknown_request_not_answered;
      return asked === 'other' ? FOUND.data_not_answered : outcome;
    default:
      return outcome;
  }
}

/** What outcome.ts needs to know beside the flow. */
export interface OutcomeContext {
  /** Time of the last frame of all captures, seconds since 1970. */
  readonly captureEnd: number;
  /** The stretches in which was captured; absent = one, until `captureEnd`. */
  readonly runs?: CaptureRuns;
  readonly answerWait: number;
  /** The rule or the destination says that nothing answers; not asked of TCP. */
  readonly oneWay: boolean;
  /** What other flows tell of it: nothing (absent), that its answer came from another address, that nobody had asked. */
  readonly stray?: 'no' | 'answered_elsewhere' | 'answer_alone';
  /** The capture lacks whatever this responder sends back; not asked of TCP. */
  readonly answersMissing: boolean;
}

/** ICMP messages that say a packet was turned away; others (fragmentation needed, redirect ...) do not. */
export function rejectionOf(version: number, note: Note): OutcomeReason | null {
  const type = note.icmp >> 8;
  const code = note.icmp & 255;
  if (type === (version === 4 ? 11 : 3)) return code === 0 ? 'icmp_time_exceeded' : null;
  if (version === 4) {
    if (type !== 3 || code === 4) return null;
    if (code === 9 || code === 10 || code === 13) return 'icmp_admin_prohibited';
    return code === 3 || code === 2 ? 'icmp_port_unreachable' : 'icmp_unreachable';
  }
  if (type !== 1) return null;
  if (code === 1 || code === 5 || code === 6) return 'icmp_admin_prohibited';
  return code === 4 ? 'icmp_port_unreachable' : 'icmp_unreachable';
}

/** The first ICMP message that says a packet of the flow is too big for the way; its `window` is the next-hop MTU. */
export function tooBig(flow: Flow): Note | null {
  if (!flow.has(FlowFlag.IcmpError)) return null;
  const code = flow.version === 4 ? 0x0304 : 0x0200;
  return flow.notes().find((note) => note.kind === NoteKind.Icmp && note.icmp === code) ?? null;
}

/** The last ICMP redirect of a flow, whose `gateway` is the way that the sender is told to take, or null. */
export function redirectOf(flow: Flow): Note | null {
  if (!flow.has(FlowFlag.IcmpError)) return null;
  const type = flow.version === 4 ? 5 : 137;
  return flow.notes().findLast((note) => note.kind === NoteKind.Icmp && note.icmp >> 8 === type) ?? null;
}

/** Systems begin with 64 or more, which a router or sixteen may have lowered; route tracers count up from 1. */
const USUAL_TTL = 48;

/** The first ICMP rejection of a flow, or null. */
export function firstRejection(flow: Flow): { note: Note; reason: OutcomeReason } | null {
  if (!flow.has(FlowFlag.IcmpError)) return null;
  for (const note of flow.notes()) {
    if (note.kind !== NoteKind.Icmp) continue;
    const reason = rejectionOf(flow.version, note);
    // Whoever traces a route sends datagrams whose TTL is to run out.
    if (reason === 'icmp_time_exceeded' && flow.transport !== 'tcp' && flow.ttl(0) < USUAL_TTL) continue;
    if (reason !== null) return { note, reason };
  }
  return null;
}

export function outcomeOf(flow: Flow, context: OutcomeContext): CodedOutcome {
  if (context.stray === 'answer_alone') return FOUND.answer_without_request;
  if (context.stray === 'answered_elsewhere') {
    return flow.transport === 'tcp' ? FOUND.syn_answered_elsewhere : FOUND.ping_answered_elsewhere;
  }
  const found = flow.transport === 'tcp' ? tcpOutcome(flow, context) : datagramOutcome(flow, context);
  if (flow.has(FlowFlag.DropMark)) return droppedOutcome(flow, found, 'dropped_by_capturing_host');
  if (!flow.has(FlowFlag.DropReport)) return found;
  const report = tellingDrop(flow);
  const reason = report === null ? null : DROP_REASONS[report.drop];
  return reason === null ? found : droppedOutcome(flow, found, reason);
}

/**
 * The outcome of a flow of which the responder's own firewall log says that it was blocked. That nothing listens is told
 * best by Windows' report of the very packet.
 */
export function loggedOutcome(flow: Flow, found: CodedOutcome, layer: BlockLayer): CodedOutcome {
  if (flow.packets(1) > 0 || found.reason === 'reported_no_listener') return found;
  const reason = layer === 'no_listener' ? 'logged_no_listener' : 'logged_firewall';
  switch (found.reason) {
    case 'dropped_by_capturing_host':
    case 'reported_firewall':
    case 'reported_drop':
      return told(found.outcome, reason);
    default:
      return droppedOutcome(flow, found, reason);
  }
}

/** Null: it says nothing of the port, and the silence stays one. */
const DROP_REASONS: Readonly<Record<TellingClass, OutcomeReason | null>> = {
  no_listener: 'reported_no_listener',
  firewall: 'reported_firewall',
  ipsec: 'reported_drop',
  no_route: 'reported_drop',
  no_neighbor: null,
};

/** Nothing got through, and the capturing system says that it was it who dropped the packets. */
function droppedOutcome(flow: Flow, found: CodedOutcome, reason: OutcomeReason): CodedOutcome {
  if (factsOf(found.reason).silence !== 'none') return told(found.outcome, reason);
  switch (found.reason) {
    case 'syn_too_late':
    case 'request_too_late': {
      const outcome = flow.transport === 'tcp' ? 'no_reply' : 'unanswered';
      return told(flow.packets(1) > 0 ? 'half_open' : outcome, reason);
    }
    default:
      return found;
  }
}

/** Seconds that capturing went on after the flow had begun. */
function followedFor(flow: Flow, { runs, captureEnd }: OutcomeContext): number {
  const began = flow.firstSec + flow.firstNsec / 1e9;
  return (runs?.endOf(began) ?? captureEnd) - began;
}

function tcpOutcome(flow: Flow, context: OutcomeContext): CodedOutcome {
  const orig = flow.state(0);
  const resp = flow.state(1);
  if (flow.has(FlowFlag.Midstream)) return midstreamOutcome(flow);
  if (flow.synAckDelay >= 0) return handshakeOutcome(flow, context);
  const rejection = firstRejection(flow);
  if (flow.packets(1) === 0) {
    if (rejection !== null) return told('rejected_icmp', rejection.reason);
    return silentOutcome(flow, orig, context);
  }
  if (flow.has(FlowFlag.SynAckUnfit)) return FOUND.synack_unfit;
  if (resp === EndpointState.Reset) return FOUND.rst_answers_syn;
  if (resp === EndpointState.Inactive && !heardAnAnswer(flow)) {
    // RFC 9293 §3.5.2: an ACK instead of a SYN-ACK comes from an older connection on the same ports.
    return FOUND.challenge_ack;
  }
  // Packets of the responder, but its SYN-ACK was not among them.
  return FOUND.seen_from_the_middle;
}

function midstreamOutcome(flow: Flow): CodedOutcome {
  if (flow.packets(1) === 0) return FOUND.only_originator_captured;
  if (flow.packets(0) === 0) return FOUND.only_responder_captured;
  if (/^[^a-qs-z]*$/.test(flow.historyText())) {
    // The responder sent nothing but a RST: whatever was there before is gone, and nothing shows that it works.
    return FOUND.reset_from_the_middle;
  }
  if (flow.has(FlowFlag.SynAckFirst) && !heardAnAnswer(flow)) {
    // SYN-ACKs and SYNs cross again and again: neither is heard, whichever was captured first.
    return FOUND.handshake_not_completed;
  }
  return FOUND.seen_from_the_middle;
}

function handshakeOutcome(flow: Flow, context: OutcomeContext): CodedOutcome {
  const completed = flow.handshakeTime >= 0;
  if (!completed) {
    // Refused, and what accepted it afterwards was not heard any more.
    if (isReset(flow, 1, true)) return FOUND.rst_answers_syn;
    if (isReset(flow, 0)) {
      return isLate(flow) ? FOUND.synack_too_late : FOUND.client_reset_the_handshake;
    }
    if (flow.payload(0) + flow.payload(1) === 0) {
      // Repeats of the SYN-ACK go on meanwhile: the wait begins with the first one.
      const followed = followedFor(flow, context) - flow.synAckDelay;
      if (!isReset(flow, 1) && followed < context.answerWait) return FOUND.syn_too_late;
      return FOUND.handshake_not_completed;
    }
  }
  const fromOrig = flow.payload(0) > 0 || lostContent(flow, 0);
  const fromResp = flow.payload(1) > 0 || lostContent(flow, 1);
  if (fromResp) return fromOrig ? FOUND.data_both_ways : FOUND.data_one_way;
  return fromOrig ? unansweredOutcome(flow, context) : emptyOutcome(flow);
}

/** Did the SYN-ACK leave the last SYN before it without an answer for so long that nobody may wait any more? */
function isLate(flow: Flow): boolean {
  let asked = 0;
  for (const note of flow.notes()) {
    if (note.kind !== NoteKind.Syn || note.side !== 0) continue;
    const at = note.sec - flow.firstSec + (note.nsec - flow.firstNsec) / 1e9;
    if (at <= flow.synAckDelay) asked = at;
  }
  return flow.synAckDelay - asked >= LATE_SYN_ACK_SECONDS;
}

/** The originator spoke, and the responder sent no byte. */
function unansweredOutcome(flow: Flow, context: OutcomeContext): CodedOutcome {
  if (flow.acknowledged(0) === 0 && unansweredEnd(flow)?.side === 0) return FOUND.never_acknowledged;
  if (isReset(flow, 1) && !originatorLeftFirst(flow)) return FOUND.reset_instead_of_answer;
  if (flow.has(FlowFlag.RespFin) && !originatorLeftFirst(flow)) return FOUND.closed_without_answer;
  const last = flow.lastSec + flow.lastNsec / 1e9;
  const silent = (context.runs?.endOf(last) ?? context.captureEnd) - last;
  const open = !flow.has(FlowFlag.OrigFin) && !isReset(flow, 0);
  const waited = Math.max(flow.longestPause, open ? silent : 0);
  return waited >= REQUEST_ANSWER_SECONDS ? FOUND.request_never_answered : FOUND.data_not_answered;
}

/** The originator had closed or reset the connection before the responder did: how that ends it says nothing of the port. */
function originatorLeftFirst(flow: Flow): boolean {
  const history = flow.historyText().slice(flow.historyText().indexOf('h') + 1);
  const left = history.search(/[FR]/);
  const ended = history.search(/[fr]/);
  return left >= 0 && (ended < 0 || left < ended);
}

/** A RST of the side ended the connection; `refused`: it came before the SYN-ACK and nothing of it since. */
function isReset(flow: Flow, side: 0 | 1, refused = false): boolean {
  if (flow.state(side) !== EndpointState.Reset) return false;
  const resets = flow.notes().filter((note) => note.kind === NoteKind.Rst && note.side === side);
  // Notes have a limit; what is not among them came late.
  if (resets.length === 0) return !refused;
  return resets.some((note) => !isBeforeSynAck(flow, note)) !== refused;
}

/** The side sent data, by its sequence numbers, of which the capture holds nothing. */
function lostContent(flow: Flow, side: number): boolean {
  return flow.payload(side) === 0 && flow.content(side) > 0;
}

/** A complete handshake and then nothing: it proves the port, unless the responder ended it at once. */
function emptyOutcome(flow: Flow): CodedOutcome {
  const fast = flow.duration <= CLOSED_IMMEDIATELY_SECONDS;
  if (originatorLeftFirst(flow)) {
    if (!flow.has(FlowFlag.OrigFin) && isReset(flow, 0)) return FOUND.reset_by_originator;
    return fast ? FOUND.closed_by_originator : FOUND.handshake_only;
  }
  if (isReset(flow, 1)) return fast ? FOUND.reset_before_data : FOUND.reset_while_idle;
  return fast && flow.has(FlowFlag.RespFin) ? FOUND.closed_by_responder : FOUND.handshake_only;
}

/** A SYN and nothing from the other side. */
function silentOutcome(flow: Flow, orig: number, context: OutcomeContext): CodedOutcome {
  if (heardAnAnswer(flow)) return FOUND.only_originator_captured;
  if (orig === EndpointState.Reset) return FOUND.syn_silent_client_gave_up;
  const followed = followedFor(flow, context);
  if (followed < context.answerWait && !synTimedOut(flow)) return FOUND.syn_too_late;
  return FOUND.syn_silent;
}

/**
 * Did the originator itself wait in vain and send its SYN again (RFC 6298 §2: after a second, then after twice as
 * long)? Copies of one packet do not count.
 */
export function synTimedOut(flow: Flow): boolean {
  return flow.notes().some((note) => {
    if (note.kind !== NoteKind.Syn || note.side !== 0) return false;
    const gap = note.sec - flow.firstSec + (note.nsec - flow.firstNsec) / 1e9;
    return gap >= SHORTEST_SYN_TIMEOUT_SECONDS;
  });
}

function datagramOutcome(flow: Flow, context: OutcomeContext): CodedOutcome {
  if (flow.packets(0) > 0 && flow.packets(1) > 0) return FOUND.answered;
  const rejection = firstRejection(flow);
  if (rejection !== null) return told('rejected_icmp', rejection.reason);
  if (context.oneWay || flow.oneWay) return FOUND.no_answer_by_design;
  if (flow.packets(0) === 0) return FOUND.only_responder_captured;
  if (context.answersMissing) return FOUND.only_originator_captured;
  const followed = followedFor(flow, context);
  if (followed < context.answerWait) return FOUND.request_too_late;
  return FOUND.request_silent;
}
