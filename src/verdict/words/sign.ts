/** What an outcome says of a port. */
import type { OutcomeReason } from './reasons.js';
import type { Outcome } from './words.js';

export type Sign = 'works' | 'fails' | 'unclear';

const SIGNS: Readonly<Record<Outcome, Sign>> = {
  unknown: 'unclear',
  established: 'works',
  established_midstream: 'works',
  refused: 'fails',
  rejected_icmp: 'fails',
  no_reply: 'fails',
  half_open: 'fails',
  reset_after_handshake: 'fails',
  closed_immediately: 'works',
  one_sided: 'unclear',
  undetermined: 'unclear',
  answered: 'works',
  unanswered: 'fails',
  one_way_by_design: 'unclear',
};

/** Reasons that say something else of the port than the other flows of their outcome. */
const REASON_SIGNS: ReadonlyMap<OutcomeReason, Sign> = new Map<OutcomeReason, Sign>([
  // The service took the connection and closed it at once, by itself: reachable, but not serving.
  ['closed_by_responder', 'fails'],
  // The port did answer; that the originator gave the handshake up is no fault of the port.
  ['client_reset_the_handshake', 'unclear'],
  // A handshake proves the port, however the originator ends it.
  ['reset_by_originator', 'works'],
  // Nothing was asked, so nothing was refused: a server gives up waiting as well.
  ['reset_while_idle', 'unclear'],
  // An older connection answered: somebody served the port then.
  ['challenge_ack', 'unclear'],
  ['reset_from_the_middle', 'unclear'],
  // Something answers on the port, but not what the product needs there.
  ['wrong_service', 'fails'],
]);

export function signOf(outcome: Outcome, reason: OutcomeReason): Sign {
  return REASON_SIGNS.get(reason) ?? SIGNS[outcome];
}
