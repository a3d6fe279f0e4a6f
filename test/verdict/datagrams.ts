/** UDP and ICMP flows with the outcome that each must have. */
import type { Packet } from '../../src/decode/packet/packet.js';
import type { OutcomeReason } from '../../src/verdict/words/reasons.js';
import type { Outcome } from '../../src/verdict/words/words.js';
import { CLIENT, icmpError, icmpPacket, udpPacket } from '../flow/script.js';

export interface DatagramCase {
  readonly title: string;
  readonly packets: readonly Packet[];
  readonly end?: number;
  readonly oneWay?: boolean;
  readonly answersMissing?: boolean;
  readonly is: readonly [Outcome, OutcomeReason];
}

const DNS = { ip: '10.0.0.2', port: 53 };
const ask = udpPacket(CLIENT, DNS);
const ping6 = icmpPacket('fe80::1', 'fe80::2', 128);
/** As a route tracer sends it: its hops are to run out. */
const traced6 = icmpPacket('fe80::1', 'fe80::2', 128);
traced6.ttl = 3;

export const DATAGRAMS: readonly DatagramCase[] = [
  { title: 'UDP answered', packets: [ask, udpPacket(DNS, CLIENT)], is: ['answered', 'answered'] },
  {
    title: 'UDP answered, whatever ICMP says afterwards',
    packets: [ask, udpPacket(DNS, CLIENT), icmpError('10.0.0.1', 3, 3, udpPacket(DNS, CLIENT))],
    is: ['answered', 'answered'],
  },
  { title: 'UDP silent, the wait over', packets: [ask], end: 3, is: ['unanswered', 'request_silent'] },
  {
    title: 'UDP silent, the wait not over',
    packets: [ask],
    end: 2.999,
    is: ['undetermined', 'request_too_late'],
  },
  {
    title: 'UDP without an answer by design',
    packets: [ask],
    oneWay: true,
    is: ['one_way_by_design', 'no_answer_by_design'],
  },
  {
    title: 'UDP silent where no answer is captured',
    packets: [ask],
    answersMissing: true,
    is: ['one_sided', 'only_originator_captured'],
  },
  {
    title: 'UDP one-way and rejected',
    packets: [ask, icmpError('10.0.0.2', 3, 3, ask)],
    oneWay: true,
    is: ['rejected_icmp', 'icmp_port_unreachable'],
  },
  {
    title: 'only the UDP answer',
    packets: [udpPacket(DNS, CLIENT)],
    is: ['one_sided', 'only_responder_captured'],
  },
  {
    title: 'an echo answered',
    packets: [icmpPacket('10.0.0.1', '10.0.0.2', 8), icmpPacket('10.0.0.2', '10.0.0.1', 0)],
    is: ['answered', 'answered'],
  },
  { title: 'an echo silent', packets: [ping6], is: ['unanswered', 'request_silent'] },
  {
    title: 'an echo reply alone',
    packets: [icmpPacket('10.0.0.2', '10.0.0.1', 0)],
    is: ['one_sided', 'only_responder_captured'],
  },
  {
    title: 'ICMPv6 administratively prohibited',
    packets: [ping6, icmpError('fe80::9', 1, 1, ping6)],
    is: ['rejected_icmp', 'icmp_admin_prohibited'],
  },
  {
    title: 'ICMPv6 source address policy',
    packets: [ping6, icmpError('fe80::9', 1, 5, ping6)],
    is: ['rejected_icmp', 'icmp_admin_prohibited'],
  },
  {
    title: 'ICMPv6 reject route',
    packets: [ping6, icmpError('fe80::9', 1, 6, ping6)],
    is: ['rejected_icmp', 'icmp_admin_prohibited'],
  },
  {
    title: 'ICMPv6 no route',
    packets: [ping6, icmpError('fe80::9', 1, 0, ping6)],
    is: ['rejected_icmp', 'icmp_unreachable'],
  },
  {
    title: 'ICMPv6 port unreachable',
    packets: [ping6, icmpError('fe80::9', 1, 4, ping6)],
    is: ['rejected_icmp', 'icmp_port_unreachable'],
  },
  {
    title: 'a ping that circles until its hops are used up',
    packets: [ping6, icmpError('fe80::9', 3, 0, ping6)],
    is: ['rejected_icmp', 'icmp_time_exceeded'],
  },
  {
    title: 'a ping of a route tracer, whose few hops are used up',
    packets: [traced6, icmpError('fe80::9', 3, 0, traced6)],
    is: ['unanswered', 'request_silent'],
  },
  {
    title: 'ICMPv6 packet too big',
    packets: [ping6, icmpError('fe80::9', 2, 0, ping6)],
    is: ['unanswered', 'request_silent'],
  },
  {
    title: 'an ICMP message that nobody answers',
    packets: [icmpPacket('10.0.0.1', '10.0.0.2', 3, 1)],
    is: ['one_way_by_design', 'no_answer_by_design'],
  },
];
