/**
 * Sentences of the program with what came from outside replaced. The program's own words are known (own-words.ts), so
 * what else stands there is an address, a number or a name; a name that nobody has met is one all the same.
 *
 * A name that is a word of the program too ('server') cannot be told from it, except in front of its address, as labels
 * are written: 'server (10.20.0.5)'.
 */
import { parseAddress } from '../../flow/record/address.js';
import { isKeptWord } from './kept-words.js';
import { isOwnWord } from './own-words.js';

/** How the parts of a sentence are replaced. */
export interface Replacing {
  readonly names: { known(text: string): string | null };
  address(text: string): string;
  network(text: string): string;
  host(text: string): string;
  text(text: string, kind: 'name'): string;
}

/** Texts that are remembered; one more and all are forgotten. */
const MAX_REMEMBERED = 1 << 16;

/** Of the longest address in its brackets. */
const MAX_ADDRESS_CHARS = 64;

/** What may belong to one name, address or path; white space, brackets and quotes never do. */
const CHUNK = /[\p{L}\p{N}\p{M}_$.:@%\\/-]+/gu;
/** Behind a name: its address. */
const ITS_ADDRESS = /^ \((?:\d{1,3}(?:\.\d{1,3}){3}|[\da-f]*:[\da-f.:]*)\)/i;
const ADDRESS = /^(?:\d{1,3}(?:\.\d{1,3}){3}|[\da-f]*:[\da-f:]*:[\da-f.:]*)$/i;
const NETWORK = /^(?:\d{1,3}(?:\.\d{1,3}){3}|[\da-f]*:[\da-f:.]*:[\da-f:.]*)\/\d{1,3}$/i;
const LINK = /^[\da-f]{2}(?:([:-])[\da-f]{2})(?:\1[\da-f]{2}){4}$/i;
const OWN_PREFIX = 'portwitness-';
const BETWEEN = /([:@%\\/]+)/;
/** Stands at an end and belongs to the sentence. */
const POINTS = /[.:/\\%@-]$/;

export class Prose {
  readonly #by: Replacing;
  readonly #own: ReadonlySet<string>;
  readonly #sentences = new Map<string, string>();
  readonly #chunks = new Map<string, string>();

  /** @param own words beside the program's */
  constructor(by: Replacing, own: ReadonlySet<string>) {
    this.#by = by;
    this.#own = own;
  }

  replaced(text: string): string {
    return remembered(this.#sentences, text, () =>
      text.replace(CHUNK, (chunk, at: number) => {
        const isLabel = text.startsWith(' (', at + chunk.length);
        if (isLabel && ITS_ADDRESS.test(text.slice(at + chunk.length, at + chunk.length + MAX_ADDRESS_CHARS)))
          return this.#labelled(chunk);
        return remembered(this.#chunks, chunk, () => this.#chunk(chunk));
      }),
    );
  }

  isOwn(word: string): boolean {
    // Names of rules that remedies would make.
    if (word.startsWith(OWN_PREFIX)) return this.isOwn(word.slice(OWN_PREFIX.length));
    return isOwnWord(word) || this.#own.has(word) || isKeptWord(word);
  }

  #labelled(name: string): string {
    return this.#by.names.known(name.split('.')[0] ?? '') === null ? this.#chunk(name) : this.#by.host(name);
  }

  #chunk(chunk: string): string {
    if (isAddress(chunk)) return this.#by.address(chunk);
    if (NETWORK.test(chunk)) return this.#by.network(chunk);
    if (POINTS.test(chunk)) return this.#chunk(chunk.slice(0, -1)) + chunk.slice(-1);
    const [sign = ''] = /^[-.]+/.exec(chunk) ?? [];
    return (
      sign +
      chunk
        .slice(sign.length)
        .split(BETWEEN)
        .map((part, i) => (i % 2 === 1 ? part : this.#part(part)))
        .join('')
    );
  }

  /** Without separators: an address, a range of them, a name with its domain, a word. */
  #part(part: string): string {
    if (isAddress(part)) return this.#by.address(part);
    if (part === '' || this.isOwn(part)) return part;
    const ends = part.split('-');
    if (ends.length === 2 && ends.every(isAddress)) return ends.map((end) => this.#by.address(end)).join('-');
    const labels = part.split('.');
    if (labels.every((label) => label === '' || this.isOwn(label))) return part;
    if (this.#by.names.known(part) === null && labels.length > 1) return this.#by.host(part);
    return this.#by.text(part, 'name');
  }
}

function isAddress(text: string): boolean {
  return LINK.test(text) || (ADDRESS.test(text) && parseAddress(text) !== null);
}

function remembered(known: Map<string, string>, text: string, make: () => string): string {
  let made = known.get(text);
  if (made === undefined) {
    made = make();
    if (known.size >= MAX_REMEMBERED) known.clear();
    known.set(text, made);
  }
  return made;
}
