/**
 * SMB2 messages of a file that is copied: connect to a disk share, open, read, close.
 *
 * Normative: [MS-SMB2] §2.2.9-2.2.20.
 *
 *   READ   49:16 | padding:8 | flags:8 | length:32 | offset:64 | file id:128 | ...   response 17:16 | 80:8 | 0:8 | length:32 | 0:64 | data
 */
import { concat, hex, le16, le32, le64, u8, utf16, zeros } from '../../captures/recipes/craft/bytes.js';
import { SESSION, TREE, message } from '../../captures/recipes/payload/smb2.js';

const Command = { TreeConnect: 3, Create: 5, Close: 6, Read: 8 } as const;
const FILE_ID = hex('0b000000020000000b00000002000000');
const FILE_READ = 0x0012_0089;
const DATA_AT = 80;

/** Question and answer. */
export type Exchange = readonly [question: Uint8Array, answer: Uint8Array];

function both(command: number, id: number, question: Uint8Array, answer: Uint8Array): Exchange {
  const ids = { message: id, session: SESSION, tree: TREE };
  return [message(command, false, 0, ids, question), message(command, true, 0, ids, answer)];
}

export function connectDisk(id: number, path: string): Exchange {
  const name = utf16(path);
  const question = concat(le16(9, 0, 72, name.length), name);
  return both(Command.TreeConnect, id, question, concat(le16(16), u8(1, 0), le32(0x30, 0, 0x001f01ff)));
}

export function openFile(id: number, path: string, size: number): Exchange {
  const name = utf16(path);
  const access = le32(FILE_READ, 0x80, 1, 1, 0x40);
  const fixed = concat(le16(57), u8(0, 0), le32(2), zeros(16), access, le16(120, name.length), le32(0, 0));
  const sizes = concat(le64(size, size), le32(0x80, 0));
  const answer = concat(le16(89), u8(0, 0), le32(1), zeros(32), sizes, FILE_ID, le32(0, 0));
  return both(Command.Create, id, concat(fixed, name), answer);
}

export function readFile(id: number, offset: number, data: Uint8Array): Exchange {
  const start = concat(le16(49), u8(DATA_AT, 0), le32(data.length), le64(offset), FILE_ID);
  const question = concat(start, le32(0, 0, 0), le16(0, 0), u8(0));
  return both(Command.Read, id, question, concat(le16(17), u8(DATA_AT, 0), le32(data.length, 0, 0), data));
}

export function closeFile(id: number): Exchange {
  const question = concat(le16(24, 0), le32(0), FILE_ID);
  return both(Command.Close, id, question, concat(le16(60, 0), zeros(56)));
}
