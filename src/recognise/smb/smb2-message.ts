/**
 * The header of an SMB2 or SMB3 message, [MS-SMB2] §2.2.1; little-endian.
 *
 *   FE 'SMB' | 64:16 | credit charge:16 | status:32 | command:16 | credits:16 | flags:32 | next:32 | message id:64
 *   | process id:32, tree id:32 (or async id:64) | session id:64 | signature:128 | body ...
 */
import { Origin } from '../../flow/record/origin.js';

/** The signatures as they stand in the message, read big-endian. */
export const SMB2_SIGNATURE = 0xfe534d42 | 0;
/** SMB2 TRANSFORM_HEADER §2.2.41 (encrypted) and COMPRESSION_TRANSFORM_HEADER §2.2.42. */
export const TRANSFORM_SIGNATURE = 0xfd534d42 | 0;
export const COMPRESSION_SIGNATURE = 0xfc534d42 | 0;

export const SMB2_HEADER = 64;

export const Smb2Command = {
  Negotiate: 0,
  SessionSetup: 1,
  Logoff: 2,
  TreeConnect: 3,
  TreeDisconnect: 4,
  Create: 5,
  Close: 6,
  Read: 8,
  Write: 9,
  Ioctl: 11,
  SetInfo: 17,
} as const;

/** Commands known; a header with a higher number is none. */
export const MAX_SMB2_COMMAND = 19;

const FLAG_RESPONSE = 1;
const FLAG_ASYNC = 2;
const FLAG_RELATED = 4;

const NOTHING = new Uint8Array(0);
const NOTHING_VIEW = new DataView(NOTHING.buffer);
const NOWHERE = new Origin();

/** One message, reused; it points into the bytes that are being read. */
export class Smb2Message {
  bytes: Uint8Array = NOTHING;
  view: DataView = NOTHING_VIEW;
  from: Origin = NOWHERE;
  /** Offsets of the header (all offsets in a message count from here), the body and the end of what is there. */
  base = 0;
  body = 0;
  end = 0;
  /** Length of the whole message, which may reach beyond `end`. */
  length = 0;
  command = 0;
  /** Unsigned NTSTATUS; only of a response. */
  status = 0;
  response = false;
  related = false;
  async = false;
  idLow = 0;
  idHigh = 0;
  treeId = 0;
  sessionLow = 0;
  sessionHigh = 0;

  /** Reads the header at `base`, of which all bytes are there. */
  read(bytes: Uint8Array, view: DataView, base: number, from: Origin): void {
    this.bytes = bytes;
    this.view = view;
    this.from = from;
    this.base = base;
    this.body = base + SMB2_HEADER;
    this.status = view.getUint32(base + 8, true);
    this.command = view.getUint16(base + 12, true);
    const flags = view.getUint32(base + 16, true);
    this.response = (flags & FLAG_RESPONSE) !== 0;
    this.async = (flags & FLAG_ASYNC) !== 0;
    this.related = (flags & FLAG_RELATED) !== 0;
    this.idLow = view.getInt32(base + 24, true);
    this.idHigh = view.getInt32(base + 28, true);
    this.treeId = view.getInt32(base + 36, true);
    this.sessionLow = view.getInt32(base + 40, true);
    this.sessionHigh = view.getInt32(base + 44, true);
  }

  /** Bytes of the body that are there. */
  get available(): number {
    return this.end - this.body;
  }

  u8(at: number): number {
    return this.view.getUint8(this.body + at);
  }

  u16(at: number): number {
    return this.view.getUint16(this.body + at, true);
  }

  i32(at: number): number {
    return this.view.getInt32(this.body + at, true);
  }

  u32(at: number): number {
    return this.view.getUint32(this.body + at, true);
  }
}

/** Whether the bytes at `base`, 64 of them, are an SMB2 header. */
export function isSmb2Header(view: DataView, base: number): boolean {
  return (
    view.getInt32(base) === SMB2_SIGNATURE &&
    view.getUint16(base + 4, true) === SMB2_HEADER &&
    view.getUint16(base + 12, true) < MAX_SMB2_COMMAND
  );
}

/** The header at `base` is that of an answer. */
export function isSmb2Response(view: DataView, base: number): boolean {
  return (view.getUint32(base + 16, true) & FLAG_RESPONSE) !== 0;
}
