/**
 * The first exchange of HTTP/1.x: request line, Host, status; and the logon that it may carry (WinRM).
 *
 * Normative: RFC 9112 §2-6 (messages), RFC 9110 §11.6-11.7 (authentication), RFC 4559 §4 (Negotiate),
 * [MS-WSMV] §2.1 (WS-Management over HTTP).
 *
 *   | method SP target SP HTTP/1.1 CR LF | name ':' value CR LF ... | CR LF | body |
 */
import { decodeBase64 } from '../bytes/base64.js';
import { findByte, findText, hasText, latin1Text } from '../bytes/byte-text.js';
import type { Dissector, Side } from '../facts/dissector.js';
import type { Origin } from '../../flow/record/origin.js';
import { factText, seenAt } from '../facts/facts.js';
import { GssExchange } from '../auth/gss.js';
import type { AddressPair, Learner } from '../facts/learner.js';

/**
 * Bytes of the header section of an HTTP message.
 * @reached it is not read
 */
const MAX_HEADER_BYTES = 32_768;
/** Messages of a side that are read at the most: enough for a logon with NTLM. */
const MAX_MESSAGES = 4;
/** The longest name of a header that is looked at. */
const MAX_FIELD_NAME = 32;
/** A token in a header, in base64. */
const MAX_TOKEN = 16_384;
/** 100, 102, 103: the answer is still to come. */
const INTERIM = /^HTTP\/1\.\d 10[023]/;
const HEAD_END = '\r\n\r\n';
const LF = 10;

/** What matters of one header section. */
interface Head {
  line: string;
  host: string;
  /** Bytes of body; -1 = not told by a length. */
  length: number;
  token: Uint8Array | null;
}

export class HttpDissector implements Dissector {
  private readonly learner: Learner;
  private readonly gss: GssExchange;
  private readonly messages: [number, number] = [0, 0];
  private readonly over: [boolean, boolean] = [false, false];
  /** Bytes of the present header section in which no end begins: they come again, with more. */
  private readonly searched: [number, number] = [0, 0];
  private winrm = false;

  constructor(learner: Learner, ends: AddressPair) {
    this.learner = learner;
    this.gss = new GssExchange(learner, ends);
  }

  get done(): boolean {
    return this.over[0] && this.over[1];
  }

  data(side: Side, bytes: Uint8Array, _view: DataView, at: number, end: number, from: Origin): number {
    if (this.over[side]) return end - at;
    const searched = this.searched[side];
    const headEnd = findText(bytes, at + searched, Math.min(end, at + MAX_HEADER_BYTES), HEAD_END);
    if (headEnd < 0) {
      if (end - at >= MAX_HEADER_BYTES) return this.stop(side, end - at);
      this.searched[side] = Math.max(searched, end - at - HEAD_END.length + 1);
      return 0;
    }
    this.searched[side] = 0;
    const head = readHead(bytes, at, headEnd + 2, side);
    const isMessage = side === 0 ? / HTTP\/1\.\d$/.test(head.line) : head.line.startsWith('HTTP/1.');
    if (!isMessage && hasText(bytes, at, end, 'PRI * HTTP/2.0')) return this.stop(side, end - at);
    if (!isMessage) {
      if (this.messages[side] === 0 && this.messages[side === 0 ? 1 : 0] === 0)
        this.learner.facts.withdraw(from.flow);
      return this.stop(side, end - at);
    }
    if (side === 1 && INTERIM.test(head.line)) return headEnd + 4 - at;
    this.take(side, head, from);
    // A logon goes on behind a 401; all other exchanges are as good as their first.
    if (side === 1 && !/^HTTP\/1\.\d 401/.test(head.line)) this.end();
    if (this.over[side]) return end - at;
    const { length } = head;
    if (length < 0 || ++this.messages[side] >= MAX_MESSAGES) return this.stop(side, end - at);
    return headEnd + 4 - at + length;
  }

  gap(side: Side): void {
    this.over[side] = true;
  }

  end(): void {
    this.over[0] = true;
    this.over[1] = true;
  }

  /** The rest of this side is not read. */
  private stop(side: Side, rest: number): number {
    this.over[side] = true;
    return rest;
  }

  private take(side: Side, head: Head, from: Origin): void {
    const { facts } = this.learner;
    if (side === 0) {
      const target = head.line.split(' ')[1]!;
      this.winrm ||= /^(https?:\/\/[^/]*)?\/wsman([-/?]|$)/i.test(target);
    }
    const service = this.winrm ? 'winrm' : 'http';
    facts.spoken(from.flow, service, side);
    if (this.messages[side] === 0) {
      const host = head.host === '' ? '' : ` host ${head.host}`;
      facts.details.add({ service, text: factText(head.line + host), ...seenAt(from) });
    }
    if (side === 1 && this.messages[1] > 0 && head.token === null)
      this.gss.outcome(!/^HTTP\/1\.\d 401/.test(head.line));
    const { token } = head;
    if (token === null) return;
    const view = new DataView(token.buffer, token.byteOffset, token.length);
    this.gss.token(side, token, view, 0, token.length, from);
  }
}

/** Reads the lines in `bytes[at .. end)`. */
function readHead(bytes: Uint8Array, at: number, end: number, side: Side): Head {
  const head: Head = { line: '', host: '', length: side === 0 ? 0 : -1, token: null };
  let isFirst = true;
  for (let i = at; i < end;) {
    const lf = findByte(bytes, i, end, LF);
    const lineEnd = lf < 0 ? end : lf;
    const stop = lineEnd > i && bytes[lineEnd - 1] === 13 ? lineEnd - 1 : lineEnd;
    if (isFirst) head.line = latin1Text(bytes, i, stop);
    else readField(head, bytes, i, stop, side);
    isFirst = false;
    i = lineEnd + 1;
  }
  return head;
}

function readField(head: Head, bytes: Uint8Array, at: number, end: number, side: Side): void {
  const colon = findByte(bytes, at, Math.min(end, at + MAX_FIELD_NAME + 1), 0x3a);
  if (colon < 0) return;
  const name = latin1Text(bytes, at, colon).toLowerCase();
  const valueAt = bytes[colon + 1] === 0x20 ? colon + 2 : colon + 1;
  if (name === 'host') head.host = latin1Text(bytes, valueAt, end);
  else if (name === 'content-length') {
    const length = Number(latin1Text(bytes, valueAt, end));
    head.length = Number.isSafeInteger(length) && length >= 0 && length < 0x7fff_ffff ? length : -1;
  } else if (name === 'transfer-encoding') head.length = -1;
  else if (name === (side === 0 ? 'authorization' : 'www-authenticate')) {
    head.token = readToken(bytes, valueAt, end) ?? head.token;
  }
}

/** The token behind the name of a scheme; null = none. */
function readToken(bytes: Uint8Array, at: number, end: number): Uint8Array | null {
  const space = findByte(bytes, at, end, 0x20);
  if (space < 0 || end - space > MAX_TOKEN) return null;
  const scheme = latin1Text(bytes, at, space).toLowerCase();
  if (scheme !== 'ntlm' && scheme !== 'negotiate' && scheme !== 'kerberos') return null;
  return decodeBase64(bytes, space + 1, end);
}
