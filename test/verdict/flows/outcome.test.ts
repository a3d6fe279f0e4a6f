/** One flow, one outcome: every outcome and every reason, at both sides of each threshold. */
import test from 'ava';
import { DEFAULT_ANSWER_WAIT_SECONDS, outcomeOf } from '../../../src/verdict/flows/outcome.js';
import type { OutcomeReason } from '../../../src/verdict/words/reasons.js';
import { OUTCOMES } from '../../../src/verdict/words/words.js';
import type { Outcome } from '../../../src/verdict/words/words.js';
import { CLIENT, icmpError, SERVER, START, tcpPacket, Trace } from '../../flow/script.js';
import { DATAGRAMS } from '../datagrams.js';

const HANDSHAKE = ['> S 100', '@0.01 < SA 300 101', '@0.02 > A 101 301'];
const LONG = 100;

interface TcpCase {
  readonly title: string;
  readonly lines: readonly string[];
  /** Seconds from the start to the end of the capture. */
  readonly end?: number;
  readonly wait?: number;
  readonly icmp?: readonly [sender: string, type: number, code: number];
  readonly is: readonly [Outcome, OutcomeReason];
}

const TCP: readonly TcpCase[] = [
  {
    title: 'data both ways',
    lines: [...HANDSHAKE, '> A 101 301 +1', '< A 301 102 +1'],
    is: ['established', 'data_both_ways'],
  },
  { title: 'data one way', lines: [...HANDSHAKE, '< A 301 101 +1'], is: ['established', 'data_one_way'] },
  {
    title: 'data both ways and then a RST',
    lines: [...HANDSHAKE, '> A 101 301 +1', '< A 301 102 +1', '> R 102'],
    is: ['established', 'data_both_ways'],
  },
  {
    title: 'data of the originator, which then resets',
    lines: [...HANDSHAKE, '> A 101 301 +1', '> R 102'],
    is: ['established', 'data_not_answered'],
  },
  {
    title: 'data and a FIN of the originator, answered by a RST',
    lines: [...HANDSHAKE, '> PA 101 301 +4', '> FA 105 301', '< A 301 106', '< RA 301 106'],
    is: ['established', 'data_not_answered'],
  },
  {
    title: 'data beside the FIN of the originator, answered by a RST',
    lines: [...HANDSHAKE, '> PFA 101 301 +4', '< RA 301 106'],
    is: ['established', 'data_not_answered'],
  },
  {
    title: 'a FIN of the originator, answered by a RST',
    lines: [...HANDSHAKE, '@0.05 > FA 101 301', '@0.051 < RA 301 102'],
    is: ['closed_immediately', 'closed_by_originator'],
  },
  {
    title: 'a FIN of the originator after some seconds, answered by a RST',
    lines: [...HANDSHAKE, '@20 > FA 101 301', '@20.1 < RA 301 102'],
    is: ['established', 'handshake_only'],
  },
  {
    title: 'a RST of each side, the originator’s first',
    lines: [...HANDSHAKE, '> RA 101 301', '< R 301'],
    is: ['reset_after_handshake', 'reset_by_originator'],
  },
  {
    title: 'the responder resets a connection on which nothing was asked for long',
    lines: [...HANDSHAKE, '@60 < RA 301 101'],
    is: ['reset_after_handshake', 'reset_while_idle'],
  },
  {
    title: 'repeated SYN-ACKs and SYNs that cross, the SYN-ACK captured first',
    lines: ['< SA 300 101', '@1 > S 100', '@2 < SA 300 101'],
    is: ['half_open', 'handshake_not_completed'],
  },
  { title: 'a handshake and silence', lines: HANDSHAKE, is: ['established', 'handshake_only'] },
  {
    title: 'a handshake whose ACK carries the first data',
    lines: ['> S 100', '< SA 300 101', '> A 101 301 +5', '< A 301 106 +5'],
    is: ['established', 'data_both_ways'],
  },
  {
    title: 'a handshake whose ACK was not captured, with an answer',
    lines: ['> S 100', '< SA 300 101', '< A 301 106 +5'],
    is: ['established', 'data_both_ways'],
  },
  {
    title: 'closed without data after exactly one second',
    lines: [...HANDSHAKE, '@1 > FA 101 301'],
    is: ['closed_immediately', 'closed_by_originator'],
  },
  {
    title: 'closed without data a moment later',
    lines: [...HANDSHAKE, '@1.001 > FA 101 301'],
    is: ['established', 'handshake_only'],
  },
  {
    title: 'closed at once by the responder',
    lines: [...HANDSHAKE, '< FA 301 101', '> FA 101 302'],
    is: ['closed_immediately', 'closed_by_responder'],
  },
  {
    title: 'a close at once by the sequence numbers of data that the capture lost',
    lines: [...HANDSHAKE, '@0.01 < FA 900 500', '@0.02 > FA 500 901'],
    is: ['established', 'data_both_ways'],
  },
  {
    title: 'both FINs, the originator’s first',
    lines: [...HANDSHAKE, '> FA 101 301', '< FA 301 102'],
    is: ['closed_immediately', 'closed_by_originator'],
  },
  { title: 'a RST answers the SYN', lines: ['> S 100', '< RA 0 101'], is: ['refused', 'rst_answers_syn'] },
  {
    title: 'a RST answers each of three SYNs',
    lines: ['> S 100', '< RA 0 101', '@0.5 > S 100', '@0.5 < RA 0 101', '@1 > S 100', '@1 < RA 0 101'],
    is: ['refused', 'rst_answers_syn'],
  },
  {
    title: 'a RST answers the SYN at the very end',
    lines: ['> S 100', '< RA 0 101'],
    end: 0,
    is: ['refused', 'rst_answers_syn'],
  },
  {
    title: 'a RST answers the first SYN, and the same SYN is accepted half a second later',
    lines: ['> S 100', '< RA 0 101', '@0.5 > S 100', '< SA 300 101', '> A 101 301 +4', '< A 301 105 +4'],
    is: ['established', 'data_both_ways'],
  },
  {
    title: 'two refusals, and a SYN of another number that is accepted and closed by its sender',
    lines: [
      ...['> S 100', '< RA 0 101', '@0.5 > S 900', '< RA 0 901'],
      ...['@1 > S 1700', '< SA 300 1701', '> A 1701 301', '@1.1 > FA 1701 301'],
    ],
    is: ['established', 'handshake_only'],
  },
  {
    title: 'a forged RST, then the SYN-ACK of the host, which the originator no longer hears',
    lines: ['> S 100', '< RA 0 101', '@0.01 < SA 300 101', '> R 101'],
    is: ['refused', 'rst_answers_syn'],
  },
  {
    title: 'a forged RST that the originator ignores, then the SYN-ACK of the host',
    lines: ['> S 100', '< RA 0 77', '@0.01 < SA 300 101', '> A 101 301', '@0.02 > FA 101 301'],
    is: ['closed_immediately', 'closed_by_originator'],
  },
  {
    title: 'refused, accepted, and reset by the responder before any data',
    lines: ['> S 100', '< RA 0 101', '@0.5 > S 100', '< SA 300 101', '> A 101 301', '@0.6 < RA 301 101'],
    is: ['reset_after_handshake', 'reset_before_data'],
  },
  {
    title: 'an ACK of an older connection, then accepted',
    lines: ['> S 100', '< A 700 55', '> R 55', '@1 > S 100', '< SA 300 101', '> A 101 301', '< A 301 101 +9'],
    is: ['established', 'data_one_way'],
  },
  {
    title: 'SYN-ACKs that acknowledge what was never sent',
    lines: ['> S 100', '< SA 300 7000', '> R 7000', '@3 > S 100', '< SA 300 7000', '> R 7000'],
    is: ['half_open', 'synack_unfit'],
  },
  {
    title: 'a SYN-ACK of another number, then the right one',
    lines: [
      '> S 100',
      '< SA 300 7000',
      '> R 7000',
      '@1 > S 100',
      '< SA 900 101',
      '> A 101 901',
      '> A 101 901 +9',
      '< A 901 110 +9',
    ],
    is: ['established', 'data_both_ways'],
  },
  {
    title: 'a SYN with data, all of which its SYN-ACK acknowledges',
    lines: ['> S 100 +10', '< SA 300 111', '> A 111 301', '< A 301 111 +9'],
    is: ['established', 'data_both_ways'],
  },
  {
    title: 'a silent SYN, the wait just over',
    lines: ['> S 100'],
    end: DEFAULT_ANSWER_WAIT_SECONDS,
    is: ['no_reply', 'syn_silent'],
  },
  {
    title: 'a silent SYN, the wait not yet over',
    lines: ['> S 100'],
    end: DEFAULT_ANSWER_WAIT_SECONDS - 0.001,
    is: ['undetermined', 'syn_too_late'],
  },
  {
    title: 'a silent SYN, a longer wait',
    lines: ['> S 100'],
    end: 9,
    wait: 10,
    is: ['undetermined', 'syn_too_late'],
  },
  {
    title: 'a silent SYN, a shorter wait',
    lines: ['> S 100'],
    end: 1,
    wait: 1,
    is: ['no_reply', 'syn_silent'],
  },
  {
    title: 'a SYN that its sender repeated, before the wait is over',
    lines: ['> S 100', '@1 > S 100'],
    end: 1.1,
    is: ['no_reply', 'syn_silent'],
  },
  {
    title: 'a SYN repeated after the shortest timeout',
    lines: ['> S 100', '@0.25 > S 100'],
    end: 1.1,
    is: ['no_reply', 'syn_silent'],
  },
  {
    title: 'a SYN captured twice',
    lines: ['> S 100', '@0.249 > S 100'],
    end: 1.1,
    is: ['undetermined', 'syn_too_late'],
  },
  {
    title: 'a SYN captured twice and then repeated',
    lines: ['> S 100', '@0.001 > S 100', '@1 > S 100'],
    end: 1.1,
    is: ['no_reply', 'syn_silent'],
  },
  {
    title: 'a silent SYN and a RST of its sender',
    lines: ['> S 100', '@1 > R 101'],
    end: 1,
    is: ['no_reply', 'syn_silent_client_gave_up'],
  },
  {
    title: 'a SYN-ACK that is never acknowledged',
    lines: ['> S 100', '< SA 300 101', '@1 < SA 300 101'],
    is: ['half_open', 'handshake_not_completed'],
  },
  {
    title: 'a SYN-ACK not acknowledged when the wait is just over',
    lines: ['> S 100', '@1 < SA 300 101'],
    end: 1 + DEFAULT_ANSWER_WAIT_SECONDS,
    is: ['half_open', 'handshake_not_completed'],
  },
  {
    title: 'a SYN-ACK just before the end',
    lines: ['> S 100', '@1 < SA 300 101'],
    end: 0.999 + DEFAULT_ANSWER_WAIT_SECONDS,
    is: ['undetermined', 'syn_too_late'],
  },
  {
    title: 'a SYN-ACK that is repeated until the end, for longer than the wait',
    lines: ['> S 100', '@1 < SA 300 101', '@2 < SA 300 101', '@4 < SA 300 101'],
    end: 1 + DEFAULT_ANSWER_WAIT_SECONDS,
    is: ['half_open', 'handshake_not_completed'],
  },
  {
    title: 'a SYN-ACK that was repeated, the wait not yet over',
    lines: ['> S 100', '@1 < SA 300 101', '@2 < SA 300 101'],
    end: 2,
    is: ['undetermined', 'syn_too_late'],
  },
  {
    title: 'a SYN-ACK and then a RST of its sender',
    lines: ['> S 100', '< SA 300 101', '< R 301'],
    end: 0,
    is: ['half_open', 'handshake_not_completed'],
  },
  {
    title: 'the originator answers the SYN-ACK with a RST',
    lines: ['> S 100', '< SA 300 101', '> R 101'],
    is: ['half_open', 'client_reset_the_handshake'],
  },
  {
    title: 'a SYN-ACK 22 s after the SYN, that the originator resets',
    lines: ['> S 100', '@3 > S 100', '@9 > S 100', '@22 < SA 300 101', '@22 > R 101'],
    is: ['half_open', 'synack_too_late'],
  },
  {
    title: 'a SYN-ACK at once after the SYN that was sent again, that the originator resets',
    lines: ['> S 100', '@3 > S 100', '@9 > S 100', '@9 < SA 300 101', '@9 > R 101'],
    is: ['half_open', 'client_reset_the_handshake'],
  },
  {
    title: 'an ACK instead of a SYN-ACK',
    lines: ['> S 100', '< A 700 55', '> R 55'],
    is: ['half_open', 'challenge_ack'],
  },
  {
    title: 'the SYN-ACK alone is missing from the capture',
    lines: ['> S 100', '> A 101 301', '> A 101 301 +5', '< A 301 106'],
    is: ['established_midstream', 'seen_from_the_middle'],
  },
  {
    title: 'the responder resets after the handshake',
    lines: [...HANDSHAKE, '< R 301'],
    is: ['reset_after_handshake', 'reset_before_data'],
  },
  {
    title: 'the originator resets after the handshake',
    lines: [...HANDSHAKE, '> R 101'],
    is: ['reset_after_handshake', 'reset_by_originator'],
  },
  {
    title: 'the responder resets instead of answering',
    lines: [...HANDSHAKE, '> A 101 301 +5', '< R 301'],
    is: ['reset_after_handshake', 'reset_instead_of_answer'],
  },
  {
    title: 'in use before the capture began',
    lines: ['> A 5 7 +1', '< A 7 6'],
    is: ['established_midstream', 'seen_from_the_middle'],
  },
  {
    title: 'from before the capture, answered with a RST only',
    lines: ['> A 5 7 +1', '< R 7'],
    is: ['reset_after_handshake', 'reset_from_the_middle'],
  },
  {
    title: 'from before the capture, the RST seen first',
    lines: ['< R 7', '> A 5 7 +1'],
    is: ['reset_after_handshake', 'reset_from_the_middle'],
  },
  {
    title: 'in use before the capture and reset by the originator',
    lines: ['> A 5 7 +1', '< A 7 6', '> R 6'],
    is: ['established_midstream', 'seen_from_the_middle'],
  },
  {
    title: 'a SYN and the handshake’s ACK, one direction only',
    lines: ['> S 100', '> A 101 301'],
    is: ['one_sided', 'only_originator_captured'],
  },
  {
    title: 'a SYN and data, one direction only',
    lines: ['> S 100', '> PA 101 301 +5'],
    is: ['one_sided', 'only_originator_captured'],
  },
  {
    title: 'a SYN and a FIN, one direction only',
    lines: ['> S 100', '> FA 101 301'],
    is: ['one_sided', 'only_originator_captured'],
  },
  {
    title: 'only the originator from the middle',
    lines: ['> A 5 7 +1'],
    is: ['one_sided', 'only_originator_captured'],
  },
  { title: 'only a SYN-ACK', lines: ['< SA 300 101'], is: ['one_sided', 'only_responder_captured'] },
  {
    title: 'a SYN rejected by a router',
    lines: ['> S 100'],
    icmp: ['10.9.9.9', 3, 13],
    is: ['rejected_icmp', 'icmp_admin_prohibited'],
  },
  {
    title: 'code 9',
    lines: ['> S 100'],
    icmp: ['10.9.9.9', 3, 9],
    is: ['rejected_icmp', 'icmp_admin_prohibited'],
  },
  {
    title: 'code 10',
    lines: ['> S 100'],
    icmp: ['10.9.9.9', 3, 10],
    is: ['rejected_icmp', 'icmp_admin_prohibited'],
  },
  {
    title: 'host unreachable',
    lines: ['> S 100'],
    icmp: ['10.9.9.9', 3, 1],
    is: ['rejected_icmp', 'icmp_unreachable'],
  },
  {
    title: 'port unreachable',
    lines: ['> S 100'],
    icmp: ['10.0.0.2', 3, 3],
    is: ['rejected_icmp', 'icmp_port_unreachable'],
  },
  {
    title: 'fragmentation needed',
    lines: ['> S 100'],
    icmp: ['10.9.9.9', 3, 4],
    is: ['no_reply', 'syn_silent'],
  },
  {
    title: 'time exceeded',
    lines: ['> S 100'],
    icmp: ['10.9.9.9', 11, 0],
    is: ['rejected_icmp', 'icmp_time_exceeded'],
  },
  {
    title: 'a request that is acknowledged, and ten seconds of nothing',
    lines: [...HANDSHAKE, '> A 101 301 +9', '< A 301 110', '@12 > FA 110 301', '< FA 301 111'],
    is: ['established', 'request_never_answered'],
  },
  {
    title: 'a request that is acknowledged, and a close without a byte',
    lines: [...HANDSHAKE, '> A 101 301 +9', '< A 301 110', '< FA 301 110', '> FA 110 302'],
    is: ['closed_immediately', 'closed_without_answer'],
  },
  {
    title: 'a request that is sent again and again and never acknowledged',
    lines: [
      ...HANDSHAKE,
      ...['', '@1 ', '@2 ', '@4 ', '@8 '].map((at) => `${at}> A 101 301 +9`),
      '> RA 110 301',
    ],
    is: ['established', 'never_acknowledged'],
  },
  {
    title: 'an ICMP error for one SYN, and a later SYN succeeds',
    lines: ['> S 100', '@1 > S 100', '@1.01 < SA 300 101', '@1.02 > A 101 301 +1'],
    end: 10,
    icmp: ['10.9.9.9', 3, 1],
    is: ['established', 'data_not_answered'],
  },
];

const seen = new Set<string>();

for (const { title, lines, end, wait, icmp, is } of TCP) {
  seen.add(is[0]).add(is[1]);
  test(`${title}: ${is.join(', ')}`, (t) => {
    const trace = new Trace();
    trace.tcp(lines);
    if (icmp) trace.add(icmpError(...icmp, tcpPacket(CLIENT, SERVER, 'S', 100)), 0.001);
    const outcome = outcomeOf(trace.flow(), {
      captureEnd: START + (end ?? LONG),
      answerWait: wait ?? DEFAULT_ANSWER_WAIT_SECONDS,
      oneWay: false,
      answersMissing: false,
    });
    t.deepEqual([outcome.outcome, outcome.reason], [...is]);
  });
}

for (const { title, packets, end, oneWay, answersMissing, is } of DATAGRAMS) {
  seen.add(is[0]).add(is[1]);
  test(`${title}: ${is.join(', ')}`, (t) => {
    const trace = new Trace();
    for (const packet of packets) trace.add(packet, 0);
    const outcome = outcomeOf(trace.flow(), {
      captureEnd: START + (end ?? LONG),
      answerWait: DEFAULT_ANSWER_WAIT_SECONDS,
      oneWay: oneWay ?? false,
      answersMissing: answersMissing ?? false,
    });
    t.deepEqual([outcome.outcome, outcome.reason], [...is]);
  });
}

test('the cases above hold every outcome', (t) => {
  t.deepEqual(
    OUTCOMES.filter((outcome) => outcome !== 'unknown' && !seen.has(outcome)),
    [],
  );
});
