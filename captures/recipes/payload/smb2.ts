/**
 * SMB 2 over TCP: the messages of a client that negotiates, logs on, opens a named pipe and logs off.
 *
 * Normative: [MS-SMB2] §2.1 (transport), §2.2.1-2.2.14; [MS-NLMP] §2.2.1; [MS-SPNG] (the offered mechanism).
 *
 *   | 00 len24 | FE 'SMB' 40 00 | ... 64-byte header ... | structure size u16 | fields | buffer |
 */
import { be32, concat, hex, le16, le32, le64, text, u8, utf16, zeros } from '../craft/bytes.js';

const Command = { Negotiate: 0, SessionSetup: 1, Logoff: 2, TreeConnect: 3, Create: 5 } as const;
const STATUS_OK = 0;
const STATUS_MORE_PROCESSING = 0xc0000016;
const RESPONSE = 1;
const CLIENT_GUID = hex('8c1f0e4d2b7a4f4e9a63c1d5e7f00a10');
const SERVER_GUID = hex('31b7c6d4e5f64a5b8c9dae0b1c2d3e4f');
const FILE_ID = hex('0a000000010000000a00000001000000');
/** A NegTokenInit that offers NTLMSSP alone. */
const OFFER = hex('601c 0606 2b0601050502 a012 3010 a00e 300c 060a 2b06010401823702020a');
const NTLM_FLAGS = 0x62088215;
const NTLM_VERSION = hex('0a00 6345 0000 000f');
/** 2026-03-02T07:00:00Z as a FILETIME. */
const FILE_TIME = 134169228000000000;

/** Identifiers in a message's header. */
export interface Ids {
  readonly message: number;
  readonly tree?: number;
  readonly session?: number;
}

/** The session and the tree that the server hands out. */
export const SESSION = 0x4000_0000_0011;
export const TREE = 1;

/** One message with its transport header; `body` begins with its structure size. */
export function message(command: number, response: boolean, status: number, ids: Ids, body: Uint8Array): Uint8Array {
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

/** The client's NTLM messages, and the server's challenge, which tells its names. */
export function ntlmNegotiate(): Uint8Array {
  return concat(text('NTLMSSP\0'), le32(1, NTLM_FLAGS), zeros(16), NTLM_VERSION);
}

export function ntlmChallenge(name: string, domain: string): Uint8Array {
  const target = utf16(domain);
  const pair = (id: number, value: Uint8Array): Uint8Array => concat(le16(id, value.length), value);
  const info = concat(pair(2, utf16(domain)), pair(1, utf16(name)), pair(0, zeros(0)));
  return concat(
    text('NTLMSSP\0'),
    le32(2),
    concat(le16(target.length, target.length), le32(56)),
    le32(NTLM_FLAGS | 0x00800000),
    hex('1122334455667788'),
    zeros(8),
    concat(le16(info.length, info.length), le32(56 + target.length)),
    NTLM_VERSION,
    target,
    info,
  );
}

export function ntlmAuthenticate(user: string, domain: string, workstation: string): Uint8Array {
  const parts = [zeros(24), zeros(24), utf16(domain), utf16(user), utf16(workstation), zeros(16)];
  let offset = 88;
  const fields = parts.map((part) => {
    const field = concat(le16(part.length, part.length), le32(offset));
    offset += part.length;
    return field;
  });
  const order = [0, 1, 2, 3, 4, 5].map((index) => fields[index] ?? zeros(0));
  return concat(text('NTLMSSP\0'), le32(3), ...order, le32(NTLM_FLAGS), NTLM_VERSION, zeros(16), ...parts);
}

function sessionSetup(id: number, session: number, token: Uint8Array): Uint8Array {
  const fixed = concat(le16(25), u8(0, 1), le32(1, 0), le16(88, token.length), le64(0));
  return message(Command.SessionSetup, false, STATUS_OK, { message: id, session }, concat(fixed, token));
}

function sessionSetupReply(id: number, status: number, token: Uint8Array): Uint8Array {
  const body = concat(le16(9, 0, 72, token.length), token);
  return message(Command.SessionSetup, true, status, { message: id, session: SESSION }, body);
}

function negotiate(): Uint8Array {
  const dialects = [0x0202, 0x0210, 0x0300, 0x0302];
  const fixed = concat(le16(36, dialects.length, 1, 0), le32(0x7f), CLIENT_GUID, le64(0));
  return message(Command.Negotiate, false, STATUS_OK, { message: 0 }, concat(fixed, le16(...dialects)));
}

function negotiateReply(): Uint8Array {
  const sizes = le32(0x2f, 1 << 20, 1 << 20, 1 << 20);
  const times = le64(FILE_TIME, 0);
  const fixed = concat(le16(65, 1, 0x0302, 0), SERVER_GUID, sizes, times, le16(128, OFFER.length), le32(0));
  return message(Command.Negotiate, true, STATUS_OK, { message: 0 }, concat(fixed, OFFER));
}

function treeConnect(path: string): Uint8Array {
  const name = utf16(path);
  const body = concat(le16(9, 0, 72, name.length), name);
  return message(Command.TreeConnect, false, STATUS_OK, { message: 3, session: SESSION }, body);
}

function treeConnectReply(): Uint8Array {
  const body = concat(le16(16), u8(2, 0), le32(0x30, 0, 0x001f00a9));
  return message(Command.TreeConnect, true, STATUS_OK, { message: 3, session: SESSION, tree: TREE }, body);
}

function create(pipe: string): Uint8Array {
  const name = utf16(pipe);
  const access = le32(0x0012019f, 0, 7, 1, 0);
  const fixed = concat(le16(57), u8(0, 0), le32(2), zeros(16), access, le16(120, name.length), le32(0, 0));
  const ids = { message: 4, session: SESSION, tree: TREE };
  return message(Command.Create, false, STATUS_OK, ids, concat(fixed, name));
}

function createReply(): Uint8Array {
  const body = concat(
    le16(89),
    u8(0, 0),
    le32(1),
    zeros(32),
    le64(4096, 0),
    le32(0x80, 0),
    FILE_ID,
    le32(0, 0),
  );
  return message(Command.Create, true, STATUS_OK, { message: 4, session: SESSION, tree: TREE }, body);
}

function logoff(response: boolean): Uint8Array {
  return message(Command.Logoff, response, STATUS_OK, { message: 5, session: SESSION }, le16(4, 0));
}

/** Who logs on to whom. */
export interface SmbParties {
  readonly client: string;
  readonly server: string;
  readonly domain: string;
  readonly user: string;
  /** Name of the pipe to open on IPC$, e.g. 'winreg'. */
  readonly pipe: string;
}

/** Questions and answers of the whole visit, in order. */
export function smbVisit(of: SmbParties): readonly (readonly [question: Uint8Array, answer: Uint8Array])[] {
  const challenge = ntlmChallenge(of.server, of.domain);
  const proof = ntlmAuthenticate(of.user, of.domain, of.client);
  return [
    [negotiate(), negotiateReply()],
    [sessionSetup(1, 0, ntlmNegotiate()), sessionSetupReply(1, STATUS_MORE_PROCESSING, challenge)],
    [sessionSetup(2, SESSION, proof), sessionSetupReply(2, STATUS_OK, zeros(0))],
    [treeConnect(`\\\\${of.server}\\IPC$`), treeConnectReply()],
    [create(of.pipe), createReply()],
    [logoff(false), logoff(true)],
  ];
}
