/**
 * DHCP: the name that a client gives itself, for the address that it is granted.
 *
 * Normative: RFC 2131 §2 (message), §3.1 (exchange), RFC 2132 §3.14 (host name), §9.6 (message type),
 * RFC 4702 §2 (client FQDN).
 *
 *   | op htype hlen hops | xid 32 | ... | ciaddr | yiaddr | ... | chaddr 16 | sname 64 | file 128 | 63825363 | options |
 */
import { LRUCache } from 'lru-cache';
import { ipv4Text } from '../../flow/record/address.js';
import { latin1Text, nameText } from '../bytes/byte-text.js';
import type { Origin } from '../../flow/record/origin.js';
import { readDnsName } from './dns-message.js';
import type { Learner } from '../facts/learner.js';

const FIXED = 236;
/** Offset behind the 16 bytes of chaddr. */
const ADDRESS_FIELD_END = 44;
const COOKIE = 0x6382_5363;
const Option = { HostName: 12, MessageType: 53, Fqdn: 81, Pad: 0, End: 255 } as const;
const MessageType = { Request: 3, Ack: 5, Inform: 8 } as const;
const FQDN_ENCODED = 0x04;
/**
 * DHCP clients between their request and the answer.
 * @reached the one that asked longest ago is forgotten
 */
const MAX_CLIENTS = 4_096;

/** Reads DHCP messages; remembers what name a client asked with until it is answered. */
export class DhcpReader {
  private readonly learner: Learner;
  private readonly asked = new LRUCache<string, string>({ max: MAX_CLIENTS });

  constructor(learner: Learner) {
    this.learner = learner;
  }

  /** Reads one message; false when it is none. */
  read(
    srcText: () => string,
    bytes: Uint8Array,
    view: DataView,
    at: number,
    end: number,
    from: Origin,
  ): boolean {
    const op = bytes[at]!;
    if (op < 1 || op > 2) return false;
    if (end - at < FIXED + 4) {
      if (!isCutMessage(bytes, view, at, end)) return false;
      this.learner.facts.service(from.flow, 'dhcp', 'suspected');
      return true;
    }
    if (view.getUint32(at + FIXED) !== COOKIE || bytes[at + 2]! > 16) return false;
    this.learner.facts.service(from.flow, 'dhcp', 'confirmed');
    const { type, name } = readOptions(bytes, at + FIXED + 4, end);
    const client = clientOf(bytes, view, at);
    const current = ipv4Text(view.getInt32(at + 12));
    if (op === 1) {
      if (name === '') return true;
      this.asked.set(client, name);
      // Renewing or informing: the client has this address already.
      const owns = (type === MessageType.Request || type === MessageType.Inform) && current === srcText();
      if (owns) this.learner.learn(current, name, 'dhcp', from);
      return true;
    }
    if (type !== MessageType.Ack) return true;
    const granted = ipv4Text(view.getInt32(at + 16));
    const own = this.asked.get(client) ?? name;
    this.learner.learn(granted === '0.0.0.0' ? current : granted, own, 'dhcp', from);
    return true;
  }
}

/** The beginning of a message, of which a snap length left no more: Ethernet, and an address padded by zeros. */
function isCutMessage(bytes: Uint8Array, view: DataView, at: number, end: number): boolean {
  if (end - at < ADDRESS_FIELD_END || view.getUint16(at + 1) !== 0x0106 || bytes[at + 3]! > 16) return false;
  const padding = view.getUint32(at + 34) | view.getUint32(at + 38) | view.getUint16(at + 42);
  return padding === 0 && (view.getUint16(at + 10) & 0x7fff) === 0;
}

/** Transaction and hardware address as a key. */
function clientOf(bytes: Uint8Array, view: DataView, at: number): string {
  return `${view.getUint32(at + 4)} ${latin1Text(bytes, at + 28, at + 44)}`;
}

function readOptions(bytes: Uint8Array, at: number, end: number): { type: number; name: string } {
  let type = 0;
  let hostName = '';
  let fqdn = '';
  for (let i = at; i < end && bytes[i] !== Option.End;) {
    const code = bytes[i]!;
    if (code === Option.Pad) {
      i++;
      continue;
    }
    const dataAt = i + 2;
    const dataEnd = dataAt + (bytes[i + 1] ?? 0);
    if (dataAt > end || dataEnd > end) break;
    if (code === Option.MessageType && dataEnd > dataAt) type = bytes[dataAt]!;
    else if (code === Option.HostName) hostName = withoutZeros(nameText(bytes, dataAt, dataEnd));
    else if (code === Option.Fqdn && dataEnd >= dataAt + 3) fqdn = readFqdn(bytes, dataAt, dataEnd);
    i = dataEnd;
  }
  // A name without a domain says no more than the host name option.
  return { type, name: fqdn.includes('.') || hostName === '' ? fqdn : hostName };
}

function readFqdn(bytes: Uint8Array, at: number, end: number): string {
  if ((bytes[at]! & FQDN_ENCODED) === 0) return withoutZeros(nameText(bytes, at + 3, end));
  // In DNS form, whose last label may be left out by a client without a domain.
  const whole = readDnsName(bytes, at + 3, at + 3, end);
  if (whole !== null) return whole.text;
  const length = bytes[at + 3] ?? 0;
  return at + 4 + length === end ? nameText(bytes, at + 4, end) : '';
}

function withoutZeros(text: string): string {
  const zero = text.indexOf('\0');
  const cut = zero < 0 ? text : text.slice(0, zero);
  return cut.endsWith('.') ? cut.slice(0, -1) : cut;
}
