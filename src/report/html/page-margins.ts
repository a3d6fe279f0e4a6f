/** What runs along the foot of each printed page: the capture, its digest, the page (CSS Paged Media Level 3 §6). */
import type { ReportModel } from '../model/model.js';

/** What stands around the rules in the report: a style sheet of their own, since each report has others. */
export const MARGINS_BEGIN = '<style id="page-margins">';
export const MARGINS_END = '</style>';

/** Longest name of a file in the margin, UTF-16 units. */
const MAX_NAME = 60;
/** Hex digits of the digest: enough to tell files apart. */
const DIGITS = 16;

/**
 * A CSS string (CSS Syntax Level 3 §4.3.5) in which only letters, digits and a few marks stand for themselves: nothing
 * of it can end the string or the style element.
 */
export function cssString(text: string): string {
  const safe = text.replaceAll(/[^A-Za-z0-9 ._,:()/-]/gu, (char) => {
    const code = char.codePointAt(0) ?? 0xfffd;
    // NUL and surrogates cannot be escaped in CSS.
    return `\\${(code === 0 || (code >= 0xd800 && code <= 0xdfff) ? 0xfffd : code).toString(16)} `;
  });
  return `"${safe}"`;
}

function fileText({ captures }: ReportModel): string {
  const [first] = captures;
  if (first === undefined) return 'no capture';
  const name = first.path.slice(Math.max(first.path.lastIndexOf('/'), first.path.lastIndexOf('\\')) + 1);
  const short = name.length > MAX_NAME ? `${name.slice(0, MAX_NAME)}…` : name;
  const more = captures.length > 1 ? ` and ${captures.length - 1} more` : '';
  return `${short}${more}, SHA-256 ${first.sha256.slice(0, DIGITS)}`;
}

/** Rules for the style sheet. */
export function pageMargins(model: ReportModel): string {
  const font = "font: 6.5pt 'Liberation Sans', Arial, sans-serif; color: #3c4650;";
  return `@page {
  @bottom-left { content: ${cssString(`portwitness report: ${fileText(model)}`)}; ${font} }
  @bottom-right { content: "Page " counter(page) " of " counter(pages); ${font} }
}
`;
}
