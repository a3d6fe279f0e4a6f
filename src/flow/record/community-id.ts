/**
 * Community ID v1: one string that names the same flow in every tool
 * (github.com/corelight/community-id-spec).
 *
 *   "1:" + base64(SHA-1( seed 16 | low address | high address | proto 8 | 0 | low port 16 | high port 16 ))
 *
 * Endpoints are ordered by address bytes, then port; one-way ICMP keeps the packet's own order.
 */
import { sha1Begin, sha1Block } from './sha1.js';

const BLOCK_WORDS = 16;
const DIGEST_WORDS = 5;
/** Bytes of the message beside the addresses: seed, protocol and padding, ports. */
const FIXED_BYTES = 8;
const DIGEST_BYTES = DIGEST_WORDS * 4;
const BASE64 = new TextEncoder().encode('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/');

const block = new Int32Array(BLOCK_WORDS);
const digest = new Int32Array(DIGEST_WORDS);
/** The digest, and a zero for the third byte of its last group. */
const digestBytes = new DataView(new ArrayBuffer(DIGEST_BYTES + 1));
/** Of the last ID. */
const ascii = new TextEncoder().encode(`1:${'A'.repeat(27)}=`);

/** An endpoint: address words (IPv4 in the first) and port, or for ICMP the type and its counterpart or code. */
export interface IdEndpoint {
  readonly words: readonly [number, number, number, number];
  readonly port: number;
}

/**
 * @param oneWay ICMP without a counterpart: src and dst stay as they are
 * @param seed 0 unless a site uses its own
 * @returns its 30 ASCII bytes, in a buffer that the next call overwrites: this is asked for every flow
 */
export function communityIdBytes(
  proto: number,
  version: number,
  src: IdEndpoint,
  dst: IdEndpoint,
  oneWay: boolean,
  seed = 0,
): Uint8Array {
  const swap = !oneWay && compare(version, src, dst) > 0;
  const low = swap ? dst : src;
  const high = swap ? src : dst;
  const words = version === 4 ? 1 : 4;
  let at = 0;
  // The seed moves every address by half a word.
  let rest = seed << 16;
  for (let i = 0; i < words; i++) {
    block[at++] = rest | (low.words[i]! >>> 16);
    rest = low.words[i]! << 16;
  }
  for (let i = 0; i < words; i++) {
    block[at++] = rest | (high.words[i]! >>> 16);
    rest = high.words[i]! << 16;
  }
  block[at++] = rest | (proto << 8);
  block[at++] = (low.port << 16) | high.port;
  block[at++] = 1 << 31;
  while (at < BLOCK_WORDS - 1) block[at++] = 0;
  block[at] = (FIXED_BYTES + words * 8) * 8;
  sha1Begin(digest);
  sha1Block(block, digest);
  writeBase64();
  return ascii;
}

/** The same as text. */
export function communityId(
  proto: number,
  version: number,
  src: IdEndpoint,
  dst: IdEndpoint,
  oneWay: boolean,
  seed = 0,
): string {
  communityIdBytes(proto, version, src, dst, oneWay, seed);
  return String.fromCharCode(...ascii);
}

function writeBase64(): void {
  for (let i = 0; i < DIGEST_WORDS; i++) digestBytes.setInt32(i * 4, digest[i]!);
  let to = 2;
  for (let at = 0; at < DIGEST_BYTES; at += 3) {
    const group = (digestBytes.getUint16(at) << 8) | digestBytes.getUint8(at + 2);
    ascii[to++] = BASE64[group >>> 18]!;
    ascii[to++] = BASE64[(group >>> 12) & 63]!;
    ascii[to++] = BASE64[(group >>> 6) & 63]!;
    // The last group lacks a byte: '=' stands there from the beginning.
    if (to < ascii.length - 1) ascii[to++] = BASE64[group & 63]!;
  }
}

function compare(version: number, a: IdEndpoint, b: IdEndpoint): number {
  const words = version === 4 ? 1 : 4;
  for (let i = 0; i < words; i++) {
    const order = (a.words[i]! >>> 0) - (b.words[i]! >>> 0);
    if (order !== 0) return order;
  }
  return a.port - b.port;
}
