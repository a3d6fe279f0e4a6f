/**
 * SHA-1 of a message that fits into one block, at most 55 bytes (FIPS 180-4 §6.1): the digest of a Community ID.
 * For messages this short, calling the hash of Node's crypto takes half as long again as the digest itself.
 *
 *   block, 16 words: message | 1 bit | zeros | length in bits, 64
 */

const schedule = new Int32Array(80);

/**
 * @param block the padded message, 16 words, unchanged afterwards
 * @param digest receives five words
 */
export function sha1Block(block: Int32Array, digest: Int32Array): void {
  const w = schedule;
  for (let i = 0; i < 16; i++) w[i] = block[i]!;
  for (let i = 16; i < 80; i++) {
    const x = w[i - 3]! ^ w[i - 8]! ^ w[i - 14]! ^ w[i - 16]!;
    w[i] = (x << 1) | (x >>> 31);
  }
  let a = 0x67452301;
  let b = 0xefcdab89 | 0;
  let c = 0x98badcfe | 0;
  let d = 0x10325476;
  let e = 0xc3d2e1f0 | 0;
  let t = 0;
  // Four loops: with the choice of the function inside of one, a block takes three times as long.
  for (; t < 20; t++) {
    const next = (((a << 5) | (a >>> 27)) + ((b & c) | (~b & d)) + e + 0x5a827999 + w[t]!) | 0;
    e = d;
    d = c;
    c = (b << 30) | (b >>> 2);
    b = a;
    a = next;
  }
  for (; t < 40; t++) {
    const next = (((a << 5) | (a >>> 27)) + (b ^ c ^ d) + e + 0x6ed9eba1 + w[t]!) | 0;
    e = d;
    d = c;
    c = (b << 30) | (b >>> 2);
    b = a;
    a = next;
  }
  for (; t < 60; t++) {
    const next = (((a << 5) | (a >>> 27)) + ((b & c) | (b & d) | (c & d)) + e + (0x8f1bbcdc | 0) + w[t]!) | 0;
    e = d;
    d = c;
    c = (b << 30) | (b >>> 2);
    b = a;
    a = next;
  }
  for (; t < 80; t++) {
    const next = (((a << 5) | (a >>> 27)) + (b ^ c ^ d) + e + (0xca62c1d6 | 0) + w[t]!) | 0;
    e = d;
    d = c;
    c = (b << 30) | (b >>> 2);
    b = a;
    a = next;
  }
  digest[0] = a + 0x67452301;
  digest[1] = b + (0xefcdab89 | 0);
  digest[2] = c + (0x98badcfe | 0);
  digest[3] = d + 0x10325476;
  digest[4] = e + (0xc3d2e1f0 | 0);
}
