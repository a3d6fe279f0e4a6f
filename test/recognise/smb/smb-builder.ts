/** Builds SMB2 and SMB1 messages with their transport header, little-endian. */

export type Parts = readonly (number | string | Uint8Array | readonly number[])[];

export function u16(value: number): number[] {
  return [value & 255, (value >>> 8) & 255];
}

export function u32(value: number): number[] {
  return [...u16(value), ...u16(value >>> 16)];
}

export function utf16(text: string): number[] {
  return [...text].flatMap((c) => u16(c.charCodeAt(0)));
}

export function ascii(text: string): number[] {
  return [...text].map((c) => c.charCodeAt(0));
}

export function zeros(count: number): number[] {
  return new Array<number>(count).fill(0);
}

/** The session service header, then the messages. */
export function nbss(...messages: readonly (readonly number[])[]): Uint8Array {
  const body = messages.flat();
  return Uint8Array.from([0, body.length >>> 16, (body.length >>> 8) & 255, body.length & 255, ...body]);
}

export interface Smb2Header {
  readonly command: number;
  readonly id: number;
  readonly response?: boolean;
  readonly status?: number;
  readonly tree?: number;
  readonly session?: number;
  readonly related?: boolean;
  readonly async?: boolean;
}

/** One SMB2 message; `next` pads it to 8 bytes for a chain. */
export function smb2(header: Smb2Header, body: readonly number[], next = false): number[] {
  const flags = (header.response ? 1 : 0) | (header.async ? 2 : 0) | (header.related ? 4 : 0);
  const padding = next ? (8 - (body.length % 8)) % 8 : 0;
  return [
    ...[0xfe, 0x53, 0x4d, 0x42, 64, 0, 0, 0],
    ...u32(header.status ?? 0),
    ...u16(header.command),
    ...u16(1),
    ...u32(flags),
    ...u32(next ? 64 + body.length + padding : 0),
    ...u32(header.id),
    ...u32(0),
    ...u32(header.async ? 0x99 : 0xfeff),
    ...u32(header.tree ?? 0),
    ...u32(header.session ?? 0x31),
    ...u32(0x4000),
    ...zeros(16),
    ...body,
    ...zeros(padding),
  ];
}

/** FileId of 16 bytes made from a number. */
export function fileId(n: number): number[] {
  return [...u32(n), ...u32(0), ...u32(n + 1), ...u32(0xffff)];
}

export const RELATED_FILE = new Array<number>(16).fill(0xff);

export const body2 = {
  negotiateRequest: (dialects: readonly number[], security = 1): number[] => [
    ...u16(36),
    ...u16(dialects.length),
    ...u16(security),
    ...zeros(30),
    ...dialects.flatMap(u16),
  ],
  negotiateResponse: (dialect: number, security = 1, capabilities = 0, cipher = -1): number[] => [
    ...u16(65),
    ...u16(security),
    ...u16(dialect),
    ...u16(cipher < 0 ? 0 : 2),
    ...zeros(16),
    ...u32(capabilities),
    ...zeros(28),
    ...u16(128),
    ...u16(0),
    ...u32(cipher < 0 ? 0 : 128),
    ...(cipher < 0 ? [] : [...u16(1), ...u16(6), ...zeros(4), 1, 0, 0, 0, 1, 0, ...zeros(2)]),
    ...(cipher < 0 ? [] : [...u16(2), ...u16(4), ...zeros(4), ...u16(1), ...u16(cipher)]),
  ],
  sessionRequest: (token: readonly number[]): number[] => [
    ...u16(25),
    ...zeros(10),
    ...u16(88),
    ...u16(token.length),
    ...zeros(8),
    ...token,
  ],
  sessionResponse: (token: readonly number[]): number[] => [
    ...u16(9),
    ...u16(0),
    ...u16(72),
    ...u16(token.length),
    ...token,
  ],
  treeRequest: (path: string): number[] => [
    ...u16(9),
    ...u16(0),
    ...u16(72),
    ...u16(2 * path.length),
    ...utf16(path),
  ],
  treeResponse: (type: number): number[] => [...u16(16), type, 0, ...zeros(12)],
  treeDisconnect: (): number[] => [...u16(4), ...u16(0)],
  createRequest: (name: string): number[] => [
    ...u16(57),
    ...zeros(42),
    ...u16(120),
    ...u16(2 * name.length),
    ...zeros(8),
    ...utf16(name),
    ...(name === '' ? [0] : []),
  ],
  createResponse: (file: readonly number[], size = 0): number[] => [
    ...u16(89),
    ...zeros(46),
    ...u32(size),
    ...zeros(12),
    ...file,
    ...zeros(8),
  ],
  closeRequest: (file: readonly number[]): number[] => [...u16(24), ...zeros(6), ...file],
  closeResponse: (): number[] => [...u16(60), ...zeros(58)],
  readRequest: (file: readonly number[]): number[] => [
    ...u16(49),
    ...zeros(2),
    ...u32(4280),
    ...zeros(8),
    ...file,
    ...zeros(17),
  ],
  readResponse: (data: readonly number[]): number[] => [
    ...u16(17),
    80,
    0,
    ...u32(data.length),
    ...zeros(8),
    ...data,
  ],
  writeRequest: (file: readonly number[], data: readonly number[]): number[] => [
    ...u16(49),
    ...u16(112),
    ...u32(data.length),
    ...zeros(8),
    ...file,
    ...zeros(16),
    ...data,
  ],
  writeResponse: (): number[] => [...u16(17), ...zeros(14)],
  transceiveRequest: (file: readonly number[], data: readonly number[]): number[] => [
    ...u16(57),
    ...u16(0),
    ...u32(0x0011c017),
    ...file,
    ...u32(120),
    ...u32(data.length),
    ...zeros(24),
    ...data,
  ],
  transceiveResponse: (file: readonly number[], data: readonly number[]): number[] => [
    ...u16(49),
    ...u16(0),
    ...u32(0x0011c017),
    ...file,
    ...u32(112),
    ...u32(0),
    ...u32(112),
    ...u32(data.length),
    ...zeros(8),
    ...data,
  ],
  setInfo: (file: readonly number[], infoClass: number, buffer: readonly number[]): number[] => [
    ...u16(33),
    1,
    infoClass,
    ...u32(buffer.length),
    ...u16(96),
    ...zeros(6),
    ...file,
    ...buffer,
  ],
  rename: (name: string): number[] => [...zeros(16), ...u32(2 * name.length), ...utf16(name)],
  error: (): number[] => [...u16(9), ...zeros(7)],
} as const;

/** A DCE/RPC bind of one interface, 72 bytes, its last byte being `mark`. */
export function rpcBind(mark = 0): number[] {
  return [5, 0, 11, 3, 0x10, 0, 0, 0, ...u16(72), ...zeros(61), mark];
}

/** An answer of the length of a bind_ack. */
export function rpcBindAck(mark = 0): number[] {
  return [5, 0, 12, 3, 0x10, 0, 0, 0, ...u16(68), ...zeros(57), mark];
}

export interface Smb1Header {
  readonly command: number;
  readonly mid: number;
  readonly response?: boolean;
  readonly status?: number;
  readonly tid?: number;
  readonly unicode?: boolean;
  /** The status is an NTSTATUS (else class and code). */
  readonly nt?: boolean;
}

/** One block: word count, words, byte count, bytes. */
export function block(words: readonly number[], bytes: readonly number[]): number[] {
  return [words.length / 2, ...words, ...u16(bytes.length), ...bytes];
}

export function smb1(header: Smb1Header, blocks: readonly number[]): number[] {
  return [
    ...[0xff, 0x53, 0x4d, 0x42, header.command],
    ...u32(header.status ?? 0),
    header.response ? 0x80 : 0,
    ...u16(((header.unicode ?? true) ? 0x8000 : 0) | ((header.nt ?? true) ? 0x4000 : 0)),
    ...zeros(12),
    ...u16(header.tid ?? 0),
    ...u16(77),
    ...u16(5),
    ...u16(header.mid),
    ...blocks,
  ];
}

/** No further command follows. */
export const NO_ANDX: readonly number[] = [0xff, 0, 0, 0];
