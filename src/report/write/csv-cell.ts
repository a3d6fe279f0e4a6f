/**
 * A cell of a CSV file (RFC 4180: lines end with CRLF) that is safe in a spreadsheet: every text is quoted, and what
 * would run as a formula gets a leading apostrophe (OWASP "CSV injection").
 */
import { MAX_SHOWN, visible } from '../text/visible.js';

/** First in the file: without it Excel reads the file in the system's code page. */
export const BYTE_ORDER_MARK = '\uFEFF';
const FORMULA = /^[\s'"]*[=+\-@\t\r\uFF1D\uFF0B\uFF0D\uFF20]/;

/** Printable ASCII without quotes that begins with a letter or digit: nothing to make safe. */
const PLAIN = /^[0-9A-Za-z][ !#-~]*$/;

export type CsvValue = string | number | boolean;

/** One cell: numbers and true/false bare, text quoted and without formulas or acting characters. */
export function csvCell(value: CsvValue): string {
  if (typeof value !== 'string') return String(value);
  if (value === '') return '';
  if (PLAIN.test(value) && value.length <= MAX_SHOWN) return `"${value}"`;
  const safe = visible(value);
  return `"${(FORMULA.test(value) || FORMULA.test(safe) ? `'${safe}` : safe).replaceAll('"', '""')}"`;
}
