/**
 * Opens, closes, deletes and renames of SMB1, [MS-CIFS] §2.2.4.3 to §2.2.4.8, §2.2.4.41, §2.2.4.64.
 *
 *   NT_CREATE_ANDX  words: | andx | 0:8 | name length:16 ...     response: | andx | oplock:8 | fid:16 at 5 ...
 *                   end of file:64 at 55 | resource type:16 at 63
 *   OPEN_ANDX       response words: | andx | fid:16 | attributes:16 | time:32 | size:32 | access:16 | resource type:16
 */
import { seenAt } from '../facts/facts.js';
import { isError } from './nt-status.js';
import type { OpenFile, SmbConnection } from './smb-connection.js';
import { Smb1Command } from './smb1-message.js';
import type { Smb1Message } from './smb1-message.js';

/** [MS-CIFS] §2.2.1.2.4: byte mode and message mode pipes. */
const RESOURCE_PIPES: ReadonlySet<number> = new Set([1, 2]);

interface Opened {
  readonly fid: number;
  /** Bytes, -1 = the answer does not tell. */
  readonly size: number;
  /** null = the answer does not tell. */
  readonly isPipe: boolean | null;
}

export function openRequest(c: SmbConnection, m: Smb1Message): void {
  const name = requestedName(m);
  if (name === null) return;
  const file: OpenFile = { name, tree: c.trees.get(m.tid, 0, 0, 0), isPipe: null, pipe: null, size: -1 };
  c.pending.set(m.mid, m.pid, 0, m.command, { kind: 'create', seen: seenAt(m.from), file, deletes: false });
}

function requestedName(m: Smb1Message): string | null {
  switch (m.command) {
    case Smb1Command.NtCreateAndx:
      return m.wordCount >= 24 ? m.string(m.data).text : null;
    case Smb1Command.OpenAndx:
      return m.wordCount >= 15 ? m.string(m.data).text : null;
    default:
      return m.formatted(m.data)?.text ?? null;
  }
}

export function openResponse(c: SmbConnection, m: Smb1Message): void {
  const pending = c.pending.take(m.mid, m.pid, 0, m.command);
  const opened = isError(m.status) ? null : openedBy(m);
  if (pending?.kind !== 'create') {
    // Whatever had this identifier has it no longer.
    if (opened !== null) c.opens.delete(opened.fid, 0, 0, 0);
    return;
  }
  const file = pending.file;
  file.tree ??= c.trees.get(m.tid, 0, 0, 0);
  if (opened !== null) {
    file.isPipe = opened.isPipe;
    c.opens.set(opened.fid, 0, 0, 0, file);
  } else if (!isError(m.status)) {
    return;
  }
  c.openAnswer(pending.seen, file, m.status, opened?.size ?? -1, m.from);
}

function openedBy(m: Smb1Message): Opened | null {
  switch (m.command) {
    case Smb1Command.NtCreateAndx:
      if (m.wordCount < 34) return null;
      return {
        fid: m.u16(5),
        size: m.u32(55) + m.u32(59) * 0x1_0000_0000,
        isPipe: RESOURCE_PIPES.has(m.u16(63)),
      };
    case Smb1Command.OpenAndx:
      if (m.wordCount < 15) return null;
      return { fid: m.u16(4), size: m.u32(12), isPipe: RESOURCE_PIPES.has(m.u16(18)) };
    case Smb1Command.Open:
      return m.wordCount < 7 ? null : { fid: m.u16(0), size: m.u32(8), isPipe: null };
    default:
      return m.wordCount < 1 ? null : { fid: m.u16(0), size: -1, isPipe: null };
  }
}

/** The identifier is free from here on; the pipe is, when the answers to earlier requests have come. */
export function closeRequest(c: SmbConnection, m: Smb1Message): void {
  const file = m.wordCount < 1 ? undefined : c.opens.take(m.u16(0), 0, 0, 0);
  if (file === undefined || file.pipe === null) return;
  c.pending.set(m.mid, m.pid, 0, m.command, { kind: 'close', file });
}

export function closeResponse(c: SmbConnection, m: Smb1Message): void {
  const pending = c.pending.take(m.mid, m.pid, 0, m.command);
  if (pending?.kind === 'close') c.closePipe(pending.file);
}

/** DELETE names one file, RENAME the old and the new name. */
export function changeRequest(c: SmbConnection, m: Smb1Message): void {
  const first = m.formatted(m.data);
  const renames = m.command === Smb1Command.Rename;
  const named = renames && first !== null ? m.formatted(first.next) : first;
  if (named === null || named.text === '') return;
  c.pending.set(m.mid, m.pid, 0, m.command, {
    kind: 'change',
    seen: seenAt(m.from),
    action: renames ? 'SMB::FILE_RENAME' : 'SMB::FILE_DELETE',
    name: named.text,
    tree: c.trees.get(m.tid, 0, 0, 0),
    file: undefined,
  });
}

export function changeResponse(c: SmbConnection, m: Smb1Message): void {
  const pending = c.pending.take(m.mid, m.pid, 0, m.command);
  if (pending?.kind === 'change') c.changeAnswer(pending, m.status);
}
