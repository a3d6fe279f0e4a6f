/**
 * Pseudonyms of addresses, one-to-one. IP addresses keep the prefixes that they share, their class, and the .255 of a
 * directed broadcast; what holds another address inside (::ffff:10.0.0.1, 6to4, EUI-64, solicited-node multicast and
 * its link address) holds that one's pseudonym. Link addresses keep no vendor.
 *
 *   EUI-64   prefix 64 | MAC 0..2, bit 1 flipped | ff fe | MAC 3..5      (RFC 4291 Appendix A)
 *   solicited-node  ff02::1:ff | the last 24 bits of the address         (RFC 4291 §2.7.1)
 *   group at the link  33:33 | the last 32 bits, 01:00:5e | the last 23  (RFC 2464 §7, RFC 1112 §6.4)
 */
import { platform } from '../../platform/platform.js';
import { CIPHER_KEY_BYTES, PrefixCipher } from './prefix-cipher.js';
import { EMBEDDING, isIn, KEPT4, keptBits, RESERVED4, RESERVED6 } from './reserved.js';

const V4 = 4;
const V6 = 16;
export const MAC_BYTES = 6;
/** Where the interface identifier begins, and what its middle is when it was made of a MAC. */
const IID = 8;
const EUI = [0xff, 0xfe] as const;
const EUI_BIT = (IID + 3) * 8;
/** Bytes at the end of an address that stand in its solicited-node group. */
const SOLICITED = 3;
const SUBNET_BITS = 24;
/** Tells the ends of IPv4 groups from others. */
const GROUP4 = 1 << 24;
/** 224.0.0.x and 224.0.1.x in a link address, without its last byte. */
const KEPT_GROUPS: readonly number[] = [0, 1];

export class Addresses {
  readonly #cipher: PrefixCipher;
  readonly #macCipher: PrefixCipher;
  /** The ends of the addresses that were met, and of their pseudonyms. */
  readonly #ends = new Map<number, Uint8Array>();

  /** @param key CIPHER_KEY_BYTES long */
  constructor(key: Uint8Array) {
    this.#cipher = new PrefixCipher(key);
    this.#macCipher = new PrefixCipher(derived(key, 'mac'));
  }

  /** @param bytes 4 or 16 of them; a new array is returned */
  ip(bytes: Uint8Array): Uint8Array {
    return bytes.length === V4 ? this.#ip4(bytes) : this.#ip6(bytes);
  }

  /** The network: its prefix replaced, zeros behind it. @param length of the prefix in bits */
  network(bytes: Uint8Array, length: number): Uint8Array {
    return cut(this.ip(cut(bytes, length)), length);
  }

  /** Six bytes: groups follow what they are groups of, the rest is made up and says so (locally administered). */
  mac(bytes: Uint8Array): Uint8Array {
    if (bytes[0] === 0x33 && bytes[1] === 0x33) return this.#groupMac6(bytes);
    if (bytes[0] === 1 && bytes[1] === 0 && bytes[2] === 0x5e) return this.#groupMac4(bytes);
    // Groups of protocols (01:80:c2, ff:ff:ff) are the same everywhere, and no address is nobody's.
    if ((bytes[0]! & 1) === 1 || bytes.every((byte) => byte === 0)) return Uint8Array.from(bytes);
    // Twice, from both ends: the bits of one half then depend on all of the other, and nothing of a vendor is shared.
    const once = this.#flipped(bytes, this.#macCipher, (bit) => bit === 6 || bit === 7).reverse();
    const made = this.#flipped(once, this.#macCipher, (bit) => bit === 46 || bit === 47).reverse();
    made[0]! ^= 2;
    return made;
  }

  /** Those of permanent groups are the same everywhere. */
  #groupMac6(bytes: Uint8Array): Uint8Array {
    const made = Uint8Array.from(bytes);
    if (bytes[2] === 0xff) made.set(this.#endOf(bytes.subarray(SOLICITED)), SOLICITED);
    else if (bytes[2] !== 0) return this.#flipped(bytes, this.#macCipher, (bit) => bit < 16);
    return made;
  }

  /** Its last 23 bits are those of the group. */
  #groupMac4(bytes: Uint8Array): Uint8Array {
    const made = Uint8Array.from(bytes);
    const known = this.#ends.get(GROUP4 | endKey(bytes.subarray(3)));
    if (known !== undefined) made.set(known, 3);
    else if (!KEPT_GROUPS.some((one) => one === endKey(bytes.subarray(3)) >>> 8) && !isDiscovery(bytes))
      return this.#flipped(bytes, this.#macCipher, (bit) => bit < 25);
    return made;
  }

  /** Stays whatever the key is: well known, or so near to what is that nothing is left to turn. */
  isKept(bytes: Uint8Array): boolean {
    if (bytes.length === V4)
      return KEPT4.some((block) => isIn(bytes, block)) || keptBits(bytes, RESERVED4) === V4 * 8;
    if (bytes[0] === 0xff) return (bytes[1]! & 0x10) === 0 && !isSolicited(bytes);
    return keptBits(bytes, RESERVED6) === V6 * 8;
  }

  #ip4(bytes: Uint8Array): Uint8Array {
    const kept = keptBits(bytes, RESERVED4);
    const last = bytes[3]!;
    // On the way to .255 nothing turns.
    const broadcast = SUBNET_BITS + Math.min(8, Math.clz32(~(last << 24)));
    if (KEPT4.some((block) => isIn(bytes, block))) return Uint8Array.from(bytes);
    const stays = (bit: number): boolean => bit < kept || (bit >= SUBNET_BITS && bit <= broadcast);
    const made = this.#flipped(bytes, this.#cipher, stays);
    if (bytes[0]! >>> 4 === 14) this.#ends.set(GROUP4 | (endKey(bytes.subarray(1)) & 0x7fffff), end23(made));
    return made;
  }

  #ip6(bytes: Uint8Array): Uint8Array {
    if (bytes[0] === 0xff) return this.#group6(bytes);
    const kept = keptBits(bytes, RESERVED6);
    if (kept >= V6 * 8) return Uint8Array.from(bytes);
    const eui = EUI_BIT + euiBits(bytes);
    const made = this.#flipped(bytes, this.#cipher, (bit) => bit < kept || (bit >= EUI_BIT && bit <= eui));
    const embedding = EMBEDDING.find((block) => isIn(bytes, block));
    if (embedding !== undefined) {
      const at = embedding.length / 8;
      made.set(this.#ip4(bytes.subarray(at, at + V4)), at);
    }
    if (euiBits(bytes) === 16) made.set(iidOf(this.mac(macOf(bytes))), IID);
    const end = endKey(bytes.subarray(V6 - SOLICITED));
    if (!this.#ends.has(end)) this.#ends.set(end, made.slice(V6 - SOLICITED));
    return made;
  }

  /** Permanent groups are the same everywhere; what holds an end of an address follows it. */
  #group6(bytes: Uint8Array): Uint8Array {
    const made = Uint8Array.from(bytes);
    if (isSolicited(bytes)) {
      made.set(this.#endOf(bytes.subarray(V6 - SOLICITED)), V6 - SOLICITED);
      return made;
    }
    const permanent = (bytes[1]! & 0x10) === 0;
    return permanent ? made : this.#flipped(bytes, this.#cipher, (bit) => bit < 16);
  }

  /** The end of the address that has this one; where none was met, an end of its own. */
  #endOf(end: Uint8Array): Uint8Array {
    const known = this.#ends.get(endKey(end));
    if (known !== undefined) return known;
    const whole = new Uint8Array(V6);
    whole.set([0xff, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0xff]);
    whole.set(end, V6 - SOLICITED);
    const made = this.#flipped(whole, this.#cipher, (bit) => bit < (V6 - SOLICITED) * 8);
    return made.slice(V6 - SOLICITED);
  }

  #flipped(bytes: Uint8Array, cipher: PrefixCipher, stays: (bit: number) => boolean): Uint8Array {
    const mask = cipher.flips(bytes, stays);
    for (let i = 0; i < mask.length; i++) mask[i]! ^= bytes[i]!;
    return mask;
  }
}

/** Of the middle of the identifier, the bits that are as in one that was made of a MAC: 16 = all. */
function euiBits(bytes: Uint8Array): number {
  const differ = ((bytes[IID + 3]! ^ EUI[0]) << 8) | (bytes[IID + 4]! ^ EUI[1]);
  return differ === 0 ? 16 : Math.clz32(differ) - 16;
}

function macOf(bytes: Uint8Array): Uint8Array {
  const mac = new Uint8Array(MAC_BYTES);
  mac.set(bytes.subarray(IID, IID + 3));
  mac.set(bytes.subarray(IID + 5, V6), 3);
  mac[0]! ^= 2;
  return mac;
}

function iidOf(mac: Uint8Array): Uint8Array {
  return Uint8Array.of(mac[0]! ^ 2, mac[1]!, mac[2]!, ...EUI, mac[3]!, mac[4]!, mac[5]!);
}

function isSolicited(bytes: Uint8Array): boolean {
  return (
    bytes[1] === 2 &&
    bytes.subarray(2, 11).every((byte) => byte === 0) &&
    bytes[11] === 1 &&
    bytes[12] === 0xff
  );
}

function endKey(end: Uint8Array): number {
  return (end[0]! << 16) | (end[1]! << 8) | end[2]!;
}

/** 239.255.255.250 in a link address. */
function isDiscovery(mac: Uint8Array): boolean {
  return endKey(mac.subarray(3)) === 0x7ffffa;
}

/** As it stands in a link address. */
function end23(group: Uint8Array): Uint8Array {
  return Uint8Array.of(group[1]! & 0x7f, group[2]!, group[3]!);
}

/** The first `length` bits, zeros behind them. */
function cut(bytes: Uint8Array, length: number): Uint8Array {
  const made = Uint8Array.from(bytes);
  for (let i = 0; i < made.length; i++) {
    const rest = length - i * 8;
    if (rest < 8) made[i]! &= rest <= 0 ? 0 : 0xff00 >>> rest;
  }
  return made;
}

/** Another key from this one: SHA-256 of both. */
export function derived(key: Uint8Array, purpose: string): Uint8Array {
  const digest = platform.sha256();
  digest.update(key);
  digest.update(new TextEncoder().encode(purpose));
  const hex = digest.end('hex');
  return Uint8Array.from({ length: CIPHER_KEY_BYTES }, (_, i) =>
    Number.parseInt(hex.slice(i * 2, i * 2 + 2), 16),
  );
}
