/**
 * TLS as far as it is in clear: the two hellos, and an alert before the handshake is encrypted.
 *
 * Normative: RFC 8446 §5.1 (records), §4 (handshake), §6 (alerts); RFC 5246 §6.2, §7.2, E.2 (SSLv2 hello).
 *
 *   | type | 03 0x | length 16 | type 22: handshake type, length 24, body ... ; type 21: level, description |
 */
import type { Dissector, Side } from '../facts/dissector.js';
import type { Origin } from '../../flow/record/origin.js';
import { factText, seenAt } from '../facts/facts.js';
import type { TlsFacts } from '../facts/facts.js';
import type { AddressPair, Learner } from '../facts/learner.js';
import { readHello, tlsVersionName } from './tls-hello.js';

const ContentType = { ChangeCipherSpec: 20, Alert: 21, Handshake: 22, ApplicationData: 23 } as const;
const RECORD_HEADER = 5;
const MAX_RECORD = 0x4800;
/**
 * Bytes of a TLS hello, over all its records.
 * @reached it is not read
 */
const MAX_HELLO = 65_536;
/** Room for the parts of a hello at the beginning. */
const FIRST_PARTS = 1024;
const ALERT_FATAL = 2;

/** Why a fatal alert was sent; RFC 8446 §6.2 and RFC 5246 §7.2.2. */
const ALERTS: Readonly<Record<number, string>> = {
  10: 'unexpected_message',
  20: 'bad_record_mac',
  22: 'record_overflow',
  40: 'handshake_failure',
  42: 'bad_certificate',
  43: 'unsupported_certificate',
  44: 'certificate_revoked',
  45: 'certificate_expired',
  46: 'certificate_unknown',
  47: 'illegal_parameter',
  48: 'unknown_ca',
  49: 'access_denied',
  50: 'decode_error',
  51: 'decrypt_error',
  70: 'protocol_version',
  71: 'insufficient_security',
  80: 'internal_error',
  86: 'inappropriate_fallback',
  109: 'missing_extension',
  112: 'unrecognized_name',
  116: 'certificate_required',
  120: 'no_application_protocol',
};

/** One direction. */
class Half {
  /** The hello was read or given up. */
  past = false;
  /** Everything from here on is encrypted or does not matter. */
  over = false;
  /** Parts of a hello that is split over records, in a buffer that doubles; `length` bytes of it. */
  parts: Uint8Array | null = null;
  length = 0;

  append(bytes: Uint8Array, at: number, end: number): Uint8Array {
    const length = this.length + end - at;
    let { parts } = this;
    if (parts === null || parts.length < length) {
      const larger = new Uint8Array(Math.max(FIRST_PARTS, 2 * length));
      if (parts !== null) larger.set(parts.subarray(0, this.length));
      parts = larger;
    }
    parts.set(bytes.subarray(at, end), this.length);
    this.parts = parts;
    this.length = length;
    return parts;
  }

  forget(): void {
    this.parts = null;
    this.length = 0;
  }
}

export class TlsDissector implements Dissector {
  private readonly learner: Learner;
  private readonly ends: AddressPair;
  private readonly halves: readonly [Half, Half] = [new Half(), new Half()];
  private fact: TlsFacts | null = null;

  constructor(learner: Learner, ends: AddressPair) {
    this.learner = learner;
    this.ends = ends;
  }

  get done(): boolean {
    return this.halves[0].over && this.halves[1].over;
  }

  data(side: Side, bytes: Uint8Array, view: DataView, at: number, end: number, from: Origin): number {
    const half = this.halves[side];
    if (half.over) return end - at;
    if (end - at < RECORD_HEADER) return 0;
    const type = bytes[at]!;
    if (side === 0 && !half.past && type >= 0x80) return this.oldHello(half, view, at, end, from);
    const length = view.getUint16(at + 3);
    const known = type >= ContentType.ChangeCipherSpec && type <= ContentType.ApplicationData;
    if (!known || bytes[at + 1] !== 3 || bytes[at + 2]! > 4 || length > MAX_RECORD) {
      if (this.fact === null) this.learner.facts.withdraw(from.flow);
      half.over = true;
      return end - at;
    }
    if (type === ContentType.ChangeCipherSpec || type === ContentType.ApplicationData) {
      half.over = true;
      return end - at;
    }
    if (type === ContentType.Handshake && half.past) return RECORD_HEADER + length;
    if (end - at < RECORD_HEADER + length) return 0;
    const body = at + RECORD_HEADER;
    if (type === ContentType.Alert) this.takeAlert(side, bytes, body, length, from);
    else this.handshake(side, bytes, view, body, body + length, from);
    return RECORD_HEADER + length;
  }

  /** Records cannot be found again behind a loss. */
  gap(side: Side): void {
    this.halves[side].over = true;
    this.halves[side].forget();
  }

  end(): void {
    for (const half of this.halves) {
      half.over = true;
      half.forget();
    }
  }

  private handshake(
    side: Side,
    bytes: Uint8Array,
    view: DataView,
    at: number,
    end: number,
    from: Origin,
  ): void {
    const half = this.halves[side];
    if (half.parts !== null) {
      bytes = half.append(bytes, at, end);
      view = new DataView(bytes.buffer);
      at = 0;
      end = half.length;
    }
    const length = end - at < 4 ? -1 : view.getUint32(at) & 0xff_ffff;
    if (length <= MAX_HELLO && end - at <= MAX_HELLO && (length < 0 || end - at < 4 + length)) {
      if (half.parts === null) half.append(bytes, at, end);
      return;
    }
    half.past = true;
    half.forget();
    if (length > MAX_HELLO || end - at > MAX_HELLO) return;
    const type = bytes[at];
    if ((type === 1 && side === 0) || (type === 2 && side === 1)) {
      this.takeHello(side, bytes, view, at + 4, at + 4 + length, from);
    }
  }

  private takeHello(
    side: Side,
    bytes: Uint8Array,
    view: DataView,
    at: number,
    end: number,
    from: Origin,
  ): void {
    const hello = readHello(bytes, view, at, end, side === 0);
    if (hello === null) return;
    const { facts } = this.learner;
    facts.spoken(from.flow, 'ssl', side);
    const fact = this.factFor(from);
    if (side === 1) {
      fact.version = tlsVersionName(hello.version);
      return;
    }
    const offered = tlsVersionName(hello.version);
    fact.serverName = factText(hello.serverName);
    const name = hello.serverName === '' ? '' : ` for ${hello.serverName}`;
    const text = `offers ${offered === '' ? 'an unknown version' : offered}${name}`;
    facts.details.add({ service: 'ssl', text: factText(text), ...seenAt(from) });
    this.learner.learn(this.ends.text(1, from.flow), hello.serverName, 'tls_sni', from);
  }

  private takeAlert(side: Side, bytes: Uint8Array, at: number, length: number, from: Origin): void {
    if (length !== 2) {
      // Encrypted.
      this.halves[side].over = true;
      return;
    }
    if (bytes[at] !== ALERT_FATAL) return;
    const description = bytes[at + 1]!;
    const { facts } = this.learner;
    facts.spoken(from.flow, 'ssl', side);
    const fact = this.factFor(from);
    if (fact.alert < 0) fact.alert = description;
    const who = side === 0 ? 'client' : 'server';
    const text = `fatal alert of the ${who}: ${ALERTS[description] ?? description}`;
    facts.details.add({ service: 'ssl', text, ...seenAt(from) });
    this.end();
  }

  /** A client hello in the SSLv2 format, which tells a version and no name. */
  private oldHello(half: Half, view: DataView, at: number, end: number, from: Origin): number {
    half.past = true;
    const length = 2 + (view.getUint16(at) & 0x7fff);
    if (view.getUint8(at + 2) !== 1) {
      half.over = true;
      return end - at;
    }
    const offered = tlsVersionName(view.getUint16(at + 3));
    this.factFor(from);
    const text = `offers ${offered === '' ? 'an unknown version' : offered} in an SSLv2 hello`;
    this.learner.facts.details.add({ service: 'ssl', text, ...seenAt(from) });
    return length;
  }

  private factFor(from: Origin): TlsFacts {
    if (this.fact === null) {
      this.fact = { version: '', serverName: '', alert: -1, ...seenAt(from) };
      this.learner.facts.tls.add(this.fact);
    }
    return this.fact;
  }
}
