/**
 * A rule pack file as text and YAML 1.2 document, with the place of every value. Hostile files end in an issue,
 * never in a throw: size, aliases and nesting are limited.
 */
import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseDocument,
  visit,
} from 'yaml';
import type { Scalar } from 'yaml';
import { printable, quoted } from '../words/printable.js';

/**
 * Aliases of YAML in one pack.
 * @reached the pack is refused
 */
const MAX_ALIASES = 100;
/**
 * Levels of a pack.
 * @reached the pack is refused
 */
const MAX_NESTING = 200;
/** Words that begin like an alias, and closing brackets without an opening one: the parser takes long for each. */
const MAX_ALIAS_WORDS = 1_000;
const MAX_STRAY_BRACKETS = 1_000;
/** Faults that are told of one file. */
const MAX_FAULTS = 100;

/** A path into the document: keys and list indices. */
export type YamlPath = readonly PropertyKey[];
export interface Place {
  readonly line: number;
  readonly column: number;
}
export interface YamlFault extends Place {
  readonly value: string;
  readonly message: string;
}
export interface YamlSource {
  /** The plain value; undefined when `faults` is not empty. */
  readonly value: unknown;
  readonly faults: readonly YamlFault[];
  /** Where the value (or with `key`, its key) stands; the nearest parent when it is missing. */
  readonly place: (path: YamlPath, key?: boolean) => Place;
}

const TOO_DEEP = `is nested deeper than ${MAX_NESTING} levels`;
const WHOLE_FILE: Place = { line: 0, column: 0 };

function refused(message: string): YamlSource {
  return {
    value: undefined,
    faults: [{ ...WHOLE_FILE, value: '', message }],
    place: () => WHOLE_FILE,
  };
}

/** Why the bytes cannot be UTF-8 text, or the text. */
function decodeText(bytes: Uint8Array): { text: string } | { fault: string } {
  if ((bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff)) {
    return { fault: 'is UTF-16 text; save it as UTF-8' };
  }
  const zero = bytes.indexOf(0);
  if (zero >= 0) return { fault: `is not a text file: there is a zero byte at offset ${zero}` };
  try {
    return { text: new TextDecoder('utf-8', { fatal: true }).decode(bytes) };
  } catch {
    return { fault: 'is not UTF-8 text' };
  }
}

/**
 * Nesting that would exhaust the parser's stack, seen before it is parsed: flow brackets outside of quotes are
 * counted too high at worst, and block nesting costs a `-`, `?` or `:` on one line or an indented line each.
 */
function whatIsTooMuch(text: string): string {
  let depth = 0;
  let stray = 0;
  for (const line of text.split('\n')) {
    const indent = /^[ \t]*(?:[-?:][ \t]+)*/.exec(line)?.[0] ?? '';
    if (indent.replace(/[ \t]/g, '').length > MAX_NESTING || indent.length > MAX_NESTING * 4) return TOO_DEEP;
    for (const char of line) {
      if (char === '[' || char === '{') depth++;
      else if (char === ']' || char === '}') {
        if (depth > 0) depth--;
        else if (++stray > MAX_STRAY_BRACKETS) return 'has too many closing brackets without opening ones';
      }
      if (depth > MAX_NESTING) return TOO_DEEP;
    }
  }
  const aliases = text.match(/(?<![^\s,[\]{}:-])\*[^\s,[\]{}]/g)?.length ?? 0;
  return aliases > MAX_ALIAS_WORDS ? `has more than ${MAX_ALIAS_WORDS} aliases` : '';
}

/** Keys that stand twice in a map; the parser compares each with each. */
function repeatedKeys(document: Document, counter: LineCounter, text: string): YamlFault[] {
  const faults: YamlFault[] = [];
  visit(document, {
    Map(_, { items }) {
      const seen = new Set<unknown>();
      for (const { key } of items) {
        if (!isScalar(key)) continue;
        if (seen.has(key.value)) faults.push(repeated(key, counter, text));
        seen.add(key.value);
        if (faults.length >= MAX_FAULTS) return visit.BREAK;
      }
      return undefined;
    },
  });
  return faults;
}

function repeated(key: Scalar, counter: LineCounter, text: string): YamlFault {
  const [from = 0, to = from] = key.range ?? [];
  const { line, col } = counter.linePos(from);
  return { line, column: col, value: text.slice(from, to), message: 'YAML: Map keys must be unique' };
}

function childOf(node: unknown, step: PropertyKey, key: boolean): unknown {
  if (isSeq(node) && typeof step === 'number') return node.items[step];
  if (!isMap(node)) return undefined;
  const pair = node.items.find((item) => isScalar(item.key) && String(item.key.value) === String(step));
  return key ? pair?.key : (pair?.value ?? pair?.key);
}

function startOf(node: unknown): number {
  return (node as Node | null | undefined)?.range?.[0] ?? -1;
}

function locate(document: Document, counter: LineCounter, path: YamlPath, key: boolean): Place {
  let node: unknown = document.contents;
  let at = Math.max(0, startOf(node));
  for (const [index, step] of path.entries()) {
    if (isAlias(node)) break;
    const child = childOf(node, step, key && index === path.length - 1);
    if (startOf(child) < 0) break;
    node = child;
    at = startOf(child);
  }
  const { line, col } = counter.linePos(at);
  return { line: Math.max(1, line), column: Math.max(1, col) };
}

/** Parses the bytes of a pack. Syntax errors, unknown tags and repeated keys are faults with their place. */
export function parseYaml(bytes: Uint8Array): YamlSource {
  const decoded = decodeText(bytes);
  if ('fault' in decoded) return refused(decoded.fault);
  const tooMuch = whatIsTooMuch(decoded.text);
  if (tooMuch !== '') return refused(tooMuch);
  const counter = new LineCounter();
  try {
    const document = parseDocument(decoded.text, {
      lineCounter: counter,
      prettyErrors: false,
      uniqueKeys: false,
    });
    const place = (path: YamlPath, key = false): Place => locate(document, counter, path, key);
    const told = [...document.errors, ...document.warnings].slice(0, MAX_FAULTS);
    const faults = told.map((error): YamlFault => {
      const { line, col } = counter.linePos(error.pos[0]);
      const value = decoded.text.slice(error.pos[0], error.pos[1]);
      return { line, column: col, value, message: `YAML: ${printable(error.message)}` };
    });
    faults.push(...repeatedKeys(document, counter, decoded.text));
    const value: unknown = faults.length > 0 ? undefined : document.toJS({ maxAliasCount: MAX_ALIASES });
    return { value, faults, place };
  } catch (error) {
    return refused(`cannot be read as YAML: ${quoted(error instanceof Error ? error.message : error)}`);
  }
}
