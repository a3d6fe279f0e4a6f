/**
 * Signatures of datagrams that are recognised whole, by their content alone.
 *
 * Normative: RFC 5905 §7.3 (NTP), [MS-SNTP] §2.2, RFC 3416 §3 and RFC 3412 §6 (SNMP), UPnP device architecture 2.0
 * §1.2-1.3 (SSDP), WS-Discovery 1.1 §2.4 (SOAP over UDP), RFC 9000 §17.2 (QUIC long header), C706 §12.5.1
 * (connectionless DCE/RPC).
 *
 *   NTP | LI2 VN3 mode3 | stratum | poll | precision | root delay 32 | root dispersion 32 | ... 48 bytes
 *   RPC  | 4 | type | flags1 | flags2 | drep 24 | ... object, interface, activity ... | length 16 at 74 | ... 80 bytes
 *   QUIC | 1 1 type2 .... | version 32 | dcid length | dcid | scid length | scid | ...
 */
import { readTlv, Tlv, TlvHeader } from '../bytes/ber.js';
import { findByte, findText, hasText } from '../bytes/byte-text.js';
import type { Datagram } from '../facts/datagram.js';
import type { ServiceName } from '../facts/services.js';
import { isPrintable, SignatureMatch, printableUntil } from './signature-match.js';
import { sipRequest, sipResponse, syslogMessage } from './signature-text.js';
import { ldapRequest, ldapResponse } from './signature-windows.js';

type SignedDatagram = Pick<Datagram, 'bytes' | 'view' | 'at' | 'end' | 'isWhole'>;

const NTP_LENGTH = 48;
/** With a MAC of 20 or 24 bytes, or the signatures of [MS-SNTP]. */
const NTP_LENGTHS = new Set([NTP_LENGTH, 68, 72, 120]);
/** Bytes of an XML datagram that are searched for the name of the protocol. */
const MAX_XML_BYTES = 1024;
const QUIC_VERSIONS = new Set([0x0000_0001, 0x6b33_43cf]);

function isNtp(bytes: Uint8Array, view: DataView, at: number, end: number): boolean {
  if (!NTP_LENGTHS.has(end - at)) return false;
  const first = bytes[at]!;
  const version = (first >> 3) & 7;
  const mode = first & 7;
  if (version < 1 || version > 4 || mode < 1 || mode > 5 || bytes[at + 1]! > 16) return false;
  if (view.getInt8(at + 2) < 0 || view.getInt8(at + 2) > 17) return false;
  const precision = view.getInt8(at + 3);
  if (precision > 0 && precision !== 32) return false;
  if (precision < -32) return false;
  const delay = view.getInt16(at + 4);
  return delay > -16 && delay < 16 && view.getUint16(at + 8) < 64 && view.getUint32(at + 40) !== 0;
}

const outer = new TlvHeader();
const inner = new TlvHeader();

/** SEQUENCE { version 0, 1 or 3; community or header; PDU }, all of the datagram. */
function isSnmp(bytes: Uint8Array, at: number, end: number): boolean {
  if (readTlv(bytes, at, end, outer) !== Tlv.Ok || outer.tag !== 0x30 || outer.end !== end) return false;
  const i = outer.at;
  if (i + 5 > end || bytes[i] !== 2 || bytes[i + 1] !== 1) return false;
  const version = bytes[i + 2]!;
  if (readTlv(bytes, i + 3, end, inner) !== Tlv.Ok || inner.end > end) return false;
  if (version === 3) return inner.tag === 0x30 && bytes[inner.at] === 2;
  if (version > 1 || inner.tag !== 4) return false;
  for (let n = inner.at; n < inner.end; n++) if (!isPrintable(bytes[n]!)) return false;
  const isPdu = readTlv(bytes, inner.end, end, inner) === Tlv.Ok && inner.end === end;
  return isPdu && inner.tag >= 0xa0 && inner.tag <= 0xa8;
}

function isSsdp(bytes: Uint8Array, at: number, end: number): boolean {
  if (hasText(bytes, at, end, 'M-SEARCH * HTTP/1.1\r\n') || hasText(bytes, at, end, 'NOTIFY * HTTP/1.1\r\n'))
    return true;
  return hasText(bytes, at, end, 'HTTP/1.1 200 OK\r\n') && findText(bytes, at, end, 'USN:') >= 0;
}

function isWsd(bytes: Uint8Array, at: number, end: number): boolean {
  if (
    !hasText(bytes, at, end, '<?xml') &&
    !hasText(bytes, at, end, '<soap:') &&
    !hasText(bytes, at, end, '<s:')
  ) {
    return false;
  }
  const stop = Math.min(end, at + MAX_XML_BYTES);
  return (
    findText(bytes, at, stop, '/ws/2005/04/discovery') >= 0 ||
    findText(bytes, at, stop, 'ws-dd/ns/discovery') >= 0
  );
}

/** The two letters that versions of Google's QUIC begin with: Q043, T051. */
const GOOGLE_QUIC = new Set([0x5130, 0x5430]);

/** A version of QUIC: of an RFC, of a draft, Google's, or one that only asks for an answer (RFC 9000 §15). */
function isQuicVersion(version: number): boolean {
  if (QUIC_VERSIONS.has(version) || version >>> 8 === 0xff_0000) return true;
  return GOOGLE_QUIC.has(version >>> 16) || (version & 0x0f0f_0f0f) === 0x0a0a_0a0a;
}

/** Version Negotiation (RFC 9000 §17.2.1) holds nothing behind the two ids but versions. */
function areQuicVersions(view: DataView, at: number, end: number): boolean {
  if (at >= end || (end - at) % 4 !== 0) return false;
  for (let i = at; i < end; i += 4) if (!isQuicVersion(view.getUint32(i))) return false;
  return true;
}

function isQuic(bytes: Uint8Array, view: DataView, at: number, end: number, isWhole: boolean): boolean {
  if (end - at < 12) return false;
  const version = view.getUint32(at + 1);
  if (version === 0) {
    const first = bytes[at + 5]!;
    const second = first <= 20 ? bytes[at + 6 + first]! : 0xff;
    return isWhole && second <= 20 && areQuicVersions(view, at + 7 + first + second, end);
  }
  if (end - at < 40 || (bytes[at]! & 0x40) === 0 || !isQuicVersion(version)) return false;
  const destination = bytes[at + 5]!;
  if (destination > 20 || at + 6 + destination >= end) return false;
  const source = bytes[at + 6 + destination]!;
  return source <= 20 && at + 7 + destination + source < end;
}

const RPC4_HEADER_BYTES = 80;
const RPC4_LAST_TYPE = 10;

/** A datagram of the connectionless protocol: nothing but version, flags and lengths that agree. */
function isRpc4(bytes: Uint8Array, view: DataView, at: number, end: number): boolean {
  if (end - at < RPC4_HEADER_BYTES || bytes[at + 1]! > RPC4_LAST_TYPE) return false;
  const order = bytes[at + 4]!;
  // Of the second flags only "cancel pending" is in use.
  if ((bytes[at + 3]! & ~2) !== 0 || (order & 0xee) !== 0) return false;
  if (bytes[at + 5]! > 3 || bytes[at + 6] !== 0) return false;
  const whole = RPC4_HEADER_BYTES + view.getUint16(at + 74, (order & 0x10) !== 0);
  const isAuthenticated = bytes[at + 78] !== 0;
  return isAuthenticated ? whole <= end - at : whole === end - at;
}

/** `<PRI>` and a line of text, or one of the two formats in full. */
function isSyslog(bytes: Uint8Array, view: DataView, at: number, end: number): boolean {
  if (syslogMessage(bytes, view, at, end) === SignatureMatch.Yes) return true;
  const close = findByte(bytes, at, end, 0x3e);
  if (close < at + 2 || close > at + 4 || close + 8 > end) return false;
  let priority = 0;
  for (let i = at + 1; i < close; i++) {
    const digit = bytes[i]! - 0x30;
    if (digit < 0 || digit > 9) return false;
    priority = priority * 10 + digit;
  }
  return (
    priority <= 191 &&
    printableUntil(bytes, close + 1, Math.min(end, close + 33)) >= Math.min(end, close + 33) - 2
  );
}

function isSip(bytes: Uint8Array, view: DataView, at: number, end: number): boolean {
  return (
    sipRequest(bytes, view, at, end) === SignatureMatch.Yes ||
    sipResponse(bytes, view, at, end) === SignatureMatch.Yes
  );
}

function isLdap(bytes: Uint8Array, view: DataView, at: number, end: number): boolean {
  return (
    ldapRequest(bytes, view, at, end) === SignatureMatch.Yes ||
    ldapResponse(bytes, view, at, end) === SignatureMatch.Yes
  );
}

/**
 * What a datagram is, by its content; null = none of these. Looks at a bounded number of bytes. A datagram that was
 * cut while it was captured has no length that could speak for a protocol.
 */
export function datagramService({ bytes, view, at, end, isWhole }: SignedDatagram): ServiceName | null {
  if (end - at < 8) return null;
  const first = bytes[at]!;
  if (first === 0x30) return isSnmp(bytes, at, end) ? 'snmp' : isLdap(bytes, view, at, end) ? 'ldap' : null;
  if (first === 4 && isWhole && isRpc4(bytes, view, at, end)) return 'dce_rpc';
  if (first === 0x3c) {
    if (isWsd(bytes, at, end)) return 'wsd';
    return isSyslog(bytes, view, at, end) ? 'syslog' : null;
  }
  if (first >= 0x80 && isQuic(bytes, view, at, end, isWhole)) return 'quic';
  if (first >= 0x41 && first <= 0x5a) {
    if (isSsdp(bytes, at, end)) return 'ssdp';
    if (isSip(bytes, view, at, end)) return 'sip';
  }
  return isWhole && isNtp(bytes, view, at, end) ? 'ntp' : null;
}
