/** Addresses between bytes and text. */
import { ipv4Text, ipv6Text, parseAddress } from '../../flow/record/address.js';
import type { AddressWords } from '../../flow/record/address.js';

const V4 = 4;
const V6 = 16;

/** Network order. @param address words, or a text that is an address */
export function addressBytes(address: AddressWords | string): Uint8Array {
  const parsed = typeof address === 'string' ? parseAddress(address) : address;
  if (parsed === null) throw new RangeError('no address');
  const bytes = new Uint8Array(V6);
  const view = new DataView(bytes.buffer);
  for (const [i, word] of parsed.words.entries()) view.setInt32(i * 4, word);
  return bytes.slice(0, parsed.version === 4 ? V4 : V6);
}

/** @param bytes 4 or 16 of them */
export function addressOfBytes(bytes: Uint8Array): string {
  const word = (at: number): number =>
    (bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!;
  return bytes.length === V4 ? ipv4Text(word(0)) : ipv6Text(word(0), word(4), word(8), word(12));
}

/** @param text '00:1b:21:3c:4d:5e', also with hyphens */
export function macBytes(text: string): Uint8Array {
  return Uint8Array.from(text.split(/[:-]/), (hex) => Number.parseInt(hex, 16));
}

export function macOfBytes(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join(':');
}
