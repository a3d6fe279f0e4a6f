/** Words and bytes of SMB1 commands, [MS-CIFS] §2.2.4. */
import { ascii, block, NO_ANDX, u16, u32, utf16, zeros } from './smb-builder.js';

export function dialects(...names: readonly string[]): number[] {
  return block(
    [],
    names.flatMap((name) => [2, ...ascii(name), 0]),
  );
}

/** 17 words: index, security mode, and the rest. */
export function chosen(index: number, security: number): number[] {
  return block([...u16(index), security, ...zeros(31)], []);
}

export function treeRequest(path: string, service: string, unicode = true): number[] {
  const text = unicode ? [0, ...utf16(path), 0, 0] : [0, ...ascii(path), 0];
  return block([...NO_ANDX, ...u16(0), ...u16(1)], [...text, ...ascii(service), 0]);
}

export function treeResponse(service: string): number[] {
  return block([...NO_ANDX, ...u16(1)], [...ascii(service), 0, 0, 0]);
}

export function createRequest(name: string, unicode = true): number[] {
  const text = unicode ? [0, ...utf16(name), 0, 0] : [...ascii(name), 0];
  return block([...NO_ANDX, 0, ...u16(name.length), ...zeros(41)], text);
}

/** 34 words with FID, end of file and resource type. */
export function createResponse(fid: number, size: number, resource: number): number[] {
  return block(
    [...NO_ANDX, 0, ...u16(fid), ...zeros(48), ...u32(size), ...zeros(4), ...u16(resource), ...zeros(3)],
    [],
  );
}

/** TransactNmPipe on a FID; the data begins after 16 words and the name. */
export function transact(fid: number, data: readonly number[]): number[] {
  const at = 32 + 1 + 32 + 2 + 15;
  const words = [...zeros(2), ...u16(data.length), ...zeros(18), ...u16(data.length), ...u16(at), 2, 0];
  return block([...words, ...u16(0x26), ...u16(fid)], [0, ...utf16('\\PIPE\\'), 0, 0, ...data]);
}

/** One part of the answer to a transaction. */
export function transacted(data: readonly number[], total: number, displacement: number): number[] {
  const at = 32 + 1 + 20 + 2;
  const words = [
    ...u16(0),
    ...u16(total),
    ...zeros(8),
    ...u16(data.length),
    ...u16(at),
    ...u16(displacement),
    0,
    0,
  ];
  return block(words, data);
}

export function writeAndx(fid: number, data: readonly number[], mode = 8): number[] {
  const at = 32 + 1 + 28 + 2 + 1;
  const head = [...NO_ANDX, ...u16(fid), ...zeros(8), ...u16(mode), ...zeros(4)];
  return block([...head, ...u16(data.length), ...u16(at), ...zeros(4)], [0, ...data]);
}

export function readAndx(fid: number): number[] {
  return block([...NO_ANDX, ...u16(fid), ...zeros(14)], []);
}

export function readResponse(data: readonly number[]): number[] {
  const at = 32 + 1 + 24 + 2 + 1;
  return block([...NO_ANDX, ...zeros(6), ...u16(data.length), ...u16(at), ...zeros(10)], [0, ...data]);
}
