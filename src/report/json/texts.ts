/**
 * The table `texts` of the JSON output: each sentence stands in it once, with gaps for what differs from computer to
 * computer. `{host}` is the computer as it is called, `{name}` its name, `{address}` its address, `{server}` the first
 * address of this server; each `{}` takes the next argument. An opening brace of the sentence itself is an argument,
 * so that every text comes back exactly.
 */
import type { HostModel } from '../model/host-model.js';
import { hostLabel } from '../text/wording.js';

/** Texts of a table; a further one stands where it would be referred to. */
export const MAX_TEXTS = 20_000;
/** Shorter names are likely to be parts of other words. */
const MIN_NAME = 4;
/** Addresses of both versions, numbers, and what would be taken for a gap. */
const VARIABLE = /\{|[0-9a-f]*:[0-9a-f:]*:[0-9a-f:.]*|\d+(?:\.\d+)*/g;
/** The same where no colon stands: several times faster, and most sentences have none. */
const VARIABLE_WITHOUT_COLON = /\{|\d+(?:\.\d+)*/g;
const GAP = /\{(|host|name|address|server)\}/g;

/** Index into the table, or the text itself. */
export type TextRef = number | string;

export class TextTable {
  readonly list: string[] = [];
  readonly #places = new Map<string, number>();

  refer(text: string): TextRef {
    const known = this.#places.get(text);
    if (known !== undefined) return known;
    if (this.list.length >= MAX_TEXTS) return text;
    this.#places.set(text, this.list.length);
    return this.list.push(text) - 1;
  }
}

/** `text` with a gap for each `what`; what lies between goes through `rest`, from left to right. */
function opened(text: string, what: string, gap: string, rest: (part: string) => string): string {
  return text.includes(what) ? text.split(what).map(rest).join(gap) : rest(text);
}

/** What the gaps of a computer's sentences mean, and the numbers that belong to the sentence. */
export class Gaps {
  readonly #name: string;
  readonly #label: string;
  readonly #address: string;
  readonly #server: string;

  /** @param server '' = not known */
  constructor(host: Pick<HostModel, 'name' | 'address'>, server: string) {
    this.#name = host.name;
    this.#label = hostLabel(host);
    this.#address = host.address;
    this.#server = server;
  }

  /** The sentence with gaps; appends what the nameless ones stand for to `args`. @param kept numbers that stay */
  open(sentence: string, kept: ReadonlySet<string>, args: string[]): string {
    const variable = (token: string): string => {
      if (token === this.#address) return '{address}';
      if (token === this.#server) return '{server}';
      if (kept.has(token)) return token;
      args.push(token);
      return '{}';
    };
    const pattern = sentence.includes(':') ? VARIABLE : VARIABLE_WITHOUT_COLON;
    const numbers = (part: string): string => part.replace(pattern, variable);
    const names = (part: string): string =>
      this.#name.length < MIN_NAME ? numbers(part) : opened(part, this.#name, '{name}', numbers);
    return opened(sentence, this.#label, '{host}', names);
  }

  /** The sentence again. @param next gives the next argument */
  fill(text: string, next: () => string): string {
    return text.replace(GAP, (_gap, what: string) => {
      if (what === 'host') return this.#label;
      if (what === 'name') return this.#name;
      if (what === 'address') return this.#address;
      return what === 'server' ? this.#server : next();
    });
  }
}
