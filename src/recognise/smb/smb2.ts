/**
 * SMB2 and SMB3 messages, [MS-SMB2]: one transport message is a chain of requests or answers, each read on its own,
 * so that bulk data is passed over without being waited for.
 *
 *   | header, next = 120 | body | header, next = 0 | body ... |      related ones share session, tree and file
 */
import type { Side } from '../facts/dissector.js';
import type { Origin } from '../../flow/record/origin.js';
import type { OpenFile, SmbConnection, Tree } from './smb-connection.js';
import { NtStatus } from './nt-status.js';
import { isRpcBind, RPC_BIND_PREFIX } from './smb-pipes.js';
import {
  CLOSE_BODY,
  changesName,
  closeRequest,
  closeResponse,
  createRequest,
  createResponse,
  SET_INFO_BODY,
  setInfoRequest,
  setInfoResponse,
} from './smb2-files.js';
import { SMB2_HEADER, Smb2Command, Smb2Message } from './smb2-message.js';
import {
  IOCTL_BODY,
  isTransceive,
  mayBePipe,
  READ_BODY,
  readRequest,
  readResponse,
  transceiveRequest,
  transceiveResponse,
  WRITE_BODY,
  writeDataAt,
  writeRequest,
} from './smb2-pipes.js';
import {
  negotiateRequest,
  negotiateResponse,
  sessionSetupRequest,
  sessionSetupResponse,
  treeConnectRequest,
  treeConnectResponse,
} from './smb2-session.js';

/**
 * An SMB message whose content matters is waited for up to this length; a pipe moves 64 KiB at once.
 * @reached its content is not read
 */
export const MAX_SMB_MESSAGE = 68 << 10;

/** What a related request inherits from the one before it. */
class Chain {
  treeId = 0;
  sessionLow = 0;
  sessionHigh = 0;
  tree: Tree | undefined = undefined;
  file: OpenFile | undefined = undefined;
}

/** The message being read; one for all readers, since none is kept beyond a call. */
const message = new Smb2Message();

export class Smb2Reader {
  private readonly connection: SmbConnection;
  private readonly role: Side;
  private readonly chain = new Chain();

  /** Reads what one side sends, the client (0) or the server (1). */
  constructor(connection: SmbConnection, role: Side) {
    this.connection = connection;
    this.role = role;
  }

  /** A transport message begins: there is nothing to be related to yet. */
  begin(): void {
    this.chain.treeId = 0;
    this.chain.sessionLow = 0;
    this.chain.sessionHigh = 0;
    this.chain.tree = undefined;
    this.chain.file = undefined;
  }

  /**
   * Reads the message at `base` of a chain of which `left` bytes are left (not all of them need be there).
   * Returns its length, or 0 when more bytes are needed. The header is there and was checked.
   */
  read(bytes: Uint8Array, view: DataView, base: number, end: number, left: number, from: Origin): number {
    const m = message;
    m.read(bytes, view, base, from);
    m.length = this.lengthOf(view, base, left);
    m.end = Math.min(end, base + m.length);
    if (m.response && m.status === NtStatus.Pending) return m.length;
    let wanted = Math.min(m.length, SMB2_HEADER + fixedPart(m));
    if (m.end - base < wanted) return 0;
    if (!m.response) this.inherit(m);
    const file = m.response ? undefined : this.fileOf(m);
    wanted = this.wanted(m, file);
    if (wanted > MAX_SMB_MESSAGE) {
      this.connection.facts.weird('SMB_message_too_long');
      this.connection.pipeGap(this.role, from);
      return m.length;
    }
    if (m.end - base < wanted) return 0;
    if (m.response) this.response(m);
    else this.request(m, file);
    return m.length;
  }

  private lengthOf(view: DataView, base: number, left: number): number {
    const next = view.getUint32(base + 20, true);
    if (next === 0) return left;
    if (next >= SMB2_HEADER && next < left) return next;
    this.connection.facts.weird('SMB_bad_next_command');
    return left;
  }

  private inherit(m: Smb2Message): void {
    const chain = this.chain;
    if (m.related) {
      m.treeId = chain.treeId;
      m.sessionLow = chain.sessionLow;
      m.sessionHigh = chain.sessionHigh;
      return;
    }
    chain.treeId = m.treeId;
    chain.sessionLow = m.sessionLow;
    chain.sessionHigh = m.sessionHigh;
    chain.tree = undefined;
    chain.file = undefined;
  }

  /** The open that a request is about, by its FileId or the chain's. */
  private fileOf(m: Smb2Message): OpenFile | undefined {
    const at = fileIdAt(m.command);
    if (at < 0 || m.available < at + 16) return undefined;
    const [w0, w1, w2, w3] = [m.i32(at), m.i32(at + 4), m.i32(at + 8), m.i32(at + 12)];
    const none = (w0 & w1 & w2 & w3) === -1;
    if (none) return m.related ? this.chain.file : undefined;
    const file = this.connection.opens.get(w0, w1, w2, w3);
    this.chain.file = file;
    return file;
  }

  private treeOf(m: Smb2Message): Tree | undefined {
    if (m.related && this.chain.tree !== undefined) return this.chain.tree;
    return m.async ? undefined : this.connection.trees.get(m.treeId, m.sessionLow, m.sessionHigh, 0);
  }

  /** Bytes of the message, from its header on, that are needed to learn all from it. */
  private wanted(m: Smb2Message, file: OpenFile | undefined): number {
    const fixed = Math.min(m.length, SMB2_HEADER + fixedPart(m));
    switch (m.command) {
      case Smb2Command.Negotiate:
      case Smb2Command.SessionSetup:
      case Smb2Command.TreeConnect:
      case Smb2Command.Create:
        return m.length;
      case Smb2Command.Read:
        return m.response && this.connection.pending.get(m.idLow, m.idHigh, 0, 0)?.kind === 'io'
          ? m.length
          : fixed;
      case Smb2Command.Write:
        if (m.response || m.available < WRITE_BODY) return fixed;
        if (file !== undefined && this.connection.isPipe(file)) return m.length;
        return mayBePipe(file) ? this.wantedOfUnknown(m) : fixed;
      case Smb2Command.Ioctl:
        return m.available >= IOCTL_BODY && isTransceive(m) ? m.length : fixed;
      case Smb2Command.SetInfo:
        return !m.response && m.available >= SET_INFO_BODY && changesName(m) ? m.length : fixed;
      default:
        return fixed;
    }
  }

  /** A write to a file that may be a pipe: what tells it, then all of it. */
  private wantedOfUnknown(m: Smb2Message): number {
    const prefix = Math.min(m.length, writeDataAt(m) - m.base + RPC_BIND_PREFIX);
    return m.end - m.base >= prefix && isRpcBind(m.view, writeDataAt(m), m.end) ? m.length : prefix;
  }

  private request(m: Smb2Message, file: OpenFile | undefined): void {
    const c = this.connection;
    switch (m.command) {
      case Smb2Command.Negotiate:
        return negotiateRequest(c, m);
      case Smb2Command.SessionSetup:
        return sessionSetupRequest(c, m);
      case Smb2Command.TreeConnect:
        this.chain.tree = treeConnectRequest(c, m);
        return;
      case Smb2Command.TreeDisconnect:
        return c.trees.delete(m.treeId, m.sessionLow, m.sessionHigh, 0);
      case Smb2Command.Create:
        this.chain.file = createRequest(c, m, this.treeOf(m));
        return;
      case Smb2Command.Close:
        return closeRequest(c, m, file);
      case Smb2Command.Read:
        if (m.available >= READ_BODY) readRequest(c, m, file);
        return;
      case Smb2Command.Write:
        return this.write(m, file);
      case Smb2Command.Ioctl:
        if (m.available >= IOCTL_BODY && isTransceive(m)) transceiveRequest(c, m, file ?? this.adopt(m, 8));
        return;
      case Smb2Command.SetInfo:
        return setInfoRequest(c, m, file, this.treeOf(m));
    }
  }

  private response(m: Smb2Message): void {
    const c = this.connection;
    switch (m.command) {
      case Smb2Command.Negotiate:
        return negotiateResponse(c, m);
      case Smb2Command.SessionSetup:
        return sessionSetupResponse(c, m);
      case Smb2Command.TreeConnect:
        return treeConnectResponse(c, m);
      case Smb2Command.TreeDisconnect:
        if (!m.async) c.trees.delete(m.treeId, m.sessionLow, m.sessionHigh, 0);
        return;
      case Smb2Command.Create:
        return createResponse(c, m);
      case Smb2Command.Close:
        return closeResponse(c, m);
      case Smb2Command.Read:
        return readResponse(c, m);
      case Smb2Command.Ioctl:
        return transceiveResponse(c, m);
      case Smb2Command.SetInfo:
        return setInfoResponse(c, m);
    }
  }

  /** Writes to pipes are read; one that begins with a DCE/RPC bind tells that its file is a pipe. */
  private write(m: Smb2Message, file: OpenFile | undefined): void {
    if (m.available < WRITE_BODY) return;
    if (file !== undefined && this.connection.isPipe(file)) return writeRequest(this.connection, m, file);
    if (!mayBePipe(file) || !isRpcBind(m.view, writeDataAt(m), m.end)) return;
    const pipe = file ?? this.adopt(m, 16);
    pipe.isPipe = true;
    writeRequest(this.connection, m, pipe);
  }

  /** A pipe that was opened before the capture began, or unseen. */
  private adopt(m: Smb2Message, at: number): OpenFile {
    const file: OpenFile = { name: null, tree: undefined, isPipe: true, pipe: null, size: -1 };
    const [w0, w1, w2, w3] = [m.i32(at), m.i32(at + 4), m.i32(at + 8), m.i32(at + 12)];
    if ((w0 & w1 & w2 & w3) !== -1) this.connection.opens.set(w0, w1, w2, w3, file);
    this.chain.file = file;
    return file;
  }
}

/** Bytes of the body that tell whether the rest is wanted. */
function fixedPart(m: Smb2Message): number {
  switch (m.command) {
    case Smb2Command.Close:
      return CLOSE_BODY;
    case Smb2Command.Read:
      return m.response ? 0 : READ_BODY;
    case Smb2Command.Write:
      return m.response ? 0 : WRITE_BODY;
    case Smb2Command.Ioctl:
      return IOCTL_BODY;
    case Smb2Command.SetInfo:
      return m.response ? 0 : SET_INFO_BODY;
    default:
      return 0;
  }
}

function fileIdAt(command: number): number {
  switch (command) {
    case Smb2Command.Read:
    case Smb2Command.Write:
    case Smb2Command.SetInfo:
      return 16;
    case Smb2Command.Close:
    case Smb2Command.Ioctl:
      return 8;
    default:
      return -1;
  }
}
