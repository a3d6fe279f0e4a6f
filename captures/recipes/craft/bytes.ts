/** Puts byte sequences together: the few words that the payload and frame makers need. */

const ascii = new TextEncoder();

/** All parts in a row. */
export function concat(...parts: readonly Uint8Array[]): Uint8Array {
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

/** Bytes from hex digits; white space is ignored. */
export function hex(digits: string): Uint8Array {
  return Uint8Array.from(Buffer.from(digits.replace(/\s+/g, ''), 'hex'));
}

export const zeros = (len: number): Uint8Array => new Uint8Array(len);
export const u8 = (...values: readonly number[]): Uint8Array => Uint8Array.from(values);
export const text = (value: string): Uint8Array => ascii.encode(value);

/** UTF-16, little-endian, without an end mark. */
export const utf16 = (value: string): Uint8Array => Uint8Array.from(Buffer.from(value, 'utf16le'));

function ints(size: 2 | 4 | 8, little: boolean, values: readonly number[]): Uint8Array {
  const view = new DataView(new ArrayBuffer(size * values.length));
  values.forEach((value, index) => {
    const at = index * size;
    if (size === 2) view.setUint16(at, value, little);
    else if (size === 4) view.setUint32(at, value, little);
    else view.setBigUint64(at, BigInt(value), little);
  });
  return new Uint8Array(view.buffer);
}

export const be16 = (...values: readonly number[]): Uint8Array => ints(2, false, values);
export const be32 = (...values: readonly number[]): Uint8Array => ints(4, false, values);
export const le16 = (...values: readonly number[]): Uint8Array => ints(2, true, values);
export const le32 = (...values: readonly number[]): Uint8Array => ints(4, true, values);
export const le64 = (...values: readonly number[]): Uint8Array => ints(8, true, values);

/** Zeros that bring `len` bytes to the next multiple of four. */
export const pad4 = (len: number): Uint8Array => zeros(-len & 3);

/** A UUID in the mixed-endian order of DCE/RPC (C706 §14.1.2, Appendix A). */
export function uuid(value: string): Uint8Array {
  const [low = '', mid = '', high = '', clock = '', node = ''] = value.split('-');
  const [first, second, third] = [hex(low), hex(mid), hex(high)];
  return concat(first.reverse(), second.reverse(), third.reverse(), hex(clock), hex(node));
}
