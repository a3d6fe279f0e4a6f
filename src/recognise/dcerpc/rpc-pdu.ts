/**
 * The common header of connection-oriented DCE/RPC, and what tells it from other bytes.
 * C706 §12.6.3.1 (common header), §12.6.4 (PDU types); [MS-RPCE] §2.2.2.
 *
 *   5 | minor | type | flags | drep[4] | frag_length u16 | auth_length u16 | call_id u32
 *   ... | auth pad | type u8 | level u8 | pad length u8 | 0 | context id u32 | token[auth_length]
 */

export const PduType = {
  Request: 0,
  Response: 2,
  Fault: 3,
  Bind: 11,
  BindAck: 12,
  BindNak: 13,
  AlterContext: 14,
  AlterContextResp: 15,
  Auth3: 16,
  Shutdown: 17,
  Cancel: 18,
  Orphaned: 19,
  /** [MS-RPCH] §2.2.3.1: RPC over HTTP's own; carries no call. */
  Rts: 20,
} as const;

/** Bits of pfc_flags. */
export const PduFlag = { FirstFrag: 0x01, LastFrag: 0x02, Reserved: 0x08, Object: 0x80 } as const;

export const HEADER_BYTES = 16;
/** Request, response and fault: alloc_hint, context id, opnum or cancel count follow. */
export const CALL_HEADER_BYTES = 24;
/** Fewest bytes from which a header is told. */
export const MIN_SIGNATURE_BYTES = 10;

const SEC_TRAILER_BYTES = 8;
const LITTLE_ENDIAN = 0x10;
const NOT_A_TYPE = 0xffff;

/** Smallest fragment of each type; types of the connectionless protocol are left out. */
const MIN_LENGTH = [
  CALL_HEADER_BYTES,
  NOT_A_TYPE,
  CALL_HEADER_BYTES,
  CALL_HEADER_BYTES + 4,
  NOT_A_TYPE,
  NOT_A_TYPE,
  NOT_A_TYPE,
  NOT_A_TYPE,
  NOT_A_TYPE,
  NOT_A_TYPE,
  NOT_A_TYPE,
  28,
  26,
  18,
  28,
  26,
  16,
  16,
  16,
  16,
  20,
] as const;

/**
 * False when `bytes[at .. end)` cannot begin a PDU; of a header cut short only what is there is judged, so that
 * true may mean "not decided yet".
 */
export function mayBePdu(bytes: Uint8Array, at: number, end: number): boolean {
  const available = end - at;
  if (available <= 0) return true;
  if (bytes[at] !== 5) return false;
  if (available > 1 && bytes[at + 1]! > 1) return false;
  if (available <= 2) return true;
  const least = MIN_LENGTH[bytes[at + 2] ?? NOT_A_TYPE] ?? NOT_A_TYPE;
  if (least === NOT_A_TYPE) return false;
  if (available > 3 && (bytes[at + 3]! & PduFlag.Reserved) !== 0) return false;
  return dataRepresentation(bytes, at, available) && lengths(bytes, at, available, least);
}

/** Integers little or big, characters ASCII or EBCDIC, four kinds of floats, two bytes of nothing. */
function dataRepresentation(bytes: Uint8Array, at: number, available: number): boolean {
  if (available > 4 && (bytes[at + 4]! & 0xee) !== 0) return false;
  if (available > 5 && bytes[at + 5]! > 3) return false;
  if (available > 6 && bytes[at + 6] !== 0) return false;
  return available <= 7 || bytes[at + 7] === 0;
}

function lengths(bytes: Uint8Array, at: number, available: number, least: number): boolean {
  if (available < MIN_SIGNATURE_BYTES) return true;
  const little = (bytes[at + 4]! & LITTLE_ENDIAN) !== 0;
  const fragment = u16(bytes, at + 8, little);
  if (fragment < least) return false;
  if (available < 12) return true;
  const auth = u16(bytes, at + 10, little);
  return auth === 0 || auth + SEC_TRAILER_BYTES <= fragment - HEADER_BYTES;
}

function u16(bytes: Uint8Array, at: number, little: boolean): number {
  const first = bytes[at]!;
  const second = bytes[at + 1]!;
  return little ? first | (second << 8) : (first << 8) | second;
}

/** Sent by the client of a connection; of the other types only the server's are left. */
export function isClientType(type: number): boolean {
  switch (type) {
    case PduType.Request:
    case PduType.Bind:
    case PduType.AlterContext:
    case PduType.Auth3:
    case PduType.Cancel:
    case PduType.Orphaned:
      return true;
    default:
      return false;
  }
}

/** The header of the PDU that is being read; one instance for each side. */
export class PduHeader {
  type = 0;
  flags = 0;
  little = true;
  fragLength = 0;
  authLength = 0;
  callId = 0;
  /** Request, response and fault. */
  contextId = 0;
  /** Request. */
  opnum = 0;
  /** Bytes of header that were read. */
  length = HEADER_BYTES;

  /** Needs CALL_HEADER_BYTES for calls, HEADER_BYTES for the rest. */
  read(view: DataView, at: number): void {
    this.type = view.getUint8(at + 2);
    this.flags = view.getUint8(at + 3);
    const little = (view.getUint8(at + 4) & LITTLE_ENDIAN) !== 0;
    this.little = little;
    this.fragLength = view.getUint16(at + 8, little);
    this.authLength = view.getUint16(at + 10, little);
    this.callId = view.getUint32(at + 12, little);
    this.length = headerBytes(this.type);
    if (this.length === CALL_HEADER_BYTES) {
      this.contextId = view.getUint16(at + 20, little);
      this.opnum = this.type === PduType.Request ? view.getUint16(at + 22, little) : 0;
    }
  }

  copyFrom(other: PduHeader): void {
    this.type = other.type;
    this.flags = other.flags;
    this.little = other.little;
    this.fragLength = other.fragLength;
    this.authLength = other.authLength;
    this.callId = other.callId;
    this.contextId = other.contextId;
    this.opnum = other.opnum;
    this.length = other.length;
  }

  get isFirst(): boolean {
    return (this.flags & PduFlag.FirstFrag) !== 0;
  }

  get isLast(): boolean {
    return (this.flags & PduFlag.LastFrag) !== 0;
  }
}

export function headerBytes(type: number): number {
  return type <= PduType.Fault ? CALL_HEADER_BYTES : HEADER_BYTES;
}

/** The auth verifier of the PDU that is being read; reused. */
export class AuthVerifier {
  /** -1 = there is none, or it was not captured. */
  type = -1;
  level = -1;
  tokenAt = 0;
  tokenEnd = 0;
  /** Where the body ends: before the verifier and its padding. */
  bodyEnd = 0;

  /** Reads what stands at the end of a PDU of which everything up to `end` is there. */
  read(view: DataView, bodyAt: number, end: number, authLength: number): void {
    this.none(end);
    if (authLength === 0) return;
    const at = end - authLength - SEC_TRAILER_BYTES;
    if (at < bodyAt) return;
    this.type = view.getUint8(at);
    this.level = view.getUint8(at + 1);
    this.tokenAt = end - authLength;
    this.tokenEnd = end;
    this.bodyEnd = Math.max(bodyAt, at - view.getUint8(at + 2));
  }

  none(end: number): void {
    this.type = -1;
    this.level = -1;
    this.tokenAt = end;
    this.tokenEnd = end;
    this.bodyEnd = end;
  }
}
