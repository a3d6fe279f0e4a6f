/**
 * IP addresses as four big-endian words and as text (RFC 5952). Never called per packet.
 * IPv4 lives in word 0 with the others 0; the version is kept beside the words.
 */
import ipaddr from 'ipaddr.js';

/** Four signed 32-bit words and the IP version. */
export interface AddressWords {
  readonly version: 4 | 6;
  readonly words: readonly [number, number, number, number];
}

/** IPv4 texts made lately: a capture has far fewer addresses than flows. A slot is taken by the next that needs it. */
const CACHED = 4096;
const cachedWords = new Int32Array(CACHED);
const cachedTexts: string[] = new Array<string>(CACHED).fill('');

export function ipv4Text(word: number): string {
  const slot = (word ^ (word >>> 12) ^ (word >>> 20)) & (CACHED - 1);
  const cached = cachedTexts[slot]!;
  if (cached !== '' && cachedWords[slot] === (word | 0)) return cached;
  const text = `${word >>> 24}.${(word >>> 16) & 255}.${(word >>> 8) & 255}.${word & 255}`;
  cachedWords[slot] = word;
  cachedTexts[slot] = text;
  return text;
}

/** RFC 5952 §4: lower case, longest run of two or more zero groups shortened, the first of equals. */
export function ipv6Text(w0: number, w1: number, w2: number, w3: number): string {
  const groups: number[] = [];
  for (const w of [w0, w1, w2, w3]) groups.push(w >>> 16, w & 0xffff);
  let bestAt = -1;
  let bestLen = 1;
  for (let i = 0; i < 8; i++) {
    let len = 0;
    while (groups[i + len] === 0) len++;
    if (len > bestLen) {
      bestAt = i;
      bestLen = len;
    }
  }
  const hex = (from: number, to: number): string =>
    groups
      .slice(from, to)
      .map((g) => g.toString(16))
      .join(':');
  if (bestAt < 0) return hex(0, 8);
  return `${hex(0, bestAt)}::${hex(bestAt + bestLen, 8)}`;
}

/** Reads an address as a user writes it; null when it is none. Octal and short IPv4 forms are refused. */
export function parseAddress(text: string): AddressWords | null {
  if (ipaddr.IPv4.isValidFourPartDecimal(text)) {
    const b = ipaddr.IPv4.parse(text).octets;
    return { version: 4, words: [word(b, 0), 0, 0, 0] };
  }
  if (!text.includes(':') || !ipaddr.IPv6.isValid(text) || text.includes('%')) return null;
  const b = ipaddr.IPv6.parse(text).toByteArray();
  return { version: 6, words: [word(b, 0), word(b, 4), word(b, 8), word(b, 12)] };
}

function word(bytes: readonly number[], at: number): number {
  const b = (i: number): number => bytes[at + i]!;
  return (b(0) << 24) | (b(1) << 16) | (b(2) << 8) | b(3);
}

export type Cast = 'unicast' | 'broadcast' | 'multicast';

/**
 * How an address is used. A directed broadcast cannot be told without the netmask: an IPv4 address that ends
 * in .255 and never sends is taken for one by the caller, not here.
 */
export function castOf(version: number, w0: number): Cast {
  if (version === 4) {
    if (w0 === -1) return 'broadcast';
    return w0 >>> 28 === 14 ? 'multicast' : 'unicast';
  }
  return w0 >>> 24 === 0xff ? 'multicast' : 'unicast';
}
