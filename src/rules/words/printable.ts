/**
 * Text that came from a file, made safe and visible in messages and on a terminal: control characters
 * (Unicode categories Cc, Cf, Zl, Zp) and lone surrogates become `\u{...}` escapes, so that no escape sequence
 * runs and no bidirectional override reorders a line.
 */

const UNSAFE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;
const MAX_QUOTED_LENGTH = 80;

/** `text` with everything that a terminal might obey instead of show written as an escape. */
export function printable(text: string): string {
  return text.replace(UNSAFE, (char) => `\\u{${(char.codePointAt(0) ?? 0).toString(16)}}`);
}

/** A value of a YAML file as it is quoted in a message: JSON-like, printable, at most 80 characters. */
export function quoted(value: unknown): string {
  if (value === null || value === undefined) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a map';
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  const short = text.length > MAX_QUOTED_LENGTH ? `${text.slice(0, MAX_QUOTED_LENGTH)}...` : text;
  return `"${printable(short)}"`;
}
