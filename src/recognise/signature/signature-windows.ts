/**
 * Signatures of the protocols by which Windows machines are managed and authenticated.
 *
 * Normative: C706 §12.6.3.1 (PDU header), RFC 1002 §4.3.1 and [MS-SMB2] §2.1 (session service, direct TCP),
 * [MS-NRTP] §2.2.3.3 (.NET Remoting), [MS-NNS] §2.2.1 (NegotiateStream), RFC 8446 §5.1 and RFC 5246 E.2 (TLS),
 * [MS-RDPBCGR] §2.2.1.1-2.2.1.2, RFC 4511 §4.1.1 (LDAP), RFC 4120 §5, §7.2.2 (Kerberos).
 *
 *   DCE/RPC 05 00 type flags drep4 len16 auth16 | SMB 00 len24 FE 'SMB' | NRTP '.NET' 01 00 op16 dist16
 *   NNS 16 01 00 len16 token | TLS 16 03 0x len16 type len24 | X.224 03 00 len16 li E0 | LDAP 30 len 02 id op
 */
import { readTlv, Tlv, TlvHeader } from '../bytes/ber.js';
import { hasText } from '../bytes/byte-text.js';
import { SignatureMatch } from './signature-match.js';
import type { Signature } from './signature-match.js';

const REQUEST_PDUS = new Set([0, 11, 14, 16, 18, 19]);
const RESPONSE_PDUS = new Set([2, 3, 12, 13, 15, 17]);

function dceRpc(types: ReadonlySet<number>): Signature['match'] {
  return (bytes, view, at, end) => {
    if (end - at < 12) return end - at < 2 || bytes[at + 1]! <= 1 ? SignatureMatch.More : SignatureMatch.No;
    if (bytes[at + 1]! > 1 || !types.has(bytes[at + 2]!)) return SignatureMatch.No;
    const order = bytes[at + 4]!;
    if ((order & 0xee) !== 0 || bytes[at + 5]! > 3 || view.getUint16(at + 6) !== 0) return SignatureMatch.No;
    const little = (order & 0x10) !== 0;
    const length = view.getUint16(at + 8, little);
    return length >= 16 && view.getUint16(at + 10, little) + 16 <= length
      ? SignatureMatch.Yes
      : SignatureMatch.No;
  };
}

/** Direct TCP or the session service's session message, around any SMB. */
function smb(bytes: Uint8Array, view: DataView, at: number, end: number): SignatureMatch {
  if (end - at < 8) {
    if (end - at < 5) return SignatureMatch.More;
    return bytes[at + 4]! >= 0xfc ? SignatureMatch.More : SignatureMatch.No;
  }
  if (bytes[at + 4]! < 0xfc || !hasText(bytes, at + 5, end, 'SMB')) return SignatureMatch.No;
  return (view.getUint32(at) & 0xff_ffff) >= 32 ? SignatureMatch.Yes : SignatureMatch.No;
}

/** A session request: two names of 34 bytes. */
function sessionRequest(bytes: Uint8Array, view: DataView, at: number, end: number): SignatureMatch {
  if (end - at < 5) return SignatureMatch.More;
  if (view.getUint16(at) !== 0x8100 || view.getUint16(at + 2) < 68 || bytes[at + 4] !== 32)
    return SignatureMatch.No;
  for (let i = at + 5; i < end && i < at + 37; i++) {
    const letter = bytes[i]!;
    if (letter < 0x41 || letter > 0x50) return SignatureMatch.No;
  }
  return end - at >= 37 ? SignatureMatch.Yes : SignatureMatch.More;
}

/** A positive or negative session response, or a retarget. */
function sessionResponse(bytes: Uint8Array, view: DataView, at: number, end: number): SignatureMatch {
  if (end - at < 4) return SignatureMatch.More;
  const head = view.getUint32(at);
  if (head === 0x8200_0000) return SignatureMatch.Yes;
  if (head === 0x8300_0001) {
    if (end - at < 5) return SignatureMatch.More;
    const error = bytes[at + 4]!;
    return (error >= 0x80 && error <= 0x83) || error === 0x8f ? SignatureMatch.Yes : SignatureMatch.No;
  }
  return head === 0x8400_0006 ? SignatureMatch.Yes : SignatureMatch.No;
}

function dotnetRemoting(bytes: Uint8Array, view: DataView, at: number, end: number): SignatureMatch {
  if (end - at < 10)
    return hasText(bytes, at, end, '.NET'.slice(0, end - at)) ? SignatureMatch.More : SignatureMatch.No;
  if (!hasText(bytes, at, end, '.NET') || view.getUint16(at + 4) !== 0x0100) return SignatureMatch.No;
  return view.getUint16(at + 6, true) <= 2 && view.getUint16(at + 8, true) <= 1
    ? SignatureMatch.Yes
    : SignatureMatch.No;
}

/** A handshake message whose payload is a SPNEGO or NTLM token, or one that ends the handshake. */
function negotiateStream(bytes: Uint8Array, view: DataView, at: number, end: number): SignatureMatch {
  if (end - at >= 2 && bytes[at + 1] !== 1) return SignatureMatch.No;
  if (end - at >= 3 && bytes[at + 2] !== 0) return SignatureMatch.No;
  if (end - at < 5) return SignatureMatch.More;
  const length = view.getUint16(at + 3);
  const id = bytes[at];
  if (id === 0x14) return length === 0 || length > 6 ? SignatureMatch.Yes : SignatureMatch.No;
  if (id === 0x15) return length === 8 ? SignatureMatch.Yes : SignatureMatch.No;
  if (length < 8) return SignatureMatch.No;
  if (end - at < 13) return SignatureMatch.More;
  const token = bytes[at + 5];
  const isToken =
    token === 0x60 || token === 0xa1 || token === 0x6e || hasText(bytes, at + 5, end, 'NTLMSSP\0');
  return isToken ? SignatureMatch.Yes : SignatureMatch.No;
}

/** A hello in the first record: `type` 1 is the client's, 2 the server's. */
function tlsHello(type: number): Signature['match'] {
  return (bytes, view, at, end) => {
    if (end - at < 11) return end - at < 2 || bytes[at + 1] === 3 ? SignatureMatch.More : SignatureMatch.No;
    if (bytes[at + 1] !== 3 || bytes[at + 2]! > 4 || bytes[at + 5] !== type) return SignatureMatch.No;
    const record = view.getUint16(at + 3);
    const hello = (view.getUint32(at + 5) & 0xff_ffff) >>> 0;
    if (record < 5 || record > 0x4800 || hello < 38 || bytes[at + 9] !== 3) return SignatureMatch.No;
    return hello <= 0x1_0000 && bytes[at + 10]! <= 4 ? SignatureMatch.Yes : SignatureMatch.No;
  };
}

/** A server that ends the handshake at once. */
function tlsAlert(bytes: Uint8Array, view: DataView, at: number, end: number): SignatureMatch {
  if (end - at < 7) return end - at < 2 || bytes[at + 1] === 3 ? SignatureMatch.More : SignatureMatch.No;
  if (bytes[at + 1] !== 3 || bytes[at + 2]! > 4 || view.getUint16(at + 3) !== 2) return SignatureMatch.No;
  const level = bytes[at + 5]!;
  return (level === 1 || level === 2) && bytes[at + 6]! <= 121 ? SignatureMatch.Yes : SignatureMatch.No;
}

/** A client hello in the old format, whose parts add up to its length. */
function sslv2Hello(bytes: Uint8Array, view: DataView, at: number, end: number): SignatureMatch {
  if (end - at < 11) return end - at < 3 || bytes[at + 2] === 1 ? SignatureMatch.More : SignatureMatch.No;
  const version = view.getUint16(at + 3);
  if (bytes[at + 2] !== 1 || (version !== 2 && (version < 0x0300 || version > 0x0303)))
    return SignatureMatch.No;
  const ciphers = view.getUint16(at + 5);
  const session = view.getUint16(at + 7);
  const challenge = view.getUint16(at + 9);
  const length = view.getUint16(at) & 0x7fff;
  const fits = ciphers > 0 && ciphers % 3 === 0 && session <= 32 && challenge >= 16 && challenge <= 32;
  return fits && length === 9 + ciphers + session + challenge ? SignatureMatch.Yes : SignatureMatch.No;
}

/** A TPKT with a connection request (E0) or confirm (D0) that has none of the parameters other users of X.224 send. */
function rdp(code: number): Signature['match'] {
  return (bytes, view, at, end) => {
    if (end - at < 11) return end - at < 2 || bytes[at + 1] === 0 ? SignatureMatch.More : SignatureMatch.No;
    const length = view.getUint16(at + 2);
    const header = bytes[at + 4]!;
    if (bytes[at + 1] !== 0 || header + 5 !== length || bytes[at + 5] !== code) return SignatureMatch.No;
    if (view.getUint16(at + 6) !== 0 || bytes[at + 10] !== 0) return SignatureMatch.No;
    if (header === 6) return SignatureMatch.Yes;
    if (end - at < 15) return SignatureMatch.More;
    const negotiation = bytes[at + 11]!;
    if (view.getUint16(at + 13, true) === 8 && negotiation >= 1 && negotiation <= 3)
      return SignatureMatch.Yes;
    return code === 0xe0 && (hasText(bytes, at + 11, end, 'Cook') || hasText(bytes, at + 11, end, 'tsv:'))
      ? SignatureMatch.Yes
      : SignatureMatch.No;
  };
}

const LDAP_REQUESTS = new Set([0x60, 0x42, 0x63, 0x66, 0x68, 0x4a, 0x6c, 0x6e, 0x50, 0x77]);
const LDAP_RESPONSES = new Set([0x61, 0x64, 0x65, 0x67, 0x69, 0x6b, 0x6d, 0x6f, 0x73, 0x78]);
const outer = new TlvHeader();
const inner = new TlvHeader();

/** An LDAPMessage: SEQUENCE, messageID, an operation that fills it (or is followed by controls). */
function ldap(operations: ReadonlySet<number>): Signature['match'] {
  return (bytes, _view, at, end) => {
    const sequence = readTlv(bytes, at, end, outer);
    if (sequence !== Tlv.Ok) return sequence === Tlv.More ? SignatureMatch.More : SignatureMatch.No;
    let i = outer.at;
    if (i + 2 > end) return SignatureMatch.More;
    const idLength = bytes[i + 1]!;
    if (bytes[i] !== 2 || idLength < 1 || idLength > 4) return SignatureMatch.No;
    i += 2 + idLength;
    const operation = readTlv(bytes, i, end, inner);
    if (operation !== Tlv.Ok) {
      return operation === Tlv.More && (i >= end || operations.has(bytes[i]!))
        ? SignatureMatch.More
        : SignatureMatch.No;
    }
    if (!operations.has(inner.tag) || inner.end > outer.end || bytes[outer.at + 2]! > 0x7f)
      return SignatureMatch.No;
    if (inner.tag === 0x42)
      return inner.end === inner.at && inner.end === outer.end ? SignatureMatch.Yes : SignatureMatch.No;
    if (inner.end < outer.end) {
      if (inner.end >= end) return SignatureMatch.More;
      if (bytes[inner.end] !== 0xa0) return SignatureMatch.No;
    }
    return ldapContent(bytes, inner.tag, inner.at, end);
  };
}

/** The first value in the operation is what that operation begins with. */
function ldapContent(bytes: Uint8Array, tag: number, at: number, end: number): SignatureMatch {
  if (tag === 0x4a || tag === 0x50) return SignatureMatch.Yes;
  if (end - at < 3) return SignatureMatch.More;
  const first = bytes[at];
  const length = bytes[at + 1];
  if (tag === 0x60)
    return first === 2 && length === 1 && (bytes[at + 2] === 3 || bytes[at + 2] === 2)
      ? SignatureMatch.Yes
      : SignatureMatch.No;
  if (tag === 0x77) return first === 0x80 ? SignatureMatch.Yes : SignatureMatch.No;
  if (
    tag === 0x73 ||
    tag === 0x63 ||
    tag === 0x64 ||
    tag === 0x66 ||
    tag === 0x68 ||
    tag === 0x6c ||
    tag === 0x6e
  ) {
    return first === 4 ? SignatureMatch.Yes : SignatureMatch.No;
  }
  return first === 0x0a && length === 1 && bytes[at + 2]! <= 123 ? SignatureMatch.Yes : SignatureMatch.No;
}

export const ldapRequest: Signature['match'] = ldap(LDAP_REQUESTS);
export const ldapResponse: Signature['match'] = ldap(LDAP_RESPONSES);

/** Application tags: AS-REQ, AS-REP, TGS-REQ, TGS-REP, AP-REQ, AP-REP, KRB-PRIV (password change), KRB-ERROR. */
const KERBEROS_TAGS = new Set([0x6a, 0x6b, 0x6c, 0x6d, 0x6e, 0x6f, 0x75, 0x7e]);
const VERSION_5 = [0x02, 0x01, 0x05];

/** A Kerberos message: application tag, SEQUENCE in full, protocol version 5 first. */
export function kerberosMessage(bytes: Uint8Array, at: number, end: number): SignatureMatch {
  const application = readTlv(bytes, at, end, outer);
  if (application !== Tlv.Ok) return application === Tlv.More ? SignatureMatch.More : SignatureMatch.No;
  const sequence = readTlv(bytes, outer.at, end, inner);
  if (!KERBEROS_TAGS.has(outer.tag)) return SignatureMatch.No;
  if (sequence !== Tlv.Ok) return sequence === Tlv.More ? SignatureMatch.More : SignatureMatch.No;
  if (inner.tag !== 0x30 || inner.end !== outer.end) return SignatureMatch.No;
  const i = inner.at;
  if (i + 5 > end) return SignatureMatch.More;
  const version = outer.tag === 0x6a || outer.tag === 0x6c ? 0xa1 : 0xa0;
  return bytes[i] === version && VERSION_5.every((byte, n) => bytes[i + 2 + n] === byte)
    ? SignatureMatch.Yes
    : SignatureMatch.No;
}

function kerberosTcp(bytes: Uint8Array, view: DataView, at: number, end: number): SignatureMatch {
  if (end - at < 6) return SignatureMatch.More;
  const length = view.getUint32(at);
  if (length < 16 || length > 0x10_0000) return SignatureMatch.No;
  const match = kerberosMessage(bytes, at + 4, end);
  return match === SignatureMatch.Yes && outer.end - (at + 4) !== length ? SignatureMatch.No : match;
}

export const WINDOWS_SIGNATURES: readonly Signature[] = [
  { service: 'dce_rpc', side: 0, first: [5], match: dceRpc(REQUEST_PDUS) },
  { service: 'dce_rpc', side: 1, first: [5], match: dceRpc(RESPONSE_PDUS) },
  { service: 'smb', side: null, first: [0], match: smb },
  { service: 'nbss', side: 0, first: [0x81], match: sessionRequest },
  { service: 'nbss', side: 1, first: [0x82, 0x83, 0x84], match: sessionResponse },
  { service: 'dotnet_remoting', side: null, first: [0x2e], match: dotnetRemoting },
  { service: 'negotiate_stream', side: null, first: [0x14, 0x15, 0x16], match: negotiateStream },
  { service: 'ssl', side: 0, first: [0x16], match: tlsHello(1) },
  { service: 'ssl', side: 1, first: [0x16], match: tlsHello(2) },
  { service: 'ssl', side: 1, first: [0x15], match: tlsAlert },
  { service: 'ssl', side: 0, first: Array.from({ length: 128 }, (_, i) => 0x80 + i), match: sslv2Hello },
  { service: 'rdp', side: 0, first: [3], match: rdp(0xe0) },
  { service: 'rdp', side: 1, first: [3], match: rdp(0xd0) },
  { service: 'ldap', side: 0, first: [0x30], match: ldapRequest },
  { service: 'ldap', side: 1, first: [0x30], match: ldapResponse },
  { service: 'krb', side: null, first: [0], match: kerberosTcp },
];
