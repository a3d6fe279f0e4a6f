/**
 * DNS messages: header, names with compression, resource records.
 *
 * Normative: RFC 1035 §4.1 (format, §4.1.4 compression), RFC 3596 §2 (AAAA), RFC 2782 (SRV), RFC 6891 (OPT),
 * RFC 6762 §10.2, §18 (mDNS uses the top bit of the class), RFC 4795 §2.1.1 (LLMNR flags).
 *
 *   | id 16 | QR opcode4 AA TC RD RA Z AD CD rcode4 | qd an ns ar, 16 each | questions | records ... |
 */
import { nameText } from '../bytes/byte-text.js';

/** Jumps that are followed within one name, and records that are read of one message. */
const MAX_JUMPS = 32;
/**
 * Records of a DNS message that are read.
 * @reached the rest of the message is not read
 */
export const MAX_RECORDS = 256;
const MAX_WIRE_NAME = 255;
const HEADER = 12;
const DOT = 0x2e;
/** The name that is being read. */
const letters = new Uint8Array(MAX_WIRE_NAME);

export const DnsType = {
  A: 1,
  Ns: 2,
  Cname: 5,
  Ptr: 12,
  Aaaa: 28,
  Nb: 32,
  Srv: 33,
  Opt: 41,
  Any: 255,
} as const;

/** The parts of the header that are looked at. */
export interface DnsHeader {
  readonly id: number;
  readonly response: boolean;
  readonly opcode: number;
  readonly truncated: boolean;
  readonly rcode: number;
  readonly questions: number;
  readonly answers: number;
  readonly authorities: number;
  readonly additionals: number;
}

export interface DnsQuestion {
  readonly name: string;
  readonly type: number;
}

/** A record; `dataAt .. dataEnd` is its data. */
export interface DnsRecord {
  readonly name: string;
  readonly type: number;
  readonly rrClass: number;
  readonly ttl: number;
  readonly dataAt: number;
  readonly dataEnd: number;
}

export interface DnsMessage extends DnsHeader {
  readonly question: DnsQuestion | null;
  /** Answers and additional records in order; authority records are left out. */
  readonly records: readonly DnsRecord[];
  /** Every byte belonged to a record that could be read. */
  readonly whole: boolean;
}

/** A name and the offset behind it in the message. */
export interface DnsName {
  readonly text: string;
  readonly end: number;
}

/**
 * Reads the name at `at` of the message that begins at `start`. Labels are joined by dots as they are; the root
 * is ''. null when it is cut, loops, or is longer than 255 bytes.
 */
export function readDnsName(bytes: Uint8Array, start: number, at: number, end: number): DnsName | null {
  let length = 0;
  let behind = -1;
  let wire = 1;
  let i = at;
  for (let jumps = 0; ;) {
    if (i >= end) return null;
    const label = bytes[i]!;
    if (label === 0) return { text: nameText(letters, 0, length), end: behind < 0 ? i + 1 : behind };
    if (label >= 0xc0) {
      if (i + 2 > end || ++jumps > MAX_JUMPS) return null;
      const target = start + (((label & 0x3f) << 8) | bytes[i + 1]!);
      if (behind < 0) behind = i + 2;
      // A pointer leads to a prior name, so that no chain of them can go round.
      if (target >= i) return null;
      i = target;
      continue;
    }
    wire += 1 + label;
    if (label > 63 || wire > MAX_WIRE_NAME || i + 1 + label > end) return null;
    if (length > 0) letters[length++] = DOT;
    for (let n = i + 1; n <= i + label; n++) letters[length++] = bytes[n]!;
    i += 1 + label;
  }
}

/** Why the header is not one of a DNS message is not said. */
export function readDnsHeader(view: DataView, at: number, end: number): DnsHeader | null {
  if (end - at < HEADER) return null;
  const flags = view.getUint16(at + 2);
  return {
    id: view.getUint16(at),
    response: (flags & 0x8000) !== 0,
    opcode: (flags >> 11) & 15,
    truncated: (flags & 0x0200) !== 0,
    rcode: flags & 15,
    questions: view.getUint16(at + 4),
    answers: view.getUint16(at + 6),
    authorities: view.getUint16(at + 8),
    additionals: view.getUint16(at + 10),
  };
}

/** A quick look, without allocation, whether the bytes can be a message at all. */
export function maybeDns(view: DataView, at: number, end: number): boolean {
  if (end - at < HEADER + 5) return false;
  const flags = view.getUint16(at + 2);
  const opcode = (flags >> 11) & 15;
  if (opcode > 9 || opcode === 1 || opcode === 2 || opcode === 3) return false;
  const questions = view.getUint16(at + 4);
  const answers = view.getUint16(at + 6);
  const authorities = view.getUint16(at + 8);
  const additionals = view.getUint16(at + 10);
  const records = answers + authorities + additionals;
  if (questions > 32 || questions + records === 0) return false;
  // A snap length cuts answers, whose question then tells enough.
  if (flags >= 0x8000 && questions === 1) return true;
  // A question takes 5 bytes at least, a record 11.
  return questions * 5 + records * 11 <= end - at - HEADER + 2;
}

/** Reads a whole message; null when it is none. A truncated or snapped one gives what can be read of it. */
export function readDnsMessage(
  bytes: Uint8Array,
  view: DataView,
  at: number,
  end: number,
): DnsMessage | null {
  const header = readDnsHeader(view, at, end);
  if (header === null) return null;
  let i = at + HEADER;
  let question: DnsQuestion | null = null;
  for (let n = 0; n < header.questions; n++) {
    const name = readDnsName(bytes, at, i, end);
    if (name === null || name.end + 4 > end) return null;
    const rrClass = view.getUint16(name.end + 2) & 0x7fff;
    if (rrClass !== 1 && rrClass !== 255) return null;
    question ??= { name: name.text, type: view.getUint16(name.end) };
    i = name.end + 4;
  }
  const records: DnsRecord[] = [];
  const first = header.answers;
  const beforeAdditional = first + header.authorities;
  const all = beforeAdditional + header.additionals;
  let n = 0;
  for (; n < all && n < MAX_RECORDS; n++) {
    const record = readRecord(bytes, view, at, i, end);
    if (record === null) break;
    if (n < first || n >= beforeAdditional) records.push(record);
    i = record.dataEnd;
  }
  return {
    id: header.id,
    response: header.response,
    opcode: header.opcode,
    truncated: header.truncated,
    rcode: header.rcode,
    questions: header.questions,
    answers: header.answers,
    authorities: header.authorities,
    additionals: header.additionals,
    question,
    records,
    whole: n === all && i === end,
  };
}

function readRecord(
  bytes: Uint8Array,
  view: DataView,
  start: number,
  at: number,
  end: number,
): DnsRecord | null {
  const name = readDnsName(bytes, start, at, end);
  if (name === null || name.end + 10 > end) return null;
  const i = name.end;
  const dataEnd = i + 10 + view.getUint16(i + 8);
  if (dataEnd > end) return null;
  const rrClass = view.getUint16(i + 2);
  return {
    name: name.text,
    type: view.getUint16(i),
    rrClass,
    ttl: view.getUint32(i + 4),
    dataAt: i + 10,
    dataEnd,
  };
}
