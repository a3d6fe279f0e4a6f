/** Whether an output is what its format says: every reader of it must be able to go by that. */
import { gunzipSync } from 'node:zlib';
import { EMBEDDED_BEGIN, EMBEDDED_END } from '../../src/report/html/pieces/embedded.js';

/** Elements without an end tag (HTML Living Standard §13.1.2); those of SVG end themselves. */
const VOID = new Set([
  'area',
  'base',
  'br',
  'col',
  'embed',
  'hr',
  'img',
  'input',
  'link',
  'meta',
  'source',
  'wbr',
]);
const TAG = /<(\/?)([a-zA-Z][\w-]*)((?:\s+[\w:-]+(?:="[^"<]*")?)*)\s*(\/?)>/y;
/** What acts on a terminal or a reader instead of being read; a line may end. */
const ACTING =
  /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]/u; // eslint-disable-line no-control-regex

function fail(what: string, text: string, at: number): never {
  throw new Error(`${what}: ${JSON.stringify(text.slice(Math.max(0, at - 60), at + 120))}`);
}

/** @throws Error for a tag that is not closed, not quoted or not known, and for text that acts */
export function checkHtml(page: string): void {
  const open: string[] = [];
  if (!/^<!doctype html>/i.test(page)) fail('no document type', page, 0);
  const ids = new Set<string>();
  for (let at = page.indexOf('<', 1); at >= 0; at = page.indexOf('<', at)) {
    TAG.lastIndex = at;
    const found = TAG.exec(page);
    if (found === null) return fail('no tag', page, at);
    const [whole, slash, name = '', attributes = '', selfClosing] = found;
    at += whole.length;
    const id = / id="([^"]*)"/.exec(attributes)?.[1];
    if (id !== undefined) {
      if (ids.has(id)) fail('an id occurs twice', page, at);
      ids.add(id);
    }
    if (/\s(on\w+|style|src)=/.test(attributes)) fail('an attribute that acts', page, at);
    if (slash === '/') {
      if (open.pop() !== name) fail(`</${name}> closes nothing`, page, at);
    } else if (selfClosing !== '/' && !VOID.has(name)) {
      open.push(name);
      // Their text is no markup.
      if (name === 'style' || name === 'script') at = page.indexOf(`</${name}>`, at);
      if (at < 0) throw new Error(`<${name}> does not end`);
    }
  }
  if (open.length > 0) throw new Error(`not closed: ${open.join(' ')}`);
  const acting = ACTING.exec(page);
  if (acting !== null) fail('a character that acts', page, acting.index);
}

/** The JSON inside of the page. @throws Error when there is none that can be read */
export function embeddedIn(page: string): string {
  const begin = page.lastIndexOf(EMBEDDED_BEGIN);
  const end = page.indexOf(EMBEDDED_END, begin);
  if (begin < 0 || end < 0) return '';
  return gunzipSync(Buffer.from(page.slice(begin + EMBEDDED_BEGIN.length, end), 'base64')).toString();
}

/** RFC 4180: every row has the cells of the head. */
export function checkCsv(text: string): void {
  const rows = csvRows(text.replace(/^\ufeff/, ''));
  const width = rows[0]?.length ?? 0;
  for (const [i, row] of rows.entries()) {
    if (row.length !== width) throw new Error(`row ${i + 1} has ${row.length} cells, the head ${width}`);
    const formula = row.find((cell) => /^[=+@]|^-(?![\d.])/.test(cell));
    if (formula !== undefined) throw new Error(`a formula: ${JSON.stringify(formula.slice(0, 80))}`);
  }
  const acting = ACTING.exec(text.replace(/^\ufeff/, '').replaceAll('\r\n', '\n'));
  if (acting !== null) fail('a character that acts', text, acting.index);
}

function csvRows(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  const cell = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n|$)/y;
  while (cell.lastIndex < text.length) {
    const at = cell.lastIndex;
    const found = cell.exec(text);
    if (found === null) return fail('no cell', text, at);
    row.push((found[1] ?? found[2] ?? '').replaceAll('""', '"'));
    if (found[3] === ',') continue;
    rows.push(row);
    row = [];
  }
  return rows;
}

/** Zeek's TSV: as many fields as the head says, times and counts as numbers. */
export function checkZeek(text: string): void {
  const lines = text.split('\n');
  const types =
    lines
      .find((line) => line.startsWith('#types'))
      ?.split('\t')
      .slice(1) ?? [];
  if (lines.at(-1) !== '' || !(lines.at(-2) ?? '').startsWith('#close'))
    throw new Error('the log does not end');
  for (const line of lines.slice(0, -2)) {
    if (line.startsWith('#')) continue;
    const cells = line.split('\t');
    if (cells.length !== types.length) throw new Error(`${cells.length} fields: ${line.slice(0, 200)}`);
    for (const [i, type] of types.entries()) {
      const cell = cells[i] ?? '';
      const number = type === 'time' || type === 'interval' || type === 'count' || type === 'port';
      if (cell === '' || (number && !/^(-|-?\d+(\.\d+)?)$/.test(cell))) throw new Error(`${type} "${cell}"`);
    }
  }
}

/** Nothing in a text acts on who looks at it. */
export function checkHarmless(text: string): void {
  const acting = ACTING.exec(text.replaceAll('\r\n', '\n'));
  if (acting !== null) fail('a character that acts', text, acting.index);
}

/** Text for people, which has no trace of a value that is none either. */
export function checkPlain(text: string): void {
  checkHarmless(text);
  if (/\bundefined\b|\bNaN\b|\[object /.test(text)) {
    fail('a value that is none', text, text.search(/\bundefined\b|\bNaN\b|\[object /));
  }
}
