/**
 * Original addresses, and whether a text holds one: in dotted decimal, also turned round as in names of reverse
 * look-ups (RFC 1035 §3.5, RFC 3596 §2.5), as 8, 12 or 32 hexadecimal digits, as a link address with colons, hyphens or
 * points, and as IPv6 in every spelling (RFC 4291 §2.2), for it is read and not compared.
 */
import { addressBytes, macBytes } from './address-text.js';
import { parseAddress } from '../../flow/record/address.js';

/** Digits, 'a' to 'f', '.', ':' and '-', folded to lower case. */
export const ADDRESS_CHAR = Uint8Array.from({ length: 256 }, (_, byte) =>
  /[\da-f.:-]/.test(String.fromCharCode(byte)) ? 1 : 0,
);

/** The longest that is read: 32 digits with a point behind each, and some more. */
const LONGEST_RUN = 200;
/** Hexadecimal digits of an IPv4, a link and an IPv6 address. */
const HEX_SIZES: readonly number[] = [8, 12, 32];
/** In an IPv6 address that is turned round. */
const NIBBLE_POINTS = 31;
const POINT = 0x2e;
const COLON = 0x3a;
const HYPHEN = 0x2d;
/** Behind the point that ends the run. */
const REVERSE = 'in-addr';

export interface FoundAddress {
  readonly kind: 'address' | 'mac';
  readonly form: string;
}

export class AddressSet {
  readonly #v4 = new Set<number>();
  /** Of IPv6 and link addresses, as hexadecimal digits. */
  readonly #long = new Set<string>();
  readonly #allowed = new Set<string>();

  get size(): number {
    return this.#v4.size + this.#long.size;
  }

  /** @param bytes 4, 6 or 16 */
  add(bytes: Uint8Array): void {
    if (bytes.length === 4) this.#v4.add(numberOf(bytes));
    else this.#long.add(hexOf(bytes));
  }

  /** It is a pseudonym, and no finding, whether an original or not. */
  allow(bytes: Uint8Array): void {
    this.#allowed.add(hexOf(bytes));
  }

  has(bytes: Uint8Array): boolean {
    const known = bytes.length === 4 ? this.#v4.has(numberOf(bytes)) : this.#long.has(hexOf(bytes));
    return known && !this.#allowed.has(hexOf(bytes));
  }

  /** Whether a run of such characters is an address that was made here; what ends it may belong to the sentence. */
  isPseudonym(run: string): boolean {
    for (const one of [run, run.replace(/^[.:-]+|[.:-]+$/g, ''), run.replace(/[.:-]+$/, '')]) {
      const link = /^[\da-f]{2}([:-][\da-f]{2}){5}$/i.test(one) ? macBytes(one) : null;
      const read = link === null ? parseAddress(one) : null;
      const bytes = read === null ? link : addressBytes(read);
      if (bytes !== null && this.#allowed.has(hexOf(bytes))) return true;
    }
    return false;
  }

  /** Which original the run `from .. to` holds; null = none. @param folded lower case */
  formIn(folded: Uint8Array, from: number, to: number): FoundAddress | null {
    let [points, colons, hyphens, digits] = [0, 0, 0, 0];
    let hasSize = false;
    for (let i = from; i <= to; i++) {
      const byte = i < to ? folded[i]! : POINT;
      if (byte !== POINT && byte !== COLON && byte !== HYPHEN) {
        digits++;
        continue;
      }
      if (HEX_SIZES.includes(digits)) hasSize = true;
      digits = 0;
      if (i === to) break;
      if (byte === POINT) points++;
      else if (byte === COLON) colons++;
      else hyphens++;
    }
    const quad = points >= 3 ? this.#quadIn(folded, from, to) : null;
    if (quad !== null) return quad;
    const isLink = colons >= 5 || hyphens >= 5 || (points >= 2 && to - from - points >= 12);
    const is6 = colons >= 2;
    if (!isLink && !is6 && !hasSize && points < NIBBLE_POINTS) return null;
    const text = String.fromCharCode(...folded.subarray(from, Math.min(to, from + LONGEST_RUN)));
    return (
      (points >= NIBBLE_POINTS ? this.#nibblesIn(text) : null) ??
      (colons >= 6 || (is6 && text.includes('::')) ? this.#ipv6In(text) : null) ??
      (isLink ? this.#linkIn(text) : null) ??
      (hasSize ? this.#digitsIn(text) : null)
    );
  }

  /** Four numbers with points between them, wherever a number begins; before 'in-addr' also turned round. */
  #quadIn(folded: Uint8Array, from: number, to: number): FoundAddress | null {
    const end = Math.min(to, from + LONGEST_RUN);
    for (let i = from; i < end; i++) {
      if (!isDigit(folded[i]!) || (i > from && isDigit(folded[i - 1]!))) continue;
      const value = quadAt(folded, i, end);
      if (value < 0) continue;
      if (this.#hasQuad(value)) return { kind: 'address', form: 'text' };
      const turned =
        ((value & 255) << 24) | ((value & 0xff00) << 8) | ((value >>> 8) & 0xff00) | (value >>> 24);
      const behind = (): string => String.fromCharCode(...folded.subarray(to, to + REVERSE.length));
      if (this.#hasQuad(turned >>> 0) && behind() === REVERSE)
        return { kind: 'address', form: 'reverse look-up' };
    }
    return null;
  }

  #hasQuad(value: number): boolean {
    return this.#v4.has(value) && !this.#allowed.has(value.toString(16).padStart(8, '0'));
  }

  #nibblesIn(text: string): FoundAddress | null {
    for (const [run] of text.matchAll(/(?:[\da-f]\.){31}[\da-f]/g)) {
      if (this.#hasLong(run.split('.').reverse().join('')))
        return { kind: 'address', form: 'reverse look-up' };
    }
    return null;
  }

  #ipv6In(text: string): FoundAddress | null {
    // A point or colon of the sentence may stand around it.
    for (const one of [text, text.replace(/[.:-]+$/, ''), text.replace(/^[.:-]+|[.:-]+$/g, '')]) {
      const read = parseAddress(one);
      if (read !== null && this.has(addressBytes(read))) return { kind: 'address', form: 'text' };
    }
    return null;
  }

  #linkIn(text: string): FoundAddress | null {
    for (const [link] of text.matchAll(
      /(?<![\da-f])[\da-f]{2}([:-])[\da-f]{2}(?:\1[\da-f]{2}){4}(?![\da-f])/g,
    ))
      if (this.has(macBytes(link))) return { kind: 'mac', form: 'text' };
    for (const [dotted] of text.matchAll(/[\da-f]{4}\.[\da-f]{4}\.[\da-f]{4}/g))
      if (this.#hasLong(dotted.replaceAll('.', ''))) return { kind: 'mac', form: 'text' };
    return null;
  }

  #digitsIn(text: string): FoundAddress | null {
    for (const [hex] of text.matchAll(/[\da-f]{8,}/g)) {
      if (hex.length === 8 && this.has(bytesOf(hex))) return { kind: 'address', form: 'hexadecimal' };
      if (hex.length === 12 && this.#hasLong(hex)) return { kind: 'mac', form: 'hexadecimal' };
      if (hex.length === 32 && this.#hasLong(hex)) return { kind: 'address', form: 'hexadecimal' };
    }
    return null;
  }

  #hasLong(hex: string): boolean {
    return this.#long.has(hex) && !this.#allowed.has(hex);
  }
}

function isDigit(byte: number): boolean {
  return byte >= 0x30 && byte <= 0x39;
}

/** The address whose first number begins at `from`; -1 = none does. */
function quadAt(folded: Uint8Array, from: number, end: number): number {
  let [value, part, length, parts] = [0, 0, 0, 0];
  for (let i = from; i <= end; i++) {
    const byte = i < end ? folded[i]! : 0;
    if (isDigit(byte)) {
      part = part * 10 + byte - 0x30;
      if (++length > 3) return -1;
      continue;
    }
    if (length === 0 || part > 255) return -1;
    value = value * 256 + part;
    if (++parts === 4) return value;
    if (byte !== POINT) return -1;
    part = length = 0;
  }
  return -1;
}

function bytesOf(hex: string): Uint8Array {
  return Uint8Array.from(hex.match(/../g) ?? [], (two) => Number.parseInt(two, 16));
}

function hexOf(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

function numberOf(bytes: Uint8Array): number {
  return ((bytes[0]! << 24) | (bytes[1]! << 16) | (bytes[2]! << 8) | bytes[3]!) >>> 0;
}
