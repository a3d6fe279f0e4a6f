/** A report as a text to look for names in. */
import { EMBEDDED_BEGIN, EMBEDDED_END } from '../../src/report/html/pieces/embedded.js';
import { embeddedIn } from '../fuzzing/well-formed.js';

/** The result inside stands there as JSON: by chance its base64 spells any short name. Other texts stay as they are. */
export function legible(text: string): string {
  const tag = text.lastIndexOf(EMBEDDED_BEGIN);
  if (tag < 0) return text;
  const begin = tag + EMBEDDED_BEGIN.length;
  return `${text.slice(0, begin)}\n${embeddedIn(text)}${text.slice(text.indexOf(EMBEDDED_END, begin))}`;
}
