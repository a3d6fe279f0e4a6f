/**
 * Addresses joined to networks (CIDR, RFC 4632): exactly these addresses and no other, in the fewest pieces, sorted.
 * From the left, each piece is the largest block that begins at the address and holds only given ones.
 */
import { parseAddress } from '../../../flow/record/address.js';
import type { Literal } from './remedy-literal.js';
import { blockLiteral } from './remedy-literal.js';

/** An address as one number of 32 or 128 bits. */
function valueOf({ version, words }: NonNullable<ReturnType<typeof parseAddress>>): bigint {
  if (version === 4) return BigInt(words[0] >>> 0);
  return words.reduce((value, word) => (value << 32n) | BigInt(word >>> 0), 0n);
}

/** @param addresses of one version; repeats count once */
export function joinedAddresses(addresses: readonly Literal[]): Literal[] {
  const parsed = addresses.map(({ text }) => parseAddress(text)).filter((one) => one !== null);
  const version = parsed[0]?.version === 6 ? 6 : 4;
  const bits = version === 4 ? 32 : 128;
  const values = [...new Set(parsed.map(valueOf))].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  const joined: Literal[] = [];
  let at = 0;
  while (at < values.length) {
    const free = runFrom(values, at);
    let size = 1;
    while (size * 2 <= free && values[at]! % BigInt(size * 2) === 0n) size *= 2;
    joined.push(blockLiteral(version, values[at]!, bits - Math.log2(size)));
    at += size;
  }
  return joined;
}

/** How many addresses follow each other without a gap. */
function runFrom(values: readonly bigint[], at: number): number {
  let n = 1;
  while (at + n < values.length && values[at + n] === values[at]! + BigInt(n)) n++;
  return n;
}
