/** AES-128 on single blocks at once, which Web Crypto has neither as ECB nor without a promise: FIPS 197 by @noble/ciphers. */
import { ecb } from '@noble/ciphers/aes.js';

export function aes128(key: Uint8Array): (blocks: Uint8Array) => Uint8Array {
  return (blocks) => ecb(key, { disablePadding: true }).encrypt(blocks);
}
