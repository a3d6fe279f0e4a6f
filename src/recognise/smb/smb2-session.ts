/**
 * Negotiation, session setup and tree connect of SMB2 and SMB3, [MS-SMB2] §2.2.3 to §2.2.12. Offsets are those of
 * the body; buffers are given by their offset from the header.
 *
 *   NEGOTIATE response  65:16 | security mode:16 | dialect:16 | contexts:16 | guid | capabilities:32 ... contexts at:32
 *   TREE_CONNECT        9:16 | flags:16 | path offset:16 | path length:16      response 16:16 | share type:8 ...
 */
import { NtStatus } from './nt-status.js';
import { seenAt } from '../facts/facts.js';
import type { SmbConnection, Tree } from './smb-connection.js';
import type { Smb2Message } from './smb2-message.js';
import { utf16Text } from './smb-text.js';

const SIGNING_REQUIRED = 2;
const CAP_ENCRYPTION = 0x40;
/** Dialect of a server that wants to be asked again in SMB2, §2.2.4. */
const WILDCARD_DIALECT = 0x02ff;
const ENCRYPTION_CONTEXT = 2;
/** Negotiate contexts that are looked at; Windows sends up to six. */
const MAX_CONTEXTS = 16;
const MAX_DIALECTS = 32;

const DIALECTS: ReadonlyMap<number, string> = new Map([
  [0x0202, '2.0.2'],
  [0x0210, '2.1'],
  [0x0300, '3.0'],
  [0x0302, '3.0.2'],
  [0x0311, '3.1.1'],
]);

const SHARE_TYPES: readonly Tree['shareType'][] = ['', 'DISK', 'PIPE', 'PRINT'];

export function negotiateRequest(c: SmbConnection, m: Smb2Message): void {
  if (m.available < 36 || m.u16(0) !== 36) return;
  const count = Math.min(m.u16(2), MAX_DIALECTS, Math.floor((m.available - 36) / 2));
  const dialects: string[] = [];
  for (let i = 0; i < count; i++) {
    const dialect = m.u16(36 + 2 * i);
    dialects.push(DIALECTS.get(dialect) ?? `0x${dialect.toString(16).padStart(4, '0')}`);
  }
  if (c.smb !== null && (m.u16(4) & SIGNING_REQUIRED) !== 0) c.smb.signingRequired = true;
  c.offers(dialects, m.from);
}

export function negotiateResponse(c: SmbConnection, m: Smb2Message): void {
  if (m.status !== NtStatus.Success) {
    c.negotiateRefused(m.status, m.from);
    return;
  }
  if (m.available < 64 || m.u16(0) !== 65 || c.smb === null) return;
  const dialect = m.u16(4);
  c.negotiated(dialect === WILDCARD_DIALECT ? '' : (DIALECTS.get(dialect) ?? ''));
  if ((m.u16(2) & SIGNING_REQUIRED) !== 0) c.smb.signingRequired = true;
  const flagged = (dialect === 0x0300 || dialect === 0x0302) && (m.u32(24) & CAP_ENCRYPTION) !== 0;
  if (flagged || (dialect === 0x0311 && choseCipher(m))) c.smb.encryptionCapable = true;
}

/** SMB2_ENCRYPTION_CAPABILITIES with a cipher other than 0, §2.2.4.1.2. */
function choseCipher(m: Smb2Message): boolean {
  const count = Math.min(m.u16(6), MAX_CONTEXTS);
  let at = m.base + m.u32(60);
  for (let i = 0; i < count && at + 8 <= m.end; i++) {
    const length = m.view.getUint16(at + 2, true);
    if (m.view.getUint16(at, true) === ENCRYPTION_CONTEXT)
      return length >= 4 && at + 12 <= m.end && m.view.getUint16(at + 10, true) !== 0;
    at += 8 + ((length + 7) & ~7);
  }
  return false;
}

export function sessionSetupRequest(c: SmbConnection, m: Smb2Message): void {
  if (m.available >= 24 && m.u16(0) === 25) token(c, m, true, m.u16(12), m.u16(14));
}

export function sessionSetupResponse(c: SmbConnection, m: Smb2Message): void {
  if (m.available >= 8 && m.u16(0) === 9 && isSessionStatus(m.status)) token(c, m, false, m.u16(4), m.u16(6));
  c.sessionAnswer(m.status, m.from);
}

/** Other answers are error responses, which begin alike, §2.2.2. */
function isSessionStatus(status: number): boolean {
  return status === NtStatus.Success || status === NtStatus.MoreProcessingRequired;
}

function token(c: SmbConnection, m: Smb2Message, fromClient: boolean, offset: number, length: number): void {
  const at = m.base + offset;
  if (at >= m.body && at + length <= m.end) c.token(fromClient, m.bytes, m.view, at, at + length, m.from);
}

export function treeConnectRequest(c: SmbConnection, m: Smb2Message): Tree | undefined {
  if (m.available < 8 || m.u16(0) !== 9) return undefined;
  const path = utf16Text(m.bytes, m.base + m.u16(4), m.u16(6), m.end);
  if (path === '') return undefined;
  const tree: Tree = { path, shareType: '' };
  c.pending.set(m.idLow, m.idHigh, 0, 0, { kind: 'tree', seen: seenAt(m.from), tree });
  return tree;
}

export function treeConnectResponse(c: SmbConnection, m: Smb2Message): void {
  const pending = c.pending.take(m.idLow, m.idHigh, 0, 0);
  const success = m.status === NtStatus.Success && m.available >= 3 && m.u16(0) === 16;
  if (success) c.trees.delete(m.treeId, m.sessionLow, m.sessionHigh, 0);
  if (pending?.kind !== 'tree') return;
  if (success) {
    pending.tree.shareType = SHARE_TYPES[m.u8(2)] ?? '';
    if (!m.async) c.trees.set(m.treeId, m.sessionLow, m.sessionHigh, 0, pending.tree);
  }
  c.treeAnswer(pending.seen, pending.tree, m.status, m.from);
}
