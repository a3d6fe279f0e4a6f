/**
 * NetBIOS datagram service (138): the sender writes its own name and address into each datagram.
 *
 * Normative: RFC 1002 §4.4 (§4.4.1 header, §4.4.2 datagrams, §4.4.3 errors, §4.4.4 queries).
 *
 *   | type | flags | id 16 | source IPv4 | source port | length 16 | offset 16 | source name | destination name |
 */
import { ipv4Text } from '../../flow/record/address.js';
import type { Origin } from '../../flow/record/origin.js';
import type { Learner } from '../facts/learner.js';
import { isEncodedName, isHostName, readNetbiosName } from './netbios-name.js';

const Type = { First: 0x10, LastDatagram: 0x12, Error: 0x13, FirstQuery: 0x14, LastQuery: 0x16 } as const;
const HEADER = 14;
const QUERY_HEADER = 10;

/** Reads one datagram; false when it is none. */
export function readNbdgm(
  learner: Learner,
  bytes: Uint8Array,
  view: DataView,
  at: number,
  end: number,
  from: Origin,
): boolean {
  if (end - at < QUERY_HEADER) return false;
  const type = bytes[at]!;
  if (type < Type.First || type > Type.LastQuery || (bytes[at + 1]! & 0xf0) !== 0) return false;
  if (type === Type.Error) return false;
  const nameAt = at + (type >= Type.FirstQuery ? QUERY_HEADER : HEADER);
  if (!isEncodedName(bytes, nameAt, end)) return false;
  const name = readNetbiosName(bytes, at, nameAt, end);
  if (name === null) return false;
  if (type < Type.FirstQuery) {
    if (readNetbiosName(bytes, at, name.end, end) === null) return false;
    const address = ipv4Text(view.getInt32(at + 4));
    if (isHostName(name.name, name.suffix)) learner.learn(address, name.name, 'netbios_dgm', from);
  }
  learner.facts.service(from.flow, 'netbios_dgm', 'confirmed');
  return true;
}
