/** Base64 as senders write it, RFC 4648 §4 and §5: what is no digit is passed over, `=` ends it. */

const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const NO_DIGIT = 255;
const PADDING = 0x3d;

const VALUES = new Uint8Array(256).fill(NO_DIGIT);
for (let value = 0; value < DIGITS.length; value++) VALUES[DIGITS.charCodeAt(value)] = value;
VALUES['-'.charCodeAt(0)] = 62;
VALUES['_'.charCodeAt(0)] = 63;

/** The bytes that `bytes[at..end)` stand for. */
export function decodeBase64(bytes: Uint8Array, at: number, end: number): Uint8Array {
  const out = new Uint8Array(Math.ceil(((end - at) * 3) / 4));
  let length = 0;
  let bits = 0;
  let held = 0;
  for (let i = at; i < end && bytes[i] !== PADDING; i++) {
    const value = VALUES[bytes[i]!]!;
    if (value === NO_DIGIT) continue;
    bits = (bits << 6) | value;
    held += 6;
    if (held < 8) continue;
    held -= 8;
    out[length++] = bits >>> held;
    bits &= (1 << held) - 1;
  }
  return out.subarray(0, length);
}
