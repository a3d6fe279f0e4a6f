/** Breaks text into lines of a terminal's width. */
import { columnsOf, visible } from '../text/visible.js';

/** A word too long for a line, in pieces that fit. */
function pieces(word: string, columns: number): string[] {
  const found: string[] = [];
  let piece = '';
  let used = 0;
  for (const char of word) {
    const wide = columnsOf(char);
    if (used + wide > columns) {
      found.push(piece);
      piece = '';
      used = 0;
    }
    piece += char;
    used += wide;
  }
  found.push(piece);
  return found;
}

/** Longest text that is wrapped, UTF-16 units; about ten lines. */
const MAX_WRAPPED = 800;

/** Lines of at most `columns`; the first begins with `first`, the others with as many blanks. Text may be hostile. */
export function wrapped(first: string, text: string, columns: number): readonly string[] {
  const indent = columnsOf(first);
  const room = Math.max(10, columns - indent);
  const lines: string[] = [];
  let line = '';
  for (const word of visible(text, MAX_WRAPPED)
    .split(/\s+/)
    .flatMap((one) => pieces(one, room))) {
    if (line !== '' && columnsOf(line) + 1 + columnsOf(word) > room) {
      lines.push(line);
      line = word;
    } else {
      line = line === '' ? word : `${line} ${word}`;
    }
  }
  lines.push(line);
  return lines.map((one, i) => (i === 0 ? first : ' '.repeat(indent)) + one);
}
