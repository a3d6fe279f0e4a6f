/**
 * TLS that a protocol of lines begins in the middle: the client asks, the server agrees, and from the next byte on all is
 * encrypted. What runs there stays what it was.
 *
 * Normative: RFC 3207 §4 (SMTP), RFC 3501 §6.2.1 (IMAP), RFC 2595 §4 (POP3), RFC 4217 §4 (FTP).
 *
 *   client: STARTTLS CR LF, tag STARTTLS CR LF, STLS CR LF, AUTH TLS CR LF
 *   server: 220 ..., tag OK ..., +OK ..., 234 ...
 */
import { findByte, latin1Text } from '../bytes/byte-text.js';
import type { Side } from '../facts/dissector.js';
import type { ServiceName } from '../facts/services.js';

const LF = 10;
/** A line that is longer is none of these. */
const MAX_LINE = 512;
/**
 * Lines of both sides in which the change to TLS is looked for.
 * @reached a later change is not told
 */
const MAX_LINES = 64;

const ASKS: Readonly<Partial<Record<ServiceName, RegExp>>> = {
  smtp: /^STARTTLS\s*$/i,
  imap: /^\S+ STARTTLS\s*$/i,
  pop3: /^STLS\s*$/i,
  ftp: /^AUTH (?:TLS|SSL)\s*$/i,
};
const AGREES: Readonly<Partial<Record<ServiceName, RegExp>>> = {
  smtp: /^220[ -]/,
  imap: /^[^*\s]\S* OK\b/i,
  pop3: /^\+OK\b/,
  ftp: /^234[ -]/,
};

export class StartTls {
  private readonly service: ServiceName;
  private asked = false;
  private lines = 0;

  constructor(service: ServiceName) {
    this.service = service;
  }

  /** Is there such a change in the protocol at all? */
  get isKnown(): boolean {
    return ASKS[this.service] !== undefined;
  }

  /** There is nothing more to look for. */
  get isOver(): boolean {
    return !this.isKnown || this.lines >= MAX_LINES;
  }

  /** Takes one line off; returns its length, 0 = it has no end yet, -1 = it is no line. */
  take(side: Side, bytes: Uint8Array, at: number, end: number): number {
    const lf = findByte(bytes, at, Math.min(end, at + MAX_LINE), LF);
    if (lf < 0) return end - at < MAX_LINE ? 0 : -1;
    this.lines++;
    if (side === 0) this.asked = ASKS[this.service]?.test(latin1Text(bytes, at, lf)) === true;
    return lf + 1 - at;
  }

  /** Is this line of the server the word with which TLS begins? Asked before it is taken off. */
  begins(bytes: Uint8Array, at: number, end: number): boolean {
    const lf = findByte(bytes, at, Math.min(end, at + MAX_LINE), LF);
    return this.asked && lf >= 0 && AGREES[this.service]?.test(latin1Text(bytes, at, lf)) === true;
  }
}
