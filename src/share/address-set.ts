/**
 * Original addresses, and whether a text holds one: in dotted decimal, also turned round as in names of reverse
 * look-ups (RFC 1035 §3.5, RFC 3596 §2.5), as 8, 12 or 32 hexadecimal digits, as a link address with colons, hyphens or
 * points, and as IPv6 in every spelling (RFC 4291 §2.2), for it is read and not compared.
 */
import { addressBytes, macBytes } from './address-text.js';
import { parseAddress } from '../flow/address.js';

/** Digits, 'a' to 'f', '.', ':' and '-', folded to lower case. */
export const ADDRESS_CHAR = Uint8Array.from({ length: 256 }, (_, byte) =>
  /[\da-f.:-]/.test(String.fromCharCode(byte)) ? 1 : 0,
);

/** The longest that is read: 32 digits with a point behind each, and some more. */
const LONGEST_RUN = 200;
const QUAD = /(?<!\d)\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}(?!\d)/g;
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
    let [points, colons, hyphens] = [0, 0, 0];
    for (let i = from; i < to; i++) {
      const byte = folded[i];
      if (byte === POINT) points++;
      else if (byte === COLON) colons++;
      else if (byte === HYPHEN) hyphens++;
    }
    const digits = to - from - points - colons - hyphens;
    const isLink = colons >= 5 || hyphens >= 5 || (points >= 2 && digits >= 12);
    if (points < 3 && colons < 2 && !isLink && digits < 8) return null;
    const text = String.fromCharCode(...folded.subarray(from, Math.min(to, from + LONGEST_RUN)));
    return (
      (points >= 3 ? this.#dottedIn(text, folded, to) : null) ??
      (colons >= 6 || (colons >= 2 && text.includes('::')) ? this.#ipv6In(text) : null) ??
      (isLink ? this.#linkIn(text) : null) ??
      (digits >= 8 ? this.#digitsIn(text) : null)
    );
  }

  #dottedIn(text: string, folded: Uint8Array, to: number): FoundAddress | null {
    const behind = String.fromCharCode(...folded.subarray(to, to + REVERSE.length));
    return this.#quadIn(text, behind) ?? this.#nibblesIn(text);
  }

  #quadIn(text: string, behind: string): FoundAddress | null {
    const numbers = text.split('.');
    for (let i = 0; i + 4 <= numbers.length; i++) {
      const [quad] =
        numbers
          .slice(i, i + 4)
          .join('.')
          .match(QUAD) ?? [];
      if (quad === undefined) continue;
      const bytes = Uint8Array.from(quad.split('.'), Number);
      if (quad.split('.').some((one) => Number(one) > 255)) continue;
      if (this.has(bytes)) return { kind: 'address', form: 'text' };
      if (behind === REVERSE && this.has(bytes.reverse()))
        return { kind: 'address', form: 'reverse look-up' };
    }
    return null;
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

function bytesOf(hex: string): Uint8Array {
  return Uint8Array.from(hex.match(/../g) ?? [], (two) => Number.parseInt(two, 16));
}

function hexOf(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

function numberOf(bytes: Uint8Array): number {
  return ((bytes[0]! << 24) | (bytes[1]! << 16) | (bytes[2]! << 8) | bytes[3]!) >>> 0;
}
