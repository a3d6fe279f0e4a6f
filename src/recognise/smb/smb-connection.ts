/**
 * What is known of one SMB connection, whichever version speaks: the trees connected, the files and pipes open, the
 * requests not answered yet; and where the facts come from. [MS-SMB2] §3.2.1, [MS-CIFS] §3.2.1.
 */
import { Origin } from '../../flow/record/origin.js';
import type { Side } from '../facts/dissector.js';
import { factText, seenAt } from '../facts/facts.js';
import type { Facts, NtlmFacts, SeenIn, SmbFacts, SmbOpen } from '../facts/facts.js';
import { IdTable } from '../bytes/id-table.js';
import { isDenial, isError, NtStatus, ntStatusName } from './nt-status.js';
import { isKnownPipe, Pipe, pipeNameOf } from './smb-pipes.js';
import type { LeavePipe, MakePipe } from './smb-pipes.js';

/**
 * Trees of one SMB connection that are open.
 * @reached the oldest is forgotten
 */
export const MAX_TREES = 256;
/**
 * Files and pipes of one SMB connection that are open.
 * @reached the oldest is forgotten
 */
export const MAX_OPENS = 1024;
/**
 * Requests of one SMB connection that wait for an answer.
 * @reached the oldest is forgotten
 */
export const MAX_PENDING = 1024;
/**
 * Open pipes of one connection that are read; each can hold some bytes of an incomplete fragment.
 * @reached further ones are not read
 */
export const MAX_PIPES = 64;
/**
 * Opened files of one flow that are listed, so that pipes opened later are still told.
 * @reached further ones are counted only
 */
export const MAX_FILE_OPENS = 800;
/**
 * Of these, those that failed.
 * @reached further ones are counted only
 */
export const MAX_FAILED_FILE_OPENS = 400;

export const SHARE_ROOT = '<share_root>';

/** Reads a security token (SPNEGO or raw NTLM) of a session setup, `bytes[at .. end)`. */
export type SecurityTokenReader = (
  fromClient: boolean,
  bytes: Uint8Array,
  view: DataView,
  at: number,
  end: number,
  from: Origin,
) => void;

export interface Tree {
  readonly path: string;
  shareType: 'DISK' | 'PIPE' | 'PRINT' | '';
}

/** A file or pipe from its create request on. */
export interface OpenFile {
  /** As sent, or after a rename; null = the request was not seen. */
  name: string | null;
  tree: Tree | undefined;
  /** null = the share type is unknown and nothing else has told it. */
  isPipe: boolean | null;
  pipe: Pipe | null;
  /** As its open was answered, -1 = not known. */
  size: number;
}

/** A request whose answer matters. */
export type Pending =
  | { readonly kind: 'tree'; readonly seen: SeenIn; readonly tree: Tree }
  | {
      readonly kind: 'create';
      readonly seen: SeenIn;
      readonly file: OpenFile;
      /** It is to be deleted when it is closed. */
      readonly deletes: boolean;
    }
  | { readonly kind: 'io'; readonly file: OpenFile }
  | {
      readonly kind: 'change';
      readonly seen: SeenIn;
      readonly action: SmbOpen['action'];
      readonly name: string;
      readonly tree: Tree | undefined;
      readonly file: OpenFile | undefined;
    }
  | { readonly kind: 'close'; readonly file: OpenFile };

const NO_DIALECTS: readonly string[] = [];

export class SmbConnection {
  readonly facts: Facts;
  flow = -1;
  readonly trees: IdTable<Tree>;
  readonly opens: IdTable<OpenFile>;
  readonly pending: IdTable<Pending>;
  smb: SmbFacts | null = null;
  /** Dialects of the negotiate request that still waits for its answer; empty = none. */
  private offered: readonly string[] = NO_DIALECTS;
  private readonly offeredAt = new Origin();
  private readonly makePipe: MakePipe;
  private readonly leavePipe: LeavePipe;
  private readonly readToken: SecurityTokenReader | null;
  /** null = none was ever open: most connections. */
  private pipes: Set<Pipe> | null = null;
  /** Bits: 1 the client, 2 the server has spoken. */
  private spoken = 0;
  private fileOpens = 0;
  private failedFileOpens = 0;
  private ntlm: NtlmFacts | null = null;

  constructor(facts: Facts, makePipe: MakePipe, readToken: SecurityTokenReader | null, leavePipe: LeavePipe) {
    this.facts = facts;
    this.makePipe = makePipe;
    this.leavePipe = leavePipe;
    this.readToken = readToken;
    this.trees = new IdTable<Tree>(MAX_TREES);
    this.opens = new IdTable<OpenFile>(MAX_OPENS, (file) => this.closePipe(file));
    this.pending = new IdTable<Pending>(MAX_PENDING, (pending) => this.unanswered(pending));
  }

  /** Begins with another connection; the one before has ended. */
  begin(flow: number): void {
    this.flow = flow;
    this.trees.forget();
    this.opens.forget();
    this.pending.forget();
    this.smb = null;
    this.offered = NO_DIALECTS;
    this.pipes = null;
    this.spoken = 0;
    this.fileOpens = 0;
    this.failedFileOpens = 0;
    this.ntlm = null;
  }

  /** Bytes of memory held by pipes. */
  get size(): number {
    let size = 0;
    if (this.pipes !== null) for (const pipe of this.pipes) size += pipe.size;
    return size;
  }

  /** A message of this role was read. */
  spoke(role: Side, from: Origin): SmbFacts {
    this.smb ??= this.first(from);
    const spoken = this.spoken | (1 << role);
    if (spoken !== this.spoken) {
      this.spoken = spoken;
      this.facts.service(this.flow, 'smb', spoken === 3 ? 'confirmed' : 'suspected');
    }
    return this.smb;
  }

  /** A token of a session setup; what NTLM says is remembered until the server has decided. */
  token(fromClient: boolean, bytes: Uint8Array, view: DataView, at: number, end: number, from: Origin): void {
    if (this.readToken === null || at >= end) return;
    const ntlm = this.facts.ntlm.items;
    const before = ntlm.length;
    this.readToken(fromClient, bytes, view, at, end, from);
    for (let i = before; i < ntlm.length; i++) this.ntlm = ntlm[i] ?? null;
  }

  sessionAnswer(status: number, from: Origin): void {
    if (status === NtStatus.MoreProcessingRequired || this.smb === null) return;
    this.smb.sessionStatus = status;
    if (this.ntlm !== null && this.ntlm.success === null) this.ntlm.success = !isError(status);
    this.ntlm = null;
    this.denied('SMB session setup', status, from);
  }

  offers(dialects: readonly string[], from: Origin): void {
    this.offered = dialects;
    this.offeredAt.copyFrom(from);
  }

  /** The server chose the dialect of this place in the request's list; '' = not known. */
  offeredDialect(index: number): string {
    return this.offered[index] ?? '';
  }

  /** The server chose a dialect; '' = one that will be named in a further negotiation, or is not known. */
  negotiated(dialect: string): void {
    if (this.smb !== null && dialect !== '') this.smb.dialect = factText(dialect);
    this.offered = NO_DIALECTS;
  }

  /** The server wants none of the dialects. */
  negotiateRefused(status: number, from: Origin): void {
    this.detail(`negotiate refused (${ntStatusName(status)})${this.offerText()}`, from);
    this.offered = NO_DIALECTS;
  }

  private detail(text: string, from: Origin): void {
    this.facts.details.add({ service: 'smb', text: factText(text), ...seenAt(from) });
  }

  treeAnswer(seen: SeenIn, tree: Tree, status: number, from: Origin | null): void {
    // Until the answer SMB1 has only what the client asked for.
    const shareType = status === NtStatus.Success ? tree.shareType : '';
    this.facts.trees.add({
      path: tree.path,
      shareType,
      status,
      flow: seen.flow,
      sec: seen.sec,
      nsec: seen.nsec,
      fileIndex: seen.fileIndex,
      frame: seen.frame,
    });
    if (from !== null) this.denied(`tree connect ${tree.path}`, status, from);
  }

  /** The answer to a create: a fact, and refusals of pipes. `size` in bytes, -1 = unknown. */
  openAnswer(seen: SeenIn, file: OpenFile, status: number, size: number, from: Origin | null): void {
    file.size = size;
    if (file.name === null) return;
    const pipe = this.isPipe(file);
    if (!pipe && !this.roomForFile(status)) return;
    const name = pipe ? pipeNameOf(file.name) : file.name;
    const path = name === '' ? SHARE_ROOT : name;
    const action = pipe ? 'SMB::PIPE_OPEN' : 'SMB::FILE_OPEN';
    this.facts.opens.add(openFact(seen, action, path, file.tree, status, size));
    if (pipe && from !== null) this.denied(`open pipe ${name}`, status, from);
  }

  /** The answer to a rename or a delete. */
  changeAnswer(pending: Pending & { kind: 'change' }, status: number): void {
    const renamed = pending.action === 'SMB::FILE_RENAME' && status === NtStatus.Success;
    if (renamed && pending.file !== undefined) pending.file.name = pending.name;
    if (!this.roomForFile(status)) return;
    const { seen, action, name, tree } = pending;
    const size = action === 'SMB::FILE_DELETE' ? (pending.file?.size ?? -1) : -1;
    this.facts.opens.add(openFact(seen, action, name, tree, status, size));
  }

  /** An open succeeded whose file goes when it is closed, which Zeek logs as a delete of its own. */
  deletedOnClose(seen: SeenIn, { name, tree, size }: OpenFile, status: number): void {
    if (name === null || name === '' || !this.roomForFile(status)) return;
    this.facts.opens.add(openFact(seen, 'SMB::FILE_DELETE', name, tree, status, size));
  }

  /** Whether an open is a pipe: the share says it, else the answer (SMB1), else its name. */
  isPipe(file: OpenFile): boolean {
    if (file.tree !== undefined && file.tree.shareType !== '') return file.tree.shareType === 'PIPE';
    return file.isPipe ?? (file.name !== null && isKnownPipe(file.name));
  }

  /** The reader of an open pipe, or null when it is no pipe or too many are read already. */
  pipeOf(file: OpenFile): Pipe | null {
    if (file.pipe !== null) return file.pipe;
    if (!this.isPipe(file)) return null;
    this.pipes ??= new Set<Pipe>();
    if (this.pipes.size >= MAX_PIPES) {
      this.facts.weird('SMB_too_many_pipes');
      return null;
    }
    const name = file.name === null ? '' : factText(pipeNameOf(file.name));
    file.pipe = new Pipe(name, this.flow, this.makePipe, this.leavePipe);
    this.pipes.add(file.pipe);
    return file.pipe;
  }

  /** Bytes of one role were lost. */
  pipeGap(role: Side, from: Origin): void {
    if (this.pipes !== null) for (const pipe of this.pipes) pipe.gap(role, from);
  }

  /** Both sides lost bytes: an identifier may have been given up and used again unseen. */
  forget(): void {
    this.trees.clear();
    this.opens.clear();
  }

  /** What was asked and not answered becomes a fact, pipes are closed. */
  end(): void {
    if (this.offered.length > 0) this.detail(`negotiate not answered${this.offerText()}`, this.offeredAt);
    this.offered = NO_DIALECTS;
    this.pending.clear();
    this.forget();
    if (this.pipes === null) return;
    for (const pipe of this.pipes) pipe.end();
    this.pipes.clear();
  }

  private offerText(): string {
    return this.offered.length === 0 ? '' : `, offered ${this.offered.join(', ')}`;
  }

  private first(from: Origin): SmbFacts {
    const smb: SmbFacts = {
      dialect: '',
      signingRequired: false,
      encryptionCapable: false,
      encrypted: false,
      sessionStatus: -1,
      flow: from.flow,
      sec: from.sec,
      nsec: from.nsec,
      fileIndex: from.fileIndex,
      frame: from.frame,
    };
    this.facts.smb.add(smb);
    return smb;
  }

  private roomForFile(status: number): boolean {
    const failed = isError(status);
    if (this.fileOpens < MAX_FILE_OPENS && !(failed && this.failedFileOpens >= MAX_FAILED_FILE_OPENS)) {
      this.fileOpens++;
      if (failed) this.failedFileOpens++;
      return true;
    }
    this.facts.opens.dropped++;
    return false;
  }

  private denied(what: string, status: number, from: Origin): void {
    if (!isDenial(status)) return;
    this.facts.denied.add({
      what: factText(what),
      status,
      statusName: ntStatusName(status),
      ...seenAt(from),
    });
  }

  private unanswered(pending: Pending): void {
    if (pending.kind === 'tree') this.treeAnswer(pending.seen, pending.tree, -1, null);
    else if (pending.kind === 'create') this.openAnswer(pending.seen, pending.file, -1, -1, null);
    else if (pending.kind === 'change') this.changeAnswer(pending, -1);
    else if (pending.kind === 'close') this.closePipe(pending.file);
  }

  closePipe(file: OpenFile): void {
    if (file.pipe === null) return;
    file.pipe.end();
    this.pipes?.delete(file.pipe);
    file.pipe = null;
  }
}

/** Written out, since one is made for every open and spreading is slow. */
function openFact(
  seen: SeenIn,
  action: SmbOpen['action'],
  path: string,
  tree: Tree | undefined,
  status: number,
  size: number,
): SmbOpen {
  return {
    flow: seen.flow,
    sec: seen.sec,
    nsec: seen.nsec,
    fileIndex: seen.fileIndex,
    frame: seen.frame,
    path,
    tree: tree?.path ?? '',
    pipe: action === 'SMB::PIPE_OPEN',
    status,
    size,
    action,
  };
}
