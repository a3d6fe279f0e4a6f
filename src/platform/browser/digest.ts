/** SHA-256 piece by piece, which Web Crypto cannot: FIPS 180-4 by @noble/hashes. */
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import type { Digest } from '../contract.js';

/** Bytes of a file that are read and hashed at once. */
const PIECE_BYTES = 4 << 20;

export function startSha256(): Digest {
  const hash = sha256.create();
  return {
    update: (bytes) => void hash.update(bytes),
    end: (encoding) => {
      const digest = hash.digest();
      return encoding === 'hex' ? bytesToHex(digest) : btoa(String.fromCharCode(...digest));
    },
  };
}

/** The digest of a whole file in hex, '' when it cannot be read. @param onBytes told how many bytes were hashed */
export async function digestOf(file: Blob, onBytes: (hashed: number) => void): Promise<string> {
  const digest = startSha256();
  try {
    for (let at = 0; at < file.size; at += PIECE_BYTES) {
      digest.update(new Uint8Array(await file.slice(at, at + PIECE_BYTES).arrayBuffer()));
      onBytes(Math.min(file.size, at + PIECE_BYTES));
    }
    return digest.end('hex');
  } catch {
    return '';
  }
}
