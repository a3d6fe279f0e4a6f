/** Texts of event traces: UTF-16, ended by a zero. */
import { MAX_NAME_CHARS } from './limits.js';

const decoder = new TextDecoder('utf-16le');

/** The text at `at`, cut at 256 characters, and where what follows it begins; `next` -1 = it has no end before `end`. */
export function readText(
  view: DataView,
  at: number,
  end: number,
): { readonly text: string; readonly next: number } {
  let to = at;
  while (to + 2 <= end && view.getUint16(to, true) !== 0) to += 2;
  const ended = to + 2 <= end;
  const kept = Math.min(to, at + 2 * MAX_NAME_CHARS);
  const text = kept > at ? decoder.decode(new Uint8Array(view.buffer, view.byteOffset + at, kept - at)) : '';
  return { text: text.trim(), next: ended ? to + 2 : -1 };
}
