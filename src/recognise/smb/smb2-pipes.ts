/**
 * What SMB2 and SMB3 carry for named pipes, [MS-SMB2] §2.2.19 to §2.2.22, §2.2.31, §2.2.32.
 *
 *   READ   49:16 ... file id:128 at 16      response 17:16 | data offset:8 | 0:8 | length:32 ...
 *   WRITE  49:16 | data offset:16 | length:32 | offset:64 | file id:128 ...
 *   IOCTL  57:16 | 0:16 | code:32 | file id:128 | input offset:32, count:32 ...   response 49:16, output at 32
 */
import type { OpenFile, SmbConnection } from './smb-connection.js';
import { isRpcBind, Role } from './smb-pipes.js';
import type { Smb2Message } from './smb2-message.js';

/** Bytes of the body that tell which file it is about. */
export const READ_BODY = 32;
export const WRITE_BODY = 32;
export const IOCTL_BODY = 40;

const FSCTL_PIPE_TRANSCEIVE = 0x0011c017;

export function isTransceive(m: Smb2Message): boolean {
  return m.u32(4) === FSCTL_PIPE_TRANSCEIVE;
}

/** The share of an open is unknown, so that it may be a pipe. */
export function mayBePipe(file: OpenFile | undefined): boolean {
  if (file === undefined) return true;
  return file.isPipe === null && (file.tree === undefined || file.tree.shareType === '');
}

/** Offset in the bytes of the data of a WRITE. */
export function writeDataAt(m: Smb2Message): number {
  return m.base + m.u16(2);
}

export function readRequest(c: SmbConnection, m: Smb2Message, file: OpenFile | undefined): void {
  if (m.u16(0) !== 49 || file === undefined || c.pipeOf(file) === null) return;
  c.pending.set(m.idLow, m.idHigh, 0, 0, { kind: 'io', file });
}

export function readResponse(c: SmbConnection, m: Smb2Message): void {
  const pending = c.pending.take(m.idLow, m.idHigh, 0, 0);
  if (pending?.kind !== 'io' || m.available < 16 || m.u16(0) !== 17) return;
  data(c, m, pending.file, Role.Server, m.base + m.u8(2), m.u32(4));
}

export function writeRequest(c: SmbConnection, m: Smb2Message, file: OpenFile): void {
  if (m.available < WRITE_BODY || m.u16(0) !== 49) return;
  data(c, m, file, Role.Client, writeDataAt(m), m.u32(4));
}

export function transceiveRequest(c: SmbConnection, m: Smb2Message, file: OpenFile): void {
  if (m.available < IOCTL_BODY || m.u16(0) !== 57) return;
  c.pending.set(m.idLow, m.idHigh, 0, 0, { kind: 'io', file });
  data(c, m, file, Role.Client, m.base + m.u32(24), m.u32(28));
}

export function transceiveResponse(c: SmbConnection, m: Smb2Message): void {
  const pending = c.pending.take(m.idLow, m.idHigh, 0, 0);
  if (m.available < IOCTL_BODY || m.u16(0) !== 49 || !isTransceive(m)) return;
  const file = pending?.kind === 'io' ? pending.file : c.opens.get(m.i32(8), m.i32(12), m.i32(16), m.i32(20));
  if (file !== undefined) data(c, m, file, Role.Server, m.base + m.u32(32), m.u32(36));
}

function data(
  c: SmbConnection,
  m: Smb2Message,
  file: OpenFile,
  role: 0 | 1,
  at: number,
  length: number,
): void {
  if (length === 0 || at < m.body || at + length > m.end) return;
  if (role === Role.Client && mayBePipe(file) && isRpcBind(m.view, at, m.end)) file.isPipe = true;
  c.pipeOf(file)?.feed(role, m.bytes, m.view, at, at + length, m.from);
}
