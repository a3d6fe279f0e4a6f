/**
 * Bytes as text. Nothing here judges what a text holds: it is hostile until an output has escaped it.
 * Every length is bounded by the caller's range and by MAX_FACT_TEXT.
 */
import { MAX_FACT_TEXT } from '../facts/facts.js';
import { asciiCached, utf16Cached } from './text-cache.js';

/** One character for each byte, up to `end`. */
export function latin1Text(bytes: Uint8Array, at: number, end: number): string {
  return asciiCached(bytes, at, Math.min(end, bytes.length, at + MAX_FACT_TEXT), newLatin1);
}

function newLatin1(bytes: Uint8Array, at: number, end: number): string {
  let text = '';
  for (let i = at; i < end; i++) text += String.fromCharCode(bytes[i]!);
  return text;
}

/** UTF-16, least significant byte first; an odd last byte is left out. */
export function utf16Text(bytes: Uint8Array, at: number, end: number): string {
  return utf16Cached(bytes, at, Math.min(end, bytes.length, at + 2 * MAX_FACT_TEXT), newUtf16);
}

function newUtf16(bytes: Uint8Array, at: number, end: number): string {
  let text = '';
  for (let i = at; i + 1 < end; i += 2) text += String.fromCharCode(bytes[i]! | (bytes[i + 1]! << 8));
  return text;
}

const UTF8 = new TextDecoder('utf-8');

/** UTF-8; what is not becomes U+FFFD. */
export function utf8Text(bytes: Uint8Array, at: number, end: number): string {
  return asciiCached(bytes, at, Math.min(end, bytes.length, at + MAX_FACT_TEXT), newUtf8);
}

function newUtf8(bytes: Uint8Array, at: number, end: number): string {
  return UTF8.decode(bytes.subarray(at, end));
}

/**
 * A host's name: UTF-8 where it is that (Windows DNS, RFC 2181 §11, RFC 6055 §3), else one character for each byte;
 * composed (NFC), so that one name has one spelling.
 */
export function nameText(bytes: Uint8Array, at: number, end: number): string {
  return asciiCached(bytes, at, Math.min(end, bytes.length, at + MAX_FACT_TEXT), newName);
}

function newName(bytes: Uint8Array, at: number, end: number): string {
  const text = newUtf8(bytes, at, end);
  const name = text.includes('\ufffd') ? newLatin1(bytes, at, end) : text;
  return name.normalize('NFC').replace(UNSEEN, escaped);
}

/** Characters that a reader does not see and that turn round what he does: controls and formats, text direction. */
const UNSEEN = /[\u0080-\u009f\p{Cf}]/gu;

function escaped(character: string): string {
  return `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`;
}

/** Whether the bytes at `at` are the ASCII `text`; false when they end before it. */
export function hasText(bytes: Uint8Array, at: number, end: number, text: string): boolean {
  if (end - at < text.length) return false;
  for (let i = 0; i < text.length; i++) if (bytes[at + i] !== text.charCodeAt(i)) return false;
  return true;
}

/** Offset of a byte in `bytes[at .. end)`, -1 = it is not there. `indexOf` would search to the end of the whole buffer. */
export function findByte(bytes: Uint8Array, at: number, end: number, byte: number): number {
  for (let i = at; i < end; i++) if (bytes[i] === byte) return i;
  return -1;
}

/** Offset of the ASCII `text` in `bytes[at .. end)`, -1 = it is not there. */
export function findText(bytes: Uint8Array, at: number, end: number, text: string): number {
  const first = text.charCodeAt(0);
  // Not `indexOf`, which would search to the end of the whole buffer.
  for (let i = at; i + text.length <= end; i++) {
    if (bytes[i] === first && hasText(bytes, i, end, text)) return i;
  }
  return -1;
}
