/**
 * What DNS, mDNS and LLMNR messages teach: names of addresses by their answers, and look-ups that failed.
 * A question teaches nothing.
 *
 * Normative: RFC 1035 §3.4.1, §3.5 (A, in-addr.arpa), RFC 3596 §2 (AAAA, ip6.arpa), RFC 6895 §2.3 (rcodes).
 */
import { ipv4Text, ipv6Text } from '../../flow/record/address.js';
import type { Origin } from '../../flow/record/origin.js';
import { DnsType, maybeDns, readDnsMessage, readDnsName } from './dns-message.js';
import type { DnsMessage, DnsRecord } from './dns-message.js';
import type { Payload } from '../facts/datagram.js';
import type { Learner } from '../facts/learner.js';

export type DnsKind = 'dns' | 'mdns' | 'llmnr';

const RCODES = ['', 'FORMERR', 'SERVFAIL', 'NXDOMAIN', 'NOTIMP', 'REFUSED', 'YXDOMAIN', 'YXRRSET', 'NXRRSET'];
const CLASS_IN = 1;
/** mDNS: this record replaces what was cached. */
const CACHE_FLUSH = 0x8000;

const CONFIRMED_KINDS = { dns: 'dns', mdns: 'mdns', llmnr: 'llmnr' } as const;

/** Reads one message; false when it is none. */
export function readDns(learner: Learner, kind: DnsKind, payload: Payload, from: Origin): boolean {
  const { bytes, view, at, end } = payload;
  if (!maybeDns(view, at, end)) return false;
  const message = readDnsMessage(bytes, view, at, end);
  if (message === null || !isPlausible(message)) return false;
  learner.facts.service(from.flow, CONFIRMED_KINDS[kind], 'confirmed');
  if (message.opcode !== 0) return true;
  if (message.response) {
    takeAnswer(learner, kind, message, payload, from);
  } else {
    takeQuestion(learner, kind, message, payload.srcText, from);
  }
  return true;
}

/** One question as everywhere, or records alone (mDNS); all bytes are accounted for unless an answer was cut. */
function isPlausible(message: DnsMessage): boolean {
  const { question, records, response, whole } = message;
  if (question === null) return response && whole && records.every(isInternet);
  return whole || message.truncated || (response && message.questions === 1 && isAssigned(question.type));
}

/** Types of RFC 1035 and later that hosts ask for. */
function isAssigned(type: number): boolean {
  return (type >= 1 && type <= 65) || (type >= 249 && type <= 257);
}

/** OPT uses the class for something else. */
function isInternet(record: DnsRecord): boolean {
  return (record.rrClass & ~CACHE_FLUSH) === CLASS_IN || record.type === DnsType.Opt;
}

function takeQuestion(
  learner: Learner,
  kind: DnsKind,
  message: DnsMessage,
  srcText: () => string,
  from: Origin,
): void {
  const { question } = message;
  if (question === null || question.name === '' || !isLookup(question.type)) return;
  const client = kind === 'mdns' ? '' : srcText();
  learner.lookups.asked(client, question.name, kind, kind === 'mdns' ? 0 : message.id, from);
}

/** Questions whose failure means that a host cannot be found. */
function isLookup(type: number): boolean {
  return type === DnsType.A || type === DnsType.Aaaa || type === DnsType.Srv;
}

function takeAnswer(
  learner: Learner,
  kind: DnsKind,
  message: DnsMessage,
  { bytes, view, at: start, dstText }: Payload,
  from: Origin,
): void {
  const { question, id } = message;
  if (question !== null && isLookup(question.type) && !message.truncated) {
    const error = message.rcode === 0 ? '' : (RCODES[message.rcode] ?? `rcode ${message.rcode}`);
    learner.lookups.answered(kind === 'mdns' ? '' : dstText(), question.name, kind, id, error, from);
  }
  if (message.rcode !== 0) return;
  for (const record of message.records) {
    if ((record.rrClass & ~(kind === 'mdns' ? CACHE_FLUSH : 0)) !== CLASS_IN) continue;
    const address = addressOf(record, view);
    if (address !== '') {
      if (kind === 'mdns') learner.lookups.answered('', record.name, kind, -1, '', from);
      if (record.ttl > 0 || kind !== 'mdns') learner.learn(address, record.name, kind, from);
    } else if (record.type === DnsType.Ptr) {
      const pointed = pointedAddress(record.name);
      if (pointed === '') continue;
      const name = readDnsName(bytes, start, record.dataAt, record.dataEnd);
      if (name !== null) learner.learn(pointed, name.text, kind, from);
    }
  }
}

/** The address that an A or AAAA record holds, '' = it is another one. */
function addressOf(record: DnsRecord, view: DataView): string {
  const at = record.dataAt;
  const length = record.dataEnd - at;
  if (record.type === DnsType.A && length === 4) return ipv4Text(view.getInt32(at));
  if (record.type !== DnsType.Aaaa || length !== 16) return '';
  return ipv6Text(view.getInt32(at), view.getInt32(at + 4), view.getInt32(at + 8), view.getInt32(at + 12));
}

const IPV4_TAIL = '.in-addr.arpa';
const IPV6_TAIL = '.ip6.arpa';

/** The address that a reverse name stands for, '' = none or only a part of one. */
export function pointedAddress(name: string): string {
  const lower = name.toLowerCase();
  if (lower.endsWith(IPV4_TAIL)) {
    const parts = lower.slice(0, -IPV4_TAIL.length).split('.').reverse();
    const valid = parts.length === 4 && parts.every((part) => /^\d{1,3}$/.test(part) && Number(part) < 256);
    return valid ? parts.map(Number).join('.') : '';
  }
  if (!lower.endsWith(IPV6_TAIL)) return '';
  const nibbles = lower.slice(0, -IPV6_TAIL.length).split('.').reverse();
  if (nibbles.length !== 32 || !nibbles.every((nibble) => /^[0-9a-f]$/.test(nibble))) return '';
  const word = (n: number): number => parseInt(nibbles.slice(n * 8, n * 8 + 8).join(''), 16) | 0;
  return ipv6Text(word(0), word(1), word(2), word(3));
}
