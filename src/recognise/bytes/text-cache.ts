/**
 * Short texts made lately: users, computers, shares and interfaces come again in nearly every connection, and a text
 * that is known need neither be made nor stored once more. A slot holds one text and is taken by the next that
 * falls on it, so that hostile texts cost no more than making them.
 */

const SLOTS = 4_096;
/** Longer texts are hardly ever repeated. */
const MAX_LENGTH = 64;
const texts: string[] = new Array<string>(SLOTS).fill('');

export type MakeText = (bytes: Uint8Array, at: number, end: number) => string;

const PRIME = 0x0100_0193;

/** The text of the ASCII bytes `bytes[at .. end)` when it is known, else what `make` makes of them, ASCII or not. */
export function asciiCached(bytes: Uint8Array, at: number, end: number, make: MakeText): string {
  if (end <= at) return '';
  if (end - at > MAX_LENGTH) return make(bytes, at, end);
  let hash = end - at;
  let all = 0;
  for (let i = at; i < end; i++) {
    all |= bytes[i]!;
    hash = Math.imul(hash ^ bytes[i]!, PRIME);
  }
  if (all >= 0x80) return make(bytes, at, end);
  const slot = slotOf(hash);
  const known = texts[slot]!;
  return isAscii(known, bytes, at, end) ? known : (texts[slot] = make(bytes, at, end));
}

/**
 * The text of the UTF-16 units, least significant byte first, of `bytes[at .. end)` when it is known, else what
 * `make` makes of them. Units that decoders do not agree on (surrogates, byte order marks) are never kept.
 */
export function utf16Cached(bytes: Uint8Array, at: number, end: number, make: MakeText): string {
  const length = (end - at) >> 1;
  if (length <= 0) return '';
  if (length > MAX_LENGTH) return make(bytes, at, end);
  let hash = length;
  let odd = false;
  for (let i = at; i + 1 < end; i += 2) {
    const unit = bytes[i]! | (bytes[i + 1]! << 8);
    if (unit >= 0xd800) odd = true;
    hash = Math.imul(hash ^ unit, PRIME);
  }
  if (odd) return make(bytes, at, end);
  const slot = slotOf(hash);
  const known = texts[slot]!;
  return isUtf16(known, length, bytes, at) ? known : (texts[slot] = make(bytes, at, end));
}

function slotOf(hash: number): number {
  return (hash ^ (hash >>> 15)) & (SLOTS - 1);
}

function isAscii(text: string, bytes: Uint8Array, at: number, end: number): boolean {
  if (text.length !== end - at) return false;
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) !== bytes[at + i]) return false;
  return true;
}

function isUtf16(text: string, length: number, bytes: Uint8Array, at: number): boolean {
  if (text.length !== length) return false;
  for (let i = 0; i < length; i++, at += 2) {
    if (text.charCodeAt(i) !== (bytes[at]! | (bytes[at + 1]! << 8))) return false;
  }
  return true;
}
