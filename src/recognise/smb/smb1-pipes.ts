/**
 * What SMB1 carries for named pipes, [MS-CIFS] §2.2.4.33, §2.2.4.42, §2.2.4.43, §2.2.5.
 *
 *   TRANSACTION  words: | total parameters:16 | total data:16 | ... | data count:16 at 22 | data offset:16 at 24 |
 *                setup count:8 at 26 | 0:8 | function:16 at 28 | fid:16 at 30
 *                response words: ... total data:16 at 2 | ... data count:16 at 12 | offset:16 | displacement:16
 *   READ_ANDX    fid:16 at 4      response: data length:16 at 10 | offset:16 at 12
 *   WRITE_ANDX   fid:16 at 4 ... mode:16 at 14 | 0:16 | length high:16 at 18 | length:16 at 20 | offset:16 at 22
 */
import type { Side } from '../facts/dissector.js';
import { isError } from './nt-status.js';
import type { OpenFile, SmbConnection } from './smb-connection.js';
import { isRpcBind, Role } from './smb-pipes.js';
import { Smb1Command } from './smb1-message.js';
import type { Smb1Message } from './smb1-message.js';

/** Functions of a transaction that move a pipe's data, [MS-CIFS] §2.2.5. */
const DATA_FUNCTIONS: ReadonlySet<number> = new Set([0x26, 0x31, 0x36]);
/** A write whose first two bytes are the length of the pipe's message. */
const RAW_MESSAGE_START = 0x000c;

/** The open pipe of this FID; one opened unseen is adopted when `sure`, or when its tree is that of the pipes. */
export function pipeFile(c: SmbConnection, fid: number, tid: number, sure: boolean): OpenFile | undefined {
  const file = c.opens.get(fid, 0, 0, 0);
  if (file !== undefined) {
    if (sure && file.isPipe === null) file.isPipe = true;
    return c.isPipe(file) ? file : undefined;
  }
  const tree = c.trees.get(tid, 0, 0, 0);
  if (!sure && tree?.shareType !== 'PIPE') return undefined;
  const adopted: OpenFile = { name: null, tree, isPipe: true, pipe: null, size: -1 };
  c.opens.set(fid, 0, 0, 0, adopted);
  return adopted;
}

/** READ_ANDX and READ. */
export function readRequest(c: SmbConnection, m: Smb1Message): void {
  const at = m.command === Smb1Command.Read ? 0 : 4;
  if (2 * m.wordCount < at + 2) return;
  const file = pipeFile(c, m.u16(at), m.tid, false);
  if (file !== undefined) c.pending.set(m.mid, m.pid, 0, m.command, { kind: 'io', file });
}

export function readResponse(c: SmbConnection, m: Smb1Message): void {
  const pending = c.pending.take(m.mid, m.pid, 0, m.command);
  if (pending?.kind !== 'io' || isError(m.status)) return;
  if (m.command === Smb1Command.Read) coreData(c, m, pending.file, Role.Server);
  else if (m.wordCount >= 12) feed(c, m, pending.file, Role.Server, m.base + m.u16(12), m.u16(10));
}

/** WRITE_ANDX and WRITE. */
export function writeRequest(c: SmbConnection, m: Smb1Message): void {
  if (m.command === Smb1Command.Write) {
    if (m.wordCount < 5) return;
    const file = pipeFile(c, m.u16(0), m.tid, isRpcBind(m.view, m.data + 3, m.dataEnd));
    if (file !== undefined) coreData(c, m, file, Role.Client);
    return;
  }
  if (m.wordCount < 12) return;
  const skip = (m.u16(14) & RAW_MESSAGE_START) === RAW_MESSAGE_START ? 2 : 0;
  const at = m.base + m.u16(22) + skip;
  const file = pipeFile(c, m.u16(4), m.tid, isRpcBind(m.view, at, m.end));
  if (file !== undefined) feed(c, m, file, Role.Client, at, m.u16(20) + (m.u16(18) << 16) - skip);
}

export function transactionRequest(c: SmbConnection, m: Smb1Message): void {
  if (m.wordCount < 16 || m.u8(26) < 2 || !DATA_FUNCTIONS.has(m.u16(28))) return;
  const file = pipeFile(c, m.u16(30), m.tid, true);
  if (file === undefined) return;
  c.pending.set(m.mid, m.pid, 0, Smb1Command.Transaction, { kind: 'io', file });
  feed(c, m, file, Role.Client, m.base + m.u16(24), m.u16(22));
}

/** The rest of the data of a long transaction. */
export function transactionSecondary(c: SmbConnection, m: Smb1Message): void {
  const pending = c.pending.get(m.mid, m.pid, 0, Smb1Command.Transaction);
  if (pending?.kind === 'io' && m.wordCount >= 8)
    feed(c, m, pending.file, Role.Client, m.base + m.u16(12), m.u16(10));
}

export function transactionResponse(c: SmbConnection, m: Smb1Message): void {
  const interim = m.wordCount < 10 && !isError(m.status);
  if (interim) return;
  const pending = c.pending.take(m.mid, m.pid, 0, Smb1Command.Transaction);
  if (pending?.kind !== 'io' || m.wordCount < 10) return;
  const count = m.u16(12);
  feed(c, m, pending.file, Role.Server, m.base + m.u16(14), count);
  if (m.u16(16) + count < m.u16(2)) c.pending.set(m.mid, m.pid, 0, Smb1Command.Transaction, pending);
}

/** | buffer format:8 | length:16 | data | */
function coreData(c: SmbConnection, m: Smb1Message, file: OpenFile, role: Side): void {
  if (m.data + 3 > m.dataEnd) return;
  feed(c, m, file, role, m.data + 3, m.view.getUint16(m.data + 1, true));
}

function feed(
  c: SmbConnection,
  m: Smb1Message,
  file: OpenFile,
  role: Side,
  at: number,
  length: number,
): void {
  if (length <= 0 || at < m.data || at + length > m.end) return;
  c.pipeOf(file)?.feed(role, m.bytes, m.view, at, at + length, m.from);
}
