/** Feeds built bytes to dissectors and the datagram recogniser, whole and split, and gives what they taught. */
import { DatagramRecogniser } from '../../../src/recognise/driver/datagram.js';
import { Origin } from '../../../src/flow/record/origin.js';
import type { Dissector, Side } from '../../../src/recognise/facts/dissector.js';
import { Facts } from '../../../src/recognise/facts/facts.js';
import type { ServiceName } from '../../../src/recognise/facts/services.js';
import { StreamBuffer } from '../../../src/recognise/stream/stream-buffer.js';
import { Learner } from '../../../src/recognise/facts/learner.js';
import { smallDissector } from '../../../src/recognise/driver/small-dissectors.js';

export const CLIENT = '10.0.0.1';
export const SERVER = '10.0.0.2';
export const FLOW = 7;

export type Message = readonly [side: Side, bytes: Uint8Array];

export const viewOf = (bytes: Uint8Array): DataView =>
  new DataView(bytes.buffer, bytes.byteOffset, bytes.length);

export function origin(sec = 100, frame = 1): Origin {
  const from = new Origin();
  from.flow = FLOW;
  from.sec = sec;
  from.frame = frame;
  return from;
}

/** All that was taught, without the places. */
export function taught(facts: Facts): Record<string, unknown> {
  return {
    service: facts.serviceOf(FLOW),
    names: facts.names.items.map(({ source, address, name }) => `${source} ${address} ${name}`),
    failed: facts.failedLookups.items.map(({ source, name, error }) => `${source} ${name}: ${error}`),
    details: facts.details.items.map(({ service, text }) => `${service}: ${text}`),
    ntlm: facts.ntlm.items.map((n) => [
      n.domain,
      n.user,
      n.workstation,
      n.serverNetbios,
      n.serverDns,
      n.success,
    ]),
    tls: facts.tls.items.map(({ version, serverName, alert }) => [version, serverName, alert]),
    denied: facts.denied.items.map(({ what, status, statusName }) => `${what}: ${statusName} (${status})`),
  };
}

const ENDS = { text: (side: Side): string => (side === 0 ? CLIENT : SERVER) };

interface Fed {
  readonly facts: Facts;
  readonly dissector: Dissector;
  readonly feeders: readonly [StreamBuffer, StreamBuffer];
}

function start(service: ServiceName): Fed {
  const facts = new Facts();
  facts.service(FLOW, service, 'suspected');
  const dissector = smallDissector(service, new Learner(facts), ENDS);
  if (dissector === null) throw new Error(`nothing reads ${service}`);
  return { facts, dissector, feeders: [new StreamBuffer(dissector, 0), new StreamBuffer(dissector, 1)] };
}

function feed(fed: Fed, side: Side, bytes: Uint8Array): void {
  if (fed.dissector.done || bytes.length === 0) return;
  fed.feeders[side].feed(bytes, viewOf(bytes), 0, bytes.length, origin());
}

export function dissect(service: ServiceName, messages: readonly Message[]): Facts {
  const fed = start(service);
  for (const [side, bytes] of messages) feed(fed, side, bytes);
  fed.dissector.end();
  return fed.facts;
}

/** The same with each message cut in two at every position, one after the other, and byte by byte. */
export function* everySplit(service: ServiceName, messages: readonly Message[]): Generator<Facts> {
  for (const [cutIndex, [, cut]] of messages.entries()) {
    for (let at = 1; at < cut.length; at++) {
      const fed = start(service);
      for (const [index, [side, bytes]] of messages.entries()) {
        feed(fed, side, index === cutIndex ? bytes.slice(0, at) : bytes);
        if (index === cutIndex) feed(fed, side, bytes.slice(at));
      }
      fed.dissector.end();
      yield fed.facts;
    }
  }
  const fed = start(service);
  for (const [side, bytes] of messages) for (const byte of bytes) feed(fed, side, Uint8Array.of(byte));
  fed.dissector.end();
  yield fed.facts;
}

/** With `lost` bytes missing at `at` of one message. */
export function withGap(
  service: ServiceName,
  messages: readonly Message[],
  index: number,
  at: number,
  lost: number,
): Facts {
  const fed = start(service);
  for (const [n, [side, bytes]] of messages.entries()) {
    if (n !== index) {
      feed(fed, side, bytes);
      continue;
    }
    feed(fed, side, bytes.slice(0, at));
    if (!fed.dissector.done) fed.feeders[side].gap(lost, origin());
    feed(fed, side, bytes.slice(at + lost));
  }
  fed.dissector.end();
  return fed.facts;
}

/** One datagram of a conversation. */
export interface Sent {
  readonly src: string;
  readonly dst: string;
  readonly srcPort: number;
  readonly dstPort: number;
  readonly bytes: Uint8Array;
  /** Default FLOW. */
  readonly flow?: number;
  /** The capture holds only the beginning of what was sent. */
  readonly cut?: boolean;
  /** Packet time in seconds. */
  readonly sec?: number;
}

export function recogniseAll(sent: readonly Sent[], endSec = 1_000): { facts: Facts; goesOn: boolean[] } {
  const facts = new Facts();
  const learner = new Learner(facts);
  const recogniser = new DatagramRecogniser(learner);
  const goesOn = sent.map(({ src, dst, srcPort, dstPort, bytes, flow, sec, cut }) => {
    const view = viewOf(bytes);
    const from = origin(sec);
    from.flow = flow ?? FLOW;
    const ends = { srcText: () => src, dstText: () => dst, srcPort, dstPort };
    return recogniser.recognise(
      { ...ends, bytes, view, at: 0, end: bytes.length, isWhole: cut !== true },
      from,
    );
  });
  learner.finish(endSec);
  return { facts, goesOn };
}

/** One recogniser for many datagrams, each of a flow of its own; gives the services that were seen. */
export function servicesOf(datagrams: Iterable<Uint8Array>, srcPort = 50_000): Map<string, number> {
  const facts = new Facts();
  const recogniser = new DatagramRecogniser(new Learner(facts));
  const from = origin();
  const services = new Map<string, number>();
  for (const bytes of datagrams) {
    from.flow++;
    const ends = { srcText: () => CLIENT, dstText: () => SERVER, srcPort, dstPort: 53 };
    recogniser.recognise(
      { ...ends, bytes, view: viewOf(bytes), at: 0, end: bytes.length, isWhole: true },
      from,
    );
    const name = facts.serviceOf(from.flow)?.name;
    if (name !== undefined) services.set(name, (services.get(name) ?? 0) + 1);
  }
  return services;
}

/** A seeded source of 32-bit numbers (xorshift). */
export function seeded(seed: number): () => number {
  let x = seed | 1;
  return () => {
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    return x >>> 0;
  };
}

/** `bytes` with up to four bytes changed, and sometimes cut. */
export function mutated(bytes: Uint8Array, next: () => number): Uint8Array {
  const copy = bytes.slice(0, next() % 4 === 0 ? next() % (bytes.length + 1) : bytes.length);
  for (let n = next() % 5; n > 0 && copy.length > 0; n--) copy[next() % copy.length] = next() & 255;
  return copy;
}
