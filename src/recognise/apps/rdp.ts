/**
 * Remote Desktop: the connection request and its answer.
 *
 * Normative: [MS-RDPBCGR] §2.2.1.1 (request, cookie, negotiation), §2.2.1.2 (confirm, failure codes).
 *
 *   | 03 00 length 16 | li E0 or D0 dst16 src16 class | cookie CR LF | type flags 08 00 protocol 32 LE |
 */
import { findByte, findText, latin1Text } from '../bytes/byte-text.js';
import type { Dissector, Side } from '../facts/dissector.js';
import type { Origin } from '../../flow/record/origin.js';
import { factText, seenAt } from '../facts/facts.js';
import type { Learner } from '../facts/learner.js';

const HEADER = 11;
const MAX_REQUEST = 1_024;
const COOKIE = 'mstshash=';
const PROTOCOLS = [
  'standard security',
  'TLS',
  'CredSSP',
  '',
  'RDSTLS',
  '',
  '',
  '',
  'CredSSP with early authorization',
];
const FAILURES = [
  '',
  'SSL_REQUIRED_BY_SERVER',
  'SSL_NOT_ALLOWED_BY_SERVER',
  'SSL_CERT_NOT_ON_SERVER',
  'INCONSISTENT_FLAGS',
  'HYBRID_REQUIRED_BY_SERVER',
  'SSL_WITH_USER_AUTH_REQUIRED_BY_SERVER',
];

export class RdpDissector implements Dissector {
  private readonly learner: Learner;
  private readonly over: [boolean, boolean] = [false, false];

  constructor(learner: Learner) {
    this.learner = learner;
  }

  get done(): boolean {
    return this.over[0] && this.over[1];
  }

  data(side: Side, bytes: Uint8Array, view: DataView, at: number, end: number, from: Origin): number {
    if (this.over[side]) return end - at;
    if (end - at < HEADER) return 0;
    const length = view.getUint16(at + 2);
    const code = bytes[at + 5];
    if (bytes[at] !== 3 || length < HEADER || length > MAX_REQUEST || code !== (side === 0 ? 0xe0 : 0xd0)) {
      this.over[side] = true;
      return end - at;
    }
    if (end - at < length) return 0;
    this.over[side] = true;
    this.learner.facts.spoken(from.flow, 'rdp', side);
    const text =
      side === 0 ? cookieText(bytes, at + HEADER, at + length) : confirmText(view, at + HEADER, at + length);
    if (text !== '')
      this.learner.facts.details.add({ service: 'rdp', text: factText(text), ...seenAt(from) });
    return length;
  }

  gap(side: Side): void {
    this.over[side] = true;
  }

  end(): void {
    this.over[0] = true;
    this.over[1] = true;
  }
}

function cookieText(bytes: Uint8Array, at: number, end: number): string {
  const cookie = findText(bytes, at, end, COOKIE);
  if (cookie < 0) return '';
  const cr = findByte(bytes, cookie, end, 13);
  return `request of ${latin1Text(bytes, cookie + COOKIE.length, cr < 0 ? end : cr)}`;
}

function confirmText(view: DataView, at: number, end: number): string {
  if (at + 8 > end) return '';
  const type = view.getUint8(at);
  const value = view.getUint32(at + 4, true);
  if (type === 2) return `confirmed with ${PROTOCOLS[value] ?? `protocol ${value}`}`;
  return type === 3 ? `refused: ${FAILURES[value] ?? `failure ${value}`}` : '';
}
