/**
 * Negotiation, session setup and tree connect of SMB1, [MS-CIFS] §2.2.4.50 to §2.2.4.55, [MS-SMB] §2.2.4.5 to
 * §2.2.4.7.
 *
 *   NEGOTIATE          bytes: | 02 | dialect, NUL-terminated | 02 | ...        response words: | index:16 | security:8 ...
 *   TREE_CONNECT_ANDX  words: | andx | flags:16 | password length:16 |  bytes: | password | path | service |
 */
import { seenAt } from '../facts/facts.js';
import { isError, NtStatus } from './nt-status.js';
import type { SmbConnection, Tree } from './smb-connection.js';
import { Smb1Command } from './smb1-message.js';
import type { Smb1Message } from './smb1-message.js';
import { oemEnd, oemText } from './smb-text.js';

const MAX_DIALECTS = 32;
const BUFFER_FORMAT_DIALECT = 2;
const NO_DIALECT = 0xffff;
const SIGNATURES_REQUIRED = 8;
/** The dialect of every response with so many words. */
const NT_DIALECT = 'NT LM 0.12';
const NT_RESPONSE_WORDS = 17;
/** Words of a session setup with a security blob: 12 in the request, 4 in the answer. */
const BLOB_REQUEST_WORDS = 12;
const BLOB_RESPONSE_WORDS = 4;

export function negotiateRequest(c: SmbConnection, m: Smb1Message): void {
  const dialects: string[] = [];
  let at = m.data;
  while (at < m.dataEnd && dialects.length < MAX_DIALECTS && m.bytes[at] === BUFFER_FORMAT_DIALECT) {
    const end = oemEnd(m.bytes, at + 1, m.dataEnd);
    dialects.push(oemText(m.bytes, at + 1, end));
    at = end + 1;
  }
  if (dialects.length > 0) c.offers(dialects, m.from);
}

export function negotiateResponse(c: SmbConnection, m: Smb1Message): void {
  const index = m.wordCount >= 1 ? m.u16(0) : NO_DIALECT;
  if (isError(m.status) || index === NO_DIALECT) {
    c.negotiateRefused(isError(m.status) ? m.status : NtStatus.NotSupported, m.from);
    return;
  }
  const nt = m.wordCount === NT_RESPONSE_WORDS;
  const offered = c.offeredDialect(index);
  c.negotiated(offered === '' && nt ? NT_DIALECT : offered);
  if (nt && c.smb !== null && (m.u8(2) & SIGNATURES_REQUIRED) !== 0) c.smb.signingRequired = true;
}

export function sessionSetupRequest(c: SmbConnection, m: Smb1Message): void {
  if (m.wordCount === BLOB_REQUEST_WORDS) token(c, m, true, m.u16(14));
}

export function sessionSetupResponse(c: SmbConnection, m: Smb1Message): void {
  if (m.wordCount === BLOB_RESPONSE_WORDS) token(c, m, false, m.u16(6));
  c.sessionAnswer(m.status, m.from);
}

function token(c: SmbConnection, m: Smb1Message, fromClient: boolean, length: number): void {
  if (m.data + length <= m.dataEnd) c.token(fromClient, m.bytes, m.view, m.data, m.data + length, m.from);
}

/** TREE_CONNECT_ANDX and the older TREE_CONNECT. */
export function treeConnectRequest(c: SmbConnection, m: Smb1Message): void {
  const asked = m.command === Smb1Command.TreeConnectAndx ? askedTreeAndx(m) : askedTree(m);
  if (asked === null || asked.path === '') return;
  c.pending.set(m.mid, m.pid, 0, m.command, { kind: 'tree', seen: seenAt(m.from), tree: asked });
}

function askedTreeAndx(m: Smb1Message): Tree | null {
  if (m.wordCount < 4) return null;
  const path = m.string(m.data + m.u16(6));
  const service = oemText(m.bytes, path.next, oemEnd(m.bytes, path.next, m.dataEnd));
  return { path: path.text, shareType: shareType(service) };
}

/** Path, password and service, each after its format byte. */
function askedTree(m: Smb1Message): Tree | null {
  const path = m.formatted(m.data);
  if (path === null) return null;
  const password = m.formatted(path.next);
  const service = password === null ? null : m.formatted(password.next);
  return { path: path.text, shareType: shareType(service?.text ?? '') };
}

export function treeConnectResponse(c: SmbConnection, m: Smb1Message): void {
  const pending = c.pending.take(m.mid, m.pid, 0, m.command);
  const success = !isError(m.status) && m.wordCount >= 2;
  const andx = m.command === Smb1Command.TreeConnectAndx;
  const tid = andx || !success ? m.tid : m.u16(2);
  if (success) c.trees.delete(tid, 0, 0, 0);
  if (pending?.kind !== 'tree') return;
  const tree = pending.tree;
  if (success) {
    if (andx)
      tree.shareType =
        shareType(oemText(m.bytes, m.data, oemEnd(m.bytes, m.data, m.dataEnd))) || tree.shareType;
    c.trees.set(tid, 0, 0, 0, tree);
  }
  c.treeAnswer(pending.seen, tree, m.status, m.from);
}

/** The service string, [MS-CIFS] §2.2.4.55.1; '?????' asks for any. */
function shareType(service: string): Tree['shareType'] {
  if (service === 'A:') return 'DISK';
  if (service === 'IPC') return 'PIPE';
  return service === 'LPT1:' ? 'PRINT' : '';
}
