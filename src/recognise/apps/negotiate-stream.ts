/**
 * NegotiateStream: the handshake that .NET puts before signed or encrypted bytes, e.g. of secure Remoting.
 *
 * Normative: [MS-NNS] §2.2.1 (handshake messages), §2.2.2 (data messages), §3.1.4.
 *
 *   | id: 16 in progress, 14 done, 15 error | 01 | 00 | length 16 | token, or 8 bytes with the HRESULT last |
 *   then | length 32 LE | wrapped bytes |
 */
import type { Dissector, Side } from '../facts/dissector.js';
import type { Origin } from '../../flow/record/origin.js';
import { factText, seenAt } from '../facts/facts.js';
import { GssExchange } from '../auth/gss.js';
import type { AddressPair, Learner } from '../facts/learner.js';

const Id = { Done: 0x14, Error: 0x15, InProgress: 0x16 } as const;
const HEADER = 5;

/** HRESULTs and Win32 errors that are met here. */
const ERRORS: Readonly<Record<number, string>> = {
  0x8009_030c: 'SEC_E_LOGON_DENIED',
  0x8009_030e: 'SEC_E_NO_CREDENTIALS',
  0x8009_0311: 'SEC_E_NO_AUTHENTICATING_AUTHORITY',
  0x8009_0322: 'SEC_E_WRONG_PRINCIPAL',
  0x8009_0303: 'SEC_E_TARGET_UNKNOWN',
  0x8009_0308: 'SEC_E_INVALID_TOKEN',
  0x8009_0324: 'SEC_E_TIME_SKEW',
  0x0000_0005: 'ERROR_ACCESS_DENIED',
  0x0000_052e: 'ERROR_LOGON_FAILURE',
  0x0000_0569: 'ERROR_LOGON_TYPE_NOT_GRANTED',
};

export class NegotiateStreamDissector implements Dissector {
  done = false;
  private readonly learner: Learner;
  private readonly gss: GssExchange;
  private seen = 0;

  constructor(learner: Learner, ends: AddressPair) {
    this.learner = learner;
    this.gss = new GssExchange(learner, ends);
  }

  /** Begins with another connection: nothing of the one before is left. */
  begin(): void {
    this.done = false;
    this.gss.begin();
    this.seen = 0;
  }

  data(side: Side, bytes: Uint8Array, view: DataView, at: number, end: number, from: Origin): number {
    if (end - at < HEADER) return 0;
    const id = bytes[at]!;
    const length = view.getUint16(at + 3);
    if (id < Id.Done || id > Id.InProgress || bytes[at + 1] !== 1 || bytes[at + 2] !== 0) {
      // The client sends data as soon as the server is done, which may have been lost.
      if (this.seen === 0) this.learner.facts.withdraw(from.flow);
      this.done = true;
      return 0;
    }
    if (end - at < HEADER + length) return 0;
    const payload = at + HEADER;
    this.seen++;
    this.learner.facts.spoken(from.flow, 'negotiate_stream', side);
    if (id === Id.Error) this.takeError(side, view, payload, payload + length, from);
    else {
      this.gss.token(side, bytes, view, payload, payload + length, from);
      if (id === Id.Done && side === 1) this.takeDone(from);
    }
    return HEADER + length;
  }

  gap(): void {
    this.done = true;
  }

  end(): void {
    this.done = true;
  }

  private takeDone(from: Origin): void {
    this.gss.outcome(true);
    this.learner.facts.details.add({
      service: 'negotiate_stream',
      text: 'authenticated',
      flow: from.flow,
      sec: from.sec,
      nsec: from.nsec,
      fileIndex: from.fileIndex,
      frame: from.frame,
    });
    this.done = true;
  }

  private takeError(side: Side, view: DataView, at: number, end: number, from: Origin): void {
    const status = end - at >= 4 ? view.getUint32(end - 4) : 0;
    const statusName = ERRORS[status] ?? '';
    const hex = `0x${status.toString(16).padStart(8, '0')}`;
    const who = side === 0 ? 'the client' : 'the server';
    const text = `${who} ended the handshake with ${statusName === '' ? hex : `${statusName} (${hex})`}`;
    const seen = seenAt(from);
    this.learner.facts.details.add({ service: 'negotiate_stream', text: factText(text), ...seen });
    if (side === 1) {
      this.gss.outcome(false);
      this.learner.facts.denied.add({ what: 'NegotiateStream handshake', status, statusName, ...seen });
    }
    this.done = true;
  }
}
