/**
 * The three NTLM messages of a logon, and the SPNEGO tokens that carry them.
 *
 * Normative: [MS-NLMP] §2.2.1 (messages), §2.2.2.1 (AV_PAIR); RFC 4178 §4.2, [MS-SPNG] (tokens); RFC 2743 §3.1.
 *
 *   60 len | 06 06 1.3.6.1.5.5.2 | A0 { 30 { A0 mechanisms, A2 'NTLMSSP' ... } }     first token
 *   A1 len | 30 { A0 state, A1 mechanism, A2 'NTLMSSP' ... }                          further tokens
 */
import { concat, hex, le16, le32, le64, text, u8, utf16, zeros } from '../craft/bytes.js';

/** Who logs on to whom. */
export interface LogonParties {
  /** NetBIOS name of the computer that logs on. */
  readonly client: string;
  /** NetBIOS name of the computer that is asked. */
  readonly server: string;
  /** NetBIOS name of the domain. */
  readonly domain: string;
  /** DNS name of the domain; without it the challenge tells no DNS names. */
  readonly dnsDomain?: string;
  readonly user: string;
}

const FLAGS = 0x62088215;
const FLAG_TARGET_INFO = 0x00800000;
const VERSION = hex('0a00 6345 0000 000f');
const MESSAGE_HEADER = 56;
const AvId = {
  End: 0,
  NetbiosComputer: 1,
  NetbiosDomain: 2,
  DnsComputer: 3,
  DnsDomain: 4,
  Timestamp: 7,
} as const;
/** 2026-03-02T07:00:00Z as a FILETIME. */
export const FILE_TIME = 134169228000000000;

export function ntlmNegotiate(): Uint8Array {
  return concat(text('NTLMSSP\0'), le32(1, FLAGS), zeros(16), VERSION);
}

/** The server's challenge, which tells its names. */
export function ntlmChallenge(of: LogonParties): Uint8Array {
  const target = utf16(of.domain);
  const pair = (id: number, value: Uint8Array): Uint8Array => concat(le16(id, value.length), value);
  const dnsNames =
    of.dnsDomain === undefined
      ? []
      : ([
          [AvId.DnsDomain, of.dnsDomain],
          [AvId.DnsComputer, `${of.server.toLowerCase()}.${of.dnsDomain}`],
        ] as const);
  const info = concat(
    pair(AvId.NetbiosDomain, utf16(of.domain)),
    pair(AvId.NetbiosComputer, utf16(of.server)),
    ...dnsNames.map(([id, name]) => pair(id, utf16(name))),
    pair(AvId.Timestamp, le64(FILE_TIME)),
    pair(AvId.End, zeros(0)),
  );
  return concat(
    text('NTLMSSP\0'),
    le32(2),
    concat(le16(target.length, target.length), le32(MESSAGE_HEADER)),
    le32(FLAGS | FLAG_TARGET_INFO),
    hex('1122334455667788'),
    zeros(8),
    concat(le16(info.length, info.length), le32(MESSAGE_HEADER + target.length)),
    VERSION,
    target,
    info,
  );
}

export function ntlmAuthenticate(of: LogonParties): Uint8Array {
  const parts = [zeros(24), zeros(24), utf16(of.domain), utf16(of.user), utf16(of.client), zeros(16)];
  let offset = 88;
  const fields = parts.map((part) => {
    const field = concat(le16(part.length, part.length), le32(offset));
    offset += part.length;
    return field;
  });
  return concat(text('NTLMSSP\0'), le32(3), ...fields, le32(FLAGS), VERSION, zeros(16), ...parts);
}

const Tag = { Octets: 0x04, Oid: 0x06, Enumerated: 0x0a, Sequence: 0x30, Token: 0x60 } as const;
const context = (number: number): number => 0xa0 + number;
const NegState = { AcceptCompleted: 0, AcceptIncomplete: 1 } as const;
const SPNEGO = hex('2b0601050502');
const NTLMSSP = hex('2b06010401823702020a');

/** A value in DER with its tag and length (X.690 §8.1.3). */
function der(tag: number, ...parts: readonly Uint8Array[]): Uint8Array {
  const value = concat(...parts);
  const { length } = value;
  const size =
    length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return concat(u8(tag, ...size), value);
}

/** NegTokenInit that offers NTLMSSP alone, with its first message when there is one. */
export function spnegoInit(message = zeros(0)): Uint8Array {
  const mechanisms = der(context(0), der(Tag.Sequence, der(Tag.Oid, NTLMSSP)));
  const token = message.length === 0 ? message : der(context(2), der(Tag.Octets, message));
  return der(Tag.Token, der(Tag.Oid, SPNEGO), der(context(0), der(Tag.Sequence, mechanisms, token)));
}

/** NegTokenResp of the server: the challenge, and that more is to come. */
export function spnegoChallenge(message: Uint8Array): Uint8Array {
  const state = der(context(0), der(Tag.Enumerated, u8(NegState.AcceptIncomplete)));
  const mechanism = der(context(1), der(Tag.Oid, NTLMSSP));
  return der(context(1), der(Tag.Sequence, state, mechanism, der(context(2), der(Tag.Octets, message))));
}

/** NegTokenResp of the client: the proof. */
export function spnegoProof(message: Uint8Array): Uint8Array {
  return der(context(1), der(Tag.Sequence, der(context(2), der(Tag.Octets, message))));
}

/** NegTokenResp of the server: done. */
export function spnegoDone(): Uint8Array {
  const state = der(context(0), der(Tag.Enumerated, u8(NegState.AcceptCompleted)));
  return der(context(1), der(Tag.Sequence, state));
}
