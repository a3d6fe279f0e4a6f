/** JSON text (RFC 8259) in which nothing acts on a terminal or misleads an eye; the parsed value is the original. */
import type { ByteWriter } from '../write/byte-writer.js';

/** Most records are this. */
const PRINTABLE_ASCII = /^[ -~]*$/;
const ACTING = /[\u007f-\u009f\p{Cf}\p{Zl}\p{Zp}]/gu;

/**
 * JSON text of one value with acting characters escaped; NaN and infinities become null. Strings past `longest`
 * UTF-16 units are cut.
 */
export function jsonText(value: unknown, longest = Infinity): string {
  return escaped(longest === Infinity ? JSON.stringify(value) : JSON.stringify(value, cutter(longest)));
}

/** JSON text with acting characters escaped. */
export function escaped(text: string): string {
  return PRINTABLE_ASCII.test(text)
    ? text
    : text.replace(ACTING, (char) => {
        let units = '';
        for (let i = 0; i < char.length; i++) {
          units += `\\u${char.charCodeAt(i).toString(16).padStart(4, '0')}`;
        }
        return units;
      });
}

function cutter(longest: number): (key: string, value: unknown) => unknown {
  return (_key, value) => {
    if (typeof value !== 'string' || value.length <= longest) return value;
    const kept = value.slice(0, longest).replace(/[\uD800-\uDBFF]$/, '');
    return `${kept}… (${value.length - kept.length} more characters)`;
  };
}

/** Writes a string value as `jsonText` makes it. */
export function writeJsonString(out: ByteWriter, text: string, longest: number): void {
  if (text.length > longest || !out.quotedPlain(text)) out.text(jsonText(text, longest));
}
