/**
 * LDAP up to the end of the bind: who binds how, and what the server answers.
 *
 * Normative: RFC 4511 §4.1.1 (message), §4.1.9 (result), §4.2 (bind), §4.14 (StartTLS), Appendix A (codes).
 *
 *   | 30 length | 02 id | operation tag, length | bind: 02 01 03, 04 name, 80 password or A3 SASL | result: 0A 01 code ... |
 */
import { findTlv, readTlv, Tlv, tlvInteger, TlvHeader } from '../bytes/ber.js';
import { findText, latin1Text } from '../bytes/byte-text.js';
import type { Dissector, Side } from '../facts/dissector.js';
import type { Origin } from '../../flow/record/origin.js';
import { factText, seenAt } from '../facts/facts.js';
import { GssExchange } from '../auth/gss.js';
import type { AddressPair, Learner } from '../facts/learner.js';

const Operation = {
  BindRequest: 0x60,
  BindResponse: 0x61,
  ExtendedRequest: 0x77,
  ExtendedResponse: 0x78,
} as const;
/** The name of an extended request that begins TLS, RFC 4511 §4.14. */
const START_TLS = '1.3.6.1.4.1.1466.20037';
/**
 * LDAP messages of a side that are read.
 * @reached later ones are not read
 */
const MAX_MESSAGES = 16;
/** Longer ones are skipped. */
const MAX_MESSAGE = 65_536;
const SASL_IN_PROGRESS = 14;

const REFUSALS: Readonly<Record<number, string>> = {
  7: 'authMethodNotSupported',
  8: 'strongerAuthRequired',
  13: 'confidentialityRequired',
  48: 'inappropriateAuthentication',
  49: 'invalidCredentials',
  50: 'insufficientAccessRights',
};

export class LdapDissector implements Dissector {
  private readonly learner: Learner;
  private readonly gss: GssExchange;
  private readonly messages: [number, number] = [0, 0];
  private readonly over: [boolean, boolean] = [false, false];
  private asksForTls = false;
  private readonly message = new TlvHeader();
  private readonly operation = new TlvHeader();
  private readonly value = new TlvHeader();

  constructor(learner: Learner, ends: AddressPair) {
    this.learner = learner;
    this.gss = new GssExchange(learner, ends);
  }

  get done(): boolean {
    return this.over[0] && this.over[1];
  }

  data(side: Side, bytes: Uint8Array, view: DataView, at: number, end: number, from: Origin): number {
    if (this.over[side]) return end - at;
    const { message, operation } = this;
    const header = readTlv(bytes, at, end, message);
    if (header === Tlv.More) return 0;
    // Behind a bind with signing or sealing come SASL frames.
    if (header === Tlv.Bad || message.tag !== 0x30) return this.stop(side, end - at, from);
    const length = message.end - at;
    if (length > MAX_MESSAGE) return length;
    if (end - at < length) return 0;
    const stop = message.end;
    if (!findTlv(bytes, message.at, stop, 0x02, operation)) return this.stop(side, end - at, from);
    if (readTlv(bytes, operation.end, stop, operation) !== Tlv.Ok || operation.end > stop) {
      return this.stop(side, end - at, from);
    }
    if (this.messages[side] === 0) this.learner.facts.spoken(from.flow, 'ldap', side);
    if (++this.messages[side] >= MAX_MESSAGES) this.over[side] = true;
    if (operation.tag === Operation.BindRequest) {
      this.gss.token(side, bytes, view, operation.at, operation.end, from);
    } else if (operation.tag === Operation.BindResponse) {
      this.takeBindResponse(bytes, view, from);
    } else if (operation.tag === Operation.ExtendedRequest) {
      this.asksForTls = findText(bytes, operation.at, operation.end, START_TLS) >= 0;
    } else if (operation.tag === Operation.ExtendedResponse && this.asksForTls) {
      this.takeStartTls(bytes, from);
    }
    return length;
  }

  gap(side: Side): void {
    this.over[side] = true;
  }

  end(): void {
    this.over[0] = true;
    this.over[1] = true;
  }

  private stop(side: Side, rest: number, from: Origin): number {
    if (this.messages[0] + this.messages[1] === 0) this.learner.facts.withdraw(from.flow);
    this.over[side] = true;
    return rest;
  }

  private takeStartTls(bytes: Uint8Array, from: Origin): void {
    const { operation, value } = this;
    this.asksForTls = false;
    if (!findTlv(bytes, operation.at, operation.end, 0x0a, value)) return;
    const code = tlvInteger(bytes, value.at, value.end);
    const text = code === 0 ? 'StartTLS: encrypted from here on' : `StartTLS refused: result ${code}`;
    this.learner.facts.details.add({ service: 'ldap', text, ...seenAt(from) });
    if (code === 0) this.end();
  }

  private takeBindResponse(bytes: Uint8Array, view: DataView, from: Origin): void {
    const { operation, value } = this;
    if (!findTlv(bytes, operation.at, operation.end, 0x0a, value)) return;
    const code = tlvInteger(bytes, value.at, value.end);
    this.gss.token(1, bytes, view, value.end, operation.end, from);
    if (code === SASL_IN_PROGRESS) return;
    this.gss.outcome(code === 0);
    this.over[0] = true;
    this.over[1] = true;
    const name = code === 0 ? 'success' : (REFUSALS[code] ?? `result ${code}`);
    const seen = seenAt(from);
    // matchedDN, then the text of the server.
    let text = '';
    if (findTlv(bytes, value.end, operation.end, 0x04, value)) {
      if (findTlv(bytes, value.end, operation.end, 0x04, value))
        text = latin1Text(bytes, value.at, value.end);
    }
    const detail = `bind: ${name}${text === '' ? '' : ` (${text})`}`;
    this.learner.facts.details.add({ service: 'ldap', text: factText(detail), ...seen });
    if (REFUSALS[code] !== undefined) {
      this.learner.facts.denied.add({ what: 'LDAP bind', status: code, statusName: name, ...seen });
    }
  }
}
