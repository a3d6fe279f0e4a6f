/** Text as UTF-8. Most of it is short and ASCII, for which a loop takes a fraction of what a TextEncoder does. */

const SHORT = 64;
const encoder = new TextEncoder();

export function utf8(text: string): Uint8Array {
  if (text.length > SHORT) return encoder.encode(text);
  const bytes = new Uint8Array(text.length);
  return writeAscii(text, bytes, 0) ? bytes : encoder.encode(text);
}

/** Writes `text` to `into[at..]`, where room for three bytes a UTF-16 unit must be; the number of bytes. */
export function writeUtf8(text: string, into: Uint8Array, at: number): number {
  if (text.length <= SHORT && writeAscii(text, into, at)) return text.length;
  return encoder.encodeInto(text, into.subarray(at)).written;
}

function writeAscii(text: string, into: Uint8Array, at: number): boolean {
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit >= 0x80) return false;
    into[at + i] = unit;
  }
  return true;
}
