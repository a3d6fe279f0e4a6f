/**
 * What is no finding although a name of the capture stands in it: the program's own words, pseudonyms, and what is
 * calculated (digests, ids, pseudonyms of addresses), in which a short name is met by chance.
 */
import { ADDRESS_CHAR } from '../addresses/address-set.js';
import type { AddressSet } from '../addresses/address-set.js';
import { FOLD } from './needle-set.js';
import type { Needle } from './needles.js';
import { isOwnWord } from '../names/own-words.js';

/** Longer names do not turn up in digests. */
const LONGEST_BY_CHANCE = 6;
/** Further than that from a name no calculated text ends. */
const AROUND = 72;
const BACKSLASH = 0x5c;
const ESCAPE = /^(?:u[\da-f]{4}|x[\da-f]{2}|[0bfnrt])/i;
/** Of letters and digits: SHA-256 in hexadecimal, the uid of a Zeek log. */
const MADE_WORD = /^(?:[\da-f]{64}|C[\da-zA-Z]{18})$/;
/** Community ID, and SHA-256 in a Content-Security-Policy. */
const MADE_BASE64 = /(?:\b1:[\w+/]{27}|sha256-[\w+/]{43})=/g;

/** What tells words of the program and pseudonyms from names. */
export interface Telling {
  readonly addresses: AddressSet;
  readonly isPseudonym: (word: string) => boolean;
}

const decoder = new TextDecoder();

/**
 * Whether the needle at `at` is no finding.
 * @param from where the word that it stands in begins @param to where it ends
 */
export function isInnocent(
  piece: Uint8Array,
  { bytes: { length }, form }: Needle,
  { at, from, to }: { readonly at: number; readonly from: number; readonly to: number },
  telling: Telling,
): boolean {
  if (form === 'base64') return isInsideBase64(piece, at, length);
  if (form !== 'text') return false;
  const isOwn = (left: number, right: number): boolean =>
    isOwnPhrase(decoder.decode(piece.subarray(left, right)), telling);
  if (isOwn(behindEscape(piece, from, at), to)) return true;
  // 'verdict-blocked' is put together of two words.
  let [left, right] = [at, at + length];
  while (left > from && !isJoint(piece[left - 1]!)) left--;
  while (right < to && !isJoint(piece[right]!)) right++;
  if (isOwn(left, right)) return true;
  return length <= LONGEST_BY_CHANCE && isByChance(piece, { at, from, to }, length, telling);
}

/** What acts is spelled out, '\\u202e' or '\\n': the letters of that are not those of the word behind it. */
function behindEscape(piece: Uint8Array, from: number, at: number): number {
  if (from === 0 || piece[from - 1] !== BACKSLASH) return from;
  const [escape = ''] = ESCAPE.exec(decoder.decode(piece.subarray(from, at))) ?? [];
  return from + escape.length;
}

/** A name may have several words, each of which the program says: then it cannot be told from a sentence. */
function isOwnPhrase(text: string, { isPseudonym }: Telling): boolean {
  const isOwn = (word: string): boolean => isOwnWord(word) || isPseudonym(word);
  if (isOwn(text)) return true;
  const words = text.split(/[^\p{L}\p{N}_$-]+/u).filter((word) => word !== '');
  return words.length > 0 && words.every(isOwn);
}

function isByChance(
  piece: Uint8Array,
  { at, from, to }: { readonly at: number; readonly from: number; readonly to: number },
  length: number,
  { addresses }: Telling,
): boolean {
  if (MADE_WORD.test(decoder.decode(piece.subarray(from, to)))) return true;
  if (isInsideBase64(piece, at, length)) return true;
  let [left, right] = [at, at + length];
  while (left > 0 && isAddressByte(piece[left - 1]!)) left--;
  while (right < piece.length && isAddressByte(piece[right]!)) right++;
  return left <= at && addresses.isPseudonym(decoder.decode(piece.subarray(left, right)));
}

function isInsideBase64(piece: Uint8Array, at: number, length: number): boolean {
  const before = Math.min(at, AROUND);
  const around = String.fromCharCode(...piece.subarray(at - before, at + length + AROUND));
  for (const { index, 0: text } of around.matchAll(MADE_BASE64))
    if (index <= before && index + text.length >= before + length) return true;
  return false;
}

function isAddressByte(byte: number): boolean {
  return ADDRESS_CHAR[FOLD[byte]!] === 1;
}

/** Letters, digits, `_`, `$`, `-` and all that is not ASCII. */
export function isWordByte(byte: number): boolean {
  return (
    byte >= 0x80 ||
    (byte >= 0x30 && byte <= 0x39) ||
    (byte >= 0x41 && byte <= 0x5a) ||
    (byte >= 0x61 && byte <= 0x7a) ||
    isJoint(byte) ||
    byte === 0x24
  );
}

function isJoint(byte: number): boolean {
  return byte === 0x2d || byte === 0x5f;
}
