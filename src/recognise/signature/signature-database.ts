/**
 * Signatures of databases, and of DNS over TCP.
 *
 * Normative: [MS-TDS] §2.2.3.1 (packet header), §2.2.6.5 (PRELOGIN); MySQL client/server protocol, "Handshake";
 * PostgreSQL frontend/backend protocol §54.7 (StartupMessage, SSLRequest); RFC 1035 §4.1-4.2.2.
 *
 *   TDS type status len16 spid16 packet window | MySQL len24 seq 0A version | PostgreSQL len32 00 03 00 00 'user'
 *   DNS len16 id16 flags16 qd16 an16 ns16 ar16 name type16 class16
 */
import { isDigit, SignatureMatch, startsWithOne } from './signature-match.js';
import type { Signature } from './signature-match.js';

/** Start of a TDS packet of one of the types: first packet, no window. */
function tdsHeader(view: DataView, at: number): boolean {
  const length = view.getUint16(at + 2);
  return (
    (view.getUint8(at + 1) & 0xe6) === 0 && length > 8 && length <= 0x8000 && view.getUint8(at + 7) === 0
  );
}

/** The option list of a PRELOGIN message begins with VERSION, 6 bytes long. */
function isPrelogin(view: DataView, at: number): boolean {
  return view.getUint8(at) === 0 && view.getUint16(at + 1) <= 0x60 && view.getUint16(at + 3) === 6;
}

function tdsRequest(bytes: Uint8Array, view: DataView, at: number, end: number): SignatureMatch {
  if (end - at < 20)
    return end - at < 2 || (bytes[at + 1]! & 0xe6) === 0 ? SignatureMatch.More : SignatureMatch.No;
  if (!tdsHeader(view, at) || view.getUint16(at + 4) !== 0) return SignatureMatch.No;
  if (bytes[at] === 0x12) return isPrelogin(view, at + 8) ? SignatureMatch.Yes : SignatureMatch.No;
  // LOGIN7: its own length fills the packets, then the TDS version.
  const length = view.getUint32(at + 8, true);
  const major = view.getUint8(at + 15);
  return length >= 86 && length <= 0x2_0000 && major >= 0x70 && major <= 0x74
    ? SignatureMatch.Yes
    : SignatureMatch.No;
}

/** LOGINACK, ENVCHANGE, INFO, ERROR. */
const LOGIN_TOKENS = new Set([0xad, 0xe3, 0xab, 0xaa]);

function tdsResponse(bytes: Uint8Array, view: DataView, at: number, end: number): SignatureMatch {
  if (end - at < 13)
    return end - at < 2 || (bytes[at + 1]! & 0xe6) === 0 ? SignatureMatch.More : SignatureMatch.No;
  if (!tdsHeader(view, at) || bytes[at + 6]! > 1) return SignatureMatch.No;
  if (isPrelogin(view, at + 8)) return SignatureMatch.Yes;
  const length = view.getUint16(at + 9, true);
  return LOGIN_TOKENS.has(bytes[at + 8]!) && length > 0 && length + 11 <= view.getUint16(at + 2)
    ? SignatureMatch.Yes
    : SignatureMatch.No;
}

/** Protocol version 10 and a version text, or a handshake response with its 23 zeros. */
function mysqlGreeting(bytes: Uint8Array, view: DataView, at: number, end: number): SignatureMatch {
  if (end - at < 8) return end - at < 4 || bytes[at + 3] === 0 ? SignatureMatch.More : SignatureMatch.No;
  const length = view.getUint16(at, true);
  if (bytes[at + 2] !== 0 || bytes[at + 3] !== 0 || bytes[at + 4] !== 10 || length < 24 || length > 512)
    return SignatureMatch.No;
  if (!isDigit(bytes[at + 5]!)) return SignatureMatch.No;
  for (let i = at + 6; i < end && i < at + 5 + 64; i++) {
    const byte = bytes[i]!;
    if (byte === 0) return i >= at + 8 ? SignatureMatch.Yes : SignatureMatch.No;
    if (byte < 0x21 || byte > 0x7e) return SignatureMatch.No;
  }
  return SignatureMatch.More;
}

function mysqlLogin(bytes: Uint8Array, view: DataView, at: number, end: number): SignatureMatch {
  if (end - at >= 4 && (bytes[at + 3] !== 1 || bytes[at + 2] !== 0)) return SignatureMatch.No;
  if (end - at < 36) return SignatureMatch.More;
  if ((view.getUint16(at + 4, true) & 0x200) === 0 || view.getUint16(at, true) < 32) return SignatureMatch.No;
  // MariaDB has its own capabilities in the last four of the 23 bytes.
  for (let i = at + 13; i < at + 32; i++) if (bytes[i] !== 0) return SignatureMatch.No;
  return SignatureMatch.Yes;
}

const SSL_REQUEST = 0x04d2_162f;
const GSS_REQUEST = 0x04d2_1630;
const PROTOCOL_3 = 0x0003_0000;

function postgresStart(bytes: Uint8Array, view: DataView, at: number, end: number): SignatureMatch {
  if (end - at < 8) return SignatureMatch.More;
  const length = view.getUint32(at);
  const code = view.getUint32(at + 4);
  if (code === SSL_REQUEST || code === GSS_REQUEST)
    return length === 8 ? SignatureMatch.Yes : SignatureMatch.No;
  if (code !== PROTOCOL_3 || length < 9 || length > 10_000) return SignatureMatch.No;
  return startsWithOne(bytes, at + 8, end, [
    'user\0',
    'database\0',
    'application_name\0',
    'client_encoding\0',
  ]);
}

/** AuthenticationRequest, or an ErrorResponse that begins with its severity. */
export function postgresAnswer(bytes: Uint8Array, view: DataView, at: number, end: number): SignatureMatch {
  if (end - at < 9) return end - at < 2 || bytes[at + 1] === 0 ? SignatureMatch.More : SignatureMatch.No;
  const length = view.getUint32(at + 1);
  if (bytes[at] === 0x45) {
    if (length < 12 || length > 10_000) return SignatureMatch.No;
    return startsWithOne(bytes, at + 5, end, ['SERROR\0', 'SFATAL\0', 'SPANIC\0']);
  }
  const method = view.getUint32(at + 5);
  return length >= 8 && length <= 512 && method <= 12 && (method !== 0 || length === 8)
    ? SignatureMatch.Yes
    : SignatureMatch.No;
}

/** A first message of one question, with the same rules for its name as in a datagram. */
function dnsTcp(response: boolean): Signature['match'] {
  const longest = response ? 0xffff : 0x0400;
  return (bytes, view, at, end) => {
    if (end - at < 2) return SignatureMatch.More;
    const length = view.getUint16(at);
    if (length < 17 || length > longest) return SignatureMatch.No;
    if (end - at >= 6) {
      const flags = view.getUint16(at + 4);
      const opcode = (flags >> 11) & 15;
      if (flags >= 0x8000 !== response || (flags & 0x40) !== 0 || (opcode !== 0 && opcode !== 5))
        return SignatureMatch.No;
      if (response ? (flags & 15) > 5 : (flags & 0x068f) !== 0) return SignatureMatch.No;
    }
    if (end - at < 15) return SignatureMatch.More;
    const additional = view.getUint16(at + 12);
    const answers = view.getUint16(at + 8);
    if (view.getUint16(at + 6) !== 1 || view.getUint16(at + 10) > 64 || additional > 64)
      return SignatureMatch.No;
    if (response ? answers > 0x0fff : answers !== 0) return SignatureMatch.No;
    return question(bytes, view, at + 14, end, at + 2 + length);
  };
}

/** Labels of printable bytes, then an assigned type and class IN or ANY. */
function question(bytes: Uint8Array, view: DataView, at: number, end: number, stop: number): SignatureMatch {
  let i = at;
  for (;;) {
    if (i >= stop) return SignatureMatch.No;
    if (i >= end) return SignatureMatch.More;
    const length = bytes[i]!;
    if (length === 0) break;
    if (length > 63) return SignatureMatch.No;
    for (let n = i + 1; n <= i + length && n < end; n++) {
      const byte = bytes[n]!;
      if (byte < 0x21 || byte > 0x7e) return SignatureMatch.No;
    }
    i += 1 + length;
  }
  if (i + 5 > stop) return SignatureMatch.No;
  if (i + 5 > end) return SignatureMatch.More;
  const type = view.getUint16(i + 1);
  const known = (type >= 1 && type <= 65) || (type >= 249 && type <= 257);
  const rrClass = view.getUint16(i + 3);
  return known && (rrClass === 1 || rrClass === 255) ? SignatureMatch.Yes : SignatureMatch.No;
}

export const DATABASE_SIGNATURES: readonly Signature[] = [
  { service: 'mssql', side: 0, first: [0x10, 0x12], match: tdsRequest },
  { service: 'mssql', side: 1, first: [0x04], match: tdsResponse },
  { service: 'postgresql', side: 0, first: [0], match: postgresStart },
  { service: 'postgresql', side: 1, first: [0x45, 0x52], match: postgresAnswer },
  { service: 'mysql', side: 1, first: null, match: mysqlGreeting },
  { service: 'mysql', side: 0, first: null, match: mysqlLogin },
  { service: 'dns', side: 0, first: [0, 1, 2, 3, 4], match: dnsTcp(false) },
  { service: 'dns', side: 1, first: null, match: dnsTcp(true) },
];
