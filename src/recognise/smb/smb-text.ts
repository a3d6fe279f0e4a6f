/** Strings of SMB messages: UTF-16LE, or bytes of the OEM code page, cut to what a fact may hold. */
import { factText, MAX_FACT_TEXT } from '../facts/facts.js';
import { utf16Cached } from '../bytes/text-cache.js';

const utf16 = new TextDecoder('utf-16le');

/** `bytes[at .. at + length)` as UTF-16LE; '' when it does not lie before `end`. */
export function utf16Text(bytes: Uint8Array, at: number, length: number, end: number): string {
  if (length <= 0 || at < 0 || at + length > end) return '';
  const kept = Math.min(length & ~1, 2 * MAX_FACT_TEXT);
  return utf16Cached(bytes, at, at + kept, decode);
}

function decode(bytes: Uint8Array, at: number, end: number): string {
  return factText(utf16.decode(bytes.subarray(at, end)));
}

/** Offset of the terminating NUL of a UTF-16LE string at `at`, or `end` rounded down when there is none. */
export function utf16End(bytes: Uint8Array, at: number, end: number): number {
  let to = at;
  while (to + 1 < end && (bytes[to] !== 0 || bytes[to + 1] !== 0)) to += 2;
  return to;
}

/** Offset of the terminating NUL of a byte string at `at`, or `end` when there is none. */
export function oemEnd(bytes: Uint8Array, at: number, end: number): number {
  let to = at;
  while (to < end && bytes[to] !== 0) to++;
  return to;
}

/** `bytes[at .. end)` by code points 0..255; which OEM code page it was is not in the message. */
export function oemText(bytes: Uint8Array, at: number, end: number): string {
  let text = '';
  const to = Math.min(end, at + MAX_FACT_TEXT);
  for (let i = at; i < to; i++) text += String.fromCharCode(bytes[i]!);
  return text;
}
