/**
 * SHA-1 of short messages (FIPS 180-4 §6.1): the digest of a Community ID, Zeek's uid. For messages of one block (at
 * most 55 bytes), calling the hash of Node's crypto takes half as long again as the digest itself.
 *
 *   block, 16 words: message | 1 bit | zeros | length in bits, 64 (the last two only in the last block)
 */

const BLOCK_BYTES = 64;
const BLOCK_WORDS = 16;
/** Behind the message: the 1 bit with its zeros, and the length. */
const PADDING_BYTES = 9;

const schedule = new Int32Array(80);
const words = new Int32Array(BLOCK_WORDS);

/** The digest before the first block. */
export function sha1Begin(digest: Int32Array): void {
  digest[0] = 0x67452301;
  digest[1] = 0xefcdab89 | 0;
  digest[2] = 0x98badcfe | 0;
  digest[3] = 0x10325476;
  digest[4] = 0xc3d2e1f0 | 0;
}

/** Of a message of any length; `digest` receives five words. */
export function sha1(message: Uint8Array, digest: Int32Array): void {
  const blocks = Math.ceil((message.length + PADDING_BYTES) / BLOCK_BYTES);
  const padded = new DataView(new ArrayBuffer(blocks * BLOCK_BYTES));
  new Uint8Array(padded.buffer).set(message);
  padded.setUint8(message.length, 0x80);
  padded.setUint32(padded.byteLength - 4, message.length * 8);
  sha1Begin(digest);
  for (let at = 0; at < padded.byteLength; at += BLOCK_BYTES) {
    for (let i = 0; i < BLOCK_WORDS; i++) words[i] = padded.getInt32(at + 4 * i);
    sha1Block(words, digest);
  }
}

/**
 * @param block 16 words, unchanged afterwards
 * @param digest five words, after the blocks before; receives it after this one
 */
export function sha1Block(block: Int32Array, digest: Int32Array): void {
  const w = schedule;
  for (let i = 0; i < 16; i++) w[i] = block[i]!;
  for (let i = 16; i < 80; i++) {
    const x = w[i - 3]! ^ w[i - 8]! ^ w[i - 14]! ^ w[i - 16]!;
    w[i] = (x << 1) | (x >>> 31);
  }
  let a = digest[0]!;
  let b = digest[1]!;
  let c = digest[2]!;
  let d = digest[3]!;
  let e = digest[4]!;
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
  digest[0]! += a;
  digest[1]! += b;
  digest[2]! += c;
  digest[3]! += d;
  digest[4]! += e;
}
