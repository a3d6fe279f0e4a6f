/**
 * Zeek's thirteen conn_states as a pure function of the two endpoint states
 * (Zeek's base/protocols/conn/main.zeek; the states are those of its TCP endpoint).
 */

/** States of one TCP endpoint, numbered as Zeek orders them. */
export const EndpointState = {
  Inactive: 0,
  SynSent: 1,
  SynAckSent: 2,
  Partial: 3,
  Established: 4,
  Closed: 5,
  Reset: 6,
} as const;
export type EndpointState = (typeof EndpointState)[keyof typeof EndpointState];

export const CONN_STATES = [
  'S0',
  'S1',
  'SF',
  'REJ',
  'S2',
  'S3',
  'RSTO',
  'RSTR',
  'RSTOS0',
  'RSTRH',
  'SH',
  'SHR',
  'OTH',
] as const;
export type ConnState = (typeof CONN_STATES)[number];

const SYN_THEN_RST = /^\^?S[^HAFGIQ]*R/;

/**
 * @param orig state of the originator's endpoint
 * @param resp state of the responder's endpoint
 * @param bytes content bytes of both sides together
 * @param history Zeek's history string
 */
export function tcpConnState(orig: number, resp: number, bytes: number, history: string): ConnState {
  const origSilent = orig === EndpointState.Inactive || orig === EndpointState.Partial;
  const respSilent = resp === EndpointState.Inactive || resp === EndpointState.Partial;
  if (resp === EndpointState.Reset) {
    const synOnly = orig === EndpointState.SynSent || orig === EndpointState.SynAckSent;
    if (synOnly || (orig === EndpointState.Reset && bytes === 0)) return 'REJ';
    return origSilent ? 'RSTRH' : 'RSTR';
  }
  if (orig === EndpointState.Reset) {
    if (!respSilent) return 'RSTO';
    return SYN_THEN_RST.test(history) ? 'RSTOS0' : 'OTH';
  }
  if (resp === EndpointState.Closed && orig === EndpointState.Closed) return 'SF';
  if (orig === EndpointState.Closed) return respSilent ? 'SH' : 'S2';
  if (resp === EndpointState.Closed) return origSilent ? 'SHR' : 'S3';
  if (orig === EndpointState.SynSent && resp === EndpointState.Inactive) return 'S0';
  if (orig === EndpointState.Established && resp === EndpointState.Established) return 'S1';
  return 'OTH';
}

/** UDP has no states but who has sent; ICMP is always OTH. */
export function udpConnState(origSent: boolean, respSent: boolean): ConnState {
  if (origSent) return respSent ? 'SF' : 'S0';
  return respSent ? 'SHR' : 'OTH';
}
