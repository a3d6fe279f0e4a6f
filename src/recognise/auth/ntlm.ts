/**
 * NTLM messages wherever they stand in a token: SMB session setups, DCE/RPC verifiers, NegotiateStream, HTTP, LDAP.
 *
 * Normative: [MS-NLMP] §2.2.1.1 (NEGOTIATE), §2.2.1.2 (CHALLENGE), §2.2.1.3 (AUTHENTICATE), §2.2.2.1 (AV_PAIR).
 *
 *   | 'NTLMSSP' 00 | type 32 | ... fields: length 16, maximum 16, offset 32 from the signature ... | flags 32 |
 */
import { findText, latin1Text, utf16Text } from '../bytes/byte-text.js';

const SIGNATURE = 'NTLMSSP\0';
/** Bytes of a token that are searched for the signature; a SPNEGO wrapper takes less. */
const MAX_SEARCH = 4_096;
const MAX_AV_PAIRS = 32;
const Type = { Negotiate: 1, Challenge: 2, Authenticate: 3 } as const;
const AvId = {
  End: 0,
  NetbiosComputer: 1,
  NetbiosDomain: 2,
  DnsComputer: 3,
  DnsDomain: 4,
  DnsTree: 5,
} as const;
const FLAG_UNICODE = 1;

/** What the server says of itself. */
export interface NtlmChallenge {
  readonly type: 'challenge';
  readonly netbiosComputer: string;
  readonly netbiosDomain: string;
  readonly dnsComputer: string;
  readonly dnsDomain: string;
  readonly dnsTree: string;
}

/** Who wants to log on, and from where. */
export interface NtlmAuthenticate {
  readonly type: 'authenticate';
  readonly user: string;
  readonly domain: string;
  readonly workstation: string;
}

export type NtlmMessage = { readonly type: 'negotiate' } | NtlmChallenge | NtlmAuthenticate;

/** Finds and reads the NTLM message in `bytes[at .. end)`; null = there is none, or it is cut. Never throws. */
export function parseNtlm(bytes: Uint8Array, view: DataView, at: number, end: number): NtlmMessage | null {
  const start = findText(bytes, at, Math.min(end, at + MAX_SEARCH), SIGNATURE);
  if (start < 0 || start + 12 > end) return null;
  switch (view.getUint32(start + 8, true)) {
    case Type.Negotiate:
      return { type: 'negotiate' };
    case Type.Challenge:
      return challenge(bytes, view, start, end);
    case Type.Authenticate:
      return authenticate(bytes, view, start, end);
    default:
      return null;
  }
}

/** The text that the field at `fieldAt` points to; '' when it lies outside of the message. */
function text(
  bytes: Uint8Array,
  view: DataView,
  start: number,
  end: number,
  fieldAt: number,
  unicode: boolean,
): string {
  const length = view.getUint16(fieldAt, true);
  const at = start + view.getUint32(fieldAt + 4, true);
  if (length === 0 || at + length > end) return '';
  return unicode ? utf16Text(bytes, at, at + length) : latin1Text(bytes, at, at + length);
}

function challenge(bytes: Uint8Array, view: DataView, start: number, end: number): NtlmChallenge | null {
  if (start + 48 > end) return null;
  let netbiosComputer = '';
  let netbiosDomain = '';
  let dnsComputer = '';
  let dnsDomain = '';
  let dnsTree = '';
  const length = view.getUint16(start + 40, true);
  let i = start + view.getUint32(start + 44, true);
  const stop = Math.min(end, i + length);
  for (let n = 0; n < MAX_AV_PAIRS && i + 4 <= stop; n++) {
    const id = view.getUint16(i, true);
    const valueAt = i + 4;
    const valueEnd = valueAt + view.getUint16(i + 2, true);
    if (id === AvId.End || valueEnd > stop) break;
    // Always Unicode, whatever was negotiated.
    if (id === AvId.NetbiosComputer) netbiosComputer = utf16Text(bytes, valueAt, valueEnd);
    else if (id === AvId.NetbiosDomain) netbiosDomain = utf16Text(bytes, valueAt, valueEnd);
    else if (id === AvId.DnsComputer) dnsComputer = utf16Text(bytes, valueAt, valueEnd);
    else if (id === AvId.DnsDomain) dnsDomain = utf16Text(bytes, valueAt, valueEnd);
    else if (id === AvId.DnsTree) dnsTree = utf16Text(bytes, valueAt, valueEnd);
    i = valueEnd;
  }
  return { type: 'challenge', netbiosComputer, netbiosDomain, dnsComputer, dnsDomain, dnsTree };
}

function authenticate(
  bytes: Uint8Array,
  view: DataView,
  start: number,
  end: number,
): NtlmAuthenticate | null {
  if (start + 52 > end) return null;
  // The oldest form ends before the flags: its payload begins at 52.
  let first = 0xffff_ffff;
  for (let field = 12; field <= 44; field += 8) first = Math.min(first, payloadOffset(view, start + field));
  const unicode = first < 64 || start + 64 > end || (view.getUint32(start + 60, true) & FLAG_UNICODE) !== 0;
  return {
    type: 'authenticate',
    domain: text(bytes, view, start, end, start + 28, unicode),
    user: text(bytes, view, start, end, start + 36, unicode),
    workstation: withoutSlashes(text(bytes, view, start, end, start + 44, unicode)),
  };
}

function withoutSlashes(name: string): string {
  return name.startsWith('\\') ? name.replace(/^\\+/, '') : name;
}

/** Where a field's bytes are; as far as possible when it has none. */
function payloadOffset(view: DataView, fieldAt: number): number {
  return view.getUint16(fieldAt, true) === 0 ? 0xffff_ffff : view.getUint32(fieldAt + 4, true);
}
