/** Builds pcap and pcapng bytes for tests: every field can be set, also to what no writer should write. */

/** Bytes in one byte order, appended field by field. */
export class Bytes {
  readonly #parts: number[] = [];
  readonly #little: boolean;

  constructor(little: boolean) {
    this.#little = little;
  }

  u8(value: number): this {
    this.#parts.push(value & 0xff);
    return this;
  }

  u16(value: number): this {
    return this.#int(BigInt(value), 2);
  }

  u32(value: number): this {
    return this.#int(BigInt(value), 4);
  }

  u64(value: bigint): this {
    return this.#int(value, 8);
  }

  raw(bytes: Iterable<number>): this {
    for (const byte of bytes) this.#parts.push(byte);
    return this;
  }

  text(text: string): this {
    return this.raw(Buffer.from(text));
  }

  pad4(): this {
    while (this.#parts.length % 4 !== 0) this.#parts.push(0);
    return this;
  }

  get length(): number {
    return this.#parts.length;
  }

  done(): Buffer {
    return Buffer.from(this.#parts);
  }

  #int(value: bigint, len: number): this {
    const bytes: number[] = [];
    for (let i = 0; i < len; i++) bytes.push(Number((value >> BigInt(8 * i)) & 0xffn));
    return this.raw(this.#little ? bytes : bytes.reverse());
  }
}

/** Bytes of a frame that differ from frame to frame. */
export function frameBytes(len: number, seed = 0): Buffer {
  return Buffer.from(Array.from({ length: len }, (_, i) => (i * 7 + seed * 13) & 0xff));
}

export interface PcapRecord {
  readonly sec: number;
  readonly sub: number;
  readonly data: Uint8Array;
  readonly capLen?: number;
  readonly origLen?: number;
}

export interface PcapShape {
  readonly magic?: number;
  readonly little?: boolean;
  readonly major?: number;
  readonly minor?: number;
  readonly snapLength?: number;
  /** The whole last word of the file header. */
  readonly linkWord?: number;
}

/** A pcap file; the magic decides the layout of the records. */
export function pcapFile(records: readonly PcapRecord[], shape: PcapShape = {}): Buffer {
  const {
    magic = 0xa1b2c3d4,
    little = true,
    major = 2,
    minor = 4,
    snapLength = 65_535,
    linkWord = 1,
  } = shape;
  const out = new Bytes(little).u32(magic).u16(major).u16(minor).u32(0).u32(0).u32(snapLength).u32(linkWord);
  for (const { sec, sub, data, capLen = data.length, origLen = data.length } of records) {
    out.u32(sec).u32(sub).u32(capLen).u32(origLen);
    if (magic === 0xa1b2cd34) out.u32(2).u16(0x800).u8(0).u8(0);
    out.raw(data);
  }
  return out.done();
}

/** One option: code and value. */
export type Option = readonly [code: number, value: Iterable<number>];

/** Builds the blocks of one byte order. */
export class PcapngBuilder {
  readonly #little: boolean;

  constructor(little = true) {
    this.#little = little;
  }

  bytes(): Bytes {
    return new Bytes(this.#little);
  }

  block(type: number, body: Uint8Array, trailer?: number): Buffer {
    const padded = this.bytes().raw(body).pad4().done();
    const len = padded.length + 12;
    return this.bytes()
      .u32(type)
      .u32(len)
      .raw(padded)
      .u32(trailer ?? len)
      .done();
  }

  options(options: readonly Option[]): Buffer {
    const out = this.bytes();
    for (const [code, value] of options) {
      const bytes = [...value];
      out.u16(code).u16(bytes.length).raw(bytes).pad4();
    }
    if (options.length > 0) out.u32(0);
    return out.done();
  }

  section(options: readonly Option[] = []): Buffer {
    const body = this.bytes().u32(0x1a2b3c4d).u16(1).u16(0).u64(-1n).raw(this.options(options));
    return this.block(0x0a0d0d0a, body.done());
  }

  interface(linkType = 1, snapLength = 0, options: readonly Option[] = []): Buffer {
    const body = this.bytes().u16(linkType).u16(0).u32(snapLength).raw(this.options(options));
    return this.block(1, body.done());
  }

  enhanced(iface: number, ticks: bigint, data: Uint8Array, more: EnhancedShape = {}): Buffer {
    const { options = [], capLen = data.length, origLen = data.length } = more;
    const body = this.bytes().u32(iface).raw(this.ticks(ticks)).u32(capLen).u32(origLen).raw(data).pad4();
    return this.block(6, body.raw(this.options(options)).done());
  }

  /** The obsolete Packet Block. */
  packet(
    iface: number,
    drops: number,
    ticks: bigint,
    data: Uint8Array,
    options: readonly Option[] = [],
  ): Buffer {
    const body = this.bytes().u16(iface).u16(drops).raw(this.ticks(ticks)).u32(data.length).u32(data.length);
    return this.block(2, body.raw(data).pad4().raw(this.options(options)).done());
  }

  simple(origLen: number, data: Uint8Array): Buffer {
    return this.block(3, this.bytes().u32(origLen).raw(data).done());
  }

  names(
    records: readonly (readonly [type: number, address: Iterable<number>, names: readonly string[]])[],
  ): Buffer {
    const out = this.bytes();
    for (const [type, address, names] of records) {
      const value = new Bytes(true).raw(address);
      for (const name of names) value.text(name).u8(0);
      out.u16(type).u16(value.length).raw(value.done()).pad4();
    }
    return this.block(4, out.u32(0).done());
  }

  statistics(iface: number, options: readonly Option[]): Buffer {
    return this.block(5, this.bytes().u32(iface).u32(0).u32(0).raw(this.options(options)).done());
  }

  /** A timestamp: its high half goes first in both byte orders. */
  ticks(ticks: bigint): Buffer {
    return this.bytes()
      .u32(Number((ticks >> 32n) & 0xffff_ffffn))
      .u32(Number(ticks & 0xffff_ffffn))
      .done();
  }
}

export interface EnhancedShape {
  readonly options?: readonly Option[];
  readonly capLen?: number;
  readonly origLen?: number;
}
