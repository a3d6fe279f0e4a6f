/**
 * Create, close and the changes of names in SMB2 and SMB3, [MS-SMB2] §2.2.13 to §2.2.16, §2.2.39.
 *
 *   CREATE    57:16 ... name offset:16 | name length:16 ...   response 89:16 ... end of file:64 at 48, file id:128 at 64
 *   CLOSE     24:16 | flags:16 | 0:32 | file id:128
 *   SET_INFO  33:16 | type:8 | class:8 | length:32 | offset:16 | 0:16 | additional:32 | file id:128 | buffer
 */
import { seenAt } from '../facts/facts.js';
import { NtStatus } from './nt-status.js';
import type { OpenFile, SmbConnection, Tree } from './smb-connection.js';
import type { Smb2Message } from './smb2-message.js';
import { utf16Text } from './smb-text.js';

export const CLOSE_BODY = 24;
export const SET_INFO_BODY = 32;

/** Of the create options. */
const DELETE_ON_CLOSE = 0x1000;
const INFO_FILE = 1;
/** [MS-FSCC] §2.4. */
const FileClass = { Rename: 10, Disposition: 13, DispositionEx: 64 } as const;

export function createRequest(
  c: SmbConnection,
  m: Smb2Message,
  tree: Tree | undefined,
): OpenFile | undefined {
  if (m.available < 56 || m.u16(0) !== 57) return undefined;
  const length = m.u16(46);
  const at = m.base + m.u16(44);
  if (length > 0 && (at < m.body || at + length > m.end)) return undefined;
  const file: OpenFile = {
    name: utf16Text(m.bytes, at, length, m.end),
    tree,
    isPipe: null,
    pipe: null,
    size: -1,
  };
  const deletes = (m.u32(40) & DELETE_ON_CLOSE) !== 0;
  c.pending.set(m.idLow, m.idHigh, 0, 0, { kind: 'create', seen: seenAt(m.from), file, deletes });
  return file;
}

export function createResponse(c: SmbConnection, m: Smb2Message): void {
  const pending = c.pending.take(m.idLow, m.idHigh, 0, 0);
  const opened = m.available >= 80 && m.u16(0) === 89;
  if (pending?.kind !== 'create') {
    // Whatever had this identifier has it no longer.
    if (opened) c.opens.delete(m.i32(64), m.i32(68), m.i32(72), m.i32(76));
    return;
  }
  const file = pending.file;
  if (file.tree === undefined && !m.async) file.tree = c.trees.get(m.treeId, m.sessionLow, m.sessionHigh, 0);
  if (opened) c.opens.set(m.i32(64), m.i32(68), m.i32(72), m.i32(76), file);
  else if (m.status === NtStatus.Success) return;
  const size = opened ? m.u32(48) + m.u32(52) * 0x1_0000_0000 : -1;
  c.openAnswer(pending.seen, file, m.status, size, m.from);
  if (pending.deletes && m.status === NtStatus.Success && !c.isPipe(file)) {
    c.deletedOnClose(pending.seen, file, m.status);
  }
  if (!opened) c.closePipe(file);
}

/** The identifier is free from here on; the pipe is, when the answers to earlier requests have come. */
export function closeRequest(c: SmbConnection, m: Smb2Message, file: OpenFile | undefined): void {
  if (m.available < CLOSE_BODY || m.u16(0) !== 24 || file === undefined) return;
  c.opens.take(m.i32(8), m.i32(12), m.i32(16), m.i32(20));
  if (file.pipe !== null) c.pending.set(m.idLow, m.idHigh, 0, 0, { kind: 'close', file });
}

export function closeResponse(c: SmbConnection, m: Smb2Message): void {
  const pending = c.pending.take(m.idLow, m.idHigh, 0, 0);
  if (pending?.kind === 'close') c.closePipe(pending.file);
}

/** A SET_INFO whose first `SET_INFO_BODY` bytes are there renames or deletes. */
export function changesName(m: Smb2Message): boolean {
  if (m.u16(0) !== 33 || m.u8(2) !== INFO_FILE) return false;
  const kind = m.u8(3);
  return kind === FileClass.Rename || kind === FileClass.Disposition || kind === FileClass.DispositionEx;
}

export function setInfoRequest(
  c: SmbConnection,
  m: Smb2Message,
  file: OpenFile | undefined,
  tree: Tree | undefined,
): void {
  if (m.available < SET_INFO_BODY || !changesName(m)) return;
  const at = m.base + m.u16(8);
  const length = m.u32(4);
  if (length < 1 || at < m.body || at + length > m.end) return;
  const renames = m.u8(3) === FileClass.Rename;
  let name: string | null;
  if (renames) {
    if (length < 20) return;
    name = utf16Text(m.bytes, at + 20, m.view.getUint32(at + 16, true), at + length);
  } else {
    if ((m.view.getUint8(at) & 1) === 0) return;
    name = file?.name ?? null;
  }
  if (name === null || name === '') return;
  c.pending.set(m.idLow, m.idHigh, 0, 0, {
    kind: 'change',
    seen: seenAt(m.from),
    action: renames ? 'SMB::FILE_RENAME' : 'SMB::FILE_DELETE',
    name,
    tree: file?.tree ?? tree,
    file,
  });
}

export function setInfoResponse(c: SmbConnection, m: Smb2Message): void {
  const pending = c.pending.take(m.idLow, m.idHigh, 0, 0);
  if (pending?.kind === 'change') c.changeAnswer(pending, m.status);
}
