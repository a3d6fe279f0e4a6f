/** SMB1 messages, [MS-CIFS] §2.2.3, [MS-SMB]: chooses what is worth waiting for and hands the blocks on. */
import type { Origin } from '../../flow/record/origin.js';
import type { SmbConnection } from './smb-connection.js';
import {
  changeRequest,
  changeResponse,
  closeRequest,
  closeResponse,
  openRequest,
  openResponse,
} from './smb1-files.js';
import { isSmb1Response, SMB1_HEADER, Smb1Command, Smb1Message } from './smb1-message.js';
import {
  pipeFile,
  readRequest,
  readResponse,
  transactionRequest,
  transactionResponse,
  transactionSecondary,
  writeRequest,
} from './smb1-pipes.js';
import {
  negotiateRequest,
  negotiateResponse,
  sessionSetupRequest,
  sessionSetupResponse,
  treeConnectRequest,
  treeConnectResponse,
} from './smb1-session.js';
import { isRpcBind, RPC_BIND_PREFIX } from './smb-pipes.js';

/** Blocks of one message that are followed. */
const MAX_BLOCKS = 8;
/** Up to the last word of a WRITE_ANDX. */
const WRITE_ANDX_WORDS = SMB1_HEADER + 1 + 24;

export class Smb1Reader {
  private readonly connection: SmbConnection;
  private readonly message = new Smb1Message();

  constructor(connection: SmbConnection) {
    this.connection = connection;
  }

  /** Bytes from the header on that are needed to learn all of the message at `base`; its header is there. */
  wanted(view: DataView, base: number, end: number, length: number): number {
    const response = isSmb1Response(view, base);
    switch (view.getUint8(base + 4)) {
      case Smb1Command.Read:
      case Smb1Command.ReadAndx:
      case Smb1Command.Transaction:
        return !response || this.awaitsData(view, base) ? length : 0;
      case Smb1Command.WriteAndx:
        return response ? 0 : this.wantedWrite(view, base, end, length);
      case Smb1Command.Write:
      case Smb1Command.TransactionSecondary:
        return response ? 0 : length;
      case Smb1Command.Open:
      case Smb1Command.Create:
      case Smb1Command.Close:
      case Smb1Command.Delete:
      case Smb1Command.Rename:
      case Smb1Command.OpenAndx:
      case Smb1Command.NtCreateAndx:
      case Smb1Command.Negotiate:
      case Smb1Command.SessionSetupAndx:
      case Smb1Command.TreeConnect:
      case Smb1Command.TreeConnectAndx:
      case Smb1Command.TreeDisconnect:
        return length;
      default:
        return 0;
    }
  }

  /** Reads the message `bytes[base .. end)`, of which the wanted part is there. */
  read(bytes: Uint8Array, view: DataView, base: number, end: number, from: Origin): void {
    const m = this.message;
    let more = m.read(bytes, view, base, end, from);
    for (let i = 0; more && i < MAX_BLOCKS; i++) {
      if (m.response) this.response(m);
      else this.request(m);
      more = m.next();
    }
  }

  private awaitsData(view: DataView, base: number): boolean {
    const pid = (view.getUint16(base + 12, true) << 16) | view.getUint16(base + 26, true);
    const mid = view.getUint16(base + 30, true);
    return this.connection.pending.get(mid, pid, 0, view.getUint8(base + 4))?.kind === 'io';
  }

  /** Writes to files are passed over; first the words are needed, then what tells an unknown file. */
  private wantedWrite(view: DataView, base: number, end: number, length: number): number {
    if (length < WRITE_ANDX_WORDS || end - base < WRITE_ANDX_WORDS) return Math.min(length, WRITE_ANDX_WORDS);
    const words = base + SMB1_HEADER + 1;
    const fid = view.getUint16(words + 4, true);
    const tid = view.getUint16(base + 24, true);
    if (pipeFile(this.connection, fid, tid, false) !== undefined) return length;
    if (this.connection.opens.get(fid, 0, 0, 0) !== undefined) return 0;
    const at = base + view.getUint16(words + 22, true);
    const prefix = Math.min(length, at - base + RPC_BIND_PREFIX + 2);
    if (end - base < prefix) return prefix;
    return isRpcBind(view, at, end) || isRpcBind(view, at + 2, end) ? length : 0;
  }

  private request(m: Smb1Message): void {
    const c = this.connection;
    switch (m.command) {
      case Smb1Command.Negotiate:
        return negotiateRequest(c, m);
      case Smb1Command.SessionSetupAndx:
        return sessionSetupRequest(c, m);
      case Smb1Command.TreeConnect:
      case Smb1Command.TreeConnectAndx:
        return treeConnectRequest(c, m);
      case Smb1Command.TreeDisconnect:
        return c.trees.delete(m.tid, 0, 0, 0);
      case Smb1Command.Open:
      case Smb1Command.Create:
      case Smb1Command.OpenAndx:
      case Smb1Command.NtCreateAndx:
        return openRequest(c, m);
      case Smb1Command.Close:
        return closeRequest(c, m);
      case Smb1Command.Delete:
      case Smb1Command.Rename:
        return changeRequest(c, m);
      case Smb1Command.Read:
      case Smb1Command.ReadAndx:
        return readRequest(c, m);
      case Smb1Command.Write:
      case Smb1Command.WriteAndx:
        return writeRequest(c, m);
      case Smb1Command.Transaction:
        return transactionRequest(c, m);
      case Smb1Command.TransactionSecondary:
        return transactionSecondary(c, m);
    }
  }

  private response(m: Smb1Message): void {
    const c = this.connection;
    switch (m.command) {
      case Smb1Command.Negotiate:
        return negotiateResponse(c, m);
      case Smb1Command.SessionSetupAndx:
        return sessionSetupResponse(c, m);
      case Smb1Command.TreeConnect:
      case Smb1Command.TreeConnectAndx:
        return treeConnectResponse(c, m);
      case Smb1Command.TreeDisconnect:
        return c.trees.delete(m.tid, 0, 0, 0);
      case Smb1Command.Open:
      case Smb1Command.Create:
      case Smb1Command.OpenAndx:
      case Smb1Command.NtCreateAndx:
        return openResponse(c, m);
      case Smb1Command.Close:
        return closeResponse(c, m);
      case Smb1Command.Delete:
      case Smb1Command.Rename:
        return changeResponse(c, m);
      case Smb1Command.Read:
      case Smb1Command.ReadAndx:
        return readResponse(c, m);
      case Smb1Command.Transaction:
        return transactionResponse(c, m);
    }
  }
}
