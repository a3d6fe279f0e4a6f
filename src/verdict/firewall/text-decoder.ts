/**
 * Text as Windows writes it: UTF-8, UTF-16 of either byte order (PowerShell's `>`), or a code page (cmd's `>`). Told by the
 * byte order mark, by the zero bytes of UTF-16, or by what an XML declaration names; what is no UTF-8 is read as
 * Windows-1252, which leaves ASCII as it is.
 */

/** Bytes that tell the encoding. */
export const ENCODING_HEAD_BYTES = 4096;
const DECLARED = /^[\s\uFEFF]*<\?xml[^>]{0,200}encoding\s*=\s*["']([A-Za-z0-9._-]{1,40})["']/;

/** The label (WHATWG Encoding) of a text that begins so. */
export function encodingOf(head: Uint8Array): string {
  const [a = 0, b = 0, c = 0] = head;
  if (a === 0xff && b === 0xfe) return 'utf-16le';
  if (a === 0xfe && b === 0xff) return 'utf-16be';
  if (a === 0xef && b === 0xbb && c === 0xbf) return 'utf-8';
  const wide = wideOf(head);
  if (wide !== '') return wide;
  const declared = DECLARED.exec(new TextDecoder('windows-1252').decode(head.subarray(0, 256)))?.[1] ?? '';
  if (declared !== '' && !/^utf-?(8|16)/i.test(declared)) return known(declared);
  return isUtf8(head) ? 'utf-8' : 'windows-1252';
}

/** Text in Latin letters has every second byte 0; a run of zeros after a crash has them all. */
function wideOf(head: Uint8Array): string {
  let even = 0;
  let odd = 0;
  let letters = 0;
  for (let i = 0; i + 1 < head.length; i += 2) {
    if (head[i] === 0 && head[i + 1] === 0) continue;
    letters++;
    if (head[i] === 0) even++;
    if (head[i + 1] === 0) odd++;
  }
  if (letters < 8) return '';
  if (odd > letters * 0.7) return 'utf-16le';
  return even > letters * 0.7 ? 'utf-16be' : '';
}

/** A name that the platform knows; DOS code pages (437, 850) it does not. */
function known(label: string): string {
  try {
    return new TextDecoder(label).encoding;
  } catch {
    return 'windows-1252';
  }
}

/** The end may cut a character. */
function isUtf8(head: Uint8Array): boolean {
  for (let cut = 0; cut < 4 && cut <= head.length; cut++) {
    try {
      new TextDecoder('utf-8', { fatal: true }).decode(head.subarray(0, head.length - cut));
      return true;
    } catch {
      // One byte less.
    }
  }
  return false;
}
