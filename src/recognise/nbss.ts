/**
 * NetBIOS session service, RFC 1002 §4.3, and the direct TCP transport of SMB, [MS-SMB2] §2.1.
 *
 *   0x00  | 0 | length:24 | message ...            on 139 the length has 17 bits, the others being 0
 *   0x81  | 0x81 | 0 | 68:16 | called:34 | calling:34
 *   0x82  | 0x82 | 0 | 0:16        positive answer      0x85 | 0 | 0:16     keep-alive
 *   0x83  | 0x83 | 0 | 1:16 | error:8        0x84 | 0 | 6:16 | address:32 | port:16    retarget
 */

export const NBSS_HEADER = 4;

export const NbssType = {
  Message: 0,
  Request: 0x81,
  Positive: 0x82,
  Negative: 0x83,
  Retarget: 0x84,
  KeepAlive: 0x85,
} as const;

/** Two encoded names; longer ones carry a scope, which nobody uses. */
const REQUEST_LENGTH = 68;
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
      return length === REQUEST_LENGTH;
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
  const type = bytes[at] ?? 0;
  if (!isSessionPacket(type, nbssLength(view, at))) return false;
  if (type === NbssType.Negative && end - at > NBSS_HEADER) return refusalText(bytes[at + 4] ?? 0) !== null;
  return type !== NbssType.Request || (end - at > NBSS_HEADER && bytes[at + 4] === ENCODED_NAME);
}

/** `bytes[at]` is a whole session request: 'session request to FILES<20> from WS01<00>'; null when it is malformed. */
export function requestText(bytes: Uint8Array, at: number, end: number): string | null {
  if (end - at < NBSS_HEADER + REQUEST_LENGTH) return null;
  const called = encodedName(bytes, at + NBSS_HEADER);
  const calling = encodedName(bytes, at + NBSS_HEADER + REQUEST_LENGTH / 2);
  return called === null || calling === null ? null : `session request to ${called} from ${calling}`;
}

/** Words for the error code of a negative answer; null for a code that does not exist. */
export function refusalText(code: number): string | null {
  return REFUSALS.get(code) ?? null;
}

/** First-level encoding, RFC 1001 §14.1: each byte as two letters A..P; the 16th byte says the kind of name. */
function encodedName(bytes: Uint8Array, at: number): string | null {
  if (bytes[at] !== ENCODED_NAME || bytes[at + 1 + ENCODED_NAME] !== 0) return null;
  let name = '';
  let kind = 0;
  for (let i = 0; i < ENCODED_NAME; i += 2) {
    const high = (bytes[at + 1 + i] ?? 0) - 0x41;
    const low = (bytes[at + 2 + i] ?? 0) - 0x41;
    if (high < 0 || high > 15 || low < 0 || low > 15) return null;
    const code = (high << 4) | low;
    if (i === ENCODED_NAME - 2) kind = code;
    else name += String.fromCharCode(code);
  }
  return `${name.replace(/[ \0]+$/, '')}<${kind.toString(16).padStart(2, '0')}>`;
}
