/**
 * Blocks of addresses that mean something by themselves, which a pseudonym keeps: private stays private, multicast
 * stays multicast. No bit is flipped on the way to a block, from any side, so that the whole stays one-to-one; what
 * lies beside a block therefore keeps the bits that it shares with it, and one more.
 *
 * IANA special-purpose registries for IPv4 and IPv6 (RFC 6890 and its updates); docs/share.md lists them.
 */

/** Bytes of the first address, and the length of the prefix. */
export interface Block {
  readonly bytes: Uint8Array;
  readonly length: number;
}

const IPV4: readonly string[] = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/4',
  '239.0.0.0/8',
  '240.0.0.0/4',
];

/** Of these every address stays as it is: the whole world uses the same. */
const KEPT_IPV4: readonly string[] = [
  '0.0.0.0/32',
  '127.0.0.1/32',
  '224.0.0.0/24',
  '224.0.1.0/24',
  '239.255.255.250/32',
  '255.255.255.255/32',
];

/** Groups of 16 bits and the length; groups that are left out are 0. */
const IPV6: readonly (readonly [readonly number[], number])[] = [
  [[0x0100], 64],
  [[0x2000], 3],
  [[0x2001], 23],
  [[0x2001], 32],
  [[0x2001, 0xdb8], 32],
  [[0x3fff], 20],
  [[0xfc00], 7],
  [[0xfd00], 8],
  [[0xfe80], 10],
  [[0xfe80], 64],
  [[0xff00], 8],
];

/** Prefixes behind which an IPv4 address stands: mapped, translated (RFC 6052), 6to4 (RFC 3056). */
const WITH_IPV4: readonly (readonly [readonly number[], number])[] = [
  [[0, 0, 0, 0, 0, 0xffff], 96],
  [[0x64, 0xff9b], 96],
  [[0x2002], 16],
];

const KEPT_IPV6: readonly (readonly [readonly number[], number])[] = [
  [[], 128],
  [[0, 0, 0, 0, 0, 0, 0, 1], 128],
];

function block4(text: string): Block {
  const [address = '', length = '32'] = text.split('/');
  return { bytes: Uint8Array.from(address.split('.'), Number), length: Number(length) };
}

function block6([groups, length]: readonly [readonly number[], number]): Block {
  const bytes = new Uint8Array(16);
  for (const [i, group] of groups.entries()) new DataView(bytes.buffer).setUint16(i * 2, group);
  return { bytes, length };
}

/** The length of `Block` is one of the addresses' that it is asked of. */
export const KEPT4: readonly Block[] = KEPT_IPV4.map(block4);
export const KEPT6: readonly Block[] = KEPT_IPV6.map(block6);
export const EMBEDDING: readonly Block[] = WITH_IPV4.map(block6);
export const RESERVED4: readonly Block[] = [...IPV4.map(block4), ...KEPT4];
export const RESERVED6: readonly Block[] = [...IPV6.map(block6), ...EMBEDDING, ...KEPT6];

/** Bits from the left in which two addresses agree, at most `most`. */
export function sharedBits(a: Uint8Array, b: Uint8Array, most: number): number {
  for (let i = 0; i * 8 < most; i++) {
    const differ = a[i]! ^ b[i]!;
    if (differ !== 0) return Math.min(most, i * 8 + Math.clz32(differ) - 24);
  }
  return most;
}

export function isIn(address: Uint8Array, { bytes, length }: Block): boolean {
  return sharedBits(address, bytes, length) === length;
}

/** Leading bits that stay: those up to where the way to the last of the blocks is left. */
export function keptBits(address: Uint8Array, blocks: readonly Block[]): number {
  let kept = 0;
  for (const { bytes, length } of blocks) {
    const shared = sharedBits(address, bytes, length);
    kept = Math.max(kept, Math.min(shared + 1, length));
  }
  return kept;
}
