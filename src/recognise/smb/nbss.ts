/**
 * NetBIOS session service, RFC 1002 §4.3, and the direct TCP transport of SMB, [MS-SMB2] §2.1.
 *
 *   0x00  | 0 | length:24 | message ...            on 139 the length has 17 bits, the others being 0
 *   0x81  | 0x81 | 0 | 68:16 | called:34 | calling:34
 *   0x82  | 0x82 | 0 | 0:16        positive answer      0x85 | 0 | 0:16     keep-alive
 *   0x83  | 0x83 | 0 | 1:16 | error:8        0x84 | 0 | 6:16 | address:32 | port:16    retarget
 */

import { netbiosText, readNetbiosName } from '../names/netbios-name.js';

export const NBSS_HEADER = 4;

export const NbssType = {
  Message: 0,
  Request: 0x81,
  Positive: 0x82,
  Negative: 0x83,
  Retarget: 0x84,
  KeepAlive: 0x85,
} as const;

/** Two encoded names without and with the longest scope. */
const MIN_REQUEST = 68;
const MAX_REQUEST = 510;
const ENCODED_NAME = 32;
/** RFC 1002 §4.3.4. */
const REFUSALS: ReadonlyMap<number, string> = new Map([
  [0x80, 'not listening on called name'],
  [0x81, 'not listening for calling name'],
  [0x82, 'called name not present'],
  [0x83, 'called name present, but insufficient resources'],
  [0x8f, 'unspecified error'],
]);

/** Length of what follows the header. */
export function nbssLength(view: DataView, at: number): number {
  return view.getUint32(at) & 0xffffff;
}

/** Whether `length` is what a packet of this type has; only for types other than a message. */
export function isSessionPacket(type: number, length: number): boolean {
  switch (type) {
    case NbssType.Request:
      return length >= MIN_REQUEST && length <= MAX_REQUEST;
    case NbssType.Positive:
    case NbssType.KeepAlive:
      return length === 0;
    case NbssType.Negative:
      return length === 1;
    case NbssType.Retarget:
      return length === 6;
    default:
      return false;
  }
}

/** The first bytes of a connection look like the session service (not yet SMB). */
export function isNbssStart(bytes: Uint8Array, view: DataView, at: number, end: number): boolean {
  if (end - at < NBSS_HEADER || bytes[at + 1] !== 0) return false;
  const type = bytes[at]!;
  if (!isSessionPacket(type, nbssLength(view, at))) return false;
  if (type === NbssType.Negative && end - at > NBSS_HEADER) return refusalText(bytes[at + 4]!) !== null;
  return type !== NbssType.Request || (end - at > NBSS_HEADER && bytes[at + 4] === ENCODED_NAME);
}

/** 'session request to FILES<20> from WS01<00>' of a whole session request; null when it is malformed. */
export function requestText(bytes: Uint8Array, at: number, end: number): string | null {
  const called = readNetbiosName(bytes, at, at + NBSS_HEADER, end);
  const calling = called === null ? null : readNetbiosName(bytes, at, called.end, end);
  if (called === null || calling === null) return null;
  const to = netbiosText(called.name, called.suffix);
  return `session request to ${to} from ${netbiosText(calling.name, calling.suffix)}`;
}

/** Words for the error code of a negative answer; null for a code that does not exist. */
export function refusalText(code: number): string | null {
  return REFUSALS.get(code) ?? null;
}
