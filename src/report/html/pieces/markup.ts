/**
 * HTML that is escaped by construction: the tag `html` treats its literal parts as markup (written here, in the
 * source) and escapes everything put between them, unless it is itself `Html`. An interpolation may stand only
 * in text or inside a double-quoted attribute value; anywhere else the template is a bug and throws.
 * HTML Standard §13.1.2 (attributes, text); WAI-ARIA and SVG in HTML follow the same rules.
 */
import { visible } from '../../text/visible.js';

/** Finished markup. Only `html` makes it. */
export class Html {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  toString(): string {
    return this.#text;
  }
}

/** What may stand in a template; null and '' print nothing, lists are joined. */
export type Part = string | number | null | Html | readonly Part[];

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Longest line of `textLines`, UTF-16 units. */
const MAX_LINE = 10_000;

function escaped(text: string, max?: number): string {
  return visible(text, max).replace(/[&<>"']/g, (char) => ENTITIES[char] ?? '');
}

type Place = 'text' | 'attribute';

interface Template {
  /** The literal parts with the source's indentation taken out. */
  readonly literals: readonly string[];
  readonly places: readonly Place[];
}

/** Each template is checked once; its literal parts are the same object at every call. */
const templates = new WeakMap<TemplateStringsArray, Template>();

/** Where each interpolation stands: text, a quoted attribute value, or an error. */
function placesIn(strings: TemplateStringsArray): readonly Place[] {
  const found: Place[] = [];
  let state: 'text' | 'tag' | 'value' = 'text';
  strings.forEach((literal, i) => {
    for (const char of literal) {
      if (state === 'text' && char === '<') state = 'tag';
      else if (state === 'tag' && char === '>') state = 'text';
      else if (state === 'tag' && char === "'") throw new TypeError(`attribute quoted with ': ${literal}`);
      else if (state === 'tag' && char === '"') state = 'value';
      else if (state === 'value' && char === '"') state = 'tag';
    }
    if (/<(script|style|!--)/i.test(literal)) throw new TypeError(`not allowed in a template: ${literal}`);
    if (i === strings.length - 1) return;
    if (state === 'tag') throw new TypeError(`interpolation inside a tag after: ${literal}`);
    found.push(state === 'value' ? 'attribute' : 'text');
  });
  if (state !== 'text') throw new TypeError('the template ends inside a tag');
  return found;
}

function template(strings: TemplateStringsArray): Template {
  let known = templates.get(strings);
  if (known === undefined) {
    known = {
      literals: strings.map((literal) => literal.replace(/\s*\n\s*/g, '\n')),
      places: placesIn(strings),
    };
    templates.set(strings, known);
  }
  return known;
}

function printed(part: Part, place: Place): string {
  if (part === null) return '';
  if (typeof part === 'string') return escaped(part);
  if (typeof part === 'number') return String(part);
  if (part instanceof Html) {
    if (place === 'attribute') throw new TypeError('markup inside an attribute value');
    return part.toString();
  }
  return part.map((inner) => printed(inner, place)).join('');
}

/** Markup with escaped interpolations; see the file header. */
export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Html {
  const { literals, places } = template(strings);
  let text = literals[0] ?? '';
  for (let i = 0; i < parts.length; i++) {
    text += printed(parts[i] ?? null, places[i] ?? 'text') + (literals[i + 1] ?? '');
  }
  return new Html(text);
}

/** `markup` when the condition holds, else nothing. */
export function when(condition: boolean, markup: () => Html): Html | null {
  return condition ? markup() : null;
}

/** Lines of text for a `<pre>`: the line ends are ours, the lines are escaped. */
export function textLines(lines: readonly string[]): Html {
  return new Html(lines.map((line) => escaped(line, MAX_LINE)).join('\n'));
}
