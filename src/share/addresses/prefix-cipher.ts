/**
 * Addresses that stay as near to each other as they were: two that share their first n bits share exactly n
 * afterwards. ipcrypt-pfx (draft-denis-ipcrypt, "Prefix-Preserving Encryption with ipcrypt-pfx"):
 *
 *   prefix(i)  = a 1, then the first i bits of the address, as a number of 128 bits
 *   flip(i)    = lowest bit of AES(key[0..15], prefix(i)) XOR AES(key[16..31], prefix(i))
 *   result     = address XOR flip(0) flip(1) … flip(n-1)
 *
 * IPv4 counts as ::ffff:a.b.c.d, of which the first 96 bits stay. Crypto-PAn does the same with one key, but there a
 * bit that equals the pad's gives the next bit the same flip.
 *
 * Bit i is flipped or not by what stands before it, so whatever is left unflipped at chosen prefixes, the result is
 * still one-to-one.
 */
import { platform } from '../../platform/platform.js';

export const CIPHER_KEY_BYTES = 32;
const BLOCK = 16;
const IPV4_BYTES = 4;

export class PrefixCipher {
  readonly #encrypt: readonly ((blocks: Uint8Array) => Uint8Array)[];
  /** By length of the address in bytes: a block for each bit. */
  readonly #blocks = new Map<number, Uint8Array>();

  /** @param key CIPHER_KEY_BYTES long */
  constructor(key: Uint8Array) {
    if (key.length !== CIPHER_KEY_BYTES) throw new RangeError(`a key has ${CIPHER_KEY_BYTES} bytes`);
    this.#encrypt = [key.subarray(0, BLOCK), key.subarray(BLOCK)].map((half) => platform.aes128(half));
  }

  /**
   * The bits to flip, as a mask of the address' length (1 to 16 bytes). Bits that `stays` says stay as they are.
   * @param stays whether the bit, counted from the left, stays
   */
  flips(address: Uint8Array, stays: (bit: number) => boolean): Uint8Array {
    const mask = new Uint8Array(address.length);
    const blocks = this.#fill(address);
    const [a, b] = this.#encrypt.map((encrypt) => encrypt(blocks)) as [Uint8Array, Uint8Array];
    for (let bit = 0; bit < address.length * 8; bit++) {
      if (stays(bit)) continue;
      const last = bit * BLOCK + BLOCK - 1;
      if (((a[last]! ^ b[last]!) & 1) === 1) mask[bit >>> 3]! |= 0x80 >>> (bit & 7);
    }
    return mask;
  }

  /** prefix(0), prefix(1) … one after another. */
  #fill(address: Uint8Array): Uint8Array {
    const bits = address.length * 8;
    let blocks = this.#blocks.get(bits);
    if (blocks === undefined) this.#blocks.set(bits, (blocks = begun(address.length)));
    for (let i = 1; i < bits; i++) {
      const at = i * BLOCK;
      let carry = (address[(i - 1) >>> 3]! >>> (7 - ((i - 1) & 7))) & 1;
      for (let k = BLOCK - 1; k >= 0; k--) {
        const before = blocks[at - BLOCK + k]!;
        blocks[at + k] = (before << 1) | carry;
        carry = before >>> 7;
      }
    }
    return blocks;
  }
}

/** With the first block, which no address changes. */
function begun(bytes: number): Uint8Array {
  const blocks = new Uint8Array(bytes * 8 * BLOCK);
  if (bytes === IPV4_BYTES) blocks.set([0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff]);
  else blocks[BLOCK - 1] = 1;
  return blocks;
}
