/**
 * SMB 2 over TCP: the messages of a client that negotiates, logs on, opens a named pipe, talks on it and logs off.
 *
 * Normative: [MS-SMB2] §2.1 (transport), §2.2.1-2.2.22, §2.2.31-2.2.32.
 *
 *   | 00 len24 | FE 'SMB' 40 00 | ... 64-byte header ... | structure size u16 | fields | buffer |
 */
import { be32, concat, hex, le16, le32, le64, u8, utf16, zeros } from '../craft/bytes.js';
import {
  FILE_TIME,
  ntlmAuthenticate,
  ntlmChallenge,
  ntlmNegotiate,
  spnegoChallenge,
  spnegoDone,
  spnegoInit,
  spnegoProof,
  type LogonParties,
} from './ntlm.js';

const Command = {
  Negotiate: 0,
  SessionSetup: 1,
  Logoff: 2,
  TreeConnect: 3,
  Create: 5,
  Close: 6,
  Read: 8,
  Write: 9,
  Ioctl: 11,
} as const;
const Status = { Ok: 0, MoreProcessing: 0xc0000016, LogonFailure: 0xc000006d } as const;
const RESPONSE = 1;
const CLIENT_GUID = hex('8c1f0e4d2b7a4f4e9a63c1d5e7f00a10');
const SERVER_GUID = hex('31b7c6d4e5f64a5b8c9dae0b1c2d3e4f');
/** The session and the tree that the server hands out. */
export const SESSION = 0x4000_0000_0011;
export const TREE = 1;
const FSCTL_PIPE_TRANSCEIVE = 0x0011c017;
const IS_FSCTL = 1;
/** Bytes that a client takes from a pipe at once. */
const MAX_OUTPUT = 1024;

/** Identifiers in a message's header. */
export interface Ids {
  readonly message: number;
  readonly session?: number;
  readonly tree?: number;
}

type Place = Omit<Ids, 'message'>;

/** A question and its answer. */
export type Pair = readonly [question: Uint8Array, answer: Uint8Array];

/** One message with its transport header; `body` begins with its structure size. */
export function message(
  command: number,
  response: boolean,
  status: number,
  ids: Ids,
  body: Uint8Array,
): Uint8Array {
  const header = concat(
    hex('fe534d42'),
    le16(64, 1),
    le32(status),
    le16(command, 31),
    le32(response ? RESPONSE : 0, 0),
    le64(ids.message),
    le32(0xfeff, ids.tree ?? 0),
    le64(ids.session ?? 0),
    zeros(16),
  );
  return concat(be32(header.length + body.length), header, body);
}

/** Who logs on to whom, and what for. */
export interface SmbParties extends LogonParties {
  /** Name of the pipe to open on IPC$, e.g. 'winreg'. */
  readonly pipe: string;
  /** DCE/RPC on the pipe, a bind first; default: nothing is said there. */
  readonly talk?: readonly Pair[];
  /** Tells the sessions of one server apart; default 0. */
  readonly sessionNumber?: number;
  /** The account is not let in. */
  readonly refused?: boolean;
}

/** Questions and answers of the whole visit, in order. */
export function smbVisit(of: SmbParties): readonly Pair[] {
  const visit = new Visit(of.sessionNumber ?? 0);
  visit.negotiate();
  visit.logOn(of);
  if (of.refused === true) return visit.pairs;
  visit.treeConnect(`\\\\${of.server}\\IPC$`);
  visit.create(of.pipe);
  const [bind, ...calls] = of.talk ?? [];
  if (bind !== undefined) {
    visit.writeAndRead(bind);
    for (const call of calls) visit.transceive(call);
    visit.close();
  }
  visit.logOff();
  return visit.pairs;
}

class Visit {
  readonly pairs: Pair[] = [];
  readonly #inSession: Place;
  readonly #tree: Place;
  readonly #fileId: Uint8Array;

  constructor(sessionNumber: number) {
    const session = SESSION + 4 * sessionNumber;
    this.#inSession = { session };
    this.#tree = { session, tree: TREE };
    this.#fileId = le32(10 + sessionNumber, 1, 10, 1);
  }

  negotiate(): void {
    const dialects = [0x0202, 0x0210, 0x0300, 0x0302];
    const fixed = concat(le16(36, dialects.length, 1, 0), le32(0x7f), CLIENT_GUID, le64(0));
    const sizes = le32(0x2f, 1 << 20, 1 << 20, 1 << 20);
    const offer = spnegoInit();
    const chosen = concat(le16(65, 1, 0x0302, 0), SERVER_GUID, sizes, le64(FILE_TIME, 0));
    const answer = concat(chosen, le16(128, offer.length), le32(0), offer);
    this.#pair(Command.Negotiate, {}, concat(fixed, le16(...dialects)), {}, answer);
  }

  logOn(of: SmbParties): void {
    const setup = (token: Uint8Array): Uint8Array =>
      concat(le16(25), u8(0, 1), le32(1, 0), le16(88, token.length), le64(0), token);
    const reply = (token: Uint8Array): Uint8Array => concat(le16(9, 0, 72, token.length), token);
    const first = setup(spnegoInit(ntlmNegotiate()));
    const challenge = reply(spnegoChallenge(ntlmChallenge(of)));
    this.#pair(Command.SessionSetup, {}, first, this.#inSession, challenge, Status.MoreProcessing);
    const proof = setup(spnegoProof(ntlmAuthenticate(of)));
    // An error response without data, [MS-SMB2] §2.2.2.
    const answer = of.refused === true ? concat(le16(9, 0), le32(0), zeros(1)) : reply(spnegoDone());
    const status = of.refused === true ? Status.LogonFailure : Status.Ok;
    this.#pair(Command.SessionSetup, this.#inSession, proof, this.#inSession, answer, status);
  }

  treeConnect(path: string): void {
    const name = utf16(path);
    const answer = concat(le16(16), u8(2, 0), le32(0x30, 0, 0x001f00a9));
    this.#pair(
      Command.TreeConnect,
      this.#inSession,
      concat(le16(9, 0, 72, name.length), name),
      this.#tree,
      answer,
    );
  }

  create(pipe: string): void {
    const name = utf16(pipe);
    const access = le32(0x0012019f, 0, 7, 1, 0);
    const fixed = concat(le16(57), u8(0, 0), le32(2), zeros(16), access, le16(120, name.length), le32(0, 0));
    const sizes = concat(le64(4096, 0), le32(0x80, 0));
    const answer = concat(le16(89), u8(0, 0), le32(1), zeros(32), sizes, this.#fileId, le32(0, 0));
    this.#inTree(Command.Create, concat(fixed, name), answer);
  }

  /** A bind is written and its answer read. */
  writeAndRead([question, answer]: Pair): void {
    const write = concat(le16(49, 112), le32(question.length), le64(0), this.#fileId, zeros(16), question);
    this.#inTree(Command.Write, write, concat(le16(17, 0), le32(question.length, 0), zeros(4)));
    const read = concat(le16(49), u8(80, 0), le32(MAX_OUTPUT), le64(0), this.#fileId, zeros(17));
    this.#inTree(Command.Read, read, concat(le16(17), u8(80, 0), le32(answer.length, 0, 0), answer));
  }

  /** A call and its answer in one. */
  transceive([question, answer]: Pair): void {
    const start = concat(le16(57, 0), le32(FSCTL_PIPE_TRANSCEIVE), this.#fileId);
    const asked = concat(start, le32(120, question.length, 0, 0, 0, MAX_OUTPUT, IS_FSCTL, 0), question);
    const begin = concat(le16(49, 0), le32(FSCTL_PIPE_TRANSCEIVE), this.#fileId);
    this.#inTree(Command.Ioctl, asked, concat(begin, le32(112, 0, 112, answer.length, 0, 0), answer));
  }

  close(): void {
    const answer = concat(le16(60, 0), zeros(56));
    this.#inTree(Command.Close, concat(le16(24, 0), le32(0), this.#fileId), answer);
  }

  logOff(): void {
    this.#pair(Command.Logoff, this.#inSession, le16(4, 0), this.#inSession, le16(4, 0));
  }

  #inTree(command: number, question: Uint8Array, answer: Uint8Array): void {
    this.#pair(command, this.#tree, question, this.#tree, answer);
  }

  #pair(
    command: number,
    asked: Place,
    question: Uint8Array,
    answered: Place,
    answer: Uint8Array,
    status: number = Status.Ok,
  ): void {
    const id = { message: this.pairs.length };
    this.pairs.push([
      message(command, false, Status.Ok, { ...id, ...asked }, question),
      message(command, true, status, { ...id, ...answered }, answer),
    ]);
  }
}
