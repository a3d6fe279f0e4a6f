/** What was seen of a failing port, one word for one fact, the same in every output: the word decides who acts. */
import type { Fact } from '../../verdict/causes/cause.js';

interface FactWording {
  /** Alone in a cell: 'No answer'. */
  readonly label: string;
  /** Behind '9003' in a line: 'no answer'. */
  readonly does: string;
}

export const FACT_WORDING: Readonly<Record<Fact, FactWording>> = {
  silent: { label: 'No answer', does: 'no answer' },
  refused: { label: 'Refused', does: 'refused' },
  rejected: { label: 'Rejected', does: 'rejected' },
  dropped: { label: 'Dropped here', does: 'dropped by the machine that captured' },
  filtered: { label: 'Host firewall', does: "blocked by a host's own firewall" },
  unfinished: { label: 'Not completed', does: 'handshake not completed' },
  not_serving: { label: 'Not served', does: 'accepted, but not served' },
  time_exceeded: { label: 'Time exceeded', does: 'time exceeded on the way' },
  answered_elsewhere: { label: 'Wrong address', does: 'answered from another address' },
  unfit_answer: { label: 'Wrong answer', does: 'answered with a wrong number' },
  unheard_address: {
    label: 'No answer',
    does: 'no answer at an address from which it is not heard, while it is heard from another',
  },
  tls_refused: { label: 'TLS refused', does: 'accepted, then TLS refused' },
  wrong_service: { label: 'Wrong service', does: 'another service answers' },
  unresolved: { label: 'Not resolved', does: 'does not resolve' },
  denied: { label: 'Access denied', does: 'access denied' },
  other: { label: 'Fails', does: 'fails' },
  session_cut_by_reset: { label: 'Cut off', does: 'sessions cut off by a reset' },
  session_cut_silently: { label: 'Cut off', does: 'sessions cut off without a word' },
  reset_at_first: { label: 'Reset at first', does: 'reset at first, accepted when tried again' },
  rejected_at_first: { label: 'Rejected at first', does: 'rejected at first, accepted when tried again' },
  old_connection_answers: {
    label: 'Slow',
    does: 'slow: an older connection on the same ports answers first',
  },
  large_segments_lost: { label: 'Large packets lost', does: 'large packets do not get through' },
  zero_window: { label: 'Stalls', does: 'slow: one end stops reading' },
  many_retransmissions: { label: 'Slow', does: 'slow: packets are lost' },
  slow_handshake: { label: 'Slow', does: 'slow to accept connections' },
};
