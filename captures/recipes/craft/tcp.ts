/**
 * One TCP connection as two Windows machines hold it, written to a wire segment by segment.
 *
 * Normative: RFC 9293 §3.4-3.6 (handshake, close, reset), RFC 7323 §2 (window scale), RFC 2018 (SACK permitted).
 * Windows details (initial window, repeated SYN after a reset) as observed on Windows Server 2016-2022.
 */
import { TcpFlag } from '../../../src/decode/packet/packet.js';
import { hex, zeros } from './bytes.js';
import type { Random } from './random.js';
import { SECOND, type Host, type Instant, type SentSegment, type Wire } from './wire.js';

/** MSS 1460, no-op, window scale 8, two no-ops, SACK permitted. */
const SYN_OPTIONS = hex('020405b4 01 030308 01 01 0402');
const SYN_WINDOW = 64240;
const SYN_ACK_WINDOW = 65535;
/** 262,656 bytes at scale 8. */
const WINDOW = 1026;
const MSS = 1460;

/** Seconds of the SYNs of one attempt: initial RTO 3 s with two repeats (to Server 2019), 1 s with four (later). */
export const SYN_SCHEDULE = { rto3: [0, 3, 9], rto1: [0, 1, 3, 7, 15] } as const;
/** Seconds between a reset and the next SYN, and how many SYNs there are in all. */
const RETRY_AFTER_RESET = 0.5;
const SYNS_WHEN_REFUSED = 3;

interface Side {
  readonly host: Host;
  readonly port: number;
  seq: number;
  /** Next byte expected from the other side. */
  next: number;
}

export type Who = 'client' | 'server';

/** Seconds are relative to the start of the capture. Every call advances `now`. */
export class TcpConversation {
  /** When the last segment was captured. */
  now: Instant;
  readonly client: Side;
  readonly server: Side;
  readonly #wire: Wire;
  #last: Who | null = null;

  constructor(
    wire: Wire,
    client: Host,
    server: Host,
    port: number,
    at: number,
    clientPort = client.nextPort++,
  ) {
    this.#wire = wire;
    this.now = at * SECOND;
    this.client = { host: client, port: clientPort, seq: wire.random.uint32(), next: 0 };
    this.server = { host: server, port, seq: wire.random.uint32(), next: 0 };
  }

  /** Seconds after the start of the capture. */
  get seconds(): number {
    return this.now / SECOND;
  }

  get random(): Random {
    return this.#wire.random;
  }

  /** Lets time pass. */
  wait(seconds: number): this {
    this.now += seconds * SECOND;
    return this;
  }

  syn(): this {
    this.#segment('client', TcpFlag.Syn, zeros(0), SYN_WINDOW, SYN_OPTIONS);
    return this;
  }

  synAck(): this {
    this.server.next = (this.client.seq + 1) >>> 0;
    this.#segment('server', TcpFlag.Syn | TcpFlag.Ack, zeros(0), SYN_ACK_WINDOW, SYN_OPTIONS);
    return this;
  }

  /** The three segments of the handshake; the SYN-ACK comes `late` seconds later than it could. */
  connect(late = 0): this {
    this.syn().wait(late).synAck();
    this.client.seq = (this.client.seq + 1) >>> 0;
    this.server.seq = (this.server.seq + 1) >>> 0;
    this.client.next = this.server.seq;
    return this.ack('client');
  }

  ack(who: Who): this {
    this.#segment(who, TcpFlag.Ack);
    return this;
  }

  data(who: Who, payload: Uint8Array): this {
    for (let at = 0; at < payload.length; at += MSS) {
      const part = payload.subarray(at, at + MSS);
      const push = at + MSS >= payload.length ? TcpFlag.Psh : 0;
      this.#segment(who, TcpFlag.Ack | push, part);
      this.#advance(who, part.length);
    }
    return this;
  }

  /** The last `payload` once more, `after` seconds later, as a lost segment is repeated. */
  repeat(who: Who, payload: Uint8Array, after = 0.3): this {
    const side = this[who];
    side.seq = (side.seq - payload.length) >>> 0;
    this.wait(after).#segment(who, TcpFlag.Ack | TcpFlag.Psh, payload);
    side.seq = (side.seq + payload.length) >>> 0;
    return this;
  }

  /** Question and answer; an acknowledgement rides on the answer, the last one comes alone. */
  exchange(question: Uint8Array, answer: Uint8Array): this {
    return this.data('client', question).data('server', answer);
  }

  /** Both sides close; `first` closes first. */
  close(first: Who = 'client'): this {
    const second: Who = first === 'client' ? 'server' : 'client';
    this.#fin(first).ack(second).#fin(second);
    return this.ack(first);
  }

  reset(who: Who): this {
    this.#segment(who, TcpFlag.Rst | TcpFlag.Ack, zeros(0), 0);
    return this;
  }

  /** SYNs that nobody answers; ends with the last SYN. */
  silent(schedule: readonly number[] = SYN_SCHEDULE.rto3): this {
    const start = this.now;
    for (const seconds of schedule) {
      this.now = start + seconds * SECOND;
      this.syn();
    }
    return this;
  }

  /** Each SYN is answered with a reset; Windows asks again before it gives up. */
  refused(): this {
    for (let attempt = 0; attempt < SYNS_WHEN_REFUSED; attempt++) {
      if (attempt > 0) this.wait(RETRY_AFTER_RESET);
      this.#last = null;
      this.syn().refuse();
    }
    return this;
  }

  /** The reset that answers a SYN: sequence number 0 (RFC 9293 §3.5.2, group 1). */
  refuse(): this {
    const seq = this.server.seq;
    this.server.seq = 0;
    this.server.next = (this.client.seq + 1) >>> 0;
    this.reset('server');
    this.server.seq = seq;
    return this;
  }

  /** Each SYN is answered with an ICMP error, which `reject` writes. TCP keeps trying (RFC 5461 §2.2). */
  rejected(schedule: readonly number[], reject: (syn: SentSegment, at: Instant) => void): this {
    const start = this.now;
    for (const seconds of schedule) {
      this.now = start + seconds * SECOND;
      this.#last = null;
      reject(this.#segment('client', TcpFlag.Syn, zeros(0), SYN_WINDOW, SYN_OPTIONS), this.now);
    }
    return this;
  }

  #fin(who: Who): this {
    this.#segment(who, TcpFlag.Fin | TcpFlag.Ack);
    this.#advance(who, 1);
    return this;
  }

  #advance(who: Who, count: number): void {
    const from = this[who];
    const to = who === 'client' ? this.server : this.client;
    from.seq = (from.seq + count) >>> 0;
    to.next = from.seq;
  }

  #segment(who: Who, flags: number, payload = zeros(0), window = WINDOW, options = zeros(0)): SentSegment {
    const from = this[who];
    const to = who === 'client' ? this.server : this.client;
    this.now += this.#delay(who);
    this.#last = who;
    const ack = (flags & TcpFlag.Ack) === 0 ? 0 : from.next;
    const header = { srcPort: from.port, dstPort: to.port, seq: from.seq, ack, flags, window, options };
    return this.#wire.tcp(this.now, from.host, to.host, header, payload);
  }

  /** A peer's answer takes its round trip, the captured machine's own answer some microseconds. */
  #delay(who: Who): Instant {
    if (this.#last === null) return 0;
    const host = this[who].host;
    const jitter = this.#wire.random.between(5_000, 60_000);
    if (this.#last === who) return jitter;
    return host === this.#wire.vantage ? jitter * 2 : host.rtt * SECOND + jitter;
  }
}
