/** DCE/RPC messages built byte by byte, in either byte order. */

export const EPMAPPER = 'e1af8308-5d1f-11c9-91a4-08002b14a0fa';
export const SVCCTL = '367abb81-9844-35f1-ad32-98f038001003';
export const WINREG = '338cd001-2244-31f1-aaaa-900038001003';
export const SCM_ACTIVATOR = '000001a0-0000-0000-c000-000000000046';
export const OBJECT_EXPORTER = '99fcfec4-5260-101b-bbcb-00aa0021347a';
export const WBEM_LOGIN = 'f309ad18-d86a-11d0-a075-00c04fb68820';
export const NDR = '8a885d04-1ceb-11c9-9fe8-08002b104860';
export const NDR64 = '71710533-beba-4937-8319-b5dbef9ccc36';

const FIRST_AND_LAST = 3;

/** Appends numbers in one byte order; offsets count from its beginning. */
export class Writer {
  readonly bytes: number[] = [];
  readonly little: boolean;

  constructor(little: boolean) {
    this.little = little;
  }

  u8(...values: number[]): this {
    this.bytes.push(...values);
    return this;
  }

  u16(...values: number[]): this {
    for (const v of values) this.ordered([v & 255, (v >> 8) & 255]);
    return this;
  }

  u32(...values: number[]): this {
    for (const v of values) this.ordered([v & 255, (v >>> 8) & 255, (v >>> 16) & 255, (v >>> 24) & 255]);
    return this;
  }

  /** A count or pointer of NDR (4 bytes) or NDR64 (8). */
  size(wide: boolean, ...values: number[]): this {
    for (const v of values) {
      this.pad(wide ? 8 : 4);
      if (!wide) this.u32(v);
      else if (this.little) this.u32(v, 0);
      else this.u32(0, v);
    }
    return this;
  }

  pad(to: number): this {
    while (this.bytes.length % to !== 0) this.bytes.push(0);
    return this;
  }

  zeros(count: number): this {
    for (let i = 0; i < count; i++) this.bytes.push(0);
    return this;
  }

  add(bytes: Iterable<number>): this {
    this.bytes.push(...bytes);
    return this;
  }

  uuid(text: string): this {
    const hex = text.replaceAll('-', '');
    this.u32(Number.parseInt(hex.slice(0, 8), 16));
    this.u16(Number.parseInt(hex.slice(8, 12), 16), Number.parseInt(hex.slice(12, 16), 16));
    for (let at = 16; at < 32; at += 2) this.u8(Number.parseInt(hex.slice(at, at + 2), 16));
    return this;
  }

  utf16(text: string): this {
    for (const char of text) this.u16(char.charCodeAt(0));
    return this.u16(0);
  }

  private ordered(bytes: number[]): void {
    this.bytes.push(...(this.little ? bytes : bytes.reverse()));
  }
}

export interface Auth {
  readonly type: number;
  readonly level: number;
  readonly token: readonly number[];
  /** Bytes between body and verifier. */
  readonly padding?: number;
}

export interface PduOptions {
  readonly little?: boolean;
  readonly callId?: number;
  readonly flags?: number;
  readonly auth?: Auth;
  readonly minor?: number;
}

/** Header, body, and the verifier when there is one. */
export function pdu(type: number, body: (w: Writer) => void, options: PduOptions = {}): Uint8Array {
  const { little = true, callId = 1, flags = FIRST_AND_LAST, auth, minor = 0 } = options;
  const content = new Writer(little);
  body(content);
  if (auth !== undefined) {
    content.zeros(auth.padding ?? 0);
    content
      .u8(auth.type, auth.level, auth.padding ?? 0, 0)
      .u32(0x1234)
      .add(auth.token);
  }
  const w = new Writer(little).u8(5, minor, type, flags, little ? 0x10 : 0, 0, 0, 0);
  w.u16(16 + content.bytes.length, auth?.token.length ?? 0).u32(callId);
  return Uint8Array.from([...w.bytes, ...content.bytes]);
}

export interface Offer {
  readonly id: number;
  readonly uuid: string;
  readonly version?: number;
  readonly syntax?: string;
}

export function bind(
  offers: readonly Offer[],
  options: PduOptions & { readonly alter?: boolean } = {},
): Uint8Array {
  return pdu(
    options.alter === true ? 14 : 11,
    (w) => {
      w.u16(5840, 5840).u32(0).u8(offers.length, 0, 0, 0);
      for (const { id, uuid, version = 3, syntax = NDR } of offers) {
        w.u16(id).u8(1, 0).uuid(uuid).u32(version).uuid(syntax).u32(2);
      }
    },
    options,
  );
}

export interface Result {
  readonly result: number;
  readonly reason?: number;
  readonly syntax?: string;
}

export function bindAck(
  address: string,
  results: readonly Result[],
  options: PduOptions & { readonly alter?: boolean } = {},
): Uint8Array {
  return pdu(
    options.alter === true ? 15 : 12,
    (w) => {
      w.u16(5840, 5840).u32(0x5a3c);
      const text = address === '' ? [] : [...address].map((c) => c.charCodeAt(0)).concat(0);
      w.u16(text.length).add(text).pad(4).u8(results.length, 0, 0, 0);
      for (const { result, reason = 0, syntax = NDR } of results) w.u16(result, reason).uuid(syntax).u32(2);
    },
    options,
  );
}

export function request(
  opnum: number,
  stub: (w: Writer) => void,
  options: PduOptions & { readonly context?: number; readonly object?: string } = {},
): Uint8Array {
  const { context = 0, object, flags = FIRST_AND_LAST } = options;
  return pdu(
    0,
    (w) => {
      w.u32(0).u16(context, opnum);
      if (object !== undefined) w.uuid(object);
      const content = new Writer(w.little);
      stub(content);
      w.add(content.bytes);
    },
    { ...options, flags: object === undefined ? flags : flags | 0x80 },
  );
}

export function response(
  stub: (w: Writer) => void,
  options: PduOptions & { readonly context?: number } = {},
): Uint8Array {
  return pdu(
    2,
    (w) => {
      w.u32(0)
        .u16(options.context ?? 0)
        .u8(0, 0);
      const content = new Writer(w.little);
      stub(content);
      w.add(content.bytes);
    },
    options,
  );
}

export function fault(status: number, options: PduOptions = {}): Uint8Array {
  return pdu(3, (w) => w.u32(0).u16(0).u8(0, 0).u32(status, 0), options);
}

/** A tower of five floors; towers are little-endian whatever the stub is. */
export function tower(uuid: string, port: number, address: string): number[] {
  const w = new Writer(true).u16(5);
  for (const id of [uuid, NDR]) w.u16(19).u8(0x0d).uuid(id).u16(2).u16(2, 0);
  w.u16(1).u8(0x0b).u16(2, 0);
  w.u16(1)
    .u8(0x07)
    .u16(2)
    .u8(port >> 8, port & 255);
  return w.u16(1).u8(0x09).u16(4).add(address.split('.').map(Number)).bytes;
}

/** A tower to a named pipe, which has no port. */
export function pipeTower(uuid: string, pipe: string): number[] {
  const w = new Writer(true).u16(5);
  for (const id of [uuid, NDR]) w.u16(19).u8(0x0d).uuid(id).u16(2).u16(2, 0);
  w.u16(1).u8(0x0b).u16(2, 0);
  const text = [...pipe].map((c) => c.charCodeAt(0)).concat(0);
  w.u16(1).u8(0x0f).u16(text.length).add(text);
  return w.u16(1).u8(0x11).u16(1).u8(0).bytes;
}

export function mapRequestStub(uuid: string, wide = false): (w: Writer) => void {
  return (w) => {
    const octets = tower(uuid, 135, '0.0.0.0');
    w.size(wide, 1).zeros(16);
    w.size(wide, 2, octets.length).u32(octets.length).add(octets).pad(4).zeros(20).u32(4);
  };
}

export function mapResponseStub(towers: readonly number[][], status = 0, wide = false): (w: Writer) => void {
  return (w) => {
    w.zeros(20).u32(towers.length).size(wide, 4, 0, towers.length);
    towers.forEach((_, i) => w.size(wide, i + 3));
    for (const octets of towers) w.size(wide, octets.length).u32(octets.length).add(octets);
    w.pad(4).u32(status);
  };
}

/** A DUALSTRINGARRAY with its maximum count before it. */
export function dualStringArray(w: Writer, bindings: readonly (readonly [number, string])[]): Writer {
  const array = new Writer(w.little);
  for (const [towerId, text] of bindings) array.u16(towerId).utf16(text);
  array.u16(0);
  const security = array.bytes.length / 2;
  array.u16(9, 0xffff).u16(0).u16(0);
  const entries = array.bytes.length / 2;
  return w.u32(entries).u16(entries, security).add(array.bytes);
}
