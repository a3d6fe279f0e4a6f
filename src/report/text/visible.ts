/**
 * Makes hostile text safe to look at: control characters, escape sequences, bidirectional overrides, invisible
 * and unpaired characters are shown as `\x1b` or `\u202e` instead of acting. Text from a capture may come from
 * anybody (names, comments, paths). Sources: Unicode UAX #9 (overrides), CVE-2021-42574, ECMA-48 (escapes).
 */

/**
 * Longest text of a capture that a reader is shown, in UTF-16 units.
 * @reached the rest is counted
 */
export const MAX_SHOWN = 1000;

// C0, C1 and DEL; format characters (bidi, zero width, byte order mark); line and paragraph separators; lone
// surrogates; private use.
const ACTING = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Co}]/gu;

/** Most text is this, and needs no look at Unicode's classes. */
const PRINTABLE_ASCII = /^[ -~]*$/;

function escaped(char: string): string {
  const code = char.codePointAt(0) ?? 0;
  if (code === 0x09) return '\\t';
  if (code === 0x0a) return '\\n';
  if (code === 0x0d) return '\\r';
  if (code <= 0xff) return `\\x${code.toString(16).padStart(2, '0')}`;
  return code <= 0xffff ? `\\u${code.toString(16)}` : `\\u{${code.toString(16)}}`;
}

/** `text` with every acting character spelled out, cut to `max` UTF-16 units with the number left out. */
export function visible(text: string, max: number = MAX_SHOWN): string {
  if (text.length <= max) return PRINTABLE_ASCII.test(text) ? text : text.replace(ACTING, escaped);
  const kept = text.slice(0, max).replace(/[\uD800-\uDBFF]$/, '');
  return `${kept.replace(ACTING, escaped)}… (${text.length - kept.length} more characters)`;
}

/** One line of at most `columns` terminal columns, cut with an ellipsis. */
export function fitted(text: string, columns: number): string {
  const safe = visible(text);
  if (columnsOf(safe) <= columns) return safe;
  let used = 0;
  let kept = '';
  for (const char of safe) {
    used += columnsOf(char);
    if (used > columns - 1) break;
    kept += char;
  }
  return `${kept}…`;
}

/** Terminal columns of a text without control characters; East Asian wide characters count two (UAX #11). */
export function columnsOf(text: string): number {
  let columns = 0;
  for (const char of text) {
    const code = char.codePointAt(0) ?? 0;
    const wide =
      (code >= 0x1100 && code <= 0x115f) ||
      (code >= 0x2e80 && code <= 0xa4cf) ||
      (code >= 0xac00 && code <= 0xd7a3) ||
      (code >= 0xf900 && code <= 0xfaff) ||
      (code >= 0xfe30 && code <= 0xfe6f) ||
      (code >= 0xff00 && code <= 0xff60) ||
      (code >= 0x1f300 && code <= 0x1faff) ||
      (code >= 0x20000 && code <= 0x3fffd);
    columns += wide ? 2 : 1;
  }
  return columns;
}
