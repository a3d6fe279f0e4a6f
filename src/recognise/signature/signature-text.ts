/**
 * Signatures of protocols that speak in lines.
 *
 * Normative: RFC 9112 §3-4 (HTTP/1.1), RFC 9113 §3.4 (HTTP/2 preface), [MS-WSMV] §2.1, RFC 4253 §4.2 (SSH),
 * RFC 959, 5321, 3501, 1939 (greetings), RFC 854 (Telnet), RFC 6143 §7.1.1 (RFB), RFC 3261 §7 (SIP),
 * RFC 5424 §6, 3164 §4.1, 6587 §3.4 (syslog).
 *
 *   | method SP target SP HTTP/1.x CR LF |    | three digits SP or '-' text CR LF |    | '<' PRI '>' ... |
 */
import { findText, hasText } from '../bytes/byte-text.js';
import { firstBytesOf, isDigit, isPrintable, SignatureMatch, printableUntil } from './signature-match.js';
import { startsWith, startsWithOne } from './signature-match.js';
import type { Signature } from './signature-match.js';

const CR = 13;
const LF = 10;
const SPACE = 0x20;

/** Methods of HTTP, WebDAV, BITS, UPnP eventing and RPC over HTTP. */
const HTTP_METHODS = (
  'GET POST HEAD PUT DELETE OPTIONS CONNECT PATCH TRACE PROPFIND PROPPATCH MKCOL COPY MOVE LOCK UNLOCK SEARCH ' +
  'REPORT SUBSCRIBE UNSUBSCRIBE NOTIFY POLL BITS_POST CCM_POST RPC_IN_DATA RPC_OUT_DATA'
)
  .split(' ')
  .map((method) => `${method} `);
const HTTP2_PREFACE = 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n';
const WINRM_TARGET = '/wsman';

const SIP_METHODS =
  'INVITE ACK BYE CANCEL REGISTER OPTIONS SUBSCRIBE NOTIFY MESSAGE INFO PRACK UPDATE REFER PUBLISH'
    .split(' ')
    .flatMap((method) => [`${method} sip:`, `${method} sips:`]);

/** Offset behind the method and its space, -1 = no method, 0 = too few bytes (0 is never an offset behind one). */
function targetAt(bytes: Uint8Array, at: number, end: number): number {
  let more = false;
  for (const method of HTTP_METHODS) {
    const match = startsWith(bytes, at, end, method);
    if (match === SignatureMatch.Yes) return at + method.length;
    if (match === SignatureMatch.More) more = true;
  }
  return more ? 0 : -1;
}

/** A request line; one that is longer than what signatures see is taken for one when all of it is printable. */
function requestLine(bytes: Uint8Array, at: number, end: number): SignatureMatch {
  const target = targetAt(bytes, at, end);
  if (target <= 0) return target === 0 ? SignatureMatch.More : SignatureMatch.No;
  if (target === end) return SignatureMatch.More;
  const first = bytes[target]!;
  const startsUri = first === 0x2f || first === 0x2a || (isPrintable(first) && first !== SPACE);
  if (!startsUri || startsWithOne(bytes, target, end, ['sip:', 'sips:', 'rtsp:']) === SignatureMatch.Yes)
    return SignatureMatch.No;
  const stop = printableUntil(bytes, target, end);
  if (stop === end) return SignatureMatch.More;
  const last = bytes[stop];
  if (last !== CR && last !== LF) return SignatureMatch.No;
  return hasText(bytes, stop - 9, stop, ' HTTP/1.') && isDigit(bytes[stop - 1]!)
    ? SignatureMatch.Yes
    : SignatureMatch.No;
}

/** `requestLine`, where everything that was looked at is part of one long line. */
function httpRequest(bytes: Uint8Array, _view: DataView, at: number, end: number): SignatureMatch {
  const preface = startsWith(bytes, at, end, HTTP2_PREFACE);
  if (preface !== SignatureMatch.No) return preface;
  const match = requestLine(bytes, at, end);
  if (match !== SignatureMatch.More || end - at < LONG_LINE) return match;
  const target = targetAt(bytes, at, end);
  return target > 0 && (bytes[target] === 0x2f || hasText(bytes, target, end, 'http'))
    ? SignatureMatch.Yes
    : match;
}

/** A printable line that begins with a method and a path and goes on for so many bytes is a request. */
const LONG_LINE = 96;

function winrmRequest(bytes: Uint8Array, view: DataView, at: number, end: number): SignatureMatch {
  const target = targetAt(bytes, at, end);
  if (target <= 0) return target === 0 ? SignatureMatch.More : SignatureMatch.No;
  const wsman = startsWith(bytes, target, end, WINRM_TARGET);
  if (wsman !== SignatureMatch.Yes) return wsman;
  return httpRequest(bytes, view, at, end);
}

/** `HTTP/1.1 200 ` or the first frame of an HTTP/2 server: SETTINGS on stream 0, a multiple of 6 bytes. */
function httpResponse(bytes: Uint8Array, _view: DataView, at: number, end: number): SignatureMatch {
  const version = startsWith(bytes, at, end, 'HTTP/1.');
  if (version !== SignatureMatch.Yes) return version;
  if (end - at < 12) return SignatureMatch.More;
  const digits = isDigit(bytes[at + 7]!) && isDigit(bytes[at + 9]!) && isDigit(bytes[at + 11]!);
  return digits && bytes[at + 8] === SPACE ? SignatureMatch.Yes : SignatureMatch.No;
}

function http2Settings(bytes: Uint8Array, view: DataView, at: number, end: number): SignatureMatch {
  if (end - at < 9) return bytes[at] === 0 ? SignatureMatch.More : SignatureMatch.No;
  const length = view.getUint32(at) >>> 8;
  const settings = (view.getUint32(at) & 0xff) === 4 && bytes[at + 4] === 0 && view.getUint32(at + 5) === 0;
  if (!settings || length === 0 || length % 6 !== 0 || length > 96) return SignatureMatch.No;
  if (end - at < 11) return SignatureMatch.More;
  const identifier = view.getUint16(at + 9);
  return identifier >= 1 && identifier <= 16 ? SignatureMatch.Yes : SignatureMatch.No;
}

/** `SSH-2.0-`, `SSH-1.99-`. */
function ssh(bytes: Uint8Array, _view: DataView, at: number, end: number): SignatureMatch {
  return startsWithOne(bytes, at, end, ['SSH-2.0-', 'SSH-1.']);
}

/** A greeting line that begins with 220 or 421 and says what it is. */
function greeting(words: readonly string[]): Signature['match'] {
  return (bytes, _view, at, end) => {
    const code = startsWithOne(bytes, at, end, ['220 ', '220-', '421 ', '421-']);
    if (code !== SignatureMatch.Yes) return code;
    const stop = printableUntil(bytes, at, end);
    for (const word of words) if (findText(bytes, at + 4, stop, word) >= 0) return SignatureMatch.Yes;
    return stop === end ? SignatureMatch.More : SignatureMatch.No;
  };
}

const IMAP_GREETINGS = ['* OK ', '* OK [', '* PREAUTH ', '* BYE '];
const POP3_GREETINGS = ['+OK '];

/** The greeting of a server, of which at least one more character is printable. */
function greetingText(texts: readonly string[]): Signature['match'] {
  return (bytes, _view, at, end) => {
    let best: SignatureMatch = SignatureMatch.No;
    for (const text of texts) {
      const match = startsWith(bytes, at, end, text);
      if (match === SignatureMatch.No) continue;
      if (match === SignatureMatch.More || end - at < text.length + 4) best = SignatureMatch.More;
      else if (printableUntil(bytes, at, end) >= at + text.length + 4) return SignatureMatch.Yes;
    }
    return best;
  };
}

/** Two option negotiations one after the other, of options that are assigned. */
function telnet(bytes: Uint8Array, _view: DataView, at: number, end: number): SignatureMatch {
  for (let i = 0; i < 6; i += 3) {
    if (at + i >= end) return SignatureMatch.More;
    if (bytes[at + i] !== 0xff) return SignatureMatch.No;
    if (at + i + 1 >= end) return SignatureMatch.More;
    const command = bytes[at + i + 1]!;
    if (command < 0xfa || command === 0xff) return SignatureMatch.No;
    if (at + i + 2 >= end) return SignatureMatch.More;
    if (bytes[at + i + 2]! > 49) return SignatureMatch.No;
    if (command === 0xfa) return i === 0 ? SignatureMatch.No : SignatureMatch.Yes;
  }
  return SignatureMatch.Yes;
}

/** `RFB 003.008` and a line feed. */
function rfb(bytes: Uint8Array, _view: DataView, at: number, end: number): SignatureMatch {
  const start = startsWith(bytes, at, end, 'RFB 00');
  if (start !== SignatureMatch.Yes) return start;
  if (end - at < 12) return SignatureMatch.More;
  return bytes[at + 7] === 0x2e && bytes[at + 11] === LF ? SignatureMatch.Yes : SignatureMatch.No;
}

const MONTHS = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ').map((month) => `${month} `);

/** `<PRI>1 2026-` (RFC 5424) or `<PRI>Mar  2 ` (RFC 3164), after the octet count where one is sent. */
export function syslogMessage(bytes: Uint8Array, _view: DataView, at: number, end: number): SignatureMatch {
  let i = at;
  while (i < end && i < at + 5 && isDigit(bytes[i]!)) i++;
  if (i > at) {
    if (i === end) return SignatureMatch.More;
    if (bytes[i] !== SPACE) return SignatureMatch.No;
    i++;
  }
  if (i === end) return SignatureMatch.More;
  if (bytes[i] !== 0x3c) return SignatureMatch.No;
  const digits = i + 1;
  let priority = 0;
  for (i = digits; i < end && i < digits + 3 && isDigit(bytes[i]!); i++) {
    priority = priority * 10 + bytes[i]! - 0x30;
  }
  if (i === end) return SignatureMatch.More;
  if (i === digits || priority > 191 || bytes[i] !== 0x3e) return SignatureMatch.No;
  const header = i + 1;
  const month = startsWithOne(bytes, header, end, MONTHS);
  if (month !== SignatureMatch.No) return month;
  const version = startsWith(bytes, header, end, '1 ');
  if (version !== SignatureMatch.Yes) return version;
  if (end - header < 4) return SignatureMatch.More;
  const time = bytes[header + 2]!;
  return (isDigit(time) && isDigit(bytes[header + 3]!)) || time === 0x2d
    ? SignatureMatch.Yes
    : SignatureMatch.No;
}

export function sipRequest(bytes: Uint8Array, _view: DataView, at: number, end: number): SignatureMatch {
  return startsWithOne(bytes, at, end, SIP_METHODS);
}

export function sipResponse(bytes: Uint8Array, _view: DataView, at: number, end: number): SignatureMatch {
  return startsWith(bytes, at, end, 'SIP/2.0 ');
}

/** `tag LOGIN`, `tag CAPABILITY` and the like. */
function imapCommand(bytes: Uint8Array, _view: DataView, at: number, end: number): SignatureMatch {
  let i = at;
  while (i < end && i < at + 8 && isTagByte(bytes[i]!)) i++;
  if (i === end) return SignatureMatch.More;
  if (i === at || bytes[i] !== SPACE) return SignatureMatch.No;
  return startsWithOne(bytes, i + 1, end, IMAP_COMMANDS);
}

const IMAP_COMMANDS = ['LOGIN ', 'CAPABILITY\r\n', 'STARTTLS\r\n', 'AUTHENTICATE ', 'ID ('];

function isTagByte(byte: number): boolean {
  return isDigit(byte) || (byte >= 0x41 && byte <= 0x5a) || (byte >= 0x61 && byte <= 0x7a) || byte === 0x2e;
}

const LETTERS_AND_DIGITS = Array.from({ length: 256 }, (_, byte) => byte).filter(isTagByte);
const DIGITS = LETTERS_AND_DIGITS.filter(isDigit);

export const TEXT_SIGNATURES: readonly Signature[] = [
  { service: 'winrm', side: 0, first: firstBytesOf(HTTP_METHODS), match: winrmRequest },
  { service: 'http', side: 0, first: firstBytesOf([...HTTP_METHODS, HTTP2_PREFACE]), match: httpRequest },
  { service: 'http', side: 1, first: [0x48], match: httpResponse },
  { service: 'http', side: 1, first: [0], match: http2Settings },
  { service: 'ssh', side: null, first: [0x53], match: ssh },
  { service: 'smtp', side: 1, first: [0x32, 0x34], match: greeting(['SMTP', 'smtp', 'Mail', 'Postfix']) },
  { service: 'smtp', side: 0, first: [0x45, 0x48], match: greetingText(['EHLO ', 'HELO ']) },
  { service: 'ftp', side: 1, first: [0x32, 0x34], match: greeting(['FTP', 'ftp', 'FileZilla']) },
  { service: 'imap', side: 1, first: [0x2a], match: greetingText(IMAP_GREETINGS) },
  { service: 'imap', side: 0, first: LETTERS_AND_DIGITS, match: imapCommand },
  { service: 'pop3', side: 1, first: [0x2b], match: greetingText(POP3_GREETINGS) },
  { service: 'telnet', side: null, first: [0xff], match: telnet },
  { service: 'vnc', side: null, first: [0x52], match: rfb },
  { service: 'sip', side: 0, first: firstBytesOf(SIP_METHODS), match: sipRequest },
  { service: 'sip', side: 1, first: [0x53], match: sipResponse },
  { service: 'syslog', side: 0, first: [0x3c, ...DIGITS], match: syslogMessage },
];
