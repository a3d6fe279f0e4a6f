/** Compresses as XPRESS does: plain LZ77 of [MS-XCA] §2.3, matches found by the last place of three bytes. */

const WINDOW = 8192;
const MIN_MATCH = 3;
const HASH_BITS = 14;

/** @param longest the longest match that is made; other values exercise other forms of a length */
export function compress(input: Uint8Array, longest = 0x2_0000): Uint8Array {
  const out: number[] = [];
  const places = new Int32Array(1 << HASH_BITS).fill(-1);
  const hash = (at: number): number =>
    (Math.imul(input[at]! | (input[at + 1]! << 8) | (input[at + 2]! << 16), 0x9e37_79b1) >>>
      (32 - HASH_BITS)) |
    0;
  let flags = 0;
  let bits = 0;
  let flagsAt = 0;
  let halfAt = -1;
  const flag = (bit: number): void => {
    if (bits === 0) {
      flagsAt = out.length;
      out.push(0, 0, 0, 0);
    }
    flags = (flags << 1) | bit;
    if (++bits === 32) close();
  };
  const close = (): void => {
    const word = bits === 32 ? flags : flags << (32 - bits);
    for (let i = 0; i < 4; i++) out[flagsAt + i] = (word >>> (8 * i)) & 255;
    flags = bits = 0;
  };
  for (let at = 0; at < input.length;) {
    const end = Math.min(input.length, at + longest);
    let length = 0;
    let from = -1;
    if (at + MIN_MATCH <= input.length) {
      const slot = hash(at);
      from = places[slot]!;
      places[slot] = at;
      if (from >= 0 && at - from <= WINDOW)
        while (at + length < end && input[from + length] === input[at + length]) length++;
    }
    if (length < MIN_MATCH) {
      flag(0);
      out.push(input[at++]!);
      continue;
    }
    flag(1);
    halfAt = pushMatch(out, at - from, length - MIN_MATCH, halfAt);
    at += length;
  }
  if (bits > 0) close();
  return Uint8Array.from(out);
}

/** Where the next long length's half byte goes, -1 = a new byte. */
function pushMatch(out: number[], distance: number, length: number, halfAt: number): number {
  const word = ((distance - 1) << 3) | Math.min(length, 7);
  out.push(word & 255, word >> 8);
  if (length < 7) return halfAt;
  const half = Math.min(length - 7, 15);
  let next = -1;
  if (halfAt < 0) {
    next = out.length;
    out.push(half);
  } else out[halfAt] = out[halfAt]! | (half << 4);
  if (half < 15) return next;
  const rest = length - 22;
  if (rest < 255) {
    out.push(rest);
    return next;
  }
  out.push(255);
  if (length <= 0xffff) out.push(length & 255, length >> 8);
  else out.push(0, 0, length & 255, (length >> 8) & 255, (length >> 16) & 255, length >>> 24);
  return next;
}
