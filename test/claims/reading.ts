/** What a connection proves of its responder, seen from the rule that it belongs to. */
import { isAtLeast, next } from './connections.js';
import type { Connection, Side } from './connections.js';
import type { ReadPacket } from './packets.js';

export interface Reading {
  readonly connection: Connection;
  readonly orig: Side;
  readonly resp: Side;
  /** The SYN-ACK fits the SYN, and the originator went on from it (or, of an older connection, the responder speaks). */
  readonly completed: boolean;
  /** The same without what the originator did: a capture of SYNs only shows no more. */
  readonly accepted: boolean;
  /** Payload of the responder that is more than a TLS alert. */
  readonly served: readonly ReadPacket[];
  /** Payload of the responder that is a TLS alert. */
  readonly alerts: readonly ReadPacket[];
  /** RSTs of the responder without any accepted handshake. */
  readonly refused: readonly ReadPacket[];
  /** ICMP errors that say that it was not let through. */
  readonly rejected: readonly ReadPacket[];
  readonly closer: 'orig' | 'resp' | 'nobody';
}

/** @param respIndex which side the rule says answers */
export function readingOf(connection: Connection, respIndex: 0 | 1): Reading {
  const resp = connection.sides[respIndex];
  const orig = connection.sides[respIndex === 0 ? 1 : 0];
  const rejected = connection.errors.filter(({ isRejection }) => isRejection);
  const served = resp.payload.filter(({ isAlert }) => !isAlert);
  const alerts = resp.payload.filter(({ isAlert }) => isAlert);
  const closer = closerOf(orig, resp);
  if (connection.proto !== 'tcp') {
    const answered = resp.payload.length > 0;
    return {
      connection,
      orig,
      resp,
      completed: answered,
      accepted: answered,
      served,
      alerts,
      refused: [],
      rejected,
      closer,
    };
  }
  const synAck = resp.synAck.find(
    ({ ack }) => orig.syn.length === 0 || orig.syn.some(({ seq }) => ack === next(seq)),
  );
  const isOlder = orig.syn.length === 0 && resp.synAck.length === 0;
  const spoke = resp.payload.length > 0 || resp.other.length > 0;
  const wentOn = synAck !== undefined && orig.other.some(({ ack }) => isAtLeast(ack, next(synAck.seq)));
  const completed = isOlder
    ? spoke && orig.other.length > 0
    : wentOn || (synAck !== undefined && resp.payload.length > 0);
  // An originator that resets the SYN-ACK did not ask for it.
  const accepted = completed || (isOlder ? spoke : synAck !== undefined && orig.rst.length === 0);
  const refused = accepted || isOlder ? [] : resp.rst;
  return { connection, orig, resp, completed, accepted, served, alerts, refused, rejected, closer };
}

/** Who sent the first FIN or RST. */
function closerOf(orig: Side, resp: Side): Reading['closer'] {
  const first = ({ fin, rst }: Side): number =>
    Math.min(...[...fin, ...rst].map(({ time }) => time), Infinity);
  const [own, other] = [first(orig), first(resp)];
  if (own === Infinity && other === Infinity) return 'nobody';
  return own <= other ? 'orig' : 'resp';
}

/** Payload that the responder acknowledged nothing of, although it was sent again. */
export function neverAcknowledged({ orig, resp, completed }: Reading): boolean {
  const [first] = orig.payload;
  if (!completed || first === undefined || resp.payload.length > 0) return false;
  const isRepeated = orig.payload.filter(({ seq }) => seq === first.seq).length > 2;
  const end = next(first.seq);
  return isRepeated && ![...resp.other, ...resp.rst].some(({ ack }) => isAtLeast(ack, end));
}

/** Numbers of the responder's segments show payload of it that the capture does not hold (a filter of SYN, FIN, RST). */
export function servedUnseen({ resp }: Reading): boolean {
  const [synAck] = resp.synAck;
  if (synAck === undefined) return false;
  // A FIN without payload takes one number as well.
  const first = next(synAck.seq);
  return [...resp.other, ...resp.fin].some(({ seq }) => isAtLeast(seq, next(next(first))));
}
