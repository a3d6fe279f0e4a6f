/**
 * NetBIOS name service (137): answers, registrations and node status teach which computer has an address.
 *
 * Normative: RFC 1002 §4.2 (§4.2.1.1 header, §4.2.2-4.2.18 messages), [MS-NBTE] §2.2.
 *
 *   | id 16 | R opcode4 AA TC RD RA 0 0 B rcode4 | qd an ns ar, 16 each | name type16 class16 | records ... |
 */
import { ipv4Text } from '../../flow/record/address.js';
import type { Origin } from '../../flow/record/origin.js';
import { factText, seenAt } from '../facts/facts.js';
import type { Payload } from '../facts/datagram.js';
import type { Learner } from '../facts/learner.js';
import { isEncodedName, isHostName, netbiosText, paddedText, readNetbiosName } from './netbios-name.js';
import type { NetbiosName } from './netbios-name.js';

const HEADER = 12;
const Type = { Nb: 0x20, Nbstat: 0x21, Null: 0x0a } as const;
const Opcode = {
  Query: 0,
  Registration: 5,
  Release: 6,
  Wack: 7,
  Refresh: 8,
  RefreshAlt: 9,
  MultiHomed: 15,
} as const;
const OPCODES = new Set<number>(Object.values(Opcode));
const CLASS_IN = 1;
/** NB_FLAGS: a group's name. */
const GROUP = 0x8000;
const NB_ENTRY = 6;
const STATUS_ENTRY = 18;
const MAX_ENTRIES = 64;
const RCODES = ['', 'FMT_ERR', 'SRV_ERR', 'NAM_ERR', 'IMP_ERR', 'RFS_ERR', 'ACT_ERR', 'CFT_ERR'];

/** A message while it is read. */
interface Message {
  readonly payload: Payload;
  readonly id: number;
  readonly opcode: number;
  readonly rcode: number;
}

/** Whether the bytes can be a message: the header is plausible and an encoded name follows it. */
export function isNbns(bytes: Uint8Array, view: DataView, at: number, end: number): boolean {
  if (end - at < HEADER + 34 + 4) return false;
  const opcode = (view.getUint16(at + 2) >> 11) & 15;
  if (!OPCODES.has(opcode) || view.getUint16(at + 4) + view.getUint16(at + 6) !== 1) return false;
  return view.getUint16(at + 10) <= 1 && isEncodedName(bytes, at + HEADER, end);
}

/** Reads one message; false when it is none. */
export function readNbns(learner: Learner, payload: Payload, from: Origin): boolean {
  const { bytes, view, at, end } = payload;
  if (!isNbns(bytes, view, at, end)) return false;
  const name = readNetbiosName(bytes, at, at + HEADER, end);
  if (name === null || name.end + 4 > end) return false;
  const type = view.getUint16(name.end);
  const isKnown = type === Type.Nb || type === Type.Nbstat || type === Type.Null;
  if (!isKnown || view.getUint16(name.end + 2) !== CLASS_IN) return false;
  const flags = view.getUint16(at + 2);
  const message: Message = {
    payload,
    id: view.getUint16(at),
    opcode: (flags >> 11) & 15,
    rcode: flags & 15,
  };
  learner.facts.service(from.flow, 'netbios_ns', 'confirmed');
  if ((flags & 0x8000) !== 0) takeResponse(learner, message, name, type, from);
  else takeRequest(learner, message, name, type, from);
  return true;
}

function takeRequest(
  learner: Learner,
  message: Message,
  name: NetbiosName,
  type: number,
  from: Origin,
): void {
  const { bytes, view, at, end, srcText } = message.payload;
  if (message.opcode === Opcode.Query) {
    if (type !== Type.Nb || !isHostName(name.name, name.suffix)) return;
    learner.lookups.asked(srcText(), name.name, 'nbns', message.id, from);
    return;
  }
  if (message.opcode === Opcode.Release || message.opcode === Opcode.Wack) return;
  // Registration and refresh: who sends it claims the name for its own address.
  const record = readNetbiosName(bytes, at, name.end + 4, end);
  if (record === null || record.end + 10 + NB_ENTRY > end || !isHostName(name.name, name.suffix)) return;
  const data = record.end + 10;
  if ((view.getUint16(data) & GROUP) !== 0) return;
  const address = ipv4Text(view.getInt32(data + 2));
  if (address === srcText()) learner.learn(address, name.name, 'nbns', from);
}

function takeResponse(
  learner: Learner,
  message: Message,
  name: NetbiosName,
  type: number,
  from: Origin,
): void {
  const { payload, opcode, rcode, id } = message;
  const { view, end } = payload;
  if (opcode === Opcode.Query && type !== Type.Nbstat && isHostName(name.name, name.suffix)) {
    const error = rcode === 0 ? '' : (RCODES[rcode] ?? `rcode ${rcode}`);
    learner.lookups.answered(payload.dstText(), name.name, 'nbns', id, error, from);
  }
  if (rcode !== 0 || name.end + 10 > end) return;
  const data = name.end + 10;
  const dataEnd = Math.min(end, data + view.getUint16(name.end + 8));
  if (type === Type.Nbstat) {
    takeNodeStatus(learner, payload, data, dataEnd, from);
    return;
  }
  if (opcode === Opcode.Release || opcode === Opcode.Wack || !isHostName(name.name, name.suffix)) return;
  for (let i = data, n = 0; i + NB_ENTRY <= dataEnd && n < MAX_ENTRIES; i += NB_ENTRY, n++) {
    if ((view.getUint16(i) & GROUP) !== 0) continue;
    learner.learn(ipv4Text(view.getInt32(i + 2)), name.name, 'nbns', from);
  }
}

/** NBSTAT: every name of the machine that answers, and its hardware address. */
function takeNodeStatus(
  learner: Learner,
  { bytes, view, srcText }: Payload,
  at: number,
  end: number,
  from: Origin,
): void {
  if (at >= end) return;
  const count = Math.min(bytes[at]!, MAX_ENTRIES);
  const texts: string[] = [];
  let i = at + 1;
  for (let n = 0; n < count && i + STATUS_ENTRY <= end; n++, i += STATUS_ENTRY) {
    const name = paddedText(bytes, i, 15);
    const suffix = bytes[i + 15]!;
    const group = (view.getUint16(i + 16) & GROUP) !== 0;
    texts.push(netbiosText(name, suffix) + (group ? ' group' : ''));
    if (!group && isHostName(name, suffix)) learner.learn(srcText(), name, 'nbns', from);
  }
  if (i + 6 <= end && texts.length === bytes[at]) {
    const mac = Array.from(bytes.subarray(i, i + 6), (byte) => byte.toString(16).padStart(2, '0')).join(':');
    if (mac !== '00:00:00:00:00:00') texts.unshift(mac);
  }
  if (texts.length === 0) return;
  learner.facts.details.add({ service: 'netbios_ns', text: factText(texts.join(', ')), ...seenAt(from) });
}
