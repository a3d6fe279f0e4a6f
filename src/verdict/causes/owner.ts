/** Who has to act on a cause: by the place where the packets tell one, else by how far it reaches and what was seen. */
import type { Location } from '../words/words.js';
import type { CauseKind, Fact, Owner } from './cause.js';

export interface OwnerQuestion {
  readonly kind: CauseKind;
  readonly fact: Fact;
  readonly location: Location;
  /** The computers start this traffic. */
  readonly inbound: boolean;
  /** A router told the sender to take another way. */
  readonly redirected: boolean;
}

const BY_PLACE: Readonly<Record<Exclude<Location, 'unknown'>, Owner>> = {
  this_server: 'server_admin',
  remote_host: 'computer_admin',
  path: 'network_team',
};

/** Facts that only a host brings about, and those that only the way does. */
const OF_THE_RESPONDER: ReadonlySet<Fact> = new Set<Fact>([
  'refused',
  'not_serving',
  'wrong_service',
  'tls_refused',
  'zero_window',
]);
const OF_THE_WAY: ReadonlySet<Fact> = new Set<Fact>([
  'session_cut_by_reset',
  'session_cut_silently',
  'many_retransmissions',
  'time_exceeded',
  'unfit_answer',
]);

/** The first who acts; others may have to help. */
export function ownerOf({ kind, fact, location, inbound, redirected }: OwnerQuestion): Owner {
  if (kind === 'name') return 'dns_admin';
  if (kind === 'right') return 'account_owner';
  if (location !== 'unknown') return BY_PLACE[location];
  if (kind === 'icmp_sender' || kind === 'reset_sender' || kind === 'path_mtu') return 'network_team';
  const responder: Owner = inbound ? 'server_admin' : 'computer_admin';
  if (fact === 'unheard_address') return 'dns_admin';
  if (OF_THE_RESPONDER.has(fact)) return responder;
  if (OF_THE_WAY.has(fact) || kind === 'subnet' || redirected) return 'network_team';
  // What all computers share is this server or the way; what one computer has alone is its own.
  if (kind === 'rule') return inbound ? 'server_admin' : 'network_team';
  return inbound && fact !== 'slow_handshake' ? 'network_team' : responder;
}
