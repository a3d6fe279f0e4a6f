/**
 * Reads transfer syntax NDR and NDR64 from a stub. C706 §14.2-14.3, [MS-RPCE] §2.2.5.
 * Never throws: past the end `ok` turns false and every further read gives 0.
 *
 *   NDR: counts and pointers u32, aligned to 4;  NDR64: u64, aligned to 8
 */

/** NDR64 as transfer syntax of a presentation context. */
export const NDR64_UUID = '71710533-beba-4937-8319-b5dbef9ccc36';

export class NdrReader {
  ok = true;
  at: number;
  private readonly view: DataView;
  private readonly base: number;
  private readonly end: number;
  private readonly little: boolean;
  private readonly wide: boolean;

  /** Reads `view[at .. end)`; alignment counts from `at`. */
  constructor(view: DataView, at: number, end: number, little: boolean, wide: boolean) {
    this.view = view;
    this.base = at;
    this.at = at;
    this.end = end;
    this.little = little;
    this.wide = wide;
  }

  /** Alignment of a structure that holds pointers. */
  get alignment(): number {
    return this.wide ? 8 : 4;
  }

  u32(): number {
    const at = this.take(4, 4);
    return at < 0 ? 0 : this.view.getUint32(at, this.little);
  }

  /** A conformance, an offset, a count or a pointer. What does not fit into 32 bits is damaged, or a pointer. */
  size(): number {
    if (!this.wide) return this.u32();
    const at = this.take(8, 8);
    if (at < 0) return 0;
    const low = this.view.getUint32(this.little ? at : at + 4, this.little);
    const high = this.view.getUint32(this.little ? at + 4 : at, this.little);
    if (high !== 0) this.ok = false;
    return low;
  }

  /** True for a pointer that is not null; what it points to comes later. */
  pointer(): boolean {
    if (!this.wide) return this.u32() !== 0;
    const at = this.take(8, 8);
    return at >= 0 && (this.view.getUint32(at) | this.view.getUint32(at + 4)) !== 0;
  }

  /** Offset of `length` bytes that are passed, -1 when they are not there. */
  skip(length: number, alignment = 1): number {
    return this.take(length, alignment);
  }

  private take(length: number, alignment: number): number {
    const behind = (this.at - this.base) % alignment;
    const at = behind === 0 ? this.at : this.at + alignment - behind;
    if (!this.ok || length > this.end - at) {
      this.ok = false;
      return -1;
    }
    this.at = at + length;
    return at;
  }
}

/** Texts made lately, by their words: nearly all binds name one of a few interfaces. */
const CACHED = 256;
const cachedWords = new Int32Array(CACHED * 4);
const cachedTexts: string[] = [];

/** 8-4-4-4-12 in lower case, from 16 bytes that must be there. */
export function uuidText(view: DataView, at: number, little: boolean): string {
  const w0 = view.getInt32(at, little);
  const w1 = little ? view.getInt32(at + 4, true) : (view.getUint16(at + 6) << 16) | view.getUint16(at + 4);
  const w2 = view.getInt32(at + 8);
  const w3 = view.getInt32(at + 12);
  const slot = (w0 ^ (w0 >>> 8) ^ w1 ^ w2 ^ w3) & (CACHED - 1);
  const base = slot * 4;
  const cached = cachedTexts[slot];
  if (
    cached !== undefined &&
    cachedWords[base] === w0 &&
    cachedWords[base + 1] === w1 &&
    cachedWords[base + 2] === w2 &&
    cachedWords[base + 3] === w3
  ) {
    return cached;
  }
  const text = newUuidText(view, at, little);
  cachedWords[base] = w0;
  cachedWords[base + 1] = w1;
  cachedWords[base + 2] = w2;
  cachedWords[base + 3] = w3;
  cachedTexts[slot] = text;
  return text;
}

function newUuidText(view: DataView, at: number, little: boolean): string {
  const low = view.getUint32(at, little).toString(16).padStart(8, '0');
  const mid = view
    .getUint16(at + 4, little)
    .toString(16)
    .padStart(4, '0');
  const high = view
    .getUint16(at + 6, little)
    .toString(16)
    .padStart(4, '0');
  const clock = view
    .getUint16(at + 8)
    .toString(16)
    .padStart(4, '0');
  const node = view
    .getUint16(at + 10)
    .toString(16)
    .padStart(4, '0');
  const rest = view
    .getUint32(at + 12)
    .toString(16)
    .padStart(8, '0');
  return `${low}-${mid}-${high}-${clock}-${node}${rest}`;
}
