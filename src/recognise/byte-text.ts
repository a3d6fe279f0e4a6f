/**
 * Bytes as text. Nothing here judges what a text holds: it is hostile until an output has escaped it.
 * Every length is bounded by the caller's range and by MAX_FACT_TEXT.
 */
import { MAX_FACT_TEXT } from './facts.js';

/** One character for each byte, up to `end`. */
export function latin1Text(bytes: Uint8Array, at: number, end: number): string {
  const stop = Math.min(end, bytes.length, at + MAX_FACT_TEXT);
  let text = '';
  for (let i = at; i < stop; i++) text += String.fromCharCode(bytes[i] ?? 0);
  return text;
}

/** UTF-16, least significant byte first; an odd last byte is left out. */
export function utf16Text(view: DataView, at: number, end: number): string {
  const stop = Math.min(end, view.byteLength, at + 2 * MAX_FACT_TEXT);
  let text = '';
  for (let i = at; i + 2 <= stop; i += 2) text += String.fromCharCode(view.getUint16(i, true));
  return text;
}

const UTF8 = new TextDecoder('utf-8');

/** UTF-8; what is not becomes U+FFFD. */
export function utf8Text(bytes: Uint8Array, at: number, end: number): string {
  return UTF8.decode(bytes.subarray(at, Math.min(end, at + MAX_FACT_TEXT)));
}

/** Whether the bytes at `at` are the ASCII `text`; false when they end before it. */
export function hasText(bytes: Uint8Array, at: number, end: number, text: string): boolean {
  if (end - at < text.length) return false;
  for (let i = 0; i < text.length; i++) if (bytes[at + i] !== text.charCodeAt(i)) return false;
  return true;
}

/** Offset of the ASCII `text` in `bytes[at .. end)`, -1 = it is not there. */
export function findText(bytes: Uint8Array, at: number, end: number, text: string): number {
  const first = text.charCodeAt(0);
  for (let i = bytes.indexOf(first, at); i >= 0 && i + text.length <= end; i = bytes.indexOf(first, i + 1)) {
    if (hasText(bytes, i, end, text)) return i;
  }
  return -1;
}
