/**
 * Kerberos messages: errors, the client's NetBIOS name in a request, and the service that a ticket is for.
 *
 * Normative: RFC 4120 §5.2.2-5.2.5 (names, addresses), §5.3 (ticket), §5.4 (requests), §5.5.1 (AP-REQ),
 * §5.9.1 (KRB-ERROR), §7.5.9 (error codes), §7.2.2 (TCP).
 *
 *   | application tag | length | 30 length | [0] | [1] | ... context tags A0+n, each around one value |
 */
import { readTlv, Tlv, tlvInteger, TlvHeader } from '../bytes/ber.js';
import { nameText } from '../bytes/byte-text.js';
import type { Dissector, Side } from '../facts/dissector.js';
import type { Origin } from '../../flow/record/origin.js';
import { factText, seenAt } from '../facts/facts.js';
import type { Facts } from '../facts/facts.js';
import type { AddressPair, Learner } from '../facts/learner.js';
import { paddedText } from '../names/netbios-name.js';
import { kerberosMessage } from '../signature/signature-windows.js';
import { SignatureMatch } from '../signature/signature-match.js';

/** What a client says; RFC 4120 §5.4.1, §5.5.1. */
const REQUESTS: ReadonlySet<number> = new Set([0x6a, 0x6c, 0x6e]);
const Tag = { AsReq: 0x6a, TgsReq: 0x6c, ApReq: 0x6e, Error: 0x7e } as const;
/** HostAddress of a NetBIOS name. */
const ADDRESS_NETBIOS = 20;
const MAX_PARTS = 4;

interface KerberosError {
  readonly name: string;
  /** The account exists and may not log on, or not with this password or clock. */
  readonly refused: boolean;
}

const ERRORS: Readonly<Record<number, KerberosError>> = {
  1: { name: 'KDC_ERR_NAME_EXP', refused: true },
  6: { name: 'KDC_ERR_C_PRINCIPAL_UNKNOWN', refused: false },
  7: { name: 'KDC_ERR_S_PRINCIPAL_UNKNOWN', refused: false },
  12: { name: 'KDC_ERR_POLICY', refused: true },
  13: { name: 'KDC_ERR_BADOPTION', refused: false },
  14: { name: 'KDC_ERR_ETYPE_NOSUPP', refused: false },
  18: { name: 'KDC_ERR_CLIENT_REVOKED', refused: true },
  23: { name: 'KDC_ERR_KEY_EXPIRED', refused: true },
  24: { name: 'KDC_ERR_PREAUTH_FAILED', refused: true },
  25: { name: 'KDC_ERR_PREAUTH_REQUIRED', refused: false },
  31: { name: 'KRB_AP_ERR_BAD_INTEGRITY', refused: false },
  32: { name: 'KRB_AP_ERR_TKT_EXPIRED', refused: false },
  37: { name: 'KRB_AP_ERR_SKEW', refused: true },
  41: { name: 'KRB_AP_ERR_MODIFIED', refused: false },
  52: { name: 'KRB_ERR_RESPONSE_TOO_BIG', refused: false },
  60: { name: 'KRB_ERR_GENERIC', refused: false },
};

/** A half-open range of bytes. */
interface Span {
  readonly at: number;
  readonly end: number;
}

/** The content of the value with `tag` that stands wholly within `span`. */
function within(bytes: Uint8Array, span: Span | null, tag: number): Span | null {
  if (span === null) return null;
  const header = new TlvHeader();
  let at = span.at;
  while (readTlv(bytes, at, span.end, header) === Tlv.Ok && header.end <= span.end) {
    if (header.tag === tag) return { at: header.at, end: header.end };
    at = header.end;
  }
  return null;
}

/** Field `[n]` of the SEQUENCE in `span`. */
function field(bytes: Uint8Array, span: Span | null, n: number): Span | null {
  return within(bytes, within(bytes, span, 0x30), 0xa0 + n);
}

function integer(bytes: Uint8Array, span: Span | null): number {
  const value = within(bytes, span, 0x02);
  return value === null ? -1 : tlvInteger(bytes, value.at, value.end);
}

function generalString(bytes: Uint8Array, span: Span | null): string {
  const value = within(bytes, span, 0x1b);
  return value === null ? '' : nameText(bytes, value.at, value.end);
}

/** The parts of a PrincipalName: account, or service and host. */
function principal(bytes: Uint8Array, span: Span | null): string[] {
  const parts: string[] = [];
  const list = within(bytes, field(bytes, span, 1), 0x30);
  if (list === null) return parts;
  const header = new TlvHeader();
  let at = list.at;
  while (
    parts.length < MAX_PARTS &&
    readTlv(bytes, at, list.end, header) === Tlv.Ok &&
    header.end <= list.end
  ) {
    if (header.tag === 0x1b) parts.push(nameText(bytes, header.at, header.end));
    at = header.end;
  }
  return parts;
}

/** NetBIOS name among the addresses of a request, '' = none. */
function requestedFrom(bytes: Uint8Array, body: Span | null): string {
  const addresses = within(bytes, field(bytes, body, 9), 0x30);
  if (addresses === null) return '';
  const header = new TlvHeader();
  let at = addresses.at;
  while (readTlv(bytes, at, addresses.end, header) === Tlv.Ok && header.end <= addresses.end) {
    const entry = { at, end: header.end };
    if (integer(bytes, field(bytes, entry, 0)) === ADDRESS_NETBIOS) {
      const name = within(bytes, field(bytes, entry, 1), 0x04);
      if (name !== null) return paddedText(bytes, name.at, Math.min(15, name.end - name.at));
    }
    at = header.end;
  }
  return '';
}

/**
 * Reads one message; false when it is none. `senderText` tells the address of who sent it.
 */
export function readKerberos(
  learner: Learner,
  senderText: () => string,
  bytes: Uint8Array,
  at: number,
  end: number,
  from: Origin,
): boolean {
  if (kerberosMessage(bytes, at, end) !== SignatureMatch.Yes) return false;
  const tag = bytes[at]!;
  const message = within(bytes, { at, end }, tag);
  if (message === null) learner.facts.service(from.flow, 'krb', 'suspected');
  else learner.facts.spoken(from.flow, 'krb', REQUESTS.has(tag) ? 0 : 1);
  if (message === null) return true;
  if (tag === Tag.Error) takeError(learner.facts, bytes, message, from);
  else if (tag === Tag.AsReq || tag === Tag.TgsReq) {
    const name = requestedFrom(bytes, field(bytes, message, 4));
    if (name !== '') learner.learn(senderText(), name, 'kerberos', from);
  }
  return true;
}

function takeError(facts: Facts, bytes: Uint8Array, message: Span, from: Origin): void {
  const code = integer(bytes, field(bytes, message, 6));
  const known = ERRORS[code];
  const name = known?.name ?? `error ${code}`;
  const realm =
    generalString(bytes, field(bytes, message, 7)) || generalString(bytes, field(bytes, message, 9));
  const client = principal(bytes, field(bytes, message, 8)).join('/');
  const service = principal(bytes, field(bytes, message, 10)).join('/');
  const who = [client, service === '' ? '' : `for ${service}`, realm === '' ? '' : `in ${realm}`];
  const text = [name, ...who].filter((part) => part !== '').join(' ');
  facts.details.add({ service: 'krb', text: factText(text), ...seenAt(from) });
  if (known?.refused !== true) return;
  const what = factText(
    `Kerberos${client === '' ? '' : ` ${client}`}${service === '' ? '' : ` for ${service}`}`,
  );
  facts.denied.add({ what, status: code, statusName: name, ...seenAt(from) });
}

/**
 * The host that the ticket of an AP-REQ is for ('cifs/fs01.corp.local' → 'fs01.corp.local'); '' when the bytes
 * are no AP-REQ or its service is not one of a host.
 */
export function ticketHost(bytes: Uint8Array, at: number, end: number): string {
  const message = within(bytes, { at, end }, Tag.ApReq);
  const ticket = within(bytes, field(bytes, message, 3), 0x61);
  const parts = principal(bytes, field(bytes, ticket, 2));
  if (parts.length < 2 || parts[0]?.toLowerCase() === 'krbtgt') return '';
  return parts[1]!;
}

/** Kerberos over TCP: a length before each message. */
export class KerberosDissector implements Dissector {
  done = false;
  private readonly learner: Learner;
  private readonly ends: AddressPair;

  constructor(learner: Learner, ends: AddressPair) {
    this.learner = learner;
    this.ends = ends;
  }

  data(side: Side, bytes: Uint8Array, view: DataView, at: number, end: number, from: Origin): number {
    if (end - at < 4) return 0;
    const length = view.getUint32(at) & 0x7fff_ffff;
    if (length < 16 || length > MAX_MESSAGE) {
      this.done = true;
      return 0;
    }
    if (end - at < 4 + length) return 0;
    const stop = at + 4 + length;
    if (!readKerberos(this.learner, () => this.ends.text(side, from.flow), bytes, at + 4, stop, from))
      this.done = true;
    return 4 + length;
  }

  /** Messages are few and large; what follows a loss is not looked for. */
  gap(): void {
    this.done = true;
  }

  end(): void {
    this.done = true;
  }
}

const MAX_MESSAGE = 0x1_0000;
